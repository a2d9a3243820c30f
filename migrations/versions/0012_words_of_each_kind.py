"""The words of each kind in an index of its own, folded anew.

Search texts are emptied here: `evidence migrate` then writes them from the cards, the newest first,
and `/ready` waits for that.
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KINDS = (
    *("treatment", "condition", "adverse_effect", "outcome_measure", "citation", "document"),
    *("study", "outcome", "adverse_event", "case_report", "claim", "discrepancy"),
)
# of each kind, on SQLite; {} is its name
INDEX = (
    "CREATE VIEW search_index_{0}_texts AS SELECT id, head, body FROM search_texts WHERE kind = '{0}'",
    "CREATE VIRTUAL TABLE search_index_{0} USING fts5(head, body, content='search_index_{0}_texts', content_rowid='id', tokenize='ascii', prefix='1')",
    "INSERT INTO search_index_{0}(search_index_{0}, rank) VALUES ('hashsize', 16777216)",
    "CREATE TRIGGER search_index_{0}_insert AFTER INSERT ON search_texts WHEN new.kind = '{0}' BEGIN INSERT INTO search_index_{0}(rowid, head, body) VALUES (new.id, new.head, new.body); END",
    "CREATE TRIGGER search_index_{0}_delete AFTER DELETE ON search_texts WHEN old.kind = '{0}' BEGIN INSERT INTO search_index_{0}(search_index_{0}, rowid, head, body) VALUES ('delete', old.id, old.head, old.body); END",
    "CREATE TRIGGER search_index_{0}_update AFTER UPDATE ON search_texts WHEN old.kind = '{0}' OR new.kind = '{0}' BEGIN INSERT INTO search_index_{0}(search_index_{0}, rowid, head, body) SELECT 'delete', old.id, old.head, old.body WHERE old.kind = '{0}'; INSERT INTO search_index_{0}(rowid, head, body) SELECT new.id, new.head, new.body WHERE new.kind = '{0}'; END",
)
JOINT_INDEX = (
    "CREATE VIRTUAL TABLE search_index USING fts5(head, body, content='search_texts', content_rowid='id', tokenize='ascii', prefix='1')",
    "INSERT INTO search_index(search_index, rank) VALUES ('hashsize', 16777216)",
    "CREATE TRIGGER search_index_insert AFTER INSERT ON search_texts BEGIN INSERT INTO search_index(rowid, head, body) VALUES (new.id, new.head, new.body); END",
    "CREATE TRIGGER search_index_delete AFTER DELETE ON search_texts BEGIN INSERT INTO search_index(search_index, rowid, head, body) VALUES ('delete', old.id, old.head, old.body); END",
    "CREATE TRIGGER search_index_update AFTER UPDATE ON search_texts BEGIN INSERT INTO search_index(search_index, rowid, head, body) VALUES ('delete', old.id, old.head, old.body); INSERT INTO search_index(rowid, head, body) VALUES (new.id, new.head, new.body); END",
    "INSERT INTO search_index(search_index) VALUES ('rebuild')",
)


def upgrade() -> None:
    """An index a kind; on PostgreSQL a partial one."""
    if op.get_bind().dialect.name == "sqlite":
        for event in ("insert", "delete", "update"):
            op.execute(f"DROP TRIGGER search_index_{event}")
        op.execute("DROP TABLE search_index")
        op.execute("DELETE FROM search_texts")
        for kind in KINDS:
            for statement in INDEX:
                op.execute(statement.format(kind))
    else:
        op.execute("DROP INDEX search_index")
        op.execute("DELETE FROM search_texts")
        for kind in KINDS:
            op.execute(
                f"CREATE INDEX search_index_{kind} ON search_texts USING gin (tsv) "
                f"WHERE kind = '{kind}'"
            )


def downgrade() -> None:
    """One index over all kinds, of the texts as they are: `evidence reindex` folds them back."""
    if op.get_bind().dialect.name == "sqlite":
        for kind in KINDS:
            for event in ("insert", "delete", "update"):
                op.execute(f"DROP TRIGGER search_index_{kind}_{event}")
            op.execute(f"DROP TABLE search_index_{kind}")
            op.execute(f"DROP VIEW search_index_{kind}_texts")
        for statement in JOINT_INDEX:
            op.execute(statement)
    else:
        for kind in KINDS:
            op.execute(f"DROP INDEX search_index_{kind}")
        op.execute("CREATE INDEX search_index ON search_texts USING gin (tsv)")
