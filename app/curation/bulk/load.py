"""Loads drafts of any kind from an iterator of any length, batch by batch.

    counts = load_drafts(database, drafts, actor="registry", reason="ClinicalTrials.gov")

Each draft is its kind's name and its members, as a curator writes them. It is checked as a record
that is written alone, and what is written is what the journal would have written of its batch in
one change. Drafts name records that stand already, or that came earlier in the iterator.

A draft whose record stands already and says the same is skipped, so that a load that was broken off
is simply run again. Drafts without a slug get a new one each time they are loaded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from app.api.problems import FieldError, Problem, json_pointer
from app.curation.bulk.named_records import known_records
from app.curation.bulk.record_rows import RecordRows
from app.curation.writing import draft_parsing, refusals
from app.curation.writing.changes import Writer, open_writer
from app.curation.writing.slugs import slug_candidate
from app.db.database import Database
from app.journal.bulk.links import Outside
from app.journal.bulk.load import Batch, put_batch
from app.query.cards import Kind
from app.records.catalogue import EDITOR_NAMED, EDITOR_OF
from app.records.citations.draft import CitationDraft
from app.records.drafting import DraftError, Editor
from app.values.text import nearest_spelling
from app.vocabulary import ChangeAction, RecordStatus

BATCH_SIZE = 500  # drafts
Members = Mapping[str, Any]


@dataclass
class LoadCounts:
    """What a load did: drafts read and checked, records added by kind, drafts skipped, rows."""

    drafts: int = 0
    added: Counter[str] = field(default_factory=Counter)
    skipped: int = 0
    batches: int = 0
    rows: int = 0


class DraftRefused(ValueError):  # noqa: N818 # it says what is the matter
    """A draft that cannot be written: nothing of its batch is, all batches before it stay.

    `number` counts the drafts of the iterator from 1, `first` is the first of its batch; `errors`
    are the places in the draft with what would be right, `counts` what was written before.
    """

    def __init__(self, item: NumberedDraft, problem: Problem, first: int) -> None:
        self.number, self.kind, self.first = item.number, item.kind, first
        slug = item.members.get("slug") if isinstance(item.members, Mapping) else None
        self.slug = slug if isinstance(slug, str) else None
        self.problem = problem
        self.errors: list[FieldError] = [*problem.errors] or [FieldError(message=problem.detail)]
        self.counts = LoadCounts()
        super().__init__(f"draft {self.number} ({self._named()}): {self._told()}")

    def _named(self) -> str:
        return f"{self.kind} {self.slug!r}" if self.slug else f"{self.kind} without a slug"

    def _told(self) -> str:
        return "; ".join(
            f"{each.pointer or ''}: {each.message}".removeprefix(": ")
            + (f" (did you mean {each.suggestion!r}?)" if each.suggestion else "")
            for each in self.errors
        )


class NumberedDraft(NamedTuple):
    """A draft as it came, with its number in the iterator."""

    number: int
    kind: str
    members: Any


def load_drafts(
    database: Database,
    drafts: Iterable[tuple[str, Members]],
    *,
    actor: str,
    reason: str,
    action: ChangeAction = ChangeAction.IMPORT,
    batch_size: int = BATCH_SIZE,
) -> LoadCounts:
    """Write all drafts, each batch in one change, and give the counts.

    Raises DraftRefused for the first draft that cannot be written. What the iterator raises goes
    through; the batches before it stay.
    """
    load = _Load(database, actor, reason, action)
    numbered = (
        NumberedDraft(at, kind, members) for at, (kind, members) in enumerate(drafts, start=1)
    )
    while items := list(islice(numbered, batch_size)):
        load.write(items)
    return load.counts


class _Load:
    """A load in progress."""

    def __init__(self, database: Database, actor: str, reason: str, action: ChangeAction) -> None:
        self.counts = LoadCounts()
        self._database = database
        self._why: dict[str, Any] = {"actor": actor, "reason": reason, "action": action}
        self._outside = Outside()

    def write(self, items: Sequence[NumberedDraft]) -> None:
        """Write one batch, or raise DraftRefused and write none of it."""
        try:
            done = self._try(items)
        except DraftRefused as refused:
            refused.counts = self.counts
            raise
        except Problem as problem:
            found = DraftRefused(self._culprit(items), problem, items[0].number)
            found.counts = self.counts
            raise found from problem
        self.counts.drafts += len(items)
        self.counts.added.update(done.added)
        self.counts.skipped += done.skipped
        self.counts.rows += done.rows
        self.counts.batches += 1

    def _try(self, items: Sequence[NumberedDraft], *, dry_run: bool = False) -> LoadCounts:
        outside = Outside() if dry_run else self._outside
        with open_writer(self._database, dry_run=dry_run, **self._why) as writer:
            return _DraftBatch(writer, items).write(outside)

    def _culprit(self, items: Sequence[NumberedDraft]) -> NumberedDraft:
        """The draft for which the database, or a rule on whole records, refuses a batch.

        The shortest beginning of the batch that is refused ends with it.
        """
        low, high = 0, len(items)  # the first `low` are fine, the first `high` are not
        while high - low > 1:
            middle = (low + high) // 2
            try:
                self._try(items[:middle], dry_run=True)
            except Problem:
                high = middle
            else:
                low = middle
        return items[high - 1]


class _DraftBatch:
    """The drafts of one batch inside its change."""

    def __init__(self, writer: Writer, items: Sequence[NumberedDraft]) -> None:
        self.writer, self.items = writer, items
        self._drafts: dict[tuple[Kind, str], Any] = {}  # of records made in this batch

    def write(self, outside: Outside) -> LoadCounts:
        """Build every record, then write all rows; raises DraftRefused, or Problem."""
        read = [self._checked(item, _read, item) for item in self.items]
        standing = self._look_up(read)
        done, new, held = LoadCounts(), [], []
        for item, (editor, draft) in zip(self.items, read, strict=True):
            same = standing.get((editor.kind, draft.slug))
            record = self._checked(item, self._declare, editor, draft, item.members, same)
            if record is None:
                done.skipped += 1
                if same is not None:
                    held.append((item, editor, same, draft))
            else:
                new.append((item, editor, record, draft))
                done.added[editor.kind.name] += 1
        for item, editor, record, draft in new:
            self._checked(item, self.writer.fill, editor, record, draft)
        for item, editor, record, draft in held:
            self._checked(item, self._compare, editor, record, draft)
        if new:
            done.rows = self._write_rows([record for _, _, record, _ in new], outside)
        return done

    def _checked(self, item: NumberedDraft, do: Callable[..., Any], *given: Any) -> Any:
        """Do it for a draft; a Problem comes as DraftRefused."""
        try:
            return do(*given)
        except Problem as problem:
            raise DraftRefused(item, problem, self.items[0].number) from problem

    def _look_up(self, read: Sequence[tuple[Editor, Any]]) -> dict[tuple[Kind, str], Any]:
        """Look up at once what the drafts will ask for; gives records that have their slugs."""
        standing: dict[tuple[Kind, str], Any] = {}
        by_editor: dict[Kind, list[Any]] = {}
        for editor, draft in read:
            by_editor.setdefault(editor.kind, []).append(draft)
        for kind, drafts in by_editor.items():
            given = {draft.slug for draft in drafts} - {draft_parsing.UNNAMED}
            slugs, editor = self.writer.slugs(kind), EDITOR_OF[kind]
            unnamed = [each for each in drafts if each.slug == draft_parsing.UNNAMED]
            slugs.load([*given, *(slug_candidate(editor, each) for each in unnamed)])
            used = sorted(slug for slug in given if slugs.has(slug))
            for record in self.writer.change.open_all(kind, used):
                standing[kind, record.slug] = record
        self.writer.know(standing.values())
        drafts = [draft for _, draft in read]
        citations = (each for each in drafts if isinstance(each, CitationDraft))
        self.writer.holders.load(name.value for each in citations for name in each.identifiers)
        here = {(type(record), record.slug) for record in standing.values()}
        self.writer.know(known_records(self.writer.session, drafts, here))
        return standing

    def _declare(self, editor: Editor, draft: Any, members: Members, same: Any) -> Any | None:
        """The new record; None where there is one that says the same. Raises Problem."""
        key = editor.kind, draft.slug
        if same is not None and same.status == RecordStatus.CURRENT:
            return None
        if key in self._drafts:
            if self._drafts[key] == draft:
                return None
            raise _stands_otherwise(editor.kind, draft.slug)
        given = draft.slug != draft_parsing.UNNAMED
        record = self.writer.declare(editor, draft, dict(members))
        if given:
            self._drafts[key] = draft.model_copy()
        return record

    def _compare(self, editor: Editor, record: Any, draft: Any) -> None:
        """Refuse a draft of a record that stands already and says something else."""
        if self.writer.fill(editor, record, draft):
            raise _stands_otherwise(editor.kind, draft.slug)

    def _write_rows(self, records: Sequence[Any], outside: Outside) -> int:
        """Write new records with all that belongs to them; gives the number of rows."""
        session = self.writer.session
        session.expunge_all()  # nothing that stands already is to be written with them
        batch = Batch(session)
        rows = RecordRows(batch)
        for record in records:
            rows.number(record)
        put_batch(session, batch, self.writer.change.id, outside, followed=True)
        return sum(map(len, batch.rows.values()))


def _read(item: NumberedDraft) -> tuple[Editor, Any]:
    """The editor of a draft, and the draft; raises Problem."""
    editor = EDITOR_NAMED.get(item.kind)
    if editor is None:
        what = f"there is no kind {item.kind!r} of record"
        raise refusals.invalid_record(
            [DraftError((), what, nearest_spelling(str(item.kind)[:100], EDITOR_NAMED))]
        )
    members = dict(item.members) if isinstance(item.members, Mapping) else item.members
    return editor, draft_parsing.parse_draft(editor, members)


def _stands_otherwise(kind: Kind, slug: str) -> Problem:
    """The slug is that of a record that says something else."""
    what = (
        f"another {refusals.kind_label(kind)} has the slug {slug!r} and says something else:"
        " choose another slug, or edit that record"
    )
    error = FieldError(pointer=json_pointer("slug"), message=what, record=f"/v1/{kind.path}/{slug}")
    return Problem(409, "slug-taken", what, [error])
