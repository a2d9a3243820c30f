"""The schema in the database, against the one this program needs."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from app.db.database import Database

ROOT = Path(__file__).parents[2]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations").replace("%", "%%"))
    return config


@cache
def newest_revision() -> str | None:
    """The revision that this program needs."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def is_known(revision: str) -> bool:
    """Whether this program has a migration of that name: not of one that a newer version made."""
    return revision in {
        step.revision for step in ScriptDirectory.from_config(_config()).walk_revisions()
    }


def current_revision(connection: Connection) -> str | None:
    """The revision that the database has; None: no schema at all."""
    return MigrationContext.configure(connection).get_current_revision()


def migrate(database: Database, revision: str = "head") -> None:
    """Bring the database up to a revision, or (base, or an older one) down to it."""
    config = _config()
    with database.alter() as connection:
        config.attributes["connection"] = connection
        down = revision == "base" or _is_older(revision, current_revision(connection))
        (command.downgrade if down else command.upgrade)(config, revision)


def _is_older(revision: str, than: str | None) -> bool:
    if revision == "head" or than is None:
        return False
    script = ScriptDirectory.from_config(_config())
    older = {step.revision for step in script.iterate_revisions(than, "base")}
    return revision in older - {than}
