"""Derived tables: page indexes, blocks and search texts, kept by the journal, never edited."""

from __future__ import annotations

from sqlalchemy import DDL, BigInteger, Index, event
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Identified, Key, one_of
from app.vocabulary import AgeBasis, AgeGroup, Phase, Sex, StudyType, TreatmentRole

ANY_TERM = 0  # the page rows that stand for "whatever the condition": no term has this number
NO_TERM = -1  # the page rows of populations whose conditions no source tells
NOBODY = 0  # the page rows of studies of which no population is told: no population has this number


class StudyConditionPage(Base):
    """One row per population and each condition it has or that is broader, in page order.

    A filter on population reads one range of this table, newest study first, and never joins.
    What a population leaves open is filled in from its parents
    (app/journal/population_inheritance.py).
    """

    __tablename__ = "study_condition_pages"
    __table_args__ = (
        Index("ix_study_condition_pages_study_id", "study_id"),  # to rewrite a study's rows
        {"sqlite_with_rowid": False},
    )

    term_id: Mapped[int] = mapped_column(
        Key,
        primary_key=True,
        comment="The condition or a broader one; 0: whatever; -1: none is told.",
    )
    year_key: Mapped[int] = mapped_column(primary_key=True, comment="The study's year, 0: unknown.")
    study_id: Mapped[int] = mapped_column(Key, primary_key=True, comment="The study.")
    population_id: Mapped[int] = mapped_column(
        Key, primary_key=True, comment="The population; 0: none is told."
    )
    direct: Mapped[bool] = mapped_column(comment="The population has this very condition.")
    age_min: Mapped[int | None] = mapped_column(comment="As in populations, or their parents.")
    age_max: Mapped[int | None] = mapped_column(comment="As in populations, or their parents.")
    age_group: Mapped[AgeGroup | None] = one_of(AgeGroup, "As in populations, or their parents.")
    age_basis: Mapped[AgeBasis] = one_of(AgeBasis, "As in populations, or their parents.")
    sex: Mapped[Sex | None] = one_of(Sex, "As in populations, or their parents.")
    n: Mapped[int | None] = mapped_column(comment="As in populations, or their parents.")
    countries_id: Mapped[int | None] = mapped_column(
        Key, comment="The population whose countries are theirs; empty: none is told."
    )
    countries_all: Mapped[bool] = mapped_column(
        comment="They come from each of those countries, and not only from some."
    )
    study_type: Mapped[StudyType | None] = one_of(StudyType, "As in studies.")
    phase: Mapped[Phase | None] = one_of(Phase, "As in studies.")


class StudyTreatmentPage(Base):
    """One row per study, treatment role and each treatment it gives or that is broader."""

    __tablename__ = "study_treatment_pages"
    __table_args__ = (
        Index("ix_study_treatment_pages_study_id", "study_id"),  # to rewrite a study's rows
        {"sqlite_with_rowid": False},
    )

    term_id: Mapped[int] = mapped_column(
        Key, primary_key=True, comment="The treatment or a broader one."
    )
    year_key: Mapped[int] = mapped_column(primary_key=True, comment="The study's year, 0: unknown.")
    study_id: Mapped[int] = mapped_column(Key, primary_key=True, comment="The study.")
    role: Mapped[TreatmentRole] = one_of(
        TreatmentRole, "What the treatment is to an arm.", primary_key=True
    )
    direct: Mapped[bool] = mapped_column(comment="The study gives this very treatment.")
    study_type: Mapped[StudyType | None] = one_of(StudyType, "As in studies.")
    phase: Mapped[Phase | None] = one_of(Phase, "As in studies.")


class CitationBlock(Base):
    """One row per citation and each key under which a duplicate of it would be looked for."""

    __tablename__ = "citation_blocks"
    __table_args__ = (
        Index("ix_citation_blocks_citation_id", "citation_id"),  # to rewrite a citation's rows
        {"sqlite_with_rowid": False},
    )

    key: Mapped[int] = mapped_column(
        BigInteger,
        primary_key=True,
        autoincrement=False,
        comment="The hash of what two descriptions of one publication may share.",
    )
    citation_id: Mapped[int] = mapped_column(Key, primary_key=True, comment="The citation.")


class SearchText(Identified, Base):
    """What full text sees of a record; FTS5 (by triggers) or a tsvector hangs on this table.

    The number of a row follows from kind and record (`app.query.fulltext.search`): a kind is one
    stretch.
    """

    __tablename__ = "search_texts"
    __table_args__ = (Index("uq_search_texts_kind_record_id", "kind", "record_id", unique=True),)

    kind: Mapped[str] = mapped_column(comment="The kind of record.")
    record_id: Mapped[int] = mapped_column(Key, comment="The record's row.")
    slug: Mapped[str] = mapped_column(comment="The record's slug.")
    title: Mapped[str] = mapped_column(comment="How a list of finds names the record.")
    head: Mapped[str] = mapped_column(
        comment="The words of its title, folded: lower case, no accents; ¶ ends a member."
    )
    body: Mapped[str] = mapped_column(comment="Its other words, folded, each member ended by ¶.")


# SQLite: a full-text index over search_texts, kept by triggers in the same transaction. Words are
# cut by the program: here they end at spaces, and letters beyond ASCII are letters like others.
SQLITE_SEARCH = (
    (
        "CREATE VIRTUAL TABLE search_index USING fts5(head, body, "
        "content='search_texts', content_rowid='id', tokenize='ascii', prefix='1')"
    ),
    # words are gathered in up to 16 MB before they are written: a bulk load takes half the time
    "INSERT INTO search_index(search_index, rank) VALUES ('hashsize', 16777216)",
    (
        "CREATE TRIGGER search_index_insert AFTER INSERT ON search_texts BEGIN "
        "INSERT INTO search_index(rowid, head, body) VALUES (new.id, new.head, new.body); END"
    ),
    (
        "CREATE TRIGGER search_index_delete AFTER DELETE ON search_texts BEGIN "
        "INSERT INTO search_index(search_index, rowid, head, body) "
        "VALUES ('delete', old.id, old.head, old.body); END"
    ),
    (
        "CREATE TRIGGER search_index_update AFTER UPDATE ON search_texts BEGIN "
        "INSERT INTO search_index(search_index, rowid, head, body) "
        "VALUES ('delete', old.id, old.head, old.body); "
        "INSERT INTO search_index(rowid, head, body) VALUES (new.id, new.head, new.body); END"
    ),
)
# PostgreSQL: the folded words as they are, where its own parser would cut some (1e5, a/b) again.
POSTGRESQL_SEARCH = (
    (
        "CREATE FUNCTION search_lexemes(head text, body text) RETURNS tsvector "
        "LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ "
        "SELECT CAST(coalesce(string_agg(word || ':' || least(place, 16383) || weight, ' '), '') "
        "AS tsvector) FROM ("
        "SELECT word, place, 'A' AS weight "
        "FROM string_to_table(head, ' ') WITH ORDINALITY AS h(word, place) UNION ALL "
        "SELECT word, place, 'D' FROM string_to_table(body, ' ') WITH ORDINALITY AS b(word, place)"
        ") AS words WHERE word NOT IN ('', '¶') $$"
    ),
    (
        "ALTER TABLE search_texts ADD COLUMN tsv tsvector "
        "GENERATED ALWAYS AS (search_lexemes(head, body)) STORED"
    ),
    "CREATE INDEX search_index ON search_texts USING gin (tsv)",
)

for _dialect, _statements in (("sqlite", SQLITE_SEARCH), ("postgresql", POSTGRESQL_SEARCH)):
    for _statement in _statements:
        event.listen(
            SearchText.__table__,
            "after_create",
            DDL(_statement.replace("%", "%%")).execute_if(dialect=_dialect),  # type: ignore[no-untyped-call]
        )
event.listen(
    SearchText.__table__,
    "before_drop",
    DDL("DROP TABLE search_index").execute_if(dialect="sqlite"),  # type: ignore[no-untyped-call]
)
event.listen(
    SearchText.__table__,
    "after_drop",
    DDL("DROP FUNCTION search_lexemes").execute_if(dialect="postgresql"),  # type: ignore[no-untyped-call]
)
