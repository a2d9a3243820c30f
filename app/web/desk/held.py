"""Records as the desk reads them: whatever became of them, with their editable form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from fastapi import Request
from sqlalchemy import Connection, select

from app.core.cards import Kind
from app.core.problems import Problem
from app.editors import EDITOR_OF
from app.journal import past
from app.kinds import KINDS
from app.models import SlugRedirect
from app.web.desk.looking import reference
from app.writing import draft_of, refusals

KIND_AT = {kind.path: kind for kind in KINDS}


@dataclass(frozen=True)
class Held:
    """A record at one of its versions."""

    kind: Kind
    id: int
    slug: str
    version: int
    status: str
    card: dict[str, Any]

    @property
    def title(self) -> str:
        """What people call it."""
        return called(self.kind, self.card)

    @property
    def address(self) -> str:
        """Its page at the desk."""
        return at_desk(self.kind, self.slug)

    def draft(self, connection: Connection) -> dict[str, Any]:
        """Its editable form."""
        card = orjson.dumps(self.card).decode()
        found: dict[str, Any] = draft_of(connection, EDITOR_OF[self.kind], self.id, card)
        return found


def at_desk(kind: Kind, slug: str, part: str = "") -> str:
    """The page of a record at the desk, or one below it."""
    return f"/desk/{kind.path}/{slug}{part}"


def called(kind: Kind, card: Mapping[str, Any]) -> str:
    """What people call a record: a citation by its reference, others by their title."""
    if kind.name == "citation":
        return reference(card)
    return str(card.get(kind.title) or card.get("summary") or card.get("quote") or card["slug"])


def kind_of(request: Request) -> Kind:
    """The kind that an address names; raises Problem 404."""
    kind = KIND_AT.get(request.path_params["path"])
    if kind is None:
        raise Problem(404, "not-found", "There is no such kind of record.")
    return kind


def held(connection: Connection, kind: Kind, slug: str) -> Held:
    """A record as it is; raises Problem 404."""
    table = kind.table.c
    query = select(table.id, table.version, table.status, table.card)
    query = query.where(*kind.where, kind.model.slug == slug)
    row = connection.execute(query).one_or_none() if "\0" not in slug else None
    if row is None:
        raise refusals.not_found(connection, kind, slug)
    return Held(kind, row.id, slug, row.version, row.status, orjson.loads(row.card))


def held_at(connection: Connection, now: Held, version: int) -> Held | None:
    """The record at one of its versions; None when it never had it."""
    then = past.as_of_version(connection, now.kind, now.id, version)
    if then is None:
        return None
    return Held(now.kind, now.id, now.slug, version, then.status, orjson.loads(then.card))


def became(connection: Connection, now: Held) -> str | None:
    """The record that a merged one became part of."""
    old = (SlugRedirect.kind == now.kind.name) & (SlugRedirect.slug == now.slug)
    return connection.execute(select(SlugRedirect.target).where(old)).scalar()
