"""Full text through the API: what each operator finds, the same on both databases."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.factories import Evidence

TITLES = {
    "benefit": "Lasting benefit of ketamine in Sjögren's syndrome",
    "no-benefit": "Ketamine: benefit not lasting",
    "coma": "Ketamine coma, a meta-analysis",
    "greek": "β-endorphin after 1e5 units, 12mo",
    "other": "Opioids in children",
}


@pytest.fixture
def titles(evidence: Evidence) -> None:
    for slug, title in TITLES.items():
        evidence.citation(slug=slug, title=title)


def found(client: TestClient, q: Any, **more: Any) -> set[str]:
    reply = client.get("/v1/citations", params={"q": q, **more})
    assert reply.status_code == 200, reply.text
    items = {item["slug"] for item in reply.json()["items"]}
    assert reply.json()["total"]["value"] == len(items)
    return items


@pytest.mark.usefixtures("titles")
def test_each_operator_finds_what_it_says(client: TestClient) -> None:
    assert found(client, "ketamine") == {"benefit", "no-benefit", "coma"}
    assert found(client, "keta") == set()
    assert found(client, "keta*") == {"benefit", "no-benefit", "coma"}
    assert found(client, "benefit KETAMINE") == {"benefit", "no-benefit"}
    assert found(client, '"lasting benefit"') == {"benefit"}
    assert found(client, '"lasting ben"*') == {"benefit"}
    assert found(client, "ketamine -coma") == {"benefit", "no-benefit"}
    assert found(client, 'ketamine -"lasting benefit"') == {"no-benefit", "coma"}
    assert found(client, "ketamine -com*") == {"benefit", "no-benefit"}
    assert found(client, "sjogren") == found(client, "Sjögren’s") == {"benefit"}
    assert found(client, "meta-analysis") == found(client, '"meta analysis"') == {"coma"}
    assert found(client, "meta-ana*") == {"coma"}
    assert found(client, "analysis-meta") == set()
    assert found(client, "β") == found(client, "1E5 12mo") == found(client, "12m*") == {"greek"}
    assert found(client, "1") == found(client, "e5") == found(client, "mo") == set()


@pytest.mark.usefixtures("titles")
def test_alternatives_exclusions_and_groups_find_what_they_say(client: TestClient) -> None:
    assert found(client, "opioids OR coma") == {"other", "coma"}
    assert found(client, "ondansetron OR coma") == {"coma"}
    assert found(client, "ketamine AND benefit") == {"benefit", "no-benefit"}
    assert found(client, "ketamine benefit OR opioids") == {"benefit", "no-benefit", "other"}
    assert found(client, "ketamine NOT benefit") == {"coma"}
    assert found(client, "(coma OR opioids) NOT ketamine") == {"other"}
    assert found(client, 'ketamine NOT ("lasting benefit" OR coma)') == {"no-benefit"}
    assert found(client, 'ketamine -("lasting benefit" OR com*)') == {"no-benefit"}
    assert found(client, '("not lasting" OR "lasting benefit") ketamine') == {
        "benefit",
        "no-benefit",
    }
    assert found(client, 'benefit NOT (ketamine NOT "lasting benefit")') == {"benefit"}
    assert found(client, '"meta analysis" OR (benefit NOT "lasting benefit")') == {
        "coma",
        "no-benefit",
    }
    assert found(client, "ketamine or coma") == found(client, 'ketamine "OR" coma') == set()
    assert found(client, "benefit not lasting") == {"no-benefit"}


SPELLINGS = {
    "synuclein": "α-synuclein in blood",
    "spelled": "Alpha-Synuclein, aggregated",
    "kappa": "NF-κB and TNFα",
    "follow": "A two-year follow-up",
    "followed": "Followup of adults",
    "parted": "To follow up patients",
    "meta": "Metaanalysis of trials",
    "metas": "A meta-analysis",
    "nonserious": "Non-serious events",
    "crohn": "Crohn’s disease",
    "micro": "Boluses of 5 µg/kg",
    "chinese": "疼痛的氯胺酮治疗",
    "mixed": "对ICU患者的镇静",
    "korean": "만성통증은 치료",
    "thai": "การรักษาอาการปวด",
}


@pytest.mark.parametrize(
    ("written", "slugs"),
    [
        ("alpha-synuclein|α-synuclein|alpha synuclein|αsynuclein|Α-SYNUCLEIN|alphasynuclein",
         "synuclein spelled"),
        ('"alpha synuclein"|alpha-syn*|α-syn*', "synuclein spelled"),
        ("NF-kappaB|NFκB|NF-κB|nf kappa b|TNF alpha|TNF-alpha|TNFα|tnfalpha", "kappa"),
        ("followup|follow-up|follow up|Follow‑up", "follow followed parted"),
        ('"follow up"', "follow followed parted"),
        ("metaanalysis|meta-analysis|meta analysis", "meta metas"),
        ("nonserious|non-serious|non serious", "nonserious"),
        ("crohns disease|Crohn's disease|crohn disease", "crohn"),
        ("5 mcg|5 µg|5 μg|5 ug", "micro"),
        ("mu", ""),
        ("疼痛|氯胺酮|治疗|痛的氯|疼痛 氯胺酮|氯胺*", "chinese"),
        ("痛疼|氯酮", ""),
        ("ICU患者|icu|患者|ICU患", "mixed"),
        ("통증|만성|만성통증|통증은", "korean"),
        ("ปวด|รักษา", "thai"),
        ("followup -two", "followed parted"),
        ("analysis NOT metaanalysis", ""),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("spellings")
def test_other_spellings_are_found(written: str, slugs: str, client: TestClient) -> None:
    for q in written.split("|"):
        assert found(client, q) == set(slugs.split()), q


@pytest.fixture
def spellings(evidence: Evidence) -> None:
    for slug, title in SPELLINGS.items():
        evidence.citation(slug=slug, title=title)


@pytest.mark.usefixtures("spellings")
def test_a_match_in_another_spelling_is_marked(client: TestClient) -> None:
    for q, slug, snippet in (
        ("alpha-synuclein", "synuclein", "**α-synuclein** in blood"),
        ("followup", "follow", "A two-year **follow-up**"),
        ("氯胺酮", "chinese", "疼痛的**氯胺酮**治疗"),
        ("患者 OR ondansetron", "mixed", "对ICU**患者**的镇静"),
    ):
        reply = client.get("/v1/citations", params={"q": q}).json()
        assert reply["snippets"][slug] == snippet


@pytest.mark.usefixtures("titles")
def test_several_queries_mean_any_and_not_means_none(client: TestClient) -> None:
    assert found(client, ["coma", "opioids -adults"]) == {"coma", "other"}
    reply = client.get(
        "/v1/citations", params={"q": "ketamine", "q.not": ["coma", '"not lasting"']}
    )
    assert [item["slug"] for item in reply.json()["items"]] == ["benefit"]


def test_a_phrase_ends_with_the_member_it_is_in(evidence: Evidence, client: TestClient) -> None:
    evidence.citation(slug="one", title="Oral ketamine", container_title="Pain medicine")

    assert found(client, "ketamine pain") == {"one"}
    assert found(client, '"ketamine pain"') == set()


def test_what_is_changed_or_withdrawn_is_found_as_it_is_now(
    evidence: Evidence, client: TestClient
) -> None:
    evidence.citation(slug="one", title="Oral ketamine", year=2000)
    evidence.citation(slug="one", title="Oral morphine", year=2000)

    assert found(client, "ketamine") == set()
    assert found(client, "morphine") == {"one"}


def test_a_query_goes_with_every_filter(evidence: Evidence, client: TestClient) -> None:
    evidence.citation(slug="old", title="Ketamine", year=1999)
    evidence.citation(slug="new", title="Ketamine", year=2020)

    assert found(client, "ketamine", year="2000..") == {"new"}
    assert found(client, "ketamine", year="2000..", sort="title") == {"new"}


@pytest.mark.parametrize(
    "path",
    [
        "studies",
        "outcomes",
        "adverse-events",
        "case-reports",
        "claims",
        "citations",
        "discrepancies",
        "treatments",
        "conditions",
        "adverse-effects",
        "outcome-measures",
        "documents",
    ],
)
def test_every_list_takes_a_query_and_says_where_it_found_the_words(
    path: str, reader: TestClient
) -> None:
    page = reader.get(f"/v1/{path}", params={"q": ["a*", "ketamine"], "limit": 5}).json()

    assert page["items"]
    assert all("**" in page["snippets"][item["slug"]] for item in page["items"])


def test_a_query_goes_with_a_population(reader: TestClient) -> None:
    params = {"q": "ketamine", "age_group": "adult", "condition": "crps", "match": "any"}
    both = reader.get("/v1/studies", params=params).json()
    plain = reader.get("/v1/studies", params={**params, "sort": "-year"}).json()

    assert {item["slug"] for item in both["items"]} == {item["slug"] for item in plain["items"]}
    assert both["total"] == plain["total"]
    assert both["matches"]["definite"] == plain["matches"]["definite"]


BAD = ['"pain', "-", "-pain", '""', "", "?", "pain *", "pain " * 65, "(pain", "pain OR", "NOT pain"]
BAD += ["(" * 11 + "pain" + ")" * 11, "ketamine[ti]", "ketamine.mp.", "exp Pain/", "pain adj3 coma"]


@pytest.mark.parametrize("q", BAD)
@pytest.mark.parametrize("path", ["studies", "search"])
def test_a_bad_query_is_a_422_that_says_how_queries_are_written(
    path: str, q: str, sqlite_reader: TestClient
) -> None:
    reply = sqlite_reader.get(f"/v1/{path}", params={"q": q})

    assert reply.status_code == 422
    assert reply.json()["errors"][0]["parameter"] == "q"
    assert "Queries are written as" in reply.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "q",
    [
        "pain " * 10_000,
        '"' * 1_000,
        '"' * 999,
        "NEAR(a b, 5) AND OR NOT",
        "AND",
        "NOT",
        "body : pain",
        "{head body}: pain",
        "^pain + coma",
        "pain & coma | !x <-> y:* <2> z:ABCD",
        "'; DROP TABLE search_texts; --x",
        "% _ \\ pain' OR 1=1",
        "(((((((((( pain",
        "a*" * 60,
        "-a " * 30 + "b",
        "(a OR (b NOT (c OR (d NOT e)))) OR " * 12 + "f",
        " OR ".join(f"(a{at} NOT b{at})" for at in range(32)),
        "follow-up " * 6 + "followup",
        '"' + "ab " * 12 + '"',
        "¶ ¶pain",
        "\u202e\ufeff pain \U0001f600",
        "\ud7ff\ufffe",
        "痛" * 900,
    ],
)
@pytest.mark.parametrize("path", ["claims", "search"])
def test_a_hostile_query_is_just_words_or_a_clear_error(
    path: str, q: str, reader: TestClient
) -> None:
    reply = reader.get(f"/v1/{path}", params={"q": q})

    assert reply.status_code in {200, 414, 422}, reply.text
    assert reply.status_code == 200 or reply.json()["detail"]


def test_many_queries_at_once_are_answered(reader: TestClient) -> None:
    reply = reader.get("/v1/claims", params=[("q", f"a{at} b* -c") for at in range(200)])

    assert reply.status_code in {200, 422}, reply.text


def test_relevance_is_an_order_with_a_query_only(reader: TestClient) -> None:
    for params in ({"sort": "relevance"}, {"q": "pain", "sort": "-relevance"}):
        reply = reader.get("/v1/claims", params=params)
        assert reply.status_code == 422
        assert reply.json()["errors"][0]["parameter"] == "sort"
    named = reader.get("/v1/claims", params={"q": "pain", "sort": "relevance"}).json()
    assert named["items"] == reader.get("/v1/claims", params={"q": "pain"}).json()["items"]


def test_the_search_box_finds_while_typing(reader: TestClient) -> None:
    for q in ("ketam", "oral ket", "k", "-coma ketam", "meta-", "crps-"):
        reply = reader.get("/v1/search", params={"q": q})
        assert reply.status_code == 200
    finds = reader.get("/v1/search", params={"q": "oral ket"}).json()
    assert finds["items"][0]["slug"] == "oral-ketamine"
    assert finds["items"][0]["snippet"] == finds["snippets"]["oral-ketamine"]


@pytest.mark.parametrize(
    ("q", "first"),
    [
        ("ketamine", "ketamine"),
        ("CRPS", "complex-regional-pain-syndrome"),
        ("angel dust", "phencyclidine"),
        ("angel-dust OR ondansetron", "phencyclidine"),
    ],
)
def test_what_is_called_so_comes_first(q: str, first: str, reader: TestClient) -> None:
    assert reader.get("/v1/search", params={"q": q}).json()["items"][0]["slug"] == first
