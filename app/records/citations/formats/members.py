"""What every format asks of a card, and the words for what most formats have no field for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.vocabulary import IdentifierScheme, PublicationStatus

Card = dict[str, Any]
Author = dict[str, Any]

# How a note says what became of a publication; our readers understand the same words.
STATUS_NOTES = {
    PublicationStatus.RETRACTED: "Retracted publication",
    PublicationStatus.EXPRESSION_OF_CONCERN: "Expression of concern published",
    PublicationStatus.CORRECTED: "Corrected publication",
}
CITED_AS = "Cited as: "


def one_line(text: str) -> str:
    """A value without line ends."""
    return " ".join(text.split())


def identifiers(card: Card, *schemes: IdentifierScheme) -> Iterator[tuple[IdentifierScheme, str]]:
    """The identifiers of some schemes, in the card's order."""
    for each in card["identifiers"]:
        if each["scheme"] in schemes:
            yield IdentifierScheme(each["scheme"]), each["value"]


def first(card: Card, scheme: IdentifierScheme) -> str | None:
    """The first identifier of a scheme."""
    return next((value for _, value in identifiers(card, scheme)), None)


def notes(card: Card) -> Iterator[str]:
    """What a format without fields for it says in notes."""
    if status := STATUS_NOTES.get(card["publication_status"]):
        yield status
    for scheme, value in identifiers(card, IdentifierScheme.NCT, IdentifierScheme.ISRCTN):
        yield f"{scheme.label}: {value}"
    if card["verbatim"]:
        yield CITED_AS + one_line(card["verbatim"])


def family_first(author: Author) -> str:
    """`Family, Given`; a name that does not fall into parts ends with a comma."""
    if author["family"] is None:
        return f"{one_line(author['literal'])},"
    family = one_line(author["family"])
    return f"{family}, {one_line(author['given'])}" if author["given"] else family
