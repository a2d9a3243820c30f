"""Two descriptions: of one publication, perhaps of one, or of two; with the reasons."""

from typing import Any

import pytest

from app.curation.duplicates.comparison import Verdict, compare
from app.curation.duplicates.evidence import (
    AuthorAgreement,
    author_agreement,
    page_range,
    same_journal,
)
from app.curation.duplicates.publications import MOST_AUTHORS, Publication
from app.curation.duplicates.titles import Likeness, likeness, read_title

DWORKIN: dict[str, Any] = {
    "title": "Ketamine infusions for complex regional pain syndrome in adults",
    "authors": [{"family": "Sigtermans", "given": "Marnix"}, {"family": "Van Hilten"}],
    "year": 2009,
    "container_title": "Pain",
    "volume": "145",
    "issue": "3",
    "pages": "304-311",
}
PAIN = {"scheme": "doi", "value": "10.1016/j.pain.2009.06.023"}
OTHER = {"scheme": "doi", "value": "10.1016/j.pain.2009.06.024"}


def against(first: dict[str, Any] | None = None, /, **other: Any) -> Verdict:
    """The article, with these changes, against itself with those."""
    return compare(
        Publication.of({**DWORKIN, **(first or {})}), Publication.of({**DWORKIN, **other})
    )


@pytest.mark.parametrize(
    "other",
    [
        {"pages": "304-11", "container_title": "Pain (Amsterdam)"},
        {"title": DWORKIN["title"].upper() + "."},
        {"title": DWORKIN["title"].replace("infusions", "infusion")},
        {"title": f"[{DWORKIN['title']}]", "authors": []},
        {"title": f"RETRACTED: {DWORKIN['title']}"},
        {"authors": [{"literal": "Marnix Sigtermans"}, {"family": "Hilten", "given": "van"}]},
        {"year": 2010, "issue": None},
        {"volume": None, "pages": None, "issue": None},
        {"title": "Ketamine infusions for complex regional pain syndrome"},
    ],
    ids="-".join,
)
def test_one_publication_described_twice_is_the_same(other: dict[str, Any]) -> None:
    assert against(**other).answer == "same"


@pytest.mark.parametrize(
    ("first", "other", "reason"),
    [
        ({"identifiers": [PAIN]}, {"identifiers": [OTHER]}, "the DOIs are"),
        ({}, {"pages": None, "volume": "12", "container_title": "Anesthesiology"}, "the volumes"),
        ({}, {"year": 2013, "issue": None}, "the years are 2009 and 2013"),
        (
            {"identifiers": [PAIN]},
            {"identifiers": [PAIN], "title": "Infusion bei CRPS"},
            "titles",
        ),
        (
            {"identifiers": [PAIN], "title": "Ketamine in pain. Part I"},
            {"identifiers": [PAIN], "title": "Ketamine in pain. Part II", "pages": "312-9"},
            "other numbers: 1 and 2",
        ),
    ],
)
def test_what_a_machine_must_not_join_is_left_to_a_person(
    first: dict[str, Any], other: dict[str, Any], reason: str
) -> None:
    verdict = against(first, **other)

    assert verdict.answer == "probable", verdict
    assert any(reason in each for each in verdict.reasons)


@pytest.mark.parametrize(
    "other",
    [
        {"title": f"Erratum: {DWORKIN['title']}", "pages": "400"},
        {"title": f"{DWORKIN['title']}: reply", "pages": "400"},
        {"title": f"{DWORKIN['title']}: study protocol", "year": 2007},
        {"title": f"Comment on: {DWORKIN['title']}"},
        {"title": DWORKIN["title"].replace("adults", "children"), "pages": "312-9"},
        {"title": "Memantine and the course of phantom limb pain", "pages": "312-9"},
        {
            "authors": [{"family": "Kiefer"}],
            "year": 2015,
            "container_title": "Headache",
            "volume": "2",
            "pages": "9",
        },
    ],
    ids=lambda other: other.get("title", "elsewhere")[:30],
)
def test_another_publication_is_different(other: dict[str, Any]) -> None:
    assert against(**other).answer == "different"


def test_equal_dois_are_no_proof() -> None:
    abstract = {
        "title": "Memantine and the course of phantom limb pain",
        "authors": [{"family": "Kiefer"}],
        "pages": "S45",
    }

    assert against({"identifiers": [PAIN]}, identifiers=[PAIN], **abstract).answer == "different"


def test_a_short_title_says_little() -> None:
    short: dict[str, Any] = {"title": "Editorial", "authors": [], "issue": None, "pages": None}

    assert against(short, **short).answer != "same"
    placed = {**short, "pages": "9"}
    assert against(placed, **placed).answer == "same"


def test_a_verdict_is_the_same_in_either_order() -> None:
    one = Publication.of(DWORKIN)
    other = Publication.of({**DWORKIN, "title": "Ketamine for pain", "pages": "9", "year": 2011})

    there, back = compare(one, other), compare(other, one)

    assert (there.answer, there.score) == (back.answer, back.score)


@pytest.mark.parametrize(
    ("one", "other", "like"),
    [
        ("Randomized trial of β-blockers", "Randomised trial of beta blockers", "SPELLING"),
        ("Health care and <i>E. coli</i>", "Healthcare and E. coli", "EQUAL"),
        ("Ketamine in hypertension of old men", "Ketamine in hypotension of old men", "SIMILAR"),
        ("Ketamine for pain in old women", "Ketamine for pain in old men", "SIMILAR"),
        ("Ketamine", "Memantine", "OTHER"),
    ],
)
def test_titles_are_compared_word_by_word(one: str, other: str, like: str) -> None:
    assert likeness(read_title(one), read_title(other)) is Likeness[like]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("J Hosp Infect", "Journal of Hospital Infection", True),
        ("Hum Reprod", "Human reproduction (Oxford, England)", True),
        ("JAMA", "Journal of the American Medical Association", True),
        ("Infect Control Hosp Epidemiol", "Infection Control and Hospital Epidemiology", True),
        ("J Infect Dis", "Clinical Infectious Diseases", False),
        ("Pain", "Pain Medicine", False),
        ("Lancet", "", None),
    ],
)
def test_journals_are_known_by_their_abbreviations(one: str, other: str, same: bool | None) -> None:
    assert same_journal(one, other) is same
    assert same_journal(other, one) is same


def test_abbreviated_page_ranges_are_written_out() -> None:
    assert page_range("304-11") == page_range("304‐311") == ("304", "311")
    assert page_range("e13-4") == page_range("e13-e14") == ("e13", "14")
    assert page_range("S1396") is None


@pytest.mark.parametrize("title", ["Ketamine", "Reply"])
@pytest.mark.parametrize(("scheme", "value"), [("doi", PAIN["value"]), ("nct", "NCT01369680")])
def test_exact_copies_with_one_identifier_are_the_same_however_short_the_title(
    title: str, scheme: str, value: str
) -> None:
    copy = Publication.of({"title": title, "identifiers": [{"scheme": scheme, "value": value}]})
    later = Publication.of({"title": title, "year": 2001, scheme: value})

    assert compare(copy, copy).answer == "same"
    assert scheme == "doi" or compare(copy, later).answer != "same"


def test_titles_that_part_after_what_is_compared_are_not_the_same() -> None:
    beginning = "Ketamine in chronic pain, once more " * 20
    one, other, again = (
        Publication.of({"title": beginning + "word " * 100_000 + end}) for end in ("1", "2", "1")
    )
    assert likeness(one.title, again.title) is Likeness.EQUAL
    assert likeness(one.title, other.title) not in {Likeness.EQUAL, Likeness.SPELLING}
    assert len(one.title.letters) < 1_000


def test_of_a_hundred_thousand_authors_the_first_are_compared() -> None:
    authors = [{"family": f"Name{number}"} for number in range(100_000)]
    one, other = Publication.of({"authors": authors}), Publication.of({"authors": authors[:-1]})
    assert author_agreement(one, other) is AuthorAgreement.SAME
    assert len(one.authors) == MOST_AUTHORS
