"""Changes of records of any kind: created, replaced, patched, withdrawn, restored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import journal
from app.curation.writing import draft_parsing, refusals
from app.curation.writing.dependents import Dependent, dependents_of
from app.curation.writing.editable_form import card_at, editable_form
from app.curation.writing.finder import CurrentFinder
from app.curation.writing.identifiers import IdentifierHolders
from app.curation.writing.merge_patch import merged
from app.curation.writing.slugs import RESERVED, Slugs, slug_candidate
from app.curation.writing.validation import OWN_ANCESTOR, is_own_ancestor
from app.db.database import Database
from app.models import Citation, Term
from app.query.cards import Kind
from app.records.catalogue import EDITOR_OF, KIND_OF
from app.records.drafting import Draft, DraftError, Editor
from app.vocabulary import ChangeAction, RecordStatus


@dataclass(frozen=True)
class WrittenRecord:
    """A record as it is stored: its version counts edits of its own content."""

    kind: Kind
    slug: str
    version: int
    status: str
    card: str

    @property
    def address(self) -> str:
        """Where the record is."""
        return f"/v1/{self.kind.path}/{self.slug}"


def written_record(session: Session, kind: Kind, record: int) -> WrittenRecord:
    """The record with this row."""
    table = kind.table
    columns = (table.c.slug, table.c.version, table.c.status, table.c.card)
    row = session.execute(select(*columns).where(table.c.id == record)).one()
    return WrittenRecord(kind, row.slug, row.version, row.status.value, row.card)


class _Rollback(Exception):  # noqa: N818 # no error: the end of a dry run
    """Ends a transaction without writing."""


@contextmanager
def open_change(
    database: Database, *, actor: str, reason: str, action: ChangeAction, dry_run: bool
) -> Iterator[journal.Change]:
    """One change, written when the block ends well.

    A dry run finishes it, cards and rules included, and only then takes it back: so it meets
    everything that the change itself would.
    """
    try:
        with journal.write(database, actor=actor, action=action, reason=reason) as change:
            yield change
            if dry_run:
                change.finish()
                raise _Rollback  # noqa: TRY301 # the block must end without a commit
    except _Rollback:
        pass


@contextmanager
def open_writer(
    database: Database,
    *,
    actor: str,
    reason: str = "",
    action: ChangeAction = ChangeAction.EDIT,
    dry_run: bool = False,
) -> Iterator[Writer]:
    """One change, written when the block ends well; a dry run does all of it, then takes it back.

    Raises Problem when a rule would be broken or the database refuses it.
    """
    with (
        refusals.as_problems(),
        open_change(database, actor=actor, reason=reason, action=action, dry_run=dry_run) as change,
    ):
        yield Writer(change)


class Writer:
    """Writes drafts of any kind into one open change."""

    def __init__(self, change: journal.Change) -> None:
        self.change = change
        self._finder = CurrentFinder(change.session, {})
        self._slugs: dict[Kind, Slugs] = {}
        self.holders = IdentifierHolders(change.session)

    @property
    def session(self) -> Session:
        """The session of the change."""
        return self.change.session

    def create(self, editor: Editor, data: Any) -> Any:
        """A new record; without a slug it gets one that is made from what it is called."""
        draft: Any = draft_parsing.parse_draft(editor, data)
        self.name(editor, draft, data)
        record = editor.kind.model(slug=draft.slug)
        self.fill(editor, record, draft)
        self.change.add(record)
        self.know([record])
        return record

    def declare(self, editor: Editor, draft: Any, data: dict[str, Any]) -> Any:
        """A new record that others can name and that says nothing yet: `fill` it."""
        self.name(editor, draft, data)
        record = editor.kind.model(slug=draft.slug)
        self.know([record])
        return record

    def fill(self, editor: Editor, record: Any, draft: Draft) -> bool:
        """Make a record say what a draft says; true when that changed anything. Raises Problem."""
        draft_parsing.check_support(draft)
        return self._apply(editor, record, draft)

    def know(self, records: Iterable[Any]) -> None:
        """Find these records, from now on, without looking for them."""
        for record in records:
            self._finder.add_record(record)

    def slugs(self, kind: Kind) -> Slugs:
        """The slugs of a kind, as far as this change knows them."""
        return self._slugs.setdefault(kind, Slugs(self.session, kind))

    def name(self, editor: Editor, draft: Any, data: dict[str, Any]) -> None:
        """Give a draft of a new record the slug that was given, or one that is free; or raise."""
        kind, given, known = editor.kind, data.get("slug"), self.slugs(editor.kind)
        if given in RESERVED:
            raise refusals.invalid_record(
                [DraftError(("slug",), f"{given!r} is an address: choose more")]
            )
        if given is not None and known.has(given):
            raise refusals.slug_taken(kind, given)
        draft.slug = known.free(slug_candidate(editor, draft)) if given is None else given
        known.take(draft.slug)

    def replace(self, editor: Editor, slug: str, data: Any, *, expected: int | None = None) -> Any:
        """A current record made to say what a draft says; what the draft leaves out is emptied."""
        return self._rewrite(editor, self.current(editor.kind, slug, expected), data)

    def patch(self, editor: Editor, slug: str, patch: Any, *, expected: int | None = None) -> Any:
        """A current record with a JSON merge patch (RFC 7396) on its editable form."""
        record = self.current(editor.kind, slug, expected)
        data = editable_form(self.session, editor, record.id, record.card)
        return self._rewrite(editor, record, merged(data, draft_parsing.json_object(patch)))

    def _rewrite(self, editor: Editor, record: Any, data: Any, *, restore: bool = False) -> Any:
        draft: Any = draft_parsing.parse_draft(editor, data, record.slug)
        if self.fill(editor, record, draft) or restore:
            self.change.touch(record)
        return record

    def _apply(self, editor: Editor, record: Any, draft: Draft) -> bool:
        """Make the record say what the draft says, or raise Problem with all that is missing."""
        errors: list[DraftError] = []
        try:
            changed = editor.apply(record, draft, self._finder)
            errors.extend(_term_errors(self.session, record))
        except DraftError as error:
            errors, changed = [error], False
        errors = [*self._finder.take_missing(), *errors]
        if errors:
            raise refusals.invalid_record(errors)
        refusals.parts_in_use(self.session, record)
        if isinstance(record, Citation):
            self.holders.take(record.slug, record.identifiers)
        return changed

    def withdraw(
        self, kind: Kind, slug: str, *, expected: int | None = None, dependents: bool = False
    ) -> tuple[Any, list[Dependent]]:
        """Take a record back; gives it, and the records that rested on it and went with it.

        Unless they are to go with it (`dependents`), such records raise Problem, which lists them.
        """
        record = self.current(kind, slug, expected)
        found: dict[tuple[Kind, str], Dependent] = {}
        going = {kind: [record]}
        while going:
            reached = self._withdrawn(going)
            new = {(each.kind, each.slug): each for each in reached if each.slug != slug}
            new = {key: each for key, each in new.items() if key not in found}
            if new and not dependents:
                raise refusals.has_dependents(kind, slug, list(new.values()))
            found |= new
            going = {}
            for each_kind, each_slug in new:
                going.setdefault(each_kind, []).append(each_slug)
            going = {each: self.change.open_all(each, names) for each, names in going.items()}
        return record, list(found.values())

    def _withdrawn(self, going: dict[Kind, list[Any]]) -> list[Dependent]:
        """Take these records back; gives those that rest on them."""
        reached: list[Dependent] = []
        for kind, records in going.items():
            reached.extend(dependents_of(self.session, kind, [record.id for record in records]))
            for record in records:
                record.status = RecordStatus.WITHDRAWN
                self.change.touch(record)
        return reached

    def restore(
        self, kind: Kind, slug: str, *, expected: int | None = None, version: int | None = None
    ) -> Any:
        """Bring a withdrawn record back, or make an old version of any record the new one."""
        record = self._opened(kind, slug, expected)
        if record.status == RecordStatus.MERGED:
            raise refusals.not_current(kind, record)
        if record.status == RecordStatus.CURRENT and version is None:
            raise refusals.not_withdrawn(kind, slug)
        restored = record.status != RecordStatus.CURRENT
        record.status = RecordStatus.CURRENT
        card = self._card_of(kind, record, record.version if version is None else version)
        editor = EDITOR_OF[kind]
        data = editable_form(self.session, editor, record.id, card)
        data["slug"] = record.slug  # an old version may still have the one of before a migration
        return self._rewrite(editor, record, data, restore=restored)

    def _card_of(self, kind: Kind, record: Any, version: int) -> str:
        """The record's card, now or then; raises Problem when there was no such version."""
        if version == record.version:
            return str(record.card)
        card = card_at(self.session, kind, record.id, version)
        if card is None:
            raise refusals.no_version(kind, record, version)
        return card

    def written(self, record: Any) -> WrittenRecord:
        """The record as it is, or would be, stored; nothing can be written in the block after."""
        self.change.finish()
        return written_record(self.session, KIND_OF[type(record)], record.id)

    def current(self, kind: Kind, slug: str, expected: int | None = None) -> Any:
        """The current record with this slug, with all its parts; raises Problem for any other."""
        record = self._opened(kind, slug, expected)
        if record.status != RecordStatus.CURRENT:
            raise refusals.not_current(kind, record)
        return record

    def _opened(self, kind: Kind, slug: str, expected: int | None) -> Any:
        record = self.change.open(kind, slug) if "\0" not in slug else None
        if record is None:
            raise refusals.not_found(self.session, kind, slug)
        if expected is not None and record.version != expected:
            raise refusals.version_conflict(kind, slug, record.version)
        return record


def _term_errors(session: Session, record: Any) -> Iterator[DraftError]:
    """A term that would be broader than itself."""

    def parent_of(term: Term) -> Term | None:
        if term is record or term.id is None:  # its parent is not flushed: no number says it
            parent: Term | None = term.parent
            return parent
        return session.get(Term, term.parent_id) if term.parent_id is not None else None

    if isinstance(record, Term) and is_own_ancestor(record, parent_of):
        yield DraftError(("parent",), OWN_ANCESTOR)
