"""RIS, MEDLINE, Web of Science, Refer and Ovid: what their records say, and how they break."""

from __future__ import annotations

import pytest

from app.ingest.formats import Relation
from tests.ingest.formats.reading_files import accounted, draft, one

RIS = "TY  - JOUR\nTI  - Ketamine\nAU  - Bell, R F\nPY  - 2012/05/12/\nER  - \n"


def titles(text: str) -> list[str | None]:
    drafts = [entry.draft or {} for entry in accounted(text.encode()).entries]
    return [draft.get("title") for draft in drafts]


def test_a_record_without_its_end_does_not_swallow_the_next() -> None:
    text = RIS.replace("ER  - \n", "") + RIS.replace("Ketamine", "Memantine")
    first, second = accounted(text.encode()).entries
    assert titles(text) == ["Ketamine", "Memantine"]
    assert (first.line, first.last_line, second.line) == (1, 4, 5)
    assert "does not end before the next TY" in first.problems[0].message


@pytest.mark.parametrize("written", ["TY - JOUR", "TY- JOUR", " TY  - JOUR", "TY  -JOUR"])
def test_spaces_about_a_tag_may_be_missing(written: str) -> None:
    assert draft(RIS.replace("TY  - JOUR", written)) == draft(RIS)


def test_a_line_of_an_abstract_is_no_tag_because_it_holds_a_hyphen() -> None:
    text = RIS.replace("ER  - ", "AB  - Levels of\nIL-2 and\nHT - 1 rose.\nER  - ")
    assert draft(text)["abstract"] == "Levels of\nIL-2 and\nHT - 1 rose."


def test_a_tag_that_is_not_known_is_kept_with_its_line() -> None:
    assert one(RIS.replace("ER  - ", "ZZ  - what\nER  - ")).unread[-1] == ("PY", "2012/05/12/", 4)
    assert ("ZZ", "what", 5) in one(RIS.replace("ER  - ", "ZZ  - what\nER  - ")).unread


def test_a_file_cut_inside_a_line_keeps_the_whole_records_and_quotes_the_rest() -> None:
    reading = accounted((RIS + "TY  - JOUR\nTI  - Mem").encode())
    whole, cut = reading.entries
    assert whole.draft
    assert cut.draft is None
    assert (cut.line, cut.raw) == (6, "TY  - JOUR\nTI  - Mem")
    assert "“TI - Mem”" in " ".join(problem.message for problem in cut.problems)


def test_a_record_that_lost_its_beginning_is_broken_and_quoted() -> None:
    (entry,) = accounted(RIS.replace("TY  - JOUR\n", "").encode()).entries
    assert entry.draft is None
    assert "no TY" in entry.problems[0].message


def test_of_two_titles_the_second_is_kept_and_told() -> None:
    entry = one(RIS.replace("AU  -", "TI  - Esketamine\nAU  -"))
    assert ("TI", "Esketamine", 3) in entry.unread
    assert "a second title" in entry.problems[0].message


def test_an_identifier_that_does_not_fit_is_a_problem_and_not_lost() -> None:
    entry = one(RIS.replace("ER  - ", "DO  - not known\nER  - "))
    assert ("DO", "not known", 5) in entry.unread
    assert entry.problems[0].line == 5
    assert entry.problems[0].suggestion == "like 10.1016/j.pain.2009.06.023"


@pytest.mark.parametrize(
    ("written", "author"),
    [
        ("Smith, John, Jr.", {"family": "Smith", "given": "John Jr."}),
        ("van der Berg, Jan", {"family": "van der Berg", "given": "Jan"}),
        ("World Health Organization,", {"literal": "World Health Organization"}),
        ("World Health Organization", {"literal": "World Health Organization"}),
        ("Sigtermans MJ", {"family": "Sigtermans", "given": "MJ"}),
        ("Selvamani", {"family": "Selvamani"}),
    ],
)
def test_a_name_falls_into_its_parts(written: str, author: dict[str, str]) -> None:
    assert draft(RIS.replace("Bell, R F", written))["authors"] == [author]


def test_pages_are_written_out() -> None:
    text = RIS.replace("ER  - ", "SP  - 304\nEP  - 11\nER  - ")
    assert draft(text)["pages"] == "304-311"


MEDLINE = """PMID- 20137807
STAT- MEDLINE
TI  - Ileal-lymphoid-nodular hyperplasia, non-specific colitis, and pervasive
      developmental disorder in children.
FAU - Wakefield, A J Jr
AU  - Wakefield AJ Jr
AUID- ORCID: 0000-0002-1825-0097
CN  - Study Group
JT  - Lancet (London, England)
DP  - 1998 Feb 28
PG  - 637-41
PT  - Retracted Publication
RIN - Lancet. 2010 Feb 6;375(9713):445. doi: 10.1016/S0140-6736(10)60175-4. PMID: 20137807
CIN - Lancet. 1998 Feb 28;351(9103):611-2. PMID: 9500310
LID - S0140-6736(97)11096-0 [pii]
AID - 10.1016/S0140-6736(97)11096-0 [doi]
SI  - ClinicalTrials.gov/NCT01369680
"""


def test_a_retraction_notice_marks_what_it_retracts() -> None:
    entry = one(MEDLINE)
    assert entry.draft is not None
    assert entry.draft["publication_status"] == "retracted"
    retraction, comment = entry.related
    assert retraction[:1] == (Relation.RETRACTED_IN,)
    assert (retraction.pmid, retraction.doi) == ("20137807", "10.1016/s0140-6736(10)60175-4")
    assert (comment.relation, comment.pmid) == (Relation.COMMENTED_IN, "9500310")


def test_a_medline_record_gives_names_orcid_and_numbers() -> None:
    found = draft(MEDLINE)
    person = {"family": "Wakefield", "given": "A J Jr", "orcid": "0000-0002-1825-0097"}
    assert found["authors"] == [person, {"literal": "Study Group"}]
    assert found["title"].endswith("pervasive developmental disorder in children.")
    assert found["pages"] == "637-641"
    assert found["identifiers"] == [
        {"scheme": "pmid", "value": "20137807"},
        {"scheme": "doi", "value": "10.1016/s0140-6736(97)11096-0"},
        {"scheme": "nct", "value": "NCT01369680", "shared": True},
    ]


def test_medline_records_need_no_empty_line_between_them() -> None:
    assert len(accounted((MEDLINE + MEDLINE).encode()).parsed) == 2


def test_two_files_of_web_of_science_may_be_joined() -> None:
    file = "FN Clarivate\nVR 1.0\nPT J\nAU Law, CJ\n   Loach, PA\nTI Light\n   harvest\nER\n\nEF\n"
    entries = accounted(("\ufeff" + file + "\ufeff" + file).encode()).entries
    assert [entry.draft and entry.draft["title"] for entry in entries] == ["Light harvest"] * 2
    assert entries[1].line == 13


def test_refer_without_types_has_records_between_empty_lines() -> None:
    assert titles("%A Ada Lovelace\n%T One\n\n%A B. Bell\n%T Two\n") == ["One", "Two"]
    assert draft("%A Ada Lovelace\n%T One")["authors"] == [{"family": "Lovelace", "given": "Ada"}]


def test_the_source_of_ovid_falls_into_its_parts() -> None:
    found = draft("<1>\nTitle\n  Ketamine.[Article]\nSource\n  Pain.  145(3):304-11, 2009 Oct.\n")
    parts = ("title", "container_title", "volume", "issue", "pages", "year")
    assert [found.get(part) for part in parts] == ["Ketamine", "Pain", "145", "3", "304-311", 2009]
