"""Random patients, random questions: who is as asked, who may be, and who is not.

What a report does not tell of its patient leaves it open, and so does a broader condition. What
was given and what was seen is told or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from app.db.database import Database
from app.records.case_reports.draft import CASE_REPORT_EDITOR
from tests.conftest import ENGINES, Templates, serving
from tests.factories import Evidence
from tests.records.population.criteria import Question, stretch
from tests.records.population.generator import CONDITIONS, EFFECTS, TREATMENTS
from tests.records.population.questions import AGES, with_not
from tests.records.population.same_people import line
from tests.records.population.world import walk, write_terms

SUSPECTED = ("suspect", "concomitant")
VALUES = {
    "age": st.sampled_from(AGES),
    "sex": st.sampled_from(["female", "male"]),
    "condition": st.sampled_from(sorted(CONDITIONS)),
    "treatment": st.sampled_from(sorted(TREATMENTS)),
    "adverse_effect": st.sampled_from(sorted(EFFECTS)),
}
OF_PATIENTS = {f"{name}{end}" for name in ("age", "sex", "condition") for end in ("", ".not")}
ASKED = {**with_not(VALUES), "drug_role": st.sampled_from(SUSPECTED)}


@dataclass(frozen=True)
class Patient:
    """What a report tells of one patient; None or empty: not told."""

    slug: str
    ages: str | None
    sex: str | None
    conditions: tuple[str, ...]
    got: tuple[tuple[str, str | None], ...]  # treatments, each with what it is to the case
    harms: tuple[str, ...]

    def draft(self, says: list[str]) -> dict[str, Any]:
        given: list[dict[str, Any]] = [
            {"type": "exposure", "term": f"treatment/{treatment}", "drug_role": role}
            for treatment, role in self.got
        ]
        harms: list[dict[str, Any]] = [
            {"type": "adverse_event", "term": f"adverse_effect/{x}"} for x in self.harms
        ]
        told = {"slug": self.slug, "ages": self.ages, "sex": self.sex, "says": says}
        told |= {"label": "A case", "reporter": "document_authors", "basis": "abstract"}
        events = [{**each, "says": says} for each in (*given, *harms)]
        return {**told, "conditions": list(self.conditions), "events": events}


def patients(seed: int, count: int) -> list[Patient]:
    """So many patients, the same ones for the same seed."""
    random = Random(seed)

    def some(names: Any, *sizes: int) -> tuple[str, ...]:
        return tuple(random.sample(sorted(names), random.choice(sizes)))

    return [
        Patient(
            f"case-{at}",
            random.choice([None, "7", "12", "16..18", "6mo", "40..49", "66", "8..22"]),
            random.choice([None, "female", "male"]),
            some(CONDITIONS, 0, 1, 2),
            tuple((each, random.choice([None, *SUSPECTED])) for each in some(TREATMENTS, 0, 1, 2)),
            some(EFFECTS, 0, 1, 2),
        )
        for at in range(count)
    ]


NO, PERHAPS, YES = 0, 1, 2


def answer(patient: Patient, name: str, asked: Question) -> int:
    """How surely the patient is as asked, as far as the report tells."""
    own = name.removesuffix(".not")
    found = _own(patient, own, set(asked[name]), asked if own == name else {})
    return YES - found if own != name else found


def _own(patient: Patient, name: str, values: set[str], beside: Question) -> int:
    if name in {"treatment", "drug_role"}:
        roles = set(beside.get("drug_role", []))
        treatments = values if name == "treatment" else set(beside.get("treatment", []))
        return YES * any(
            (not treatments or treatments & set(line(treatment, TREATMENTS)))
            and (not roles or role in roles)
            for treatment, role in patient.got
        )
    if name == "adverse_effect":
        return YES * any(values & set(line(term, EFFECTS)) for term in patient.harms)
    if name == "age":
        return PERHAPS if patient.ages is None else YES * _meet(patient.ages, values)
    if name == "sex":
        return PERHAPS if patient.sex is None else YES * (patient.sex in values)
    told = set(patient.conditions)
    if any(values & set(line(term, CONDITIONS)) for term in told):
        return YES
    above = {term for value in values for term in line(value, CONDITIONS)} - values
    return PERHAPS if told <= above else NO


def _meet(own: str, asked: set[str]) -> bool:
    low, high = stretch(own)
    return any(max(low, first) < min(high, last) for first, last in map(stretch, asked))


@dataclass
class Reports:
    client: TestClient
    patients: list[Patient]

    def __repr__(self) -> str:
        return f"{len(self.patients)} reports"


@pytest.fixture(scope="module", params=ENGINES)
def reports(request: pytest.FixtureRequest, templates: dict[str, Templates]) -> Iterator[Reports]:
    """Reports in a database that is only read."""
    made = templates[request.param]
    address = made.copy("empty")
    database, told_of = Database(address), patients(seed=3, count=150)
    evidence = Evidence(database)
    write_terms(evidence)
    says = [evidence.support()]
    evidence.write((CASE_REPORT_EDITOR, each.draft(says)) for each in told_of)
    with serving(database) as client:
        yield Reports(client, told_of)
    database.close()
    made.drop(address)


@settings(max_examples=60)
@given(
    question=st.lists(st.sampled_from(sorted(ASKED)), min_size=1, max_size=4, unique=True).flatmap(
        lambda names: st.fixed_dictionaries(
            {name: st.lists(ASKED[name], min_size=1, max_size=2) for name in names}
        )
    )
)
def test_reports_are_found_by_what_they_tell_of_the_patient(
    reports: Reports, question: Question
) -> None:
    sure = {
        each.slug: min(answer(each, name, question) for name in question)
        for each in reports.patients
    }
    for match, kept in (("definite", {YES}), ("possible", {PERHAPS}), ("any", {PERHAPS, YES})):
        asked = {**question, "limit": "200", "sort": "id", "match": match}
        found, page = walk(reports.client, "case-reports", asked)
        if set(question) & OF_PATIENTS or match != "possible":
            expected = [slug for slug, answered in sure.items() if answered in kept]
            assert found == expected, (match, question)
            assert page["total"] == {"value": len(found), "relation": "eq"}
