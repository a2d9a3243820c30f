"""Citations as RIS, BibTeX, CSL-JSON and Vancouver text.

The schema of CSL data is the Citation Style Language project's (MIT).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from fastapi.testclient import TestClient

from app.records.citations.card import CitationCard
from app.records.citations.formats import CITATION_FORMS
from app.records.citations.formats.bibtex import bibtex
from app.records.citations.formats.vancouver import vancouver
from tests.factories import Evidence

SCHEMA = Path(__file__).parents[2] / "schemas" / "csl-data.json"


def card(**values: Any) -> dict[str, Any]:
    """A card of a citation with these members."""
    record = {"slug": "one", "title": "On sleep", "authors": [], "identifiers": []}
    people = [
        {"family": None, "given": None, "literal": None, "orcid": None, **author}
        for author in values.pop("authors", [])
    ]
    whole = {**record, "references": [], **values, "authors": people}
    written = CitationCard.model_construct(**whole).model_dump_json(warnings=False)
    return dict(json.loads(written))


@pytest.mark.parametrize("form", CITATION_FORMS, ids=str)
def test_every_list_of_citations_comes_in_every_form(reader: TestClient, form: Any) -> None:
    reply = reader.get("/v1/citations", params={"format": str(form), "year": "2009..2011"})

    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"].startswith(form.media_type)
    assert f'filename="citations.{form.suffix}"' in reply.headers["content-disposition"]
    accepted = reader.get("/v1/citations?year=2009..2011", headers={"Accept": form.media_type})
    assert accepted.content == reply.content
    titles = [each["title"] for each in reader.get("/v1/citations?year=2009..2011").json()["items"]]
    places = [reply.text.index(title[:40]) for title in titles]
    assert len(places) > 2
    assert places == sorted(places)


@pytest.mark.parametrize("form", CITATION_FORMS, ids=str)
def test_one_citation_comes_in_every_form(reader: TestClient, form: Any) -> None:
    reply = reader.get("/v1/citations/bredlau-2013", params={"format": str(form)})

    assert reply.headers["content-type"].startswith(form.media_type)
    assert "Oral ketamine for children with chronic pain" in reply.text


def test_other_lists_name_the_forms_that_they_have(reader: TestClient) -> None:
    reply = reader.get("/v1/studies?format=ris")

    assert reply.status_code == 422
    assert "json, ndjson, csv" in reply.json()["detail"]
    assert reader.get("/v1/citations?format=bibtx").json()["errors"][0]["suggestion"] == "bibtex"


def test_csl_items_are_valid(reader: TestClient) -> None:
    items = reader.get("/v1/citations?format=csl-json").json()

    jsonschema.Draft7Validator(json.loads(SCHEMA.read_text())).validate(items)
    assert len(items) == reader.get("/v1/citations").json()["total"]["value"]


def test_no_citation_is_an_empty_file(client: TestClient) -> None:
    bodies = {str(form): client.get(f"/v1/citations?format={form}").text for form in CITATION_FORMS}

    assert bodies == {"ris": "", "bibtex": "", "csl-json": "[]\n", "vancouver": ""}


def test_a_reference_reads_as_the_document_prints_it(reader: TestClient) -> None:
    found = reader.get("/v1/citations/bredlau-2013?format=vancouver").text

    assert "Oral ketamine for children with chronic pain: a pilot phase 1 study." in found
    assert "2013;163(1):194-200.e1. doi:10.1016/j.jpeds.2012.12.077. PMID: 23403253." in found


@pytest.mark.parametrize(
    ("authors", "written"),
    [
        ([{"family": "van Hilten", "given": "Jacobus J."}], "van Hilten JJ."),
        ([{"family": "Luther", "given": "Martin Jr"}], "Luther M Jr."),
        ([{"literal": "World Health Organization"}], "World Health Organization."),
        ([{"family": "Curie", "given": "M-P"}], "Curie MP."),
        ([{"family": name} for name in "ABCDEFG"], "A, B, C, D, E, F, et al."),
    ],
)
def test_names_are_written_as_vancouver_style_has_them(
    authors: list[dict[str, str]], written: str
) -> None:
    assert vancouver(card(authors=authors)) == f"{written} On sleep.\n"


@pytest.mark.parametrize(
    ("pages", "short"),
    [("304-311", "304-11"), ("e13-e14", "e13-4"), ("98-102", "98-102"), ("e1003", "e1003")],
)
def test_pages_are_cut_as_vancouver_style_does(pages: str, short: str) -> None:
    assert vancouver(card(pages=pages, year=2009, volume="3")).endswith(f" 2009;3:{short}.\n")


def test_what_was_retracted_says_so() -> None:
    assert "[Retracted]." in vancouver(card(publication_status="retracted"))


def test_latex_reads_no_command_in_a_title() -> None:
    assert r"{{50 \% \& more \{\_\}}}" in bibtex(card(title="50 % & more {_}"))


def test_a_title_of_several_lines_stays_in_its_field(
    evidence: Evidence, client: TestClient
) -> None:
    evidence.citation(title="One\nER  - \nTY  - JOUR\nTI  - Two")

    lines = client.get("/v1/citations?format=ris").text.splitlines()
    assert [line[:5] for line in lines].count("TY  -") == 1
