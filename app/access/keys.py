"""Keys: a readable beginning, 256 random bits, and the one answer to all that are not valid.

A key is `evb_` with eight characters to tell keys apart by, then `_` and the secret. Only the
SHA-256 of the whole is kept: of so many random bits a fast hash is as safe as a slow one.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select

from app.access.actor import Actor
from app.api.problems import Problem
from app.models import Account, ApiKey
from app.values import datetimes

_KEY = re.compile(r"bearer +((evb_[0-9a-f]{8})_[A-Za-z0-9_-]{43})", re.IGNORECASE)
SECRET = re.compile(r"(?<=evb_[0-9a-f]{8}_)[A-Za-z0-9_-]+")  # wherever a key may stand by mistake
_KEY_BY_PREFIX = (
    select(ApiKey.id, ApiKey.sha256, ApiKey.scope, ApiKey.expires_at, ApiKey.revoked_at)
    .add_columns(Account.name, Account.disabled_at)
    .join(Account)
    .where(ApiKey.prefix == bindparam("prefix"))
)
_NO_KEY_SHA256 = hashlib.sha256(secrets.token_bytes(32)).hexdigest()
CHALLENGE = 'Bearer realm="evidence"'
DETAIL = (
    "This needs a valid key, sent as Authorization: Bearer evb_... and once. A key is refused when"
    " it is mistyped, expired or revoked, or when its account is disabled."
)


def generate_key() -> tuple[str, str]:
    """A new key: what to tell it apart by, and the key itself."""
    prefix = f"evb_{secrets.token_hex(4)}"
    return prefix, f"{prefix}_{secrets.token_urlsafe(32)}"


def sha256_of(key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(key.encode()).hexdigest()


def invalid_key() -> Problem:
    """The problem of everybody without a valid key: it tells nobody whether a key exists."""
    return Problem(401, "unauthorized", DETAIL, headers={"WWW-Authenticate": CHALLENGE})


def read_authorization(headers: Sequence[bytes]) -> tuple[str, str]:
    """The prefix and the key in the Authorization headers; raises Problem 401 for anything else."""
    found = _KEY.fullmatch(headers[0].decode("latin-1").strip()) if len(headers) == 1 else None
    if found is None:
        raise invalid_key()
    return found[2], found[1]


def verify_key(connection: Connection, prefix: str, key: str) -> Actor:
    """Whom a key speaks for; raises Problem 401.

    Whether there is a key with the prefix or not: one statement, one hash, one comparison that
    takes as long for every answer.
    """
    row = connection.execute(_KEY_BY_PREFIX, {"prefix": prefix}).first()
    # also without a row: the time that an answer takes must not tell which prefixes exist
    same = hmac.compare_digest(row.sha256 if row else _NO_KEY_SHA256, sha256_of(key))
    if row is None or not (same and _is_valid(row)):
        raise invalid_key()
    return Actor(row.name, row.scope, row.id)


def _is_valid(row: Any) -> bool:
    over = row.expires_at is not None and row.expires_at <= datetimes.now()
    return not over and row.revoked_at is None and row.disabled_at is None
