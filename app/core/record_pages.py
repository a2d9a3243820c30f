"""What the page of one record takes in beside its card."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from app.core.asking import Listing
from app.core.cards import Kind
from app.core.forms import TextForm
from app.core.kept import Kept
from app.core.prepared import Prepared

MOST_CHILDREN = 200  # children of one kind inside a record's page


@dataclass(frozen=True)
class Children:
    """Records of another kind that a record's page takes in.

    `by` is the filter of their list that finds the same rows by the record's slug; `prefix` stands
    before the slug where that filter needs more than the slug. In the past they are found by what
    cards say: the page's own members that link to them are `named`, those of their cards that link
    to the record `naming`; neither: they belong to it. `through` is for links by way of records
    found before: their name, what they link to the record by, and what links to them.
    """

    name: str
    listing: Listing
    where: Any  # from the record's row number to the clause
    by: str | None = None
    prefix: str = ""
    named: tuple[str, ...] = ()
    naming: tuple[str, ...] = ()
    through: tuple[str, str, str] | None = None


@dataclass(frozen=True)
class RecordPage:
    """A record's page: its card and the records inside."""

    kind: Kind
    model: type[BaseModel]
    children: tuple[Children, ...] = ()
    more: Any = None  # from connection and row number to further members, as a dict
    forms: tuple[TextForm, ...] = ()  # beside JSON
    kept: Kept[Prepared] = field(default_factory=Kept, compare=False, repr=False)  # statements
