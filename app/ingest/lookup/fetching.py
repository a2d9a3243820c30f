"""Asking a public service: a few tries, each bounded in time and size, and no secrets told.

What cannot be had raises Problem: 503 when nobody answers (trying later helps), 502 when what is
answered makes no sense. Nothing of the environment is read: the proxy is a setting.
"""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

import httpx

from app.api.problems import FieldError, Problem
from app.settings import Settings

LONGEST = 10_000_000  # bytes of an answer
REDIRECTS = 3
AGAIN = {408, 425, 429, 500, 502, 503, 504}
FIRST_PAUSE = 0.5  # seconds; the next is twice as long, and so on
UNSAID = 30  # seconds after which to try again, where the service does not say


class Service(NamedTuple):
    """Somebody to ask: its name for people, its address, and the setting that has it."""

    name: str
    address: str
    setting: str


class Answer(NamedTuple):
    """What a service answered: 200, or why not; `address` is what was asked, without secrets."""

    status: int
    body: bytes
    address: str


class _TooLong(Exception):  # noqa: N818 # says what is wrong with an answer
    """An answer goes on for longer than anything that was asked for."""


class Fetching:
    """Asks services, by the operator's settings."""

    def __init__(self, settings: Settings) -> None:
        self._timeout, self._patience = settings.lookup_timeout, settings.lookup_patience
        self._tries, self._proxy = settings.lookup_tries, settings.lookup_proxy or None
        mailto = f" (mailto:{settings.lookup_mailto})" if settings.lookup_mailto else ""
        self._headers = {"User-Agent": f"{settings.lookup_tool}{mailto}"}

    def fetch(self, service: Service, path: str, query: Mapping[str, str]) -> Answer:
        """An answer of a service, whatever its status, unless asking again may help; Problem."""
        if not service.address:
            setting = f"EVIDENCE_{service.setting.upper()}"
            what = f"{service.name} is not asked here: {setting} is empty. Write the draft by hand."
            raise Problem(503, "lookup-off", what)
        address = service.address.rstrip("/") + path
        tried = _Tried(service, address)
        end = time.monotonic() + self._patience
        with self._client() as client:
            for turn in range(self._tries):
                answer = self._once(client, address, query, tried)
                if answer is not None:
                    return answer
                pause = max(_pause(turn), tried.wait or 0)
                if turn + 1 == self._tries or time.monotonic() + pause > end:
                    break
                time.sleep(pause)
        raise tried.problem()

    def _client(self) -> httpx.Client:
        return httpx.Client(
            headers=self._headers,
            timeout=self._timeout,
            proxy=self._proxy,
            trust_env=False,
            follow_redirects=True,
            max_redirects=REDIRECTS,
        )

    def _once(
        self, client: httpx.Client, address: str, query: Mapping[str, str], tried: _Tried
    ) -> Answer | None:
        """What one try gives; None: another may help. Raises Problem when no other would."""
        try:
            with client.stream("GET", address, params=dict(query)) as reply:
                if reply.status_code in AGAIN:
                    tried.refused(reply)
                    return None
                return Answer(reply.status_code, self._body(reply), address)
        except (_TooLong, httpx.TooManyRedirects, httpx.DecodingError, httpx.InvalidURL) as error:
            raise senseless(tried.service, address, str(error)) from error
        except httpx.HTTPError as error:
            tried.failed(error)
            return None

    def _body(self, reply: httpx.Response) -> bytes:
        """The whole body, in the time and size that a body may take."""
        end, body = time.monotonic() + self._timeout, bytearray()
        for chunk in reply.iter_bytes():
            body += chunk
            if len(body) > LONGEST:
                raise _TooLong(f"the answer is longer than {LONGEST} bytes")
            if time.monotonic() > end:
                raise httpx.ReadTimeout("the answer does not end", request=reply.request)
        return bytes(body)


class _Tried:
    """What was tried of one service, and in vain."""

    def __init__(self, service: Service, address: str) -> None:
        self.service, self.address = service, address
        self.errors: list[FieldError] = []
        self.wait: float | None = None  # seconds that the service asks for

    def refused(self, reply: httpx.Response) -> None:
        """The service answered that it cannot now."""
        self.wait = _seconds(reply.headers.get("retry-after", ""))
        asked = "" if self.wait is None else f", Retry-After: {self.wait:.0f} s"
        self._tell(f"answered {reply.status_code}{asked}")

    def failed(self, error: httpx.HTTPError) -> None:
        """Nobody answered, or not to the end."""
        self.wait = None
        timeout = isinstance(error, httpx.TimeoutException)
        self._tell("no answer in time" if timeout else f"cannot be reached ({error})")

    def _tell(self, what: str) -> None:
        number = len(self.errors) + 1
        self.errors.append(FieldError(message=f"try {number}: {self.address} {what}"))

    def problem(self) -> Problem:
        """That all was in vain."""
        what = f"{self.service.name} does not answer now; {self.errors[-1].message}. Try again"
        headers = {"Retry-After": str(max(1, round(self.wait or UNSAID)))}
        detail = f"{what} later, or write the draft by hand."
        return Problem(503, "lookup-unavailable", detail, self.errors, headers)


def senseless(service: Service, address: str, what: str) -> Problem:
    """The problem of an answer that makes no sense."""
    error = FieldError(message=f"{address}: {what}")
    setting = f"EVIDENCE_{service.setting.upper()}"
    detail = f"{service.name} answered what cannot be read ({what}). Is {setting} right?"
    return Problem(502, "lookup-failed", detail, [error])


def _pause(turn: int) -> float:
    """Seconds before the next try; by chance a little more, so that not all come at once."""
    return float(FIRST_PAUSE * 2**turn * (1 + random.random() / 4))  # noqa: S311 # no secret


def _seconds(written: str) -> float | None:
    """The wait that a Retry-After asks for: seconds, or a moment (RFC 9110)."""
    if written.isascii() and written.isdecimal():
        return float(written[:9])
    try:
        moment = parsedate_to_datetime(written)
    except ValueError:
        return None
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (zoned - datetime.now(UTC)).total_seconds())
