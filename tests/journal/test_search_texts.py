"""Search texts follow every edit, and full text finds them on both engines."""

import pytest

from app.db.database import Database
from app.query.cards import Kind
from app.records.claims.card import CLAIM
from app.records.terms.card import TREATMENT
from tests.conftest import serving
from tests.factories import Evidence
from tests.storage import all_stored, edit, rows


def _found(database: Database, words: str) -> set[tuple[str, str]]:
    with serving(database) as client:
        items = client.get("/v1/search", params={"q": words, "limit": 200}).json()["items"]
    return {(item["kind"], item["slug"]) for item in items}


@pytest.mark.parametrize(
    "words", ["ketalar", "KETALAR", "keta", "special k", "k special", "d007649", "kétàlar"]
)
def test_a_term_is_found_by_the_beginnings_of_its_words(
    evidence: Evidence, database: Database, words: str
) -> None:
    evidence.treatment("ketamine", synonyms=["Ketalar", "Special-K"], codes={"MeSH": "D007649"})
    evidence.treatment("placebo")

    assert _found(database, words) == {("treatment", "ketamine")}


def test_a_record_is_found_by_its_new_words_only(evidence: Evidence, database: Database) -> None:
    study = evidence.study(label="Before")

    evidence.study(slug=study, label="Afterwards")

    assert _found(database, "before") == set()
    assert _found(database, "afterwards") == {("study", study)}


def test_a_part_that_goes_is_no_longer_found(evidence: Evidence, database: Database) -> None:
    evidence.treatment("ketamine", synonyms=["Ketalar"])

    evidence.treatment("ketamine", synonyms=[])

    assert _found(database, "ketalar") == set()


def test_verbatim_wording_is_found(ketamine: Database) -> None:
    assert ("adverse_effect", "muscle-rigidity") in _found(ketamine, "ridged muscles")
    assert ("adverse_effect", "muscle-rigidity") in _found(ketamine, "muscle rigidity")


@pytest.mark.parametrize(("kind", "words"), [(TREATMENT, "ketalar"), (CLAIM, "extraordinary")])
def test_a_withdrawn_record_is_not_found_until_it_is_restored(
    evidence: Evidence, database: Database, kind: Kind, words: str
) -> None:
    evidence.treatment("it", synonyms=["Ketalar"])
    evidence.claim(slug="it", note="extraordinary")

    edit(database, kind, "it", status="withdrawn")
    withdrawn = _found(database, words)
    edit(database, kind, "it", status="current")

    assert withdrawn == set()
    assert _found(database, words) == {(kind.name, "it")}


def test_there_is_one_search_text_for_each_record(ketamine: Database) -> None:
    texts = rows(ketamine, "SELECT kind, slug FROM search_texts")

    assert sorted(texts) == sorted(all_stored(ketamine))


def test_words_of_every_script_are_found(evidence: Evidence, database: Database) -> None:
    study = evidence.study(label="Кетамин при боли 氯胺酮 Öğrenci")

    for words in ("кетамин", "氯胺酮", "ogrenci"):
        assert _found(database, words) == {("study", study)}
