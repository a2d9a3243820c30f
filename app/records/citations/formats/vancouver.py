"""Vancouver style. Source: ICMJE recommendations; Patrias, Citing Medicine, 2nd ed. (NLM)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.query.formats import TextFormat
from app.records.citations.formats.members import Author, Card, first, one_line
from app.vocabulary import IdentifierScheme, PublicationStatus

MOST_AUTHORS = 6
_PAGES = re.compile(r"([A-Za-z]*)(\d+)-\1(\d+)")
_SUFFIX = re.compile(r"(?:Jr|Sr|2nd|3rd|4th|II|III|IV)\.?")
_FLAGS = {
    PublicationStatus.RETRACTED: " [Retracted].",
    PublicationStatus.EXPRESSION_OF_CONCERN: " [Expression of concern published].",
    PublicationStatus.CORRECTED: " [Corrected].",
}


def vancouver(card: Card) -> str:
    """One reference on a line of its own."""
    return " ".join(filter(None, _parts(card))) + "\n"


def _parts(card: Card) -> Iterator[str]:
    yield _sentence(_authors(card))
    yield _sentence(one_line(card["title"]))
    place = _place(card)
    yield _sentence(" ".join(filter(None, (one_line(card["container_title"] or ""), place))))
    yield _FLAGS.get(card["publication_status"], "").strip()
    if doi := first(card, IdentifierScheme.DOI):
        yield f"doi:{doi}."
    if pmid := first(card, IdentifierScheme.PMID):
        yield f"PMID: {pmid}."


def _sentence(text: str) -> str:
    return text if not text or text[-1] in ".?!" else f"{text}."


def _authors(card: Card) -> str:
    names = [_name(author) for author in card["authors"][:MOST_AUTHORS]]
    cut = card["authors_truncated"] or len(card["authors"]) > MOST_AUTHORS
    return ", ".join([*names, "et al"] if cut and names else names)


def _name(author: Author) -> str:
    if not author["family"]:
        return one_line(author["literal"])
    *given, last = (author["given"] or "").split() or [""]
    suffix = [last.rstrip(".")] if given and _SUFFIX.fullmatch(last) else []
    initials = "".join(_initials(part) for part in (given if suffix else [*given, last]))
    return " ".join([one_line(author["family"]), *filter(None, [initials]), *suffix])


def _initials(name: str) -> str:
    """MJ of `M.J.`, `MJ` or `Mary-Jane`."""
    if name.isupper() and "." not in name and len(name) <= 4:
        return name.replace("-", "")
    return "".join(part[0].upper() for part in re.split(r"[.\-‐]", name) if part)


def _place(card: Card) -> str:
    """`2009;145(3):304-11`, as far as it is known."""
    volume, issue = card["volume"] or "", card["issue"]
    numbers = volume + (f"({issue})" if issue else "")
    year = str(card["year"]) if card["year"] else ""
    place = f"{year};{numbers}" if numbers else year
    return f"{place}:{_short(card['pages'])}" if card["pages"] else place


def _short(pages: str) -> str:
    """304-11 for 304-311."""
    span = _PAGES.fullmatch(pages)
    if not span or len(span[2]) != len(span[3]):
        return pages
    same = next(
        (at for at, pair in enumerate(zip(span[2], span[3], strict=True)) if pair[0] != pair[1]), 0
    )
    return f"{span[1]}{span[2]}-{span[1] if not same else ''}{span[3][same:]}"


VANCOUVER = TextFormat("vancouver", "text/x-vancouver", "txt", vancouver)
