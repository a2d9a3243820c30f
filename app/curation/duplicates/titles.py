"""Two titles: the same words, spelled otherwise, cut short, or other words altogether."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from hashlib import blake2b

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from app.records.citations.matching_keys import STOP_WORDS, folded_title


class Likeness(Enum):
    """How alike two titles are."""

    EQUAL = "the titles are the same"
    SPELLING = "the titles differ in spelling only"
    LONGER = "one title is the other and more"
    SIMILAR = "the titles share most words"
    OTHER = "the titles are different"
    UNKNOWN = "a title is missing"


@dataclass(frozen=True, slots=True)
class Title:
    """A title as it is compared: its words, its numbers, and what kind of notice it announces."""

    words: tuple[str, ...]
    numbers: tuple[str, ...]
    notice: str | None
    letters: str

    @property
    def short(self) -> bool:
        """Whether it says too little to stand alone, as "Editorial" does."""
        return len(self.words) < 4


# An article and what is said about it have nearly one title; "Retracted:" only marks the article.
_RETRACTION_MARK = re.compile(r"^(retracted( article)?|withdrawn)\b(?! (of|notice))")
_NOTICES = {
    "erratum": r"^(published )?(erratum|errata|correction|corrigendum|corrigenda|addendum)\b"
    r"|\bvol \d+ (p|pg|pp|page|pages) ",
    "retraction": r"^retraction\b|^(retracted|withdrawn) (of|notice)\b",
    "concern": r"^expression of concern\b",
    "comment": r"^(comments?|commentary|letters?|editorial)\b(?= \w+ \w+)|\b(comment|commentary)$",
    "reply": r"^(re|reply|replies|in reply|response|responses|authors? (reply|response|s reply))\b"
    r"|\b(reply|replies|response by the authors|authors? s? ?(reply|response))$",
    "protocol": r"\bprotocol (of|for)\b|\bprotocol$",
}
_NOTICE = {name: re.compile(pattern) for name, pattern in _NOTICES.items()}
_DIGITS = re.compile(r"\d+")
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
_NUMBERED_WORDS = frozenset(
    {"part", "phase", "type", "study", "volume", "chapter", "stage", "section"}
)
_WORD_NUMBERS = {"i": "1", "one": "1", "two": "2", "three": "3", "v": "5", "four": "4", "x": "10"}
# Spelled nearly alike, and the opposite.
_OPPOSITES = (
    ("hyper", "hypo"),
    ("increas", "decreas"),
    ("intra", "inter"),
    ("intra", "extra"),
    ("pre", "post"),
    ("women", "men"),
    ("female", "male"),
    ("inpatient", "outpatient"),
    ("adherence", "nonadherence"),
)


LONGEST = 500  # characters that are compared: the time grows as the square of the words
MOST_COMPARED = 400  # pairs of words: twenty of each title that the other has not
_AS_LETTERS = str.maketrans("0123456789", "ghijklmnop")  # a number would tell two titles apart


def comparable_text(written: str) -> str:
    """A text as far as it is compared; how a longer one goes on becomes one word at its end."""
    if len(written) <= LONGEST:
        return written
    rest = written[LONGEST:].encode(errors="replace")
    word = blake2b(rest, digest_size=16).hexdigest().translate(_AS_LETTERS)
    return f"{written[:LONGEST]} {word}"


def read_title(written: str) -> Title:
    """Read a title."""
    text = folded_title(comparable_text(written))
    text = _RETRACTION_MARK.sub("", text).strip()
    found = [name for name, pattern in _NOTICE.items() if pattern.search(text)]
    words = text.split()
    return Title(
        words=tuple(word for word in words if word not in STOP_WORDS) or tuple(words),
        numbers=tuple(sorted(_numbers(words))),
        notice=found[0] if found else None,
        letters="".join(words),
    )


def _numbers(words: list[str]) -> list[str]:
    """Every number of a title, Roman ones and those after "part" included."""
    found = []
    for before, word in zip(["", *words], words, strict=False):
        if word in _ROMAN:
            found.append(_ROMAN[word])
        elif before in _NUMBERED_WORDS and word in _WORD_NUMBERS:
            found.append(_WORD_NUMBERS[word])
        else:
            found.extend(digits.lstrip("0") or "0" for digits in _DIGITS.findall(word))
    return found


def differing_numbers(one: Title, other: Title) -> tuple[str, str] | None:
    """The numbers that tell one title from the other, when each has some of its own."""
    mine, yours = list(one.numbers), list(other.numbers)
    for number in one.numbers:
        if number in yours:
            mine.remove(number)
            yours.remove(number)
    if mine and yours and "".join(sorted(mine)) != "".join(sorted(yours)):
        return ", ".join(mine), ", ".join(yours)
    return None


def likeness(one: Title, other: Title) -> Likeness:
    """How alike two titles are, word by word; spelling, spaces and small words do not count."""
    if not one.words or not other.words:
        return Likeness.UNKNOWN
    if one.letters == other.letters:
        return Likeness.EQUAL
    mine, yours = _unmatched(list(one.words), list(other.words))
    if not mine and not yours:
        return Likeness.SPELLING if one.words != other.words else Likeness.EQUAL
    shared = min(len(one.words) - len(mine), len(other.words) - len(yours))
    if (not mine or not yours) and (shared >= 4 or _is_beginning(one, other)):
        return Likeness.LONGER
    least = min(len(one.words), len(other.words))
    if shared / least >= 0.6 and shared >= 3:
        return Likeness.SIMILAR
    return Likeness.OTHER


def _is_beginning(one: Title, other: Title) -> bool:
    short, long = sorted((one.letters, other.letters), key=len)
    return len(short) >= 20 and long.startswith(short)


def _unmatched(mine: list[str], yours: list[str]) -> tuple[list[str], list[str]]:
    """The words of each that the other has not, however spelled."""
    for word in list(mine):
        if word in yours:
            mine.remove(word)
            yours.remove(word)
    if len(mine) * len(yours) > MOST_COMPARED:  # whatever their spelling, these are two titles
        return mine, yours
    for word in list(mine):
        found = next((each for each in yours if _variants(word, each)), None)
        if found is not None:
            mine.remove(word)
            yours.remove(found)
    joined, rest = "".join(mine), "".join(yours)
    if mine and yours and (joined == rest or _variants(joined, rest)):
        return [], []
    return mine, yours


def _variants(one: str, other: str) -> bool:
    """Whether two words are one, spelled or inflected otherwise."""
    if one.isdigit() or other.isdigit():
        return False
    if min(len(one), len(other)) < 4:
        return False
    if Levenshtein.distance(one, other, score_cutoff=1) <= 1 and len(one) > 4:
        return not _opposite(one, other)
    return fuzz.ratio(one, other) >= 85 and not _opposite(one, other)


def _opposite(one: str, other: str) -> bool:
    return any(
        (one.startswith(a) and other.startswith(b)) or (one.startswith(b) and other.startswith(a))
        for a, b in _OPPOSITES
    )
