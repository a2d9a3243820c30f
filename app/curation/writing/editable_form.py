"""The editable form of a record: its card, read back as what a curator would have written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

import orjson
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from app.models import Revision, Term
from app.query.cards import Kind, upgrade_card
from app.records.drafting import Draft, Editor, Link, Parts, Rule, Sibling, Values, rules


def editable_form(session: Session | Connection, editor: Editor, record: int, card: str) -> Any:
    """The editable form of a record with this card, now or then, as plain JSON values.

    Put back as it is, it changes nothing. What cards leave out is read from the database.
    """
    written = editable_values(editor.draft, orjson.loads(card))
    return {**written, **editor.draft_only(session, record)} if editor.draft_only else written


def current_editable_form(session: Session | Connection, editor: Editor, record: int) -> Any:
    """The editable form of a record as it is stored."""
    table = editor.kind.table
    card = session.execute(select(table.c.card).where(table.c.id == record)).scalar_one()
    return editable_form(session, editor, record, card)


def card_at(session: Session | Connection, kind: Kind, record: int, version: int) -> str | None:
    """The card of a record at a version before the one it has; None: it never had it.

    A version has several cards where a link in it was renamed: the last of them is given, in the
    present layout.
    """
    mine = (Revision.kind == kind.name) & (Revision.record_id == record)
    query = select(Revision.card, Revision.card_format).where(mine, Revision.version == version)
    row = session.execute(query.order_by(Revision.to_change.desc()).limit(1)).one_or_none()
    return None if row is None else upgrade_card(kind, row.card, row.card_format)


def editable_values(draft: type[Draft], card: dict[str, Any]) -> dict[str, Any]:
    """A card, or a part of one, as the draft that makes it."""
    written = {
        name: _read_back(draft, name, rule, card.get(name))
        for name, rule in rules(draft)
        if not draft.model_fields[name].exclude
    }
    return {**written, **draft.shown_otherwise(card)}


def part_of(draft: type[Draft], name: str) -> type[Draft]:
    """The draft of the parts that a field holds."""
    [part] = get_args(draft.model_fields[name].annotation)
    kind: type[Draft] = part
    return kind


def _read_back(draft: type[Draft], name: str, rule: Rule | None, shown: Any) -> Any:
    """The value of a field, as the card shows it, as curators write it."""
    if isinstance(rule, Parts):
        part = part_of(draft, name)
        return [editable_values(part, each) for each in shown]
    if isinstance(rule, Values):
        return [each[rule.column] for each in shown]
    if isinstance(rule, Link):
        return _names_of(shown, _qualified if rule.model is Term else _slug)
    if isinstance(rule, Sibling):
        return _names_of(shown, lambda link: str(link["key"]))
    return shown


def _names_of(shown: Any, named: Callable[[Any], str]) -> Any:
    """What a link names, or each of several."""
    if isinstance(shown, list):
        return [named(each) for each in shown]
    return None if shown is None else named(shown)


def _slug(link: Any) -> str:
    return str(link["slug"])


def _qualified(link: Any) -> str:
    """A term of any kind, as kind/slug: one slug may name a condition and a harm."""
    return f"{link['kind']}/{link['slug']}"
