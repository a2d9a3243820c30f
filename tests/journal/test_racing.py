"""Several editors at once: nobody overwrites what they have not seen, and nobody fails in vain."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy.orm.exc import StaleDataError

from app import journal
from app.db.database import Database
from app.records.studies.card import STUDY
from app.records.terms.card import CONDITION
from tests.factories import Evidence
from tests.storage import all_stored, edit, everything, last_change, revisions, stored, writing


@pytest.fixture
def patient(database: Database) -> Iterator[Database]:
    """The same database for those who wait as long as it takes, on a busy machine too."""
    patient = Database(database.url.render_as_string(hide_password=False), busy_timeout=300)
    yield patient
    patient.close()


def _in_hand(database: Database, slug: str) -> Any:
    """A study as an editor holds it who opened it a while ago."""
    with writing(database) as change:
        study = change.open(STUDY, slug)
        change.session.expunge_all()
    return study


def _save(database: Database, study: Any, label: str) -> None:
    with writing(database) as change:
        change.session.add(study)
        study.label = label
        change.touch(study)


def test_an_edit_of_an_old_version_is_refused_and_nothing_is_written(
    evidence: Evidence, database: Database
) -> None:
    slug = evidence.study()
    study = _in_hand(database, slug)
    edit(database, STUDY, slug, label="Somebody was faster")
    before = everything(database)

    with pytest.raises(StaleDataError):
        _save(database, study, "Too late")

    assert everything(database) == before


def test_of_two_racing_editors_one_wins(evidence: Evidence, database: Database) -> None:
    slug = evidence.study()
    start = Barrier(2)

    def race(label: str) -> str:
        study = _in_hand(database, slug)
        start.wait(timeout=10)
        try:
            _save(database, study, label)
        except StaleDataError:
            return "stale"
        return label

    with ThreadPoolExecutor(2) as editors:
        ends = sorted(editors.map(race, ["One", "Two"]))

    assert ends in (["One", "stale"], ["Two", "stale"])
    record = stored(database, STUDY, slug)
    assert record.version == 2
    assert f'"label":"{ends[0]}"' in record.card


def test_editors_who_read_inside_their_change_all_win(
    evidence: Evidence, patient: Database
) -> None:
    slug = evidence.study(enrollment=0)

    def count_up(_: int) -> None:
        with writing(patient) as change:
            study: Any = change.open(STUDY, slug)
            study.enrollment += 1
            change.touch(study)

    with ThreadPoolExecutor(10) as editors:
        list(editors.map(count_up, range(10)))

    assert stored(patient, STUDY, slug).version == 11
    assert '"enrollment":10,' in stored(patient, STUDY, slug).card
    assert len(revisions(patient, STUDY, slug)) == 10


def test_twenty_threads_writing_at_once_all_succeed(evidence: Evidence, patient: Database) -> None:
    evidence.condition("pain", name="Pain")
    evidence.support()
    before = last_change(patient)

    def write(number: int) -> None:
        if number % 4:
            mine = Evidence(patient)
            people = {"key": "all", "conditions": ["pain"], "says": ["support"]}
            mine.study(slug=f"study-{number}", populations=[people], says=["support"])
        else:
            edit(patient, CONDITION, "pain", name=f"Pain {number}")

    with ThreadPoolExecutor(20) as threads:
        list(threads.map(write, range(20)))

    assert last_change(patient) == before + 20
    name = f'"name":"{_name_of(patient, "pain")}"'
    studies = [each for (kind, _), each in all_stored(patient).items() if kind == "study"]
    assert len(studies) == 15
    assert all(name in study.card for study in studies)
    with patient.read() as connection:
        assert list(journal.verify(connection)) == []


def _name_of(database: Database, slug: str) -> str:
    return CONDITION.card.model_validate_json(stored(database, CONDITION, slug).card).name  # type: ignore[attr-defined, no-any-return]
