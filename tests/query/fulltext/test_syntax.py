"""Queries: words, "phrases", beginnings*, OR, NOT and parentheses, and what is said of bad ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.query.fulltext.syntax import (
    MOST_DEPTH,
    MOST_WORDS,
    AnyOf,
    Node,
    Query,
    QueryError,
    Term,
    read_query,
    wanted_terms,
)


def told(node: Node) -> str:
    """A query with all that it leaves to the reader: {all of these}, [any of these], -not."""
    if isinstance(node, Term):
        return "_".join(node.words) + "*" * node.prefix
    if isinstance(node, AnyOf):
        return f"[{' '.join(map(told, node.parts))}]"
    return (
        f"{{{' '.join([*map(told, node.wanted), *(f'-{told(each)}' for each in node.unwanted)])}}}"
    )


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("ketamine", "ketamine"),
        ("Ketamine  PAIN", "{ketamine pain}"),
        ('"lasting benefit"', "lasting_benefit"),
        ("“lasting benefit”", "lasting_benefit"),
        ("keta*", "keta*"),
        ("keta*, pain", "{keta* pain}"),
        ('"lasting ben"*', "lasting_ben*"),
        ("pain -coma", "{pain -coma}"),
        ('pain -"booster infusion"', "{pain -booster_infusion}"),
        ("pain -boost*", "{pain -boost*}"),
        ("meta-analysis", "meta_analysis"),
        ("meta-ana*", "meta_ana*"),
        ("pain & function / sleep", "{pain function sleep}"),
        ("^pain a<->b", "{pain a_b}"),
        ('pain"lasting benefit"coma', "{pain lasting_benefit coma}"),
        ("Sjögren's", "sjogren_s"),
        ("pain AND coma", "{pain coma}"),
        ("pain and coma or not sleep", "{pain and coma or not sleep}"),
        ("Or pain Not", "{or pain not}"),
        ("ondansetron OR ketamine", "[ondansetron ketamine]"),
        ("a OR b OR c", "[a b c]"),
        ("a b OR c", "[{a b} c]"),
        ("a AND b OR c AND d", "[{a b} {c d}]"),
        ("a (b OR c)", "{a [b c]}"),
        ("(a OR b) AND (c OR d)", "{[a b] [c d]}"),
        ("pain NOT coma", "{pain -coma}"),
        ("pain AND NOT coma", "{pain -coma}"),
        ("NOT coma pain", "{pain -coma}"),
        ("pain NOT (coma OR sleep*)", "{pain -[coma sleep*]}"),
        ('pain -(coma OR "deep sleep")', "{pain -[coma deep_sleep]}"),
        ("a NOT (b NOT c)", "{a -{b -c}}"),
        ("a -b OR c -d", "[{a -b} {c -d}]"),
        ('"OR" "NOT" pain', "{or not pain}"),
        ('pain -"OR"', "{pain -or}"),
        ('("lasting benefit"* OR keta*)', "[lasting_benefit* keta*]"),
        ("((pain))", "pain"),
        ("(pain).", "pain"),
        ("pain(a OR b)", "{pain [a b]}"),
        ("(2R,6R)-hydroxynorketamine", "2r_6r_hydroxynorketamine"),
        ("((R,S)-ketamine OR S(+)-ketamine)", "[r_s_ketamine s_ketamine]"),
        ("R(-)-ketamine (+) N(G)-nitro", "{r_ketamine n_g_nitro}"),
        ("pain -(2R,6R)-HNK", "{pain -2r_6r_hnk}"),
        ("[18F]FDG [corrected] CYP2B6*6 HLA-B*57", "{18f_fdg corrected cyp2b6_6 hla_b_57}"),
        ("does it hurt? 5% e.g. and/or $50 #3a", "{does it hurt 5 e_g and_or 50 3a}"),
        ("https://a.org/x?y=z/", "https_a_org_x_y_z"),
        ("(" * MOST_DEPTH + "pain" + ")" * MOST_DEPTH, "pain"),
    ],
)
def test_a_query_says_what_has_to_occur_and_what_must_not(written: str, means: str) -> None:
    assert told(read_query(written).root) == means


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("", "no word"),
        ("   ", "no word"),
        ("?!", "no word"),
        ('"pain', "not closed (character 1)"),
        ('pain "', "not closed (character 6)"),
        ('""', "phrase without words"),
        ('pain "&"', "phrase without words (character 6)"),
        ("-", "right before"),
        ("pain - coma", "right before what must not occur (character 6)"),
        ("pain -&", "right before"),
        ("-coma", "only exclusions"),
        ('-coma -"a b"', "only exclusions"),
        ("NOT coma", "only exclusions"),
        ("pain OR -coma", "only exclusions (character 9)"),
        ("pain (NOT coma)", "only exclusions (character 7)"),
        ("pain (-coma)", "only exclusions (character 7)"),
        ("pain (-coma).", "only exclusions (character 7)"),
        ("*", "right after"),
        ("pain *", "right after"),
        ("pain " * (MOST_WORDS + 1), "more than 64 words"),
        ("a-" * 40 + " -" + "b-" * 40, "more than 64 words"),
        ("(" * 11 + "pain" + ")" * 11, "more than 10 parentheses in one another"),
        ("pain\0", "cannot be searched"),
        ("OR", 'nothing stands before OR; as a word, write "OR" (character 1)'),
        ("OR pain", "nothing stands before OR"),
        ("pain OR", "nothing stands after OR; as a word, write"),
        ("pain OR OR coma", "nothing stands before OR"),
        ("pain (OR coma)", "nothing stands before OR"),
        ("AND pain", "nothing stands before AND"),
        ("pain AND", "nothing stands after AND"),
        ("pain AND OR coma", "nothing stands after AND"),
        ("(pain AND) coma", "nothing stands after AND"),
        ("pain NOT", 'nothing stands after NOT; as a word, write "NOT" (character 6)'),
        ("pain NOT NOT coma", "nothing stands after NOT"),
        ("pain NOT -coma", "nothing stands after NOT"),
        ("pain NOT OR coma", "nothing stands after NOT"),
        ("(pain", "a ( is opened and not closed (character 1)"),
        ("pain (", "a ( is opened and not closed (character 6)"),
        ("pain (coma OR sleep", "a ( is opened and not closed (character 6)"),
        ("pain)", "there is a ) without a ( (character 5)"),
        (") pain", "there is a ) without a ("),
        ("pain ( )", "parentheses without a word (character 6)"),
        ("(R or S)-ketamine", "a space has to stand after )"),
        ("(pain OR coma)*", "a space has to stand after )"),
    ],
)
def test_a_bad_query_is_refused_with_what_and_where_and_how_queries_are_written(
    written: str, says: str
) -> None:
    with pytest.raises(QueryError) as caught:
        read_query(written)

    assert says in str(caught.value)
    assert "Queries are written as" in str(caught.value)


@pytest.mark.parametrize(
    ("written", "shown", "advice"),
    [
        ("pain ketamine[ti]", "ketamine[ti] is", "write the words alone"),
        ('"chronic pain"[Title/Abstract]', '"chronic pain"[Title/Abstract] is', "words alone"),
        ("ketamine[MeSH Terms]", "ketamine[MeSH Terms] is", "words alone"),
        ("ketamine.mp.", "ketamine.mp. is", "words alone"),
        ("ketamine.ti,ab.", "ketamine.ti,ab. is", "words alone"),
        ("ketamine.ti,ab", "ketamine.ti,ab is", "words alone"),
        ("(pain OR ache).tw.", "ache).tw. is", "words alone"),
        ("exp Pain/", "Pain/ is", "words alone"),
        ("'ketamine'/exp", "'ketamine'/exp is", "words alone"),
        ("ketamine:ti,ab,kw", "ketamine:ti,ab,kw is", "words alone"),
        ("title:ketamine", "title:ketamine is", "words alone"),
        ("TITLE-ABS-KEY(ketamine)", "TITLE-ABS-KEY(ketamine is", "words alone"),
        ("TS=ketamine", "TS=ketamine is", "words alone"),
        ("doi:10.1000/x", "doi:10.1000/x is", "words alone"),
        ("pain adj3 chronic", "adj3 is", '"a phrase"'),
        ("pain NEAR chronic", "NEAR is", '"a phrase"'),
        ("NEAR(pain chronic, 5)", "NEAR(pain is", '"a phrase"'),
        ("pain NEAR/5 chronic", "NEAR/5 is", '"a phrase"'),
        ("pain W/5 chronic", "W/5 is", '"a phrase"'),
        ("pain XOR chronic", "XOR is", '"a phrase"'),
        ("wom?n", "wom?n is", "OR"),
        ("p*diatric", "p*diatric is", "OR"),
        ("*itis", "*itis is", "beginn*"),
        ("child$", "child$ is", "beginn*"),
        ("wom#n", "wom#n is", "OR"),
        ("ketamine~2", "ketamine~2 is", "OR"),
        ('"lasting benefit"~3', '"lasting benefit"~3 is', "OR"),
        ("pain | coma", "| is", "write OR"),
        ("pain !coma", "!coma is", "write -word"),
        ("#1 AND #2", "#1 is", "write the words of that search"),
    ],
)
def test_a_notation_of_other_databases_is_refused_with_what_to_write(
    written: str, shown: str, advice: str
) -> None:
    with pytest.raises(QueryError) as caught:
        read_query(written)

    assert str(caught.value).startswith(f"{shown} a notation of other databases: ")
    assert advice in str(caught.value).partition(". Queries")[0]


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("oral ketam", "{oral ketam*}"),
        ('"a b" ket', "{a_b ket*}"),
        ("pain OR ketam", "[pain ketam*]"),
        ("(a OR b) c OR d ketam", "[{[a b] c} {d ketam*}]"),
        ("-coma ketam", "{ketam* -coma}"),
        ('ketam "a b"', "{ketam a_b}"),
        ("ketam -com", "{ketam -com}"),
        ("ketam NOT com", "{ketam -com}"),
        ("(pain OR ketam)", "[pain ketam]"),
    ],
)
def test_while_a_query_is_typed_its_last_word_may_go_on(written: str, means: str) -> None:
    assert told(read_query(written).typing().root) == means


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Oral Ketamine", [("oral", "ketamine")]),
        ("ondansetron OR oral ketamine", [("ondansetron",), ("oral", "ketamine")]),
        ('ondansetron OR "oral"', [("ondansetron",)]),
        ('"oral"', []),
        ("oral*", []),
        ("oral -ketamine", []),
        ("(oral OR nasal) ketamine", []),
    ],
)
def test_alternatives_of_words_alone_may_be_names(
    written: str, names: list[tuple[str, ...]]
) -> None:
    assert list(read_query(written).names) == names


@given(st.text(max_size=80) | st.text(alphabet='ab ORANDT()-*"', max_size=40))
def test_any_text_is_a_query_or_refused(text: str) -> None:
    try:
        query = read_query(text)
    except QueryError:
        return
    assert isinstance(query, Query)
    assert list(wanted_terms(query.root))
    assert query.typing().names is not None
