"""W9 and writes: what the first answers after a change take, and what a write over HTTP takes.

    python -m benchmarks.changes benchmarks/data/100000.db

All figures are milliseconds of the server's processor. Before each answer of W9 a citation is
added, so that nothing that was worked out before the change may be given again.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from benchmarks.copies import copied
from benchmarks.peers import ROOT, Peer, serving
from benchmarks.questions import EVERY_FACET, Questions

LISTS = (
    "studies", "outcomes", "adverse-events", "case-reports", "claims", "documents",
    "citations", "discrepancies", "treatments", "conditions", "adverse-effects", "outcome-measures",
)  # fmt: skip
ROUNDS = 3
CITATIONS, STUDIES = 30, 7  # that are written
PATIENCE = 120
Taken = dict[str, list[float]]  # milliseconds of processor by what was asked


def first_answers(questions: Questions) -> dict[str, str]:
    """The addresses that are asked first after a change, by what they are."""
    condition, treatment = questions.conditions[0], questions.treatments[0]
    facets = urlencode({"condition": condition, "facet": EVERY_FACET, "limit": "1"})
    found = {
        "first page": "/",
        "commonest treatment and its harms, page": f"/treatments/{quote(treatment)}",
        "commonest treatment, JSON": f"/v1/treatments/{quote(treatment)}",
        "its harm profile, JSON": f"/v1/adverse-effects?treatment={quote(treatment)}",
        "evidence map, JSON": "/v1/evidence-map",
        "commonest condition's studies, page": f"/studies?condition={quote(condition)}",
        "eight facets of it, JSON": f"/v1/studies?{facets}",
    }
    for each in LISTS:
        found |= {f"{each}, page": f"/{each}", f"{each}, JSON": f"/v1/{each}"}
    return found


class Writer:
    """Writes over HTTP with a key of a curator."""

    def __init__(self, peer: Peer, key: str, name: str) -> None:
        self.peer, self.name, self.count = peer, name, 0
        self.client = httpx.Client(
            base_url=f"http://127.0.0.1:{peer.port}",
            headers={"Authorization": f"Bearer {key}"},
            timeout=PATIENCE,
        )

    def write(self, path: str, draft: dict[str, Any]) -> str:
        """Write a record; its slug. Raises httpx.HTTPStatusError for what is refused."""
        answer = self.client.post(f"/v1/{path}", json=draft)
        answer.raise_for_status()
        return str(answer.json()["slug"])

    def citation(self) -> None:
        """Add a citation that nothing else is like."""
        self.count += 1
        named = f"Zzbench {self.name} {self.count}"
        self.write("citations", {
            "title": f"{named}: a publication that was added while speed was measured",
            "container_title": "Journal of Zzbench", "year": 2001,
            "authors": [{"family": "Zzbench", "given": "A"}, {"family": "Zzbench", "given": "B"}],
            "identifiers": [{"scheme": "doi", "value": f"10.1000/zz.{self.name}.{self.count}"}],
        })  # fmt: skip

    def study(self, questions: Questions) -> None:
        """Add a study with two arms, then ten outcomes and ten adverse events of it: 20 facts.

        Its condition is the rarest, and its words are nobody's: it is in no other question.
        """
        self.count += 1
        named = f"Zzbench {self.name} {self.count}"
        entry = {"registry_name": "clinicaltrials_gov", "identifier": f"ZZ{self.name}-{self.count}"}
        entry |= {"entry_version": "2026-05-01", "retrieved_on": "2026-06-01", "sha256": "0" * 64}
        own: dict[str, Any] = {"basis": "registry"}
        read = {**own, "registry_record": entry}
        arms = [{"key": key, "label": f"{named} {key}", **own} for key in ("a", "b")]
        people: dict[str, Any] = {"key": "all", "label": named, "n": 20, **own, "kind": "enrolled"}
        people["conditions"] = [questions.conditions[-1]]
        slug = self.write("studies", {
            "label": named, "study_type": "interventional", "populations": [people], "arms": arms,
            "groups": [
                {"key": each["key"], "title": each["key"], "population": "all",
                 "arms": [each["key"]], "n": 10}
                for each in arms
            ], **read,
        })  # fmt: skip
        result = {"contrast": "single_group", "statistic": "mean", "unit": "points", "n": 10}
        sides = [{"group": "a", "role": "index"}]
        for place in range(10):
            measure = questions.measures[place]
            results = [{**result, "value": float(place), "groups": sides, **own}]
            self.write("outcomes", {"study": slug, "measure": measure, "results": results, **read})
        counts = [{"group": each, "affected": 1, "at_risk": 10} for each in ("a", "b")]
        for effect in questions.effects[:10]:
            term = {"adverse_effect": effect, "term_verbatim": effect, "serious": "no"}
            self.write("adverse-events", {"study": slug, **term, "counts": counts, **read})


def after_changes(peer: Peer, writer: Writer, questions: Questions) -> dict[str, Any]:
    """Milliseconds of each answer right after a change, by round; an answer that failed says so.

    The first round is left out: it prepares statements, which are kept whatever changes.
    """
    found: dict[str, Any] = {}
    for turn in range(ROUNDS + 1):
        for name, address in first_answers(questions).items():
            cell = found.setdefault(name, {"address": address, "cpu": [], "statuses": []})
            writer.citation()
            before = peer.seconds()
            try:
                cell["statuses"].append(peer.get(address, timeout=PATIENCE).status_code)
            except httpx.HTTPError as error:
                cell["statuses"].append(type(error).__name__)
            cell["cpu"].append(1000 * (peer.seconds() - before))
        if turn == 0:
            found.clear()
    return found


def writes(peer: Peer, writer: Writer, questions: Questions) -> Taken:
    """Milliseconds of each write; the first ones are left out: they prepare statements."""
    found: Taken = {"citation": [], "study with 20 facts": []}
    for place in range(CITATIONS + 3):
        before = peer.seconds()
        writer.citation()
        if place >= 3:
            found["citation"].append(1000 * (peer.seconds() - before))
    for place in range(STUDIES + 1):
        before = peer.seconds()
        writer.study(questions)
        if place:
            found["study with 20 facts"].append(1000 * (peer.seconds() - before))
    return found


def measure_changes(path: Path, questions: Questions, url: str = "") -> dict[str, Any]:
    """W9 and writes, on a copy of the file, or in a database of PostgreSQL, which keeps them."""
    with _database(path, url) as (copy, name):
        key = make_key(url or f"sqlite:///{copy}")
        with serving(name, copy, url) as peer:
            writer = Writer(peer, key, f"{os.getpid()}")
            found: dict[str, Any] = {"first": {}, "writes": {}, "trouble": []}
            try:
                found["writes"] = writes(peer, writer, questions)
                found["first"] = after_changes(peer, writer, questions)
            except httpx.HTTPError as error:
                answer = getattr(error, "response", None)
                said = "" if answer is None else answer.text[:300]
                found["trouble"].append(f"{error} {said}")
            return found


@contextmanager
def _database(path: Path, url: str) -> Iterator[tuple[Path, str]]:
    if url:
        yield path, "postgresql"
        return
    with copied(path) as copy:
        yield copy, "ours"


def make_key(url: str) -> str:
    """A key of a curator."""
    command = [sys.executable, "-m", "app", "key", "create", "benchmark", "--scope", "curator"]
    settings = {**os.environ, "EVIDENCE_DATABASE_URL": url}
    done = subprocess.run(  # noqa: S603 # our own program
        command, cwd=ROOT, env=settings, check=True, capture_output=True, text=True
    )
    return done.stdout.split()[-1]


def main() -> None:
    """Measure a database alone, and print what was seen as JSON."""
    path = Path(sys.argv[1])
    found = measure_changes(path, Questions(path))
    print(json.dumps(found, indent=1))  # noqa: T201 # this is its answer


if __name__ == "__main__":
    main()
