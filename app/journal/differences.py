"""Differences: what was changed between two JSON values, member by member.

Parts of a list that have a name (a key, a slug, a code ...) are compared with the part of the same
name, so that one that was put in front does not make all others look changed; parts without a name
are aligned in order. Places are JSON pointers (RFC 6901).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

import orjson

Steps = tuple[str | int, ...]
Pair = tuple[int | None, int | None]  # places of a part in the old and in the new list
# What tells the parts of a list apart: the first of these that a part has.
NAMING = (("key",), ("kind", "slug"), ("slug",), ("number",), ("scheme", "value"),
          ("scheme", "code"), ("label",), ("country",))  # fmt: skip


class What(StrEnum):
    """What became of a member."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    REORDERED = "reordered"


@dataclass(frozen=True)
class Difference:
    """One member that differs: `place` in the new value, `before` in the old one."""

    what: What
    place: Steps | None
    before: Steps | None
    old: Any = None
    new: Any = None


def pointer(steps: Steps) -> str:
    """A place as a JSON pointer."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def name_of(part: Any) -> str | None:
    """What a part is told apart by from its siblings; None: nothing.

    A part without a name of its own is named by the first other record that it links to.
    """
    if not isinstance(part, dict):
        return None
    for names in NAMING:
        if all(part.get(name) is not None for name in names):
            return " ".join(str(part[name]) for name in names)
    links = (each for each in part.values() if isinstance(each, dict) and {"slug", "key"} & {*each})
    return next((name for each in links if (name := name_of(each)) is not None), None)


def differences(old: Any, new: Any, before: Steps = (), place: Steps = ()) -> Iterator[Difference]:
    """What has to be done to the old value to get the new one."""
    dicts = isinstance(old, dict) and isinstance(new, dict)
    if dicts and (not place or name_of(old) == name_of(new)):
        for name in {**old, **new}:
            if name not in new:
                yield Difference(What.REMOVED, None, (*before, name), old=old[name])
            elif name not in old:
                yield Difference(What.ADDED, (*place, name), None, new=new[name])
            else:
                yield from differences(old[name], new[name], (*before, name), (*place, name))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _of_lists(old, new, before, place)
    elif type(old) is not type(new) or old != new:
        yield Difference(What.CHANGED, place, before, old, new)


def _of_lists(old: list[Any], new: list[Any], before: Steps, place: Steps) -> Iterator[Difference]:
    named = _by_name(old, new)
    if named is not None:
        olds, news = named[1]
        if olds != news:
            yield Difference(What.REORDERED, place, before, olds, news)
    for then, now in named[0] if named is not None else _aligned(old, new):
        if now is None and then is not None:
            yield Difference(What.REMOVED, None, (*before, then), old=old[then])
        elif then is None and now is not None:
            yield Difference(What.ADDED, (*place, now), None, new=new[now])
        elif then is not None and now is not None:
            yield from differences(old[then], new[now], (*before, then), (*place, now))


def _by_name(
    old: Sequence[Any], new: Sequence[Any]
) -> tuple[list[Pair], tuple[list[str], list[str]]] | None:
    """Which parts belong together, and the order of those that both have; None: names fail."""
    olds, news = [name_of(each) for each in old], [name_of(each) for each in new]
    if None in olds or None in news or len(set(olds)) < len(olds) or len(set(news)) < len(news):
        return None
    then = {name: at for at, name in enumerate(olds)}
    now = {name: at for at, name in enumerate(news)}
    pairs: list[Pair] = [(at, None) for name, at in then.items() if name not in now]
    pairs += [(then.get(name), at) for name, at in now.items()]
    both = (
        [str(name) for name in olds if name in now],
        [str(name) for name in news if name in then],
    )
    return pairs, both


def _aligned(old: Sequence[Any], new: Sequence[Any]) -> Iterator[Pair]:
    """Parts in order: equal ones together, and between them what took the place of what."""
    olds, news = ([orjson.dumps(part) for part in each] for each in (old, new))
    matcher = SequenceMatcher(None, olds, news, autojunk=False)
    for _, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        for at in range(max(old_to - old_from, new_to - new_from)):
            then, now = old_from + at, new_from + at
            yield then if then < old_to else None, now if now < new_to else None
