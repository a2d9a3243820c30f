"""Claims are named shortly in seed files: by their own name within a file, or in the document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

NAMING = ("says", "claim")  # the fields that hold names of claims


@dataclass(frozen=True)
class Names:
    """Which short names are known to a record, and whose they are."""

    owners: tuple[tuple[str, frozenset[str]], ...]

    def within(self, owner: str, names: set[str]) -> Names:
        """The same names, those of an owner first."""
        return Names(((owner, frozenset(names)), *self.owners))

    def spelled_out(self, data: Any, field: str = "") -> Any:
        """The data with each short name of a claim as the claim's slug."""
        if isinstance(data, dict):
            return {key: self.spelled_out(value, key) for key, value in data.items()}
        if isinstance(data, list):
            return [self.spelled_out(value, field) for value in data]
        return self._slug(data) if field in NAMING and isinstance(data, str) else data

    def _slug(self, name: str) -> str:
        owner = next((owner for owner, names in self.owners if name in names), None)
        return f"{owner}.{name}" if owner else name
