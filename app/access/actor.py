"""Whoever does something, as everything that records it sees them."""

from __future__ import annotations

from dataclasses import dataclass

from app.vocabulary import Scope


@dataclass(frozen=True)
class Actor:
    """The account that acts, what its key allows, and the key's row (none at the command line)."""

    name: str
    scope: Scope
    key_id: int | None = None
