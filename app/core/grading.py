"""How sure rows are whose study, and not they themselves, is asked for a population."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import and_, func, or_, select

from app.core.asking import Listing
from app.core.cards import Rows
from app.core.criteria import Asked, Clause, Criterion, Match, Walk
from app.core.filters import ABOVE, Element, Values, criteria, variants
from app.core.orders import standing


@dataclass(frozen=True)
class Graded:
    """Criteria of which a source may leave open whether they hold of what a row belongs to.

    `of` is the row's column that names it; `others` is all else that is asked of the row.
    """

    listing: Listing
    of: Any
    element: Element
    found: tuple[Criterion, ...]
    others: tuple[Clause, ...]
    asked: Asked

    @classmethod
    def inside(cls, listing: Listing, values: Values, asked: Asked) -> Graded | None:
        """What is asked of the studies of a list's rows; None: nothing that may be left open."""
        for each in listing.filters:
            inner = each.filters if isinstance(each, Element) and each.of is not None else ()
            for part in inner:
                if isinstance(part, Element) and part.graded:
                    found = part.criteria(values, asked)
                    if found:
                        others = _without(listing, part, values, asked)
                        return cls(listing, each.of, part, tuple(found), others, asked)  # type: ignore[union-attr]
        return None

    def walks(self, match: Match) -> list[Walk]:
        """Where in the page index those lie that match so."""
        assert self.element.walks is not None  # noqa: S101 # what is graded has an index
        return self.element.walks(list(self.found), replace(self.asked, match=match))

    def rows(self, walks: list[Walk]) -> Rows:
        """The numbers of the rows that belong to any of these."""
        theirs = or_(*(self.of.in_(select(walk.id).where(*walk.where)) for walk in walks))
        return self.everybody().where(theirs)

    def everybody(self) -> Rows:
        """The numbers of all rows, whatever they belong to."""
        query: Rows = select(self.listing.kind.model.id)
        return query.where(*standing(self.listing), *self.others)


def best(walks: list[Walk], *same: Clause) -> Any:
    """The score of the surest row of the walks that is the same."""
    anywhere = or_(*(and_(*walk.where) for walk in walks))
    return select(func.max(walks[0].score)).where(*same, anywhere).scalar_subquery()


def _without(listing: Listing, part: Element, values: Values, asked: Asked) -> tuple[Clause, ...]:
    """What is asked beside the criteria of one part."""
    own = {each + end for each in variants(part.filters) for end in ("", ABOVE)}
    rest = {name: each for name, each in values.items() if name not in own}
    return tuple(each.definite for each in criteria(listing.filters, rest, asked))
