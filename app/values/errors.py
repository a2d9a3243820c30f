"""What is wrong with a value, wherever it is read."""

from __future__ import annotations


class InvalidValue(ValueError):  # noqa: N818 # it says what is the matter
    """A value is none of those that there are; `suggestion` is the one that is meant, if any."""

    def __init__(self, message: str, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.suggestion = suggestion


class InvalidFields(ValueError):  # noqa: N818 # it says what is the matter
    """Fields that do not go together; `at` is the place, from where they stand, to mend it."""

    def __init__(self, message: str, *at: str | int) -> None:
        super().__init__(message)
        self.at = at
