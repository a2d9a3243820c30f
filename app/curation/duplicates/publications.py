"""A publication as it is compared: folded once, compared often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.curation.duplicates.titles import LONGEST, Title, comparable_text, read_title
from app.records.citations.matching_keys import (
    citation_keys,
    first_page,
    identifiers_in,
    names_in,
    number_in,
)
from app.values.text import fold_text

MOST_AUTHORS = 100  # that are compared, each with each: lists that are cut short agree as well
ABSTRACT = 600  # characters that are compared: how an abstract goes on says no more
_NAME_PARTS = ("family", "given", "literal")
_NO_NAMES = frozenset({"et al", "al", "anonymous", "anon", "no authors listed", "others"})


@dataclass(frozen=True, slots=True)
class Publication:
    """What is known of one publication, in the forms in which two are compared.

    `authors` are folded family names in order, `name_words` all the words of each name. A
    member that is empty is not known; it speaks neither for nor against.
    """

    title: Title
    authors: tuple[str, ...]
    name_words: tuple[frozenset[str], ...]
    year: int | None
    journal: str
    volume: str | None
    issue: str | None
    page: str | None
    pages: str | None
    doi: frozenset[str]
    pmid: frozenset[str]
    pmcid: frozenset[str]
    registered: frozenset[str]
    shared: frozenset[str]
    abstract: str
    keys: frozenset[int]

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> Publication:
        """Read the members of a citation's card, or of a draft."""
        authors = [_comparable_name(each) for each in (fields.get("authors") or ())[:MOST_AUTHORS]]
        names = [name for name in names_in({"authors": authors}) if name not in _NO_NAMES]
        held = list(identifiers_in(fields))
        return cls(
            title=read_title(fields.get("title") or ""),
            authors=tuple(names),
            name_words=tuple(filter(None, map(_words_of_name, authors))),
            year=fields.get("year"),
            journal=comparable_text(fields.get("container_title") or ""),
            volume=number_in(_beginning(fields.get("volume"))),
            issue=number_in(_beginning(fields.get("issue"))),
            page=first_page(_beginning(fields.get("pages"))),
            pages=_beginning(fields.get("pages")),
            doi=_of_scheme(held, "doi"),
            pmid=_of_scheme(held, "pmid"),
            pmcid=_of_scheme(held, "pmcid"),
            registered=_of_scheme(held, "nct") | _of_scheme(held, "isrctn"),
            shared=frozenset(value for _, value, shared in held if shared),
            abstract=fold_text((fields.get("abstract") or "")[: 2 * ABSTRACT])[:ABSTRACT],
            keys=frozenset(citation_keys(fields)),
        )


def _beginning(written: str | None) -> str | None:
    return written and written[:LONGEST]


def _comparable_name(author: Mapping[str, Any]) -> dict[str, str]:
    """The parts of a name, as far as they are compared."""
    return {part: author[part][:LONGEST] for part in _NAME_PARTS if author.get(part)}


def _of_scheme(held: list[tuple[str, str, bool]], scheme: str) -> frozenset[str]:
    return frozenset(value for each, value, _ in held if each == scheme)


def _words_of_name(author: Mapping[str, Any]) -> frozenset[str]:
    """The words of a whole name, initials left out: order and hyphens differ between sources."""
    name = fold_text(" ".join(filter(None, map(author.get, _NAME_PARTS))))
    return (
        frozenset(word for word in name.split() if len(word) > 1)
        if name not in _NO_NAMES
        else (frozenset())
    )
