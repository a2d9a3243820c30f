"""The encoding of a file, by what its bytes look like, and its text."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from app.ingest.formats.entry import EntryProblem, FileTooLargeError, Limits, UnreadableFileError

_CHUNK = 1 << 18
_BOMS = (
    (codecs.BOM_UTF8, "utf-8", "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32-le+BOM"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32-be+BOM"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16-le+BOM"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16-be+BOM"),
)
_BINARY = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a zip archive or an Office document",
    b"\xd0\xcf\x11\xe0": "an old Office document",
    b"\x1f\x8b": "a gzip archive",
    b"SQLite format 3": "a database",
}
_UNPRINTED = re.compile(rb"[\x00-\x08\x0e-\x19\x1c-\x1f]")
_HIGH = re.compile(rb"[\x80-\xff]+")
_HANZI = re.compile(rb"(?:[\xa1-\xf7][\xa1-\xfe])+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]")
_CONTROLS = bytes(code for code in [*range(32), 127] if chr(code) not in "\t\n\r")
_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,100}encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_NEVER_FIRST = re.compile(rb"[\x80-\xc1\xf5-\xff]+")  # of a character in UTF-8
_REPAIR = "evidence-as-cp1252"


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    """Read single bytes that are not of the encoding as what Windows would have written."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    # at once as many as begin no character: a call for each byte takes a microsecond
    following = _NEVER_FIRST.match(error.object, error.end)
    end = following.end() if following else error.end
    return error.object[error.start : end].decode("cp1252", "replace"), end


codecs.register_error(_REPAIR, _as_cp1252)


@dataclass(frozen=True)
class Encoding:
    """A codec, its name for people, the bytes of its mark, and what was wrong with the bytes."""

    codec: str
    name: str
    skipped: int = 0
    errors: str = "strict"
    problems: tuple[EntryProblem, ...] = ()


def detect_encoding(file: BinaryIO, limits: Limits) -> Encoding:
    """The encoding of a file, after one look at all of it.

    Raises FileTooLargeError beyond the limit of bytes, UnreadableFileError when it is not text.
    """
    head = file.read(_CHUNK)
    for mark, codec, name in _BOMS:
        if head.startswith(mark):
            _check_size(file, limits)
            errors = _REPAIR if codec == "utf-8" else "replace"
            return Encoding(codec, name, len(mark), errors)
    wide = _utf16_codec(head)
    if wide:
        _check_size(file, limits)
        return Encoding(wide, wide, errors="replace")
    _refuse_binary(head)
    return _byte_encoding(file, head, limits)


def _refuse_binary(head: bytes) -> None:
    for mark, name in _BINARY.items():
        if head.startswith(mark):
            raise UnreadableFileError(
                f"this is {name}, not text", suggestion="export the citations as RIS"
            )
    if len(_UNPRINTED.findall(head)) * 50 > len(head):
        raise UnreadableFileError(
            "this is not text but binary data", suggestion="export the citations as RIS"
        )


def _check_size(file: BinaryIO, limits: Limits) -> int:
    size = file.seek(0, 2)
    if size > limits.bytes:
        raise FileTooLargeError(
            f"the file has {size:,} bytes; at most {limits.bytes:,} are read",
            suggestion="split it into several files",
        )
    return size


def _utf16_codec(head: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of Western text is zero."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    pairs = len(head) // 2
    if pairs and odd * 10 > pairs * 4 and even * 20 < pairs:
        return "utf-16-le"
    if pairs and even * 10 > pairs * 4 and odd * 20 < pairs:
        return "utf-16-be"
    return None


@dataclass
class _ByteTally:
    """What the bytes beyond ASCII look like."""

    wrong: int = 0  # places that are not UTF-8
    right: int = 0  # characters beyond ASCII that are
    first: int = 0  # line of the first wrong place
    lines: int = 0
    high: int = 0
    hanzi: int = 0


def _byte_encoding(file: BinaryIO, head: bytes, limits: Limits) -> Encoding:
    _check_size(file, limits)
    name = _utf8_name(file)
    if name:
        return Encoding("utf-8", name)
    declared = _DECLARED.match(head)
    if declared and (codec := _text_codec(declared[1].decode())):
        return Encoding(codec, codec, errors="replace")
    # Mostly UTF-8: single bytes were pasted in from Windows. Mostly pairs of high bytes: Chinese.
    tally = _tally_bytes(file)
    if tally.wrong * 2 <= tally.right:
        message = f"{tally.wrong} bytes are not UTF-8; they were read as cp1252"
        return Encoding("utf-8", "utf-8", 0, _REPAIR, (EntryProblem(tally.first, message),))
    if tally.hanzi * 10 >= tally.high * 8:
        return Encoding("gb18030", "gbk", errors="replace")
    return Encoding("cp1252", "cp1252", errors="replace")


def _utf8_name(file: BinaryIO) -> str | None:
    """`ascii` or `utf-8` when all of the file is."""
    decoder, name = codecs.getincrementaldecoder("utf-8")(), "ascii"
    file.seek(0)
    try:
        while chunk := file.read(_CHUNK):
            if not chunk.isascii():
                name = "utf-8"
            if name == "utf-8":
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    return name


def _tally_bytes(file: BinaryIO) -> _ByteTally:
    tally = _ByteTally()
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    file.seek(0)
    while chunk := file.read(_CHUNK):
        text = decoder.decode(chunk)
        if not chunk.isascii():
            _count_beyond_ascii(tally, chunk, text)
        tally.lines += text.count("\n")
    tally.wrong += len(decoder.decode(b"", final=True))
    return tally


def _count_beyond_ascii(tally: _ByteTally, chunk: bytes, text: str) -> None:
    wrong = text.count("\ufffd")
    if wrong and not tally.wrong:
        tally.first = tally.lines + text.count("\n", 0, text.index("\ufffd")) + 1
    beyond = sum(map(len, _HIGH.findall(chunk)))
    tally.wrong += wrong
    tally.right += max(0, beyond - wrong) // 2  # two bytes or more make a character
    tally.high += beyond
    tally.hanzi += sum(map(len, _HANZI.findall(chunk)))


def _text_codec(name: str) -> str | None:
    try:
        codec = codecs.lookup(name)
        "".encode(codec.name)  # refuses codecs that are not of text
    except (LookupError, ValueError):
        return None
    return None if codec.name.startswith(("utf", "raw", "unicode", "idna", "puny")) else codec.name


def decode_chunks(file: BinaryIO, encoding: Encoding) -> Iterator[str]:
    """The text of a file in pieces, without control characters; line ends stay as they are."""
    decoder = codecs.getincrementaldecoder(encoding.codec)(encoding.errors)
    wide = encoding.codec.startswith(("utf-16", "utf-32"))
    file.seek(encoding.skipped)
    while chunk := file.read(_CHUNK):
        text = decoder.decode(chunk)
        clean = not wide and len(chunk.translate(None, _CONTROLS)) == len(chunk)
        yield text if clean and "\ufeff" not in text else _clean(text)
    yield _clean(decoder.decode(b"", final=True))


def _clean(text: str) -> str:
    return _CONTROL.sub("", text.replace("\x0b", " ").replace("\x0c", " "))
