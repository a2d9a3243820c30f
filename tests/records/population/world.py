"""Made-up studies in a database that is only read, and what its lists answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from fastapi.testclient import TestClient

from app.db.database import Database
from app.records.adverse_events.draft import ADVERSE_EVENT_EDITOR
from app.records.drafting import Editor
from app.records.outcomes.draft import OUTCOME_EDITOR
from app.records.studies.draft import STUDY_EDITOR
from tests.conftest import Templates, serving
from tests.factories import Evidence
from tests.records.population.criteria import Reading
from tests.records.population.facts import FactMeaning
from tests.records.population.generator import CONDITIONS, EFFECTS, READING, TREATMENTS, studies
from tests.records.population.meaning import NO, OVERLAPPING, POSSIBLE, WITHIN, Answer
from tests.records.population.studies import Study

MEASURE = "well-being"
KEPT = {
    "definite": {OVERLAPPING, WITHIN},
    "within": {WITHIN},
    "possible": {POSSIBLE},
    "any": {POSSIBLE, OVERLAPPING, WITHIN},
}
READINGS = [
    READING,
    replace(READING, narrower=False),
    replace(READING, broader=True),
    replace(READING, narrower=False, broader=True),
]
TELLS = ("populations", "arms", "results")  # parts that have to rest on something


class World:
    """So many studies, and a client that asks about them."""

    def __init__(self, client: TestClient, studies: list[Study]) -> None:
        self.client, self.studies = client, studies
        self._meanings: dict[Reading, list[FactMeaning]] = {}

    def meanings(self, reading: Reading = READING) -> list[FactMeaning]:
        """What each study means, as terms are read."""
        if reading not in self._meanings:
            self._meanings[reading] = [FactMeaning(each, reading) for each in self.studies]
        return self._meanings[reading]


@contextmanager
def opened(templates: Templates, seed: int, count: int) -> Iterator[World]:
    """A database with so many studies, which no test writes to."""
    address = templates.copy("empty")
    database, made = Database(address), studies(seed, count)
    evidence = Evidence(database)
    write_terms(evidence)
    evidence.outcome_measure(MEASURE)
    says = [evidence.support()]
    evidence.write((editor, supported(draft, says)) for editor, draft in drafts(made))
    with serving(database) as client:
        yield World(client, made)
    database.close()
    templates.drop(address)


def write_terms(evidence: Evidence) -> None:
    """The conditions, treatments and adverse effects that are asked for."""
    for terms, write in (
        (CONDITIONS, evidence.condition),
        (TREATMENTS, evidence.treatment),
        (EFFECTS, evidence.adverse_effect),
    ):
        for slug, parent in terms.items():
            write(slug, parent=parent or None)


def drafts(made: Iterable[Study]) -> Iterator[tuple[Editor, dict[str, Any]]]:
    """Each study with what was found in it."""
    for study in made:
        yield STUDY_EDITOR, study.draft()
        for outcome in study.outcomes:
            yield OUTCOME_EDITOR, outcome.draft(study.slug, MEASURE)
        for harm in study.harms:
            yield ADVERSE_EVENT_EDITOR, harm.draft(study.slug)


def supported(draft: dict[str, Any], says: list[str]) -> dict[str, Any]:
    """A draft with what every fact has to have."""
    dull = {"basis": "abstract", "says": says}
    parts = {name: [{**dull, **each} for each in draft[name]] for name in TELLS if name in draft}
    return {**dull, **draft, **parts}


def parameters(reading: Reading) -> dict[str, str]:
    """How terms are read, as a request says it."""
    said = {} if reading.narrower else {"descendants": "false"}
    return said | ({"broader": "true"} if reading.broader else {})


def walk(client: TestClient, path: str, asked: dict[str, Any]) -> tuple[list[str], dict[str, Any]]:
    """The slugs on all pages, and the first page with what all pages say of single records."""
    slugs: list[str] = []
    first: dict[str, Any] = {}
    told: dict[str, dict[str, Any]] = {"missing": {}, "results": {}, "counts": {}}
    cursor: dict[str, str] | None = {}
    while cursor is not None:
        reply = client.get(f"/v1/{path}", params={**asked, **cursor})
        assert reply.status_code == 200, reply.text
        page = reply.json()
        first = first or page
        slugs += [each["slug"] for each in page["items"]]
        for name, of_pages in told.items():
            of_pages.update(page.get("matches", {}).get(name) or {})
        cursor = {"cursor": page["next"]} if page["next"] else None
    return slugs, {**first, **told}


def numbers(page: dict[str, Any]) -> dict[str, int]:
    """The counts of a page, all of which are exact."""
    found = {**page["matches"]["definite"], "total": page["total"]}
    found |= {name: page["matches"][name] for name in ("possible", "excluded")}
    assert all(count["relation"] == "eq" for count in found.values())
    return {name: count["value"] for name, count in found.items()}


def of_answers(answers: Iterable[Answer]) -> dict[str, int]:
    """How many answers of each sort there are, as pages count them."""
    sure = [each.sure for each in answers]
    sorts = {"within": WITHIN, "overlapping": OVERLAPPING, "possible": POSSIBLE, "excluded": NO}
    return {name: sure.count(each) for name, each in sorts.items()}
