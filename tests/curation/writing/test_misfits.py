"""What is wrong of several fields is told at the one to mend; quotes are told by their places."""

from __future__ import annotations

from typing import Any

import pytest

from tests.curation.writing.conftest import Person
from tests.factories import Evidence
from tests.replies import check_problem

GIRLS = {"key": "girls", "label": "girls", "basis": "abstract"}


@pytest.mark.parametrize(
    ("path", "data", "pointer"),
    [
        ("studies", {"populations": [{**GIRLS, "n": 2, "females": 3}]}, "/populations/0/females"),
        (
            "studies",
            {"populations": [{**GIRLS, "age_min_days": -1}]},
            "/populations/0/age_min_days",
        ),
        (
            "studies",
            {"populations": [{**GIRLS, "key": "all"}, {**GIRLS, "parent": "all"}]},
            "/populations/1/kind",
        ),
        ("claims", {"kind": "finding", "modality": "stated", "polarity": "affirmed"}, "/passages"),
        ("citations", {"title": "T", "authors": [{}]}, "/authors/0/family"),
        ("citations", {"title": "T", "doi": "ten"}, "/identifiers/0/value"),
        ("discrepancies", {"title": "T", "sides": [{"says": "so"}] * 2}, "/sides/0/claim"),
    ],
)
def test_fields_that_do_not_go_together_are_told_at_one_of_them(
    ada: Person, path: str, data: Any, pointer: str
) -> None:
    errors = check_problem(ada.post(path, data), 422)["errors"]

    assert pointer in {each["pointer"] for each in errors}


@pytest.mark.parametrize(
    ("path", "data", "pointer", "meant"),
    [
        ("studies", {"populations": [{**GIRLS, "countries": ["UK"]}]}, "countries/0", "GB"),
        ("studies", {"populations": [{**GIRLS, "countries": ["DE", "EU"]}]}, "countries/1", None),
        ("case-reports", {"events": [{"type": "exposure", "country": "ZZ"}]}, "country", None),
        ("treatments", {"regulatory_statuses": [{"jurisdiction": "UK"}]}, "jurisdiction", "GB"),
    ],
)
def test_what_is_no_country_is_told_with_the_one_that_is_meant(
    ada: Person, path: str, data: Any, pointer: str, meant: str | None
) -> None:
    errors = check_problem(ada.post(path, data), 422)["errors"]

    told = {each["pointer"]: each.get("suggestion") for each in errors}
    [place] = [each for each in told if each.endswith(pointer)]
    assert told[place] == meant


def test_countries_may_be_written_small(evidence: Evidence, ada: Person) -> None:
    study = evidence.study(populations=[{"key": "people", "countries": ["nl", "DE"]}])
    decided = {"jurisdiction": "eu", "state": "approved", "says": [evidence.support()]}
    drug = evidence.treatment("drug", regulatory_statuses=[decided])

    [people] = ada.get(f"studies/{study}").json()["populations"]
    [status] = ada.get(f"treatments/{drug}").json()["regulatory_statuses"]
    assert [each["country"] for each in people["countries"]] == ["NL", "DE"]
    assert status["jurisdiction"] == "EU"


@pytest.mark.parametrize(
    ("exact", "words", "nearest"),
    [
        ("Pane is bad", "what is most like it is at character 0", "Pain is bad."),
        ("Pain", "stands 2 times in the document, at character 0, 13: add an occurrence", None),
    ],
)
def test_a_quote_that_has_no_one_place_is_told_with_the_nearest_text_and_places(
    evidence: Evidence, ada: Person, exact: str, words: str, nearest: str | None
) -> None:
    document = evidence.document(text="Pain is bad. Pain is rare.")
    quote = {"document": document, "exact": exact}
    claim = {"kind": "finding", "modality": "stated", "polarity": "affirmed", "passages": [quote]}

    [error] = check_problem(ada.post("claims", claim), 422)["errors"]

    assert (error["pointer"], error.get("suggestion")) == ("/passages/0/exact", nearest)
    assert words in error["message"]


@pytest.mark.parametrize("number", ["0", "-1", "one", "1" * 20])
@pytest.mark.parametrize("path", ["proposals/{}", "citations/imports/{}"])
def test_what_is_no_number_of_anything_is_not_found(ada: Person, path: str, number: str) -> None:
    detail = check_problem(ada.get(path.format(number)), 404)["detail"]

    assert f"'{number}': it is a whole number, from 1" in detail
