"""Page ranges and years, as the formats write them."""

from __future__ import annotations

import re

_RANGE = re.compile(
    r"([A-Za-z]*)(\d+)([A-Za-z]*)\s*[-‐-―−]+\s*([A-Za-z]*)(\d+)([A-Za-z]*)", re.ASCII
)
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)", re.ASCII)
_LONGEST = 200


def expand_range(written: str) -> str:
    """A page range with both its ends in full: 304-11 is 304-311, e13-4 is e13-e14.

    What is not one range stays as it is, dashes become hyphens.
    """
    text = " ".join(written[:_LONGEST].split())
    head, comma, tail = text.partition(",")
    found = _RANGE.fullmatch(head.strip())
    if not found:
        return re.sub(r"\s*[‐-―−]\s*", "-", text)
    letters, first, after, letters_last, last, after_last = found.groups()
    same = letters_last in {"", letters}
    if same and len(last) < len(first):
        last = first[: len(first) - len(last)] + last
    if same and int(last) >= int(first):
        letters_last = letters
    return f"{letters}{first}{after}-{letters_last}{last}{after_last}{comma}{tail}"


def join_pages(first: str, last: str) -> str | None:
    """The pages from a first to a last one, either of which may be missing."""
    first, last = first.strip(), last.strip()
    if not any(map(str.isdigit, first + last)):
        return None  # "No", "Specified"
    if not first or not last or first == last:
        return expand_range(first or last)
    if _RANGE.fullmatch(first):
        return expand_range(first)
    return expand_range(f"{first}-{last}")


def year(written: str) -> int | None:
    """The first thing in a text that is a year from 1500 on."""
    found = _YEAR.search(written[:_LONGEST])
    return int(found[1]) if found else None
