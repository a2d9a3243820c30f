"""What is hostile in a record is harmless on its page."""

from __future__ import annotations

import html5lib
import pytest
from fastapi.testclient import TestClient

from app.web.addresses import web_address
from tests.factories import Evidence
from tests.web.reading import HTML, see

SCRIPT = '</title><script>alert(1)</script><img src=x onerror="alert(2)">'
HOSTILE = {
    "script": SCRIPT,
    "attribute": '" autofocus onfocus="alert(1)',
    "template": "{{ 7 * 7 }}{% raw %}",
    "right-to-left": "\u202etxet \u05e9\u05dc\u05d5\u05dd",
    "combining": "e" + "\u0301" * 200,
    "long": "Robert'); DROP TABLE studies;--" + "x" * 10_000,
}


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_hostile_words_are_shown_as_words(
    client: TestClient, evidence: Evidence, words: str
) -> None:
    evidence.treatment("drug", name=words[:200])
    evidence.outcome_measure("pain", domain="pain")
    citation = evidence.citation(title=words, slug="paper")
    arm = {"key": "a", "label": words[:200], "treatments": [{"treatment": "drug"}]}
    link = {"citation": citation, "role": "results", "basis": "in_text"}
    study = evidence.study(slug="trial", label=words, arms=[arm], citations=[link])
    evidence.outcome(study, "pain", instrument=words[:500])
    evidence.case_report(slug="case", label=words, events=[{"type": "exposure", "verbatim": words}])

    for path in (
        "/",
        "/studies",
        "/studies/trial",
        "/treatments/drug",
        "/citations/paper",
        "/case-reports/case",
        "/citations",
    ):
        text = see(client, path).text
        html5lib.HTMLParser(strict=True).parse(text)
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert ' onfocus="' not in text
        assert ">49<" not in text


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_hostile_requests_get_a_harmless_page(client: TestClient, words: str) -> None:
    for path in ("/search", "/studies", "/suggestions"):
        page = client.get(path, params={"q": words}, headers=HTML)
        assert page.status_code in {200, 422}
        assert "<script>alert" not in page.text
    page = client.get("/studies", params={"condition": words}, headers=HTML)
    assert page.status_code in {422, 414}
    html5lib.HTMLParser(strict=True).parse(page.text)
    assert "<script>alert" not in page.text


def test_an_address_is_linked_only_when_it_is_of_the_web(
    client: TestClient, evidence: Evidence
) -> None:
    evidence.document(slug="good", url="https://example.org/text")

    assert 'href="https://example.org/text"' in see(client, "/documents/good").text
    for wrong in ("javascript:alert(1)", " JavaScript:alert(1)", "data:text/html,x", "//host", ""):
        assert web_address(wrong) is None  # old documents may have such ones
