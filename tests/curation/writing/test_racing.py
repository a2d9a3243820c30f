"""Whoever writes at the same time as others: one wins, and nothing is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from app import journal
from app.db.database import Database
from tests.commands import address_of
from tests.conftest import serving
from tests.curation.writing.conftest import Person
from tests.keys import headers
from tests.storage import rows

WRITERS, READERS = 20, 50


@pytest.fixture
def patient(database: Database) -> Iterator[Person]:
    """A curator who waits as long as it takes, on a busy machine too."""
    slow = Database(address_of(database), busy_timeout=300)
    with serving(slow) as client:
        yield Person(client, headers(slow))
    slow.close()


def test_of_two_who_change_one_version_one_wins(patient: Person) -> None:
    patient.post("citations", {"slug": "paper", "title": "T"})

    for turn in range(1, 6):
        with ThreadPoolExecutor(2) as threads:
            years = (1000 + turn, 2000 + turn)
            futures = [
                threads.submit(patient.patch, "citations/paper", {"year": year}, f'"v{turn}"')
                for year in years
            ]
        replies = [future.result() for future in futures]

        assert sorted(reply.status_code for reply in replies) == [200, 412]
        [won] = [reply.json()["year"] for reply in replies if reply.status_code == 200]
        assert patient.get("citations/paper").json()["year"] == won


def test_twenty_writers_and_fifty_readers_lose_nothing(patient: Person, database: Database) -> None:
    patient.post("citations", {"slug": "counter", "title": "T", "volume": "0"})
    seen: Counter[int] = Counter()

    def count_up(number: int) -> None:
        seen[patient.post("citations", {"title": f"Paper {number}"}).status_code] += 1
        while True:
            draft = patient.get("citations/counter/draft")
            more = {"volume": str(int(draft.json()["volume"]) + 1)}
            reply = patient.patch("citations/counter", more, draft.headers["ETag"])
            seen[reply.status_code] += 1
            if reply.status_code == 200:
                return

    def read(number: int) -> None:
        path = ("citations?limit=5", "citations/counter", "search?q=paper")[number % 3]
        seen[patient.get(path).status_code] += 1

    with ThreadPoolExecutor(WRITERS + READERS) as threads:
        jobs = [threads.submit(count_up, number) for number in range(WRITERS)]
        jobs += [threads.submit(read, number) for number in range(READERS)]
    for job in jobs:
        job.result()

    assert set(seen) <= {200, 201, 412}
    assert patient.get("citations/counter").json()["volume"] == str(WRITERS)
    assert rows(database, "SELECT count(*) FROM citations") == [(WRITERS + 1,)]
    with database.read() as connection:
        assert list(journal.verify(connection)) == []
