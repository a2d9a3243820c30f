"""What no database can keep, or nobody can have meant, told before it gets there."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import inspect

from app.core.folding import fold
from app.drafts import Draft, DraftError, Loc, rules
from app.fields import Apart

MOST = 2**31 - 1  # what an integer column holds
MOST_INDEXED = 2_000  # bytes of text in an index
_HALF = re.compile("[\ud800-\udfff]")  # of a pair that writes one character in UTF-16
NAMES = {"name", "label", "family", "literal"}  # kept folded, too, where a table has folded names


def unfit(draft: Draft, loc: Loc = ()) -> Iterator[DraftError]:
    """Each value of a draft that cannot be kept."""
    for name, rule in rules(type(draft)):
        value, here = getattr(draft, name), (*loc, name)
        for at, each in enumerate(value) if isinstance(value, list) else [(None, value)]:
            place = here if at is None else (*here, at)
            if isinstance(each, Draft):
                yield from unfit(each, place)
            elif (what := _unfit(each)) or (
                rule is None and (what := _unfit_words(draft, name, each))
            ):
                yield DraftError(place, what)
        if isinstance(rule, Apart) and isinstance(value, dict):
            yield from (DraftError((*here, key), what) for key in value if (what := _unfit(key)))


def _unfit(value: Any) -> str | None:
    if isinstance(value, str):
        if "\0" in value:
            return "has a NUL character, which no text has: leave it out"
        if not value.isascii() and _HALF.search(value):
            return "has half of a character: write it as a whole"
    elif isinstance(value, int) and not -MOST <= value <= MOST:
        return f"is beyond {MOST}"
    elif isinstance(value, float) and not math.isfinite(value):
        return "is no finite number"
    return None


def _unfit_words(draft: Draft, name: str, words: Any) -> str | None:
    """Words of a column: there are some, and no more than its index takes."""
    columns, indexed = _columns(getattr(draft, "describes", None))
    if name not in columns or not isinstance(words, str):
        return None
    if not words:
        return "is empty: leave it out where the source does not say"
    if name in indexed and max(len(words.encode()), len(fold(words).encode())) > MOST_INDEXED:
        return f"is longer than {MOST_INDEXED} bytes"
    return None


@cache
def _columns(model: type[Any] | None) -> tuple[frozenset[str], frozenset[str]]:
    """The columns of a table, and those of them whose text an index holds."""
    if model is None:
        return frozenset(), frozenset()
    columns = frozenset(inspect(model).columns.keys())
    table = inspect(model).local_table
    indexed = {column.name for index in table.indexes for column in index.columns}
    return columns, frozenset(indexed | (NAMES if "folded" in columns else set()))
