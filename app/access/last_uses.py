"""When keys were last used: noted in memory, written about once a minute.

So a request never waits for another writer, and never fails because this cannot be written.
"""

from __future__ import annotations

import threading

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app.access.actor import Actor
from app.db.database import READ_ONLY, Database, error_code
from app.models import ApiKey
from app.values import datetimes

log = structlog.get_logger()
INTERVAL = 60  # seconds


class LastUses:
    """Notes uses of keys; a thread of its own writes them, when there are any."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._noted: dict[int, str] = {}
        self._timer: threading.Timer | None = None
        self._database: Database | None = None

    def record_use(self, database: Database, actor: Actor) -> None:
        """Note that somebody's key is being used."""
        if actor.key_id is None:
            return
        with self._guard:
            self._noted[actor.key_id] = datetimes.now()
            self._database = database
            if self._timer is None:
                self._timer = threading.Timer(INTERVAL, self.write)
                self._timer.daemon = True
                self._timer.start()

    def write(self) -> None:
        """Write what was noted since the last time."""
        with self._guard:
            noted, self._noted, self._timer = self._noted, {}, None
        if not noted or self._database is None:
            return
        try:
            with self._database.write() as session:
                for row in session.scalars(select(ApiKey).where(ApiKey.id.in_(list(noted)))):
                    row.last_used_at = max(row.last_used_at or "", noted[row.id])
        except (SQLAlchemyError, TimeoutError) as error:
            # at a server that only reads that is so for good, and nobody has to look after it
            tell = log.debug if error_code(error).startswith(READ_ONLY) else log.warning
            tell("last_uses_not_written", keys=len(noted), cause=str(error)[:500])

    def close(self) -> None:
        """Write the rest."""
        with self._guard:
            if self._timer is not None:
                self._timer.cancel()
        self.write()
