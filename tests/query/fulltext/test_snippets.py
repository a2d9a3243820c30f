"""Snippets: the record's own words, with what was looked for between asterisks."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.query.fulltext.snippets import Highlighter
from app.query.fulltext.syntax import read_query


def shown(q: str, *texts: str) -> str:
    return Highlighter([read_query(q)]).snippet(texts)


@pytest.mark.parametrize(
    ("q", "text", "snippet"),
    [
        ("ketamine", "Ketamine for pain", "**Ketamine** for pain"),
        ("keta*", "Oral ketamine.", "Oral **ketamine**."),
        ("keta", "Oral ketamine.", ""),
        ("sjogren", "Of Sjögren's syndrome", "Of **Sjögren**'s syndrome"),
        ("sjogren", "Of Sjo\u0308gren's", "Of **Sjo\u0308gren**'s"),
        ("strasse", "Die Straße", "Die **Straße**"),
        ("meta analysis", "A meta-analysis", "A **meta-analysis**"),
        ('"meta analysis"', "A meta-analysis", "A **meta-analysis**"),
        ("βλ", "(ΒΛ)", "(**ΒΛ**)"),
        ("pain", "p < 0.05 & <b>pain</b>", "p < 0.05 & <b>**pain**</b>"),
        ("pain", "**no** pain*", "∗∗no∗∗ **pain**∗"),
        ("alpha", "TNFα, α-synuclein", "TNF**α**, **α**-synuclein"),
        ("alpha-synuclein", "Of α-synuclein", "Of **α-synuclein**"),
        ("tnfalpha", "Of TNFα", "Of **TNFα**"),
        ("5 mcg", "5 µg/kg, 50µg", "**5** **µg**/kg, 50µg"),
        ("followup", "A follow-up", "A **follow-up**"),
        ("followup", "To follow up", "To **follow up**"),
        ("follow up", "A followup", "A **followup**"),
        ("follow-up", "Followup, follow up", "**Followup**, **follow up**"),
        ("crohns", "Crohn’s disease", "**Crohn’s** disease"),
        ("疼痛", "疼痛的氯胺酮治疗", "**疼痛**的氯胺酮治疗"),
        ("icu患", "in ICU患者", "in **ICU患**者"),
        ("통증", "만성통증은", "만성**통증**은"),
        ("ketamine OR ondansetron", "Ketamine or ondansetron", "**Ketamine** or **ondansetron**"),
        ("(coma OR pain) NOT sleep", "Pain, no sleep", "**Pain**, no sleep"),
        ("pain -coma", "Pain after\n\n a coma", "**Pain** after a coma"),
    ],
)
def test_matches_are_marked_in_the_words_of_the_record(q: str, text: str, snippet: str) -> None:
    assert shown(q, text) == snippet


def test_a_long_text_is_cut_around_the_first_match() -> None:
    long = "before " * 50 + "the ketamine coma " + "after " * 50

    snippet = shown("coma ketamine", long)

    assert "the **ketamine** **coma** after" in snippet
    assert snippet.startswith("… before")
    assert snippet.endswith("after …")
    assert len(snippet) < 250


def test_members_that_have_the_other_words_are_shown_too() -> None:
    assert shown("ketamine coma", "Ketamine", "pain", "A coma") == "**Ketamine** … A **coma**"


@given(
    st.text(max_size=200), st.sampled_from(["a", "a*", "i s", '"a b"', "ss*", "alpha", "a OR b"])
)
def test_without_its_marks_a_snippet_is_part_of_the_text(text: str, q: str) -> None:
    snippet = shown(q, text)

    plain = " ".join(text.replace("*", "∗").split())
    bare = re.sub(r"^… | …$", "", snippet).replace("**", "")
    assert bare in plain
    assert snippet.count("**") % 2 == 0
