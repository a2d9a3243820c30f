"""Put what a table of harms counts in several groups into one row, with a count for each group.

Rows of a study that say the same of different groups, and rest on the same claims, become one. What
is altered is a change like any other: superseded cards are kept, and old slugs lead to the new one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.values import datetimes

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ROWS, COUNTS = "adverse_events", "adverse_event_counts"
KIND, ACTOR = "adverse_event", "migrate"
NUMBERS = ("affected", "at_risk", "events", "percent")
# What rows that become one have in common, beside their claims.
SAME = (
    *("adverse_effect_id", "term_verbatim", "scope", "serious", "results_in_death"),
    *("life_threatening", "hospitalisation", "disability", "congenital_anomaly"),
    *("medically_important", "relatedness", "severity_verbatim", "grade_low", "grade_high"),
    *("assessment", "time_frame", "basis", "registry_record_id"),
)
COLUMNS = ("id", "study_id", "slug", "note", "version", "group_id", "affected", "at_risk")
STUDIES_AT_ONCE, ROWS_AT_ONCE = 2000, 500
NOBODY = "0 of 0 in the source: not assessed"
NOBODY_AT_RISK = "0 at risk in the source: not assessed"
MERGED = "Counts of one harm in several groups of a study became one row, with a count for each"
EMPTIED = "0 of 0 is no count: both numbers are empty now, and a note says so"
OLD_SCOPES = (
    "scope IN ('one_term', 'any_event', 'any_serious', 'any_related', 'death', 'withdrawal')"
)
CHECKS = {
    "affected_within_at_risk": "affected >= 0 AND affected <= at_risk",
    "at_risk_not_negative": "at_risk >= 0",
    "events_not_negative": "events >= 0",
    "percent_possible": "percent >= 0 AND percent <= 100",
}
SCOPES = (
    "scope IN ('one_term', 'any_event', 'any_serious', 'any_other', 'any_related', 'death',"
    " 'withdrawal')"
)
Row = Mapping[Any, Any]


def upgrade() -> None:
    _create_counts()
    connection = op.get_bind()
    _copy_counts(connection)
    moved = _Change(connection).move_counts()
    for row in _rows(connection, "SELECT * FROM proposals WHERE kind = 'adverse_event'"):
        _rewrite_proposal(connection, row, moved.get(row["slug"]))
    _drop_columns()


def _create_counts() -> None:
    numbers: dict[str, tuple[Any, str]] = {
        "affected": (sa.Integer(), "How many people; empty: not reported."),
        "at_risk": (sa.Integer(), "Of how many; empty: not reported."),
        "events": (sa.Integer(), "How many events; empty: not reported."),
        "percent": (
            sa.Double(),
            "The percentage as reported, even where it fits no count; empty: not reported.",
        ),
        "note": (WORDS, "What a reader should know about the count."),
    }
    checks = {
        "affected_within_at_risk": "affected >= 0 AND affected <= at_risk",
        "somebody_at_risk": "at_risk > 0",
        "events_not_negative": "events >= 0",
        "percent_possible": "percent >= 0 AND percent <= 100",
    }
    place = "Place among its siblings, from 0, in the order of the source."
    op.create_table(
        COUNTS,
        sa.Column("adverse_event_id", KEY, nullable=False, comment="The row."),
        sa.Column("group_id", KEY, nullable=False, comment="The people it was counted in."),
        *(sa.Column(name, kind, comment=about) for name, (kind, about) in numbers.items()),
        sa.Column("position", sa.Integer(), nullable=False, comment=place),
        sa.Column("id", KEY, nullable=False, comment="Number of the row inside this database."),
        *(sa.CheckConstraint(sql, name=op.f(f"ck_{COUNTS}_{at}")) for at, sql in checks.items()),
        sa.ForeignKeyConstraint(
            ["adverse_event_id"], [f"{ROWS}.id"], name=op.f(f"fk_{COUNTS}_adverse_event_id")
        ),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f(f"fk_{COUNTS}_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{COUNTS}")),
    )
    for unique, columns in (
        (True, ("adverse_event_id", "position")),
        (True, ("adverse_event_id", "group_id")),
        (False, ("group_id", "adverse_event_id")),
    ):
        name = f"{'uq' if unique else 'ix'}_{COUNTS}_{'_'.join(columns)}"
        op.create_index(name, COUNTS, list(columns), unique=unique)


def _copy_counts(connection: sa.Connection) -> None:
    """Give each row the one count that it was; 0 of 0 is none."""
    query = f"""INSERT INTO {COUNTS} (adverse_event_id, position, group_id, affected, at_risk,
        events, percent, note)
        SELECT id, 0, group_id, CASE WHEN at_risk = 0 THEN NULL ELSE affected END,
        nullif(at_risk, 0), events, percent, CASE WHEN at_risk = 0 AND affected = 0 THEN '{NOBODY}'
        WHEN at_risk = 0 THEN '{NOBODY_AT_RISK}' END FROM {ROWS} ORDER BY id"""  # noqa: S608
    connection.execute(sa.text(query))


def _rows(connection: sa.Connection, query: str, **values: Any) -> list[Row]:
    return list(connection.execute(sa.text(query), values).mappings().all())


def _some(ids: Iterable[int]) -> Iterator[Sequence[int]]:
    every = sorted(set(ids))
    for start in range(0, len(every), ROWS_AT_ONCE):
        yield every[start : start + ROWS_AT_ONCE]


class _Moved(NamedTuple):
    """Where the count of a row stands now, and the versions of the record before and since."""

    old: int
    row: int
    slug: str
    position: int
    before: int
    after: int
    merged: bool


class _Change:
    """The change that the migration makes to records, if it makes any."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.id: int | None = None
        self.reasons: list[str] = []
        slugs = (
            f"SELECT slug FROM {ROWS} UNION SELECT slug FROM slug_redirects WHERE kind = '{KIND}'"  # noqa: S608
        )
        self.slugs = {row["slug"] for row in _rows(connection, slugs)}
        proposed = "SELECT DISTINCT slug FROM proposals WHERE kind = 'adverse_event'"
        self.proposed = {row["slug"] for row in _rows(connection, proposed)}
        self.moved: dict[str, _Moved] = {}
        self._waiting: dict[str, list[dict[str, Any]]] = {}

    def move_counts(self) -> dict[str, _Moved]:
        """Make rows one, study by study; gives what became of rows that proposals are about."""
        last = _rows(self.connection, "SELECT coalesce(max(id), 0) AS id FROM studies")[0]["id"]
        for first in range(0, last + 1, STUDIES_AT_ONCE):
            rows = self._current_rows(first)
            some = list(_same_rows(rows))
            joined = {row["id"] for each in some for row in each}
            empty = [row for row in rows if row["at_risk"] == 0 and row["id"] not in joined]
            self._touch([*joined, *(row["id"] for row in empty)])
            self._touch_claims(joined)
            for row in empty:
                self._remember(row, row, row["slug"], 0, merged=False)
            for each in some:
                self._join(each)
            self._write()
            self.reasons += [EMPTIED] if empty and EMPTIED not in self.reasons else []
            self.reasons += [MERGED] if some and MERGED not in self.reasons else []
        if self.id is not None:
            reason = "; ".join(self.reasons) + "."
            query = sa.text("UPDATE changes SET reason = :reason WHERE id = :id")
            self.connection.execute(query, {"reason": reason, "id": self.id})
        return self.moved

    def _current_rows(self, first: int) -> list[dict[str, Any]]:
        """The current rows of some studies, each with its claims, in their order."""
        names = ", ".join(f"e.{name}" for name in (*COLUMNS, *SAME))
        here = f"""FROM {ROWS} e JOIN studies s ON s.id = e.study_id WHERE e.status = 'current'
            AND e.study_id >= :first AND e.study_id < :end"""
        between = {"first": first, "end": first + STUDIES_AT_ONCE}
        query = f"SELECT s.slug AS study, {names} {here}"
        rows = _rows(self.connection, f"{query} ORDER BY e.study_id, e.id", **between)
        claims: dict[int, set[int]] = {}
        facts = f"""SELECT adverse_event_id, claim_id FROM claim_facts
            WHERE adverse_event_id IN (SELECT e.id {here})"""  # noqa: S608
        for fact in _rows(self.connection, facts, **between):
            claims.setdefault(fact["adverse_event_id"], set()).add(fact["claim_id"])
        return [{**row, "claims": frozenset(claims.get(row["id"], ()))} for row in rows]

    def _touch(self, ids: list[int]) -> None:
        """Keep the cards of rows that are edited, and number their versions."""
        if ids and self.id is None:
            last = self.connection.execute(sa.text("SELECT max(at) FROM changes")).scalar()
            values = {"at": datetimes.now_after(last), "actor": ACTOR}
            query = """INSERT INTO changes (at, actor, action, reason)
                VALUES (:at, :actor, 'merge', '') RETURNING id"""
            self.id = int(self.connection.execute(sa.text(query), values).scalar_one())
        for some in _some(ids):
            self._supersede(KIND, ROWS, "study_id", some)
            said = "version = version + 1, stamp = :change, edited = :change"
            self._execute(f"UPDATE {ROWS} SET {said} WHERE id IN :ids", some)  # noqa: S608

    def _touch_claims(self, ids: set[int]) -> None:
        """Keep the cards of claims that rows rest on, whose lists of facts read otherwise now."""
        for some in _some(ids):
            tied = sa.text("SELECT claim_id FROM claim_facts WHERE adverse_event_id IN :ids")
            tied = tied.bindparams(sa.bindparam("ids", expanding=True))
            for part in _some(self.connection.execute(tied, {"ids": some}).scalars()):
                self._supersede("claim", "claims", "CAST(NULL AS INTEGER)", part)
                # `evidence migrate` renders what is of no format
                query = "UPDATE claims SET stamp = :change, card_format = 0 WHERE id IN :ids"
                self._execute(query, part)

    def _supersede(self, kind: str, table: str, owner: str, ids: Sequence[int]) -> None:
        query = f"""INSERT INTO revisions (kind, record_id, from_change, to_change, owner, version,
            status, sort_key, card, card_format)
            SELECT '{kind}', id, stamp, :change, {owner}, version, status, slug, card, card_format
            FROM {table} WHERE id IN :ids AND stamp < :change"""  # noqa: S608
        self._execute(query, ids)

    def _execute(self, query: str, ids: Sequence[int]) -> None:
        statement = sa.text(query).bindparams(sa.bindparam("ids", expanding=True))
        self.connection.execute(statement, {"ids": list(ids), "change": self.id})

    def _join(self, rows: list[dict[str, Any]]) -> None:
        """Make rows one: the first, with a count in place of each."""
        kept = rows[0]
        slug = self._slug(rows)
        apart = len({row["note"] for row in rows}) > 1
        for position, row in enumerate(rows):
            emptied = NOBODY if row["affected"] == 0 else NOBODY_AT_RISK
            said = [row["note"] if apart else None, emptied if row["at_risk"] == 0 else None]
            count = {"position": position, "note": " ".join(filter(None, said)) or None}
            query = f"""UPDATE {COUNTS} SET adverse_event_id = :kept, position = :position,
                note = :note WHERE adverse_event_id = :row"""  # noqa: S608
            self._set(query, kept=kept["id"], row=row["id"], **count)
            self._remember(row, kept, slug, position, merged=True)
            if row is not kept:
                query = f"UPDATE {ROWS} SET status = 'merged' WHERE id = :row"  # noqa: S608
                self._set(query, row=row["id"])
                self._set("DELETE FROM claim_facts WHERE adverse_event_id = :row", row=row["id"])
            if row["slug"] != slug:
                self._lead(row["slug"], slug)
        note = None if apart else kept["note"]
        query = f"UPDATE {ROWS} SET slug = :slug, note = :note WHERE id = :row"  # noqa: S608
        self._set(query, slug=slug, note=note, row=kept["id"])

    def _lead(self, old: str, slug: str) -> None:
        """Let an old slug, and what led to it, lead to the slug."""
        query = "UPDATE slug_redirects SET target = :slug WHERE kind = :kind AND target = :old"
        self._set(query, slug=slug, kind=KIND, old=old)
        query = "INSERT INTO slug_redirects (kind, slug, target) VALUES (:kind, :old, :slug)"
        self._set(query, slug=slug, kind=KIND, old=old)

    def _set(self, query: str, **values: Any) -> None:
        self._waiting.setdefault(query, []).append(values)

    def _write(self) -> None:
        """Run what waits: each statement once, for all its rows."""
        for query, values in self._waiting.items():
            self.connection.execute(sa.text(query), values)
        self._waiting.clear()

    def _slug(self, rows: list[dict[str, Any]]) -> str:
        """What the slugs have in common where that says something; else the first."""
        kept: str = rows[0]["slug"]
        parts = zip(*(re.split("([.-])", row["slug"]) for row in rows), strict=False)
        common = ""
        for each in parts:
            if len(set(each)) > 1:
                break
            common += each[0]
        common = common.rstrip(".-")
        rest = [row["slug"][len(common) :].lstrip(".-") for row in rows]
        told = common.startswith(f"{rows[0]['study']}.") and not any(map(str.isdigit, rest))
        if not told or common in self.slugs:
            return kept
        self.slugs.add(common)
        return common

    def _remember(self, row: Row, kept: Row, slug: str, position: int, *, merged: bool) -> None:
        if row["slug"] in self.proposed:
            before, after = row["version"], kept["version"] + 1
            moved = _Moved(row["id"], kept["id"], slug, position, before, after, merged)
            self.moved[row["slug"]] = moved


def _same_rows(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Rows of a study that say the same of different groups; where a group is told twice, none."""
    for _, of_study in groupby(rows, lambda row: row["study_id"]):
        same: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
        for row in of_study:
            same.setdefault((*(row[name] for name in SAME), row["claims"]), []).append(row)
        for each in same.values():
            if len(each) > 1 and len({row["group_id"] for row in each}) == len(each):
                yield each


def _rewrite_proposal(connection: sa.Connection, row: Row, moved: _Moved | None) -> None:
    """Let a proposal say `counts`; an open one that cannot be is returned, and says why."""
    patch = json.loads(row["patch"])
    base, is_open = row["base_version"], row["state"] == "open"
    why = _why_not(patch, moved) if is_open and moved and base is not None else ""
    found: dict[str, Any] = {}
    if moved is not None and base is not None and moved.old == moved.row:
        found["slug"] = moved.slug  # of the record that it was made on
    if why or (moved and moved.merged and is_open and base not in {None, moved.before}):
        why = why or "it was made on an older version of a row that is one with others now"
        found |= _returned(str(moved and moved.slug), why)
    elif moved is not None and is_open and base == moved.before:
        found |= {"slug": moved.slug, "base_version": moved.after}
        found["patch"] = _on_moved(connection, patch, moved)
    else:
        found["patch"] = _with_counts(connection, row, patch, moved)
    if "patch" in found:
        same = found["patch"] == patch
        found["patch"] = row["patch"] if same else json.dumps(found["patch"], ensure_ascii=False)
    found = {name: each for name, each in found.items() if each != row[name]}
    if found:
        values = ", ".join(f"{name} = :{name}" for name in found)
        query = sa.text(f"UPDATE proposals SET {values} WHERE id = :id")  # noqa: S608
        connection.execute(query, {**found, "id": row["id"]})


def _why_not(patch: Any, moved: _Moved) -> str:
    """Why a patch of one row cannot be one of the row that it became part of."""
    others = set(patch) - {*NUMBERS, "group", "note"} if moved.merged else set()
    named = ", ".join(sorted(others))
    return f"the row is one with others now, and {named} would hold of all" if others else ""


def _returned(slug: str, why: str) -> dict[str, Any]:
    decision = f"Returned: {why}. Propose it anew on {slug}."
    return {
        "state": "rejected",
        "reviewer": ACTOR,
        "decided_at": datetimes.now(),
        "decision": decision,
    }


def _with_counts(connection: sa.Connection, row: Row, patch: Any, moved: _Moved | None) -> Any:
    """A patch on the one count that the record had at its base; a new record has its own."""
    if not isinstance(patch, dict) or not patch.keys() & {*NUMBERS, "group"}:
        return patch
    card: Any = {}
    if row["base_version"] is not None:
        card = _base_card(connection, row, moved)
        if "group" not in card:
            return patch
        card = {"group": card["group"]["key"], **{name: card[name] for name in NUMBERS}}
    rest = {name: each for name, each in patch.items() if name not in {*NUMBERS, "group"}}
    count = {name: patch.get(name, card.get(name)) for name in ("group", *NUMBERS)}
    return {**rest, "counts": [_possible(count)]}


def _base_card(connection: sa.Connection, row: Row, moved: _Moved | None) -> Any:
    """The card of the version that a proposal was made on, in its old layout."""
    query = f"""SELECT version, card, stamp AS since FROM {ROWS} WHERE id = :record UNION ALL
        SELECT version, card, from_change FROM revisions
        WHERE kind = '{KIND}' AND record_id = :record ORDER BY since"""  # noqa: S608
    own = f"SELECT id FROM {ROWS} WHERE slug = :slug"  # noqa: S608
    record = moved.old if moved else _rows(connection, own, slug=row["slug"])[0]["id"]
    cards = {each["version"]: each["card"] for each in _rows(connection, query, record=record)}
    return json.loads(cards.get(row["base_version"], "{}"))


def _on_moved(connection: sa.Connection, patch: dict[str, Any], moved: _Moved) -> dict[str, Any]:
    """A patch of one count, as one of all counts of the row as it stands now."""
    names = ("group", *NUMBERS, "note")
    own = names if moved.merged else names[:-1]
    if not patch.keys() & set(own):
        return patch
    query = f"""SELECT g.key AS "group", c.affected, c.at_risk, c.events, c.percent, c.note
        FROM {COUNTS} c JOIN groups g ON g.id = c.group_id
        WHERE c.adverse_event_id = :row ORDER BY c.position"""  # noqa: S608
    counts = [dict(each) for each in _rows(connection, query, row=moved.row)]
    counts[moved.position] |= {name: patch[name] for name in own if name in patch}
    counts[moved.position] = _possible(counts[moved.position])
    rest = {name: each for name, each in patch.items() if name not in own}
    return {**rest, "counts": counts}


def _possible(count: dict[str, Any]) -> dict[str, Any]:
    if count["at_risk"] != 0:
        return count
    return {**count, "affected": None, "at_risk": None, "note": NOBODY}


def _drop_columns() -> None:
    op.drop_index(op.f(f"ix_{ROWS}_group_id"), table_name=ROWS)
    with op.batch_alter_table(ROWS) as batch:
        batch.drop_constraint(op.f(f"fk_{ROWS}_group_id"), type_="foreignkey")
        for name in (*CHECKS, "scope_known"):
            batch.drop_constraint(op.f(f"ck_{ROWS}_{name}"), type_="check")
        for column in ("group_id", *NUMBERS):
            batch.drop_column(column)
        batch.create_check_constraint(op.f(f"ck_{ROWS}_scope_known"), sa.text(SCOPES))
        batch.alter_column("note", comment="What a reader should know about the row.")


def downgrade() -> None:
    """Only where each row has one count: what is one row now cannot be taken apart again."""
    connection = op.get_bind()
    many = f"""SELECT 1 FROM {ROWS} e WHERE (SELECT count(*) FROM {COUNTS} c
        WHERE c.adverse_event_id = e.id) <> 1 LIMIT 1"""  # noqa: S608
    other = f"SELECT 1 FROM {ROWS} WHERE scope = 'any_other' LIMIT 1"  # noqa: S608
    if _rows(connection, many) or _rows(connection, other):
        raise NotImplementedError(
            "Some adverse events have several counts, or the scope any_other, which the older"
            " schema cannot hold: go back to a copy of the database made before."
        )
    _put_columns_back()


def _put_columns_back() -> None:
    op.add_column(ROWS, sa.Column("group_id", KEY, comment="The people it was counted in."))
    for name in NUMBERS:
        kind: Any = sa.Double() if name == "percent" else sa.Integer()
        op.add_column(ROWS, sa.Column(name, kind))
    names = ("group_id", *NUMBERS)
    values = ", ".join(
        f"{name} = (SELECT c.{name} FROM {COUNTS} c WHERE c.adverse_event_id = {ROWS}.id)"  # noqa: S608
        for name in names
    )
    op.execute(f"UPDATE {ROWS} SET {values}")  # noqa: S608
    with op.batch_alter_table(ROWS) as batch:
        batch.alter_column("group_id", existing_type=KEY, nullable=False)
        batch.create_foreign_key(op.f(f"fk_{ROWS}_group_id"), "groups", ["group_id"], ["id"])
        batch.drop_constraint(op.f(f"ck_{ROWS}_scope_known"), type_="check")
        for name, sql in {**CHECKS, "scope_known": OLD_SCOPES}.items():
            batch.create_check_constraint(op.f(f"ck_{ROWS}_{name}"), sa.text(sql))
        batch.alter_column("note", comment="What a reader should know about the count.")
    op.create_index(op.f(f"ix_{ROWS}_group_id"), ROWS, ["group_id"])
    op.drop_table(COUNTS)
