"""The OpenAPI document: what it says of every operation, and that it is true."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import Draft202012Validator
from schemathesis.generation import GenerationMode
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import positive_data_acceptance

from app.main import create_app
from app.settings import Settings
from app.vocabulary import Scope
from tests import keys
from tests.replies import check_problem

DOCUMENT: dict[str, Any] = create_app(Settings(database_url="sqlite:///none.db")).openapi()
OPERATIONS: dict[str, tuple[str, str, dict[str, Any]]] = {
    f"{method} {path}": (path, method, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}
NONE = {"example": {"value": None}}
READING = [
    pytest.param(path, method, id=name)
    for name, (path, method, _) in OPERATIONS.items()
    # writing: tests/curation/writing; there is no import before somebody hands one in
    if method == "get" and "/imports/" not in path
]


def test_every_operation_is_named_described_and_shown() -> None:
    wrong = {name: list(missing(each)) for name, (_, _, each) in OPERATIONS.items()}

    assert {name: each for name, each in wrong.items() if each} == {}


def missing(operation: dict[str, Any]) -> Iterator[str]:
    """What the document does not say of an operation."""
    answer = next(each for status, each in operation["responses"].items() if status < "300")
    content = json.dumps(answer["content"])
    body = json.dumps(operation.get("requestBody", {}))
    parameters = operation.get("parameters", [])
    if not re.fullmatch("[a-z]+(_[a-z]+)*", operation["operationId"]):
        yield "a name that people can read"
    yield from (each for each in ("summary", "description") if not operation[each])
    if not any("examples" in each for each in parameters) and '"example' not in content + body:
        yield "an example"
    yield from (f"what {each['name']} is" for each in parameters if not each["description"])
    if len({(each["in"], each["name"]) for each in parameters}) != len(parameters):
        yield "each parameter once"


def test_every_documented_error_is_a_problem_document() -> None:
    problem = {"schema": {"$ref": "#/components/schemas/ProblemDetail"}}
    wrong = [
        f"{name}: {status}"
        for name, (_, _, operation) in OPERATIONS.items()
        for status, each in operation["responses"].items()
        if status >= "400"
        if not each["description"]
        or each["content"]["application/problem+json"]["schema"] != problem["schema"]
    ]

    assert wrong == []
    assert [
        name for name, (_, _, each) in OPERATIONS.items() if "414" not in each["responses"]
    ] == []


def keyed(client: TestClient, operation: dict[str, Any]) -> dict[str, str]:
    """Headers with a key, where an operation needs one."""
    if {} in operation.get("security", [{}]):
        return {}
    assert isinstance(client.app, FastAPI)
    return keys.headers(client.app.state.database, "grace", Scope.ADMIN)


def test_every_operation_says_which_key_it_needs_and_how_it_refuses_others() -> None:
    wrong = {}
    for name, (path, _, operation) in OPERATIONS.items():
        if path in {"/health", "/ready"}:
            if "security" in operation:
                wrong[name] = "nobody needs a key"
            continue
        *anybody, need = operation["security"]
        [scope] = need["key"]
        sentence = f"Needs a key of scope {scope} or more."
        if not {"401", "429"} <= operation["responses"].keys() or scope not in set(Scope):
            wrong[name] = "how others are refused"
        elif not anybody and "403" not in operation["responses"]:
            wrong[name] = "that the scope may be too small"
        elif not anybody and not operation["description"].endswith(sentence):
            wrong[name] = sentence
    assert wrong == {}


def test_keys_are_sent_as_bearers() -> None:
    scheme = DOCUMENT["components"]["securitySchemes"]["key"]

    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")


@pytest.mark.parametrize(("path", "method"), READING)
def test_every_example_works(reader: TestClient, path: str, method: str) -> None:
    """Parameters one by one: together they need not find anything."""
    needed_key = keyed(reader, DOCUMENT["paths"][path][method])
    parameters = DOCUMENT["paths"][path][method].get("parameters", [])
    for each in parameters:
        if each["in"] == "path":
            shown = str(each["examples"]["example"]["value"])
            path = path.replace(f"{{{each['name']}}}", shown)
    asking = [each for each in parameters if each["in"] == "query" and "examples" in each]
    needed = {p["name"]: p["examples"]["example"]["value"] for p in asking if p.get("required")}
    for each in asking:
        if each["name"] not in needed:
            asked = {**needed, each["name"]: each["examples"]["example"]["value"]}
            reply = reader.get(path, params=asked, headers=needed_key)
            assert reply.status_code == 200, (each["name"], reply.text)


def test_an_answer_of_some_members_is_as_documented(sqlite_reader: TestClient) -> None:
    asked = 0
    for path, _, operation in OPERATIONS.values():
        given = {each["name"]: each for each in operation.get("parameters", ())}
        if "fields" in given:
            shown = {
                name: each.get("examples", NONE)["example"]["value"] for name, each in given.items()
            }
            answers = operation["responses"]["200"]["content"]["application/json"]
            names = shown["fields"]
            reply = sqlite_reader.get(path.format_map(shown), params={"fields": names})
            answer = reply.raise_for_status().json()
            for card in answer.get("items", [answer]):
                assert set(card) == set(names.split(","))
            whole = {**answers["schema"], "components": DOCUMENT["components"]}
            Draft202012Validator(whole).validate(answer)
            asked += 1
    assert asked >= 20


def test_operation_ids_are_unique() -> None:
    ids = [operation["operationId"] for _, _, operation in OPERATIONS.values()]

    assert len(set(ids)) == len(ids)


def test_components_have_names_that_people_can_read() -> None:
    names = DOCUMENT["components"]["schemas"]

    assert [name for name in names if not re.fullmatch("([A-Z][a-z]+)+", name)] == []


def test_every_member_of_every_card_is_described_or_speaks_for_itself() -> None:
    undescribed = [
        f"{name}.{member}"
        for name, schema in DOCUMENT["components"]["schemas"].items()
        for member, about in schema.get("properties", {}).items()
        if not (about.get("description") or "$ref" in json.dumps(about))
    ]

    assert undescribed == []


def test_the_document_that_is_served_is_this_one(sqlite_reader: TestClient) -> None:
    assert sqlite_reader.get("/openapi.json").json() == DOCUMENT


BOUNDED = settings(
    max_examples=5,
    derandomize=True,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


ALIKE = re.compile("/v1/(?!studies/).+/(revisions|difference)")  # studies stand for all kinds
# One mechanism writes every kind: what holds for three of them holds for all.
LEFT_OUT = re.compile(
    "(create|replace|patch|withdraw|restore)_(?!citation|claim|study)|get_.*_draft"
)
WRITING = re.compile("(create|replace|patch|withdraw|restore)_(citation|claim|study)$")
MADE_UP = [
    (path, method)
    for path, method, operation in OPERATIONS.values()
    if not ALIKE.match(path) and not LEFT_OUT.match(operation["operationId"])
]
FORBIDDEN = [
    (path, method)
    for path, method in MADE_UP
    if any(each["in"] == "query" for each in DOCUMENT["paths"][path][method].get("parameters", []))
]


@cache
def documented(client: TestClient) -> BaseSchema:
    """The document as schemathesis reads it from an application: once for each engine."""
    return schemathesis.openapi.from_asgi("/openapi.json", client.app)


@pytest.mark.parametrize(("path", "method"), MADE_UP)
def test_whatever_is_asked_the_reply_is_as_documented(
    reader: TestClient, path: str, method: str
) -> None:
    check_replies(reader, path, method, GenerationMode.POSITIVE)


@pytest.mark.parametrize(("path", "method"), FORBIDDEN)
def test_whatever_the_document_forbids_the_reply_is_as_documented(
    sqlite_reader: TestClient, path: str, method: str
) -> None:
    """It is refused before a database is asked; strange values that are not: hostile requests."""
    check_replies(sqlite_reader, path, method, GenerationMode.NEGATIVE)


def check_replies(client: TestClient, path: str, method: str, mode: GenerationMode) -> None:
    """Ask what schemathesis makes up, as the document allows it or as it does not."""
    cases = documented(client)[path][method].as_strategy(generation_mode=mode)
    key = keyed(client, DOCUMENT["paths"][path][method])

    @BOUNDED
    @given(case=cases)
    def check(case: Any) -> None:
        if WRITING.match(case.operation.definition.raw["operationId"]):
            case.headers.update(key)  # as somebody who may, and without doing it
            case.query["dry_run"] = "true"
        case.query.pop("fields", None)  # leaves members out that the document calls required
        # a term or an age is a string to JSON Schema, and refused all the same when it is none
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    check()


def test_the_docs_ask_no_other_host(sqlite_reader: TestClient) -> None:
    page = sqlite_reader.get("/docs")

    assert page.status_code == 200
    assert re.findall(r"""(?:src|href|url)\s*[=:]\s*["'](?:https?:)?//[^"']*""", page.text) == []
    assert not re.search(r"https?://", page.text)
    for address in re.findall(r"""(?:src|href)=["']([^"']+)["']""", page.text):
        assert sqlite_reader.get(address).status_code == 200, address


def test_the_style_sheet_of_the_docs_asks_no_other_host(sqlite_reader: TestClient) -> None:
    sheet = sqlite_reader.get("/static/swagger-ui/swagger-ui.css").text

    assert not re.search(r"(@import|url\()\s*[\"']?(https?:)?//", sheet)


def test_an_address_that_is_not_documented_is_a_problem(sqlite_reader: TestClient) -> None:
    assert isinstance(sqlite_reader.app, FastAPI)
    check_problem(sqlite_reader.get("/redoc"), 404)
