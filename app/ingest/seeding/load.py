"""Loads seed files: everything is checked, found and written in one transaction, or nothing is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import journal
from app.curation.writing.changes import open_change
from app.curation.writing.finder import RecordFinder
from app.curation.writing.validation import unsupported_facts, validation_errors
from app.db.database import Database
from app.ingest.seeding.bundle import (
    SEPARATE_RECORDS,
    SeedItem,
    bundle_items,
    read_bundle,
    term_errors,
)
from app.ingest.seeding.yaml_nodes import SeedError, SeedProblem, node_at, seed_problem
from app.models import Change as ChangeRow
from app.models import Claim, Document
from app.records.documents.segments import uncovered_spans
from app.records.drafting import Draft, DraftError
from app.values.quotes import TextSpan
from app.vocabulary import ChangeAction, RecordStatus, SegmentKind

ACTOR = "seed"
Progress = Callable[[list[SeedItem]], Iterable[SeedItem]]


@dataclass
class Coverage:
    """How much of a document some passage or boilerplate accounts for."""

    document: str
    characters: int
    gaps: list[str]

    @property
    def percent(self) -> float:
        """Share of the characters that are no spaces, in percent."""
        missing = sum(len("".join(gap.split())) for gap in self.gaps)
        return 100 * (1 - missing / self.characters)


@dataclass
class SeedReport:
    """What loading did."""

    added: dict[str, int] = field(default_factory=dict)
    updated: list[str] = field(default_factory=list)
    unchanged: int = 0
    left_alone: list[str] = field(default_factory=list)
    coverage: list[Coverage] = field(default_factory=list)


def seed(
    database: Database,
    folder: Path,
    *,
    document_only: bool = False,
    check: bool = False,
    progress: Progress = iter,
) -> SeedReport:
    """Make the database say what the folder's files say; `check` does all but write.

    Records that somebody else, or another seed, edited last are left alone and named. A second
    run changes nothing.
    Raises SeedError with every problem found, and then nothing was written.
    """
    drafts = _drafts(folder, document_only)
    report = SeedReport()
    try:
        reason = f"seed {_seed_name(drafts, folder)}"
        with open_change(
            database, actor=ACTOR, reason=reason, action=ChangeAction.SEED, dry_run=check
        ) as change:
            if document_only:
                _refuse_second_layer(change.session, folder, {item.slug for item, _ in drafts})
            _apply(change, drafts, report, progress)
    except journal.RuleBroken as error:
        raise SeedError(
            [SeedProblem(folder.name, 0, "", each) for each in error.problems]
        ) from error
    except IntegrityError as error:
        what = f"the database refuses it: {str(error.orig).strip()}"
        raise SeedError([SeedProblem(folder.name, 0, "", what)]) from error
    return report


def _seed_name(drafts: list[tuple[SeedItem, Draft]], folder: Path) -> str:
    """What a seed is called: by its document, wherever its folder lies."""
    documents = (item.slug for item, _ in drafts if item.editor.kind.model is Document)
    return next(documents, folder.name)


def _drafts(folder: Path, document_only: bool) -> list[tuple[SeedItem, Draft]]:  # noqa: FBT001
    """Every draft of the folder, validated; raises SeedError with all that is wrong."""
    drafts, problems, seen = [], [], set()
    for item in bundle_items(read_bundle(folder, document_only=document_only), folder):
        if (item.editor.kind, item.slug) in seen:
            problems.append(
                seed_problem(item.node, item.slug, "this slug is taken by another record")
            )
        seen.add((item.editor.kind, item.slug))
        try:
            draft = item.editor.draft.model_validate(item.data)
        except ValidationError as error:
            problems.extend(_draft_problems(item, error))
            continue
        drafts.append((item, draft))
        for loc in unsupported_facts(draft):
            what = "no claim supports it: name one with says"
            problems.append(seed_problem(node_at(item.node, loc), _field(item, loc), what))
    problems.extend(term_errors(drafts))
    if problems:
        raise SeedError(problems)
    return drafts


def _draft_problems(item: SeedItem, error: ValidationError) -> Iterator[SeedProblem]:
    for each in validation_errors(item.editor.draft, error, SEPARATE_RECORDS):
        loc = _seed_loc(each.loc)
        yield seed_problem(
            node_at(item.node, loc), _field(item, loc), each.message, each.suggestion
        )


def _field(item: SeedItem, loc: tuple[Any, ...]) -> str:
    return ".".join(str(step) for step in (item.slug, *loc))


def _refuse_second_layer(session: Session, folder: Path, kept: set[str]) -> None:
    both = {item.slug for item in bundle_items(read_bundle(folder, document_only=False), folder)}
    extra = session.scalar(select(Claim.slug).where(Claim.slug.in_(both - kept)).limit(1))
    if extra is not None:
        what = f"the second layer is here already (claim {extra}): use a database without it"
        raise SeedError([SeedProblem(folder.name, 0, "--document-only", what)])


def _apply(
    change: journal.Change,
    drafts: list[tuple[SeedItem, Draft]],
    report: SeedReport,
    progress: Progress,
) -> None:
    known = _stored_records(change, drafts)
    strangers = _edited_by_others(change, known)
    made: dict[tuple[type[Any], str], Any] = dict(known)
    for item, _ in drafts:
        key = (item.editor.kind.model, item.slug)
        made.setdefault(key, key[0](slug=item.slug))
    finder, problems = RecordFinder(change.session, made), []
    by_item = {id(item): draft for item, draft in drafts}
    for item in progress([item for item, _ in drafts]):
        key = (item.editor.kind.model, item.slug)
        try:
            _write(
                change,
                item,
                by_item[id(item)],
                made[key],
                (finder, key in known, strangers),
                report,
            )
        except DraftError as error:
            finder.missing.append(error)
        for gone in finder.take_missing():
            loc = _seed_loc(gone.loc)
            problems.append(
                seed_problem(
                    node_at(item.node, loc), _field(item, loc), gone.message, gone.suggestion
                )
            )
    if problems:
        raise SeedError(problems)
    report.coverage = list(_coverage(made))


def _seed_loc(loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Seed files say `quote:` for passages, `group:` and `reference:` for a result's groups."""
    if loc[-3:-2] == ("groups",) and loc[-1] == "group":
        return (*loc[:-3], "reference" if loc[-2] else "group")
    return tuple("quote" if step == "passages" else step for step in loc)


def _write(
    change: journal.Change,
    item: SeedItem,
    draft: Draft,
    record: Any,
    context: tuple[RecordFinder, bool, set[int]],
    report: SeedReport,
) -> None:
    finder, is_known, strangers = context
    name = f"{item.editor.kind.name} {item.slug}"
    if is_known and (record.edited in strangers or record.status != RecordStatus.CURRENT):
        report.left_alone.append(name)
        return
    changed = item.editor.apply(record, draft, finder)
    if not is_known:
        change.add(record)
        report.added[item.editor.kind.path] = report.added.get(item.editor.kind.path, 0) + 1
    elif changed:
        change.touch(record)
        report.updated.append(name)
    else:
        report.unchanged += 1


def _stored_records(
    change: journal.Change, drafts: list[tuple[SeedItem, Draft]]
) -> dict[tuple[type[Any], str], Any]:
    """The records of these drafts that exist already, with all their parts."""
    slugs: dict[Any, list[str]] = {}
    for item, _ in drafts:
        slugs.setdefault(item.editor.kind, []).append(item.slug)
    return {
        (kind.model, record.slug): record
        for kind, wanted in slugs.items()
        for record in change.open_all(kind, wanted)
    }


def _edited_by_others(change: journal.Change, known: dict[tuple[type[Any], str], Any]) -> set[int]:
    """The changes, among those that last edited these records, that are not of this seed.

    Another document's seed is somebody else: two that define one term must not undo each other.
    """
    session, changes = change.session, {record.edited for record in known.values()}
    own = (ChangeRow.actor == ACTOR) & (ChangeRow.reason == change.reason)
    query = select(ChangeRow.id).where(ChangeRow.id.in_(changes), ~own)
    return set(session.scalars(query)) if changes else set()


def _coverage(made: dict[tuple[type[Any], str], Any]) -> Iterator[Coverage]:
    """The coverage of each of these documents, by the passages of these claims."""
    for document in (record for (model, _), record in made.items() if model is Document):
        text: str = document.text
        claims = [record for (model, _), record in made.items() if model is Claim]
        passages = [
            each for claim in claims for each in claim.passages if each.document is document
        ]
        passages += [reference.passage for reference in document.references]
        idle = [part for part in document.segments if part.kind is SegmentKind.BOILERPLATE]
        covered = [TextSpan(part.start, part.end) for part in (*passages, *idle)]
        gaps = [text[gap.start : gap.end] for gap in uncovered_spans(text, covered)]
        yield Coverage(document.slug, len("".join(text.split())), gaps)
