"""Retries: a POST with an Idempotency-Key is carried out once, and answered the same ever after."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from fastapi import Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.api.problems import FieldError, Problem
from app.models import IdempotencyKey
from app.values import datetimes

HEADER = "Idempotency-Key"
MOST_CHARACTERS = 200
RETENTION = timedelta(days=2)
MOST_DELETED = 100  # old keys thrown away by one request
JSON = "application/json"


@dataclass(frozen=True)
class StoredResponse:
    """What a writing request is answered with."""

    status: int
    body: bytes
    headers: dict[str, str]

    def response(self) -> Response:
        """The answer as a reply."""
        headers = {"Cache-Control": "no-store", **self.headers}
        return Response(self.body, self.status, headers, JSON)


@dataclass(frozen=True)
class IdempotentRequest:
    """A request that may be sent again: its key, whose it is, and what it asks."""

    key: str
    actor: str
    sha256: str

    def stored_response(self, session: Session) -> StoredResponse | None:
        """The answer that it had; raises Problem 422 when the key was another request's."""
        row = session.get(IdempotencyKey, (self.key, self.actor))
        if row is None:
            return None
        if row.request_sha256 != self.sha256:
            what = "you sent another request with this key: give each request a key of its own"
            error = FieldError(parameter=HEADER, message=what)
            raise Problem(422, "key-used-otherwise", f"{HEADER}: {what}.", [error])
        return StoredResponse(row.status, row.body.encode(), orjson.loads(row.headers))

    def store(self, session: Session, answer: StoredResponse) -> None:
        """Keep the answer, in the transaction of the change itself; throw old ones away."""
        row = IdempotencyKey(key=self.key, actor=self.actor, request_sha256=self.sha256)
        row.status, row.body = answer.status, answer.body.decode()
        row.headers, row.created_at = orjson.dumps(answer.headers).decode(), datetimes.now()
        session.add(row)
        long_ago = datetimes.to_iso(datetime.now(UTC) - RETENTION)
        # a few at a time, so that no request pays for a backlog
        old = select(IdempotencyKey).where(IdempotencyKey.created_at < long_ago).limit(MOST_DELETED)
        for each in session.scalars(old):
            session.delete(each)


def idempotent_request(request: Request, actor: str, body: bytes) -> IdempotentRequest | None:
    """The request as one that may be sent again, if it has a key; raises Problem for a bad key."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not 1 <= len(key) <= MOST_CHARACTERS or not key.isascii() or not key.isprintable():
        what = f"is 1 to {MOST_CHARACTERS} printable ASCII characters, as a UUID"
        raise Problem(
            422,
            "invalid-parameter",
            f"{HEADER}: {what}.",
            [FieldError(parameter=HEADER, message=what)],
        )
    asked: list[Any] = [request.method, request.url.path, str(request.query_params)]
    return IdempotentRequest(key, actor, hashlib.sha256(orjson.dumps(asked) + body).hexdigest())
