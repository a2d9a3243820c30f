"""Loads a part of the corpus by the fast path and verifies it, on either engine.

python -m benchmarks.check_bulk 2000 [postgresql+psycopg://...: an empty database]
"""

from __future__ import annotations

import sys
import tempfile

from app import journal
from app.db import schema
from app.db.database import Database
from benchmarks.loading import load_fast


def check(url: str, count: int) -> list[str]:
    """Load into an empty database; what does not verify."""
    database = Database(url, create=True)
    try:
        schema.migrate(database)
        load = load_fast(database, count)
        print(f"{url.partition(':')[0]}: {load.rows} rows, {load.rate:.0f} rows/s")  # noqa: T201
        with database.read() as connection:
            return list(journal.verify(connection))
    finally:
        database.close()


def main() -> None:
    """End with 1 when anything is stale."""
    with tempfile.TemporaryDirectory() as folder:
        urls = sys.argv[2:] or [f"sqlite:///{folder}/check.db"]
        stale = [each for url in urls for each in check(url, int(sys.argv[1]))]
    sys.exit("\n".join([*stale[:50], f"{len(stale)} stale"]) if stale else 0)


if __name__ == "__main__":
    main()
