"""Labelled sets of duplicates: read, judged end to end, and counted."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from app.curation.duplicates.comparison import compare
from app.curation.duplicates.matching import candidate_pairs
from app.curation.duplicates.publications import Publication
from app.values.text import fold_text
from app.vocabulary import DuplicateAnswer

Pair = tuple[int, int]
UNSEEN = "shared no block"


@dataclass
class Outcome:
    """How the pairs of a labelled set came out: (are one, answer) and how many."""

    table: Counter[tuple[bool, str]]
    wrong: list[str]

    @property
    def precision(self) -> float:
        """Of the pairs called the same, the share that are."""
        right = self.table[True, "same"]
        return right / (right + self.table[False, "same"])

    @property
    def sensitivity(self) -> float:
        """Of the pairs that are one, the share called the same or probably so."""
        found = self.table[True, "same"] + self.table[True, "probable"]
        return found / sum(count for (one, _), count in self.table.items() if one)


def read(records: Path, labels: Path | None = None) -> list[dict[str, str]]:
    """The records of a set, each with its label."""
    with records.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    if labels is not None:
        with labels.open(newline="", encoding="utf-8") as file:
            known = {row["record_id"]: row["is_duplicate"] for row in csv.DictReader(file)}
        rows = [{**row, "is_duplicate": known[row["record_id"]]} for row in rows]
    return rows


def draft(row: dict[str, str]) -> dict[str, Any]:
    """A record as a citation's draft says it."""
    names = [name.strip().partition(",") for name in row["author"].split(";") if name.strip()]
    numbers = [("doi", row["doi"])] if row["doi"] else []
    numbers += [("pmid", row["accession"])] if row["accession"].isdigit() else []
    return {
        "title": row["title"],
        "authors": [{"family": family, "given": given.strip()} for family, _, given in names],
        "year": int(row["year"]) if row["year"] else None,
        "container_title": row["journal"],
        "volume": row["volume"],
        "issue": row["number"],
        "pages": row["pages"],
        "abstract": row.get("abstract"),
        "identifiers": [{"scheme": name, "value": value} for name, value in numbers],
    }


def are_one(one: dict[str, str], other: dict[str, str]) -> bool:
    """The labels tell who is in some group; in which, title or DOI tell (looked through by eye)."""
    if not one["is_duplicate"] == other["is_duplicate"] == "1":
        return False
    if one["doi"] and one["doi"].lower() == other["doi"].lower():
        return True
    return fuzz.ratio(fold_text(one["title"]), fold_text(other["title"])) > 90


def judged(rows: list[dict[str, str]], part: int | None = None) -> Outcome:
    """Every pair that is one or shares a block; `part`: only those of this half of the records."""
    publications = [Publication.of(draft(row)) for row in rows]
    true = {
        (at, other)
        for other in range(len(rows))
        for at in range(other)
        if are_one(rows[at], rows[other])
    }
    compared = set(candidate_pairs(publications))
    outcome = Outcome(Counter(), [])
    for at, other in sorted(true | compared):
        if part is not None and int(rows[at]["record_id"]) // 8 % 2 != part:
            continue
        answer = UNSEEN
        if (at, other) in compared:
            verdict = compare(publications[at], publications[other])
            answer = verdict.answer.value
        outcome.table[(at, other) in true, answer] += 1
        if ((at, other) in true) is not (answer == DuplicateAnswer.SAME):
            names = rows[at]["record_id"], rows[other]["record_id"]
            outcome.wrong.append(f"{names}: {(at, other) in true}, {answer}")
    return outcome
