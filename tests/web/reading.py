"""How tests look at pages."""

from __future__ import annotations

import re
from html import unescape

import httpx2
from fastapi.testclient import TestClient

HTML = {"Accept": "text/html,application/xhtml+xml"}
TAG = re.compile(r"<[^>]+>")


def see(client: TestClient, path: str) -> httpx2.Response:
    """A page that is there."""
    page = client.get(path, headers=HTML)
    assert page.status_code == 200, (path, page.status_code, page.text[:300])
    return page


def addresses(text: str) -> set[str]:
    """Where the links of a page lead."""
    return {unescape(each) for each in re.findall(r'<a [^>]*?href="([^"]*)"', text)}


def words(text: str) -> str:
    """What a page says, its marks taken off."""
    main = text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(TAG.sub(" ", main)).split())
