"""What tests of the desk share: somebody signed in, and forms as a browser sends them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from html import unescape
from typing import Any

import html5lib
import httpx2
import pytest
from fastapi.testclient import TestClient

from app.db.database import Database
from app.vocabulary import Scope
from tests.conftest import Templates, serving
from tests.keys import key

HTML = {"Accept": "text/html"}
TOKEN = re.compile(r'name="token" value="([^"]+)"')


@dataclass
class Person:
    """Somebody at the desk, with a browser of their own."""

    client: TestClient
    name: str

    def see(self, path: str, status: int = 200) -> str:
        """The text of a page, which has to be valid HTML without anything inline."""
        return valid(self.client.get(path, headers=HTML), status)

    def send(self, path: str, status: int = 200, *, at: str | None = None, **typed: Any) -> str:
        """Send a form with the token of the page it stands on; gives the page that follows."""
        return valid(self.sent(path, at=at, **typed), status)

    def sent(self, path: str, *, at: str | None = None, **typed: Any) -> httpx2.Response:
        """The reply to a form, redirects followed."""
        page = self.client.get(at or "/desk", headers=HTML)
        token = TOKEN.findall(page.text)[-1]
        data = {"token": token, **typed}
        return self.client.post(path, data=data, headers=HTML, follow_redirects=True)


def valid(page: httpx2.Response, status: int) -> str:
    """The text of a page with this status, checked as every page of the desk is."""
    assert page.status_code == status, (page.status_code, page.text[:3000])
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page.text)
    for element in tree.iter():
        inline = [name for name in element.attrib if str(name).startswith(("on", "style"))]
        assert not inline, (element.tag, inline)
        assert element.tag != "style"
        assert element.tag != "script" or element.attrib["src"].startswith("/static/")
    assert "'unsafe" not in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"
    return unescape(page.text)


def sign_in(client: TestClient, held: str, to: str = "/desk") -> httpx2.Response:
    """The reply to somebody who signs in with a key."""
    token = TOKEN.findall(client.get("/desk/sign-in", headers=HTML).text)[-1]
    data = {"token": token, "key": held, "to": to}
    return client.post("/desk/sign-in", data=data, headers=HTML, follow_redirects=False)


Arriving = Callable[..., Person]


@pytest.fixture
def arriving(ketamine: Database) -> Iterator[Arriving]:
    """Lets people with keys of their own come to the desk of the ketamine document."""
    clients = ExitStack()

    def arrive(name: str = "ada", scope: Scope = Scope.CURATOR) -> Person:
        client = clients.enter_context(serving(ketamine))
        assert sign_in(client, key(ketamine, name, scope)).status_code == 303
        return Person(client, name)

    with clients:
        yield arrive


@pytest.fixture
def ada(arriving: Arriving) -> Person:
    """A curator at the desk of the ketamine document."""
    return arriving()


@pytest.fixture(scope="session", params=["sqlite"])
def reader_at_desk(
    request: pytest.FixtureRequest, templates: dict[str, Templates]
) -> Iterator[Person]:
    """A curator who only looks, at a desk that tests share."""
    with templates[request.param].opened("ketamine") as database, serving(database) as client:
        assert sign_in(client, key(database)).status_code == 303
        yield Person(client, "ada")
