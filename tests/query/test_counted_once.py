"""A study told of by its document and its abstract, or with parts of its people, counts once."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

from app.query.routes import Resource
from app.records.catalogue import RESOURCES
from tests.factories import Evidence

TOLD_TWICE = "adults-crps-12-weeks"  # by the document and by its abstract


def everything(client: TestClient, path: str, **asked: str) -> Any:
    """All of a list, in one page."""
    reply = client.get(f"/v1/{path}", params={"limit": "200", **asked})
    assert reply.status_code == 200, reply.text
    page = reply.json()
    assert page["next"] is None
    return page


def uncounted(client: TestClient, resource: Resource) -> list[Any]:
    """The values of facets that are counted otherwise than their records are, each once."""
    path = resource.listing.kind.path
    names = [facet.name for facet in resource.listing.facets]
    counts = everything(client, path, facet=",".join(names))["facets"]["counts"] if names else {}
    wrong = []
    for name, values in counts.items():
        for each in (value for value in values if value["value"] is not None):
            slugs = [
                row["slug"] for row in everything(client, path, **{name: each["value"]})["items"]
            ]
            if not len(slugs) == len(set(slugs)) == each["count"]:
                wrong.append((path, name, each, slugs))
    return wrong


def test_every_count_over_the_ketamine_document_is_that_of_its_records(
    reader: TestClient,
) -> None:
    lists = [each for each in RESOURCES if each.listing.facets]

    assert len(lists) >= 4
    assert [wrong for each in lists for wrong in uncounted(reader, each)] == []


def test_the_study_told_of_twice_is_on_every_list_once(reader: TestClient) -> None:
    study = reader.get(f"/v1/studies/{TOLD_TWICE}").json()
    sources = {says["slug"] for part in study["populations"] for says in part["says"]}
    conditions = {each["slug"] for part in study["populations"] for each in part["conditions"]}

    assert len(study["populations"]) > 1 < len(sources)
    for asked in ({"age_group": "adult"}, *({"condition": each} for each in conditions)):
        page = everything(reader, "studies", **asked, match="any")
        slugs = [each["slug"] for each in page["items"]]
        assert slugs.count(TOLD_TWICE) == 1
        assert page["total"]["value"] == len(slugs)


def test_all_people_and_a_part_of_them_are_one_study(
    evidence: Evidence, client: TestClient
) -> None:
    evidence.condition("pain")
    people = {"sex": "female", "age_group": "adult", "conditions": ["pain"]}
    all_, some = {"key": "all", "n": 12, **people}, {"key": "some", "n": 5, **people}
    slug = evidence.study(populations=[all_, {**some, "parent": "all", "kind": "subgroup"}])

    page = everything(
        client,
        "studies",
        sex="female",
        condition="pain",
        facet="sex,age_group,condition,study_type",
    )

    assert [each["slug"] for each in page["items"]] == [slug]
    assert page["matches"]["definite"]["within"]["value"] == page["total"]["value"] == 1
    counted = {(n, v["count"]) for n, vs in page["facets"]["counts"].items() for v in vs}
    assert counted == {(name, 1) for name in ("sex", "age_group", "condition", "study_type")}
