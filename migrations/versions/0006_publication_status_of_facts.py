"""Say of facts and claims what became of their sources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

STATUSES = ("ordinary", "corrected", "expression_of_concern", "retracted")  # the gravest last
COMMENT = "Derived: what became of its sources, of which the least grave counts."
INDEXED = ("outcomes", "adverse_events", "case_reports", "claims")


def _rank(column: str) -> str:
    cases = " ".join(f"WHEN '{status}' THEN {at}" for at, status in enumerate(STATUSES))
    return f"min(CASE {column} {cases} END)"


LEAST = f"SELECT {_rank('c.publication_status')}"
CLAIMS = f"{LEAST} FROM claim_facts f JOIN claims c ON c.id = f.claim_id"
PUBLICATIONS = f"{LEAST} FROM citations c"
NAMED = f"{PUBLICATIONS} JOIN claim_citations l ON l.citation_id = c.id"
LINKED = f"{PUBLICATIONS} JOIN study_citations l ON l.citation_id = c.id WHERE l.study_id ="
CASE = (
    f"{CLAIMS} WHERE f.case_report_id = t.id",
    f"{CLAIMS} JOIN case_events e ON e.id = f.case_event_id WHERE e.case_report_id = t.id",
)
READ = "c.source_citation_id IS NOT NULL AND t.citation_id IS NOT NULL"
# By table, claims first: groups of sources, of which the first that there is decides.
SOURCES: dict[str, tuple[tuple[str, ...], ...]] = {
    "claims": (
        (f"{PUBLICATIONS} WHERE c.id = t.source_citation_id",),
        (f"{NAMED} WHERE l.claim_id = t.id AND l.basis = 'in_text'",),
    ),
    "results": (
        (f"{CLAIMS} WHERE f.result_id = t.id",),
        (f"{LINKED} (SELECT o.study_id FROM outcomes o WHERE o.id = t.outcome_id)",),  # noqa: S608
    ),
    "outcomes": (
        (
            f"{CLAIMS} WHERE f.outcome_id = t.id",
            f"{CLAIMS} JOIN results r ON r.id = f.result_id WHERE r.outcome_id = t.id",
        ),
        (f"{LINKED} t.study_id",),
    ),
    "adverse_events": (
        (f"{CLAIMS} WHERE f.adverse_event_id = t.id",),
        (f"{LINKED} t.study_id",),
    ),
    "case_reports": (
        (
            f"{PUBLICATIONS} WHERE c.id = t.citation_id",
            *(f"{each} AND {READ}" for each in CASE),
        ),
        CASE,
        (f"{LINKED} t.study_id",),
    ),
}


def upgrade() -> None:
    postgresql = op.get_context().dialect.name == "postgresql"
    kind = 'TEXT COLLATE "C"' if postgresql else "TEXT"
    known = ", ".join(f"'{status}'" for status in STATUSES)
    for table in SOURCES:
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN publication_status {kind} DEFAULT 'ordinary' NOT NULL"
            f" CONSTRAINT ck_{table}_publication_status_known"
            f" CHECK (publication_status IN ({known}))"
        )
        if postgresql:
            op.execute(f"COMMENT ON COLUMN {table}.publication_status IS '{COMMENT}'")
    _derive()
    retracted = sa.text("publication_status = 'retracted'")
    for table in INDEXED:
        op.create_index(
            f"ix_{table}_retracted",
            table,
            ["id"],
            sqlite_where=retracted,
            postgresql_where=retracted,
        )


def _derive() -> None:
    """Store every status but the ordinary one, which a column begins with."""
    connection = op.get_bind()
    grave = "SELECT 1 FROM citations WHERE publication_status <> 'ordinary' LIMIT 1"
    if connection.execute(sa.text(grave)).first() is None:
        return
    for table in SOURCES:
        rows = [{"id": id_, "status": status} for id_, status in _statuses(connection, table)]
        if rows:
            put = f"UPDATE {table} SET publication_status = :status WHERE id = :id"  # noqa: S608
            connection.execute(sa.text(put), rows)


def _statuses(connection: Any, table: str) -> Iterator[tuple[int, str]]:
    groups = SOURCES[table]
    ranks = ", ".join(f"({each})" for group in groups for each in group)
    for row in connection.execute(sa.text(f"SELECT t.id, {ranks} FROM {table} t")):  # noqa: S608
        left = iter(row[1:])
        for group in groups:
            known = [rank for _, rank in zip(group, left, strict=False) if rank is not None]
            if known:
                if min(known):
                    yield row[0], STATUSES[min(known)]
                break


def downgrade() -> None:
    for table in INDEXED:
        op.drop_index(f"ix_{table}_retracted", table_name=table)
    for table in SOURCES:
        op.execute(f"ALTER TABLE {table} DROP COLUMN publication_status")
