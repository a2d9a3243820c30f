"""Revisions: each superseded card, and the span of changes during which it was the current one."""

from app.db.database import Database
from app.records.outcomes.card import OUTCOME
from app.records.studies.card import STUDY
from app.records.terms.card import CONDITION
from tests.factories import Evidence
from tests.storage import last_change, revisions, rows, stored


def test_an_edit_keeps_the_old_card_byte_for_byte(evidence: Evidence, database: Database) -> None:
    slug = evidence.study(label='Before \u2013 "quoted"')
    before = stored(database, STUDY, slug)

    evidence.study(slug=slug, label="After")

    [kept] = revisions(database, STUDY, slug)
    assert kept.card == before.card
    assert (kept.version, kept.status, kept.card_format) == (1, "current", STUDY.card_format)


def test_a_revision_spans_the_changes_from_its_making_to_the_next(
    evidence: Evidence, database: Database
) -> None:
    slug = evidence.study(label="Before")
    before = stored(database, STUDY, slug)
    evidence.condition("something-else")

    evidence.study(slug=slug, label="After")

    [kept] = revisions(database, STUDY, slug)
    assert (kept.from_change, kept.to_change) == (before.stamp, last_change(database))


def test_a_new_record_has_no_revision(evidence: Evidence, database: Database) -> None:
    assert revisions(database, STUDY, evidence.study()) == []


def test_at_every_change_since_it_was_made_a_record_has_one_card(
    evidence: Evidence, database: Database
) -> None:
    evidence.condition("pain", name="Pain")
    slug = evidence.study(populations=[{"key": "all", "conditions": ["pain"]}])
    first = last_change(database)
    evidence.condition("pain", name="Ache")
    evidence.study(slug=slug, label="Renamed", populations=[{"key": "all"}])
    evidence.condition("pain", name="Hurt")
    evidence.study(slug=slug, label="Again")

    now = stored(database, STUDY, slug)
    past = revisions(database, STUDY, slug)
    for at in range(first, last_change(database) + 1):
        cards = [each for each in past if each.from_change <= at < each.to_change]
        assert len(cards) + (now.stamp <= at) == 1, f"as of change {at}"
    assert [each.version for each in past] == [1, 1, 2]


def test_the_revisions_of_an_outcome_name_its_study(evidence: Evidence, database: Database) -> None:
    evidence.outcome_measure("pain")
    study = evidence.study()
    outcome = evidence.outcome(study, "pain", instrument="one")

    evidence.outcome(study, "pain", slug=outcome, instrument="another")

    [kept] = revisions(database, OUTCOME, outcome)
    assert kept.owner == stored(database, STUDY, study).id


def test_a_revision_keeps_what_the_default_order_sorted_by(
    evidence: Evidence, database: Database
) -> None:
    slug = evidence.study(year=1999)
    evidence.condition("pain", name="Pain")

    evidence.study(slug=slug, year=2020)
    evidence.condition("pain", name="Ache")

    assert [each.sort_key for each in revisions(database, STUDY, slug)] == ["1999"]
    assert [each.sort_key for each in revisions(database, CONDITION, "pain")] == ["Pain"]


def test_a_record_without_a_sort_key_can_be_superseded(
    evidence: Evidence, database: Database
) -> None:
    slug = evidence.study(year=None)

    evidence.study(slug=slug, year=2020)

    assert len(revisions(database, STUDY, slug)) == 1


def test_loading_many_new_records_writes_no_second_copy(
    ketamine: Database,
) -> None:
    assert rows(ketamine, "SELECT count(*) FROM revisions") == [(0,)]
    assert rows(ketamine, "SELECT count(*) FROM changes") == [(1,)]
