"""What replies carry beside their bodies, and what a record's page takes in."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient

from app.query.routes import Resource
from app.records.adverse_events.draft import ADVERSE_EVENT_EDITOR
from app.records.catalogue import RESOURCES
from app.records.terms.draft import CONDITION_EDITOR
from tests.factories import Evidence
from tests.replies import check_problem

EVERY = RESOURCES
INSIDE = [
    pytest.param(each, child, id=f"{each.listing.kind.path}-{child.name}")
    for each in EVERY
    for child in each.related
    if child.filter
]
AGAIN = ["/v1/studies", "/v1/search?q=ketamine", "/v1/vocabularies", "/v1/vocabularies/Sex"]
AGAIN += ["/v1/changes", "/v1/adverse-effects?treatment=ketamine"]
AGAIN += [f"/v1/{each.listing.kind.path}/{each.example}" for each in EVERY]


def link_of(reply: Any, rel: str) -> str | None:
    found = re.search(rf'<([^>]*)>; rel="{rel}"', reply.headers["link"])
    return found[1] if found else None


def test_a_list_links_to_its_first_and_its_next_page(reader: TestClient) -> None:
    first = reader.get("/v1/claims?sort=slug&limit=2")
    second = reader.get(str(link_of(first, "next")))

    assert link_of(first, "first") == "/v1/claims?sort=slug&limit=2"
    assert link_of(second, "first") == "/v1/claims?sort=slug&limit=2"
    assert second.json()["items"] == reader.get("/v1/claims?sort=slug&limit=4").json()["items"][2:]


def test_the_last_page_links_to_no_next_one(reader: TestClient) -> None:
    reply = reader.get("/v1/discrepancies?limit=200")

    assert link_of(reply, "next") is None
    assert link_of(reply, "first") == "/v1/discrepancies?limit=200"


def test_a_link_keeps_what_was_asked_for(reader: TestClient) -> None:
    asked = {"condition": ["crps", "MeSH:D020918"], "fields": "slug", "limit": "1"}
    reply = reader.get("/v1/studies", params=asked)

    query = parse_qs(urlsplit(str(link_of(reply, "next"))).query)

    assert query.pop("cursor") == [reply.json()["next"]]
    assert query == {**asked, "fields": ["slug"], "limit": ["1"]}


@pytest.mark.parametrize("path", AGAIN)
def test_what_a_client_has_is_not_sent_again(reader: TestClient, path: str) -> None:
    tag = reader.get(path).headers["etag"]

    for held in (tag, f"W/{tag.removeprefix('W/')}", f'"other", {tag}', "*"):
        again = reader.get(path, headers={"If-None-Match": held})
        assert (again.status_code, again.content) == (304, b""), held
        assert again.headers["etag"] == tag
    assert reader.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_the_etag_of_a_list_is_weak_and_of_its_query(reader: TestClient) -> None:
    tags = [
        reader.get(path).headers["etag"]
        for path in ("/v1/studies", "/v1/studies?limit=1", "/v1/studies?limit=2", "/v1/claims")
    ]

    assert all(tag.startswith('W/"') for tag in tags)
    assert len(set(tags)) == len(tags)


def test_the_etag_of_a_list_changes_with_a_write(evidence: Evidence, client: TestClient) -> None:
    for path in ("/v1/studies", "/v1/search?q=study", "/v1/changes"):
        before = client.get(path)
        evidence.study(label="A new study")
        after = client.get(path, headers={"If-None-Match": before.headers["etag"]})
        assert after.status_code == 200, path


def test_the_etag_of_a_record_is_its_version_and_its_bytes(
    evidence: Evidence, client: TestClient
) -> None:
    evidence.treatment("ketamine")
    first = client.get("/v1/treatments/ketamine").headers["etag"]
    evidence.treatment("ketamine", definition="An anaesthetic.")
    second = client.get("/v1/treatments/ketamine").headers["etag"]
    evidence.treatment("esketamine", parent="ketamine")
    third = client.get("/v1/treatments/ketamine").headers["etag"]

    assert first.startswith('"v1-')
    assert second.startswith('"v2-')
    assert third.startswith('"v2-'), "what others say of it is not its own content"
    assert third != second, "its page has changed all the same"


@pytest.mark.parametrize("resource", EVERY, ids=lambda each: each.listing.kind.path)
def test_a_record_that_there_is_not_suggests_the_nearest(
    reader: TestClient, resource: Resource
) -> None:
    nearly = f"{resource.example[:-1]}x"

    problem = check_problem(reader.get(f"/v1/{resource.listing.kind.path}/{nearly}"), 404)

    assert f"{nearly!r}" in problem["detail"]
    assert "Did you mean '" in problem["detail"]


@pytest.mark.parametrize("resource", EVERY, ids=lambda each: each.listing.kind.path)
def test_a_record_gives_only_the_fields_asked_for(reader: TestClient, resource: Resource) -> None:
    names = ["slug", *(child.name for child in resource.related[:1])]
    path = f"/v1/{resource.listing.kind.path}/{resource.example}"

    whole = reader.get(path).json()
    some = reader.get(path, params={"fields": ",".join(names)}).json()

    assert some == {name: whole[name] for name in names}
    assert set(whole) == set(resource.page_model.model_fields)


@pytest.mark.parametrize(("resource", "child"), INSIDE)
def test_what_a_record_takes_in_is_what_the_list_says_of_it(
    reader: TestClient, resource: Resource, child: Any
) -> None:
    """So that `next` goes on in the same rows that the page began with."""
    path = resource.listing.kind.path
    exactly = {"descendants": "false"} if child.listing.parameters()[child.filter].direct else {}
    for record in reader.get(f"/v1/{path}?fields=slug&limit=200").json()["items"]:
        inside = reader.get(f"/v1/{path}/{record['slug']}").json()[child.name]
        asked = {child.filter: child.filter_prefix + record["slug"], "limit": 200, **exactly}
        if child.listing.own_order is not None:
            asked["sort"] = child.listing.own_order
        listed = reader.get(f"/v1/{child.listing.kind.path}", params=asked).json()
        assert inside["total"] == listed["total"], record["slug"]
        assert inside["items"] == listed["items"], record["slug"]


def test_a_record_takes_in_200_children_then_says_where_they_go_on(
    evidence: Evidence, client: TestClient
) -> None:
    study, effect = evidence.study(), evidence.adverse_effect("nausea")
    dull: dict[str, Any] = {
        "study": study,
        "counts": [{"group": "all"}],
        "adverse_effect": effect,
        "term_verbatim": "sick",
    }
    dull |= {"basis": "abstract", "says": [evidence.support()]}
    drafts = [(ADVERSE_EVENT_EDITOR, {**dull, "slug": f"count-{at}"}) for at in range(205)]
    evidence.write(drafts)

    inside = client.get(f"/v1/studies/{study}").json()["adverse_events"]
    rest = client.get(inside["next"]).json()

    assert inside["total"] == {"value": 205, "relation": "eq"}
    assert (len(inside["items"]), len(rest["items"]), rest["next"]) == (200, 5, None)
    seen = {each["slug"] for each in (*inside["items"], *rest["items"])}
    assert seen == {f"count-{at}" for at in range(205)}


def test_narrower_terms_go_on_with_narrower_terms_and_not_with_theirs(
    evidence: Evidence, client: TestClient
) -> None:
    evidence.condition("wide")
    drafts = [
        (CONDITION_EDITOR, {"slug": f"c-{at}", "name": f"C {at}", "parent": "wide"})
        for at in range(203)
    ]
    evidence.write(drafts)
    evidence.condition("zz-narrowest", parent="c-1")

    inside = client.get("/v1/conditions/wide").json()["narrower"]
    rest = client.get(inside["next"]).json()

    seen = {each["slug"] for each in (*inside["items"], *rest["items"])}
    assert seen == {f"c-{at}" for at in range(203)}
