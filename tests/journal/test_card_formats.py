"""Stored cards come to a new format, and nothing of the records is lost on the way."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from io import BytesIO
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
from app.journal import card_formats, derivations
from app.journal.pages.rows import PAGES
from app.overviews.release import OutdatedCardsError, write_release
from app.query.cards import schema_hash, upgrade_card
from app.records.catalogue import KINDS
from app.records.studies.card import STUDY, StudyCard
from app.records.terms.card import TREATMENT
from tests.commands import address_of
from tests.conftest import Blank, serving
from tests.journal import older
from tests.storage import Stored, all_stored, edit, rows

Moments = dict[tuple[str, str], tuple[Any, ...]]
NEXT = STUDY.card_format + 1


class NextStudyCard(StudyCard):
    """The card of a study after a member was added."""

    registry_record_id: int | None


def declare_next(monkeypatch: pytest.MonkeyPatch, upgrades: dict[int, Any]) -> None:
    """Let studies have a card with one member more, as a later program would."""
    steps = {**STUDY.upgrades, **upgrades}
    declared = {"card": NextStudyCard, "card_format": NEXT, "upgrades": steps}
    for name, value in declared.items():
        monkeypatch.setitem(STUDY.__dict__, name, value)


Later = Callable[..., None]


@pytest.fixture
def later(ketamine: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Later]:
    """Makes this the later program; in the end the database is today's again."""
    yield lambda upgrades=None: declare_next(monkeypatch, upgrades or {})
    monkeypatch.undo()
    card_formats.upgrade(ketamine)


def what_stays(
    stored: dict[tuple[str, str], Stored], but: Collection[tuple[str, str]] = ()
) -> Moments:
    """What a record keeps, whatever its card looks like."""
    return {
        name: (each.id, each.status, each.version, each.stamp, each.edited)
        for name, each in stored.items()
        if name not in but
    }


def test_whoever_changes_the_layout_of_a_card_is_told_to_number_it() -> None:
    forgotten = {
        kind.name: f'card_format={kind.card_format + 1}, card_schema="{now}"'
        for kind in KINDS
        if (now := schema_hash(kind.card)) != kind.card_schema
    }

    assert forgotten == {}, (
        "The card's layout has changed: raise its card_format, declare an upgrade if there is one,"
        " and write the new hash beside it."
    )


def test_a_layout_is_another_when_members_are_and_not_when_words_are() -> None:
    class Reworded(StudyCard):
        """Other words."""

    class Fewer(StudyCard):
        label: int  # type: ignore[assignment]

    assert schema_hash(Reworded) == schema_hash(StudyCard)
    assert len({schema_hash(card) for card in (StudyCard, NextStudyCard, Fewer)}) == 3


def test_a_new_member_is_in_every_card_after_migrate_and_all_else_is_as_it_was(
    ketamine: Database, later: Later
) -> None:
    before, past = what_stays(all_stored(ketamine)), rows(ketamine, "SELECT card FROM revisions")
    later()

    done = card_formats.upgrade(ketamine)

    stored = all_stored(ketamine)
    cards = [orjson.loads(each.card) for (kind, _), each in stored.items() if kind == "study"]
    assert done == {"study": len(cards)}
    assert [list(card)[-1] for card in cards] == ["registry_record_id"] * len(cards)
    assert what_stays(stored) == before
    assert rows(ketamine, "SELECT card FROM revisions") == past
    with ketamine.read() as connection:
        assert list(journal.verify(connection)) == []


def test_until_then_the_server_is_not_ready_and_no_release_is_made(
    ketamine: Database, ketamine_client: TestClient, later: Later
) -> None:
    assert ketamine_client.get("/ready").status_code == 200
    later()

    ready = ketamine_client.get("/ready")
    release = ketamine_client.get("/v1/releases/current")
    with ketamine.read() as connection:
        named = list(card_formats.misformatted(connection))
        with (
            pytest.raises(OutdatedCardsError, match="6 of studies"),
            BytesIO() as file,
        ):
            write_release(connection, file)
    card_formats.upgrade(ketamine)
    again, released = ketamine_client.get("/ready"), ketamine_client.get("/v1/releases/current")

    assert (ready.status_code, ready.json()["type"].rpartition(":")[2]) == (503, "cards-outdated")
    assert "6 of studies" in ready.json()["detail"]
    assert "evidence migrate" in ready.json()["detail"]
    assert release.status_code == 503
    assert len(named) == 6
    assert f"its card is of format {NEXT - 1}, not {NEXT}" in named[0]
    assert (again.status_code, released.status_code) == (200, 200)
    assert released.json()["card_formats"]["study"] == NEXT


def test_whoever_holds_a_list_is_given_the_new_cards(
    ketamine: Database, ketamine_client: TestClient, later: Later
) -> None:
    held = ketamine_client.get("/v1/studies")
    one = ketamine_client.get("/v1/studies/adults-crps-12-weeks")
    later()

    card_formats.upgrade(ketamine)

    asked = ketamine_client.get("/v1/studies", headers={"If-None-Match": held.headers["etag"]})
    now = ketamine_client.get("/v1/studies/adults-crps-12-weeks")
    newest = ketamine_client.get("/v1/changes").json()["items"][-1]
    assert asked.status_code == 200
    assert "registry_record_id" in asked.json()["items"][0]
    assert now.headers["etag"].split("-")[0] == one.headers["etag"].split("-")[0]
    assert now.headers["etag"] != one.headers["etag"]
    assert (newest["actor"], newest["records"]) == ("migrate", [])
    assert f"study: format {NEXT}" in newest["reason"]


def test_a_declared_upgrade_lifts_cards_and_nothing_is_rendered(
    ketamine: Database, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lift(card: dict[str, Any]) -> dict[str, Any]:
        return {**card, "registry_record_id": None}

    def fail(*_: Any) -> dict[int, str]:
        raise AssertionError("rendered")

    with ketamine.write() as session:
        session.execute(text("UPDATE studies SET registry_record_id = NULL"))
    later({NEXT - 1: lift})
    monkeypatch.setitem(STUDY.__dict__, "render", lambda _, ids: fail() if ids else {})

    done = card_formats.upgrade(ketamine)

    assert done == {"study": 6}
    cards = rows(ketamine, "SELECT card FROM studies")
    assert all(card.endswith('"registry_record_id":null}') for (card,) in cards)


def test_a_run_that_was_stopped_goes_on_where_it_stopped(
    ketamine: Database, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    later()
    monkeypatch.setattr(derivations, "BATCH", 2)

    def stop(_what: str, _done: int, _of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        card_formats.upgrade(ketamine, progress=stop)
    with ketamine.read() as connection:
        waiting = card_formats.outdated(connection)
    seen: list[tuple[str, int, int]] = []
    done = card_formats.upgrade(ketamine, progress=lambda *told: seen.append(told))

    assert waiting == {STUDY: 4}
    assert done == {"study": 4}
    assert seen == [("cards of studies", count, 6) for count in (2, 4, 6)]
    assert card_formats.upgrade(ketamine) == {}


def test_a_link_that_is_renamed_meanwhile_reads_the_same_in_cards_of_an_older_format(
    ketamine: Database, later: Later
) -> None:
    later()

    edit(ketamine, TREATMENT, "ketamine", name="Racemic ketamine")

    found = rows(ketamine, "SELECT card, card_format FROM studies")
    renamed = [(card, number) for card, number in found if "Racemic ketamine" in card]
    assert len(renamed) > 1
    assert {number for _, number in renamed} == {NEXT}
    assert all("registry_record_id" in card for card, _ in renamed)


def test_superseded_cards_lack_what_nobody_knew_then() -> None:
    nobody = '{"slug":"s","label":"A study"}'

    class Next(StudyCard):
        more: list[str]
        other: int | None

    kind = STUDY.__class__(
        **{**STUDY.__dict__, "card": Next, "card_format": NEXT, "upgrades": {}}  # a kind like it
    )
    lifted = orjson.loads(upgrade_card(kind, nobody, NEXT - 1))

    assert (lifted["slug"], lifted["label"]) == ("s", "A study")
    assert (lifted["more"], lifted["other"], lifted["phase"]) == ([], None, None)
    assert set(lifted) <= set(Next.model_fields)
    assert upgrade_card(kind, nobody, NEXT) == nobody


@pytest.fixture
def old(blank: Blank, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A database that the program at schema 0001 left, one engine after the other."""
    database = blank()
    older.fill(database)
    monkeypatch.setenv("EVIDENCE_DATABASE_URL", address_of(database))
    return database


def test_a_database_of_the_first_schema_is_migrated_with_nothing_lost(old: Database) -> None:
    with old.read() as connection:
        assert schema.current_revision(connection) == older.REVISION
    before = all_stored(old)

    done = CliRunner().invoke(cli, ["migrate"])

    assert done.exit_code == 0, done.output
    with old.read() as connection:
        assert schema.current_revision(connection) == schema.newest_revision()
        assert list(journal.verify(connection)) == []
    after = all_stored(old)
    assert what_stays(after, older.ALTERED) == what_stays(before, older.ALTERED)
    # one change says that cards read otherwise; one made two rows of a harm one
    more = {"changes": 2, "revisions": 3, "slug_redirects": 2, "claim_facts": -1}
    more |= {"search_texts": -1}
    indexes = {table.name for table in PAGES}  # are derived in another form, which verify looks at
    for table, each in older.rows().items():
        if table not in indexes:
            found = len(rows(old, f"SELECT 1 FROM {table}"))  # noqa: S608
            assert found == len(each["rows"]) + more.get(table, 0), table
    with serving(old) as client:
        assert client.get("/ready").status_code == 200
        past = client.get("/v1/studies/adults-crps-12-weeks/revisions").json()["items"]
        assert {each["version"] for each in past} == {1, 2, 3}
        merged = client.get("/v1/citations/bredlau-2013-2", follow_redirects=False)
        assert merged.status_code == 308


def test_its_cards_come_to_a_later_format_and_its_past_is_read_in_it(
    old: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    cards = "SELECT card, card_format FROM revisions WHERE to_change <= 10 ORDER BY card"
    before, kept = all_stored(old), rows(old, cards)
    declare_next(monkeypatch, {})

    done = CliRunner().invoke(cli, ["migrate"])

    assert "cards in their present format: 6 study" in done.output
    moved = {kind.name for kind in KINDS if kind.card_format > older.CARD_FORMAT}
    assert what_stays(all_stored(old), older.ALTERED) == what_stays(before, older.ALTERED)
    assert rows(old, cards) == kept
    with serving(old) as client:
        first = client.get("/v1/studies/adults-crps-12-weeks/revisions/1").json()
    assert first["label"] != "Ketamine against placebo in adults with CRPS"
    assert first["registry_record_id"] is None
    for (kind, slug), each in all_stored(old).items():
        if kind not in moved and (kind, slug) not in older.ALTERED:
            assert each.card == before[kind, slug].card


def test_the_past_says_ages_as_the_present_does_and_can_be_restored(old: Database) -> None:
    CliRunner().invoke(cli, ["migrate"])

    with serving(old) as client:
        first = client.get("/v1/studies/mania-during-ketamine-therapy/revisions/1").json()
    with open_writer(old, actor="ada") as writer:
        writer.restore(STUDY, "adults-crps-12-weeks", version=1)

    told = [each["ages"] and each["ages"]["text"] for each in first["populations"]]
    assert told == [None, "42 years"]
    with old.read() as connection:
        assert list(journal.verify(connection)) == []
