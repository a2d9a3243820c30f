"""The populations of a study in one place: where words find studies, one look tells of their people."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
COLUMNS = (
    *("study_id", "population_id", "year_key", "people_id", "whole_id", "tellings"),
    *("age_min", "age_max", "age_group", "age_basis", "sex", "n", "countries_id", "countries_all"),
    *("outer_age_min", "outer_age_max", "outer_sexes"),
    *("eligible_age_min", "eligible_age_max", "eligible_sexes", "bounds", "states"),
)


def upgrade() -> None:
    """The rows are those of the page index that stand for whatever condition."""
    op.create_table(
        "study_populations",
        sa.Column("study_id", KEY, nullable=False, comment="The study."),
        sa.Column("population_id", KEY, nullable=False, comment="The population; 0: none is told."),
        sa.Column(
            "year_key", sa.Integer(), nullable=False, comment="The study's year, 0: unknown."
        ),
        sa.Column(
            "people_id",
            KEY,
            nullable=False,
            comment="The lowest number of the populations that tell of the same people.",
        ),
        sa.Column(
            "whole_id",
            KEY,
            nullable=False,
            comment="The same of the people that they are a part of, at any distance, or they.",
        ),
        sa.Column(
            "tellings",
            sa.SmallInteger(),
            nullable=False,
            comment="How many populations tell of the same people.",
        ),
        sa.Column(
            "age_min", sa.Integer(), nullable=True, comment="As in populations, or their parents."
        ),
        sa.Column(
            "age_max", sa.Integer(), nullable=True, comment="As in populations, or their parents."
        ),
        sa.Column(
            "age_group", WORDS, nullable=True, comment="As in populations, or their parents."
        ),
        sa.Column(
            "age_basis", WORDS, nullable=False, comment="As in populations, or their parents."
        ),
        sa.Column("sex", WORDS, nullable=True, comment="As in populations, or their parents."),
        sa.Column("n", sa.Integer(), nullable=True, comment="As in populations, or their parents."),
        sa.Column(
            "countries_id",
            KEY,
            nullable=True,
            comment="The population whose countries are theirs; empty: none is told.",
        ),
        sa.Column(
            "countries_all",
            sa.Boolean(),
            nullable=False,
            comment="They come from each of those countries, and not only from some.",
        ),
        sa.Column(
            "outer_age_min",
            sa.Integer(),
            nullable=True,
            comment="Youngest age that is certain of some outermost people of the study: those who are no part of others, and those who might have taken part; empty: no such age is told.",
        ),
        sa.Column(
            "outer_age_max",
            sa.Integer(),
            nullable=True,
            comment="The day after the oldest age that is certain of some outermost people.",
        ),
        sa.Column(
            "outer_sexes",
            sa.SmallInteger(),
            nullable=False,
            comment="Which sexes are told of outermost people; 1: female, 2: male, 4: all, added up.",
        ),
        sa.Column(
            "eligible_age_min",
            sa.Integer(),
            nullable=True,
            comment="The same of those who might have taken part, where that says more than is stated of those who did.",
        ),
        sa.Column(
            "eligible_age_max",
            sa.Integer(),
            nullable=True,
            comment="The same of those who might have taken part.",
        ),
        sa.Column(
            "eligible_sexes",
            sa.SmallInteger(),
            nullable=False,
            comment="The same of those who might have taken part.",
        ),
        sa.Column(
            "bounds",
            sa.SmallInteger(),
            nullable=False,
            comment="Of what they bound others; 1: ages, 2: sexes, 4: countries, added up; 8: of every number, too, for they might have taken part; 0: they are a part of others.",
        ),
        sa.Column(
            "states",
            sa.SmallInteger(),
            nullable=False,
            comment="What a part states of itself, whoever might have taken part; bits as in bounds.",
        ),
        sa.CheckConstraint(
            "sex IN ('all', 'female', 'male')", name=op.f("ck_study_populations_sex_known")
        ),
        sa.CheckConstraint(
            "age_group IN ('child', 'adult', 'older_adult')",
            name=op.f("ck_study_populations_age_group_known"),
        ),
        sa.CheckConstraint(
            "age_basis IN ('stated', 'registry', 'derived_from_label', 'derived_from_parent', 'unknown')",
            name=op.f("ck_study_populations_age_basis_known"),
        ),
        sa.PrimaryKeyConstraint("study_id", "population_id", name=op.f("pk_study_populations")),
        sqlite_with_rowid=False,
    )
    columns = ", ".join(COLUMNS)
    op.execute(
        sa.text(
            f"INSERT INTO study_populations ({columns}) "  # noqa: S608 # our names
            f"SELECT {columns} FROM study_condition_pages WHERE term_id = 0"
        )
    )


def downgrade() -> None:
    """Back to page rows alone."""
    op.drop_table("study_populations")
