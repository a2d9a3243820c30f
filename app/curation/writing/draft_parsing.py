"""Drafts as they were sent: read, or refused with each thing that is wrong."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from app.curation.writing import refusals
from app.curation.writing.validation import unstorable_values, unsupported_facts, validation_errors
from app.records.drafting import Draft, DraftError, Editor

UNNAMED = "unnamed"  # stands for a slug that is still to be made


def json_object(data: Any) -> dict[str, Any]:
    """The members of an object; raises Problem for anything else."""
    if not isinstance(data, dict):
        raise refusals.invalid_record(
            [DraftError((), "is an object with the fields of the record")]
        )
    return data


def parse_draft(editor: Editor, data: Any, slug: str | None = None) -> Draft:
    """The draft of a new record, or of the record with this slug; raises Problem."""
    data = json_object(data)
    given = data.get("slug")
    if slug is not None and given is not None and given != slug:
        what = "a slug never changes: leave it out, or give the record's own"
        raise refusals.invalid_record([DraftError(("slug",), what, slug)])
    named = {**data, "slug": slug or (UNNAMED if given is None else given)}
    try:
        read = editor.draft.model_validate(named)
    except ValidationError as error:
        raise refusals.invalid_record(list(validation_errors(editor.draft, error))) from error
    errors = list(unstorable_values(read))
    if errors:
        raise refusals.invalid_record(errors)
    return read


def restored_version(data: dict[str, Any]) -> int | None:
    """The version that is to be restored; raises Problem for anything else."""
    version = data.get("version")
    errors = [DraftError((name,), "there is no such field") for name in data if name != "version"]
    if version is not None and (type(version) is not int or version < 1):
        errors.append(DraftError(("version",), "is the number of a version, from 1"))
    if errors:
        raise refusals.invalid_record(errors)
    return version


def check_support(draft: Draft) -> None:
    """Refuse facts that no source says, each by its place (rule 1); raises Problem."""
    what = "no claim supports it: name one in says, or write the claim first"
    errors = [DraftError((*loc, "says"), what) for loc in unsupported_facts(draft)]
    if errors:
        raise refusals.invalid_record(errors)
