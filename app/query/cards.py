"""Cards and kinds: the public JSON of each kind of record, and what it shows of other records.

A card is stored as the bytes that are served. When its layout changes, its kind's `card_format`
rises, and `evidence migrate` brings the stored cards along (app/journal/card_formats.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, get_args

import orjson
from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, Connection, Select, inspect, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from app.db.statements import Rows

CURRENT = "current"  # the status of records that stand
Path = tuple[InstrumentedAttribute[Any], ...]
Upgrade = Callable[[dict[str, Any]], dict[str, Any]]  # a card's members, one format on
# What JSON Schema says for people only: a sentence may change, and no stored card differs.
_IN_WORDS = {"title", "description", "examples", "example", "default"}


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


def unchanged(members: dict[str, Any]) -> dict[str, Any]:
    """The upgrade of cards that the next format leaves as they are: a vocabulary got a word."""
    return members


def schema_hash(card: type[BaseModel]) -> str:
    """Twelve hexadecimal digits that change when the layout of a card does.

    They are cut from the SHA-256 of its JSON Schema (2020-12), in the order of its members and
    without what is there for people to read. Links and parts inside count: their bytes are in the
    card, too.
    """
    schema = _without_words(card.model_json_schema(mode="serialization"))
    return hashlib.sha256(orjson.dumps(schema)).hexdigest()[:12]


def _without_words(schema: Any, *, names: bool = False) -> Any:
    """A JSON Schema without titles and descriptions; `names`: the keys are members of a card."""
    if isinstance(schema, list):
        return [_without_words(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _without_words(value, names=not names and key in {"properties", "$defs"})
        for key, value in schema.items()
        if names or key not in _IN_WORDS
    }


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
    dotted, that full text finds the record by.

    `card_format` is stored with each card. `card_schema` is the `schema_hash` of the card; a test
    fails when the layout changes and these two do not, so that nobody can forget that cards are
    stored. `upgrades` lift a card from one format to the next, by the number they lift from. Where
    none is declared, current cards are rendered again, and superseded ones, which keep their bytes
    and whose rows are gone, get what they lack as unknown (`upgrade_card`). `past_upgrades` do
    before that what the rows of current cards were altered by: they are for superseded ones only.
    """

    name: str
    path: str
    model: type[Any]
    card: type[Fields]
    card_format: int
    card_schema: str
    title: str
    words: tuple[str, ...]
    link: type[Fields] | None = None
    shows: tuple[Path, ...] = ()
    follows: tuple[Path, ...] = ()
    sort_key: str = "slug"
    owner: str | None = None
    upgrades: Mapping[int, Upgrade] = field(default_factory=dict)
    past_upgrades: Mapping[int, Upgrade] = field(default_factory=dict)
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
    """A card of an older format as it would stand in the present one; else its very bytes.

    Through a format without a declared upgrade a card gets each member that it lacks as null or,
    where the layout has no null, as an empty list or its default, and loses those that are gone.
    """
    if card_format >= kind.card_format:
        return card
    found = orjson.loads(card)
    for number in range(card_format, kind.card_format):
        if upgrade := kind.upgrades.get(number):
            found = upgrade(found)
        else:
            lift = kind.past_upgrades.get(number, unchanged)
            found = _completed(kind.card, lift(found))
    return orjson.dumps(found).decode()


def _completed(model: type[BaseModel], found: dict[str, Any]) -> dict[str, Any]:
    """The members of a card, or of a part of one, as its model has them today."""
    whole: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        part, _ = model_inside(info.annotation)
        if name not in found:
            if type(None) in get_args(info.annotation):
                whole[name] = None
            elif not info.is_required():
                whole[name] = info.get_default(call_default_factory=True)
            elif getattr(info.annotation, "__origin__", None) is list:
                whole[name] = []
        elif part is not None and isinstance(found[name], dict):
            whole[name] = _completed(part, found[name])
        elif part is not None and isinstance(found[name], list):
            whole[name] = [_completed(part, each) for each in found[name]]
        else:
            whole[name] = found[name]
    return whole


def model_inside(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    """The model inside an annotation such as `list[Card] | None`, and whether there are many."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    many = getattr(annotation, "__origin__", None) in {list, dict}
    for each in get_args(annotation):
        found, inner = model_inside(each)
        many = many or inner
        if found is not None:
            return found, many
    return None, many


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
