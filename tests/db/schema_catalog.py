"""A schema as the database itself describes it: all there is, to compare two databases by."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Connection, inspect, text

Described = dict[str, dict[Any, Any]]  # part -> name -> everything about it

POSTGRESQL = {
    "tables": """
        SELECT relname, relkind, obj_description(oid, 'pg_class') FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'S')""",
    "columns": """
        SELECT relname || '.' || attname, format_type(atttypid, atttypmod), attnotnull,
            attgenerated, attidentity, collname, pg_get_expr(adbin, adrelid),
            col_description(attrelid, attnum)
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        LEFT JOIN pg_collation ON pg_collation.oid = attcollation
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0
            AND NOT attisdropped""",
    "indexes": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "constraints": """
        SELECT conrelid::regclass || '.' || conname, contype::text, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'""",
    "triggers": """
        SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal""",
}
SQLITE = {
    "tables": """
        SELECT name, type, wr, strict FROM pragma_table_list
        WHERE schema = 'main' AND name NOT LIKE 'sqlite_%'""",
    "columns": """
        SELECT m.name || '.' || c.name, c.type, c."notnull", c.dflt_value, c.pk, c.hidden
        FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) c WHERE m.type = 'table'""",
    "indexed": """
        SELECT i.name || '.' || x.seqno, m.name, x.name, x.desc, x.coll, x.key, i."unique",
            i.partial, i.origin
        FROM sqlite_schema m JOIN pragma_index_list(m.name) i JOIN pragma_index_xinfo(i.name) x
        WHERE m.type = 'table'""",
    "indexes": "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL",
    "foreign keys": """
        SELECT m.name || '.' || f."from", f."table", f."to", f.on_update, f.on_delete
        FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'""",
    "triggers": """
        SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' OR sql LIKE '%VIRTUAL%'""",
}


def described(connection: Connection) -> Described:
    """Everything that the database knows of its schema, but for Alembic's own table."""
    sqlite = connection.dialect.name == "sqlite"
    found: Described = {
        part: {
            row[0]: [_plain(each) for each in row[1:]] for row in connection.execute(text(query))
        }
        for part, query in (SQLITE if sqlite else POSTGRESQL).items()
    }
    found |= _constraints(connection) if sqlite else {}
    return {
        part: {name: each for name, each in names.items() if "alembic_version" not in str(name)}
        for part, names in found.items()
    }


def _constraints(connection: Connection) -> Described:
    """What SQLite keeps as text only: CHECKs, names of keys, expressions of generated columns."""
    inspector = inspect(connection)
    checks: dict[str, Any] = {}
    keys: dict[str, Any] = {}
    computed: dict[str, Any] = {}
    for table in inspector.get_table_names():
        for check in inspector.get_check_constraints(table):
            checks[f"{table}.{check['name']}"] = _plain(check["sqltext"])
        for key in inspector.get_foreign_keys(table):
            keys[f"{table}.{key['name']}"] = (key["constrained_columns"], key["referred_table"])
        keys[f"{table}.primary key"] = inspector.get_pk_constraint(table)["name"]
        for column in inspector.get_columns(table):
            if "computed" in column:
                computed[f"{table}.{column['name']}"] = column["computed"]
    return {"checks": checks, "names of keys": keys, "computed": computed}


def _plain(value: Any) -> Any:
    """SQL without the white space and quotes that do not matter."""
    return re.sub(r'\s+|"', " ", value).strip() if isinstance(value, str) else value
