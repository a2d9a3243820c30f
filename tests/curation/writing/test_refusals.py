"""What is wrong with a request is told field by field, with what would be right."""

from __future__ import annotations

from typing import Any

import pytest

from app.db.database import Database
from tests.curation.writing.conftest import Person
from tests.factories import Evidence
from tests.replies import check_problem
from tests.storage import everything

NOBODY: dict[str, Any] = {"family": None}


@pytest.mark.parametrize(
    ("data", "pointer", "words", "suggestion"),
    [
        ({"titel": "T"}, "/titel", "no such field", "title"),
        (
            {"title": "T", "type": "articel journal"},
            "/type",
            "'article_journal'",
            "article_journal",
        ),
        ({"title": "T", "year": "soon"}, "/year", "valid integer", None),
        ({"title": "T", "year": 10**30}, "/year", "less than or equal", None),
        ({}, "/title", "is needed", None),
        ({"title": "  "}, "/title", "is empty", None),
        ({"title": "T", "volume": ""}, "/volume", "is empty", None),
        ({"title": ["T"]}, "/title", "valid string", None),
        ({"title": "T\0"}, "/title", "NUL", None),
        ({"title": "T", "a\0": 1}, "/a\0", "NUL", None),
        ({"title": "T", "authors": [{"given": "I"}]}, "/authors/0", "family name", None),
        ({"title": "T", "authors": [{"family": "x" * 3000}]}, "/authors/0/family", "longer", None),
        ({"title": "T", "authors": {"family": "x"}}, "/authors", "valid list", None),
        ({"title": "T", "identifiers": 5, "doi": "10.1000/1"}, "/identifiers", "valid list", None),
        ({"title": "T", "doi": "ten"}, "/identifiers/0", "should look like 10.1016", None),
        ({"title": "T", "slug": "Not A Slug"}, "/slug", "pattern", None),
        ({"title": "T", "slug": "search"}, "/slug", "is an address", None),
        ({"title": "T", "slug": ["t"]}, "/slug", "valid string", None),
        (
            {"title": [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]},
            "",
            "nested",
            None,
        ),
        ([], "", "is an object", None),
        ("title", "", "is an object", None),
    ],
)
def test_each_field_that_is_wrong_is_named(
    small: Person, data: Any, pointer: str, words: str, suggestion: str | None
) -> None:
    problem = check_problem(small.post("citations", data), 422)

    found = {each["pointer"]: each for each in problem["errors"]}
    error = found[pointer] if pointer in found else problem["errors"][0]
    assert error["pointer"].startswith(pointer)
    assert words in error["message"]
    assert error.get("suggestion") == suggestion


def test_everything_that_is_wrong_is_told_at_once(evidence: Evidence, ada: Person) -> None:
    evidence.support()
    evidence.condition("pain")
    people = {"key": "all", "label": "all", "basis": "abstract", "conditions": ["pian"]}
    groups = [{"key": "g", "title": "G", "population": "al"}]
    data = {"label": "S", "basis": "abstract", "says": ["suport"], "groups": groups}

    reply = ada.post("studies", {**data, "populations": [{**people, "says": ["support"]}]})

    errors = check_problem(reply, 422)["errors"]
    assert [(each["pointer"], each["suggestion"]) for each in errors] == [
        ("/populations/0/conditions/0", "pain"),
        ("/groups/0/population", "all"),
        ("/says/0", "support"),
    ]


def test_a_fact_that_no_claim_supports_is_refused_where_it_stands(
    evidence: Evidence, ada: Person
) -> None:
    people = {"key": "all", "label": "all", "basis": "abstract"}

    reply = ada.post(
        "studies",
        {
            "label": "S",
            "basis": "abstract",
            "says": [evidence.support()],
            "populations": [people],
        },
    )

    [error] = check_problem(reply, 422)["errors"]
    assert error["pointer"] == "/populations/0/says"
    assert "name one in says" in error["message"]


def test_people_told_of_again_or_in_part_say_which_of_the_two_they_are(
    evidence: Evidence, ada: Person
) -> None:
    all_ = {"key": "all", "label": "all", "basis": "abstract", "says": [evidence.support()]}
    some = {**all_, "key": "some", "label": "some", "parent": "all"}
    study = {"label": "S", "basis": "abstract", "says": ["support"]}

    [error] = check_problem(ada.post("studies", {**study, "populations": [all_, some]}), 422)[
        "errors"
    ]
    assert error["pointer"] == "/populations/1/kind"
    assert error["message"] == (
        "write kind beside parent: subgroup, a part of them; the parent's kind, the same people"
        " again"
    )
    for kind in ("subgroup", "enrolled"):
        written = ada.post("studies", {**study, "populations": [all_, {**some, "kind": kind}]})
        assert written.status_code == 201


def test_what_names_a_withdrawn_record_is_refused(evidence: Evidence, ada: Person) -> None:
    evidence.condition("pain")
    ada.post("conditions/pain/withdraw", If_Match="*")

    reply = ada.post("conditions", {"name": "Back pain", "parent": "pain"})

    [error] = check_problem(reply, 422)["errors"]
    assert (error["pointer"], "is withdrawn" in error["message"]) == ("/parent", True)


def test_a_term_never_becomes_broader_than_itself(evidence: Evidence, ada: Person) -> None:
    evidence.condition("pain")
    evidence.condition("back-pain", parent="pain")

    for parent in ("pain", "back-pain"):
        problem = check_problem(ada.patch("conditions/pain", {"parent": parent}), 422)
        assert problem["errors"][0]["pointer"] == "/parent"


def test_a_group_whose_numbers_others_hold_stays(evidence: Evidence, ada: Person) -> None:
    study = evidence.study()
    outcome = evidence.outcome(
        study, evidence.outcome_measure("pain"), results=[{"p": 0.1, "group": "all"}]
    )

    problem = check_problem(ada.patch(f"studies/{study}", {"groups": []}), 409)

    assert problem["errors"][0]["record"] == f"/v1/outcomes/{outcome}"


@pytest.mark.parametrize("slug", ["yours", ["mine"], {}, 1])
def test_a_slug_never_changes(small: Person, slug: Any) -> None:
    small.post("citations", {"slug": "mine", "title": "T"})

    problem = check_problem(small.patch("citations/mine", {"slug": slug}), 422)

    assert problem["errors"][0]["suggestion"] == "mine"


@pytest.mark.parametrize(
    ("written", "kept"), [(" nct01369680 ", "NCT01369680"), ("isrctn 12345678", "ISRCTN12345678")]
)
def test_a_registry_number_is_written_as_its_registry_does(
    evidence: Evidence, ada: Person, written: str, kept: str
) -> None:
    study = evidence.study()
    scheme = kept[:-8].lower()
    ada.patch(f"studies/{study}", {"identifiers": [{"scheme": scheme, "value": written}]})

    assert ada.get(f"studies/{study}").json()["identifiers"] == [{"scheme": scheme, "value": kept}]
    wrong = {"identifiers": [{"scheme": scheme, "value": "soon"}]}
    problem = check_problem(ada.patch(f"studies/{study}", wrong), 422)
    assert f"should look like {scheme.upper()}" in problem["detail"]


def test_a_withdrawn_record_says_that_it_was_withdrawn(small: Person) -> None:
    small.post("citations", {"slug": "mine", "title": "T"})
    small.post("citations/mine/withdraw", If_Match="*")

    detail = check_problem(small.get("citations/mine"), 404)["detail"]

    assert detail == (
        "The citation 'mine' was withdrawn: /v1/citations/mine/revisions tells when and why."
    )


def test_what_is_not_there_cannot_be_changed(small: Person) -> None:
    small.post("citations", {"slug": "mine", "title": "T"})

    for reply in (
        small.patch("citations/mien", {"title": "U"}),
        small.put("citations/mien", {"title": "U"}),
        small.post("citations/mien/withdraw", If_Match="*"),
        small.get("citations/mien/draft"),
    ):
        assert "Did you mean 'mine'?" in check_problem(reply, 404)["detail"]


def send(person: Person, body: bytes, content_type: str = "application/json") -> Any:
    """Send bytes as they are."""
    named = {**person.headers, "Content-Type": content_type}
    return person.client.post("/v1/citations", content=body, headers=named)


def test_a_body_that_is_no_json_is_told_where(small: Person) -> None:
    problem = check_problem(send(small, b'{"title":\n "T",}'), 400)

    assert "line 2, column 5" in problem["detail"]


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b'{"title": "\\ud800"}', b'{"year": NaN}', b"[" * 5000, b'{"a": 1e999}']
)
def test_what_no_json_holds_is_refused(small: Person, body: bytes) -> None:
    check_problem(send(small, body), 400)


def test_a_member_that_is_there_twice_is_refused(small: Person) -> None:
    problem = check_problem(send(small, b'{"title": "T", "title": "U"}'), 422)

    assert problem["errors"] == [{"pointer": "/title", "message": "is there twice: keep one"}]


def test_bodies_have_a_form_and_a_limit(small: Person) -> None:
    check_problem(send(small, b"{}", "text/plain"), 415)
    check_problem(small.client.patch("/v1/citations/x", json={}, headers=small.headers), 415)
    check_problem(send(small, b" " * 5_000_001), 413)


@pytest.mark.parametrize(
    ("query", "suggestion"),
    [
        ("dryrun=true", "dry_run"),
        ("dry_run=yes", None),
        ("reason=%00", None),
        ("dependents=withdraw", None),
    ],
)
def test_parameters_that_are_not_understood_are_refused(
    small: Person, query: str, suggestion: str | None
) -> None:
    problem = check_problem(small.post(f"citations?{query}", {"title": "T"}), 422)

    assert suggestion is None or problem["errors"][0]["suggestion"] == suggestion


def test_what_is_refused_leaves_nothing(
    evidence: Evidence, ada: Person, database: Database
) -> None:
    evidence.support()
    before = everything(database)

    data = {"label": "S", "basis": "abstract", "says": ["support", "nothing"]}
    check_problem(ada.post("studies", data), 422)
    check_problem(ada.post("claims", {"kind": "opinion", "summary": "x"}), 422)

    assert everything(database) == before
