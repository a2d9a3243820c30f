"""Flattening: a card as one row of cells, so that it fits a spreadsheet.

One column per member of the card. Words, numbers and true or false stand as they are; a link is
the slug of the record, a list of links or words is joined by "; ", parts without a slug are JSON.
An empty cell is null or an empty list.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, get_args

import orjson
from pydantic import BaseModel

JOINED_BY = "; "
# Spreadsheets take a cell that begins so for a formula (OWASP, CSV injection); with leading
# apostrophes counted in, one apostrophe can be taken off again without loss.
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")


def guarded(words: str) -> str:
    """Words that no spreadsheet takes for a formula: an apostrophe before what looks like one."""
    return f"'{words}" if _FORMULA.match(words) else words


def unguarded(cell: str) -> str:
    """The words as they were before they were guarded."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def scalar(value: Any) -> str:
    """A word, a number, true or false; empty when there is none."""
    if value is None:
        return ""
    return guarded(value) if isinstance(value, str) else orjson.dumps(value).decode()


def _slug(link: Any) -> str:
    return "" if link is None else guarded(link["slug"])


def _slugs(links: Any) -> str:
    return guarded(JOINED_BY.join(link["slug"] for link in links or ()))


def _nested(parts: Any) -> str:
    """A part as JSON; lists of plain words are joined."""
    if not parts:
        return ""
    if isinstance(parts, list) and all(isinstance(each, str) for each in parts):
        return guarded(JOINED_BY.join(parts))
    return orjson.dumps(parts).decode()


@dataclass(frozen=True)
class Column:
    """One column: the card's member, and how its value becomes a cell."""

    name: str
    cell: Callable[[Any], str]


def columns(card: type[BaseModel], fields: Sequence[str] = ()) -> list[Column]:
    """The columns of a kind of card, in the card's order; only those of `fields`, if any."""
    return [
        Column(name, _cell(field.annotation))
        for name, field in card.model_fields.items()
        if not fields or name in fields
    ]


def _cell(annotation: Any) -> Callable[[Any], str]:
    shown, many = _shown(annotation)
    if shown is not None and "slug" in shown.model_fields:
        return _slugs if many else _slug
    return _nested if many or shown is not None else scalar


def _shown(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    """The model inside an annotation, and whether there is a list of it."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    many = getattr(annotation, "__origin__", None) in {list, dict}
    for each in get_args(annotation):
        shown, inner = _shown(each)
        many = many or inner
        if shown is not None:
            return shown, many
    return None, many


def table(rows: Iterable[Iterable[str]]) -> str:
    """Rows as CSV (RFC 4180)."""
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerows(rows)
    return written.getvalue()


def flat(cards: Iterable[str], of: Sequence[Column]) -> str:
    """Cards as rows of CSV."""
    members = map(orjson.loads, cards)
    return table([column.cell(card.get(column.name)) for column in of] for card in members)
