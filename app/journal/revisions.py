"""Cards and the revisions that keep superseded ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Integer, bindparam, cast, insert, literal, null, select, update
from sqlalchemy.orm import Session

from app.models import Revision
from app.models.base import Words
from app.query.cards import Kind, upgrade_card

BATCH = 500  # ids in one statement: well below the limit on bound parameters of either engine
Item = TypeVar("Item")


def batches(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """The items, at most BATCH at a time."""
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]


def supersede(session: Session, kind: Kind, ids: Sequence[int], change: int) -> dict[int, str]:
    """Keep the stored cards of records that this change is about to alter.

    Gives the cards in the present format, whatever they are kept in. A card that this very change
    has made already is nobody's past, and is not kept.
    """
    table = kind.table
    cards: dict[int, str] = {}
    for batch in batches(ids):
        chosen = table.c.id.in_(batch) & (table.c.stamp < change)
        stored = select(table.c.id, table.c.card, table.c.card_format).where(chosen)
        for id_, card, card_format in session.connection().execute(stored):
            cards[id_] = upgrade_card(kind, card, card_format)
        keep = select(
            literal(kind.name, Words),
            table.c.id,
            table.c.stamp,
            literal(change),
            table.c[kind.owner] if kind.owner else cast(null(), Integer),
            table.c.version,
            table.c.status,
            cast(table.c[kind.sort_key], Words),
            table.c.card,
            table.c.card_format,
        ).where(chosen)
        session.connection().execute(insert(Revision).from_select(COLUMNS, keep))
    return cards


COLUMNS = (
    "kind",
    "record_id",
    "from_change",
    "to_change",
    "owner",
    "version",
    "status",
    "sort_key",
    "card",
    "card_format",
)


def put_cards(session: Session, kind: Kind, ids: Sequence[int], change: int) -> None:
    """Render and store the cards of records whose past is kept already."""
    for batch in batches(ids):
        store(session, kind, kind.render(session, list(batch)), change)


def store(session: Session, kind: Kind, cards: dict[int, str], change: int) -> None:
    """Store cards, by id, as made by this change."""
    rows: list[dict[str, Any]] = [{"row": id_, "made": card} for id_, card in cards.items()]
    if rows:
        table = kind.table
        session.connection().execute(
            update(table)
            .where(table.c.id == bindparam("row"))
            .values(card=bindparam("made"), card_format=kind.card_format, stamp=change),
            rows,
        )
