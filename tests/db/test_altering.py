"""A filled database is altered by making tables anew, and every row still names one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from app import journal
from app.db import schema
from app.db.database import BrokenReferencesError, Database
from app.journal import search_texts
from tests.storage import everything
from tests.templates import Templates

STEP = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", "{newest}", None, None


def upgrade():
    {body}


def downgrade():
    pass
"""
# Tables that others name, and one that names itself: each is made anew, with all its rows.
ANEW = """
    for table in ("terms", "studies", "populations", "claims", "citations", "search_texts"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("more", sa.Text(), nullable=True))
            batch.create_check_constraint("more_or_less", sa.text("more <> 'less'"))
"""


@pytest.fixture
def step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of migrations in which a test puts one more."""
    shutil.copytree(schema.ROOT / "migrations", tmp_path / "migrations")
    monkeypatch.setattr(schema, "ROOT", tmp_path)
    return tmp_path / "migrations" / "versions" / "9999_a_step.py"


def put(step: Path, body: str) -> None:
    step.write_text(STEP.format(newest=schema.newest_revision(), body=body.strip()))


def enforced(database: Database) -> bool:
    """Whether a row that names none is refused, whichever connection it comes by."""
    refused = []
    connections = [database.engine.connect() for _ in range(database.pool_size)]
    for connection in connections:
        try:
            connection.execute(text("UPDATE outcomes SET study_id = 999999"))
        except IntegrityError:
            refused.append(connection)
        connection.rollback()
        connection.close()
    return len(refused) == len(connections)


def test_tables_that_others_name_are_made_anew_with_all_their_rows(
    step: Path, ketamine: Database
) -> None:
    before = everything(ketamine)
    put(step, ANEW)

    schema.migrate(ketamine, "9999")

    with ketamine.read() as connection:
        columns = {each["name"] for each in inspect(connection).get_columns("studies")}
        assert "more" in columns
        assert list(journal.verify(connection)) == []
    assert everything(ketamine) == before
    assert enforced(ketamine)
    with ketamine.write() as session:  # full text still sees what changes
        session.execute(text("DELETE FROM search_texts WHERE slug = 'bredlau-2013'"))
    with ketamine.read() as connection:
        assert list(search_texts.unindexed_rows(connection)) == []
    journal.reindex(ketamine)


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ('op.execute("DELETE FROM studies")', "names a row of studies"),
        ('op.execute("UPDATE terms SET parent_id = 4711")', "names a row of terms"),
        ('op.drop_table("passages")', "names a row of passages"),
    ],
)
def test_what_would_leave_rows_naming_none_is_refused_and_nothing_is_altered(
    step: Path, filled: Database, body: str, named: str
) -> None:
    before = everything(filled)
    put(step, body)

    with pytest.raises(BrokenReferencesError, match=named):
        schema.migrate(filled, "9999")

    with filled.read() as connection:
        assert schema.current_revision(connection) == schema.newest_revision()
    assert everything(filled) == before
    assert enforced(filled)


@pytest.fixture
def filled(templates: dict[str, Templates]) -> Iterator[Database]:
    """The ketamine document in SQLite: PostgreSQL refuses these steps by itself."""
    with templates["sqlite"].opened("ketamine") as database:
        yield database
