"""JSON merge patches (RFC 7396)."""

from __future__ import annotations

from typing import Any


def merged(target: Any, patch: Any) -> Any:
    """The target with the patch: null takes a member away, lists are replaced as a whole."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


def patch_between(old: Any, new: Any) -> Any:
    """The patch that makes one object of another, member by member at the top."""
    gone = {name: None for name in old if name not in new}
    return {**gone, **{name: new[name] for name in new if new[name] != old.get(name)}}
