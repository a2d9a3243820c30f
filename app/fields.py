"""What a field of a draft holds where it is no column: other records, parts, or something apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from app.models import Record, Term


def in_words(model: type[Any]) -> str:
    """What a table holds, as people say it."""
    return re.sub("(?<!^)(?=[A-Z])", " ", model.__name__).lower()


@dataclass(frozen=True)
class Link:
    """The field holds the slug of a record of this model, or a list of slugs."""

    model: type[Record]

    @property
    def about(self) -> str:
        """What the field holds, in words."""
        if self.model is Term:
            return "Named by kind/slug or, where one kind only has it, by slug: a term."
        return f"Named by slug: {in_words(self.model)}."


@dataclass(frozen=True)
class Sibling:
    """The field holds the key of a part of the same study, or a list of keys."""

    parts: str

    @property
    def about(self) -> str:
        """What the field holds, in words."""
        return f"Named by key, among the study's {self.parts}."


@dataclass(frozen=True)
class Parts:
    """The field holds drafts of the record's own parts; `match` names what tells them apart.

    Where the database wants it to be unique it has to be that, else parts clash when they move.
    """

    model: type[Any]
    match: str = "key"

    @property
    def about(self) -> str:
        """What the field holds, in words."""
        return f"In order, each: {in_words(self.model)}."


@dataclass(frozen=True)
class Values:
    """The field holds plain values, each kept in a row of its own."""

    model: type[Any]
    column: str

    @property
    def about(self) -> str:
        """What the field holds, in words."""
        return f"In order, each: {in_words(self.model)}."


@dataclass(frozen=True)
class Apart:
    """The field is put into place by the feature itself."""

    about: str | None = None


Rule = Link | Sibling | Parts | Values | Apart
