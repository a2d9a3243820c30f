"""What a writing request says beside its body: why, whether in earnest, and of which version."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fastapi import Request

from app.core.folding import nearest
from app.core.problems import FieldError, Problem, refused

LONGEST_REASON = 1000
YES_OR_NO = {"true": True, "false": False}
_TAG = re.compile(r'(?:W/)?"v(\d{1,9})(?:-[0-9a-f]+)?"')
NO_VERSION = 0  # what no record is at


@dataclass(frozen=True)
class Asked:
    """Why a change is made, whether it is only tried, and whether dependents go with a record."""

    reason: str
    dry_run: bool
    dependents: bool


def read_query(request: Request, known: tuple[str, ...]) -> Asked:
    """The parameters of a writing request; raises Problem for any other."""
    query = request.query_params
    for name in query:
        if name not in known:
            hint = nearest(name[:100], known)
            raise refused(name[:100], f"there is no such parameter; there are {known}", hint)
        if len(query.getlist(name)) > 1:
            raise refused(name, "give it once")
    reason = query.get("reason", "").strip()
    if "\0" in reason or len(reason) > LONGEST_REASON:
        raise refused("reason", f"is at most {LONGEST_REASON} characters, none of them NUL")
    if (tried := query.get("dry_run", "false").lower()) not in YES_OR_NO:
        raise refused("dry_run", "is true or false", nearest(tried[:100], YES_OR_NO))
    if query.get("dependents", "withdraw") != "withdraw":
        raise refused("dependents", "is withdraw, or left out", "withdraw")
    return Asked(reason, YES_OR_NO[tried], "dependents" in query)


def expected_version(request: Request) -> int | None:
    """The version that If-Match names, None for `*`; raises Problem 428 when there is none.

    Only the version counts: links that were renamed since do not stand in the way of an edit.
    """
    given = request.headers.get("if-match")
    if given is None:
        what = "send the ETag that you read, so that nobody's change is overwritten unseen"
        error = FieldError(parameter="If-Match", message=what)
        raise Problem(428, "precondition-required", f"If-Match: {what}.", [error])
    if given.strip() == "*":
        return None
    found = _TAG.fullmatch(given.strip())
    return int(found[1]) if found else NO_VERSION
