"""Whatever bytes come, they are read with everything accounted for, or refused, and soon."""

from __future__ import annotations

import time
import tracemalloc
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.ingest.formats import FileTooLargeError, Limits, UnreadableFileError, open_stream, read
from tests.ingest.formats.reading_files import HERE, accounted

FILES = sorted(path for path in HERE.iterdir() if path.suffix != ".yaml")
MARKS = """TY  - JOUR|ER  - |TI  - A|AU  - Smith, J|\n|\n\n|\r|PMID- 1|PMID- x|OWN - NLM|      more
    |%0 Book|%0|%T A|%A B C|PT J|ER|EF|FN x|<1>|Title|  A|@article{a,|@string{a = "b"}|title = {A}
    |title = a # "b"|}|{|"|\\|,|[|]|{"title": "A"}|1. Smith J. A. Pain 2009;1:2-3.|2. |3) x
    |<record>|</record>|<record/>|<records>|<!--|-->|<![CDATA[|]]>|<PubmedArticle>|</PubmedArticle>
    |<style>|&x;|text|  indented|10.1000/x|2009|et al.|and|\x00|é|\ufeff|\u2028"""
PIECES = st.sampled_from(MARKS.split("|"))


def is_accounted_or_refused(data: bytes) -> None:
    with suppress(UnreadableFileError):
        accounted(data)


@given(st.binary(max_size=400))
@settings(max_examples=150)
def test_any_bytes_are_accounted_for_or_refused(data: bytes) -> None:
    is_accounted_or_refused(data)


@given(st.lists(PIECES, max_size=30), st.sampled_from(["", "\n"]))
@settings(max_examples=600)
def test_any_mixture_of_marks_is_accounted_for_or_refused(pieces: list[str], joint: str) -> None:
    is_accounted_or_refused(joint.join(pieces).encode())


@given(st.lists(st.sampled_from([b"a", b"\xc3", b"\xa9", b"\xff", b"\xf0\x9f", b"\x80", b"\n"])))
@settings(max_examples=200)
def test_runs_of_bytes_that_are_not_utf_8_are_read_as_each_alone(pieces: list[bytes]) -> None:
    data = b"".join(pieces)
    once = data.decode("utf-8", "evidence-as-cp1252")
    ends = data.decode("utf-8", "surrogateescape")
    alone = [
        bytes([ord(each) - 0xDC00]).decode("cp1252", "replace")
        if "\udc80" <= each <= "\udcff"
        else each
        for each in ends
    ]
    assert once == "".join(alone)


@given(st.sampled_from(FILES), st.floats(0, 1), st.binary(max_size=12))
@settings(max_examples=100)
def test_a_file_with_bytes_thrown_in_is_accounted_for_or_refused(
    path: Path, share: float, thrown: bytes
) -> None:
    data = path.read_bytes()[:30_000]
    at = int(len(data) * share)
    is_accounted_or_refused(data[:at] + thrown + data[at + len(thrown) :])


@pytest.mark.parametrize(
    ("head", "repeated"),
    [
        ("", "{"),
        ("", "["),
        ("", "<"),
        ("", "\n"),
        ("", "\0"),
        ("", "TY  - "),
        ("", "PT J\n"),
        ("", "@a{"),
        ("", '"'),
        ("TY  - JOUR\nAB  - ", "x\n"),
        ("TY  - JOUR\n", "UR  - https://doi.org/x\n"),
        ("@article{a, title={", "{\n"),
        ("@article{a, ", 'note={\\"o{\\v{c}}},\n'),
        ('[{"a": "', '\\"'),
        ("<records><record>", "<!--"),
        ("<records><record>", "<a>"),
    ],
    ids=lambda text: repr(text[:12]),
)
def test_what_was_made_to_stall_takes_time_in_proportion(head: str, repeated: str) -> None:
    limits = Limits(records=2_000, line=100_000, record=200_000)

    def seconds(size: int) -> float:
        data = (head + repeated * (size // len(repeated))).encode()
        started = time.process_time()
        with suppress(UnreadableFileError):
            read(data, limits=limits)
        return time.process_time() - started

    # a guard against a stall, not a measure: a busy machine makes a tenth of a second one
    assert seconds(600_000) < 12 * seconds(150_000) + 10


def test_a_file_beyond_a_limit_is_refused_with_the_limit() -> None:
    record = b"TY  - JOUR\nTI  - A\nER  - \n"
    with pytest.raises(FileTooLargeError, match="2 records"):
        read(record * 3, limits=Limits(records=2))
    with pytest.raises(FileTooLargeError, match="at most 20 are read"):
        read(record, limits=Limits(bytes=20))
    with pytest.raises(FileTooLargeError, match="more than 100 characters"):
        read(record.replace(b"A", b"A" * 100), limits=Limits(line=100))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 and more", "a PDF"),
        (b"PK\x03\x04 and more", "zip"),
        (b"<html><body>hello</body></html>", "not of PubMed or EndNote"),
        (b"Dear all, please find nothing attached.", "no citations"),
    ],
)
def test_what_is_no_citations_is_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(UnreadableFileError, match=words):
        read(data, "citations.ris")


def test_a_long_file_is_read_in_little_memory(tmp_path: Path) -> None:
    record = b"TY  - JOUR\nTI  - A title\nAB  - " + b"word " * 300 + b"\nER  - \n"
    path = tmp_path / "long.ris"
    path.write_bytes(record * 3_000)
    tracemalloc.start()
    with path.open("rb") as file:
        stream = open_stream(file)
        assert sum(entry.draft is not None for entry in stream) == stream.count_records() == 3_000
        assert stream.problems() == []
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < path.stat().st_size / 2
