"""A curator adds a citation, changes it, takes it back and brings it back."""

from __future__ import annotations

from typing import Any

from app.db.database import Database
from app.records.citations.card import CITATION
from tests.curation.writing.conftest import Person
from tests.replies import check_problem
from tests.storage import everything, revisions, rows, stored

NOPPERS = {
    "title": "Ketamine for chronic non-cancer pain",
    "year": 2011,
    "authors": [{"family": "Noppers", "given": "I"}],
    "doi": "10.1000/Noppers",
}


def test_a_new_citation_is_there_at_its_address_with_its_etag(ada: Person) -> None:
    reply = ada.post("citations", NOPPERS)

    assert reply.status_code == 201
    assert reply.headers["Location"] == "/v1/citations/noppers-2011"
    assert reply.json()["identifiers"] == [
        {"scheme": "doi", "value": "10.1000/noppers", "shared": False}
    ]
    again = ada.get("citations/noppers-2011")
    assert again.json()["title"] == NOPPERS["title"]
    assert again.headers["ETag"].startswith('"v1-')
    assert reply.headers["ETag"].startswith('"v1-')


def test_the_change_keeps_who_and_why(ada: Person, database: Database) -> None:
    ada.post("citations?reason=found+in+PubMed", NOPPERS)

    assert rows(database, "SELECT actor, action, reason FROM changes") == [
        ("ada", "edit", "found in PubMed")
    ]


def test_a_slug_that_is_made_is_never_one_that_was_there(ada: Person) -> None:
    plain = {key: value for key, value in NOPPERS.items() if key != "doi"}
    first = ada.post("citations", plain).headers
    withdrawn = ada.post("citations/noppers-2011/withdraw", If_Match=first["ETag"])

    made = [ada.post("citations", plain).headers["Location"] for _ in range(2)]

    assert withdrawn.status_code == 200
    assert made == ["/v1/citations/noppers-2011-2", "/v1/citations/noppers-2011-3"]


def test_a_slug_may_be_given_but_not_one_that_is_taken(ada: Person) -> None:
    assert ada.post("citations", {"slug": "mine", "title": "T"}).status_code == 201

    problem = check_problem(ada.post("citations", {"slug": "mine", "title": "T"}), 409)

    assert problem["errors"][0]["pointer"] == "/slug"
    assert problem["errors"][0]["record"] == "/v1/citations/mine"


def test_an_identifier_of_another_citation_is_refused_and_that_one_named(ada: Person) -> None:
    ada.post("citations", NOPPERS)

    problem = check_problem(
        ada.post("citations", {"title": "Again", "doi": "10.1000/NOPPERS"}), 409
    )

    assert problem["errors"][0]["pointer"] == "/identifiers/0"
    assert problem["errors"][0]["record"] == "/v1/citations/noppers-2011"


def test_the_editable_form_put_back_with_an_edit_is_the_next_version(ada: Person) -> None:
    ada.post("citations", NOPPERS)
    draft = ada.get("citations/noppers-2011/draft")

    reply = ada.put(
        "citations/noppers-2011", {**draft.json(), "volume": "7"}, draft.headers["ETag"]
    )

    assert (reply.status_code, reply.json()["volume"]) == (200, "7")
    assert reply.headers["ETag"].startswith('"v2-')
    assert ada.get("citations/noppers-2011").json()["volume"] == "7"


def test_what_is_put_back_as_it_was_makes_no_version(ada: Person, database: Database) -> None:
    ada.post("citations", NOPPERS)
    before = everything(database)
    draft = ada.get("citations/noppers-2011/draft")

    reply = ada.put("citations/noppers-2011", draft.json(), draft.headers["ETag"])

    assert reply.headers["ETag"].startswith('"v1-')
    assert everything(database) == before


def test_a_merge_patch_changes_what_it_names_and_null_empties(ada: Person) -> None:
    ada.post("citations", {**NOPPERS, "volume": "7"})

    reply = ada.patch("citations/noppers-2011", {"pages": "1-9", "volume": None}, '"v1"')

    card = reply.json()
    assert (card["pages"], card["volume"], card["year"]) == ("1-9", None, 2011)
    assert len(card["authors"]) == 1


def test_a_change_without_the_version_it_was_made_on_is_refused(ada: Person) -> None:
    ada.post("citations", NOPPERS)
    path = "/v1/citations/noppers-2011"

    for reply in (
        ada.client.put(path, json=NOPPERS, headers=ada.headers),
        ada.client.post(f"{path}/withdraw", headers=ada.headers),
        ada.client.post(f"{path}/restore", headers=ada.headers),
    ):
        problem = check_problem(reply, 428)
        assert problem["errors"][0]["parameter"] == "If-Match"


def test_a_change_of_an_old_version_is_told_the_present_one(ada: Person) -> None:
    ada.post("citations", NOPPERS)
    ada.patch("citations/noppers-2011", {"volume": "7"}, '"v1"')

    for match in ('"v1"', '"v1-0a1b"', '"something else"', "v2"):
        reply = ada.patch("citations/noppers-2011", {"volume": "8"}, match)
        assert "version 2" in check_problem(reply, 412)["detail"]
        assert reply.headers["ETag"] == '"v2"'


def test_a_withdrawn_citation_is_gone_and_can_be_restored_as_it_was(
    ada: Person, database: Database
) -> None:
    card = ada.post("citations", NOPPERS).json()

    reply = ada.post("citations/noppers-2011/withdraw", If_Match='"v1"')

    assert reply.json() == {
        "kind": "citation",
        "slug": "noppers-2011",
        "status": "withdrawn",
        "version": 2,
        "dependents": [],
    }
    assert ada.get("citations/noppers-2011").status_code == 404
    assert ada.get("citations/noppers-2011/draft").status_code == 404
    check_problem(ada.patch("citations/noppers-2011", {"volume": "8"}), 409)
    restored = ada.post("citations/noppers-2011/restore", If_Match=reply.headers["ETag"])
    assert restored.json() == card
    assert restored.headers["ETag"].startswith('"v3-')
    assert len(revisions(database, CITATION, "noppers-2011")) == 2


def test_a_citation_is_not_restored_beside_another_with_its_identifier(ada: Person) -> None:
    ada.post("citations", NOPPERS)
    ada.post("citations/noppers-2011/withdraw", If_Match="*")
    ada.post("citations", {**NOPPERS, "slug": "again"})

    problem = check_problem(ada.post("citations/noppers-2011/restore", If_Match="*"), 409)

    assert problem["errors"][0]["record"] == "/v1/citations/again"


def test_an_old_version_becomes_the_newest(ada: Person, database: Database) -> None:
    first = ada.post("citations", NOPPERS).json()
    ada.patch("citations/noppers-2011", {"title": "Another", "authors": [], "doi": "10.1000/x"})
    ada.patch("citations/noppers-2011", {"year": 1999})

    reply = ada.post("citations/noppers-2011/restore", {"version": 1}, If_Match='"v3"')

    assert reply.json() == first
    assert stored(database, CITATION, "noppers-2011").version == 4
    wrong: Any
    for wrong in ({"version": 9}, {"version": "one"}, {"version": 0}, {"versoin": 1}, []):
        check_problem(ada.post("citations/noppers-2011/restore", wrong, If_Match="*"), 422)
    check_problem(ada.post("citations/noppers-2011/restore", If_Match="*"), 409)


def test_a_dry_run_tells_the_outcome_and_saves_nothing(ada: Person, database: Database) -> None:
    ada.post("citations", NOPPERS)
    before = everything(database)
    path = "citations/noppers-2011"

    made = ada.post("citations?dry_run=true", {"title": "A fresh one"})
    changed = ada.patch(f"{path}?dry_run=true", {"year": 1999})
    gone = ada.post(f"{path}/withdraw?dry_run=true", If_Match='"v1"')

    assert (made.status_code, made.json()["slug"]) == (200, "a-fresh-one")
    assert "Location" not in made.headers
    assert (changed.json()["year"], changed.headers["Dry-Run"]) == (1999, "true")
    assert gone.json()["status"] == "withdrawn"
    check_problem(ada.post("citations?dry_run=true", {"title": "T", "doi": "10.1000/noppers"}), 409)
    assert everything(database) == before


def test_words_of_any_length_are_kept(ada: Person) -> None:
    long = {"title": "x" * 5000, "abstract": "Ketamine é " * 50_000, "pages": "1" * 3000}

    reply = ada.post("citations", long)

    assert reply.status_code == 201, reply.text
    assert reply.json()["pages"] == long["pages"]
