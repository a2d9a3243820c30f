"""Requests to a public service: a few attempts, each bounded in time and size; no secret is shown.

What cannot be retrieved raises Problem: 503 when the service does not answer (trying later helps),
502 when its answer makes no sense. Nothing of the environment is read: the proxy is a setting.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import ClassVar, NamedTuple

import httpx

from app.api.problems import FieldError, Problem
from app.ingest.formats import Entry
from app.settings import Settings

MOST_BYTES = 10_000_000  # of an answer
REDIRECTS = 3
RETRIED_STATUSES = {408, 425, 429, 500, 502, 503, 504}
FIRST_PAUSE = 0.5  # seconds; the next is twice as long, and so on
DEFAULT_WAIT = 30  # seconds to wait before trying again, where the service names none


class Answer(NamedTuple):
    """What a service answered: 200, or why not; `address` is what was asked, without secrets."""

    status: int
    body: bytes
    address: str


class Retrieved(NamedTuple):
    """The record of a service, and the address that it came from."""

    entry: Entry
    address: str


class MalformedAnswerError(ValueError):
    """An answer is not what the service's documentation promises: what is wrong with it."""


class _TooLongError(Exception):
    """An answer goes on for longer than any record does."""


class LookupSource:
    """A service on the web, by the operator's settings; `setting` names the one with its address.

    Subclasses say what to request and how to parse it.
    """

    name: ClassVar[str]
    setting: ClassVar[str]

    def __init__(self, settings: Settings) -> None:
        self.url: str = getattr(settings, self.setting)
        self._timeout, self._patience = settings.lookup_timeout, settings.lookup_patience
        self._attempts, self._proxy = settings.lookup_tries, settings.lookup_proxy or None
        mailto = f" (mailto:{settings.lookup_mailto})" if settings.lookup_mailto else ""
        self._headers = {"User-Agent": f"{settings.lookup_tool}{mailto}"}

    def retrieve(
        self,
        path: str,
        query: Mapping[str, str],
        parse: Callable[[bytes], Entry | None],
        expected: str,
    ) -> Retrieved | None:
        """The record at a path; None when there is none. Raises Problem 502 or 503.

        `parse` gives None, too, for an answer that says that there is none; where it fails, the
        problem says that there is no such thing as `expected` in the answer.
        """
        answer = self.fetch(path, query)
        if self.is_missing(answer):
            return None
        if answer.status != 200:
            raise self.failure(answer.address, f"status {answer.status}")
        try:
            entry = parse(answer.body)
        except MalformedAnswerError as error:
            raise self.failure(answer.address, str(error)) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise self.failure(answer.address, f"no {expected} in it") from error
        return None if entry is None else Retrieved(entry, answer.address)

    def is_missing(self, answer: Answer) -> bool:
        """Whether the service says that it has no such record."""
        return answer.status == 404

    def failure(self, address: str, what: str) -> Problem:
        """The problem of an answer that makes no sense."""
        error = FieldError(message=f"{address}: {what}")
        detail = f"{self.name} answered what cannot be read ({what}). Is {self._variable} right?"
        return Problem(502, "lookup-failed", detail, [error])

    @property
    def _variable(self) -> str:
        return f"EVIDENCE_{self.setting.upper()}"

    def fetch(self, path: str, query: Mapping[str, str]) -> Answer:
        """An answer of the service, of any status for which another attempt is no use; Problem."""
        if not self.url:
            what = f"{self.name} is not asked here: {self._variable} is empty."
            raise Problem(503, "lookup-off", f"{what} Write the draft by hand.")
        address = self.url.rstrip("/") + path
        attempts = _Attempts(self.name, address)
        end = time.monotonic() + self._patience
        with self._client() as client:
            for turn in range(self._attempts):
                answer = self._attempt(client, address, query, attempts)
                if answer is not None:
                    return answer
                pause = max(_pause(turn), attempts.wait or 0)
                if turn + 1 == self._attempts or time.monotonic() + pause > end:
                    break
                time.sleep(pause)
        raise attempts.problem()

    def _client(self) -> httpx.Client:
        return httpx.Client(
            headers=self._headers,
            timeout=self._timeout,
            proxy=self._proxy,
            trust_env=False,  # proxies and certificates come from the settings alone
            follow_redirects=True,
            max_redirects=REDIRECTS,
        )

    def _attempt(
        self, client: httpx.Client, address: str, query: Mapping[str, str], attempts: _Attempts
    ) -> Answer | None:
        """What one attempt gives; None: another may help. Raises Problem when no other would."""
        try:
            with client.stream("GET", address, params=dict(query)) as reply:
                if reply.status_code in RETRIED_STATUSES:
                    attempts.add_status(reply)
                    return None
                return Answer(reply.status_code, self._body(reply), address)
        except (
            _TooLongError,
            httpx.TooManyRedirects,
            httpx.DecodingError,
            httpx.InvalidURL,
        ) as error:
            raise self.failure(address, str(error)) from error
        except httpx.HTTPError as error:
            attempts.add_error(error)
            return None

    def _body(self, reply: httpx.Response) -> bytes:
        """The whole body, in the time and size that a body may take."""
        end, body = time.monotonic() + self._timeout, bytearray()
        for chunk in reply.iter_bytes():
            body += chunk
            if len(body) > MOST_BYTES:
                raise _TooLongError(f"the answer is longer than {MOST_BYTES} bytes")
            if time.monotonic() > end:
                raise httpx.ReadTimeout("the answer does not end", request=reply.request)
        return bytes(body)


class _Attempts:
    """The attempts at one request, all of them without success so far."""

    def __init__(self, name: str, address: str) -> None:
        self.name, self.address = name, address
        self.errors: list[FieldError] = []
        self.wait: float | None = None  # seconds that the service asks for

    def add_status(self, reply: httpx.Response) -> None:
        """The service answered that it cannot now."""
        self.wait = _seconds(reply.headers.get("retry-after", ""))
        wait = "" if self.wait is None else f", Retry-After: {self.wait:.0f} s"
        self._add(f"answered {reply.status_code}{wait}")

    def add_error(self, error: httpx.HTTPError) -> None:
        """The service did not answer, or not to the end."""
        self.wait = None
        timeout = isinstance(error, httpx.TimeoutException)
        self._add("no answer in time" if timeout else f"cannot be reached ({error})")

    def _add(self, what: str) -> None:
        number = len(self.errors) + 1
        self.errors.append(FieldError(message=f"try {number}: {self.address} {what}"))

    def problem(self) -> Problem:
        """That none of the attempts was a success."""
        what = f"{self.name} does not answer now; {self.errors[-1].message}. Try again"
        headers = {"Retry-After": str(max(1, round(self.wait or DEFAULT_WAIT)))}
        detail = f"{what} later, or write the draft by hand."
        return Problem(503, "lookup-unavailable", detail, self.errors, headers)


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
