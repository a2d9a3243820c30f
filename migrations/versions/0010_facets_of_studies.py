"""Store what studies are counted by, and how many have each value.

Page rows are emptied here: `evidence migrate` then derives them study by study, and these with
them, and `/ready` waits for that.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
STUDY_COLUMNS = (
    ("study_type", WORDS, True, "As in studies."),
    ("design", WORDS, False, "What the study's own data can compare."),
    ("allocation", WORDS, True, "As in studies."),
    ("masking", WORDS, True, "As in studies."),
    ("phase", WORDS, True, "As in studies."),
    ("status", WORDS, True, "How far it has come, as in studies."),
    ("year", sa.Integer(), True, "As in studies."),
    ("basis", WORDS, True, "As in studies."),
    ("age_group", WORDS, False, "Age groups of its populations."),
    ("sex", WORDS, False, "Sexes of its populations."),
    (
        "condition",
        sa.LargeBinary(),
        False,
        "Conditions of its populations, and broader ones.",
    ),
    ("treatment", sa.LargeBinary(), False, "Treatments of its arms, and broader ones."),
    ("outcome", sa.LargeBinary(), False, "What its outcomes measure, and broader measures."),
    ("direction", WORDS, False, "What its results mean for patients."),
    (
        "adverse_effect",
        sa.LargeBinary(),
        False,
        "Adverse effects that were counted in it, and broader ones.",
    ),
    (
        "investigated",
        sa.LargeBinary(),
        False,
        "Treatments that it investigates, and broader ones.",
    ),
    (
        "investigated_itself",
        sa.LargeBinary(),
        False,
        "Of these, the treatments that its arms get in this very form.",
    ),
    (
        "domains",
        WORDS,
        False,
        "Each domain that it has an outcome in, a colon, and how far that is reported: 0 reported, 1 measured, 2 unclear, 3 not measured; before the colon nothing: none named.",
    ),
)


def upgrade() -> None:
    op.execute(sa.text("DELETE FROM study_condition_pages"))
    op.create_table(
        "study_facets",
        sa.Column("study_id", KEY, nullable=False, autoincrement=False, comment="The study."),
        sa.Column(
            "retracted",
            sa.Boolean(),
            nullable=False,
            comment="All its publications, and there are some, were retracted: it is not counted.",
        ),
        *(
            sa.Column(name, kind, nullable=empty, comment=about)
            for name, kind, empty, about in STUDY_COLUMNS
        ),
        sa.PrimaryKeyConstraint("study_id", name=op.f("pk_study_facets")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "facet_counts",
        sa.Column("kind", WORDS, nullable=False, comment="The kind of record."),
        sa.Column(
            "facet",
            WORDS,
            nullable=False,
            comment="The facet, by its name; map.*: a part of the evidence map; empty: all records.",
        ),
        sa.Column(
            "term_id",
            KEY,
            nullable=False,
            autoincrement=False,
            comment="The term; 0: the facet counts by words",
        ),
        sa.Column(
            "value",
            WORDS,
            nullable=False,
            comment="The value in words; empty: not said, or the term says it all.",
        ),
        sa.Column("records", sa.Integer(), nullable=False, comment="How many records have it."),
        sa.PrimaryKeyConstraint("kind", "facet", "term_id", "value", name=op.f("pk_facet_counts")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("facet_counts")
    op.drop_table("study_facets")
