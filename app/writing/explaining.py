"""What is wrong with a draft, each thing at its place, and what would be right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, get_args

from pydantic import ValidationError

from app.core.folding import nearest
from app.core.problems import Misfit
from app.drafts import Draft, DraftError, Loc

MOST_ERRORS = 100  # told at once


def explained(
    draft: type[Draft], error: ValidationError, also: tuple[str, ...] = ()
) -> Iterator[DraftError]:
    """Each thing that does not fit the draft; `also` are names that may be meant beside fields."""
    for each in error.errors(include_url=False)[:MOST_ERRORS]:
        loc, hint = (*each["loc"], *_within(each)), None
        message = each["msg"].removeprefix("Value error, ")
        if each["type"] == "extra_forbidden":
            message = "there is no such field"
            hint = nearest(str(loc[-1])[:100], (*fields_at(draft, loc), *also))
        elif each["type"] == "missing":
            message = "is needed, and not there"
        elif each["type"] == "enum":
            words = each["ctx"]["expected"].replace("'", "").replace(" or ", ", ")
            hint = nearest(str(each["input"])[:100], words.split(", "))
        yield DraftError(loc, message, hint)


def _within(error: Any) -> Loc:
    """Where, from the place of the error, what does not go together can be mended."""
    cause = error.get("ctx", {}).get("error")
    return cause.at if isinstance(cause, Misfit) else ()


def fields_at(draft: type[Draft], loc: Loc) -> Iterable[str]:
    """The fields of the part of a draft that a place lies in."""
    for step in loc[:-1]:
        known = draft.model_fields.get(str(step))
        for inner in get_args(known.annotation) if known else ():
            draft = inner if isinstance(inner, type) and issubclass(inner, Draft) else draft
    return draft.model_fields


def unsupported(draft: Draft, loc: Loc = ()) -> Iterator[Loc]:
    """Where in a draft a fact stands that names no claim."""
    if getattr(draft, "registry_record", None) is not None:
        return
    if getattr(draft, "says", None) == []:
        yield loc
    for name in type(draft).model_fields:
        parts = getattr(draft, name)
        for place, part in enumerate(parts if isinstance(parts, list) else []):
            if isinstance(part, Draft):
                yield from unsupported(part, (*loc, name, place))
