"""Citation intake: everything in a file is accounted for, seen first, and saved whole or not."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.db.database import Database
from app.vocabulary import Scope
from tests.factories import Evidence
from tests.ingest.imports.curators import KETAMINE, KNOWN, NEW, SLEEP, UNTITLED, Curator, record
from tests.keys import headers


def test_a_preview_tells_what_is_new_here_already_or_broken(ada: Curator, bredlau: str) -> None:
    seen = ada.preview(NEW, KNOWN, UNTITLED, filename="alert.ris")

    assert (seen["format"], seen["encoding"], seen["filename"]) == ("ris", "ascii", "alert.ris")
    assert (seen["records"], seen["counted"]) == (3, 3)
    new, known, untitled = seen["rows"]
    assert (new["outcome"], new["draft"]["title"], new["matches"]) == ("new", SLEEP, [])
    assert (known["outcome"], known["citation"]) == ("identical", bredlau)
    assert known["matches"][0]["reasons"]
    assert "title" in untitled["problems"][0]["message"]
    assert untitled["line"] == 15
    assert untitled["raw"].splitlines() == UNTITLED.split("\r\n")[:3]
    assert ada.titles() == {KETAMINE}


def test_a_file_that_would_explode_is_a_broken_row_among_the_others(ada: Curator) -> None:
    names = "".join(f"@string{{s{at + 1} = {' # '.join([f's{at}'] * 9)}}}" for at in range(9))
    bomb = f'@string{{s0 = "aaaaaaaaaa"}}{names}\n@book{{x, title = s9}}\n'

    seen = ada.preview(bomb, "@book{fine, title = {Nights at sea}}\n", filename="bomb.bib")

    assert [row["outcome"] for row in seen["rows"]] == ["broken", "new"]
    [problem] = seen["rows"][0]["problems"]
    assert problem["line"] == 2
    assert "stands for too long a text" in problem["message"]


def test_a_commit_saves_what_is_new_in_one_change(ada: Curator, bredlau: str) -> None:
    assert bredlau
    seen = ada.preview(NEW, KNOWN)
    done = ada.commit(seen["id"], {}, reason="alert of May").json()

    assert (done["saved"], done["import"]["outcomes"]) == (1, {"identical": 1, "saved": 1})
    assert ada.titles() == {KETAMINE, SLEEP}
    change = ada.get("changes?since=0&limit=200")["items"][-1]
    assert (change["action"], change["reason"], change["actor"]) == (
        "import",
        "alert of May",
        "ada",
    )
    assert change["id"] == done["import"]["change"]


def test_a_commit_is_all_or_nothing_and_says_which_row_is_in_the_way(ada: Curator) -> None:
    seen = ada.preview(NEW, UNTITLED)
    reply = ada.commit(seen["id"], {"save": [1, 2]})

    assert reply.status_code == 422
    assert "row 2 (line 8)" in reply.json()["errors"][0]["message"]
    assert ada.titles() == set()
    assert ada.get(f"citations/imports/{seen['id']}")["state"] == "previewed"


@pytest.mark.parametrize(
    ("choice", "pointer", "words"),
    [
        ({"save": [1], "skip": [1]}, "/skip/1", "row 1 is in save too"),
        ({"same": {"1": "nobody"}}, "/same/1", "no citation 'nobody'"),
        ({"save": [2]}, "/save/2", "the rows are 1 to 1"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_where_it_stands(
    ada: Curator, choice: dict[str, Any], pointer: str, words: str
) -> None:
    seen = ada.preview(NEW)
    problem = ada.commit(seen["id"], choice)

    assert problem.status_code == 422
    error = problem.json()["errors"][0]
    assert (error["pointer"], words in error["message"]) == (pointer, True)
    assert ada.get(f"citations/imports/{seen['id']}")["outcomes"] == {"new": 1}


def test_what_is_missing_can_be_added_before_saving(ada: Curator) -> None:
    seen = ada.preview(UNTITLED)
    done = ada.commit(seen["id"], {"save": [1], "edits": {"1": {"title": SLEEP}}})

    assert done.status_code == 200, done.text
    assert ada.titles() == {SLEEP}


def test_asking_again_saves_nothing_twice(ada: Curator) -> None:
    seen = ada.preview(NEW)
    ada.commit(seen["id"], {})

    assert ada.commit(seen["id"], {}).json()["saved"] == 0
    assert ada.commit(seen["id"], {"save": [1]}).json()["saved"] == 0
    again = ada.preview(NEW)
    assert (again["id"], again["rows"][0]["outcome"]) == (seen["id"], "saved")
    assert len(ada.get("citations")["items"]) == 1


def test_a_file_handed_in_again_is_compared_anew(ada: Curator, evidence: Evidence) -> None:
    seen = ada.preview(NEW)
    doi = {"scheme": "doi", "value": "10.1000/night"}
    evidence.citation(title=SLEEP, year=2019, identifiers=[doi])

    again = ada.preview(NEW)
    assert again["id"] == seen["id"]
    assert again["rows"][0]["outcome"] in {"identical", "probable_duplicate"}


def test_rows_of_one_file_are_compared_with_one_another(ada: Curator) -> None:
    first, second = ada.preview(NEW, NEW)["rows"]

    assert (first["outcome"], second["outcome"]) == ("new", "identical")
    assert second["matches"][0]["position"] == 1


def test_a_person_says_that_a_row_is_a_citation_or_is_left_out(ada: Curator, bredlau: str) -> None:
    seen = ada.preview(NEW, record("Another title"))
    done = ada.commit(seen["id"], {"same": {"1": bredlau}, "skip": [2]}).json()

    assert (done["saved"], done["tied"], done["skipped"]) == (0, 1, 1)
    rows = ada.get(f"citations/imports/{seen['id']}/rows")["items"]
    assert [(row["outcome"], row["citation"]) for row in rows] == [
        ("identical", bredlau),
        ("skipped", None),
    ]


def test_a_dry_run_says_what_would_be_saved_and_saves_nothing(ada: Curator) -> None:
    seen = ada.preview(NEW)
    reply = ada.commit(seen["id"], {}, dry_run="true")

    assert (reply.json()["saved"], reply.headers["dry-run"]) == (1, "true")
    assert ada.titles() == set()
    assert ada.get(f"citations/imports/{seen['id']}")["state"] == "previewed"


def test_rows_are_read_page_by_page_and_by_outcome(ada: Curator) -> None:
    titles = ("Bees", "Clouds", "Granite", "Harbours", "Ladders")
    records = (record(f"{title} and their uses in medicine") for title in titles)
    seen = ada.preview(*records, UNTITLED)
    found: list[str] = []
    more: str | None = ""
    while more is not None:
        page = ada.get(f"citations/imports/{seen['id']}/rows?limit=2{more}")
        found += [(row["draft"].get("title") or "none").split()[0] for row in page["items"]]
        more = page["next"] and f"&cursor={page['next']}"

    assert (*titles, "none") == tuple(found)
    assert ada.get(f"citations/imports/{seen['id']}/rows?outcome=identical")["items"] == []


def test_a_form_with_a_file_says_the_same(ada: Curator) -> None:
    files = {"file": ("alert.ris", NEW.encode())}
    reply = ada.client.post("/v1/citations/import", files=files, headers=ada.headers)

    assert reply.status_code == 201, reply.text
    assert (reply.json()["filename"], reply.json()["records"]) == ("alert.ris", 1)


@pytest.mark.parametrize(
    ("choice", "place"),
    [
        ({"save": [2]}, "/save/2"),
        ({"skip": [0]}, "/skip/0"),
        ({"saved": [1]}, "/saved"),
        ({"save": "all"}, "/save"),
    ],
)
def test_a_choice_that_cannot_be_is_refused(
    ada: Curator, choice: dict[str, Any], place: str
) -> None:
    reply = ada.commit(ada.preview(NEW)["id"], choice)

    assert reply.status_code == 422
    assert reply.json()["errors"][0]["pointer"] == place


def test_an_import_that_was_given_up_is_not_saved(ada: Curator) -> None:
    number = ada.preview(NEW)["id"]
    assert ada.post(f"citations/imports/{number}/abandon", b"").json()["state"] == "abandoned"

    assert ada.commit(number, {}).status_code == 409
    assert ada.commit(number + 1, {}).status_code == 404


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"Dear all, see you on Monday."])
def test_what_is_no_citations_is_refused(ada: Curator, data: bytes) -> None:
    reply = ada.post("citations/import", data)

    assert reply.status_code == 422
    assert reply.json()["detail"]


def test_a_file_that_is_too_long_is_refused(ada: Curator) -> None:
    ada.client.app.state.max_upload_bytes = 1000  # type: ignore[attr-defined] # it is FastAPI
    files = {"file": NEW.encode() * 200}
    for reply in (
        ada.post("citations/import", NEW.encode() * 100),
        ada.client.post("/v1/citations/import", files=files, headers=ada.headers),
    ):
        assert reply.status_code == 413


def test_a_contributor_may_look_and_a_curator_saves(database: Database, client: TestClient) -> None:
    bob = Curator(client, headers(database, "bob", Scope.CONTRIBUTOR))

    assert bob.commit(bob.preview(NEW)["id"], {}).status_code == 403
    assert client.post("/v1/citations/import", content=b"").status_code == 401
