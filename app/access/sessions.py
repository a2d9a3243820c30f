"""Sessions: a key exchanged for a cookie, so that a browser never keeps the key itself.

A session lives no longer than its key: when that is revoked or expires, or its account is disabled,
the session is over at once. Of the cookie, as of the key, only the hash is stored.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from app.access import keys
from app.access.actor import Actor
from app.models import Account, ApiKey, DeskSession
from app.values import datetimes

LIFETIME = timedelta(hours=12)
MOST_DELETED = 100  # sessions that are over, thrown away when somebody signs in
_ACTORS = (
    select(ApiKey.id, ApiKey.scope, Account.name)
    .join(DeskSession, DeskSession.key_id == ApiKey.id)
    .join(Account, Account.id == ApiKey.account_id)
    .where(ApiKey.revoked_at.is_(None), Account.disabled_at.is_(None))
)


def verify_key(connection: Connection, key: str) -> Actor:
    """Whose key it is, as it was typed; raises Problem 401."""
    prefix, whole = keys.read_authorization([f"Bearer {key.strip()}".encode()])
    return keys.verify_key(connection, prefix, whole)


def create_session(session: Session, key: str) -> tuple[Actor, str]:
    """Exchange a key for a new session: whom it speaks for, and the cookie. Raises Problem 401."""
    actor = verify_key(session.connection(), key)
    now = datetime.now(UTC)
    over = select(DeskSession).where(DeskSession.expires_at <= datetimes.to_iso(now))
    for each in session.scalars(over.limit(MOST_DELETED)):
        session.delete(each)
    cookie = secrets.token_urlsafe(32)
    until = datetimes.to_iso(now + LIFETIME)
    row = DeskSession(sha256=keys.sha256_of(cookie), key_id=actor.key_id, expires_at=until)
    row.created_at = datetimes.to_iso(now)
    session.add(row)
    return actor, cookie


def session_actor(connection: Connection, cookie: str) -> Actor | None:
    """Whom a cookie speaks for; None when the session, or its key, is over."""
    now = datetimes.now()
    held = DeskSession.sha256 == keys.sha256_of(cookie)
    stands = ApiKey.expires_at.is_(None) | (ApiKey.expires_at > now)
    row = connection.execute(
        _ACTORS.where(held, DeskSession.expires_at > now, stands)
    ).one_or_none()
    return None if row is None else Actor(row.name, row.scope, row.id)


def delete_session(session: Session, cookie: str) -> None:
    """End a session; a second time is nothing."""
    row = session.get(DeskSession, keys.sha256_of(cookie))
    if row is not None:
        session.delete(row)


def form_token(cookie: str) -> str:
    """What a form has to bring back: other each time, so that no page tells how it compresses."""
    nonce = secrets.token_urlsafe(12)
    return f"{nonce}.{_signed(cookie, nonce)}"


def token_matches(cookie: str, token: str) -> bool:
    """Whether a form was given out to the holder of this cookie."""
    nonce, _, signature = token.partition(".")
    return hmac.compare_digest(_signed(cookie, nonce).encode(), signature.encode())


def _signed(cookie: str, nonce: str) -> str:
    return hmac.new(cookie.encode(), nonce.encode(), hashlib.sha256).hexdigest()
