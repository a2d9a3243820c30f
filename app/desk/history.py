"""The history of a record: who changed what when and why; compared, restored, withdrawn."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection, select

from app.api.problems import Problem
from app.curation.writing import Writer
from app.db.database import Database, DatabaseDep
from app.desk.records import (
    VersionedRecord,
    current_record,
    desk_path,
    kind_of,
    record_at_version,
    save,
    saved_address,
)
from app.desk.session import (
    SenderDep,
    Visitor,
    VisitorDep,
    desk_page,
    parse_number,
    redirect_after_post,
)
from app.journal import past_cards
from app.journal.differences import differences, pointer
from app.models import Change
from app.vocabulary import ChangeAction
from app.web.addresses import query

SIGNS = {"added": "+", "removed": "−", "changed": "~", "reordered": "↕"}


@dataclass(frozen=True)
class DifferenceRow:
    """One member that differs, in words."""

    sign: str
    what: str
    field: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class ThreeWayDifference:
    """One member that stands differently in what was read, in what is there, and in what is typed.

    `conflict`: somebody else and the visitor changed it, each another way.
    """

    field: str
    base: str | None
    current: str | None
    typed: str | None
    conflict: bool


def difference_rows(found: Iterable[Any]) -> list[DifferenceRow]:
    """Differences with `what`, `pointer`, `old` and `new` as rows."""
    return [
        DifferenceRow(
            SIGNS[each.what],
            each.what,
            field_label(each.pointer),
            value_text(each.old),
            value_text(each.new),
        )
        for each in found
        if value_text(each.old) != value_text(each.new)
    ]


def field_label(pointer: str) -> str:
    """A JSON pointer as people read it: /populations/0/label is populations 1, label."""
    steps = [each.replace("~1", "/").replace("~0", "~") for each in pointer.split("/")[1:]]
    words = [str(int(each) + 1) if each.isdecimal() else each.replace("_", " ") for each in steps]
    return " ".join(words) or "the record"


def value_text(value: Any) -> str | None:
    """A value in words; None: there is none."""
    if value is None or value in ([], ""):
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict | list):
        return json.dumps(value, indent=2, ensure_ascii=False)
    return str(value)


def compare_drafts(
    base: Mapping[str, Any], current: Mapping[str, Any], typed: Mapping[str, Any]
) -> Iterator[ThreeWayDifference]:
    """Each member in which somebody else's change, or one's own, shows."""
    for name in dict.fromkeys((*base, *current, *typed)):
        values = [_comparable_value(each.get(name)) for each in (base, current, typed)]
        old, new, own = values
        if old == new == own:
            continue
        conflict = old not in (new, own) and new != own
        label = name.replace("_", " ")
        yield ThreeWayDifference(
            label,
            value_text(base.get(name)),
            value_text(current.get(name)),
            value_text(typed.get(name)),
            conflict,
        )


def _comparable_value(value: Any) -> Any:
    return None if value in (None, [], "", False) else value


routes = APIRouter()
VERSIONS_SHOWN = 200  # versions on a page


@routes.get("/{path}/{slug}/history")
def get_history(request: Request, visitor: VisitorDep, database: DatabaseDep) -> Response:
    """Every version, the newest first, and what differs between two."""
    return _history_page(request, visitor, database)


@routes.post("/{path}/{slug}/history")
def post_history(request: Request, visitor: SenderDep, database: DatabaseDep) -> Response:
    """Restore a version as a new one, or withdraw the record."""
    kind, slug = kind_of(request), request.path_params["slug"]
    try:
        if visitor.fields.text("do") == "withdraw":
            _withdraw(visitor, database, kind, slug)
            return redirect_after_post(saved_address(kind, slug, "withdrawn"))
        _restore(visitor, database, kind, slug)
    except Problem as problem:
        return _history_page(request, visitor, database, problem)
    return redirect_after_post(saved_address(kind, slug, "restored"))


def _withdraw(visitor: Visitor, database: Database, kind: Any, slug: str) -> None:
    expected = parse_number(visitor.fields.text("version"))
    along = bool(visitor.fields.text("dependents"))

    def do(writer: Writer) -> None:
        writer.withdraw(kind, slug, expected=expected, dependents=along)

    save(database, visitor, do, ChangeAction.WITHDRAW)


def _restore(visitor: Visitor, database: Database, kind: Any, slug: str) -> None:
    expected, wanted = (parse_number(visitor.fields.text(name)) for name in ("version", "wanted"))

    def do(writer: Writer) -> None:
        writer.restore(kind, slug, expected=expected, version=wanted)

    save(database, visitor, do, ChangeAction.RESTORE)


def _history_page(
    request: Request, visitor: Visitor, database: Database, problem: Problem | None = None
) -> Response:
    kind, parameters = kind_of(request), request.query_params
    with database.read() as connection:
        record = current_record(connection, kind, request.path_params["slug"])
        versions, more = _versions(connection, record, parse_number(parameters.get("cursor", "")))
        newer = parse_number(parameters.get("to", "")) or record.version
        older = parse_number(parameters.get("from", "")) or max(1, newer - 1)
        sides = [record_at_version(connection, record, each) for each in (older, newer)]
    here = desk_path(kind, record.slug, "/history")
    found = _version_differences(sides[0], sides[1]) if sides[0] and sides[1] else []
    context = {
        "record": record,
        "versions": versions,
        "onward": query(here, cursor=versions[-1]["version"]) if more else None,
        "pair": (older, newer),
        "rows": found,
        "problem": problem,
        "reason": visitor.fields.raw("reason"),
        "dependents": problem is not None and problem.code == "has-dependents",
    }
    return desk_page(request, visitor, "history.html", context)


def _versions(
    connection: Connection, record: VersionedRecord, before: int | None
) -> tuple[list[dict[str, Any]], bool]:
    """Versions with the changes that made them, the newest first; and whether there are more."""
    every = past_cards.card_spans(record.kind, record.id).subquery()
    found = select(every, Change.at, Change.actor, Change.action, Change.reason)
    found = found.join(Change, Change.id == every.c.change).order_by(every.c.change.desc())
    if before:
        found = found.where(every.c.version < before)
    rows = connection.execute(found.limit(2 * VERSIONS_SHOWN)).mappings().all()
    made = {row["version"]: {str(name): row[name] for name in row} for row in rows}
    if cut := len(rows) == 2 * VERSIONS_SHOWN and len(made) > 1:
        del made[rows[-1]["version"]]  # the change that made it may stand further on
    versions = sorted(made.values(), key=lambda each: -each["version"])
    return versions[:VERSIONS_SHOWN], cut or len(versions) > VERSIONS_SHOWN


def _version_differences(older: VersionedRecord, newer: VersionedRecord) -> list[DifferenceRow]:
    return [
        DifferenceRow(
            SIGNS[each.what],
            each.what,
            field_label(pointer(each.place if each.place is not None else each.before or ())),
            value_text(each.old),
            value_text(each.new),
        )
        for each in differences(older.card, newer.card)
    ]
