"""What others rest on is taken back only with them, and only when that is said."""

from __future__ import annotations

import pytest

from app.db.database import Database
from app.query.routes import Resource
from app.records.catalogue import EDITOR_OF, RESOURCES
from tests.curation.writing.conftest import Person
from tests.factories import Evidence
from tests.replies import check_problem
from tests.storage import all_stored


def test_what_rests_on_a_record_is_listed(evidence: Evidence, ada: Person) -> None:
    study = evidence.study()
    outcome = evidence.outcome(study, evidence.outcome_measure("pain"))
    event = evidence.adverse_event(study, "all", evidence.adverse_effect("itch"))

    problem = check_problem(ada.post(f"studies/{study}/withdraw", If_Match="*"), 409)

    assert {each["record"]: each["message"].rpartition(" ")[2] for each in problem["errors"]} == {
        f"/v1/outcomes/{outcome}": "study",
        f"/v1/adverse-events/{event}": "study",
    }
    assert "dependents=withdraw" in problem["detail"]


def test_dependents_go_with_it_in_one_change_when_told_so(
    evidence: Evidence, ada: Person, database: Database
) -> None:
    study = evidence.study()
    outcome = evidence.outcome(study, evidence.outcome_measure("pain"))
    claim = evidence.support()

    reply = ada.post(f"claims/{claim}/withdraw?dependents=withdraw", If_Match="*")

    along = {(each["kind"], each["slug"]) for each in reply.json()["dependents"]}
    assert along == {("study", study), ("outcome", outcome)}
    found = all_stored(database)
    changed = {name for name, each in found.items() if each.status == "withdrawn"}
    assert changed == {*along, ("claim", claim)}
    assert len({found[name].stamp for name in changed}) == 1


def test_a_fact_that_other_claims_support_is_freed_by_an_edit_first(
    evidence: Evidence, ada: Person
) -> None:
    claims = [evidence.claim(), evidence.claim()]
    study = evidence.study(says=claims)
    check_problem(ada.post(f"claims/{claims[0]}/withdraw", If_Match="*"), 409)

    ada.patch(f"studies/{study}", {"says": claims[1:]})

    assert ada.post(f"claims/{claims[0]}/withdraw", If_Match="*").status_code == 200


def test_restoring_needs_what_the_record_rests_on(evidence: Evidence, ada: Person) -> None:
    evidence.condition("pain")
    evidence.condition("back-pain", parent="pain")
    ada.post("conditions/pain/withdraw?dependents=withdraw", If_Match="*")

    problem = check_problem(ada.post("conditions/back-pain/restore", If_Match="*"), 422)

    assert problem["errors"][0]["pointer"] == "/parent"
    assert ada.post("conditions/pain/restore", If_Match="*").status_code == 200
    assert ada.post("conditions/back-pain/restore", If_Match="*").status_code == 200


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: each.listing.kind.name)
def test_every_kind_is_withdrawn_with_what_rests_on_it_and_restored(
    curator: Person, ketamine: Database, resource: Resource
) -> None:
    kind = EDITOR_OF[resource.listing.kind].kind
    path = f"{kind.path}/{resource.example}"
    card = curator.get(f"{path}/draft").json()

    gone = curator.post(f"{path}/withdraw?dependents=withdraw", If_Match="*")

    assert gone.status_code == 200, gone.text
    assert curator.get(path).status_code == 404
    taken = gone.json()
    assert all_stored(ketamine)[kind.name, resource.example].status == "withdrawn"
    back = curator.post(f"{path}/restore", If_Match=gone.headers["ETag"])
    if back.status_code == 200:
        assert curator.get(f"{path}/draft").json() == card
    else:  # what it rests on went with it, and comes back first
        assert {"is withdrawn" in each["message"] for each in back.json()["errors"]} == {True}
        assert taken["dependents"]
