"""The page of a treatment: in a clinician's order, each harm under exactly its form."""

from __future__ import annotations

import re

from fastapi.testclient import TestClient

from tests.web.reading import see, words


def part(text: str, name: str) -> str:
    """The section of a page under a heading's id."""
    return text.partition(f'aria-labelledby="{name}"')[2].partition("</section>")[0]


def test_harms_come_before_benefits_and_people_before_both(reader: TestClient) -> None:
    text = see(reader, "/treatments/ketamine").text
    order = re.findall(r'<h2 id="([a-z]+)"', text)

    assert order == [
        "people",
        "harms",
        "approval",
        "outcomes",
        "lasting",
        "differ",
        "cases",
        "said",
        "references",
    ]


def test_a_coma_s_harms_stand_under_the_coma_only(reader: TestClient) -> None:
    text = see(reader, "/treatments/ketamine").text

    assert "Paralysis" in words(f"<main>{part(text, 'form-ketamine-coma')}</main>")
    assert "Paralysis" not in part(text, "form-ketamine")
    assert "Paralysis" not in see(reader, "/treatments/oral-ketamine").text


def test_a_coma_s_approval_is_told_of_the_coma_and_not_of_ketamine(reader: TestClient) -> None:
    text = words(see(reader, "/treatments/ketamine").text)

    assert "Ketamine coma United States no use named not approved undated" in text
    assert "No decision of an authority on Ketamine itself is held here." in text


def test_a_count_stands_beside_its_control(reader: TestClient) -> None:
    text = words(
        f"<main>{part(see(reader, '/treatments/ketamine').text, 'form-esketamine')}</main>"
    )

    assert re.search(r"Psychomimetic effects .* 76 % S\(\+\)-ketamine 18 % placebo", text)
    assert "no control group" in text


def test_what_nobody_looked_at_is_named(reader: TestClient) -> None:
    assert re.search(
        r"Not looked at by any study here: .*quality of life.*mortality",
        words(see(reader, "/treatments/ketamine").text),
    )


def test_how_long_effects_lasted_keeps_bounds_as_bounds(reader: TestClient) -> None:
    text = words(see(reader, "/treatments/oral-ketamine").text)

    assert "at most 12 months an upper bound, no point value" in text
    assert "more than 4 weeks" in text
