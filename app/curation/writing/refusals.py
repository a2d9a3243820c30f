"""What stands in the way of a change, as problems that say what would be right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, inspect, select
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app import journal
from app.api.problems import FieldError, Problem, json_pointer
from app.curation.writing.dependents import Dependent
from app.models import (
    AdverseEvent,
    AdverseEventCount,
    Outcome,
    Result,
    ResultGroup,
    SlugRedirect,
    Study,
)
from app.query.cards import Kind
from app.records.drafting import DraftError
from app.values.stored_names import StoredNames
from app.vocabulary import RecordStatus


def kind_label(kind: Kind) -> str:
    """A kind as people say it."""
    return kind.name.replace("_", " ")


def invalid_record(errors: Sequence[DraftError]) -> Problem:
    """Each thing that is wrong with a draft, by its place."""
    found = [
        FieldError(
            pointer=json_pointer(*each.loc), message=each.message, suggestion=each.suggestion
        )
        for each in errors
    ]
    return Problem(422, "invalid-record", _sentences(found), found)


def _sentences(errors: Sequence[FieldError]) -> str:
    return "; ".join(f"{each.pointer}: {each.message}".removeprefix(": ") for each in errors)


def slug_taken(kind: Kind, slug: str) -> Problem:
    """Slugs are never used twice, whatever became of the record."""
    address = f"/v1/{kind.path}/{slug}"
    what = f"another {kind_label(kind)} has, or had, the slug {slug!r}: choose another, or none"
    return _conflict(
        "slug-taken", what, [FieldError(pointer="/slug", message=what, record=address)]
    )


def identifiers_taken(held: Mapping[int, tuple[tuple[str, str], str]]) -> Problem:
    """Another current citation has an identifier: probably it is the same publication."""
    errors = [
        FieldError(
            pointer=json_pointer("identifiers", at),
            message=f"{scheme} {value} is that of citation {slug!r}: change that one, or say"
            " shared: true in both where several publications rightly carry it",
            suggestion=slug,
            record=f"/v1/citations/{slug}",
        )
        for at, ((scheme, value), slug) in held.items()
    ]
    return _conflict("identifier-taken", _sentences(errors), errors)


def version_conflict(kind: Kind, slug: str, version: int) -> Problem:
    """The record has changed since it was read."""
    now = f"The {kind_label(kind)} {slug!r} is at version {version} by now"
    what = f"{now}: read it again, then decide."
    return Problem(412, "stale-version", what, headers={"ETag": f'"v{version}"'})


def not_found(session: Session | Connection, kind: Kind, slug: str) -> Problem:
    """There is no such record, and never was."""
    hint = StoredNames(session, select(kind.model.slug), kind.model.slug).nearest(slug)
    what = f"There is no {kind_label(kind)} {slug[:200]!r}."
    return Problem(404, "not-found", what + (f" Did you mean {hint!r}?" if hint else ""))


def not_current(kind: Kind, record: Any) -> Problem:
    """The record is withdrawn, or became part of another."""
    if record.status == RecordStatus.WITHDRAWN:
        what = f"The {kind_label(kind)} {record.slug!r} is withdrawn: restore it first."
        return _conflict("withdrawn", what)
    session = inspect(record).session
    old = (SlugRedirect.kind == kind.name) & (SlugRedirect.slug == record.slug)
    target = session.scalar(select(SlugRedirect.target).where(old))
    what = f"The {kind_label(kind)} {record.slug!r} became part of {target!r}: change that one."
    where = FieldError(message=what, suggestion=target, record=f"/v1/{kind.path}/{target}")
    return _conflict("merged", what, [where])


def not_withdrawn(kind: Kind, slug: str) -> Problem:
    """A record that was never taken back cannot be brought back."""
    what = f"The {kind_label(kind)} {slug!r} is not withdrawn: name the version to be restored."
    return _conflict("not-withdrawn", what)


def no_version(kind: Kind, record: Any, version: int, field: str = "version") -> Problem:
    """The record never had this version."""
    what = (
        f"the {kind_label(kind)} {record.slug!r} has versions 1 to {record.version}, none {version}"
    )
    error = FieldError(pointer=json_pointer(field), message=what)
    return Problem(422, "no-such-version", what, [error])


def has_dependents(kind: Kind, slug: str, rests: Sequence[Dependent]) -> Problem:
    """Other records name the one that is to be withdrawn."""
    errors = [
        FieldError(
            message=f"{kind_label(each.kind)} {each.slug!r} names it as {each.how}",
            record=each.address,
        )
        for each in rests
    ]
    what = (
        f"{len(rests)} current records rest on the {kind_label(kind)} {slug!r}: change them first,"
        " or withdraw them with it by dependents=withdraw."
    )
    return _conflict("has-dependents", what, errors)


def parts_in_use(session: Session, record: Any) -> None:
    """Refuse to drop a group whose numbers other records hold; raises Problem."""
    if not isinstance(record, Study) or record.id is None:
        return
    dropped = {each.id: each.key for each in inspect(record).attrs.groups.history.deleted}
    if not dropped:
        return
    in_outcomes = (
        select(Outcome.slug, ResultGroup.group_id)
        .join(Result, Result.outcome_id == Outcome.id)
        .join(ResultGroup, ResultGroup.result_id == Result.id)
        .where(ResultGroup.group_id.in_(dropped))
        .distinct()
    )
    in_events = (
        select(AdverseEvent.slug, AdverseEventCount.group_id)
        .join(AdverseEventCount, AdverseEventCount.adverse_event_id == AdverseEvent.id)
        .where(AdverseEventCount.group_id.in_(dropped))
    )
    found = [("outcomes", *row) for row in session.execute(in_outcomes)]
    found += [("adverse-events", *row) for row in session.execute(in_events)]
    errors = [
        FieldError(
            pointer="/groups",
            message=f"group {dropped[group]!r} cannot go: {slug!r} has its numbers",
            record=f"/v1/{path}/{slug}",
        )
        for path, slug, group in found
    ]
    if errors:
        raise _conflict("part-in-use", _sentences(errors), errors)


def _conflict(code: str, what: str, errors: Sequence[FieldError] = ()) -> Problem:
    return Problem(409, code, what, errors)


@contextmanager
def as_problems() -> Iterator[None]:
    """Turn what ends a change from below into problems."""
    try:
        yield
    except journal.RuleBroken as error:
        errors = [FieldError(message=each) for each in error.problems]
        what = f"{'; '.join(error.problems)}: name a claim in says"
        raise Problem(422, "rule-broken", what, errors) from error
    except StaleDataError as error:
        what = "Somebody else changed the record meanwhile: read it again, then decide."
        raise Problem(412, "stale-version", what) from error
    except (IntegrityError, DataError) as error:
        cause = str(error.orig).strip().partition("\n")[0]
        raise _conflict("refused", f"The database refuses it: {cause}") from error
