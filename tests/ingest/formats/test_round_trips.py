"""What goes out as RIS, BibTeX or CSL-JSON comes back equal; formatted text as far as it tells."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from app.ingest.formats import read
from app.ingest.formats.reference_list import REFERENCE_LINES
from app.query.formats import TextFormat
from app.records.citations.card import CitationCard
from app.records.citations.formats import CITATION_FORMS
from app.records.citations.formats.vancouver import MOST_AUTHORS, VANCOUVER
from app.values.text import fold_text
from tests.ingest.formats.reading_files import HERE, accounted, manifest

GUIDELINE = (
    "Rheumatoid Arthritis: National Clinical Guideline for Management and Treatment in Adults"
)
TOLD_BY_ALL = (
    "type",
    "title",
    "container_title",
    "year",
    "volume",
    "issue",
    "pages",
    "identifiers",
)


def drafts() -> Iterator[dict[str, Any]]:
    for told in manifest(HERE):
        for entry in read((HERE / told["file"]).read_bytes()).parsed:
            if entry.draft and entry.draft.get("title"):
                yield entry.draft


def card(draft: dict[str, Any], number: int) -> dict[str, Any]:
    """The card of a citation that was saved from a draft."""
    names = dict.fromkeys(("family", "given", "literal", "orcid"))
    authors = [{**names, **author} for author in draft["authors"]]
    identifiers = [{"shared": False, **each} for each in draft["identifiers"]]
    whole = {"slug": f"record-{number}", "references": [], **draft}
    whole |= {"authors": authors, "identifiers": identifiers}
    written = CitationCard.model_construct(**whole).model_dump_json(warnings=False)
    return dict(json.loads(written))


@pytest.mark.parametrize("form", CITATION_FORMS[:3], ids=str)
def test_what_goes_out_comes_back_equal(form: TextFormat) -> None:
    before = list(drafts())
    text = form.between.join(form.write(card(draft, at)) for at, draft in enumerate(before))
    after = [
        entry.draft or {} for entry in accounted((form.head + text + form.tail).encode()).entries
    ]
    assert len(before) == len(after) > 20
    assert [told(draft) for draft in after] == [told(draft) for draft in before]
    assert [people(draft) for draft in after] == [people(draft) for draft in before]


def test_formatted_references_come_back_as_far_as_they_tell() -> None:
    before = list(drafts())
    text = "".join(VANCOUVER.write(card(draft, at)) for at, draft in enumerate(before))

    after = accounted(text.encode())

    assert (after.format, len(after.parsed)) == (REFERENCE_LINES, len(before))
    printed = [printed_of(entry.draft or {}) for entry in after.entries]
    lost = [draft["title"] for draft, each in zip(before, printed, strict=True)
            if printed_of(draft) != each]  # fmt: skip
    assert lost == [GUIDELINE], "a group and a title without a journal look like title and journal"


def printed_of(draft: dict[str, Any]) -> list[Any]:
    """What a formatted reference tells of a citation."""
    names = [each.get("family") or each.get("literal") or "" for each in draft["authors"]]
    numbers = {each["value"] for each in draft["identifiers"] if each["scheme"] in {"doi", "pmid"}}
    words = [fold_text(draft.get(name) or "") for name in ("title", "container_title")]
    plain = [draft.get(name) for name in ("year", "volume", "issue", "pages")]
    return [*words, *plain, [fold_text(each) for each in names[:MOST_AUTHORS]], numbers]


def told(draft: dict[str, Any]) -> dict[str, Any]:
    parts = {name: draft.get(name) for name in TOLD_BY_ALL}
    return {**parts, "identifiers": sorted(each["value"] for each in draft["identifiers"])}


def people(draft: dict[str, Any]) -> list[tuple[str | None, ...]]:
    parts = ("family", "given", "literal")
    return [tuple(author.get(part) for part in parts) for author in draft["authors"]]
