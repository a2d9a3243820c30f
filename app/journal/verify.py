"""Everything derived again and held against what is stored; every chain of revisions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from sqlalchemy import (
    Column,
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

from app.db.database import Database
from app.db.processes import ReadingProcesses, can_hold_still
from app.db.statements import Rows
from app.journal import (
    ancestors,
    card_formats,
    matching_keys,
    publication_statuses,
    search_texts,
    support_rules,
)
from app.journal.derivations import (
    EVERYTHING,
    IdRange,
    Progress,
    RangesDone,
    id_ranges,
    processes_for,
)
from app.journal.pages import facets, harms
from app.journal.pages import indexes as page_indexes
from app.models import Base, Change, Revision, SearchText, SlugRedirect, TermAncestor
from app.query.cards import Kind
from app.records.catalogue import KIND_NAMED, KINDS
from app.vocabulary import RecordStatus


def broken_chains(name: str, connection: Connection, _: IdRange) -> Iterator[str]:
    """Name each record whose revisions and current card do not make one chain from version 1."""
    kind = KIND_NAMED[name]
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


def _stale_records(name: str, connection: Connection, some: IdRange) -> Iterator[str]:
    """Cards and search texts, both from cards rendered now."""
    kind = KIND_NAMED[name]
    table, words = kind.table, set()
    query = select(table.c.id, table.c.slug, table.c.status, table.c.card)
    rows = connection.execute(query.where(*kind.where, some.holds(table.c.id))).all()
    with Session(connection, autoflush=False) as session:
        fresh = kind.render(session, [row.id for row in rows])
    for id_, slug, status, card in rows:
        if card != fresh[id_]:
            yield f"{kind.name} {slug}: its card is stale"
        if status == RecordStatus.CURRENT:
            row = search_texts.search_row(kind, id_, slug, fresh[id_])
            words.add(tuple(row[name] for name in WORDS))
    mine = (SearchText.kind == kind.name) & some.holds(SearchText.record_id)
    stored = connection.execute(select(*(getattr(SearchText, each) for each in WORDS)).where(mine))
    for _, slug, *_ in words ^ {tuple(row) for row in stored}:
        yield f"{kind.name} {slug}: its search text is stale"


def _stale_totals(connection: Connection, _: IdRange) -> Iterator[str]:
    for treatment, effect in harms.stale_totals(connection):
        yield f"harm_totals: the total of harm {effect} under treatment {treatment} is stale"


def _stale_counts(connection: Connection, _: IdRange) -> Iterator[str]:
    yield from facets.stale_counts(connection)


def _stale_ancestors(connection: Connection, _: IdRange) -> Iterator[str]:
    stored = connection.execute(select(TermAncestor.term_id, TermAncestor.ancestor_id))
    with Session(connection, autoflush=False) as session:
        fresh = ancestors.closure(session)
    for term, _above in fresh ^ {(row[0], row[1]) for row in stored}:
        yield f"term_ancestors: the line of term {term} is stale"


def _misformatted(connection: Connection, _: IdRange) -> Iterator[str]:
    yield from card_formats.misformatted(connection)


def _unindexed(connection: Connection, _: IdRange) -> Iterator[str]:
    yield from search_texts.unindexed_rows(connection)


def _unsupported(connection: Connection, _: IdRange) -> Iterator[str]:
    with Session(connection, autoflush=False) as session:
        yield from support_rules.broken(session)


@dataclass(frozen=True)
class Check:
    """Something derived that is derived again, and what differs is named.

    `find` may run in another process: it is a function of a module, or `functools.partial` of one
    with plain arguments. It looks at what belongs to one range of the numbers in `walked`; None:
    at everything, in one piece, where the database does the work.
    """

    name: str  # what is looked at, as people are told
    find: Callable[[Connection, IdRange], Iterator[str]]
    walked: Column[Any] | None = None


def _of_kinds(what: str, find: Any, *, walked: bool) -> tuple[Check, ...]:
    return tuple(
        Check(
            f"{what} of {kind.path.replace('-', ' ')}",
            partial(find, kind.name),
            kind.table.c.id if walked else None,
        )
        for kind in KINDS
    )


TABLES = Base.metadata.tables
# Whatever the journal derives has its check here.
CHECKS = (
    Check("formats of cards", _misformatted),
    *(
        Check(
            f"publication statuses of {name.replace('_', ' ')}",
            partial(publication_statuses.stale_statuses, name),
            TABLES[name].c.id,
        )
        for name in publication_statuses.ALL_FACTS
    ),
    *_of_kinds("cards and search texts", _stale_records, walked=True),
    Check("blocks of citations", matching_keys.stale_blocks, TABLES["citations"].c.id),
    Check("page rows of studies", page_indexes.stale_rows, TABLES["studies"].c.id),
    Check("totals of harms", _stale_totals),
    Check("values that studies are counted by", facets.stale_rows, TABLES["studies"].c.id),
    Check("counts of facets", _stale_counts),
    Check("ancestors of terms", _stale_ancestors),
    Check("index of words", _unindexed),
    Check("support of facts", _unsupported),
    *_of_kinds("revisions", broken_chains, walked=False),
)


def _pieces(connection: Connection) -> Iterator[tuple[int, IdRange]]:
    """Every check, by its place, with each range that it looks at."""
    for place, check in enumerate(CHECKS):
        if check.walked is None:
            yield place, EVERYTHING
        else:
            yield from ((place, some) for some in id_ranges(connection, check.walked))


def check_piece(connection: Connection, piece: tuple[int, IdRange]) -> list[str]:
    """What one check finds in one range."""
    place, some = piece
    return list(CHECKS[place].find(connection, some))


def verify(connection: Connection) -> Iterator[str]:
    """Name each record or row that is not what it would be if it were written now."""
    for piece in _pieces(connection):
        yield from check_piece(connection, piece)


def verify_database(
    database: Database, *, processes: int | None = None, progress: Progress | None = None
) -> list[str]:
    """The same of one moment of a database, by as many processes as are asked for or worth it.

    A SQLite file that can only be read is left to one.
    """
    with database.read() as connection:
        count = processes_for(connection, processes)
        if count == 1:
            pieces = list(_pieces(connection))
            told = _told(connection, progress, pieces)
            results = ((each, check_piece(connection, each)) for each in pieces)
            return _gathered(results, told)
    if not can_hold_still(database):
        return verify_database(database, processes=1, progress=progress)
    with (
        ReadingProcesses(database, count, check_piece) as readers,
        readers.one_snapshot() as connection,
    ):
        pieces = list(_pieces(connection))
        return _gathered(readers.map(pieces), _told(connection, progress, pieces))


def _told(
    connection: Connection, progress: Progress | None, pieces: Iterable[tuple[int, IdRange]]
) -> RangesDone:
    named = ((CHECKS[place].name, CHECKS[place].walked) for place, _ in pieces)
    return RangesDone(connection, progress, named)


def _gathered(
    results: Iterable[tuple[tuple[int, IdRange], list[str]]], told: RangesDone
) -> list[str]:
    """All that was found, in the order of the checks."""
    found = []
    for piece, names in results:
        if names:
            found.append((piece, names))
        told.advance(CHECKS[piece[0]].name)
    return [name for _, names in sorted(found) for name in names]
