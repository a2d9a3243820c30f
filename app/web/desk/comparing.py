"""Two versions of something, member by member, as a page shows them beside each other."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

SIGNS = {"added": "+", "removed": "−", "changed": "~", "reordered": "↕"}


@dataclass(frozen=True)
class Row:
    """One member that differs, in words."""

    sign: str
    what: str
    field: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class Sides:
    """One member that stands differently in what was read, in what is there, and in what is typed.

    `both`: somebody else and the visitor changed it, each another way.
    """

    field: str
    then: str | None
    now: str | None
    mine: str | None
    both: bool


def rows(found: Iterable[Any]) -> list[Row]:
    """Differences with `what`, `pointer`, `old` and `new` as rows."""
    return [
        Row(SIGNS[each.what], each.what, named(each.pointer), told(each.old), told(each.new))
        for each in found
        if told(each.old) != told(each.new)
    ]


def named(pointer: str) -> str:
    """A JSON pointer as people read it: /populations/0/label is populations 1, label."""
    steps = [each.replace("~1", "/").replace("~0", "~") for each in pointer.split("/")[1:]]
    words = [str(int(each) + 1) if each.isdecimal() else each.replace("_", " ") for each in steps]
    return " ".join(words) or "the record"


def told(value: Any) -> str | None:
    """A value in words; None: there is none."""
    if value is None or value in ([], ""):
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict | list):
        return json.dumps(value, indent=2, ensure_ascii=False)
    return str(value)


def sides(
    then: Mapping[str, Any], now: Mapping[str, Any], mine: Mapping[str, Any]
) -> Iterator[Sides]:
    """Each member in which somebody else's change, or one's own, shows."""
    for name in dict.fromkeys((*then, *now, *mine)):
        values = [_value(each.get(name)) for each in (then, now, mine)]
        old, new, own = values
        if old == new == own:
            continue
        both = old not in (new, own) and new != own
        label = name.replace("_", " ")
        yield Sides(label, told(then.get(name)), told(now.get(name)), told(mine.get(name)), both)


def _value(value: Any) -> Any:
    return None if value in (None, [], "", False) else value
