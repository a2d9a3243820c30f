"""Identifiers of publications and studies, each written as its scheme writes it."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

from app.values.errors import InvalidFields
from app.vocabulary import IdentifierScheme

_DOI_PREFIX = re.compile(
    r"^(?:(?:https?://)?(?:(?:dx|www)\.)?doi\.org/|(?:info:|urn:)?doi[:\s=/]\s*)+", re.IGNORECASE
)
_DOI_AROUND = " \t\r\n.,;:'\"“”’"
_BRACKETS = {")": "(", "]": "[", "}": "{", ">": "<"}
_PMID_PREFIX = re.compile(r"^(?:PMID|PUBMED|MEDLINE)[:\s]*0*|^0+")
_SHAPES = {
    IdentifierScheme.DOI: (re.compile(r"10\.\d{4,9}/\S+"), "10.1016/j.pain.2009.06.023"),
    IdentifierScheme.PMID: (re.compile(r"[1-9]\d{0,8}"), "19604642"),
    IdentifierScheme.PMCID: (re.compile(r"PMC[1-9]\d{0,8}"), "PMC3465663"),
    IdentifierScheme.NCT: (re.compile(r"NCT\d{8}"), "NCT01369680"),
    IdentifierScheme.ISRCTN: (re.compile(r"ISRCTN\d{8}"), "ISRCTN12345678"),
    IdentifierScheme.ISBN: (re.compile(r"\d{13}"), "9780306406157"),
}
_LONGEST = 2000


def normalise_identifier(scheme: IdentifierScheme, written: str) -> str:
    """The identifier as its scheme writes it: DOIs in lower case without address, and so on.

    Raises Misfit, with an example, when it is not an identifier of that scheme.
    """
    value = _NORMALISE[scheme](written[:_LONGEST].strip())
    shape, example = _SHAPES[scheme]
    if not shape.fullmatch(value):
        raise InvalidFields(f"not a {scheme.label}: it should look like {example}", "value")
    return value


def read_identifier(written: str) -> str:
    """An identifier of any scheme, alone or as doi:10.1016/...; raises ValueError."""
    scheme, colon, value = written.partition(":")
    if colon and scheme.lower() in set(IdentifierScheme):
        return normalise_identifier(IdentifierScheme(scheme), value)
    for each in IdentifierScheme:
        try:
            return normalise_identifier(each, written)
        except ValueError:
            continue
    raise ValueError("is a DOI, PMID, PMCID, NCT, ISRCTN or ISBN number")


def identifier_example(scheme: IdentifierScheme) -> str:
    """An identifier as the scheme writes them."""
    return _SHAPES[scheme][1]


def _doi(value: str) -> str:
    """Without address, prefix, and what a sentence or an export put around it."""
    bare = _DOI_PREFIX.sub("", value)
    if "%" in bare and bare != value:
        bare = unquote(bare)  # an address has its slash and brackets escaped
    bare = bare.lower().removesuffix("[doi]").rstrip(_DOI_AROUND)
    opened = _BRACKETS.get(bare[-1:])
    if opened and bare.count(bare[-1]) > bare.count(opened):
        bare = bare[:-1].rstrip(_DOI_AROUND)
    return bare


def _pmid(value: str) -> str:
    return _PMID_PREFIX.sub("", value.upper()).replace(" ", "")


def _pmcid(value: str) -> str:
    digits = re.sub(r"^(?:PMCID)?[:\s]*(?:PMC)?\s*", "", value.upper())
    return "PMC" + digits.partition(".")[0]  # without the version


def _registered(value: str) -> str:
    return re.sub(r"[\s-]+", "", value.upper())


def _isbn13(value: str) -> str:
    """A ten-digit number as the thirteen-digit one that it stands for."""
    digits = re.sub(r"^ISBN(?:-1[03])?[:\s]*", "", value, flags=re.IGNORECASE)
    if digits.endswith(")") and "(" in digits:
        digits = digits[: digits.index("(")]  # (hardback)
    digits = re.sub(r"[\s\u2010-\u2015-]", "", digits)
    if not re.fullmatch(r"\d{9}[\dXx]", digits):
        return digits
    stem = "978" + digits[:9]
    total = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(stem))
    return stem + str(-total % 10)


_NORMALISE: dict[IdentifierScheme, Callable[[str], str]] = {
    IdentifierScheme.DOI: _doi,
    IdentifierScheme.PMID: _pmid,
    IdentifierScheme.PMCID: _pmcid,
    IdentifierScheme.NCT: _registered,
    IdentifierScheme.ISRCTN: _registered,
    IdentifierScheme.ISBN: _isbn13,
}
