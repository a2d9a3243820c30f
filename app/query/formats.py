"""Forms: in which forms a list is given, and which of them a request asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from starlette.datastructures import QueryParams

from app.api.problems import Problem, invalid_parameter
from app.values.text import nearest_spelling


class ListFormat(StrEnum):
    """How a list is given: a page, one card a line, or one row a record."""

    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"

    @property
    def media_type(self) -> str:
        """What the reply is called in its Content-Type."""
        return MEDIA_TYPES[self]

    @property
    def suffix(self) -> str:
        """What a file of this form ends with."""
        return self.value


@dataclass(frozen=True)
class TextFormat:
    """A form of one kind of records: how a card is written, and what stands around and between."""

    name: str
    media_type: str
    suffix: str
    write: Callable[[dict[str, Any]], str]
    head: str = ""
    between: str = ""
    tail: str = ""

    def __str__(self) -> str:
        return self.name


AnyFormat = ListFormat | TextFormat


MEDIA_TYPES = {
    ListFormat.JSON: "application/json",
    ListFormat.NDJSON: "application/x-ndjson",
    ListFormat.CSV: "text/csv; charset=utf-8; header=present",
}
ACCEPTED: dict[str, AnyFormat] = {
    "*/*": ListFormat.JSON,
    "application/*": ListFormat.JSON,
    "application/json": ListFormat.JSON,
    "text/html": ListFormat.JSON,  # browsers
    "application/x-ndjson": ListFormat.NDJSON,
    "application/ndjson": ListFormat.NDJSON,
    "application/jsonl": ListFormat.NDJSON,
    "text/*": ListFormat.CSV,
    "text/csv": ListFormat.CSV,
}


def negotiate_format(query: QueryParams, accept: str, more: Sequence[TextFormat] = ()) -> AnyFormat:
    """The form asked for: `format`, else Accept; raises Problem for one that there is not."""
    written = query.get("format")
    if written is None:
        return _accepted(accept, more)
    return format_named(written, more)


def format_named(written: str, more: Sequence[TextFormat]) -> AnyFormat:
    """The form of this name; raises Problem, with the nearest name."""
    forms: dict[str, AnyFormat] = {str(form): form for form in (*ListFormat, *more)}
    if written not in forms:
        raise invalid_parameter(
            "format", f"is one of {', '.join(forms)}", nearest_spelling(written[:100], forms)
        )
    return forms[written]


def _accepted(accept: str, more: Sequence[TextFormat]) -> AnyFormat:
    """The form that a client likes best; of equals the first. Raises Problem 406."""
    if not accept.strip():
        return ListFormat.JSON
    known = {**ACCEPTED, **{form.media_type: form for form in more}}
    liked = [(quality, kind) for kind, quality in _preferences(accept) if kind in known]
    best = max((quality for quality, _ in liked), default=0.0)
    if best <= 0:
        detail = "This is served as application/json, application/x-ndjson and text/csv."
        raise Problem(406, "not-acceptable", detail)
    return next(known[kind] for quality, kind in liked if quality == best)


def _preferences(accept: str) -> Iterator[tuple[str, float]]:
    """Each media type of an Accept header, and how much it is liked, 0 to 1."""
    for part in accept.split(","):
        kind, *rest = (each.strip().lower() for each in part.split(";"))
        written = next((each[2:] for each in rest if each.startswith("q=")), "1")
        try:
            quality = float(written)
        except ValueError:
            quality = 0.0
        yield kind, quality if 0 <= quality <= 1 else 0.0  # NaN is not
