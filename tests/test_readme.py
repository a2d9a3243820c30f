"""The README's requests, sent as they stand, have the README's answers."""

import json
import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.keys import headers

README = (Path(__file__).parents[1] / "README.md").read_text()
REQUEST = re.compile(r"curl -s 'http://127\.0\.0\.1:8000(/[^']*)'.*?```json\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize(("address", "answer"), REQUEST.findall(README))
def test_a_request_of_the_readme_has_its_answer(
    reader: TestClient, address: str, answer: str
) -> None:
    assert reader.get(address).json() == json.loads(answer)


WRITTEN = re.search(r"curl -s -X POST 'http://127\.0\.0\.1:8000(/[^']*)'.*? -d '([^']*)'", README)


def test_a_citation_is_added_as_the_readme_says(reader: TestClient) -> None:
    assert WRITTEN is not None
    assert isinstance(reader.app, FastAPI)
    curator = headers(reader.app.state.database)

    reply = reader.post(WRITTEN[1], json=json.loads(WRITTEN[2]), headers=curator)

    assert reply.status_code == 200, reply.text
    assert f"/v1/citations/{reply.json()['slug']}" in README


def test_the_readme_has_a_request_for_each_kind_of_user() -> None:
    assert len(REQUEST.findall(README)) >= 3


def test_the_address_of_the_quoted_passage_is_right(reader: TestClient) -> None:
    start, end = map(int, re.findall(r"characters (\d+)-(\d+)", README)[0])
    text = reader.get("/v1/documents/ketamine-for-pain").json()["text"]
    claim = reader.get("/v1/claims/adults-crps-12-weeks.at-end").json()
    assert text[start:end] == claim["quote"]
