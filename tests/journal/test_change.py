"""Changes: one transaction, one row that says who and why, one version more."""

from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from app import journal
from app.db.database import Database
from app.models import Treatment
from app.records.studies.card import STUDY
from app.records.terms.card import TREATMENT
from app.vocabulary import ChangeAction
from tests.factories import Evidence
from tests.storage import everything, last_change, rows, stored, writing


def test_a_new_record_is_version_one(evidence: Evidence, database: Database) -> None:
    study = stored(database, STUDY, evidence.study())

    assert (study.version, study.status) == (1, "current")
    assert study.stamp == study.edited == last_change(database)


def test_an_edit_makes_the_next_version(evidence: Evidence, database: Database) -> None:
    slug = evidence.study(label="Before")

    evidence.study(slug=slug, label="After")

    study = stored(database, STUDY, slug)
    assert study.version == 2
    assert study.stamp == study.edited == last_change(database)
    assert '"label":"After"' in study.card


def test_an_edit_of_a_part_is_an_edit_of_the_record(evidence: Evidence, database: Database) -> None:
    slug = evidence.study(populations=[{"key": "adults", "n": 12}])

    evidence.study(slug=slug, populations=[{"key": "adults", "n": 13}])

    assert stored(database, STUDY, slug).version == 2


def test_a_change_tells_who_and_why(database: Database) -> None:
    with journal.write(
        database, actor="ada", action=ChangeAction.IMPORT, reason='a "quoted" reason'
    ) as change:
        change.add(Treatment(slug="ketamine", name="Ketamine"))

    told = rows(database, "SELECT id, actor, action, reason FROM changes")
    assert told == [(change.id, "ada", "import", 'a "quoted" reason')]


def test_a_change_of_many_records_is_one_row(evidence: Evidence, database: Database) -> None:
    evidence.support()
    before = last_change(database)

    with writing(database) as change:
        for slug in ("a", "b", "c"):
            change.add(Treatment(slug=slug, name=slug))

    assert last_change(database) == before + 1
    assert {stored(database, TREATMENT, slug).stamp for slug in "abc"} == {before + 1}


def test_a_transaction_that_touches_nothing_leaves_nothing(
    evidence: Evidence, database: Database
) -> None:
    slug = evidence.study()
    before = everything(database)

    with writing(database) as change:
        change.open(STUDY, slug)

    assert everything(database) == before


def test_a_draft_that_says_what_the_record_says_changes_nothing(
    evidence: Evidence, database: Database
) -> None:
    evidence.condition("pain")
    evidence.treatment("ketamine", synonyms=["Ketalar"], codes={"MeSH": "D007649"})
    draft = {
        "slug": "trial",
        "year": 2009,
        "populations": [{"key": "all", "conditions": ["pain"], "countries": ["NL", "DE"]}],
        "arms": [
            {
                "key": "drug",
                "treatments": [{"treatment": "ketamine", "dose_low": 5, "dose_unit": "mg"}],
            }
        ],
        "groups": [{"key": "drug", "title": "Drug", "population": "all", "arms": ["drug"]}],
    }
    evidence.study(**draft)
    before = everything(database)

    evidence.study(**draft)
    evidence.treatment("ketamine", synonyms=["Ketalar"], codes={"MeSH": "D007649"})

    assert everything(database) == before


def test_nothing_is_written_when_the_block_raises(evidence: Evidence, database: Database) -> None:
    slug = evidence.treatment("ketamine")
    before = everything(database)

    def rename_and_fail() -> None:
        with writing(database) as change:
            ketamine: Any = change.open(TREATMENT, slug)
            ketamine.name = "Changed"
            change.touch(ketamine)
            change.session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        rename_and_fail()

    assert everything(database) == before


def test_nothing_is_written_when_the_database_refuses(
    evidence: Evidence, database: Database
) -> None:
    evidence.treatment("ketamine")
    before = everything(database)

    def take_a_slug() -> None:
        with writing(database) as change:
            change.add(Treatment(slug="new", name="New"))
            change.add(Treatment(slug="ketamine", name="Another"))

    with pytest.raises(IntegrityError):
        take_a_slug()

    assert everything(database) == before


def test_a_slug_names_one_term_of_each_kind(evidence: Evidence, database: Database) -> None:
    evidence.condition("pain")
    evidence.adverse_effect("pain")

    assert len(rows(database, "SELECT id FROM terms WHERE slug = 'pain'")) == 2


def test_opening_what_does_not_exist_gives_none(database: Database) -> None:
    with writing(database) as change:
        assert change.open(STUDY, "no-such-study") is None
        assert change.empty
