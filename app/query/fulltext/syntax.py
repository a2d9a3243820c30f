"""How queries are written: words that all occur, "phrases", beginnings*, and -exclusions.

Text and queries are folded alike, so that case, accents and hyphens make no difference; a word
that folds to several, as meta-analysis, is a phrase of them. Nothing else has a meaning: AND, OR,
NEAR, & and | are words or punctuation like any other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from app.values.text import fold_text

HOW = (
    'Queries are written as words that all occur, "a phrase", beginn* for what begins so, '
    '-word or -"a phrase" for what must not occur'
)
MOST_WORDS = 64  # in one query
LONGEST_WORD = 64  # characters of a word that count; no engine has trouble with as many
_TERM = re.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)(?P<end>"?)|(?P<word>[^\s"]+))(?P<star>\*?)')
_QUOTES = str.maketrans("“”„‟″", '"""""')


class QueryError(ValueError):
    """A query that cannot be understood; says what is wrong and how queries are written."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}. {HOW}")


def words_of(text: str) -> list[str]:
    """The words of a text as they are indexed and looked for."""
    return [word[:LONGEST_WORD] for word in fold_text(text).split()]


@dataclass(frozen=True)
class Term:
    """Words that stand one after the other; as a prefix, the last is the beginning of a word."""

    words: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True)
class Query:
    """What has to occur in a record, and what must not."""

    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...] = ()
    name: tuple[str, ...] = ()  # its words, where it has nothing else: it may be a name
    goes_on: bool = False  # it ends with a word, which may not be all typed yet

    def typing(self) -> Query:
        """The query while it is typed: its last word may go on."""
        if not self.goes_on:
            return self
        return replace(self, wanted=(*self.wanted[:-1], replace(self.wanted[-1], prefix=True)))


def read_query(written: str) -> Query:
    """Read a query; raises QueryError that says what is wrong."""
    if "\0" in written:
        raise QueryError("there is a character that cannot be searched for")
    wanted: list[Term] = []
    unwanted: list[Term] = []
    plain: list[bool] = []
    for found in _TERM.finditer(written.translate(_QUOTES)):
        term = _term(found)
        if term is not None:
            (unwanted if found["minus"] else wanted).append(term)
            plain.append(bool(found["word"]) and not found["minus"] and not term.prefix)
    if not wanted:
        raise QueryError("there is no word to look for" + (", only exclusions" * bool(unwanted)))
    words = [word for term in wanted for word in term.words]
    if len(words) + sum(len(term.words) for term in unwanted) > MOST_WORDS:
        raise QueryError(f"there are more than {MOST_WORDS} words")
    name = tuple(words) if all(plain) else ()
    return Query(tuple(wanted), tuple(unwanted), name, plain[-1])


def _term(found: re.Match[str]) -> Term | None:
    """One part of a query; None for punctuation that stands alone."""
    if found["phrase"] is not None:
        return _phrase(found)
    word = found["word"]
    prefix = word.endswith("*")
    words = words_of(word)
    if words:
        return Term(tuple(words), prefix)
    if found["minus"] or not word.strip("-"):
        raise QueryError("a - stands right before what must not occur")
    if prefix:
        raise QueryError("a * stands right after the beginning of a word")
    return None


def _phrase(found: re.Match[str]) -> Term:
    if not found["end"]:
        raise QueryError('a quotation mark " is opened and not closed')
    words = words_of(found["phrase"])
    if not words:
        raise QueryError("there is a phrase without words")
    return Term(tuple(words), bool(found["star"]))
