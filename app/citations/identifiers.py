"""Identifiers of publications and studies, each written as its scheme writes it."""

from __future__ import annotations

import re

from app.vocabulary import IdentifierScheme

_DOI_ADDRESS = re.compile(r"^(https?://)?(dx\.)?doi\.org/|^doi:\s*", re.IGNORECASE)
_SHAPES = {
    IdentifierScheme.DOI: (re.compile(r"10\.\d{4,9}/\S+"), "10.1016/j.pain.2009.06.023"),
    IdentifierScheme.PMID: (re.compile(r"[1-9]\d{0,8}"), "19604642"),
    IdentifierScheme.PMCID: (re.compile(r"PMC[1-9]\d{0,8}"), "PMC3465663"),
    IdentifierScheme.NCT: (re.compile(r"NCT\d{8}"), "NCT01369680"),
    IdentifierScheme.ISRCTN: (re.compile(r"ISRCTN\d{8}"), "ISRCTN12345678"),
    IdentifierScheme.ISBN: (re.compile(r"\d{13}"), "9780306406157"),
}


def normalised(scheme: IdentifierScheme, written: str) -> str:
    """The identifier as its scheme writes it: DOIs in lower case without address, and so on.

    Raises ValueError, with an example, when it is not an identifier of that scheme.
    """
    value = written.strip()
    if scheme is IdentifierScheme.DOI:
        value = _DOI_ADDRESS.sub("", value).lower()
    elif scheme is IdentifierScheme.ISBN:
        value = _isbn13(value.replace("-", "").replace(" ", ""))
    else:
        value = value.upper().replace(" ", "")
    shape, example = _SHAPES[scheme]
    if not shape.fullmatch(value):
        raise ValueError(f"not a {scheme.label}: it should look like {example}")
    return value


def _isbn13(digits: str) -> str:
    """A ten-digit number as the thirteen-digit one that it stands for."""
    if not re.fullmatch(r"\d{9}[\dXx]", digits):
        return digits
    stem = "978" + digits[:9]
    total = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(stem))
    return stem + str(-total % 10)
