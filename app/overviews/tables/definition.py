"""A flat table: a list whose records are taken apart into rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, Field, create_model

from app.api.paging import CursorPage
from app.db.statements import BoundedCache, PreparedStatement
from app.overviews.tables.columns import TableColumn
from app.query.filters import FilterGroup
from app.query.lists import Capped, Hint, ScopeCard, Total
from app.query.request import ListDefinition

RowModel = TypeVar("RowModel", bound=BaseModel)
NOT_TAKEN = ("as_of", "fields", "facet", "facet.own")  # of the parameters of the list
MATCH = TableColumn(
    "match",
    Literal["within", "overlapping", "possible", "no"],  # type: ignore[arg-type] # as a type
    "How sure the row is, where people, treatment or n are asked for: within, overlapping or"
    " possible; no: it is there for comparison.",
)


@dataclass(frozen=True)
class FlatTable:
    """A flat table of what a list has.

    `source` joins the records, their parts and the groups of these; `fact`, `part` and `group`
    name in it the record, the place of the part and the group of a row. `order` orders the rows of
    a record. `own` are the filters that one part has to meet. With `all_parts`, parts that are not
    as asked stand beside those that are, for comparison; else they are left out.
    """

    path: str
    listing: ListDefinition
    row: str
    about: str
    parts_are: str
    columns: tuple[TableColumn, ...]
    fact: Any
    part: Any
    group: Any
    order: tuple[Any, ...]
    source: Any
    own: FilterGroup
    all_parts: bool = False
    statements: BoundedCache[PreparedStatement] = field(
        default_factory=BoundedCache, compare=False, repr=False
    )

    @cached_property
    def names(self) -> list[str]:
        """The header."""
        return [column.name for column in self.columns]

    @cached_property
    def page_model(self) -> type[BaseModel]:
        """A page of the table."""
        cells: dict[str, Any] = {
            column.name: (column.holds | None, Field(description=column.meaning))
            for column in self.columns
        }
        row = create_model(self.row, __doc__=self.about, **cells)
        page: Any = TablePage
        about = "Some rows of the table; the next ones are behind the cursor."
        return create_model(
            self.row.removesuffix("Row") + "Table", __base__=page[row], __doc__=about
        )


class TablePage(CursorPage[RowModel], Generic[RowModel]):
    """One page of a flat table."""

    total: Total
    scope: ScopeCard
    capped: Capped | None = Field(
        default=None, description="Where more records match a query than are put in order."
    )
    hint: Hint | None = Field(default=None, description="Where nothing was found: what would.")
