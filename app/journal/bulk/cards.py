"""Cards drawn from rows in hand: the very bytes of Kind.render, with nothing read back.

A shape is compiled once from a card's class and its model: which members are columns, which are
rows that belong to the record, which are other records. Drawing then only looks rows up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from operator import itemgetter
from typing import Any, get_args

import orjson
from sqlalchemy import inspect
from sqlalchemy.orm import RelationshipProperty
from sqlalchemy.orm.interfaces import MANYTOMANY, MANYTOONE

from app.journal.bulk.rows import Belonging, Graph, Joined, Row
from app.query.cards import Fields, Kind
from app.records.catalogue import KINDS
from app.records.links import AgesCard
from app.values.ages import Ages

Member = Callable[[Graph, Row], Any]


class Shape:
    """How a card of one class is drawn from a row of one table and the rows around it."""

    def __init__(self, card: type[Fields], model: type[Any]) -> None:
        mapper = inspect(model)
        self.table = str(mapper.local_table.name)
        self.names = tuple(card.model_fields)
        plain = [name for name in self.names if name in mapper.columns]
        picked = [name if name in plain else plain[0] for name in self.names]
        self.columns = tuple(plain)
        self._values: Callable[[Row], tuple[Any, ...]] = (
            itemgetter(*picked) if len(picked) > 1 else lambda row: (row[picked[0]],)
        )
        self._members: list[tuple[str, Member]] = []
        self._mapper = mapper
        self._card = card

    def compile(self) -> Shape:
        """Find out how every member is drawn that is no column."""
        for name in self.names:
            if name not in self.columns:
                inner = _class_inside(self._card.model_fields[name].annotation)
                self._members.append((name, self._member(name, inner)))
        return self

    def _member(self, name: str, inner: type[Fields]) -> Member:
        if inner is AgesCard:
            return _draw_ages
        relation: RelationshipProperty[Any] = self._mapper.relationships[name]
        target = shape_of(inner, relation.mapper.class_)
        if relation.direction is MANYTOONE:
            near, _ = relation.local_remote_pairs[0]
            return LinkedRow(self.table, near.name, target)
        order = _name_of_order(relation)
        if relation.direction is MANYTOMANY:
            pairs = relation.secondary_synchronize_pairs or ()
            near, far = relation.synchronize_pairs[0][1], pairs[0][1]
            joined = Joined(near.table.name, near.name, far.name, target.table, order)
            return LinkedRows(self.table, joined, target)
        _, remote = relation.local_remote_pairs[0]
        return PartRows(self.table, Belonging(target.table, remote.name, order), target)

    def draw(self, graph: Graph, row: Row) -> Row:
        """The card of a row, its inner records as the bytes they have everywhere."""
        card = dict(zip(self.names, self._values(row), strict=True))
        for name, member in self._members:
            card[name] = member(graph, row)
        return card

    def link(self, graph: Graph, number: int) -> orjson.Fragment:
        """The bytes of the row with this number, drawn once in a batch."""
        drawn = graph.drawn[self]
        if number not in drawn:
            card = self.draw(graph, graph.numbered[self.table][number])
            drawn[number] = orjson.Fragment(orjson.dumps(card))
        return drawn[number]

    def inside(self) -> Iterator[LinkedRow | LinkedRows | PartRows]:
        """Every member that is drawn from other rows."""
        for _, member in self._members:
            if isinstance(member, LinkedRow | LinkedRows | PartRows):
                yield member


class LinkedRow:
    """Another row that a column names."""

    def __init__(self, table: str, column: str, shape: Shape) -> None:
        self.table, self.column, self.shape = table, column, shape

    def __call__(self, graph: Graph, row: Row) -> orjson.Fragment | None:
        """The row's bytes; None when the column is empty."""
        number = row[self.column]
        return None if number is None else self.shape.link(graph, number)


class LinkedRows:
    """Rows of another table that a table of pairs joins to this one."""

    def __init__(self, table: str, joined: Joined, shape: Shape) -> None:
        self.table, self.joined, self.shape = table, joined, shape

    def __call__(self, graph: Graph, row: Row) -> list[orjson.Fragment]:
        """Their bytes, in order."""
        numbers = graph.joined[self.joined].get(row["id"])
        return [self.shape.link(graph, number) for number in numbers] if numbers else []


class PartRows:
    """Rows that belong to this one."""

    def __init__(self, table: str, belonging: Belonging, shape: Shape) -> None:
        self.table, self.belonging, self.shape = table, belonging, shape

    def __call__(self, graph: Graph, row: Row) -> list[Row]:
        """Their cards, in order."""
        rows = graph.belonging[self.belonging].get(row["id"])
        return [self.shape.draw(graph, each) for each in rows] if rows else []


SHAPES: dict[tuple[type[Fields], type[Any]], Shape] = {}


def shape_of(card: type[Fields], model: type[Any]) -> Shape:
    """The shape of a card drawn from a model, compiled once."""
    if (card, model) not in SHAPES:
        SHAPES[card, model] = Shape(card, model)
        SHAPES[card, model].compile()
    return SHAPES[card, model]


def _class_inside(annotation: Any) -> type[Fields]:
    """The card's class in X, X | None or list[X]."""
    for each in get_args(annotation) or (annotation,):
        if isinstance(each, type) and issubclass(each, Fields):
            return each
    raise TypeError(f"{annotation} holds no card")


def _name_of_order(relation: RelationshipProperty[Any]) -> str:
    """The one column by which a relationship orders its rows; its number where it says nothing."""
    columns = relation.order_by or ()
    return str(columns[0].name) if columns else "id"


@cache
def _ages(start: int | None, end: int | None) -> orjson.Fragment | None:
    if start is None and end is None:
        return None
    return orjson.Fragment(AgesCard.model_validate(Ages(start, end)).model_dump_json())


def _draw_ages(graph: Graph, row: Row) -> orjson.Fragment | None:
    del graph
    return _ages(row["age_min"], row["age_max"])


def _roots() -> dict[str, list[tuple[Kind, Shape, str | None]]]:
    """The kinds whose records a table holds and, for terms, the word that tells them apart."""
    found: dict[str, list[tuple[Kind, Shape, str | None]]] = {}
    for kind in KINDS:
        word = inspect(kind.model).polymorphic_identity
        shape = shape_of(kind.card, kind.model)
        found.setdefault(shape.table, []).append((kind, shape, word))
    return found


ROOTS = _roots()


def records(graph: Graph) -> Iterator[tuple[Kind, Shape, list[Row]]]:
    """The records of a batch by kind, in the order in which their rows can be written."""
    for table, kinds in ROOTS.items():
        rows = graph.rows.get(table, [])
        for kind, shape, word in kinds:
            chosen = rows if word is None else [row for row in rows if row["kind"] == word]
            if chosen:
                yield kind, shape, chosen


def draw_cards(graph: Graph) -> None:
    """Give every record of a batch its card."""
    for kind, shape, rows in records(graph):
        for row in rows:
            row["card"] = orjson.dumps(shape.draw(graph, row)).decode()
            row["card_format"] = kind.card_format
