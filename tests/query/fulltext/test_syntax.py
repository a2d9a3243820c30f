"""Queries: words, "phrases", beginnings* and -exclusions, and what is said of bad ones."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.query.fulltext.syntax import MOST_WORDS, Query, QueryError, Term, read_query, words_of
from app.values.text import fold_text


def term(written: str, *, prefix: bool = False) -> Term:
    return Term(tuple(written.split()), prefix)


@pytest.mark.parametrize(
    ("written", "wanted", "unwanted"),
    [
        ("ketamine", [term("ketamine")], []),
        ("Ketamine  PAIN", [term("ketamine"), term("pain")], []),
        ('"lasting benefit"', [term("lasting benefit")], []),
        ("“lasting benefit”", [term("lasting benefit")], []),
        ("keta*", [term("keta", prefix=True)], []),
        ('"lasting ben"*', [term("lasting ben", prefix=True)], []),
        ("pain -coma", [term("pain")], [term("coma")]),
        ('pain -"booster infusion"', [term("pain")], [term("booster infusion")]),
        ("pain -boost*", [term("pain")], [term("boost", prefix=True)]),
        ("meta-analysis", [term("meta analysis")], []),
        ("meta-ana*", [term("meta ana", prefix=True)], []),
        ("pain & function", [term("pain"), term("function")], []),
        ("pain AND NOT function", [term(each) for each in ("pain", "and", "not", "function")], []),
        ("NEAR(a b)", [term("near a"), term("b")], []),
        ("head:pain ^pain a<->b", [term("head pain"), term("pain"), term("a b")], []),
        ('pain"lasting benefit"coma', [term("pain"), term("lasting benefit"), term("coma")], []),
        ("Sjögren's", [term("sjogren s")], []),
    ],
)
def test_a_query_says_what_has_to_occur_and_what_must_not(
    written: str, wanted: list[Term], unwanted: list[Term]
) -> None:
    query = read_query(written)

    assert list(query.wanted) == wanted
    assert list(query.unwanted) == unwanted


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("", "no word"),
        ("   ", "no word"),
        ("?!", "no word"),
        ('"pain', "not closed"),
        ('pain "', "not closed"),
        ('""', "phrase without words"),
        ('pain "&"', "phrase without words"),
        ("-", "right before"),
        ("pain - coma", "right before"),
        ("pain -&", "right before"),
        ("-coma", "only exclusions"),
        ('-coma -"a b"', "only exclusions"),
        ("*", "right after"),
        ("pain *", "right after"),
        ("pain " * (MOST_WORDS + 1), "more than"),
        ("a-" * 40 + " -" + "b-" * 40, "more than"),
        ("pain\0", "cannot be searched"),
    ],
)
def test_a_bad_query_is_refused_with_how_queries_are_written(written: str, says: str) -> None:
    with pytest.raises(QueryError, match=says) as caught:
        read_query(written)

    assert "Queries are written as" in str(caught.value)


def test_while_a_query_is_typed_its_last_word_may_go_on() -> None:
    assert read_query("oral ketam").typing().wanted == (term("oral"), term("ketam", prefix=True))
    assert read_query('"a b" ket').typing().wanted[1].prefix
    assert not read_query('ketam "a b"').typing().wanted[1].prefix
    assert not read_query("ketam -com").typing().wanted[0].prefix


def test_only_words_alone_may_be_a_name() -> None:
    assert read_query("Oral Ketamine").name == ("oral", "ketamine")
    assert all(read_query(each).name == () for each in ('"oral"', "oral*", "oral -ketamine"))


@given(st.text(max_size=60))
@example("™ № ﬁ İ ŉ ǆ ẞ ℡ ½ ¼ ² Ⅷ ǿ ｋｅｔ")
def test_what_is_folded_stays_as_it_is_when_folded_again(text: str) -> None:
    once = fold_text(text)

    assert fold_text(once) == once
    assert all(letter.isalnum() or letter == " " for letter in once)
    assert once == once.lower() or not once.isascii()
    assert words_of(once) == words_of(text)


@given(st.text(max_size=80))
def test_any_text_is_a_query_or_refused(text: str) -> None:
    try:
        query = read_query(text)
    except QueryError:
        return
    assert isinstance(query, Query)
    assert query.wanted
