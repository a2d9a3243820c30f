"""Accounts and their keys: made, listed, revoked; each step with who took it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import keys
from app.core import moments
from app.models import Account, ApiKey
from app.vocabulary import Scope


def create_key(
    session: Session, name: str, scope: Scope, *, expires_at: str | None = None
) -> tuple[ApiKey, str]:
    """A new key for an account, which is made with its first; gives its row and the key itself."""
    account = session.scalar(select(Account).where(Account.name == name))
    if account is None:
        account = Account(name=name, created_at=moments.now())
        session.add(account)
        session.flush()
    prefix, key = keys.mint()
    row = ApiKey(
        account_id=account.id,
        prefix=prefix,
        sha256=keys.digest(key),
        scope=scope,
        created_at=moments.now(),
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    return row, key
