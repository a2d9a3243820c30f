"""What a controlled value is: the stored word, how people read it, and what it means."""

from __future__ import annotations

from enum import StrEnum


class Vocabulary(StrEnum):
    """A closed list of values; the class docstring names where the list comes from."""

    label: str
    definition: str

    def __new__(cls, value: str, definition: str = "", label: str = "") -> Vocabulary:
        """Make one member of a value, its definition and (where it is not the value) its label."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.definition = definition
        member.label = label or value.replace("_", " ")
        return member

    @classmethod
    def _missing_(cls, value: object) -> Vocabulary | None:
        """Read `Placebo comparator` and `placebo-comparator` as `placebo_comparator`."""
        plain = spelled(str(value))
        return next(
            (member for member in cls if plain in {spelled(member.value), spelled(member.label)}),
            None,
        )


def spelled(value: str) -> str:
    """Fold case, spaces and hyphens, so that people may write a value as they read it."""
    return "_".join(value.strip().lower().replace("-", " ").replace("_", " ").split())
