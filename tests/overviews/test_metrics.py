"""Metrics for Prometheus: there for who has their key, and what they count."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from app.db.database import Database
from app.main import create_app
from app.settings import Settings
from tests.conftest import serving
from tests.replies import check_problem

KEY = "a-key-for-prometheus"
BEARER = {"Authorization": f"Bearer {KEY}"}


@pytest.fixture
def measured(ketamine: Database) -> Iterator[TestClient]:
    """A client of a server that counts."""
    address = ketamine.url.render_as_string(hide_password=False)
    with TestClient(
        create_app(Settings(database_url=address, metrics_key=SecretStr(KEY)))
    ) as client:
        yield client


def samples(client: TestClient) -> dict[tuple[str, tuple[str, ...]], float]:
    """Each value, by its name and labels."""
    reply = client.get("/metrics", headers=BEARER)
    assert reply.status_code == 200
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(reply.text)
        for sample in family.samples
    }


def test_there_are_none_unless_somebody_sets_a_key(database: Database) -> None:
    with serving(database) as client:
        check_problem(client.get("/metrics", headers=BEARER), 404)


@pytest.mark.parametrize("given", [{}, {"Authorization": "Bearer another-key"}])
def test_only_who_has_the_key_reads_them(measured: TestClient, given: dict[str, str]) -> None:
    refused = measured.get("/metrics", headers=given)

    check_problem(refused, 401)
    assert "www-authenticate" in refused.headers


def test_requests_are_counted_by_route_and_status(measured: TestClient) -> None:
    measured.get("/v1/studies")
    measured.get("/v1/treatments/ketamine")
    measured.get("/v1/treatments/esketamine?fields=slug")
    measured.get("/v1/treatments/nothing-of-the-kind")
    measured.get("/nowhere")

    found = samples(measured)

    name = "evidence_request_seconds_count"
    assert found[name, ("GET", "/v1/studies", "200")] == 1
    assert found[name, ("GET", "/v1/treatments/{slug}", "200")] == 2
    assert found[name, ("GET", "/v1/treatments/{slug}", "404")] == 1
    assert found[name, ("GET", "none", "404")] == 1


def test_what_waits_and_what_the_database_has_is_told(measured: TestClient) -> None:
    found = samples(measured)

    assert found["evidence_database_up", ()] == 1
    assert found["evidence_changes_total", ()] > 0
    assert found["evidence_queue_length", ("lists",)] == 0
    assert found["evidence_queue_length", ("writers",)] == 0
    assert found["evidence_connections_in_use", ("exports",)] == 0
    assert found["evidence_cards_behind", ("studies",)] == 0


def test_how_long_writers_waited_is_counted(measured: TestClient) -> None:
    before = samples(measured)["evidence_writer_wait_seconds_count", ()]
    database: Database = measured.app.state.database  # type: ignore[attr-defined] # it is FastAPI
    with database.write():
        pass

    assert samples(measured)["evidence_writer_wait_seconds_count", ()] == before + 1
