"""The best raw statements over the normalised tables: no cards, no page tables, rows to dicts.

What they give is what our cards hold, so that both answer the same question in full.
"""

from __future__ import annotations

import sqlite3
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from benchmarks.floor_sql import (
    CHILDREN,
    CITATION_PARTS,
    CLAIM_FACTS,
    EVENT_COUNTS,
    FIRST,
    GROUPS,
    HARM_CLAIMS,
    HARM_COUNTS,
    HARMS,
    HAS_CONDITION,
    INNER,
    ORDER,
    OVERLAPS,
    OVERLAPS_TAKES,
    PARTS,
    RANKED,
    RESULT_GROUPS,
    RESULTS,
    SOUND,
    STUDIES,
    TREATED,
)

Row = dict[str, Any]
Counts = dict[str, dict[str, int]]
PAGE = 50
COUNTED = ("group_id", "affected", "at_risk", "events", "percent", "count_note", "key", "title")


def population_clause(wanted: dict[str, str]) -> tuple[str, list[Any]]:
    """The criteria of a population `p` in SQL; what the source leaves open does not meet them."""
    parts: list[str] = []
    values: list[Any] = []
    if group := wanted.get("age_group"):
        parts.append(GROUPS[group])
    if ages := wanted.get("age"):
        named = dict(zip(("low", "end"), days_of(ages), strict=True))
        parts.append(f"({OVERLAPS.format(low='?', end='?')})")
        values += [named[each] for each in OVERLAPS_TAKES]
    if sex := wanted.get("sex"):
        parts.append("p.sex IN (?, 'all')")
        values.append(sex)
    return " AND ".join(parts) or "1", values


def days_of(ages: str) -> tuple[int, int]:
    """Ages written as 6574d..23740d: from which day, and the first that is too old."""
    low, _, last = ages.partition("..")
    return int(low.removesuffix("d")), int(last.removesuffix("d")) + 1


class Floor:
    """Answers each work item from one connection."""

    def __init__(self, path: str) -> None:
        self.connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, cached_statements=512)
        self.connection.execute("PRAGMA cache_size=-65536")
        self._quickest: dict[tuple[Any, ...], Callable[..., list[int]]] = {}
        self._quickest_count: dict[tuple[Any, ...], Callable[..., Counts]] = {}

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        """The rows of a statement as dicts."""
        cursor = self.connection.execute(statement, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=False)) for row in cursor]

    def grouped(self, statement: str, ids: Sequence[int]) -> dict[int, list[Row]]:
        """The rows of a statement over ids (its {}), by their first column, which is left out."""
        found: dict[int, list[Row]] = defaultdict(list)
        if not ids:
            return found
        text = statement.replace("{}", ",".join("?" * len(ids)))
        cursor = self.connection.execute(text, [*ids] * statement.count("{}"))
        names = [column[0] for column in cursor.description[1:]]
        for owner, *values in cursor:
            found[owner].append(dict(zip(names, values, strict=False)))
        return found

    def term(self, kind: str, slug: str) -> int:
        """The number of a term."""
        query = "SELECT id FROM terms WHERE kind = ? AND slug = ?"
        return int(self.connection.execute(query, (kind, slug)).fetchone()[0])

    # Studies in full: the same members as our cards.

    def studies(self, ids: Sequence[int]) -> list[Row]:
        """These studies with populations, arms, groups and citations, in this order."""
        found = {number: rows[0] for number, rows in self.grouped(STUDIES, ids).items()}
        for name, statement in PARTS.items():
            parts = self.grouped(statement, ids)
            for number, study in found.items():
                study[name] = parts[number]
        for name, inner in INNER.items():
            owners = {row["id"]: row for study in found.values() for row in study[name]}
            for member, statement in inner.items():
                rows = self.grouped(statement, list(owners))
                for number, owner in owners.items():
                    owner[member] = rows[number]
        return [found[number] for number in ids]

    def study(self, slug: str) -> Row | None:
        """One study with everything inside."""
        row = self.connection.execute(
            "SELECT id FROM studies WHERE slug = ? AND status = 'current'", (slug,)
        ).fetchone()
        if row is None:
            return None
        study = self.studies([row[0]])[0]
        for name, statement in CHILDREN.items():
            study[name] = self.grouped(statement, [row[0]])[row[0]]
        counts = self.grouped(EVENT_COUNTS, [each["id"] for each in study["adverse_events"]])
        for event in study["adverse_events"]:
            event["counts"] = counts[event["id"]]
        results = self.grouped(RESULTS, [each["id"] for each in study["outcomes"]])
        for outcome in study["outcomes"]:
            outcome["results"] = results[outcome["id"]]
        sides = self.grouped(
            RESULT_GROUPS, [each["id"] for many in results.values() for each in many]
        )
        for many in results.values():
            for result in many:
                result["groups"] = sides[result["id"]]
        papers = [each["id"] for each in study["citation_cards"]]
        for member, statement in CITATION_PARTS.items():
            parts = self.grouped(statement, papers)
            for paper in study["citation_cards"]:
                paper[member] = parts[paper["id"]]
        facts = self.grouped(CLAIM_FACTS, [each["id"] for each in study["claims"]])
        for claim in study["claims"]:
            claim["facts"] = facts[claim["id"]]
        return study

    # Lists: walk the studies newest first, or find all matches and sort, whichever is quicker.

    def page(self, wanted: dict[str, str], *, limit: int = PAGE) -> list[int]:
        """The numbers of the first studies of a page, after a place or from the start."""
        if "q" in wanted:
            return self.ranked(wanted)
        key = _plan_of(wanted)
        if key not in self._quickest:
            self._quickest[key] = min(
                (self._walk, self._sort), key=lambda way: _seconds(way, wanted, PAGE)
            )
        return self._quickest[key](wanted, limit)

    def _walk(self, wanted: dict[str, str], limit: int) -> list[int]:
        clause, values = self._matching(wanted)
        base = f"SELECT s.year_key, s.id FROM studies s WHERE s.status = 'current' AND {clause}"
        order = "ORDER BY s.year_key DESC, s.id DESC LIMIT ?"
        if "after" not in wanted:
            return [row[1] for row in self.connection.execute(f"{base} {order}", [*values, limit])]
        year, number = map(int, wanted["after"].split(","))
        same = f"SELECT * FROM ({base} AND s.year_key = ? AND s.id < ? {order})"
        later = f"SELECT * FROM ({base} AND s.year_key < ? {order})"
        both = f"{same} UNION ALL {later} ORDER BY 1 DESC, 2 DESC LIMIT ?"
        given = [*values, year, number, limit, *values, year, limit, limit]
        return [row[1] for row in self.connection.execute(both, given)]

    def _matching(self, wanted: dict[str, str]) -> tuple[str, list[Any]]:
        clause, values = population_clause(wanted)
        if "condition" in wanted:
            clause += f" AND EXISTS ({HAS_CONDITION})"
            values.append(self.term("condition", wanted["condition"]))
        found = f"EXISTS (SELECT 1 FROM populations p WHERE p.study_id = s.id AND {clause})"
        return found, values

    def ranked(self, wanted: dict[str, str]) -> list[int]:
        """The numbers of the studies that answer a query best, of those with the population."""
        clause, values = self._matching(wanted)
        query = (
            f"SELECT number - {FIRST} FROM ({RANKED.format('?', clause)}) "
            "ORDER BY score DESC, number DESC LIMIT ?"
        )
        given = [words_of(wanted["q"]), *values, PAGE]
        return [row[0] for row in self.connection.execute(query, given)]

    def _joined(self, wanted: dict[str, str]) -> tuple[str, list[Any]]:
        """The populations of a condition that match, and their studies."""
        clause, values = population_clause(wanted)
        source = (
            "term_ancestors a CROSS JOIN population_conditions c ON c.condition_id = a.term_id "
            "CROSS JOIN populations p ON p.id = c.population_id "
            "CROSS JOIN studies s ON s.id = p.study_id"
        )
        clause += " AND s.status = 'current' AND a.ancestor_id = ?"
        values.append(self.term("condition", wanted["condition"]))
        return f"{source} WHERE {clause}", values

    def _sort(self, wanted: dict[str, str], limit: int) -> list[int]:
        if "condition" not in wanted:
            return self._walk(wanted, limit)
        source, values = self._joined(wanted)
        if "after" in wanted:
            source += " AND (s.year_key, s.id) < (?, ?)"
            values += map(int, wanted["after"].split(","))
        query = f"SELECT DISTINCT s.year_key, s.id FROM {source} {ORDER} LIMIT ?"
        return [row[1] for row in self.connection.execute(query, [*values, limit])]

    def facets(self, wanted: dict[str, str], names: Sequence[str]) -> dict[str, dict[str, int]]:
        """How many matching studies have each value of some of their columns."""
        key = ("facets", *_plan_of(wanted))
        if key not in self._quickest_count:
            ways = (self._facets_walking, self._facets_joined)
            self._quickest_count[key] = min(ways, key=lambda way: _seconds(way, wanted, names))
        return self._quickest_count[key](wanted, names)

    def _facets_walking(self, wanted: dict[str, str], names: Sequence[str]) -> Counts:
        clause, values = self._matching(wanted)
        source = f"studies s WHERE s.status = 'current' AND {clause}"
        return self._counted(source, values, names)

    def _facets_joined(self, wanted: dict[str, str], names: Sequence[str]) -> Counts:
        return self._counted(*self._joined(wanted), names)

    def _counted(self, source: str, values: list[Any], names: Sequence[str]) -> Counts:
        counts = " UNION ALL ".join(
            f"SELECT '{name}', {name}, count(*) FROM found GROUP BY 2" for name in names
        )
        columns = ", ".join(f"s.{name}" for name in names)
        chosen = f"SELECT DISTINCT s.id, {columns} FROM {source} AND {SOUND}"
        query = f"WITH found AS MATERIALIZED ({chosen}) {counts}"
        found: Counts = {name: {} for name in names}
        for name, value, count in self.connection.execute(query, values):
            found[name]["null" if value is None else value] = count
        return found

    def harms(self, slug: str) -> list[Row]:
        """The first adverse effects by name counted or stated under a treatment, with controls."""
        number = self.term("treatment", slug)
        entries: dict[tuple[int, int], Row] = {}
        effects = [row["id"] for row in self.rows(HARMS, [number, number])]
        marks = ",".join("?" * len(effects))
        for row in self.rows(HARM_CLAIMS.format(marks), [*effects, number]):
            entry = entries.setdefault(
                (row["object_id"], row["subject_id"]), {"claims": [], "counts": []}
            )
            entry["claims"].append(row)
        counts = self.rows(HARM_COUNTS.format(marks), [*effects, number])
        treated = defaultdict(set)
        for group, treatment in self.connection.execute(TREATED, [number]):
            treated[group].add(treatment)
        by_study = defaultdict(list)
        for row in counts:
            by_study[row["study_id"], row["adverse_effect_id"]].append(row)
        for (_, effect), rows in by_study.items():
            for treatment in {each for row in rows for each in treated[row["group_id"]]}:
                entry = entries.setdefault((effect, treatment), {"claims": [], "counts": []})
                for counted in _events(rows):
                    places = [
                        at
                        for at, count in enumerate(counted["counts"])
                        if treatment in treated[count["group_id"]]
                    ]
                    entry["counts"].append({"adverse_event": counted, "treated": places})
        names = {number: rows[0] for number, rows in self._terms(entries).items()}
        return [
            {"adverse_effect": names[effect], "treatment": names[treatment], **entry}
            for (effect, treatment), entry in entries.items()
        ]

    def _terms(self, entries: dict[tuple[int, int], Row]) -> dict[int, list[Row]]:
        ids = list({number for key in entries for number in key})
        return self.grouped("SELECT id, kind, slug, name FROM terms WHERE id IN ({})", ids)

    def stream(self, wanted: dict[str, str]) -> Iterator[list[Row]]:
        """All matching studies in full, newest first, some at a time."""
        clause, values = self._matching(wanted)
        source = f"studies s WHERE s.status = 'current' AND {clause}"
        query = f"SELECT s.id FROM {source} ORDER BY s.year_key DESC, s.id DESC"
        cursor = self.connection.execute(query, values)
        while ids := [row[0] for row in cursor.fetchmany(200)]:
            yield self.studies(ids)


def _events(rows: list[Row]) -> Iterator[Row]:
    """Adverse events of rows of counts: what they share once, the counts inside."""
    for _, some in groupby(rows, itemgetter("id")):
        counts = list(some)
        event = {name: each for name, each in counts[0].items() if name not in COUNTED}
        event["counts"] = [{name: each[name] for name in COUNTED} for each in counts]
        yield event


def _plan_of(wanted: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """What the quickest plan hangs on; the ages, drawn anew for each question, are all alike."""
    return tuple(sorted((name, value) for name, value in wanted.items() if name != "age"))


def words_of(query: str) -> str:
    """The words of a query, all of which occur."""
    return " AND ".join(f'"{word}"' for word in query.split())


def _seconds(way: Callable[..., Any], *given: Any) -> float:
    """How long something takes the second time."""
    way(*given)
    started = time.perf_counter()
    way(*given)
    return time.perf_counter() - started
