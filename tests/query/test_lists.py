"""Lists: pages, orders, totals."""

from fastapi.testclient import TestClient

from tests.factories import Evidence


def test_all_pages_together_are_the_list(evidence: Evidence, client: TestClient) -> None:
    years = [2001, None, 1999, 2001, 2020, None, 2001]
    slugs = {evidence.study(year=year) for year in years}

    seen, cursor = [], ""
    while cursor is not None:
        page = client.get(
            "/v1/studies", params={"limit": 2, **({"cursor": cursor} if cursor else {})}
        )
        seen += [study["slug"] for study in page.json()["items"]]
        cursor = page.json()["next"]

    assert len(seen) == len(slugs)
    assert set(seen) == slugs


def test_the_total_is_exact_up_to_a_thousand(reader: TestClient) -> None:
    assert reader.get("/v1/citations?limit=2").json()["total"] == {"value": 8, "relation": "eq"}
