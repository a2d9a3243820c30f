"""An open change: records are found, opened, made and touched; the end of the block writes them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Any

from sqlalchemy import func, insert, inspect, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from app.db.database import Database
from app.journal import (
    ancestors,
    dependents,
    matching_keys,
    publication_statuses,
    search_texts,
    support_rules,
)
from app.journal.pages import facet_changes
from app.journal.pages import indexes as page_indexes
from app.journal.revisions import BATCH, batches, put_cards, supersede
from app.models import AdverseEvent, AdverseEventCount, Term
from app.models import Change as ChangeRow
from app.query.cards import Kind
from app.records.catalogue import KIND_OF, KINDS
from app.values import datetimes
from app.vocabulary import ChangeAction


@contextmanager
def write(database: Database, *, actor: str, action: ChangeAction, reason: str) -> Iterator[Change]:
    """Open a change and, when the block ends well, write all it touched; else nothing.

    Raises RuleBroken when a fact would stand without support, StaleDataError when a record was
    changed by somebody else meanwhile.
    """
    with database.write() as session:
        change = Change(session, actor, action, reason)
        yield change
        change.finish()


class Change:
    """What one transaction alters. Its row, and so its number, comes with the first alteration."""

    def __init__(self, session: Session, actor: str, action: ChangeAction, reason: str) -> None:
        self.session = session
        self.actor, self.action, self.reason = actor, action, reason
        self._touched: dict[int, Any] = {}
        self._finished = False
        self._id: int | None = None

    @property
    def id(self) -> int:
        """The number of the change."""
        if self._id is None:
            row = {"actor": self.actor, "action": self.action, "reason": self.reason}
            connection = self.session.connection()
            last = connection.execute(select(func.max(ChangeRow.at))).scalar()
            query = insert(ChangeRow).values(at=datetimes.now_after(last), **row)
            self._id = connection.execute(query.returning(ChangeRow.id)).scalar_one()
        return self._id

    @property
    def empty(self) -> bool:
        """Whether nothing was touched so far."""
        return not self._touched

    def open(self, kind: Kind, slug: str) -> Any | None:
        """The record with all its parts, ready to be edited; None when there is none."""
        return next(iter(self.open_all(kind, [slug])), None)

    def open_all(self, kind: Kind, slugs: Iterable[str]) -> list[Any]:
        """The records with these slugs and all their parts; what does not exist is left out."""
        query = select(kind.model).options(*kind.loads())
        found: list[Any] = []
        for batch in batches(list(slugs)):
            found.extend(self.session.scalars(query.where(kind.model.slug.in_(batch))))
        return found

    def add(self, record: Any) -> None:
        """Make a new record part of the change."""
        self.session.add(record)
        self.touch(record)

    def touch(self, record: Any) -> None:
        """Say that a record's own content was altered. Call it after open, before finish."""
        if self._finished:
            raise RuntimeError("the change is finished")
        self._touched[id(record)] = record

    def finish(self) -> None:
        """Write the rows, then all that is derived from them; nothing when nothing was touched.

        The end of the block does it; whoever wants to see the cards before, or none of it to stay,
        may do it earlier, and then nothing more can be touched.
        """
        if self._touched and not self._finished:
            self._finished = True
            before = self._before()
            counted = page_indexes.studies_of_harms(self.session, self._ids_by_kind())
            old = self._stamp()
            _clear_places(self.session, self._touched.values())
            self.session.flush()
            self._derive(before, old, counted)

    def _by_kind(self) -> Iterator[tuple[Kind, list[Any]]]:
        order = {kind.model: at for at, kind in enumerate(KINDS)}
        records = sorted(self._touched.values(), key=lambda record: order[type(record)])
        for model, group in groupby(records, key=type):
            yield KIND_OF[model], list(group)

    def _ids_by_kind(self) -> dict[Kind, list[int]]:
        return {kind: _ids(records) for kind, records in self._by_kind()}

    def _before(self) -> dependents.RecordIds:
        """The records whose cards follow touched ones, before this change."""
        found = dependents.RecordIds()
        for kind, records in self._by_kind():
            found.add(dependents.dependents_of(self.session, kind, _ids(records)))
        return found

    def _stamp(self) -> dict[Kind, dict[int, str]]:
        """Keep the superseded cards and number the versions; gives the old cards."""
        old: dict[Kind, dict[int, str]] = {}
        for kind, records in self._by_kind():
            known = [record for record in records if record.id is not None]
            old[kind] = supersede(self.session, kind, _ids(known), self.id)
            for record in records:
                record.version = record.version + 1 if record.id is not None else 1
                record.stamp = record.edited = self.id
        return old

    def _derive(
        self,
        before: dependents.RecordIds,
        old: dict[Kind, dict[int, str]],
        counted: Collection[int],
    ) -> None:
        touched = self._ids_by_kind()
        terms = [
            id_ for kind, ids in touched.items() if issubclass(kind.model, Term) for id_ in ids
        ]
        moved = ancestors.rewrite(self.session, terms)
        restated = publication_statuses.rewrite(self.session, touched, old)
        after = dependents.RecordIds() | restated
        for kind, ids in touched.items():
            after.add(dependents.dependents_of(self.session, kind, ids))
        for kind, ids in touched.items():
            put_cards(self.session, kind, ids, self.id)
            dependents.replace_links(self.session, kind, ids, old[kind], self.id)
        dependents.rerender(self.session, before | after, touched, self.id)
        page_indexes.rewrite(self.session, touched, moved, counted)
        facet_changes.rewrite(self.session, touched, old, moved, restated)
        search_texts.rewrite(self.session, touched)
        matching_keys.rewrite(self.session, touched)
        support_rules.check(self.session, self.id)


def _clear_places(session: Session, records: Iterable[Any]) -> None:
    """Let the counts of a harm change places.

    A place is taken once, and rows are written one after the other: all go out of the way first.
    """
    for record in records:
        if isinstance(record, AdverseEvent) and record.id is not None:
            counts = inspect(record).attrs.counts.history
            kept = [inspect(each) for each in counts.unchanged or ()]
            if counts.deleted or any(each.attrs.position.history.added for each in kept):
                session.connection().execute(
                    update(AdverseEventCount)
                    .where(AdverseEventCount.adverse_event_id == record.id)
                    .values(position=-1 - AdverseEventCount.position)
                )
                for each in kept:
                    flag_modified(each.object, "position")


def _ids(records: Iterable[Any]) -> list[int]:
    return [record.id for record in records if record.id is not None]


__all__ = ["BATCH", "Change", "write"]
