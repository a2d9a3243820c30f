"""One server with the ketamine database and one Chromium, for all that is tested in a browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.servers import served
from tests.templates import Templates

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
Open = Callable[..., Page]


@pytest.fixture(scope="session")
def site(templates: dict[str, Templates]) -> Iterator[str]:
    """The address of a server with both layers of the ketamine document."""
    with served(templates["sqlite"].copy("ketamine"), log_level="error") as (_, address):
        yield address


@pytest.fixture(scope="module")  # no longer: Playwright keeps an event loop, others want their own
def browser() -> Iterator[Browser]:
    """The Chromium of this machine."""
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine: apt-get install chromium runs these tests")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Open]:
    """Opens pages; in the end nothing may have gone wrong in them, or asked another host."""
    wrong: list[str] = []
    contexts = []

    def open_(path: str, *, failing: Sequence[str] = (), **options: Any) -> Page:
        context = browser.new_context(base_url=site, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        meant = [site + each for each in failing]  # a browser notes pages that are not there

        def note(told: ConsoleMessage) -> None:
            if told.location["url"] not in meant:
                wrong.append(f"{path}: {told.text}")

        page.on("console", note)
        page.on("pageerror", lambda error: wrong.append(f"{path}: {error}"))
        page.on(
            "request",
            lambda request: None if request.url.startswith(site) else wrong.append(request.url),
        )
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert wrong == []
