"""The documentation of keys: what each operation needs, and how it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.access.authentication import is_open
from app.access.permissions import BEARER
from app.api.openapi import error_responses
from app.vocabulary import Scope


def add_keys(document: dict[str, Any], *, anonymous_reads: bool) -> None:
    """Say of each operation in an OpenAPI document which key it needs, and how it refuses others.

    Reads for everybody take a key as well, which then has to be valid.
    """
    for operation in _operations(document):
        if "security" in operation:
            named = [name for need in operation["security"] for name in need[BEARER.scheme_name]]
            scope = max(map(Scope, named), key=list(Scope).index)
            operation["security"] = [{BEARER.scheme_name: [scope.value]}]
            about = operation.get("description", "").rstrip()
            operation["description"] = f"{about} Needs a key of scope {scope} or more.".lstrip()
            refusals = error_responses(401, 403, 429)
        else:
            none: list[dict[str, list[str]]] = [{}] if anonymous_reads else []
            operation["security"] = [*none, {BEARER.scheme_name: [Scope.READER.value]}]
            refusals = error_responses(401, 429)
        for status, about in refusals.items():
            operation["responses"].setdefault(str(status), about)


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path, methods in document["paths"].items():
        if not is_open(path):
            yield from methods.values()
