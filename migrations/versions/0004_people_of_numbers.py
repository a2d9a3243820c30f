"""Whose people a number is about: page rows that say who is who, and two tables for facts.

The page rows are emptied here: `evidence migrate` then derives them study by study, as it renders
cards of an older format, and `/ready` waits for that.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
NEW = (
    *("told", "people_id", "whole_id", "tellings"),
    *("outer_age_min", "outer_age_max", "outer_sexes"),
    *("eligible_age_min", "eligible_age_max", "eligible_sexes"),
    *("bounds", "states"),
)
TREATMENT = "The treatment or a broader one"


def upgrade() -> None:
    for table in ("study_condition_pages", "study_treatment_pages"):
        op.execute(sa.text(f"DELETE FROM {table}"))  # noqa: S608 # our names
    op.create_table(
        "group_populations",
        sa.Column(
            "study_id",
            KEY,
            nullable=False,
            comment="The study.",
        ),
        sa.Column(
            "population_id",
            KEY,
            nullable=False,
            comment="The population; 0: none is told.",
        ),
        sa.Column(
            "group_id",
            KEY,
            nullable=False,
            comment="The group.",
        ),
        sa.Column(
            "relation",
            sa.SmallInteger(),
            nullable=False,
            comment="What the population is to these people: 0 it tells of them, 1 a part of them, 2 a part that may be in another arm, 3 a part of which some were selected, 4 anybody, for nobody is told of.",
        ),
        sa.Column(
            "n",
            sa.Integer(),
            nullable=True,
            comment="How many people the group is: its own number, else that of its population where it is all of it; empty: not told.",
        ),
        sa.Column(
            "arms_told",
            sa.Boolean(),
            nullable=False,
            comment="The group's arms are told; else those of the study may be meant.",
        ),
        sa.PrimaryKeyConstraint(
            "study_id", "population_id", "group_id", name=op.f("pk_group_populations")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_group_populations_group_id", "group_populations", ["group_id"], unique=False
    )

    op.create_table(
        "outcome_populations",
        sa.Column(
            "study_id",
            KEY,
            nullable=False,
            comment="The study.",
        ),
        sa.Column(
            "population_id",
            KEY,
            nullable=False,
            comment="The population; 0: none is told.",
        ),
        sa.Column(
            "outcome_id",
            KEY,
            nullable=False,
            comment="The outcome.",
        ),
        sa.Column(
            "result_id",
            KEY,
            nullable=False,
            comment="The result; 0: the outcome has none.",
        ),
        sa.Column(
            "group_id",
            KEY,
            nullable=False,
            comment="The group on this side; 0: none is told; of an outcome without results, minus the number of those people of the study who are a part of nobody.",
        ),
        sa.Column(
            "relation",
            sa.SmallInteger(),
            nullable=False,
            comment="What the population is to these people: 0 it tells of them, 1 a part of them, 2 a part that may be in another arm, 3 a part of which some were selected, 4 anybody, for nobody is told of.",
        ),
        sa.Column(
            "n",
            sa.Integer(),
            nullable=True,
            comment="How many people the result is about: its own number, else that of its one group or of the one population of its groups; empty: not told.",
        ),
        sa.Column(
            "arms_told",
            sa.Boolean(),
            nullable=False,
            comment="The group's arms are told; else those of the study may be meant.",
        ),
        sa.PrimaryKeyConstraint(
            "study_id",
            "population_id",
            "outcome_id",
            "result_id",
            "group_id",
            name=op.f("pk_outcome_populations"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_outcome_populations_outcome_id", "outcome_populations", ["outcome_id"], unique=False
    )
    op.drop_table("study_condition_pages")
    op.create_table(
        "study_condition_pages",
        sa.Column(
            "term_id",
            KEY,
            nullable=False,
            comment="The condition or a broader one; 0: whatever; -1: none is told; -1 - a condition: the narrowest that is stated, so that a narrower one is left open.",
        ),
        sa.Column(
            "year_key", sa.Integer(), nullable=False, comment="The study's year, 0: unknown."
        ),
        sa.Column("study_id", KEY, nullable=False, comment="The study."),
        sa.Column("population_id", KEY, nullable=False, comment="The population; 0: none is told."),
        sa.Column(
            "direct",
            sa.Boolean(),
            nullable=False,
            comment="The population has this very condition.",
        ),
        sa.Column(
            "told",
            WORDS,
            nullable=True,
            comment="How the condition is told; empty: whatever, or none is.",
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
        sa.Column("study_type", WORDS, nullable=True, comment="As in studies."),
        sa.Column("phase", WORDS, nullable=True, comment="As in studies."),
        sa.CheckConstraint(
            "age_basis IN ('stated', 'registry', 'derived_from_label', 'derived_from_parent', 'unknown')",
            name=op.f("ck_study_condition_pages_age_basis_known"),
        ),
        sa.CheckConstraint(
            "age_group IN ('child', 'adult', 'older_adult')",
            name=op.f("ck_study_condition_pages_age_group_known"),
        ),
        sa.CheckConstraint(
            "phase IN ('na', 'early_phase1', 'phase1', 'phase1_phase2', 'phase2', 'phase2_phase3', 'phase3', 'phase4')",
            name=op.f("ck_study_condition_pages_phase_known"),
        ),
        sa.CheckConstraint(
            "sex IN ('all', 'female', 'male')", name=op.f("ck_study_condition_pages_sex_known")
        ),
        sa.CheckConstraint(
            "study_type IN ('interventional', 'observational', 'expanded_access', 'case_series', 'case_report', 'review', 'commentary')",
            name=op.f("ck_study_condition_pages_study_type_known"),
        ),
        sa.CheckConstraint(
            "told IN ('stated', 'broader')", name=op.f("ck_study_condition_pages_told_known")
        ),
        sa.PrimaryKeyConstraint(
            "term_id",
            "year_key",
            "study_id",
            "population_id",
            name=op.f("pk_study_condition_pages"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_study_condition_pages_study_id", "study_condition_pages", ["study_id"], unique=False
    )
    _treatment_comment(f"{TREATMENT}; -1: no arm of the study is told.")


def downgrade() -> None:
    for table in ("study_condition_pages", "study_treatment_pages"):
        op.execute(sa.text(f"DELETE FROM {table}"))  # noqa: S608 # our names
    with op.batch_alter_table("study_condition_pages") as batch_op:
        batch_op.drop_constraint(op.f("ck_study_condition_pages_told_known"), type_="check")
        for column in NEW:
            batch_op.drop_column(column)
    if op.get_bind().dialect.name == "postgresql":
        comment = "The condition or a broader one; 0: whatever; -1: none is told."
        op.alter_column("study_condition_pages", "term_id", comment=comment)
    _treatment_comment(f"{TREATMENT}.")
    op.drop_table("outcome_populations")
    op.drop_table("group_populations")


def _treatment_comment(comment: str) -> None:
    """SQLite has no comments, and altering a table there is making it anew."""
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("study_treatment_pages", "term_id", comment=comment)
