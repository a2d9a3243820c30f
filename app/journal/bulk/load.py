"""The fast path: new records by the thousand, each with its card, from the rows in hand.

    load = BulkLoad(database, actor="registry", reason="ClinicalTrials.gov, 2026-06-01")
    for part in entries:
        with load.batch() as batch:
            study = batch.add("studies", {"slug": "nct00000001", "label": ..., "basis": "registry"})
            batch.add("arms", {"study_id": study, "position": 0, "key": "ketamine", ...})

A batch is one short transaction and one change. It holds whole records with all their parts, terms
and populations after the broader ones they name; links may lead to records that stand already.
What it writes is what journal.write would have written, byte by byte; what would alter the card of
a record that stands already is refused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db.database import Database
from app.journal import dependents, matching_keys, publication_statuses, support_rules
from app.journal.bulk.cards import ROOTS, draw_cards, records
from app.journal.bulk.links import Incomplete, Line, Outside
from app.journal.bulk.rows import (
    FOLDED,
    Graph,
    Row,
    columns_of,
    layout,
    restart_sequences,
    write_rows,
    write_values,
)
from app.journal.change import Change
from app.journal.pages import facets, harms
from app.journal.pages import indexes as page_indexes
from app.journal.pages.rows import page_rows, terms_of
from app.journal.revisions import put_cards
from app.journal.search_texts import search_row
from app.models import Base
from app.vocabulary import ChangeAction, PublicationStatus, RecordStatus

SEARCHED = ("id", "kind", "record_id", "slug", "title", "head", "body")
COUNTED = ("outcomes", "adverse_events")  # rows that a study is counted by, beside its own
NUMBERS = {name for name, table in Base.metadata.tables.items() if "id" in table.c}


class BulkLoad:
    """Loads batch after batch; other writers take their turns in between.

    `searched` may be False where nobody will look for words: full text then knows nothing of the
    records, and `verify` says so.
    """

    def __init__(
        self,
        database: Database,
        *,
        actor: str,
        reason: str,
        action: ChangeAction = ChangeAction.IMPORT,
        searched: bool = True,
    ) -> None:
        self.database = database
        self.actor, self.reason, self.action = actor, reason, action
        self.searched = searched
        self._outside = Outside()

    @contextmanager
    def batch(self) -> Iterator[Batch]:
        """Rows to be written together when the block ends well; else nothing is.

        Raises RuleBroken when a fact would stand without support, Incomplete when rows are missing.
        """
        with self.database.write() as session:
            batch = Batch(session)
            yield batch
            if batch.rows:
                self._finish(session, batch)

    def _finish(self, session: Session, batch: Batch) -> None:
        change = Change(session, self.actor, self.action, self.reason).id
        put_batch(session, batch, change, self._outside, searched=self.searched)


def put_batch(
    session: Session,
    batch: Batch,
    change: int,
    outside: Outside | None = None,
    *,
    searched: bool = True,
    followed: bool = False,
) -> None:
    """Write the rows of a batch and all that is derived from them, as part of a change.

    Facts may rest on claims that stand already, and documents list such publications, where the
    cards of these are to be `followed` up; else they are refused, which spares the looking.
    Raises RuleBroken when a fact would stand without support, Incomplete when rows are missing.
    """
    connection = session.connection()
    outside = outside or Outside()
    graph = Graph(batch.rows)
    outside.refresh(connection, change)
    standing = outside.complete(connection, graph, followed=followed)
    for _, _, rows in records(graph):
        for row in rows:
            row["version"], row["stamp"], row["edited"] = 1, change, change
    draw_cards(graph)
    lines = outside.lines(connection, graph, terms_of(batch.rows))
    write_rows(connection, batch.rows)
    _write_derived(session, graph, lines)
    if searched:
        write_values(connection, "search_texts", SEARCHED, list(_searched(graph)))
    restart_sequences(connection, list(batch.rows))
    _derive_statuses(session, graph, change, sure="claims" not in standing)
    for table, ids in standing.items():
        shown = dependents.RecordIds({kind: ids for kind, _, _ in ROOTS[table]})
        dependents.rerender(session, shown, {}, change)
    counted = {row["study_id"] for each in COUNTED for row in graph.rows.get(each, ())}
    here = {row["id"] for row in graph.rows.get("studies", ())}
    facets.rewrite_studies(connection, here | counted)
    support_rules.check(session, change)


class Batch:
    """New rows by table; a row that comes without a number gets one."""

    def __init__(self, session: Session) -> None:
        self.rows: dict[str, list[Row]] = defaultdict(list)
        self._session = session
        self._numbers: dict[str, Iterator[int]] = {}

    def add(self, table: str, values: Mapping[str, Any]) -> int:
        """Add a row, what is not said being empty or the column's default; gives its number."""
        row = layout(table).fill(values)
        number = 0
        if table in NUMBERS:
            number = row["id"] = row["id"] or self.number(table)
        if table in FOLDED:
            row["folded"] = FOLDED[table](row)
        self.rows[table].append(row)
        return int(number)

    def number(self, table: str) -> int:
        """The number of the next row of a table."""
        if table not in self._numbers:
            column = Base.metadata.tables[table].c.id
            here = max((row["id"] for row in self.rows[table]), default=0)
            last = self._session.connection().execute(select(func.max(column))).scalar() or 0
            self._numbers[table] = count(max(here, last) + 1)
        return next(self._numbers[table])


def _write_derived(session: Session, graph: Graph, lines: Mapping[int, Line]) -> None:
    """Write the lines of new terms, the page rows of new studies, the blocks of citations."""
    connection = session.connection()
    new = sorted(row["id"] for row in graph.rows.get("terms", ()))
    above = [(term, each) for term in new for each in lines[term]]
    write_values(connection, "term_ancestors", ("term_id", "ancestor_id"), above)
    pages = page_rows(graph.rows, lines)
    for table, rows in pages.items():
        write_values(connection, table, columns_of(Base.metadata.tables[table]), rows)
    harms.add_totals(connection, harms.studies_counting(pages["harm_pages"]))
    here = {row["id"] for row in graph.rows.get("studies", ())}
    owners = {row["study_id"] for each in COUNTED for row in graph.rows.get(each, ())}
    page_indexes.rewrite_studies(connection, owners - here)  # theirs rest on rows outside
    write_values(connection, "citation_blocks", matching_keys.COLUMNS, list(_blocked(graph)))


def _derive_statuses(session: Session, graph: Graph, change: int, *, sure: bool) -> None:
    """Derive what became of the sources of new facts, and draw the cards that tell of it anew.

    As good as all are ordinary, as they are drawn and written, and need no second look, unless the
    batch alone cannot tell (`sure`): facts rest on claims that stand already.
    """
    publications = graph.numbered["citations"].values()
    sound = all(each["publication_status"] == PublicationStatus.ORDINARY for each in publications)
    studies = {row["id"] for row in graph.rows.get("studies", ())}
    told = ("outcomes", "adverse_events", "case_reports")
    theirs = {row["study_id"] for name in told for row in graph.rows.get(name, ())}
    if sure and sound and theirs <= {None, *studies}:
        return
    touched = {kind: [row["id"] for row in rows] for kind, _, rows in records(graph)}
    for kind, ids in publication_statuses.rewrite(session, touched, {}).items():
        put_cards(session, kind, sorted(ids), change)


def _blocked(graph: Graph) -> Iterator[tuple[int, int]]:
    """The blocks that the citations of a batch fall into."""
    for row in graph.rows.get("citations", ()):
        if row["status"] == RecordStatus.CURRENT:
            yield from matching_keys.block_rows(row["id"], row["card"])


def _searched(graph: Graph) -> Iterator[tuple[Any, ...]]:
    """What full text sees of the records of a batch."""
    for kind, _, rows in records(graph):
        for row in rows:
            if row["status"] == RecordStatus.CURRENT:
                found = search_row(kind, row["id"], row["slug"], row["card"])
                yield tuple(found[name] for name in SEARCHED)


__all__ = ["Batch", "BulkLoad", "Incomplete", "put_batch"]
