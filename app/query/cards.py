"""Cards and kinds: the public JSON of each kind of record, and what it shows of other records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

import orjson
from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, Connection, Select, inspect, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from app.db.statements import Rows

CURRENT = "current"  # the status of records that stand
Path = tuple[InstrumentedAttribute[Any], ...]
Upgrade = Callable[[dict[str, Any]], dict[str, Any]]  # a card's members, one format on


class Fields(BaseModel):
    """Columns as they stand in JSON; each is described by the comment on its column."""

    model_config = ConfigDict(
        from_attributes=True, json_schema_serialization_defaults_required=True
    )

    describes: ClassVar[type[Any] | None] = None

    @classmethod
    def __pydantic_init_subclass__(cls, **options: Any) -> None:
        """Take the descriptions of fields from the model they describe."""
        super().__pydantic_init_subclass__(**options)
        if cls.describes is None:
            return
        columns = inspect(cls.describes).columns
        for name, info in cls.model_fields.items():
            if info.description is None and name in columns:
                info.description = columns[name].comment
        cls.model_rebuild(force=True)


class RecordCard(Fields):
    """What every card begins with."""

    slug: str


@dataclass(frozen=True, eq=False)
class Kind:
    """A kind of record: its table, its card, and every relationship that the card reads.

    `shows` and `follows` are the paths to all that a card reads beyond its own row: eager loads
    and the search for dependents both come from them. At the end of a path in `shows` stands a
    part, or a record shown as its kind's `link`, the same bytes everywhere. `follows` are paths to
    records whose edits can move the connection itself, or of which more than a link is shown: when
    one changes, the cards at this end are rendered again. `words` are the members of the card,
    dotted, that full text finds the record by. Superseded cards keep their bytes: the first of
    `upgrades` lifts a card of format 1 to format 2, and so on up to `card_format`.
    """

    name: str
    path: str
    model: type[Any]
    card: type[Fields]
    title: str
    words: tuple[str, ...]
    link: type[Fields] | None = None
    shows: tuple[Path, ...] = ()
    follows: tuple[Path, ...] = ()
    sort_key: str = "slug"
    owner: str | None = None
    card_format: int = 1
    upgrades: tuple[Upgrade, ...] = ()
    where: tuple[ColumnElement[bool], ...] = field(default=())

    @property
    def table(self) -> Any:
        """The table of the records, cards included."""
        return inspect(self.model).local_table

    def loads(self) -> Iterator[ORMOption]:
        """What to load with a record so that its card can be rendered without further reading."""
        for path in (*self.shows, *self.follows):
            option = selectinload(path[0])
            for step in path[1:]:
                option = option.selectinload(step)
            yield option

    def rows(self, session: Session, ids: list[int]) -> Iterator[Any]:
        """These records, loaded with all that their cards show."""
        query = select(self.model).where(self.model.id.in_(ids)).options(*self.loads())
        yield from session.scalars(query)

    def render(self, session: Session, ids: list[int]) -> dict[int, str]:
        """The cards of these records as the database has them, whatever an editor has in hand."""
        with Session(session.connection(), autoflush=False) as fresh:
            return {
                row.id: self.card.model_validate(row).model_dump_json()
                for row in self.rows(fresh, ids)
            }

    @staticmethod
    def leading_to(changed: type[Any], paths: tuple[Path, ...]) -> Iterator[Path]:
        """Those of the paths at whose end records of a class are shown."""
        for path in paths:
            if issubclass(changed, path[-1].property.mapper.class_):
                yield path

    def showing(self, path: Path, ids: list[int]) -> Select[int]:
        """Which records of this kind show any of these records along a path."""
        shown = aliased(path[-1].property.mapper.class_, flat=True)
        query = select(self.model.id)
        for step in path[:-1]:
            query = query.join(step)
        return query.join(path[-1].of_type(shown)).where(shown.id.in_(ids))


def upgrade_card(kind: Kind, card: str, card_format: int) -> str:
    """A card of an older format as it would stand in the present one; else its very bytes."""
    if card_format == kind.card_format:
        return card
    parsed = orjson.loads(card)
    for upgrade in kind.upgrades[card_format - 1 :]:
        parsed = upgrade(parsed)
    return orjson.dumps(parsed).decode()


def cards_of(connection: Connection, kind: Kind, slugs: Iterable[str]) -> dict[str, str]:
    """The cards of these records, by slug, as far as they stand; one statement."""
    table = kind.table.c
    wanted = (*kind.where, kind.model.slug.in_(set(slugs)), kind.model.status == CURRENT)
    rows: Rows = select(table.slug, table.card).where(*wanted)
    return {row.slug: row.card for row in connection.execute(rows)}


def members(card: Any, path: str) -> Iterator[str]:
    """The strings at a dotted path of a card, lists spread out."""
    if isinstance(card, list):
        for each in card:
            yield from members(each, path)
    elif path and isinstance(card, dict):
        head, _, rest = path.partition(".")
        yield from members(card.get(head), rest)
    elif not path and card is not None:
        yield str(card)
