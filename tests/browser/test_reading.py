"""The paths of who reads, in a real browser: with mouse, with keys, without JavaScript."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import Open

MAIN = (
    "/",
    "/studies?condition=chronic-pain&age_group=child",
    "/studies/adults-crps-12-weeks",
    "/treatments/ketamine",
    "/documents/ketamine-for-pain",
    "/case-reports/foot-pain-after-coma-and-boosters",
    "/citations/bredlau-2013",
    "/search?q=liver",
)
WINDOWS = {
    "laptop": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.mark.parametrize("window", WINDOWS)
def test_pages_are_accessible_and_no_wider_than_the_window(open_page: Open, window: str) -> None:
    page = open_page(MAIN[0], **WINDOWS[window])
    wrong = []
    for path in MAIN if window == "laptop" else MAIN[::2]:
        page.goto(path)
        found = Axe().run(page, options=RULES)
        if found.violations_count:
            wrong.append(f"{path}\n{found.generate_report()}")
        over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if over > 0:
            wrong.append(f"{path} is {over} px too wide")
    assert wrong == []


def test_errors_are_accessible_too(open_page: Open) -> None:
    wrong = ("/no/such/page", "/studies/children-oral-ketamin", "/studies?conditoin=crps")
    page = open_page("/documents", failing=wrong, **WINDOWS["phone"])
    found = []
    for path in wrong:
        page.goto(path)
        found.append(Axe().run(page, options=RULES).generate_report())
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0

    assert all("Found 0 accessibility violations" in each for each in found), found


def test_nothing_moves_for_who_wants_no_motion(open_page: Open) -> None:
    moves = "() => [getComputedStyle(document.documentElement).scrollBehavior,"
    moves += " document.getAnimations().length]"
    still = open_page("/documents/ketamine-for-pain", reduced_motion="reduce")
    usual = open_page("/documents/ketamine-for-pain", reduced_motion="no-preference")

    assert still.evaluate(moves) == ["auto", 0]
    assert usual.evaluate(moves) == ["smooth", 0]


def test_a_cell_of_the_map_shows_the_plot_of_its_studies(open_page: Open) -> None:
    page = open_page("/")
    page.get_by_role("link", name=re.compile("^Ketamine, pain:")).click()

    plot = page.get_by_role("img", name=re.compile("study by study"))
    expect(plot).to_be_in_viewport()
    assert plot.evaluate("async image => (await image.decode(), image.naturalWidth)") > 0


def test_a_researcher_filters_to_children_and_opens_a_passage(open_page: Open) -> None:
    page = open_page("/")
    menu = page.locator("details.menu", has_text="Age group")
    menu.locator("summary").click()
    menu.get_by_label("child").check()
    menu.get_by_role("button", name="Show").click()

    page.wait_for_url("**/studies?*age_group=child*")
    expect(page.get_by_text("Missing: age group.").first).to_be_visible()
    page.locator(".studies a.source").first.press("Enter")
    page.wait_for_url(re.compile(r"/documents/ketamine-for-pain#passage-"))
    place = page.url.partition("#")[2]
    expect(page.locator(f"#{place}")).to_be_in_viewport()


def test_a_passage_is_reached_with_keys_alone(open_page: Open) -> None:
    page = open_page("/documents/ketamine-for-pain")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('own')"):
            break
    passage = page.locator("a.own:focus")
    expect(passage).to_have_count(1)
    outline = passage.evaluate("element => getComputedStyle(element).outlineStyle")
    page.keyboard.press("Enter")

    assert outline != "none"
    assert "#claim-" in page.url
    expect(page.locator(f'[id="{page.url.partition("#")[2]}"]')).to_be_in_viewport()


def test_pointing_at_a_card_lights_up_its_words(open_page: Open) -> None:
    page = open_page("/documents/ketamine-for-pain")
    card = page.locator('[id="claim-children-oral-ketamine.effective"]')
    words = page.locator(".row", has=card).locator(".said span", has_text="oral ketamine").first
    shadow = "element => getComputedStyle(element).boxShadow"
    assert words.evaluate(shadow) == "none"

    card.hover()

    assert words.evaluate(shadow) != "none"


def test_the_search_box_suggests_while_one_writes(open_page: Open) -> None:
    page = open_page("/")
    page.get_by_role("searchbox", name="Search treatments").press_sequentially("rigid")

    page.locator("#suggestions").get_by_role("link", name=re.compile("Muscle rigidity")).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Muscle rigidity")


def test_reading_and_filtering_need_no_javascript(open_page: Open) -> None:
    page = open_page("/", java_script_enabled=False)
    page.get_by_role("searchbox", name="Search treatments").fill("rigidity")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("link", name="Muscle rigidity").first).to_be_visible()

    page.goto("/studies")
    menu = page.locator("details.menu", has_text="Design")
    menu.locator("summary").click()
    menu.get_by_label("randomized").check()
    menu.get_by_role("button", name="Show").click()

    assert page.url.endswith("/studies?design=randomized")
    expect(page.locator(".studies h3")).to_have_count(1)
