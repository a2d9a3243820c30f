"""What is wrong with a value, wherever it is read."""

from __future__ import annotations


class InvalidFields(ValueError):  # noqa: N818 # it says what is the matter
    """Fields that do not go together; `at` is the place, from where they stand, to mend it."""

    def __init__(self, message: str, *at: str | int) -> None:
        super().__init__(message)
        self.at = at
