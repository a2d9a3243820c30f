"""Files as databases and reference managers export them are read to the last record."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any
from xml.parsers import expat

import orjson
import pytest

from app.ingest.formats import (
    FORMATS,
    Entry,
    Reading,
    UnreadableFileError,
    open_stream,
    read,
)
from app.ingest.formats.bibtex.blocks import Block
from app.ingest.formats.draft_builder import DraftBuilder
from app.ingest.formats.lines import RecordText
from app.ingest.formats.tagged.declaration import TaggedRecord
from app.records.citations.draft import CitationDraft
from tests.ingest.formats.reading_files import HERE, SHARED, accounted, manifest

MANIFEST_FORMATS = {
    "RIS": "ris",
    "WoS tagged": "web_of_science",
    "Refer/ENW": "refer",
    "EndNote XML": "endnote_xml",
    "PubMed XML": "pubmed_xml",
    "MEDLINE": "medline",
    "Ovid tagged": "ovid",
    "BibTeX": "bibtex",
}


def check(folder: Path, told: dict[str, Any]) -> None:
    reading = accounted((folder / told["file"]).read_bytes())
    assert reading.format.name == MANIFEST_FORMATS[told["format"]]
    assert reading.encoding == told["encoding"]
    assert len(reading.parsed) == told["expected_records"]
    for sample in told.get("samples", []):
        if sample["index"] < told["expected_records"]:
            check_sample(reading, sample)
    for entry in reading.parsed:
        if entry.draft and "title" in entry.draft:
            CitationDraft(slug="some-slug", **entry.draft)


def check_sample(reading: Reading, sample: dict[str, Any]) -> None:
    draft = reading.parsed[sample["index"]].draft
    assert draft is not None
    assert draft.get("title") == sample["title"]
    assert draft.get("year") == (int(sample["year"]) if sample["year"] else None)
    dois = [each["value"] for each in draft["identifiers"] if each["scheme"] == "doi"]
    assert dois == ([sample["doi"].lower()] if sample["doi"] else [])
    assert len(draft["authors"]) >= sample.get("n_authors", 0)  # more: groups beside persons
    if sample.get("first_author"):
        author = draft["authors"][0]
        parts = [author.get(part) for part in ("literal", "family", "given")]
        name = " ".join(filter(None, parts))
        assert name.startswith(sample["first_author"].replace(",", ""))  # or with Jr at its end


@pytest.mark.parametrize("told", manifest(HERE), ids=lambda told: told["file"])
def test_a_file_holds_what_is_known_of_it(told: dict[str, Any]) -> None:
    check(HERE, told)


@pytest.mark.skipif(not SHARED.exists(), reason="the larger collection of files is not here")
@pytest.mark.parametrize("told", manifest(SHARED), ids=lambda told: told["file"])
def test_a_file_of_the_larger_collection_holds_what_is_known_of_it(told: dict[str, Any]) -> None:
    check(SHARED, told)


@pytest.mark.parametrize("told", manifest(HERE), ids=lambda told: told["file"])
def test_records_are_counted_without_being_read(
    told: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_named: object) -> None:
        pytest.fail("the count rests on the reader, so that it cannot find what the reader loses")

    with (HERE / told["file"]).open("rb") as file:
        stream = open_stream(file)
        records = sum(1 for _ in stream)
        for part in (DraftBuilder, Entry, TaggedRecord, Block):
            monkeypatch.setattr(part, "__init__", refuse)
        monkeypatch.setattr(RecordText, "__new__", refuse)
        monkeypatch.setattr(expat, "ParserCreate", refuse)
        monkeypatch.setattr(orjson, "loads", refuse)
        assert stream.count_records() == records >= told["expected_records"]


def test_every_format_is_declared_once_and_can_be_recognised() -> None:
    for each in FORMATS:
        rules = each.recognition
        ways = (rules.root, rules.start, rules.opening, rules.line, rules.shape)
        assert any(ways), each.name
    assert len({each.name for each in FORMATS}) == len(FORMATS)


def recoded(encoding: str, ends: str) -> bytes:
    text = (HERE / "055_rispy_utf_chars.ris").read_text("utf-8-sig")
    return text.replace("\n", ends).encode(encoding)


@pytest.mark.parametrize("ends", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gbk"]
)
def test_the_encoding_and_the_line_ends_make_no_difference(encoding: str, ends: str) -> None:
    if encoding == "gbk":
        data = (HERE / "155_btp_gbk.bib").read_bytes().replace(b"\n", ends.encode())
        (entry,) = accounted(data).parsed
        assert entry.draft is not None
        assert entry.draft["authors"] == [{"family": "凯撒"}]
        return
    plain = accounted(recoded("utf-8", "\n")).entries
    assert accounted(recoded(encoding, ends)).entries == plain


def test_what_windows_wrote_is_read_as_windows_wrote_it() -> None:
    data = "TY  - JOUR\nTI  - “Naïve” café – №\nER  - \n".replace("№", "§").encode("cp1252")
    reading = accounted(data)
    assert reading.encoding == "cp1252"
    assert reading.parsed[0].draft is not None
    assert reading.parsed[0].draft["title"] == "“Naïve” café – §"


def test_single_wrong_bytes_do_not_spoil_a_file_of_utf_8() -> None:
    data = "TY  - JOUR\nTI  - Übergrößenträger Ötzi\nN1  - caf?\nER  - \n".encode()
    reading = accounted(data.replace(b"?", b"\xe9"))
    assert reading.parsed[0].unread[0].value == "café"
    assert reading.problems[0].line == 3


@pytest.mark.parametrize("told", manifest(HERE), ids=lambda told: told["file"])
def test_a_file_cut_anywhere_is_still_accounted_for(told: dict[str, Any]) -> None:
    data = (HERE / told["file"]).read_bytes()
    whole = read(data)
    for share in range(1, 8):
        with suppress(UnreadableFileError):  # where the beginning tells no format yet
            reading = accounted(data[: len(data) * share // 8])
            assert len(reading.entries) <= len(whole.entries)
