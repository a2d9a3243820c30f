"""Facts that were read from a registry: its entry supports them where no claim does."""

from __future__ import annotations

from typing import Any

from app.db.database import Database
from tests.curation.writing.conftest import Person
from tests.factories import Evidence
from tests.replies import check_problem
from tests.storage import rows

ENTRY: dict[str, Any] = {
    "registry_name": "clinicaltrials_gov",
    "identifier": "NCT01369680",
    "entry_version": "2026-06-01",
    "retrieved_on": "2026-06-02",
    "sha256": 64 * "a",
}
ENTRIES = "SELECT count(*) FROM registry_records"


def test_a_registry_entry_supports_a_study_and_all_in_it(
    evidence: Evidence, database: Database, ada: Person
) -> None:
    people = {"key": "all", "label": "adults", "basis": "registry"}
    group = {"key": "all", "title": "All", "population": "all"}
    study = {"slug": "trial", "label": "A trial", "basis": "registry", "registry_record": ENTRY}
    made = ada.post("studies", {**study, "populations": [people], "groups": [group]})
    result = {"group": "all", "statistic": "mean", "value": 3.5, "contrast": "single_group"}
    outcome = {
        "study": "trial",
        "measure": evidence.outcome_measure("pain"),
        "reporting": "reported",
        "basis": "registry",
        "results": [{**result, "basis": "registry"}],
        "registry_record": ENTRY,
    }
    told = ada.post("outcomes", outcome)

    assert (made.status_code, told.status_code) == (201, 201), made.text + told.text
    assert rows(database, ENTRIES) == [(1,)]
    assert ada.get("studies/trial/draft").json()["registry_record"] == ENTRY


def test_an_edit_keeps_the_entry_and_nothing_loses_its_only_support(ada: Person) -> None:
    study = {"slug": "trial", "label": "A trial", "basis": "registry"}
    ada.post("studies", {**study, "registry_record": ENTRY})

    assert ada.patch("studies/trial", {"label": "The trial"}).status_code == 200
    assert ada.get("studies/trial/draft").json()["registry_record"] == ENTRY
    for reply in (
        ada.patch("studies/trial", {"registry_record": None}),
        ada.put("studies/trial", study),
    ):
        assert check_problem(reply, 422)["errors"][0]["pointer"] == "/says"


def test_one_version_of_an_entry_is_one_entry(ada: Person) -> None:
    study = {"label": "A trial", "basis": "registry"}
    ada.post("studies", {**study, "registry_record": ENTRY})
    other = {**ENTRY, "sha256": 64 * "b"}

    [error] = check_problem(ada.post("studies", {**study, "registry_record": other}), 422)["errors"]

    assert (error["pointer"], error["suggestion"]) == ("/registry_record/sha256", 64 * "a")
