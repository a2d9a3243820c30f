"""Those that are compared: ours, the floor and Datasette, each a process on loopback.

Ours is there several times: as it is delivered, `anew` without answers that are kept, and over
PostgreSQL where one is given.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import httpx

from benchmarks.floor_sql import FIRST, GROUPS, RANKED, SOUND, STUDY_COLUMNS
from benchmarks.floor_statements import words_of
from benchmarks.work import FACTS, Asked

ROOT = Path(__file__).parents[1]
DATASETTE = ROOT / ".venv-bench/bin/datasette"
NAMES = ("ours", "anew", "floor", "datasette")
OURS = ("ours", "anew", "postgresql")
COUNTED = (
    "W2",
    "W3",
    "W3a",
    "W4",
    "W5",
    "F1",
    "F2",
    "F3",
)  # where answers that are kept make a difference


@dataclass(frozen=True)
class Peer:
    """A server that runs."""

    name: str
    port: int
    process: subprocess.Popen[bytes]

    def memory(self) -> int:
        """Bytes of memory it holds now."""
        return self._status("VmRSS")

    def most_memory(self) -> int:
        """The most it held since `forget`."""
        return self._status("VmHWM")

    def forget(self) -> None:
        """Let the most memory start from now."""
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def _status(self, name: str) -> int:
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(name):
                return int(line.split()[1]) * 1024
        return 0

    def get(self, address: str, timeout: float = 60) -> httpx.Response:
        """One answer."""
        return httpx.get(f"http://127.0.0.1:{self.port}{address}", timeout=timeout)

    def takes(self, work: str) -> bool:
        """Whether it is asked this at all."""
        if self.name == "anew":
            return work in COUNTED
        if work in FACTS:
            return self.name in OURS
        return self.name != "postgresql" or work != "W7"

    def address(self, asked: Asked) -> str | None:
        """How this peer is asked; None when it has no such thing."""
        if self.name in OURS:
            return asked.ours
        return asked.floor if self.name == "floor" else datasette(asked)


@contextmanager
def serving(name: str, database: Path, url: str = "") -> Iterator[Peer]:
    """A peer over a database, until the block ends; `url` is that of PostgreSQL."""
    port = _free_port()
    ours = [sys.executable, "-m", "app", "serve", "--port", str(port)]
    commands = {
        **dict.fromkeys(OURS, ours),
        "floor": [sys.executable, "-m", "benchmarks.floor", str(database), "--port", str(port)],
        "datasette": [
            str(DATASETTE), "serve", "-i", str(database), "--port", str(port),
            "--setting", "sql_time_limit_ms", "60000", "--setting", "max_returned_rows", "100000",
            "--setting", "num_sql_threads", "3",
        ],
    }  # fmt: skip
    settings = {"EVIDENCE_DATABASE_URL": url or f"sqlite:///{database}"}
    if name == "anew":
        settings["EVIDENCE_ANSWERS_KEPT"] = "0"
    process = subprocess.Popen(  # noqa: S603 # the commands above
        commands[name],
        cwd=ROOT,
        env={**os.environ, **settings},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, process)
        yield Peer(name, port, process)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes], patience: float = 120) -> None:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"{process.args!r} does not listen")


PARTS = """
(SELECT json_group_array(json_object('key', p.key, 'label', p.label, 'n', p.n, 'sex', p.sex,
 'age_min', p.age_min, 'age_max', p.age_max, 'age_group', p.age_group,
 'conditions', (SELECT json_group_array(t.slug) FROM population_conditions c
  JOIN terms t ON t.id = c.condition_id WHERE c.population_id = p.id)))
 FROM populations p WHERE p.study_id = s.id) AS populations,
(SELECT json_group_array(json_object('key', a.key, 'label', a.label, 'n', a.n,
 'treatments', (SELECT json_group_array(t.slug) FROM arm_treatments x
  JOIN terms t ON t.id = x.treatment_id WHERE x.arm_id = a.id)))
 FROM arms a WHERE a.study_id = s.id) AS arms,
(SELECT json_group_array(json_object('slug', c.slug, 'title', c.title, 'year', c.year))
 FROM study_citations l JOIN citations c ON c.id = l.citation_id WHERE l.study_id = s.id)
 AS citations"""
OWN = f"s.{STUDY_COLUMNS.replace(', ', ', s.')}"
ONE = f"""SELECT {OWN}, {PARTS},
(SELECT json_group_array(json_object('slug', o.slug, 'role', o.role, 'definition', o.definition,
 'measure', t.slug, 'results', (SELECT json_group_array(json_object('statistic', r.statistic,
  'value', r.value, 'unit', r.unit, 'n', r.n, 'numerator', r.numerator,
  'denominator', r.denominator, 'percent', r.percent, 'p', r.p))
  FROM results r WHERE r.outcome_id = o.id)))
 FROM outcomes o JOIN terms t ON t.id = o.measure_id WHERE o.study_id = s.id) AS outcomes,
(SELECT json_group_array(json_object('slug', e.slug, 'term_verbatim', e.term_verbatim,
 'adverse_effect', t.slug, 'serious', e.serious,
 'counts', (SELECT json_group_array(json_object('group', g.key, 'affected', c.affected,
  'at_risk', c.at_risk, 'percent', c.percent)) FROM adverse_event_counts c
  JOIN groups g ON g.id = c.group_id WHERE c.adverse_event_id = e.id)))
 FROM adverse_events e JOIN terms t ON t.id = e.adverse_effect_id
 WHERE e.study_id = s.id) AS adverse_events,
(SELECT json_group_array(json_object('slug', c.slug, 'title', c.title, 'abstract', c.abstract))
 FROM study_citations l JOIN citations c ON c.id = l.citation_id WHERE l.study_id = s.id)
 AS citation_cards
FROM studies s WHERE s.slug = :slug"""
HARMS = """WITH below AS (SELECT a.term_id
 FROM term_ancestors a JOIN terms t ON t.id = a.ancestor_id
 WHERE t.kind = 'treatment' AND t.slug = :treatment)
SELECT x.slug AS adverse_effect, e.slug, e.term_verbatim, c.affected, c.at_risk, e.serious,
 c.percent, s.slug AS study, s.label, s.year, g.key AS group_key, g.title
FROM adverse_events e JOIN studies s ON s.id = e.study_id
JOIN adverse_event_counts c ON c.adverse_event_id = e.id JOIN groups g ON g.id = c.group_id
JOIN terms x ON x.id = e.adverse_effect_id
WHERE e.study_id IN (SELECT r.study_id FROM arms r JOIN arm_treatments y ON y.arm_id = r.id
 WHERE y.treatment_id IN below)
 AND +e.adverse_effect_id IN (SELECT id FROM terms WHERE id IN (
  SELECT d.adverse_effect_id FROM arm_treatments y JOIN group_arms a ON a.arm_id = y.arm_id
  JOIN adverse_event_counts n ON n.group_id = a.group_id
  JOIN adverse_events d ON d.id = n.adverse_event_id
  WHERE y.treatment_id IN below AND d.status = 'current'
  UNION SELECT object_id FROM claims WHERE subject_id IN below
   AND kind = 'adverse_effect' AND status = 'current') ORDER BY name, slug LIMIT 50)
 ORDER BY s.year_key DESC, s.id, e.id, c.position"""


def datasette(asked: Asked) -> str | None:
    """The address of the equivalent query."""
    given = dict(asked.given)
    if asked.work == "W1":
        statement = ONE
    elif asked.work == "W6":
        statement = HARMS
    elif asked.work in {"W2", "W3", "W3a", "W4"}:
        statement = _list(given)
    elif asked.work == "W5":
        statement = _facets(given)
    else:
        statement = _list(given, limit=100_000)
    query = {"sql": " ".join(statement.split()), "_shape": "array", **given}
    return f"/{asked.database}.json?{urlencode(query)}"


def _list(given: dict[str, str], limit: int = 50) -> str:
    where = _matching(given)
    if "q" in given:
        given["q"] = words_of(given["q"])
        best = f"SELECT * FROM ({RANKED.format(':q', where)}) ORDER BY 2 DESC, 1 DESC LIMIT {limit}"
        source = f"({best}) r JOIN studies s ON s.id = r.number - {FIRST}"
        return f"SELECT {OWN}, {PARTS} FROM {source} ORDER BY r.score DESC, r.number DESC"
    if after := given.pop("after", None):
        year, number = after.split(",")
        where += " AND (s.year_key, s.id) < (CAST(:year AS INTEGER), CAST(:number AS INTEGER))"
        given |= {"year": year, "number": number}
    order = f"ORDER BY s.year_key DESC, s.id DESC LIMIT {limit}"
    return f"SELECT {OWN}, {PARTS} FROM studies s WHERE {where} {order}"


def _facets(given: dict[str, str]) -> str:
    names = given.pop("facet").split(",")
    where = _matching(given)
    found = f"SELECT s.* FROM studies s WHERE {where} AND {SOUND}"
    counts = (
        f"SELECT '{name}' AS facet, {name} AS value, count(*) AS count FROM found GROUP BY 2"
        for name in names
    )
    return f"WITH found AS MATERIALIZED ({found}) {' UNION ALL '.join(counts)}"


def _matching(given: dict[str, str]) -> str:
    """The same criteria as the floor's, with named parameters."""
    parts = ["s.status = 'current'"]
    people = ["p.study_id = s.id"]
    if group := given.get("age_group"):
        people.append(GROUPS[group])
    if "sex" in given:
        people.append("p.sex IN (:sex, 'all')")
    if "condition" in given:
        people.append(
            "EXISTS (SELECT 1 FROM population_conditions c JOIN term_ancestors a "
            "ON a.term_id = c.condition_id JOIN terms t ON t.id = a.ancestor_id "
            "WHERE c.population_id = p.id AND t.kind = 'condition' AND t.slug = :condition)"
        )
    parts.append(f"EXISTS (SELECT 1 FROM populations p WHERE {' AND '.join(people)})")
    return " AND ".join(parts)
