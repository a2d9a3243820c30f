"""Migration 0005: rows of one harm in several groups become one row with a count for each."""

from __future__ import annotations

import json
from operator import itemgetter
from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from typer.testing import CliRunner

from app import journal
from app.__main__ import cli
from app.curation.writing import open_writer
from app.db import schema
from app.db.database import Database
from app.records.adverse_events.card import ADVERSE_EVENT
from tests.commands import address_of
from tests.conftest import Blank, serving
from tests.journal import older
from tests.storage import rows

STUDY = "adults-crps-12-weeks"
KETAMINE, PLACEBO = "abstract-esketamine", "abstract-placebo"
ROW = ("slug", "version", "status")
NOTE = "0 of 0 in the source: not assessed"


class Older:
    """A database as it was before, with rows of harms that a test puts in, and as it is then."""

    def __init__(self, database: Database) -> None:
        self.database = database
        older.fill(database)
        schema.migrate(database, "0004")
        self._run("DELETE FROM proposals")
        [(card,)] = rows(database, "SELECT card FROM adverse_events WHERE id = 1")
        self.card = json.loads(card)

    def _run(self, query: str, **values: Any) -> None:
        with self.database.write() as session:
            session.execute(text(query), values)

    def row(self, name: str, group: str, *, claims: bool = True, **columns: Any) -> str:
        """A row like the one of psychomimetic effects, with these columns; gives its slug."""
        [(number,)] = rows(self.database, "SELECT max(id) + 1 FROM adverse_events")
        [(place,)] = rows(self.database, f"SELECT id FROM groups WHERE key = '{group}'")  # noqa: S608
        slug = f"{STUDY}.{name}"
        card = {**self.card, **columns, "slug": slug, "group": {**self.card["group"], "key": group}}
        given = {"id": number, "slug": slug, "group_id": place, "percent": None, "note": None}
        given |= {"term_verbatim": "sick"}
        given |= {**columns, "stamp": 4, "edited": 4, "version": 1}
        given["card"] = orjson.dumps(card).decode()
        with self.database.read() as connection:
            names = list(connection.execute(text("SELECT * FROM adverse_events")).keys())
        taken = ", ".join(f":{each}" if each in given else each for each in names)
        query = f"INSERT INTO adverse_events ({', '.join(names)}) SELECT {taken}"
        self._run(f"{query} FROM adverse_events WHERE id = 1", **given)
        chosen = f"slug {'=' if claims else '<>'} '{older.HARM}' AND quote IS NULL"
        self._support(number, chosen, {"slug": slug, "term_verbatim": given["term_verbatim"]})
        return slug

    def _support(self, row: int, chosen: str, link: dict[str, str]) -> None:
        """Let a row rest on the first claim of some, whose card names it."""
        query = f"SELECT id, card FROM claims WHERE {chosen} ORDER BY id LIMIT 1"  # noqa: S608
        [(claim, card)] = rows(self.database, query)
        facts = "INSERT INTO claim_facts (claim_id, adverse_event_id) VALUES (:claim, :row)"
        self._run(facts, claim=claim, row=row)
        told = orjson.loads(card)
        told["adverse_events"] = sorted([*told["adverse_events"], link], key=itemgetter("slug"))
        query = "UPDATE claims SET card = :card WHERE id = :claim"
        self._run(query, card=orjson.dumps(told).decode(), claim=claim)

    def propose(self, slug: str, base_version: int | None, patch: Any, **more: Any) -> None:
        """A proposal that waits."""
        [(number,)] = rows(self.database, "SELECT coalesce(max(id), 0) + 1 FROM proposals")
        values = {"id": number, "slug": slug, "base_version": base_version, "state": "open"}
        self._run(
            """INSERT INTO proposals (id, kind, slug, base_version, patch, reason, state, author,
            created_at) VALUES (:id, 'adverse_event', :slug, :base_version, :patch, 'so', :state,
            'bob', '2026-01-01')""",
            **{**values, **more, "patch": json.dumps(patch)},
        )

    def migrate(self) -> None:
        """Bring it to today."""
        done = CliRunner().invoke(cli, ["migrate"])
        assert done.exit_code == 0, done.output
        with self.database.read() as connection:
            assert list(journal.verify(connection)) == []

    def stored(self, slug: str) -> tuple[str, int, str] | None:
        """A row of today."""
        query = f"SELECT {', '.join(ROW)} FROM adverse_events WHERE slug = '{slug}'"  # noqa: S608
        return next(iter(rows(self.database, query)), None)

    def proposals(self) -> list[tuple[Any, ...]]:
        """What became of them: slug, base, state, patch, why."""
        names = "slug, base_version, state, patch, decision"
        found = rows(self.database, f"SELECT {names} FROM proposals ORDER BY id")  # noqa: S608
        return [(*each[:3], json.loads(each[3]), each[4]) for each in found]


@pytest.fixture
def before(blank: Blank, monkeypatch: pytest.MonkeyPatch) -> Older:
    database = blank()
    monkeypatch.setenv("EVIDENCE_DATABASE_URL", address_of(database))
    return Older(database)


def counts(client: TestClient, slug: str, *members: str) -> list[tuple[Any, ...]]:
    """The counts of a card: the group, and these members."""
    reply = client.get(f"/v1/adverse-events/{slug}")
    assert reply.status_code == 200, reply.text
    return [
        (each["group"]["key"], *(each[name] for name in members)) for each in reply.json()["counts"]
    ]


def test_rows_that_say_the_same_of_different_groups_become_one(before: Older) -> None:
    first = before.row("nausea-esketamine", KETAMINE, affected=9, at_risk=30, serious="no")
    second = before.row("nausea-placebo", PLACEBO, affected=1, at_risk=29, serious="no")

    before.migrate()

    slug = f"{STUDY}.nausea"
    assert before.stored(slug) == (slug, 2, "current")
    assert before.stored(first) is None
    assert before.stored(second) == (second, 2, "merged")
    with serving(before.database) as client:
        told = counts(client, slug, "affected", "at_risk")
        assert told == [(KETAMINE, 9, 30), (PLACEBO, 1, 29)]
        for old in (first, second):
            led = client.get(f"/v1/adverse-events/{old}", follow_redirects=False)
            assert (led.status_code, led.headers["location"]) == (308, f"/v1/adverse-events/{slug}")
            assert counts(client, old) == [(KETAMINE,), (PLACEBO,)]
        newest = client.get("/v1/changes").json()["items"][-2]
        assert newest["reason"].startswith("Counts of one harm in several groups of a study became")
        assert {each["slug"] for each in newest["records"]} >= {slug, second}


def test_the_past_of_each_row_is_read_as_it_was(before: Older) -> None:
    first = before.row("nausea-esketamine", KETAMINE, affected=9, at_risk=30)
    second = before.row("nausea-placebo", PLACEBO, affected=1, at_risk=29)
    [(moment,)] = rows(before.database, "SELECT max(at) FROM changes")

    before.migrate()

    with serving(before.database) as client:
        path = f"/v1/adverse-events/{STUDY}.nausea"
        [_, then] = client.get(f"{path}/revisions").json()["items"]
        assert then["version"] == 1
        was = client.get(f"{path}/revisions/1").json()
        assert (was["slug"], [each["affected"] for each in was["counts"]]) == (first, [9])
        gone = client.get(f"/v1/adverse-events/{second}/revisions/1").json()
        assert [each["affected"] for each in gone["counts"]] == [1]
        compared = client.get(f"{path}/difference?from=1&to=2").json()["items"]
        assert {each["pointer"] for each in compared} >= {"/slug", "/counts/1"}
        for old in (first, second):
            then = client.get(f"/v1/adverse-events/{old}?as_of={moment}").json()
            assert (then["slug"], len(then["counts"])) == (old, 1)
            assert {each["slug"] for each in then["claims"]["items"]} == {older.HARM}
        now, past = (
            [each["slug"] for each in client.get(address).json()["adverse_events"]]
            for address in (f"/v1/claims/{older.HARM}", f"/v1/claims/{older.HARM}/revisions/1")
        )
    assert f"{STUDY}.nausea" in now
    assert not {first, second} & set(now)
    assert past


def test_a_version_of_before_comes_back_with_its_one_count(before: Older) -> None:
    before.row("nausea-esketamine", KETAMINE, affected=9, at_risk=30)
    before.row("nausea-placebo", PLACEBO, affected=1, at_risk=29)
    before.migrate()

    with open_writer(before.database, actor="ada") as writer:
        writer.restore(ADVERSE_EVENT, f"{STUDY}.nausea", version=1)

    with serving(before.database) as client:
        assert counts(client, f"{STUDY}.nausea", "affected") == [(KETAMINE, 9)]


def test_a_note_that_all_rows_have_stays_and_others_go_to_their_counts(before: Older) -> None:
    for name in ("same", "apart"):
        before.row(f"{name}-esketamine", KETAMINE, term_verbatim=name, note="In the table.")
        note = "In the table." if name == "same" else None
        before.row(f"{name}-placebo", PLACEBO, term_verbatim=name, note=note)

    before.migrate()

    with serving(before.database) as client:
        notes = {}
        for name in ("same", "apart"):
            slug = f"{STUDY}.{name}"
            own = client.get(f"/v1/adverse-events/{slug}").json()["note"]
            notes[name] = (own, [note for _, note in counts(client, slug, "note")])
    assert notes == {
        "same": ("In the table.", [None, None]),
        "apart": (None, ["In the table.", None]),
    }


@pytest.mark.parametrize(
    ("group", "columns"),
    [
        (PLACEBO, {"serious": "yes"}),
        (PLACEBO, {"claims": False}),
        (PLACEBO, {"time_frame": "12 weeks"}),
        (KETAMINE, {}),
    ],
    ids=["serious or not", "other claims", "another time", "the same group twice"],
)
def test_rows_that_do_not_say_the_same_stay_as_they_are(
    before: Older, group: str, columns: dict[str, Any]
) -> None:
    same: dict[str, Any] = {"affected": 1, "at_risk": 9, "term_verbatim": "nausea"}
    slugs = [before.row("a", KETAMINE, **same), before.row("b", group, **same, **columns)]

    before.migrate()

    assert [before.stored(each) for each in slugs] == [(each, 1, "current") for each in slugs]
    with serving(before.database) as client:
        assert [counts(client, each, "affected") for each in slugs] == [
            [(KETAMINE, 1)],
            [(group, 1)],
        ]


def test_0_of_0_is_no_count_and_a_note_says_so(before: Older) -> None:
    alone = before.row("alone", KETAMINE, affected=0, at_risk=0, term_verbatim="alone")
    before.row("both-esketamine", KETAMINE, affected=3, at_risk=9, note="As written.")
    before.row("both-placebo", PLACEBO, affected=0, at_risk=0)
    before.row("none", KETAMINE, at_risk=0, term_verbatim="none")

    before.migrate()

    assert before.stored(alone) == (alone, 2, "current")
    members = ("affected", "at_risk", "note")
    with serving(before.database) as client:
        assert counts(client, alone, *members) == [(KETAMINE, None, None, NOTE)]
        assert counts(client, f"{STUDY}.both", *members) == [
            (KETAMINE, 3, 9, "As written."),
            (PLACEBO, None, None, NOTE),
        ]
        none = counts(client, f"{STUDY}.none", *members)
        assert none == [(KETAMINE, None, None, "0 at risk in the source: not assessed")]
        was = client.get(f"/v1/adverse-events/{alone}/revisions/1").json()["counts"][0]
    assert (was["affected"], was["at_risk"], was["note"]) == (0, 0, None)


def test_where_slugs_have_nothing_to_say_in_common_the_first_stays(before: Older) -> None:
    numbered = before.row("nausea", KETAMINE), before.row("nausea-2", PLACEBO)
    unlike = [
        before.row(name, group, term_verbatim="unlike")
        for name, group in (("mild", KETAMINE), ("sick", PLACEBO))
    ]

    before.migrate()

    assert before.stored(numbered[0]) == (numbered[0], 2, "current")
    assert before.stored(unlike[0]) == (unlike[0], 2, "current")


def test_an_open_proposal_on_a_count_is_one_on_all_counts_of_its_row(before: Older) -> None:
    given = before.row("nausea-esketamine", KETAMINE, affected=9, at_risk=30)
    control = before.row("nausea-placebo", PLACEBO, affected=1, at_risk=29)
    lone = before.row("lone", KETAMINE, affected=2, at_risk=8, term_verbatim="lone")
    before.propose(control, 1, {"affected": 2, "note": "Read in table 3."})
    before.propose(given, 1, {"percent": 30})
    before.propose(lone, 1, {"affected": None, "percent": 25, "serious": "yes"})
    before.propose(lone, 1, {"note": "Another note."})
    new = {"study": STUDY, "group": PLACEBO, "affected": 0, "at_risk": 0, "says": []}
    before.propose("new", None, new)

    before.migrate()

    def count(group: str, *numbers: Any, note: str | None = None) -> dict[str, Any]:
        affected, at_risk, percent = numbers
        each = {"group": group, "affected": affected, "at_risk": at_risk, "events": None}
        return {**each, "percent": percent, "note": note}

    alone = count(KETAMINE, None, 8, 25)
    del alone["note"]
    row, of_lone, of_new = (
        f"{STUDY}.nausea",
        {"serious": "yes", "counts": [alone]},
        {
            "study": STUDY,
            "says": [],
            "counts": [count(PLACEBO, None, None, None, note=NOTE)],
        },
    )
    assert before.proposals() == [
        (
            row,
            2,
            "open",
            {
                "counts": [
                    count(KETAMINE, 9, 30, None),
                    count(PLACEBO, 2, 29, None, note="Read in table 3."),
                ]
            },
            None,
        ),
        (
            row,
            2,
            "open",
            {"counts": [count(KETAMINE, 9, 30, 30), count(PLACEBO, 1, 29, None)]},
            None,
        ),
        (lone, 1, "open", of_lone, None),
        (lone, 1, "open", {"note": "Another note."}, None),
        ("new", None, "open", of_new, None),
    ]


def test_a_proposal_that_would_hold_of_all_counts_is_returned_with_a_reason(before: Older) -> None:
    before.row("nausea-esketamine", KETAMINE, affected=9, at_risk=30)
    control = before.row("nausea-placebo", PLACEBO, affected=1, at_risk=29)
    before.propose(control, 1, {"serious": "no", "affected": 2})

    before.migrate()

    [(slug, base, state, patch, why)] = before.proposals()
    assert (slug, base, state) == (control, 1, "rejected")
    assert patch == {"serious": "no", "affected": 2}
    assert why == (
        "Returned: the row is one with others now, and serious would hold of all."
        f" Propose it anew on {STUDY}.nausea."
    )


def test_a_decided_proposal_is_still_shown_with_what_it_changed(before: Older) -> None:
    given = before.row("nausea-esketamine", KETAMINE, affected=9, at_risk=30)
    before.row("nausea-placebo", PLACEBO, affected=1, at_risk=29)
    before.propose(given, 1, {"affected": 8}, state="rejected")

    before.migrate()

    [(slug, base, _, patch, _)] = before.proposals()
    assert (slug, base) == (f"{STUDY}.nausea", 1)
    assert [each["affected"] for each in patch["counts"]] == [8]


def test_there_is_a_way_back_while_each_row_has_one_count(before: Older) -> None:
    before.row("nausea", KETAMINE, affected=9, at_risk=30)
    with before.database.write() as session:
        session.execute(text("UPDATE adverse_events SET serious = 'yes' WHERE id = 2"))
    schema.migrate(before.database)

    schema.migrate(before.database, "0004")

    kept = rows(before.database, "SELECT affected, at_risk FROM adverse_events WHERE affected = 9")
    assert kept == [(9, 30)]
    schema.migrate(before.database)


def test_there_is_none_where_rows_became_one(before: Older) -> None:
    before.row("nausea-esketamine", KETAMINE)
    before.row("nausea-placebo", PLACEBO)
    before.migrate()

    with pytest.raises(NotImplementedError, match="several counts"):
        schema.migrate(before.database, "0004")
