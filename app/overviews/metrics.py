"""Metrics for Prometheus: what is asked, how long it takes, and what waits for what."""

from __future__ import annotations

import hmac
from collections.abc import Iterator

from fastapi import APIRouter, Request, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Histogram,
    generate_latest,
    values,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.types import Scope

from app.access.keys import CHALLENGE
from app.api.concurrency import answer_soon
from app.api.problems import Problem
from app.db.database import Database, DatabaseDep
from app.journal import card_formats
from app.query.ordering import LAST_CHANGE
from app.records.catalogue import KINDS
from app.settings import Settings

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


def are_shared() -> bool:
    """Whether processes count together, in the folder that PROMETHEUS_MULTIPROC_DIR names."""
    return values.ValueClass is not values.MutexValue


class Metrics:
    """What one process counts; with several, what they count together."""

    def __init__(self, database: Database, key: str) -> None:
        self.key = key
        self.registry = CollectorRegistry()
        self.requests = Histogram(
            "evidence_request_seconds",
            "Requests, by how long they took.",
            ("method", "route", "status"),
            registry=self.registry,
            buckets=SECONDS,
        )
        self.writers = Histogram(
            "evidence_writer_wait_seconds",
            "How long writers waited for the one before them.",
            registry=self.registry,
            buckets=SECONDS,
        )
        database.writers.observe = self.writers.observe
        self.state = State(database)

    def observe(self, scope: Scope, status: int, took: float) -> None:
        """Count one request that ended: by its route, for addresses are without number."""
        route = getattr(scope.get("route"), "path", "none")
        self.requests.labels(scope["method"], route, str(status)).observe(took)

    def text(self) -> bytes:
        """Everything, as Prometheus reads it."""
        shown = self.registry
        if are_shared():
            shown = CollectorRegistry()
            MultiProcessCollector(shown)  # type: ignore[no-untyped-call]
        state = CollectorRegistry()
        state.register(self.state)
        return generate_latest(shown) + generate_latest(state)


class State(Collector):
    """What waits, what is held, and what the database has, at the moment that is asked for.

    Queues and connections are those of the process that answers.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    def collect(self) -> Iterator[Metric]:
        """The metrics of this moment; without those of the content when it cannot be read."""
        database = self.database
        waiting = GaugeMetricFamily("evidence_queue_length", "What waits.", labels=["queue"])
        for queue in (database.list_threads, database.record_threads):
            waiting.add_metric([queue.name], len(queue))
        waiting.add_metric(["writers"], len(database.writers))
        yield waiting
        held = GaugeMetricFamily(
            "evidence_connections_in_use", "Connections that are held.", labels=["what"]
        )
        for name, count in database.connections_in_use().items():
            held.add_metric([name], count)
        yield held
        try:
            with database.read() as connection:
                change = connection.execute(select(LAST_CHANGE)).scalar_one()
                outdated = card_formats.outdated(connection)
        except (SQLAlchemyError, TimeoutError):
            yield GaugeMetricFamily("evidence_database_up", "Whether it can be read.", value=0)
            return
        yield GaugeMetricFamily("evidence_database_up", "Whether it can be read.", value=1)
        yield CounterMetricFamily("evidence_changes", "Changes made so far.", value=change)
        behind = GaugeMetricFamily(
            "evidence_cards_behind",
            "Cards of an older format: `evidence migrate`.",
            labels=["kind"],
        )
        for kind in KINDS:
            behind.add_metric([kind.path], outdated.get(kind, 0))
        yield behind


def make_metrics(database: Database, settings: Settings) -> Metrics | None:
    """The metrics, where the settings have a key for them."""
    key = settings.metrics_key.get_secret_value()
    return Metrics(database, key) if key else None


routes = APIRouter(include_in_schema=False)


@routes.get("/metrics")
@answer_soon
def get_metrics(request: Request, database: DatabaseDep) -> Response:  # noqa: ARG001 # whose thread
    """The metrics, for who has their key; raises Problem 401."""
    metrics: Metrics | None = request.app.state.metrics
    if metrics is None:
        raise HTTPException(404)
    given = request.headers.get("authorization", "")
    if not hmac.compare_digest(given.encode(), f"Bearer {metrics.key}".encode()):
        what = "Send the key of EVIDENCE_METRICS_KEY as a Bearer token."
        raise Problem(401, "invalid-key", what, headers={"WWW-Authenticate": CHALLENGE})
    return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)
