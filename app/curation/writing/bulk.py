"""New records by the thousand: each read and named as one alone, all of them written at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import inspect

from app.api.problems import Problem
from app.curation.writing import draft_parsing, refusals
from app.curation.writing.changes import Writer
from app.curation.writing.slugs import slug_candidate
from app.journal.bulk.load import Batch, put_batch
from app.records.citations.draft import CitationDraft
from app.records.drafting import Draft, DraftError, Editor, Parts, PlacedByKind, identities, rules

Result = Draft | Problem


def create_many(
    writer: Writer, editor: Editor, items: Sequence[Any], amend: Callable[[Any], None]
) -> list[int | Problem]:
    """New records, of a kind whose drafts name no other records; gives the number of each.

    Where anything is in the way nothing is written: then each item stands as its Problem, or 0.
    `amend` alters each draft that was understood.
    """
    found = [_read(editor, each) for each in items]
    for draft in found:
        if isinstance(draft, Draft):
            amend(draft)
    _load_known(writer, editor, found)
    for at, draft in enumerate(found):
        if isinstance(draft, Draft):
            found[at] = _with_slug(writer, editor, draft, items[at])
    if any(isinstance(each, Problem) for each in found):
        return [each if isinstance(each, Problem) else 0 for each in found]
    batch = Batch(writer.session)
    numbers: list[int | Problem] = [
        _add(batch, editor, each) for each in found if isinstance(each, Draft)
    ]
    if numbers:
        put_batch(writer.session, batch, writer.change.id)
    return numbers


def _read(editor: Editor, item: Any) -> Result:
    """The draft, or what is wrong with it."""
    try:
        draft = draft_parsing.parse_draft(editor, item)
        draft_parsing.check_support(draft)
        for name, rule in rules(type(draft)):
            if isinstance(rule, Parts):
                identities(getattr(draft, name), rule, (name,))
    except Problem as problem:
        return problem
    except DraftError as error:
        return refusals.invalid_record([error])
    return draft


def _load_known(writer: Writer, editor: Editor, found: Sequence[Result]) -> None:
    """Look up at once what the drafts will ask for one by one."""
    drafts = [each for each in found if isinstance(each, Draft)]
    writer.slugs(editor.kind).load(slug_candidate(editor, each) for each in drafts)
    citations = (each for each in drafts if isinstance(each, CitationDraft))
    writer.holders.load(name.value for each in citations for name in each.identifiers)


def _with_slug(writer: Writer, editor: Editor, draft: Draft, item: Any) -> Result:
    """The draft with its slug and identifiers, or who has them."""
    try:
        writer.name(editor, draft, item)
        if isinstance(draft, CitationDraft):
            writer.holders.take(draft.slug, draft.identifiers)
    except Problem as problem:
        return problem
    return draft


def _add(batch: Batch, editor: Editor, draft: Any) -> int:
    """Put a record and its parts into the batch; gives the record's number."""
    mapper = inspect(editor.kind.model)
    values = {"slug": draft.slug, **_columns(draft)}
    number = batch.add(mapper.local_table.name, values)
    for name, rule in rules(editor.draft):
        if isinstance(rule, Parts):
            [(_, owner)] = mapper.relationships[name].local_remote_pairs
            for at, part in enumerate(getattr(draft, name)):
                own = {owner.name: number, "position": at}
                batch.add(rule.model.__tablename__, {**own, **_columns(part)})
    return number


def _columns(draft: Draft) -> dict[str, Any]:
    """The columns of a draft, as the database reads them back."""
    return draft.model_dump(mode="json", include=_plain(type(draft)))


@cache
def _plain(draft: type[Draft]) -> set[str]:
    """The names of the fields that are columns; raises TypeError for one that names records."""
    named = {
        name: rule for name, rule in rules(draft) if not isinstance(rule, PlacedByKind | Parts)
    }
    if any(rule is not None for rule in named.values()):
        raise TypeError(f"{draft.__name__} names other records: create these one by one")
    return set(named)
