"""Everything derived again and held against what is stored; every chain of revisions."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
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
from sqlalchemy.orm import Session

from app.db.statements import Rows
from app.journal import (
    ancestors,
    card_formats,
    matching_keys,
    publication_statuses,
    search_texts,
    support_rules,
)
from app.journal.pages import facets
from app.journal.pages import indexes as page_indexes
from app.journal.revisions import batches
from app.models import (
    Change,
    Citation,
    CitationBlock,
    Revision,
    SearchText,
    SlugRedirect,
    TermAncestor,
)
from app.query.cards import Kind
from app.records.catalogue import KINDS
from app.vocabulary import RecordStatus


def broken_chains(connection: Connection) -> Iterator[str]:
    """Name each record whose revisions and current card do not make one chain from version 1."""
    for kind in KINDS:
        for slug in connection.execute(_records_without_past(kind)).scalars():
            yield f"{kind.name} {slug}: its revisions are gone, or its version is wrong"
        for slug in connection.execute(_broken_chains_query(kind)).scalars():
            yield f"{kind.name} {slug}: its revisions do not follow one another"
        known = select(kind.table.c.id).where(*kind.where)
        orphans = Revision.record_id.not_in(known) & (Revision.kind == kind.name)
        for record in connection.execute(select(Revision.record_id).where(orphans)).scalars():
            yield f"{kind.name} (row {record}): a revision of no record"


@cache  # the statements of a kind never change, and take longer to put together than to run
def _records_without_past(kind: Kind) -> Rows:
    """Records without a past that are not as one change made them."""
    table = kind.table
    past = exists().where(Revision.kind == kind.name, Revision.record_id == table.c.id)
    new = and_(table.c.version == 1, table.c.stamp == table.c.edited, _made(table.c.stamp))
    return select(table.c.slug).where(*kind.where, not_(new), ~past)


def _made(change: Any) -> Any:
    return exists().where(Change.id == change)


@cache
def _broken_chains_query(kind: Kind) -> Rows:
    """Records with a past of which a card does not fit to the one before it.

    A version rises by one, or stays while only a link reads differently; then the status stays.
    The current version began with the change that is held to have edited the record last. A card
    names the record by its slug, or by one that leads to it since several became one.
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
    before = exists().where(
        SlugRedirect.kind == kind.name,
        SlugRedirect.target == of.slug,
        _begins_with(of.card, SlugRedirect.slug),
    )
    named = or_(_begins_with(of.card, of.slug), before)
    fits = and_(or_(first, follows), edited, named, _made(of.change))
    return select(of.slug).where(fits.is_not(true())).distinct()


def _begins_with(card: Any, slug: Any) -> Any:
    return func.substr(card, 1, func.length(slug) + 10) == '{"slug":"' + slug + '"'


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


WORDS = ("record_id", "slug", "id", "title", "head", "body")


def verify(connection: Connection) -> Iterator[str]:
    """Name each record or row that is not what it would be if it were written now."""
    with Session(connection, autoflush=False) as session:
        yield from card_formats.misformatted(connection)
        yield from publication_statuses.stale_statuses(session)
        for kind in KINDS:
            yield from _stale_records(session, kind)
        yield from _stale_blocks(session)
        yield from _stale_pages(session)
        yield from facets.stale_rows(session.connection())
        yield from _stale_ancestors(session)
        yield from search_texts.unindexed_rows(connection)
        yield from support_rules.broken(session)
        yield from broken_chains(connection)


def _stale_records(session: Session, kind: Kind) -> Iterator[str]:
    """Cards and search texts, both from cards rendered now."""
    table = kind.table
    ids = session.scalars(select(kind.model.id).order_by(kind.model.id)).all()
    columns = (table.c.id, table.c.slug, table.c.status, table.c.card)
    words = set()
    for batch in batches(ids):
        fresh = kind.render(session, list(batch))
        for id_, slug, status, card in session.execute(
            select(*columns).where(table.c.id.in_(batch))
        ):
            if card != fresh[id_]:
                yield f"{kind.name} {slug}: its card is stale"
            if status == RecordStatus.CURRENT:
                row = search_texts.search_row(kind, id_, slug, fresh[id_])
                words.add(tuple(row[name] for name in WORDS))
    stored = session.execute(
        select(*(getattr(SearchText, name) for name in WORDS)).where(SearchText.kind == kind.name)
    )
    for _, slug, *_ in words ^ {tuple(row) for row in stored}:
        yield f"{kind.name} {slug}: its search text is stale"


def _stale_blocks(session: Session) -> Iterator[str]:
    standing = select(Citation.id, Citation.card).where(Citation.status == RecordStatus.CURRENT)
    fresh = {
        row
        for id_, card in session.execute(standing)
        for row in matching_keys.block_rows(id_, card)
    }
    stored = session.execute(select(CitationBlock.key, CitationBlock.citation_id))
    for _, citation in fresh ^ {(row[0], row[1]) for row in stored}:
        yield f"citation_blocks: a block of citation {citation} is stale"


def _stale_pages(session: Session) -> Iterator[str]:
    for table, study in page_indexes.stale_rows(session.connection()):
        yield f"{table}: a row of study {study} is stale"


def _stale_ancestors(session: Session) -> Iterator[str]:
    stored = session.execute(select(TermAncestor.term_id, TermAncestor.ancestor_id))
    for term, _ in ancestors.closure(session) ^ {(row[0], row[1]) for row in stored}:
        yield f"term_ancestors: the line of term {term} is stale"
