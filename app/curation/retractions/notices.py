"""Notices of retraction, concern, correction and reinstatement, as Retraction Watch lists them.

Source: the Retraction Watch database as Crossref distributes it (one CSV row a notice).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from app.api.problems import FieldError, Problem
from app.values.identifiers import normalise_identifier
from app.values.text import nearest_spelling
from app.vocabulary import IdentifierScheme, PublicationStatus

Identifier = tuple[IdentifierScheme, str]
NATURES = {
    "retraction": PublicationStatus.RETRACTED,
    "expression of concern": PublicationStatus.EXPRESSION_OF_CONCERN,
    "correction": PublicationStatus.CORRECTED,
    "reinstatement": PublicationStatus.ORDINARY,
}
NATURE, DAY = "RetractionNature", "RetractionDate"
PAPER = {
    "OriginalPaperDOI": IdentifierScheme.DOI,
    "OriginalPaperPubMedID": IdentifierScheme.PMID,
}
READ = (NATURE, DAY, *PAPER)
DAYS = ("%m/%d/%Y %H:%M", "%m/%d/%Y", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y")
NO_IDENTIFIER = {"", "0", "unavailable", "not available", "n/a"}
LONGEST_FIELD = LONGEST_LINE = 1_000_000
MOST_NOTICES = 500_000  # Retraction Watch has 60,000
MOST_COLUMNS = 1_000  # Retraction Watch has 21; every row is a mapping of all of them
MOST_PROBLEMS = 1_000  # that are told one by one


@dataclass(frozen=True)
class Notice:
    """One notice: which publication it is about, by its identifiers, and what it makes of it."""

    line: int
    paper: tuple[Identifier, ...]
    status: PublicationStatus
    day: date | None


@dataclass
class Notices:
    """The notices of a file in the order of their days; `problems` say what was not understood.

    Of more problems than are told the last one gives the number.
    """

    found: list[Notice] = field(default_factory=list)
    problems: list[FieldError] = field(default_factory=list)
    untold: int = 0

    def add_problem(self, message: str) -> None:
        """Tell a problem, or count it."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(FieldError(message=message))
        else:
            self.untold += 1


def read_notices(data: bytes) -> Notices:
    """Read a file of notices; raises Problem 422 when it is none."""
    csv.field_size_limit(LONGEST_FIELD)
    text = io.TextIOWrapper(io.BytesIO(data), "utf-8-sig", errors="replace", newline="")
    rows = csv.DictReader(_lines(text))
    notices = Notices()
    try:
        _check_columns(rows.fieldnames or ())
        for row in rows:
            if len(notices.found) >= MOST_NOTICES:
                raise _unreadable(f"there are more than {MOST_NOTICES:,} notices: split the file")
            _add(notices, rows.line_num, {name: row[name] or "" for name in READ if name in row})
    except csv.Error as error:
        raise _unreadable(f"line {rows.line_num}: {error}") from error
    if notices.untold:
        notices.problems.append(FieldError(message=f"and {notices.untold:,} more such lines"))
    # Without a day a notice comes first: any dated one says more of how things stand.
    notices.found.sort(key=lambda each: (each.day or date.min, each.line))
    return notices


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    for number, line in enumerate(text, 1):
        if len(line) > LONGEST_LINE:
            raise _unreadable(f"line {number} has more than {LONGEST_LINE:,} characters")
        yield line.replace("\0", "")


def _check_columns(names: Sequence[str]) -> None:
    if len(names) > MOST_COLUMNS:
        raise _unreadable(f"line 1 has {len(names):,} columns: at most {MOST_COLUMNS:,} are read")
    wanted = [NATURE, *PAPER]
    missing = [name for name in wanted if name not in names]
    if NATURE in missing or len(missing) == len(PAPER):
        hint = nearest_spelling(missing[0], names)
        like = f"; {hint!r} is there" if hint else ""
        raise _unreadable(
            f"line 1 has to name the columns {', '.join(wanted)}: no {missing[0]}{like}"
        )


def _unreadable(message: str) -> Problem:
    return Problem(422, "unreadable-file", message, [FieldError(message=message)])


def _add(notices: Notices, line: int, row: dict[str, str]) -> None:
    nature = row.get(NATURE, "").strip().casefold()
    if nature not in NATURES:
        said = f"{NATURE} {nature[:50]!r} is none of {', '.join(NATURES)}"
        notices.add_problem(f"line {line}: {said}")
        return
    paper = tuple(_paper(notices, line, row))
    if paper:
        day = _day(row.get(DAY, ""))
        notices.found.append(Notice(line, paper, NATURES[nature], day))


def _paper(notices: Notices, line: int, row: dict[str, str]) -> Iterator[Identifier]:
    for name, scheme in PAPER.items():
        written = row.get(name, "").strip()
        if written.casefold() in NO_IDENTIFIER:
            continue
        try:
            yield scheme, normalise_identifier(scheme, written)
        except ValueError as error:
            notices.add_problem(f"line {line}: {name}: {error}")


def _day(written: str) -> date | None:
    day = written.strip()
    for form in DAYS if day else ():
        try:
            return datetime.strptime(day, form).date()  # noqa: DTZ007 # a day has no zone
        except ValueError:
            continue
    return None
