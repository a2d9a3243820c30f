"""Keys for tests: whoever a test needs, with a key of the scope that it needs."""

from __future__ import annotations

from app.access.accounts import create_key
from app.db.database import Database
from app.vocabulary import Scope


def headers(
    database: Database, name: str = "ada", scope: Scope = Scope.CURATOR, **values: str
) -> dict[str, str]:
    """The headers of somebody with a new key of their own."""
    return {"Authorization": f"Bearer {key(database, name, scope, **values)}"}


def key(database: Database, name: str = "ada", scope: Scope = Scope.CURATOR, **values: str) -> str:
    """A new key; `expires_at` says until when."""
    with database.write() as session:
        return create_key(session, name, scope, **values)[1]
