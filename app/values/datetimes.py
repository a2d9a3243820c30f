"""Moments as they are stored: ISO 8601 in UTC, so that later ones sort later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EXAMPLE = "2026-01-01T00:00:00Z"
DATETIME_HELP = f"is a moment with its zone, as {EXAMPLE}"


def now() -> str:
    """This moment."""
    return to_iso(datetime.now(UTC))


def to_iso(moment: datetime) -> str:
    """A moment that knows its time zone, to the microsecond: 2026-01-31T08:00:00.000000Z."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def now_after(last: str | None) -> str:
    """This moment or, where a clock was set back, just after the last one."""
    moment = datetime.now(UTC)
    if last is not None:
        moment = max(moment, datetime.fromisoformat(last) + timedelta(microseconds=1))
    return to_iso(moment)


def parse_datetime(text: str) -> str:
    """A moment as people write it (ISO 8601 with its zone), as it is stored; raises ValueError.

    A space before the zone was a plus before the address was read.
    """
    head, space, zone = text.strip().rpartition(" ")
    plain = f"{head}+{zone}" if space and "T" in head.upper() else text.strip()
    try:
        moment = datetime.fromisoformat(plain)
        found = None if moment.tzinfo is None else to_iso(moment)
    except (ValueError, OverflowError) as error:
        raise ValueError(DATETIME_HELP) from error
    if found is None:
        raise ValueError(DATETIME_HELP)
    return found
