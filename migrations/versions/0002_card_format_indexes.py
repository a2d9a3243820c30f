"""Find cards of older formats by an index, so that /ready can ask for them at every look."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    "adverse_events",
    "case_reports",
    "citations",
    "claims",
    "discrepancies",
    "documents",
    "outcomes",
    "studies",
    "terms",
)


def upgrade() -> None:
    for table in TABLES:
        op.create_index(op.f(f"ix_{table}_card_format"), table, ["card_format"], unique=False)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_index(op.f(f"ix_{table}_card_format"), table_name=table)
