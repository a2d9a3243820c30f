"""What full text sees of each record, and the indexes of words that hang on it, one a kind.

Derived by the journal from cards, never edited.
"""

from __future__ import annotations

from zlib import crc32

from sqlalchemy import DDL, Index, event
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Identified, Key

SEARCHED_KINDS = (
    *("treatment", "condition", "adverse_effect", "outcome_measure", "citation", "document"),
    *("study", "outcome", "adverse_event", "case_report", "claim", "discrepancy"),
)


def first_number(kind: str) -> int:
    """Where the rows of a kind begin in search_texts; record 7 is seven further."""
    return (crc32(kind.encode()) & 0x7FFFFFFF) << 32


def search_index_name(kind: str) -> str:
    """The index of the words of a kind."""
    return f"search_index_{kind}"


class SearchText(Identified, Base):
    """What full text sees of a record; FTS5 (by triggers) or a tsvector hangs on this table.

    The number of a row follows from kind and record (`first_number`): a kind is one stretch.
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


# On SQLite a full-text index of the texts of a kind, kept by triggers in the same transaction.
# Words are cut by the program: here they end at spaces, and letters beyond ASCII are letters like
# others. They are gathered in up to 16 MB before they are written: a bulk load takes half the time.
ADD = "INSERT INTO {name}(rowid, head, body)"
DROP = "INSERT INTO {name}({name}, rowid, head, body)"
NEW, OLD = "new.id, new.head, new.body", "'delete', old.id, old.head, old.body"
FTS5 = (
    "CREATE VIEW {name}_texts AS SELECT id, head, body FROM search_texts WHERE kind = '{kind}'",
    (
        "CREATE VIRTUAL TABLE {name} USING fts5(head, body, "
        "content='{name}_texts', content_rowid='id', tokenize='ascii', prefix='1')"
    ),
    "INSERT INTO {name}({name}, rank) VALUES ('hashsize', 16777216)",
    (
        "CREATE TRIGGER {name}_insert AFTER INSERT ON search_texts WHEN new.kind = '{kind}' "  # noqa: S608
        f"BEGIN {ADD} VALUES ({NEW}); END"
    ),
    (
        "CREATE TRIGGER {name}_delete AFTER DELETE ON search_texts WHEN old.kind = '{kind}' "
        f"BEGIN {DROP} VALUES ({OLD}); END"
    ),
    (
        "CREATE TRIGGER {name}_update AFTER UPDATE ON search_texts "
        "WHEN old.kind = '{kind}' OR new.kind = '{kind}' BEGIN "
        f"{DROP} SELECT {OLD} WHERE old.kind = '{{kind}}'; "
        f"{ADD} SELECT {NEW} WHERE new.kind = '{{kind}}'; END"
    ),
)
PARTIAL = ("CREATE INDEX {name} ON search_texts USING gin (tsv) WHERE kind = '{kind}'",)
# PostgreSQL: the folded words as they are, where its own parser would cut some (1e5, a/b) again.
LEXEMES = (
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
)


def _of_each_kind(*statements: str) -> tuple[str, ...]:
    return tuple(
        each.format(name=search_index_name(kind), kind=kind)
        for kind in SEARCHED_KINDS
        for each in statements
    )


for _moment, _dialect, _statements in (
    ("after_create", "sqlite", _of_each_kind(*FTS5)),
    ("after_create", "postgresql", (*LEXEMES, *_of_each_kind(*PARTIAL))),
    ("before_drop", "sqlite", _of_each_kind("DROP TABLE {name}", "DROP VIEW {name}_texts")),
    ("after_drop", "postgresql", ("DROP FUNCTION search_lexemes",)),
):
    for _statement in _statements:
        event.listen(
            SearchText.__table__,
            _moment,
            DDL(_statement.replace("%", "%%")).execute_if(dialect=_dialect),  # type: ignore[no-untyped-call]
        )
