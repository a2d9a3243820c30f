"""The past of every record as a chain: each card begins where the one before it ended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    and_,
    cast,
    exists,
    func,
    not_,
    null,
    or_,
    select,
    true,
    union_all,
)

from app.core.cards import Kind, Rows
from app.kinds import KINDS
from app.models import Change, Revision


def broken(connection: Connection) -> Iterator[str]:
    """Name each record whose revisions and current card do not make one chain from version 1."""
    for kind in KINDS:
        for slug in connection.execute(_bare(kind)).scalars():
            yield f"{kind.name} {slug}: its revisions are gone, or its version is wrong"
        for slug in connection.execute(_unchained(kind)).scalars():
            yield f"{kind.name} {slug}: its revisions do not follow one another"
        known = select(kind.table.c.id).where(*kind.where)
        orphans = Revision.record_id.not_in(known) & (Revision.kind == kind.name)
        for record in connection.execute(select(Revision.record_id).where(orphans)).scalars():
            yield f"{kind.name} (row {record}): a revision of no record"


def _bare(kind: Kind) -> Rows:
    """Records without a past that are not as one change made them."""
    table = kind.table
    past = exists().where(Revision.kind == kind.name, Revision.record_id == table.c.id)
    new = and_(table.c.version == 1, table.c.stamp == table.c.edited, _made(table.c.stamp))
    return select(table.c.slug).where(*kind.where, not_(new), ~past)


def _made(change: Any) -> Any:
    return exists().where(Change.id == change)


def _unchained(kind: Kind) -> Rows:
    """Records with a past of which a card does not fit to the one before it.

    A version rises by one, or stays while only a link reads differently; then the status stays.
    The current version began with the change that is held to have edited the record last.
    """
    cards = _cards(kind).subquery("cards")
    line: dict[str, Any] = {"partition_by": cards.c.id, "order_by": cards.c.change}
    versions = func.min(cards.c.change).over(partition_by=(cards.c.id, cards.c.version))
    chain = select(
        cards,
        func.row_number().over(**line).label("number"),
        func.lag(cards.c.until).over(**line).label("ended"),
        func.lag(cards.c.version).over(**line).label("older"),
        func.lag(cards.c.status).over(**line).label("was"),
        versions.label("began"),
    ).subquery("chain")
    of = chain.c
    unedited = and_(of.version == of.older, of.status == of.was)
    follows = and_(of.ended == of.change, or_(of.version == of.older + 1, unedited))
    first = and_(of.number == 1, of.version == 1)
    edited = or_(of.edited.is_(None), of.edited == of.began)
    named = func.substr(of.card, 1, func.length(of.slug) + 10) == '{"slug":"' + of.slug + '"'
    fits = and_(or_(first, follows), edited, named, _made(of.change))
    return select(of.slug).where(fits.is_not(true())).distinct()


def _cards(kind: Kind) -> Rows:
    """Every card of the records of a kind that have a past; the current one has no end."""
    table = kind.table
    mine = and_(Revision.kind == kind.name, Revision.record_id == table.c.id)
    columns = (Revision.version, Revision.status, Revision.card)
    none = cast(null(), Integer)
    past = select(
        table.c.id,
        table.c.slug,
        Revision.from_change.label("change"),
        Revision.to_change.label("until"),
        none.label("edited"),
        *columns,
    ).join(table, mine)
    now = select(
        table.c.id,
        table.c.slug,
        table.c.stamp,
        none,
        table.c.edited,
        table.c.version,
        table.c.status,
        table.c.card,
    ).where(exists().where(mine))
    return select(union_all(past, now).subquery())
