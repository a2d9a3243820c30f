"""Stored cards of older formats: how many there are, and how they come to the present one.

A card is rendered when its record changes, so a new member of a card is in no stored card. After
`evidence migrate` every current card has the format that its kind declares; the content stays, and
with it slug, version, stamp and the version in the ETag. Superseded cards keep their bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, or_, select, update
from sqlalchemy.orm import Session

from app.db.database import Database
from app.db.statements import Rows
from app.journal import derivations, matching_keys, search_texts
from app.journal.derivations import Derivation, IdRange, Progress, processes_for
from app.journal.revisions import BATCH, batches
from app.journal.search_texts import Moment, card_moments, search_row
from app.models import Change as ChangeRow
from app.models import Citation, SearchText
from app.query.cards import Kind, upgrade_card
from app.records.catalogue import KIND_NAMED, KINDS
from app.values import datetimes
from app.vocabulary import ChangeAction, RecordStatus

ACTOR = "migrate"


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


def upgrade(
    database: Database, *, processes: int | None = None, progress: Progress | None = None
) -> dict[str, int]:
    """Bring every outdated card to its kind's format, in batches; gives how many, by kind.

    Each batch is a transaction of its own: readers and writers go on meanwhile, and a run that was
    killed is simply run again. When none is left, one change is recorded, which alters no record:
    ETags of lists, totals that are kept, and the release hang on the last change, and all of them
    have other bytes now.
    """
    with database.read() as connection:
        waiting = outdated(connection)
        most = processes_for(connection, processes) if sum(waiting.values()) > BATCH else 1
    written: Counter[str] = Counter()
    cards = [_cards_of(kind, written) for kind in waiting]
    derivations.run(database, cards, processes=most, progress=progress)
    return dict(written)


def _cards_of(kind: Kind, written: Counter[str]) -> Derivation:
    return Derivation(
        f"cards of {kind.path.replace('-', ' ')}",
        kind.table.c.id,
        partial(derive_cards, kind.name),
        partial(_write_cards, kind, written),
    )


def _is_outdated(kind: Kind) -> ColumnElement[bool]:
    # Two ranges of the index; "is not" would read every row, card and all.
    column = kind.table.c.card_format
    return or_(column < kind.card_format, column > kind.card_format)


@dataclass(frozen=True)
class DerivedCards:
    """Cards in the present format, and what is cut from them; `moments` says of which old ones."""

    moments: Moment
    cards: dict[int, str]
    texts: list[dict[str, Any]]
    blocks: list[tuple[int, int]]


def derive_cards(name: str, connection: Connection, some: IdRange) -> DerivedCards | None:
    """The outdated cards of a range of a kind in its present format; None: there are none."""
    kind = KIND_NAMED[name]
    table = kind.table
    query = select(table.c.id, table.c.slug, table.c.status, table.c.stamp)
    query = query.add_columns(table.c.card, table.c.card_format)
    query = query.where(*kind.where, some.holds(table.c.id), _is_outdated(kind))
    rows = {row.id: row for row in connection.execute(query)}
    if not rows:
        return None
    cards = {
        id_: upgrade_card(kind, row.card, row.card_format)
        for id_, row in rows.items()
        if _is_declared(kind, row.card_format)
    }
    with Session(connection, autoflush=False) as session:
        for batch in batches([id_ for id_ in rows if id_ not in cards]):
            cards |= kind.render(session, list(batch))
    current = [row for row in rows.values() if row.status == RecordStatus.CURRENT]
    texts = [search_row(kind, row.id, row.slug, cards[row.id]) for row in current]
    blocks = [
        pair
        for row in (current if kind.model is Citation else ())
        for pair in matching_keys.block_rows(row.id, cards[row.id])
    ]
    moments = {row.id: (row.stamp, row.card_format) for row in rows.values()}
    return DerivedCards(moments, cards, texts, blocks)


def _write_cards(
    kind: Kind,
    written: Counter[str],
    session: Session,
    some: IdRange,
    derived: DerivedCards | None,
) -> int:
    """Write the cards of a range, and record the change with the last of all.

    They are derived anew if a change made one of those cards meanwhile.
    """
    connection = session.connection()
    now = card_moments(connection, kind, some, _is_outdated(kind))
    if derived is None or derived.moments != now:
        derived = derive_cards(kind.name, connection, some)
    if derived is None:
        return 0
    _store(connection, kind, derived)
    written[kind.name] += len(derived.cards)
    if not outdated(connection):
        _record(connection, written)
    return len(derived.cards)


def _is_declared(kind: Kind, card_format: int) -> bool:
    """Whether every step from a format to the present one is declared."""
    steps = range(card_format, kind.card_format)
    return bool(steps) and all(number in kind.upgrades for number in steps)


def _store(connection: Connection, kind: Kind, derived: DerivedCards) -> None:
    """Put cards into the place of those they were, and what is cut from them.

    Neither version nor stamp moves: the record says what it said before.
    """
    table = kind.table
    connection.execute(
        update(table)
        .where(table.c.id == bindparam("row"))
        .values(card=bindparam("made"), card_format=kind.card_format),
        [{"row": id_, "made": card} for id_, card in derived.cards.items()],
    )
    ids = list(derived.cards)
    search_texts.replace_rows(connection, kind, SearchText.record_id.in_(ids), derived.texts)
    if kind.model is Citation:
        matching_keys.replace_rows(connection, ids, derived.blocks)


def _record(connection: Connection, done: Mapping[str, int]) -> None:
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
