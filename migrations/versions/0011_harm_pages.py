"""Rows of harm profiles in the order of their pages, and in how many studies a harm was counted.

The page rows are emptied here: `evidence migrate` then derives them study by study, those of harms
with the others, and `/ready` waits for that.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
EXACT = "The exact treatment, never a broader one."


def upgrade() -> None:
    """Make the tables, and let page rows be derived anew."""
    op.create_table(
        "harm_pages",
        sa.Column("treatment_id", KEY, nullable=False, comment=EXACT),
        sa.Column("effect_id", KEY, nullable=False, comment="The harm."),
        sa.Column(
            "minus_year",
            sa.Integer(),
            nullable=False,
            comment="Minus the study's year, 0: unknown; the newest stand first.",
        ),
        sa.Column("study_id", KEY, nullable=False, comment="The study."),
        sa.Column("event_id", KEY, nullable=False, comment="The row of a table of harms."),
        sa.Column(
            "treated",
            WORDS,
            nullable=False,
            comment="Which of its counts, from 0, are of groups that got the treatment, as JSON; "
            "[]: none, it stands beside one that has some.",
        ),
        sa.PrimaryKeyConstraint(
            *("treatment_id", "effect_id", "minus_year", "study_id", "event_id"),
            name=op.f("pk_harm_pages"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_harm_pages_study_id", "harm_pages", ["study_id"])
    op.create_table(
        "harm_totals",
        sa.Column("treatment_id", KEY, nullable=False, comment=EXACT),
        sa.Column("effect_id", KEY, nullable=False, comment="The harm."),
        sa.Column("studies", sa.Integer(), nullable=False, comment="How many studies, 1 at least."),
        sa.PrimaryKeyConstraint("treatment_id", "effect_id", name=op.f("pk_harm_totals")),
        sqlite_with_rowid=False,
    )
    op.execute(sa.text("DELETE FROM study_condition_pages"))


def downgrade() -> None:
    """Without them: profiles are put together from the rows themselves again."""
    op.drop_table("harm_totals")
    op.drop_table("harm_pages")
