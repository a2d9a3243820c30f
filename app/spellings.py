"""Ways in which people may write a part of a draft, each read as the one form that there is."""

from __future__ import annotations

from typing import Any

from pydantic import BeforeValidator

from app.core.problems import Misfit


def several(value: Any) -> Any:
    """Read one word as a list of one, so that people may write `says: design`."""
    return [value] if isinstance(value, str) else value


def keyed(value: Any) -> Any:
    """Read `{adults: {...}}` as `[{key: adults, ...}]`, so that people may write either."""
    if not isinstance(value, dict) or not all(isinstance(part, dict) for part in value.values()):
        return value
    return [{"key": key, **part} for key, part in value.items()]


def joined(listed: Any, more: list[Any]) -> Any:
    """A list with more at its end; what is no list is left for the field to refuse."""
    if listed is None:
        return more
    return [*listed, *more] if isinstance(listed, list) else listed


def in_order(low: float | None, high: float | None, what: str) -> None:
    """Refuse bounds that are the wrong way round."""
    if low is not None and high is not None and low > high:
        raise Misfit(f"{what}_low is above {what}_high", f"{what}_low")


Several = BeforeValidator(several)
Keyed = BeforeValidator(keyed)
