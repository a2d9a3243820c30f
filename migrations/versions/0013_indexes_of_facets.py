"""Count the facets of all outcomes, harms and citations from indexes alone."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_outcomes_status_reporting_role": ("outcomes", ["status", "reporting", "role"]),
    "ix_results_direction_outcome_id": ("results", ["direction", "outcome_id"]),
    "ix_results_conclusion_outcome_id": ("results", ["conclusion", "outcome_id"]),
    "ix_adverse_events_status_adverse_effect_id": (
        "adverse_events",
        ["status", "adverse_effect_id"],
    ),
    "ix_adverse_events_status_values": (
        "adverse_events",
        ["status", "scope", "serious", "relatedness", "assessment"],
    ),
    "ix_citations_status_values": (
        "citations",
        ["status", "year", "publication_status"],
    ),
}


def upgrade() -> None:
    """Rows, with cards inside, need not be read to count them."""
    for name, (table, columns) in INDEXES.items():
        op.create_index(name, table, columns)


def downgrade() -> None:
    """Back to the rows."""
    for name, (table, _) in INDEXES.items():
        op.drop_index(name, table_name=table)
