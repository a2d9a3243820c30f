"""The path of who curates, in a real browser: paste, see the duplicate, add, link, accept."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Dialog, Page, expect

from app.db.database import Database
from app.vocabulary import Scope
from tests.browser.conftest import Open
from tests.desk.test_adding import KNOWN
from tests.desk.test_imports import TWO
from tests.keys import key
from tests.servers import served
from tests.templates import Templates

NEW = "1. Doe J, Roe R. Ketamine in the clinic, ten years on. Pain 2031;9:1-8."


@pytest.fixture(scope="module")
def desk(templates: dict[str, Templates]) -> Iterator[tuple[str, dict[str, str]]]:
    """The address of a server of its own, which is written to, and the keys of two people."""
    address = templates["sqlite"].copy("ketamine")
    database = Database(address)
    keys = {"ada": key(database, "ada", Scope.ADMIN), "bo": key(database, "bo", Scope.CURATOR)}
    database.close()
    with served(address, log_level="error") as (_, site):
        yield site, keys


@pytest.fixture
def site(desk: tuple[str, dict[str, str]]) -> str:
    """That server, for the pages that a test opens."""
    return desk[0]


def signed_in(open_page: Open, held: str, **options: object) -> Page:
    """The desk, as somebody sees it who signed in."""
    page = open_page("/desk", **options)
    page.get_by_label("Key").fill(held)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Desk", exact=True)).to_be_visible()
    return page


def test_an_admin_adds_a_paper_and_links_it_and_somebody_else_accepts(
    open_page: Open, desk: tuple[str, dict[str, str]]
) -> None:
    page = signed_in(open_page, desk[1]["ada"])
    page.get_by_role("link", name="Add a citation").first.click()
    page.get_by_label("Paste here").fill(KNOWN)
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("heading", name="This paper is already here")).to_be_visible()
    assert Axe().run(page).violations_count == 0

    page.get_by_label("Paste here").fill(NEW)
    page.get_by_role("button", name="Read again").click()
    expect(page.get_by_text("Nothing like it is here yet.")).to_be_visible()
    page.get_by_label("Title").fill("Ketamine in the clinic, twelve years on")
    expect(page.locator("#answer")).to_contain_text("twelve years on")  # without a step of ours
    page.get_by_role("button", name="Save as a new citation").click()
    expect(page.get_by_role("status")).to_have_text("Saved as a new citation.")

    page.get_by_role("link", name="Link to a study").click()
    page.get_by_label("Words of the study").fill("children")
    page.get_by_role("button", name="Find the study").press("Enter")
    page.locator("label", has_text="children").first.click()
    page.get_by_label("Why (kept").fill("It reports the same patients")
    page.get_by_role("button", name="Propose the link").click()
    expect(page.get_by_text("Nobody decides on their own proposal.")).to_be_visible()

    other = signed_in(open_page, desk[1]["bo"], viewport={"width": 390, "height": 844})
    other.get_by_role("link", name=re.compile("Proposals to review")).click()
    other.get_by_role("link", name="It reports the same patients").click()
    other.get_by_role("button", name="Accept all").click()
    expect(other.get_by_role("status")).to_contain_text("Accepted")
    other.goto("/citations/doe-2031")
    expect(other.locator("main")).to_contain_text("children")


def test_leaving_with_unsaved_changes_asks(
    open_page: Open, desk: tuple[str, dict[str, str]]
) -> None:
    page = signed_in(open_page, desk[1]["ada"])
    page.goto("/desk/citations/bredlau-2013/edit")
    page.get_by_label("Title").press_sequentially("x")
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.goto("/desk")

    assert asked == ["beforeunload"]


def test_words_selected_in_a_document_become_the_quote(
    open_page: Open, desk: tuple[str, dict[str, str]]
) -> None:
    page = signed_in(open_page, desk[1]["ada"])
    page.goto("/desk/documents/ketamine-for-pain/quote")
    page.evaluate("""() => {
        const text = document.getElementById('source-text').firstChild;
        const at = text.data.lastIndexOf('ketamine');
        document.getSelection().setBaseAndExtent(text, at, text, at + 8);
    }""")
    expect(page.locator("#exact")).to_have_value("ketamine")
    page.get_by_label("Kind").select_option("opinion")
    page.get_by_label("About").fill("treatment/ketamine")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("status")).to_have_text("Saved.")


def test_an_import_is_ticked_in_place_and_a_withdrawn_citation_says_that_it_was(
    open_page: Open, desk: tuple[str, dict[str, str]]
) -> None:
    page = signed_in(open_page, desk[1]["ada"], failing=["/citations/doe-2015"])
    page.goto("/desk/imports")
    page.get_by_label("Or paste it here").fill(TWO)
    page.get_by_role("button", name="Read it").click()
    page.get_by_role("button", name="Tick none").click()
    ticks = page.get_by_role("checkbox")
    assert [each.is_checked() for each in ticks.all()] == [False, False]
    page.get_by_role("button", name="Tick all").click()
    assert [each.is_checked() for each in ticks.all()] == [True, True]
    reports = [Axe().run(page)]

    page.get_by_role("link", name="Correct it").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Row 1")
    reports.append(Axe().run(page))
    page.get_by_role("button", name="Save as a new citation").click()
    page.get_by_role("link", name="History").click()
    page.get_by_role("button", name="Withdraw the record").click()
    expect(page.get_by_role("status")).to_contain_text("Withdrawn.")
    page.goto("/citations/doe-2015")
    expect(page.get_by_role("heading", level=1)).to_have_text("This record was withdrawn")
    reports.append(Axe().run(page))

    assert [each.violations_count for each in reports] == [0, 0, 0], reports[-1].generate_report()
