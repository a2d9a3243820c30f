"""Count the facets of all outcomes, harms and citations from indexes alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

STANDING = sa.text("coalesce(status, '') = 'current'")
OF_STANDING = {
    "ix_outcomes_values": ("outcomes", ["reporting", "role"]),
    "ix_adverse_events_effects": ("adverse_events", ["adverse_effect_id"]),
    "ix_adverse_events_values": (
        "adverse_events",
        ["scope", "serious", "relatedness", "assessment"],
    ),
    "ix_citations_values": ("citations", ["year", "publication_status"]),
}
OF_RESULTS = {
    "ix_results_direction_outcome_id": ["direction", "outcome_id"],
    "ix_results_conclusion_outcome_id": ["conclusion", "outcome_id"],
}


def upgrade() -> None:
    """Rows, with cards inside, need not be read to count them."""
    for name, (table, columns) in OF_STANDING.items():
        op.create_index(name, table, columns, sqlite_where=STANDING, postgresql_where=STANDING)
    for name, columns in OF_RESULTS.items():
        op.create_index(name, "results", columns)


def downgrade() -> None:
    """Back to the rows."""
    for name in OF_RESULTS:
        op.drop_index(name, table_name="results")
    for name, (table, _) in OF_STANDING.items():
        op.drop_index(name, table_name=table)
