"""Stored cards of older formats: how many there are, and how they come to the present one.

A card is rendered when its record changes, so a new member of a card is in no stored card. After
`evidence migrate` every current card has the format that its kind declares; the content stays, and
with it slug, version, stamp and the version in the ETag. Superseded cards keep their bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, or_, select, update
from sqlalchemy.orm import Session

from app.db.database import Database
from app.db.statements import Rows
from app.journal import matching_keys, search_texts
from app.journal.revisions import BATCH
from app.models import Change as ChangeRow
from app.query.cards import Kind, upgrade_card
from app.records.catalogue import KINDS
from app.values import datetimes
from app.vocabulary import ChangeAction

ACTOR = "migrate"
Progress = Callable[[str, int], None]  # the name of a kind, and how many more of its cards are done


def outdated(connection: Connection) -> dict[Kind, int]:
    """How many cards of each kind are not of the kind's format; kinds that have none are left out.

    An index has the formats, so that it is cheap to ask for on every look at `/ready`.
    """
    counts = connection.execute(_counts(tuple(kind.card_format for kind in KINDS))).one()
    return {kind: int(count) for kind, count in zip(KINDS, counts, strict=True) if count}


@cache  # it takes longer to put together than to run; the formats are what it hangs on
def _counts(_formats: tuple[int, ...]) -> Rows:
    numbers = [
        select(func.count()).where(*kind.where, _is_outdated(kind)).scalar_subquery()
        for kind in KINDS
    ]
    return select(*numbers)


def sentence(found: dict[Kind, int]) -> str:
    """What `outdated` gave, as people are told."""
    named = (f"{count} of {kind.path.replace('-', ' ')}" for kind, count in found.items())
    return (
        f"Stored cards are not in the format that this program needs ({', '.join(named)}): "
        "run `evidence migrate`, which goes on where it stopped."
    )


def upgrade(database: Database, progress: Progress | None = None) -> dict[str, int]:
    """Bring every outdated card to its kind's format, in batches; gives how many, by kind.

    Each batch is a transaction of its own: readers and writers go on meanwhile, and a run that was
    killed is simply run again. When none is left, one change is recorded, which alters no record:
    ETags of lists, totals that are kept, and the release hang on the last change, and all of them
    have other bytes now.
    """
    done: dict[str, int] = {}
    for kind in KINDS:
        while count := _upgrade_batch(database, kind, done):
            done[kind.name] = done.get(kind.name, 0) + count
            if progress is not None:
                progress(kind.name, count)
    return done


def _is_outdated(kind: Kind) -> ColumnElement[bool]:
    # Two ranges of the index; "is not" would read every row, card and all.
    column = kind.table.c.card_format
    return or_(column < kind.card_format, column > kind.card_format)


def _upgrade_batch(database: Database, kind: Kind, done: dict[str, int]) -> int:
    """Bring some cards of a kind to its format, and record the change with the last of all."""
    with database.write() as session:
        table, connection = kind.table, session.connection()
        query = select(table.c.id, table.c.card, table.c.card_format)
        query = query.where(*kind.where, _is_outdated(kind)).limit(BATCH)
        rows = {row.id: row for row in connection.execute(query)}
        if not rows:
            return 0
        cards = {
            id_: upgrade_card(kind, row.card, row.card_format)
            for id_, row in rows.items()
            if _is_declared(kind, row.card_format)
        }
        cards |= kind.render(session, [id_ for id_ in rows if id_ not in cards])
        _store(session, kind, cards)
        if not outdated(connection):
            _record(connection, {**done, kind.name: done.get(kind.name, 0) + len(rows)})
    return len(rows)


def _is_declared(kind: Kind, card_format: int) -> bool:
    """Whether every step from a format to the present one is declared."""
    steps = range(card_format, kind.card_format)
    return bool(steps) and all(number in kind.upgrades for number in steps)


def _store(session: Session, kind: Kind, cards: dict[int, str]) -> None:
    """Put cards into the place of those they were, and derive anew what is cut from cards.

    Neither version nor stamp moves: the record says what it said before.
    """
    table = kind.table
    session.connection().execute(
        update(table)
        .where(table.c.id == bindparam("row"))
        .values(card=bindparam("made"), card_format=kind.card_format),
        [{"row": id_, "made": card} for id_, card in cards.items()],
    )
    touched = {kind: list(cards)}
    search_texts.rewrite(session, touched)
    matching_keys.rewrite(session, touched)


def _record(connection: Connection, done: dict[str, int]) -> None:
    """Record that cards read differently from here on, though no record was altered."""
    formats = {kind.name: kind.card_format for kind in KINDS}
    named = (f"{name.replace('_', ' ')}: format {formats[name]}" for name in done)
    last = connection.execute(select(func.max(ChangeRow.at))).scalar()
    connection.execute(
        insert(ChangeRow).values(
            at=datetimes.now_after(last),
            actor=ACTOR,
            action=ChangeAction.EDIT,
            reason=f"Cards in a new format; no content was altered ({', '.join(named)}).",
        )
    )


def misformatted(connection: Connection) -> Iterator[str]:
    """Name each record whose card is not of its kind's format, for `verify`."""
    for kind in outdated(connection):
        table = kind.table
        query = select(table.c.slug, table.c.card_format).where(*kind.where, _is_outdated(kind))
        for slug, card_format in connection.execute(query.order_by(table.c.slug)):
            yield (
                f"{kind.name} {slug}: its card is of format {card_format}, not"
                f" {kind.card_format}; `evidence migrate` brings it there"
            )
