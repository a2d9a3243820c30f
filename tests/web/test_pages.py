"""Pages on the ketamine database: each is there, valid, and safe to open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import html5lib
import pytest
from fastapi.testclient import TestClient

from tests.conftest import ENGINES, Readers
from tests.web.reading import HTML, addresses, see

LISTS = [
    "/studies",
    "/outcomes",
    "/adverse-events",
    "/case-reports",
    "/claims",
    "/citations",
    "/discrepancies",
    "/treatments",
    "/conditions",
    "/adverse-effects",
    "/outcome-measures",
    "/documents",
]
OTHERS = [
    "/",
    "/search",
    "/search?q=ridged",
    "/studies?condition=crps&age_group=child",
    "/studies?treatment=ketamine&match=any",
    "/nothing/here",
    "/studies?conditoin=crps",
]


def records(client: TestClient) -> Iterator[str]:
    """Records of every kind, by their pages."""
    for path in LISTS:
        page = client.get(f"/v1{path}?limit=12&fields=slug").json()
        yield from (f"{path}/{item['slug']}" for item in page["items"])


def test_records_of_every_kind_have_valid_pages_whose_links_lead_somewhere(
    reader: TestClient,
) -> None:
    pages = {path: see(reader, path).text for path in [*LISTS, *OTHERS[:5], *records(reader)]}
    linked: set[str] = set()
    for path, text in pages.items():
        html5lib.HTMLParser(strict=True).parse(text)
        assert not re.search(r"<(script|style)[^>]*>[^<]", text), path
        assert not re.search(r"\s(style|on\w+)=", text), path
        linked |= {address.partition("#")[0] for address in addresses(text)}
    for address in sorted(each for each in linked - set(pages) if each.startswith("/")):
        assert reader.get(address, headers=HTML).status_code == 200, address


def test_pages_are_the_same_on_both_engines(readers: Readers) -> None:
    sqlite, postgresql = (readers(engine, "ketamine") for engine in ENGINES)

    paths = [*LISTS, *OTHERS[:5], *records(sqlite)]  # a problem names its request

    assert [path for path in paths if text(sqlite, path) != text(postgresql, path)] == []


def text(client: TestClient, path: str) -> str:
    """A page, but for when its database was filled."""
    return re.sub(r"\d{4}-\d\d-\d\d(T[\d:.]+Z)?", "", client.get(path, headers=HTML).text)


def test_every_link_to_a_place_in_a_page_finds_it(reader: TestClient) -> None:
    texts: dict[str, str] = {}
    places: set[tuple[str, str]] = set()
    for path in [*LISTS, "/", *records(reader)]:
        texts[path] = see(reader, path).text
        for address in addresses(texts[path]):
            page, sign, place = address.partition("#")
            if sign and page.startswith(("", "/")) and "?" not in page:
                places.add((page or path, place))
    missing = {
        (page, place)
        for page, place in places
        if page in texts and f'id="{place}"' not in texts[page]
    }
    assert missing == set()


def test_how_a_fact_is_known_is_not_told_twice_beside_its_place(reader: TestClient) -> None:
    slugs = [
        each["slug"] for each in reader.get("/v1/outcomes?limit=50&fields=slug").json()["items"]
    ]
    text = "".join(see(reader, f"/outcomes/{slug}").text for slug in slugs)
    sources = re.findall(r'data-h="Source">(.*?)</td>', text, re.DOTALL)
    places = [re.findall(r">\s*([a-z ]+)<", source) for source in sources]
    assert ["abstract"] in places
    assert all(len(told) == len(set(told)) for told in places)


@pytest.mark.parametrize("path", OTHERS)
def test_pages_allow_nothing_inline_and_no_other_host(reader: TestClient, path: str) -> None:
    page = reader.get(path, headers=HTML)

    policy = page.headers["content-security-policy"]
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "same-origin"
    loaded = re.findall(r"<(?:script|link|img)[^>]*?(?:src|href)=\"([^\"]*)\"", page.text)
    assert [each for each in loaded if not each.startswith("/")] == []


def test_a_page_that_the_browser_has_is_not_sent_again(reader: TestClient) -> None:
    first = see(reader, "/documents/ketamine-for-pain")
    held = {**HTML, "If-None-Match": first.headers["etag"]}

    assert reader.get("/documents/ketamine-for-pain", headers=held).status_code == 304


def test_every_page_links_the_request_that_gives_the_same_data(reader: TestClient) -> None:
    for path in ["/", *LISTS, "/studies?condition=crps", "/studies/adults-crps-12-weeks"]:
        linked = re.search(
            r'rel="alternate" type="application/json" href="([^"]*)"', see(reader, path).text
        )
        assert linked, path
        assert reader.get(linked[1].replace("&amp;", "&")).status_code == 200


def test_fields_that_a_form_left_empty_are_not_in_the_address_to_share(reader: TestClient) -> None:
    sent = reader.get("/studies?q=&condition=crps&year=", headers=HTML, follow_redirects=False)

    assert (sent.status_code, sent.headers["location"]) == (303, "/studies?condition=crps")


def test_the_first_page_is_small(reader: TestClient) -> None:
    sizes = 0
    text = see(reader, "/").text
    loaded = re.findall(r"<(?:script|link)[^>]*?(?:src|href)=\"(/static[^\"]*)\"", text)
    for path in ["/", *loaded]:
        with reader.stream("GET", path, headers=HTML) as reply:
            sizes += len(b"".join(reply.iter_raw()))
    assert sizes < 60_000


class Outline(HTMLParser):
    """The levels of a page's headings, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.levels: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if re.fullmatch(r"h[1-6]", tag):
            self.levels.append(int(tag[1]))


@pytest.mark.parametrize(
    "path",
    ["/", "/studies", "/documents/ketamine-for-pain", "/treatments/ketamine", "/nothing"],
)
def test_headings_form_an_outline(reader: TestClient, path: str) -> None:
    outline = Outline()
    outline.feed(reader.get(path, headers=HTML).text)

    assert outline.levels[0] == 1
    assert outline.levels.count(1) == 1
    steps = zip(outline.levels, outline.levels[1:], strict=False)
    assert all(after <= before + 1 for before, after in steps)
