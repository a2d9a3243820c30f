"""Differences: what was changed, member by member, such that the old with them is the new."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.journal.differences import Difference, What, differences, name_of, pointer

ARMS = [{"key": "drug", "n": 10}, {"key": "placebo", "n": 12}]
CASES: dict[str, tuple[Any, Any, list[tuple[Any, ...]]]] = {
    "nothing": ({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}, []),
    "a member": ({"a": 1, "b": 2}, {"a": 1, "b": 3}, [("changed", "/b", "/b", 2, 3)]),
    "null is not zero": ({"n": None}, {"n": 0}, [("changed", "/n", "/n", None, 0)]),
    "a number is not a truth": ({"n": 1}, {"n": True}, [("changed", "/n", "/n", 1, True)]),
    "a part put in front": (
        {"arms": ARMS},
        {"arms": [{"key": "none", "n": 3}, *ARMS]},
        [("added", "/arms/0", None, None, {"key": "none", "n": 3})],
    ),
    "a part changed behind one put in front": (
        {"arms": ARMS},
        {"arms": [{"key": "none", "n": 3}, ARMS[0], {"key": "placebo", "n": 13}]},
        [
            ("added", "/arms/0", None, None, {"key": "none", "n": 3}),
            ("changed", "/arms/2/n", "/arms/1/n", 12, 13),
        ],
    ),
    "a part taken away": (
        {"arms": ARMS},
        {"arms": ARMS[1:]},
        [("removed", None, "/arms/0", ARMS[0], None)],
    ),
    "parts in another order": (
        {"arms": ARMS},
        {"arms": ARMS[::-1]},
        [("reordered", "/arms", "/arms", ["drug", "placebo"], ["placebo", "drug"])],
    ),
    "another record linked": (
        {"measure": {"slug": "pain", "name": "Pain"}},
        {"measure": {"slug": "sleep", "name": "Sleep"}},
        [
            (
                "changed",
                "/measure",
                "/measure",
                {"slug": "pain", "name": "Pain"},
                {"slug": "sleep", "name": "Sleep"},
            )
        ],
    ),
    "the same record by another name": (
        {"measure": {"slug": "pain", "name": "Pain"}},
        {"measure": {"slug": "pain", "name": "Ache"}},
        [("changed", "/measure/name", "/measure/name", "Pain", "Ache")],
    ),
    "an author put in front": (
        {"authors": [{"family": "B"}, {"family": "C"}]},
        {"authors": [{"family": "A"}, {"family": "B"}, {"family": "C"}]},
        [("added", "/authors/0", None, None, {"family": "A"})],
    ),
    "a link by way of which a part is named": (
        {"citations": [{"role": "results", "citation": {"slug": "a"}}]},
        {"citations": [{"role": "protocol", "citation": {"slug": "a"}}]},
        [("changed", "/citations/0/role", "/citations/0/role", "results", "protocol")],
    ),
    "a name with a slash": ({"a/b~": 1}, {"a/b~": 2}, [("changed", "/a~1b~0", "/a~1b~0", 1, 2)]),
}


@pytest.mark.parametrize(("old", "new", "expected"), CASES.values(), ids=CASES.keys())
def test_what_is_found(old: Any, new: Any, expected: list[tuple[Any, ...]]) -> None:
    found = [
        (each.what, _pointer(each.place), _pointer(each.before), each.old, each.new)
        for each in differences(old, new)
    ]

    assert found == expected
    assert patched(old, differences(old, new)) == new


def _pointer(steps: Any) -> str | None:
    return None if steps is None else pointer(steps)


def patched(old: Any, found: Any) -> Any:
    """The old value with the differences: places to be cleared are in it, others in the new."""
    value, all_found = deepcopy(old), list(found)
    for each in all_found:
        if each.what is What.CHANGED:
            value = _put(value, each.before, each.new)
    gone = [each for each in all_found if each.what is What.REMOVED]
    for each in sorted(gone, key=lambda each: _order(each.before), reverse=True):
        del _at(value, each.before[:-1])[each.before[-1]]
    rest = [each for each in all_found if each.what in {What.ADDED, What.REORDERED}]
    for each in sorted(rest, key=lambda each: _order(each.place)):
        if each.what is What.REORDERED:
            _at(value, each.place).sort(key=lambda part, new=each.new: new.index(name_of(part)))
        else:
            _add(_at(value, each.place[:-1]), each)
    return value


def _order(steps: Any) -> list[tuple[int, str]]:
    return [(step, "") if isinstance(step, int) else (0, step) for step in steps]


def _at(value: Any, steps: Any) -> Any:
    for step in steps:
        value = value[step]
    return value


def _put(value: Any, steps: Any, new: Any) -> Any:
    if not steps:
        return new
    _at(value, steps[:-1])[steps[-1]] = new
    return value


def _add(inside: Any, each: Difference) -> None:
    assert each.place is not None
    if isinstance(inside, list):
        inside.insert(int(each.place[-1]), each.new)
    else:
        inside[each.place[-1]] = each.new


WORDS = st.sampled_from(["a", "b", "c", "d"])
PARTS = st.recursive(
    st.none() | st.booleans() | st.integers(0, 2) | WORDS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(WORDS | st.just("key"), inner, max_size=3)
        | st.lists(
            st.fixed_dictionaries({"key": WORDS, "n": inner}), unique_by=lambda part: part["key"]
        )
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(old=PARTS, new=PARTS)
def test_the_old_with_the_differences_is_the_new(old: Any, new: Any) -> None:
    found = list(differences(old, new))

    assert typed(patched(old, found)) == typed(new)
    assert bool(found) == (typed(old) != typed(new))


def typed(value: Any) -> str:
    """A value in which a truth is not the number one, and members have no order."""
    if isinstance(value, dict):
        return repr({name: typed(value[name]) for name in sorted(value)})
    return repr([typed(each) for each in value]) if isinstance(value, list) else repr(value)
