"""Moments as they are stored: ISO 8601 in UTC, so that later ones sort later."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> str:
    """This moment."""
    return written(datetime.now(UTC))


def written(moment: datetime) -> str:
    """A moment that knows its time zone, to the microsecond: 2026-01-31T08:00:00.000000Z."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
