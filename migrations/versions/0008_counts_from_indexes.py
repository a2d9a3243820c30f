"""Count the current studies and harms from an index alone."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The indexes tell the status too: rows, with cards inside, need not be read to count them."""
    op.create_index("ix_studies_year_key_id_status", "studies", ["year_key", "id", "status"])
    op.drop_index("ix_studies_year_key_id", table_name="studies")
    op.create_index("ix_adverse_events_study_id_status", "adverse_events", ["study_id", "status"])
    op.drop_index("ix_adverse_events_study_id", table_name="adverse_events")


def downgrade() -> None:
    """Back to the indexes without the status."""
    op.create_index("ix_adverse_events_study_id", "adverse_events", ["study_id"])
    op.drop_index("ix_adverse_events_study_id_status", table_name="adverse_events")
    op.create_index("ix_studies_year_key_id", "studies", ["year_key", "id"])
    op.drop_index("ix_studies_year_key_id_status", table_name="studies")
