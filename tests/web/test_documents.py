"""The page of a document: the text as it is, and a way from every fact to its words."""

from __future__ import annotations

import re
from html import unescape

from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from app.web.passages import assign_own_parts, passages_of, text_rows
from tests.conftest import KETAMINE
from tests.web.reading import addresses, see

PAGE = "/documents/ketamine-for-pain"


def said(text: str) -> str:
    """The words of the document on its page, numbers and marks taken off."""
    rows = re.findall(r'<p class="said[^"]*">(.*?)</p>', text, re.DOTALL)
    bare = (re.sub(r"<sup>\d+</sup>|<[^>]+>", "", row) for row in rows)
    return unescape("".join("".join(each.split()) for each in bare))


def test_the_page_has_every_word_of_the_text_and_no_other(reader: TestClient) -> None:
    written = (KETAMINE / "document.txt").read_text()

    assert said(see(reader, PAGE).text) == "".join(written.split())


def test_every_passage_of_a_claim_is_a_place_in_the_page(reader: TestClient) -> None:
    claims = reader.get(f"/v1{PAGE}").json()["claims"]["items"]
    text = see(reader, PAGE).text

    for claim in claims:
        assert f'id="claim-{claim["slug"]}"' in text
        for place in claim["passages"]:
            assert f'id="passage-{place["start"]}-{place["end"]}"' in text


def test_each_claim_leads_to_the_fact_that_it_became(reader: TestClient) -> None:
    text = see(reader, PAGE).text
    linked = addresses(text)

    assert "/studies/children-oral-ketamine#children-oral-ketamine.response" in linked
    assert "/case-reports/foot-pain-after-coma-and-boosters#event-4" in linked
    assert "/treatments/ketamine-coma#approval" in linked
    assert "no difference" in text


def test_facts_everywhere_lead_back_to_their_passage(reader: TestClient) -> None:
    for path in ("/studies/adults-crps-12-weeks", "/treatments/ketamine", "/studies", "/claims"):
        found = [each for each in addresses(see(reader, path).text) if "#passage-" in each]
        assert found, path


def test_hedges_and_polarity_are_marked_in_the_text(reader: TestClient) -> None:
    text = see(reader, PAGE).text

    assert '<em class="hedge">seemed</em>' in text
    assert re.search(r'class="own c-unsure not_proven k\d+" [^>]*coma-lasting-benefit', text)
    assert re.search(r'class="own c-none negated k\d+" [^>]*adults-crps-12-weeks.function', text)


TEXT = "One two three. Four five six. Seven eight nine ten."
spans = st.tuples(st.integers(0, len(TEXT)), st.integers(0, len(TEXT))).filter(
    lambda span: span[0] < span[1]
)


@given(st.lists(st.lists(spans, min_size=1, max_size=3), max_size=8))
def test_overlapping_passages_never_lose_or_double_a_character(
    quoted: list[list[tuple[int, int]]],
) -> None:
    claims = [
        {
            "slug": f"claim-{at}",
            "hedge": "five",
            "passages": [
                {"start": start, "end": end, "document": {"slug": "text"}} for start, end in places
            ],
        }
        for at, places in enumerate(quoted)
    ]
    segments = [
        {"kind": "paragraph", "start": 0, "end": len(TEXT)},
        {"kind": "sentence", "start": 0, "end": 14},
        {"kind": "sentence", "start": 15, "end": 29},
        {"kind": "sentence", "start": 30, "end": len(TEXT)},
    ]
    passages = passages_of(claims, "text")
    assign_own_parts(passages, TEXT)

    rows = text_rows(TEXT, segments, passages)

    pieces = [piece for row in rows for run in row.runs for piece in run.pieces]
    assert "".join(piece.text for piece in pieces) == TEXT.replace(". ", ".")
    owned = [run.owner for row in rows for run in row.runs if run.owner]
    assert {id(each) for each in owned} <= {id(each) for each in passages}
    shown = {passage.number for row in rows for passage in row.passages if passage.has_claims}
    assert shown <= {passage.number for passage in passages}
