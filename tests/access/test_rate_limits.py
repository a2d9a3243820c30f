"""How often somebody may ask: by key, or by address without one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.access.rate_limits import Counters, RateLimit, client_network
from app.api.problems import Problem
from app.db.database import Database
from app.main import create_app
from app.settings import Settings
from app.vocabulary import Scope
from tests import keys
from tests.commands import address_of
from tests.replies import check_problem

LIST = "/v1/vocabularies"
WRONG = {"Authorization": f"Bearer evb_00000000_{'A' * 43}"}
Serve = Callable[..., TestClient]


@pytest.fixture
def serve(database: Database) -> Iterator[Serve]:
    """Makes clients of one application with these rates, each with an address of its own."""
    apps: dict[str, object] = {}

    def make(address: str = "192.0.2.1", **rates: Any) -> TestClient:
        if not apps:
            app = create_app(Settings(database_url=address_of(database), **rates))
            app.state.database = database
            apps["app"] = app
        return TestClient(apps["app"], client=(address, 50_000))  # type: ignore[arg-type]

    yield make
    apps["app"].state.last_uses.close()  # type: ignore[attr-defined]


def test_whoever_asks_too_often_is_told_when_to_go_on(serve: Serve) -> None:
    client = serve(read_rate="2/minute")

    answers = [client.get(LIST) for _ in range(3)]

    assert [each.status_code for each in answers] == [200, 200, 429]
    assert 1 <= int(answers[2].headers["retry-after"]) <= 60
    problem = check_problem(answers[2], 429)
    assert problem["detail"].startswith("2 per 1 minute requests are possible here: go on in ")


def test_each_address_and_each_key_counts_for_itself(serve: Serve, database: Database) -> None:
    one, other = serve(read_rate="1/minute"), serve("192.0.2.2")
    ada, bob = keys.headers(database), keys.headers(database, "bob")

    first = [one.get(LIST), other.get(LIST), one.get(LIST, headers=ada), one.get(LIST, headers=bob)]
    second = [one.get(LIST), other.get(LIST), other.get(LIST, headers=ada)]

    assert [each.status_code for each in first] == [200] * 4
    assert [each.status_code for each in second] == [429] * 3


def test_probes_are_never_too_often(serve: Serve) -> None:
    client = serve(read_rate="1/minute")

    assert [client.get("/health").status_code for _ in range(3)] == [200] * 3


def test_writes_have_a_rate_of_their_own(serve: Serve, database: Database) -> None:
    client = serve(write_rate="1/minute")
    grace = keys.headers(database, "grace", Scope.ADMIN)
    missing = "/v1/keys/evb_00000000/revoke"

    writes = [client.post(missing, headers=grace).status_code for _ in range(2)]

    assert writes == [404, 429]
    assert client.get("/v1/keys", headers=grace).status_code == 200


def test_whoever_guesses_keys_is_slowed_down_and_nobody_else_is(
    serve: Serve, database: Database
) -> None:
    guessing, other = serve(refusal_rate="2/minute"), serve("192.0.2.2")
    ada = keys.headers(database)

    guesses = [guessing.get(LIST, headers=WRONG).status_code for _ in range(3)]

    assert guesses == [401, 401, 429]
    check_problem(guessing.get(LIST, headers=ada), 429)  # the answer is the same to a right guess
    assert guessing.get(LIST).status_code == 200
    assert other.get(LIST, headers=ada).status_code == 200


def test_many_addresses_fill_no_memory() -> None:
    rate = RateLimit("requests", "5/minute")
    rate.counters.most = 100

    for each in range(1000):
        rate.spend(f"address {each}")

    assert rate.counters.reset() == 100


def test_a_counter_begins_anew_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("app.access.rate_limits.time.time", lambda: now)
    rate = RateLimit("requests", "1/minute")
    rate.spend("ada")
    with pytest.raises(Problem, match="60 seconds"):
        rate.check("ada")

    now = 1060.0

    rate.spend("ada")
    with pytest.raises(Problem, match="60 seconds"):
        rate.spend("ada")


def test_the_oldest_counters_go_first() -> None:
    counters = Counters(most=2)
    for name in ("a", "b", "a", "c"):
        counters.incr(name, 60)

    assert [counters.get(name) for name in "abc"] == [0, 1, 1]


ADDRESSES = (
    ("192.0.2.1", "192.0.2.1"),
    ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
    ("::ffff:192.0.2.1", "192.0.2.1"),
    ("fe80::1%eth0", "fe80::/64"),
    ("not:an:address" + ":" * 100, ("not:an:address" + ":" * 100)[:64]),
    ("testclient", "testclient"),
)


@pytest.mark.parametrize(("address", "counted"), ADDRESSES)
def test_of_ipv6_a_household_counts_as_one(address: str, counted: str) -> None:
    assert client_network(address) == counted
