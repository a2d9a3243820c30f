"""Figures: what they are drawn from, what they leave out, and what they never do."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient

from app.overviews.figures.routes import FIGURES
from tests.factories import Evidence

SVG = "{http://www.w3.org/2000/svg}"
CASE = "case-reports/foot-pain-after-coma-and-boosters"
PICTURES = [*(figure.path for figure in FIGURES), CASE, "evidence-map"]
HOSTILE = "<script>alert(1)</script> \u202eRobert'); DROP \u0301\u0301 " + "long " * 2000


def picture(client: TestClient, path: str, **asked: str) -> ElementTree.Element:
    reply = client.get(f"/v1/{path}/figure.svg", params=asked)
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"] == "image/svg+xml"
    return ElementTree.fromstring(reply.content)  # noqa: S314 # we wrote it


def rows(client: TestClient, path: str, **asked: str) -> dict[str, Any]:
    reply = client.get(f"/v1/{path}", params=asked)
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def words(drawn: ElementTree.Element) -> str:
    return " ".join("".join(each.itertext()) for each in drawn.iter(SVG + "text"))


def classes(drawn: ElementTree.Element, tag: str) -> list[str]:
    return [each.get("class", "") for each in drawn.iter(SVG + tag)]


@pytest.mark.parametrize("path", PICTURES)
def test_a_figure_is_the_same_bytes_each_time_titled_and_described(
    reader: TestClient, path: str
) -> None:
    drawn = picture(reader, path)
    first, second = (reader.get(f"/v1/{path}/figure.svg") for _ in range(2))

    assert first.content == second.content
    assert drawn.get("role") == "img"
    assert [drawn.findtext(SVG + name) for name in ("title", "desc")] != [None, None]
    again = reader.get(f"/v1/{path}/figure.svg", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


def test_a_figure_runs_no_script_and_asks_no_other_host(reader: TestClient) -> None:
    reply = reader.get("/v1/affected/figure.svg")

    assert "default-src 'none'" in reply.headers["content-security-policy"]
    assert b"http" not in reply.content.replace(b"http://www.w3.org/2000/svg", b"")


def test_directions_keep_comparisons_apart_from_changes_in_one_group(reader: TestClient) -> None:
    found = rows(reader, "effect-directions", study="adults-crps-12-weeks")["items"]

    told = {
        row["section"]: [(mark["direction"], mark["concluded"]) for mark in row["marks"]]
        for row in found
    }
    assert told["compared"] == [(None, "no difference"), ("better", ""), (None, "not significant")]
    assert told["before_after"] == [("better", ""), ("better", "")]


def test_a_direction_is_a_shape_and_never_read_off_a_p_value(reader: TestClient) -> None:
    asked = {"study": "adults-crps-12-weeks", "measure": "pain"}
    drawn = picture(reader, "effect-directions", **asked)

    marks = [
        mark for row in rows(reader, "effect-directions", **asked)["items"] for mark in row["marks"]
    ]
    arrows = [mark for mark in marks if mark["direction"]]
    assert classes(drawn, "path") == ["benefit"] * len(arrows)
    assert classes(drawn, "circle") == ["ring"] * (len(marks) - len(arrows))


def test_studies_stand_by_design_and_not_by_result(reader: TestClient) -> None:
    found = rows(reader, "effect-directions")["items"]
    designs = ["randomized", "other_controlled", "uncontrolled", "cases", "secondary", "unclear"]

    for section in {row["section"] for row in found}:
        order = [designs.index(row["design"]) for row in found if row["section"] == section]
        assert order == sorted(order)


def test_outcomes_without_a_result_are_named(evidence: Evidence, client: TestClient) -> None:
    measure = evidence.outcome_measure("sleep")
    evidence.outcome(evidence.study(), measure, results=[], reporting="not_measured")

    assert rows(client, "effect-directions")["silent"][0]["reporting"] == "not_measured"
    assert "not measured" in words(picture(client, "effect-directions"))


def test_counted_harms_have_their_exact_interval_and_others_none(reader: TestClient) -> None:
    groups = [group for row in rows(reader, "affected")["items"] for group in row["groups"]]

    counted = {group["affected"]: group for group in groups if group["at_risk"]}
    assert counted[3]["ci_low"] == pytest.approx(11.8, abs=0.05)
    assert counted[3]["ci_high"] == pytest.approx(88.2, abs=0.05)
    reported = [group for group in groups if group["percent"] is not None]
    assert {group["ci_low"] for group in reported} == {None}
    assert classes(picture(reader, "affected"), "rect").count("open") == len(reported)


def test_none_affected_shows_how_many_there_could_be(
    evidence: Evidence, client: TestClient
) -> None:
    effect = evidence.adverse_effect("nausea")
    evidence.adverse_event(evidence.study(), "all", effect, affected=0, at_risk=12)

    group = rows(client, "affected")["items"][0]["groups"][0]
    assert (group["share"], group["ci_low"]) == (0, 0)
    assert group["ci_high"] == pytest.approx(26.5, abs=0.05)
    assert "0 of 12: 0.0 % (0.0 to 26.5)" in words(picture(client, "affected"))


def test_rows_of_one_harm_say_what_tells_them_apart(evidence: Evidence, client: TestClient) -> None:
    effect, study = evidence.adverse_effect("nausea"), evidence.study()
    for how in ("yes", "no"):
        evidence.adverse_event(study, "all", effect, serious=how, affected=1, at_risk=9)
    evidence.adverse_event(evidence.study(), "all", effect, affected=1, at_risk=9)

    found = rows(client, "affected")["items"]

    assert sorted(str(row["apart"]) for row in found) == ["None", "not serious", "serious"]
    drawn = words(picture(client, "affected"))
    assert re.search(r"nausea A study serious .* nausea A study not serious", drawn)


def test_estimates_of_different_kinds_never_share_an_axis(
    evidence: Evidence, client: TestClient
) -> None:
    measure = evidence.outcome_measure("pain")
    ratio = {"statistic": "risk_ratio", "value": 0.5, "ci_low": 0.25, "ci_high": 1, "ci_level": 95}
    difference = {"statistic": "mean_difference", "value": -2, "ci_low": -3, "ci_high": -1}
    for result in (ratio, difference, {**ratio, "value": 2, "ci_high": 4}):
        evidence.outcome(evidence.study(), measure, results=[{"basis": "full_text", **result}])

    found = rows(client, "estimates")["items"]
    assert [each["statistic"] for each in found] == ["mean_difference", "risk_ratio", "risk_ratio"]
    drawn = words(picture(client, "estimates"))
    assert "Pain: mean difference" in drawn
    assert "Pain: risk ratio" in drawn
    assert "0.5 (0.25 to 1; 95 %)" in drawn


def test_the_map_counts_studies_and_says_nothing_of_what_they_found(reader: TestClient) -> None:
    drawn = picture(reader, "evidence-map")
    style = {"benefit", "harm", "unsure"}

    assert "1 randomized" in words(drawn)
    assert "not the same as no effect" in words(drawn)
    assert not style & {each for tag in ("path", "rect", "circle") for each in classes(drawn, tag)}


def test_what_rests_on_retracted_work_is_left_out_and_counted(
    evidence: Evidence, client: TestClient
) -> None:
    says = [evidence.claim_read_in(evidence.citation(publication_status="retracted"))]
    evidence.adverse_event(evidence.study(), "all", evidence.adverse_effect("nausea"), says=says)

    found = rows(client, "affected")
    assert (found["items"], found["drawn"]["left_out"]) == ([], 1)
    assert "retracted publications only: 1" in words(picture(client, "affected"))
    assert len(rows(client, "affected", publication_status="any")["items"]) == 1


@pytest.mark.parametrize("asked", [{"limit": "5"}, {"nonsense": "5"}, {"sex": "femal"}])
def test_what_a_figure_does_not_take_is_refused(reader: TestClient, asked: dict[str, str]) -> None:
    reply = reader.get("/v1/affected/figure.svg", params=asked)

    assert reply.status_code == 422
    assert reply.json()["errors"][0]["parameter"] == next(iter(asked))


def test_hostile_words_are_only_words(evidence: Evidence, client: TestClient) -> None:
    study = evidence.study(label=HOSTILE[:190])
    evidence.adverse_event(study, "all", evidence.adverse_effect("nausea"), term_verbatim=HOSTILE)

    drawn = picture(client, "affected")
    assert not list(drawn.iter(SVG + "script"))
    assert "<script>alert(1)</script>" in words(drawn)
    assert len(ElementTree.tostring(drawn)) < 30_000


def test_nothing_counted_is_not_told_as_no_harm(client: TestClient) -> None:
    assert "not the same as no harm" in words(picture(client, "affected"))
    assert "not the same as no effect" in words(picture(client, "effect-directions"))
