"""Under which keys a publication is looked up when another may be the same: its blocks.

Two descriptions of one publication differ: a title is cut or misspelt, authors are missing, pages
are abbreviated. Each key rests on other members, so that what is damaged in one stands in another:
every identifier; the beginning and the end of the title; volume, first page and year; the first
author with the first page; the first two authors with the year.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Any

from app.values.identifiers import normalise_identifier
from app.values.text import fold_text
from app.vocabulary import IdentifierScheme

_SMALL_WORDS = """a an and are as at by can do does for from has how in into is it its of on or
that the their to was were what when which who with without der die das und von im le la les de des
du et el los en y"""
STOP_WORDS = frozenset(_SMALL_WORDS.split())
_EDGE = 5  # words of a title's beginning or end that make a key
_SHORT = 4  # a title of fewer words ("Editorial", "In reply") says too little to stand alone
_NUMBER = re.compile(r"\d+")
_PAGE = re.compile(r"\b([a-z]{0,4})\s?0*(\d+)", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z]{1,6}/?>", re.IGNORECASE)
_LETTERS = """alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi
rho sigma tau upsilon phi chi psi omega"""
_GREEK = dict(zip("αβγδεζηθικλμνξοπρστυφχψω", _LETTERS.split(), strict=True))
_SPELLED = str.maketrans({letter: f" {name} " for letter, name in _GREEK.items()})


def folded_title(title: str) -> str:
    """A title as it is compared: no tags, Greek letters by name, folded."""
    plain = _TAG.sub("", title) if "<" in title else title
    return fold_text(plain if plain.isascii() else plain.casefold().translate(_SPELLED))


def number_in(printed: str | None) -> str | None:
    """The first number of a printed volume or issue, without zeros in front."""
    found = _NUMBER.search(printed or "")
    return None if found is None else found.group().lstrip("0") or None


def first_page(printed: str | None) -> str | None:
    """The first page or article number, letters in lower case: `S1396-7` is `s1396`."""
    found = _PAGE.search(printed or "")
    return None if found is None else found.group(1).lower().removeprefix("pp") + found.group(2)


def identifiers_in(fields: Mapping[str, Any]) -> Iterator[tuple[str, str, bool]]:
    """Scheme, normalised value and whether it is known to be shared; what is none is left out."""
    beside = [
        {"scheme": scheme.value, "value": fields[scheme.value]}
        for scheme in IdentifierScheme
        if fields.get(scheme.value)
    ]
    for each in [*(fields.get("identifiers") or ()), *beside]:
        try:
            scheme = IdentifierScheme(each["scheme"])
            yield (
                scheme.value,
                normalise_identifier(scheme, str(each["value"])),
                bool(each.get("shared")),
            )
        except ValueError:
            continue


def names_in(fields: Mapping[str, Any]) -> list[str]:
    """The folded family names of the authors, in order; for groups, the whole name."""
    named = (
        each.get("family") or each.get("literal") or "" for each in fields.get("authors") or ()
    )
    return [name for each in named if (name := fold_text(each))]


def citation_keys(fields: Mapping[str, Any]) -> set[int]:
    """The block keys of a publication, from the members of its card or draft: 64-bit numbers."""
    return {_numbered(*parts) for parts in _parts(fields)}


def _parts(fields: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    names, year = names_in(fields), str(fields.get("year") or "")
    page, volume = first_page(fields.get("pages")), number_in(fields.get("volume"))
    for scheme, value, _ in identifiers_in(fields):
        yield scheme, value
    yield from _title_parts(folded_title(fields.get("title") or ""), names, year)
    if page and volume:
        yield "place", volume, page, year
    if page and names:
        yield "author and page", names[0], page
    if len(names) > 1 and year:
        yield "authors and year", names[0], names[1], year


def _title_parts(title: str, names: list[str], year: str) -> Iterator[tuple[str, ...]]:
    words = [word for word in title.split() if word not in STOP_WORDS]
    if len(words) >= _SHORT:
        yield "title begins", "".join(words[:_EDGE])
        yield "title ends", "".join(words[-_EDGE:])
    elif words:
        yield "short title", "".join(words), names[0] if names else "", year


def _numbered(*parts: str) -> int:
    digest = blake2b("\x1f".join(parts).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
