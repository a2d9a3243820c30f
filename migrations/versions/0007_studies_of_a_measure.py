"""Find the studies that measured something from an index alone."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The index leads from a measure to its studies; the one it replaces led to rows only."""
    op.create_index(
        "ix_outcomes_measure_id_status_study_id", "outcomes", ["measure_id", "status", "study_id"]
    )
    op.drop_index("ix_outcomes_measure_id", table_name="outcomes")


def downgrade() -> None:
    """Back to the index on the measure alone."""
    op.create_index("ix_outcomes_measure_id", "outcomes", ["measure_id"])
    op.drop_index("ix_outcomes_measure_id_status_study_id", table_name="outcomes")
