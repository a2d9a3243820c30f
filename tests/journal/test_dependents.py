"""Cards that show other records follow them: a link is the same bytes everywhere."""

from typing import Any

import pytest

from app.db.database import Database
from app.query.cards import Kind
from app.records.adverse_events.card import ADVERSE_EVENT
from app.records.case_reports.card import CASE_REPORT
from app.records.citations.card import CITATION
from app.records.claims.card import CLAIM
from app.records.documents.card import DOCUMENT
from app.records.outcomes.card import OUTCOME
from app.records.studies.card import STUDY
from app.records.studies.draft import STUDY_EDITOR
from app.records.terms.card import ADVERSE_EFFECT, CONDITION, OUTCOME_MEASURE, TREATMENT
from app.records.terms.draft import CONDITION_EDITOR
from tests.factories import Evidence
from tests.storage import all_stored, edit, link, revisions, stored

RENAMED: tuple[tuple[Kind, str, dict[str, Any]], ...] = (
    (TREATMENT, "ketamine", {"name": "Ketamine, renamed"}),
    (CONDITION, "complex-regional-pain-syndrome", {"name": "CRPS"}),
    (ADVERSE_EFFECT, "hallucinations", {"name": "Seeing things"}),
    (OUTCOME_MEASURE, "pain", {"name": "Ache"}),
    (STUDY, "adults-crps-12-weeks", {"label": "Renamed", "year": 1999}),
    (CITATION, "sigtermans-2009", {"title": "Renamed", "year": None}),
    (DOCUMENT, "ketamine-for-pain", {"title": "Renamed"}),
    (CLAIM, "adults-crps-12-weeks.at-end", {"summary": "Said in other words"}),
    (OUTCOME, "adults-crps-12-weeks.pain", {"role": "secondary"}),
    (CASE_REPORT, "foot-pain-after-coma-and-boosters", {"label": "Renamed"}),
)
EVIL = (
    'it\'s "quoted" \\ and \\" \\n',
    "Ünïcode \u2013 \U0001f48a \u202e \u2028",
    '","name":"x"},{"kind":"treatment","slug":"other","name":"Other"}',
    "100 % of $1 \\1 {0} &amp; :name %s",
    "tab\tnewline\nnul-like \\u0000",
)


@pytest.mark.parametrize(("kind", "slug", "new"), RENAMED, ids=lambda each: str(each)[:40])
def test_a_new_name_stands_in_every_card_that_shows_it(
    ketamine: Database, kind: Kind, slug: str, new: dict[str, Any]
) -> None:
    before = all_stored(ketamine)

    edit(ketamine, kind, slug, **new)

    after, me = all_stored(ketamine), (kind.name, slug)
    old_link, new_link = (link(kind, cards[me].card) for cards in (before, after))
    showing = {name for name, record in before.items() if old_link in record.card}
    assert showing
    for name in showing:
        assert after[name].card == before[name].card.replace(old_link, new_link)


@pytest.mark.parametrize(("kind", "slug", "new"), RENAMED, ids=lambda each: str(each)[:40])
def test_a_card_that_shows_a_new_name_gets_a_stamp_but_no_version(
    ketamine: Database, kind: Kind, slug: str, new: dict[str, Any]
) -> None:
    before = all_stored(ketamine)

    change = edit(ketamine, kind, slug, **new)

    altered = {name: each for name, each in all_stored(ketamine).items() if each.stamp == change}
    assert {name for name, each in altered.items() if each.version == 2} == {(kind.name, slug)}
    for name, record in altered.items():
        assert record.card != before[name].card, f"{name} was stamped for nothing"
        if name != (kind.name, slug):
            assert record.edited == before[name].edited


def test_a_card_that_shows_a_new_name_leaves_a_revision(
    evidence: Evidence, database: Database
) -> None:
    evidence.condition("pain", name="Pain")
    study = evidence.study(populations=[{"key": "all", "conditions": ["pain"]}])
    before = stored(database, STUDY, study)

    change = edit(database, CONDITION, "pain", name="Ache")

    [kept] = revisions(database, STUDY, study)
    assert (kept.card, kept.version) == (before.card, 1)
    assert (kept.from_change, kept.to_change) == (before.stamp, change)


def test_an_edit_that_shows_in_no_link_leaves_other_cards_alone(
    evidence: Evidence, database: Database
) -> None:
    evidence.condition("pain")
    study = evidence.study(populations=[{"key": "all", "conditions": ["pain"]}])
    before = stored(database, STUDY, study)

    edit(database, CONDITION, "pain", definition="It hurts")

    assert stored(database, STUDY, study) == before


def test_a_record_renamed_and_edited_in_one_change_is_superseded_once(
    evidence: Evidence, database: Database
) -> None:
    evidence.condition("pain", name="Pain")
    study = evidence.study(populations=[{"key": "all", "conditions": ["pain"]}])
    dull: dict[str, Any] = {"basis": "abstract", "says": [evidence.support()]}
    everybody = {"key": "all", "label": "all", "conditions": ["pain"], **dull}
    draft = {"slug": study, "label": "New", "populations": [everybody], **dull}

    evidence.write([(CONDITION_EDITOR, {"slug": "pain", "name": "Ache"}), (STUDY_EDITOR, draft)])

    assert len(revisions(database, STUDY, study)) == 1
    assert '"name":"Ache"' in stored(database, STUDY, study).card


@pytest.mark.parametrize("name", EVIL)
def test_any_name_survives_being_replaced(
    evidence: Evidence, database: Database, name: str
) -> None:
    evidence.condition("pain", name="Pain")
    evidence.condition("back-pain", parent="pain")
    study = evidence.study(populations=[{"key": "all", "conditions": ["pain"]}])
    claim = evidence.claim(subject="pain")
    before = all_stored(database)

    edit(database, CONDITION, "pain", name=name)
    renamed = all_stored(database)
    edit(database, CONDITION, "pain", name="Pain")

    shown = link(CONDITION, renamed["condition", "pain"].card)
    names = [("study", study), ("claim", claim), ("condition", "back-pain")]
    assert all(shown in renamed[each].card for each in names)
    assert [all_stored(database)[each].card for each in names] == [
        before[each].card for each in names
    ]


def test_words_that_look_like_a_link_are_left_as_written(
    evidence: Evidence, database: Database
) -> None:
    evidence.condition("pain", name="Pain")
    words = link(CONDITION, stored(database, CONDITION, "pain").card)
    claim = evidence.claim(subject="pain", note=f"as in {words}")
    escaped = words.replace('"', '\\"')

    edit(database, CONDITION, "pain", name="Ache")

    card = stored(database, CLAIM, claim).card
    assert f'"note":"as in {escaped}"' in card
    assert '"name":"Ache"' in card


def test_terms_of_two_kinds_with_one_slug_are_not_mixed_up(
    evidence: Evidence, database: Database
) -> None:
    evidence.condition("pain", name="Pain")
    evidence.outcome_measure("pain", name="Pain")
    study = evidence.study(populations=[{"key": "all", "conditions": ["pain"]}])
    outcome = evidence.outcome(study, "pain")
    before = stored(database, OUTCOME, outcome)

    edit(database, CONDITION, "pain", name="Ache")

    assert stored(database, OUTCOME, outcome) == before
    assert '"name":"Ache"' in stored(database, STUDY, study).card


@pytest.mark.parametrize(
    "renamed",
    [
        {"groups": [{"key": "drug", "title": "New", "arms": ["drug"], "population": "all"}]},
        {"arms": [{"key": "drug", "label": "New"}]},
        {"populations": [{"key": "all", "label": "New"}]},
    ],
    ids=lambda renamed: str(*renamed),
)
def test_a_renamed_part_of_a_study_shows_in_its_outcomes_and_adverse_events(
    evidence: Evidence, database: Database, renamed: dict[str, Any]
) -> None:
    parts = {
        "populations": [{"key": "all"}],
        "arms": [{"key": "drug"}],
        "groups": [{"key": "drug", "title": "Old", "arms": ["drug"], "population": "all"}],
    }
    study = evidence.study(**parts)
    evidence.outcome_measure("pain")
    evidence.adverse_effect("nausea")
    result = {"conclusion": "no difference", "group": "drug"}
    outcome = evidence.outcome(study, "pain", results=[result])
    event = evidence.adverse_event(study, "drug", "nausea")

    evidence.study(slug=study, **{**parts, **renamed})

    for kind, slug in ((OUTCOME, outcome), (ADVERSE_EVENT, event)):
        record = stored(database, kind, slug)
        assert '"New"' in record.card
        assert record.version == 1
