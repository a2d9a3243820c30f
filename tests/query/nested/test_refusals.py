"""What is wrong with a nested question is pointed at, and too much of it is refused at once."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from fastapi.testclient import TestClient

SEARCH = "/v1/studies/search"
HEADERS = {"Content-Type": "application/json"}
PAIN = {"measure": "pain"}


def nested(depth: int) -> dict[str, Any]:
    """An object with as many inside one another."""
    return {"sex": "male"} if depth == 0 else {"not": nested(depth - 1)}


REFUSED: list[tuple[Any, str, str]] = [
    ({"all": {}}, "/all", "is a list of objects"),
    ({"any": []}, "/any", "is a list of objects"),
    ({"any": ["pain"]}, "/any/0", "is an object of parameters"),
    ({"not": [{"sex": "male"}]}, "/not", "is an object of parameters"),
    ({"not": None}, "/not", "is an object of parameters"),
    ({"not": {}}, "/not", "is empty: name a parameter, all, any or not"),
    ({"outcomes": [PAIN]}, "/outcomes", "is one object: say all or any of several"),
    ({"outcomes": "pain"}, "/outcomes", "is an object of parameters"),
    ({"outcomes": {"measure": [PAIN]}}, "/outcomes/measure/0", "takes a word, a number"),
    ({"outcomes": {"measure": []}}, "/outcomes/measure", "is an empty list: give a value"),
    ({"outcomes": {"adverse_events": {}}}, "/outcomes/adverse_events", "no such parameter"),
    ({"not": {"limit": 5}}, "/not/limit", "there is no such parameter"),
    ({"not": {"where": "{}"}}, "/not/where", "there is no such parameter"),
    ({"not": {"year": "around 2000"}}, "/not/year", "ranges are written 5, 5..10"),
    ({"not": {"a/b~": 1}}, "/not/a~1b~0", "there is no such parameter"),
    ({"not": {"q": "x" * 1001}}, "/not/q", "is too long"),
    ({"where": '{"sex": "male"}'}, "/where", "give what it holds in the body itself"),
    (nested(5), "/not/not/not/not/not", "is nested more than 4 deep"),
]


@pytest.mark.parametrize(("body", "pointer", "message"), REFUSED)
def test_what_is_wrong_is_pointed_at(
    sqlite_reader: TestClient, body: Any, pointer: str, message: str
) -> None:
    reply = sqlite_reader.post(SEARCH, json=body)
    assert reply.status_code == 422
    [error] = reply.json()["errors"]
    assert error["pointer"] == pointer
    assert message in error["message"]
    assert "parameter" not in error
    assert reply.json()["detail"].startswith(f"{pointer}: ")


def test_what_would_be_right_is_said(sqlite_reader: TestClient) -> None:
    body = {"any": [{"outcomes": {"direction": "bettr", "mesure": "pain"}}]}
    reply = sqlite_reader.post(SEARCH, json=body).json()
    assert [(each["pointer"], each["suggestion"]) for each in reply["errors"]] == [
        ("/any/0/outcomes/direction", "better"),
        ("/any/0/outcomes/mesure", "measure"),
    ]
    assert "/any/0/outcomes/direction: 'bettr' is not one of better, worse" in reply["detail"]


def test_a_name_that_stands_for_nothing_is_pointed_at(reader: TestClient) -> None:
    body = {"condition": "CRPSS", "not": {"outcomes": {"measure": ["pain", "pane"]}}}
    reply = reader.post(SEARCH, json=body)
    assert reply.status_code == 422
    assert [(each["pointer"], each["suggestion"]) for each in reply.json()["errors"]] == [
        ("/condition", "CRPS"),
        ("/not/outcomes/measure", "pain"),
    ]


def test_in_an_address_the_parameter_is_named_as_well(sqlite_reader: TestClient) -> None:
    where = json.dumps({"any": [{"outcomes": {"direction": "bettr"}}]})
    for path in ("studies", "evidence-map"):
        reply = sqlite_reader.get(f"/v1/{path}", params={"where": where})
        assert reply.status_code == 422
        [error] = reply.json()["errors"]
        assert error["parameter"] == "where"
        assert error["pointer"] == "/any/0/outcomes/direction"


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ("", "is no JSON"),
        ("{", "is no JSON"),
        ('{"sex": NaN}', "is no JSON"),
        ("[" * 999, "is no JSON"),
        ("[]", "is an object of parameters"),
        ("null", "is an object of parameters"),
        ('{"sex": "male", "sex": "female"}', "is there twice: give a list"),
        (json.dumps({"q": "x" * 1000}), "is longer than 1000 characters: ask it in a body"),
    ],
)
def test_what_is_no_question_in_an_address_is_refused(
    sqlite_reader: TestClient, where: str, message: str
) -> None:
    reply = sqlite_reader.get("/v1/studies", params={"where": where})
    assert reply.status_code == 422
    [error] = reply.json()["errors"]
    assert error["parameter"] == "where"
    assert message in error["message"]


def test_a_list_without_elements_has_joints(sqlite_reader: TestClient) -> None:
    """Of outcomes no outcomes are asked."""
    reply = sqlite_reader.post("/v1/outcomes/search", json={"outcomes": PAIN})
    assert (reply.status_code, reply.json()["errors"][0]["pointer"]) == (422, "/outcomes")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"any": [{"sex": "male"}] * 21}, "/any/20/sex"),
        ({"any": [{"n": [*range(100)]}, {"n": [*range(101)]}]}, "/any/1/n"),
        ({"not": {"age.within": [f"{at}..{at}" for at in range(21)]}}, "/not/age.within"),
    ],
)
def test_a_question_has_bounds(sqlite_reader: TestClient, body: Any, pointer: str) -> None:
    reply = sqlite_reader.post(SEARCH, json=body)
    assert (reply.status_code, reply.json()["errors"][-1]["pointer"]) == (422, pointer)


def test_the_largest_question_is_answered(mixed: TestClient) -> None:
    """As deep, as many parameters and as many values as there may be, each about people."""
    people = {"age_group": "child", "condition": ["crps"] * 80, "sex": "female"}
    given = {"treatment": "ketamine", "comparator": "placebo", "n": "1.."}
    facts = {"not": {"any": [{**people, **given}, {"age_group": "adult", **given}]}}
    body = {
        "not": {"outcomes": facts},
        "any": [{"adverse_events": {**people, **given, "affected": "1.."}}, {"n": "1.."}],
    }
    for match in ("definite", "within", "possible", "any"):
        reply = mixed.post(SEARCH, json={**body, "match": match})
        assert reply.status_code == 200, reply.text


HOSTILE = {
    "deep objects": '{"not":' * 10_000 + "{}" + "}" * 10_000,
    "deep lists": '{"any":' + "[" * 10_000 + "]" * 10_000 + "}",
    "deep below a parameter": '{"not":{"sex":' + "[" * 900 + "]" * 900 + "}}",
    "many objects": json.dumps({"any": [{"sex": "male"}] * 50_000}),
    "many empty objects": json.dumps({"all": [{}] * 200_000}),
    "many values": json.dumps({"not": {"sex": ["male"] * 90_000}}),
    "many wrong values": json.dumps({"not": {"sex": [None] * 150_000}}),
    "many names": json.dumps({"not": {f"name{at}": 1 for at in range(50_000)}}),
    "one name often": '{"not":{' + ",".join(['"sex":"male"'] * 60_000) + "}}",
    "many joints": '{"not":{' + ",".join(['"all":[]'] * 90_000) + "}}",
    "a long name": json.dumps({"not": {"x" * 900_000: 1}}),
    "null in words": json.dumps({"not": {"q": "a\0b"}}),
    "a huge number": '{"not":{"n":' + "9" * 4000 + "}}",
    "infinity": '{"not":{"n":1e999}}',
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_bodies_are_refused_quickly(sqlite_reader: TestClient, body: str) -> None:
    start = time.process_time()
    reply = sqlite_reader.post(SEARCH, content=body, headers=HEADERS)
    assert reply.status_code in {400, 413, 422}
    assert len(reply.content) < 100_000
    assert time.process_time() - start < 8  # of a busy machine: most take a hundredth of it
