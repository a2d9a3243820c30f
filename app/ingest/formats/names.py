"""Names of authors, as the formats write them, in parts."""

from __future__ import annotations

import re

Author = dict[str, str]

_SUFFIX = r"(?:Jr|Sr|2nd|3rd|4th|II|III|IV)\.?"
_SUFFIX_ONLY = re.compile(_SUFFIX)
_FAMILY_FIRST = re.compile(
    rf"(.+?)\s+((?:[A-ZÀ-ÖØ-ÞŁŠŽ]\.?-?){{1,5}}(?:\s+{_SUFFIX})?|(?:[A-ZÀ-ÖØ-ÞŁŠŽ]\.[\s-]?){{1,5}})"
)
_ORCID = re.compile(r"(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dXx])(?!\d)")
_TRUNCATED = re.compile(r"(?:and\s+others|others|et\.?\s*al\.?|…|\.\.\.)", re.IGNORECASE)
_LONGEST = 500


def is_truncation(name: str) -> bool:
    """Whether the name is none, but says that there are more authors."""
    return len(name) < 20 and _TRUNCATED.fullmatch(name.strip(" ,;.[]")) is not None


def parse_person(name: str, *, natural: bool = False) -> Author | None:
    """`Family, Given[, Suffix]`, `Family IN` or, where that is usual, `Given Family`.

    What falls into no parts is a literal name; None when there is no name at all.
    """
    name = " ".join(name.split()).strip(";")
    if not any(map(str.isalnum, name)):
        return None
    if len(name) > _LONGEST:
        return {"literal": name}
    if "," in name:
        return _split_at_comma(name)
    if found := _FAMILY_FIRST.fullmatch(name):
        return {"family": found[1], "given": found[2]}
    if " " not in name:
        return {"family": name}
    return _given_name_first(name) if natural else {"literal": name}


def _split_at_comma(name: str) -> Author:
    family, *rest = (part.strip() for part in name.split(","))
    rest = [part for part in rest if part]
    if not rest or not family:
        return {"literal": name.strip(" ,")}  # EndNote: a comma at the end marks a group
    if len(rest) > 1 and _SUFFIX_ONLY.fullmatch(rest[0]):
        rest = [*rest[1:], rest[0]]  # von Last, Jr, First
    return {"family": family, "given": " ".join(rest)}


def _given_name_first(name: str) -> Author:
    words = name.split(" ")
    suffix = [words.pop()] if len(words) > 2 and _SUFFIX_ONLY.fullmatch(words[-1]) else []
    at = len(words) - 1
    lower = [n for n, word in enumerate(words[1:-1], 1) if word[:1].islower()]
    if lower:
        at = lower[0]  # Ludwig van Beethoven
    return {"family": " ".join(words[at:]), "given": " ".join(words[:at] + suffix)}


def find_orcid(text: str) -> str | None:
    """The ORCID iD somewhere in a text, with its hyphens."""
    found = _ORCID.search(text)
    return "-".join(found.groups()).upper() if found else None


def find_orcids(text: str) -> list[tuple[str, str]]:
    """(name, ORCID iD) pairs of Web of Science (`Law, C/0000-…; …`) and Ovid (`Law, C; ORCID: …`).

    Names are as written, stripped of what belongs to the pair before.
    """
    found, at = [], 0
    for match in _ORCID.finditer(text):
        name = text[at : match.start()]
        name = re.sub(r"ORCID:|https?://(?:www\.)?orcid\.org/|ORCID", "", name[-400:])
        found.append((name.strip(" ,;/|"), "-".join(match.groups()).upper()))
        at = match.end()
    return found
