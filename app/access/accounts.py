"""Accounts and their keys: made, revoked, disabled; each step is kept with who took it."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.access import keys
from app.api.problems import Problem
from app.models import AccessEvent, Account, ApiKey
from app.values import datetimes
from app.vocabulary import AccessAction, Scope

COMMAND_LINE = "command line"  # who acts there: whoever may open the database needs no key
_RESERVED_NAMES = {"seed", COMMAND_LINE}
_NAME = re.compile(r"[^\W_][\w .,@+'()-]{0,98}[\w.)]|[^\W_]")
_SPAN = re.compile(r"(\d{1,5})d")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def validate_name(written: str) -> str:
    """The name of an account; raises ValueError."""
    name = unicodedata.normalize("NFC", written)
    if not _NAME.fullmatch(name):
        raise ValueError(
            "a name has 1 to 100 letters, digits, spaces and . , @ + ' ( ) _ -, and begins with"
            " a letter or digit"
        )
    if name.casefold() in _RESERVED_NAMES:
        raise ValueError(f"{name!r} is whom the program's own changes are recorded under")
    return name


def parse_expiry(written: str) -> str:
    """The moment that is meant by 90d, 2027-01-31 or 2027-01-31T08:00:00Z; raises ValueError."""
    span = _SPAN.fullmatch(written)
    now = datetime.now(UTC)
    moment = now + timedelta(days=int(span[1])) if span else _moment(written)
    if moment <= now:
        raise ValueError("is over already: a key ends in the future")
    return datetimes.to_iso(moment)


def _moment(written: str) -> datetime:
    whole = f"{written}T00:00:00Z" if _DATE.fullmatch(written) else written
    try:
        moment = datetime.fromisoformat(whole).astimezone(UTC)
    except (ValueError, OverflowError):
        moment = None
    if moment is None or "T" not in whole or datetime.fromisoformat(whole).tzinfo is None:
        raise ValueError("is 90d, a date as 2027-01-31, or a moment as 2027-01-31T08:00:00Z")
    return moment


def create_key(
    session: Session,
    name: str,
    scope: Scope,
    *,
    expires_at: str | None = None,
    by: str = COMMAND_LINE,
) -> tuple[ApiKey, str]:
    """A new key for an account, which is made with its first; gives its row and the key itself.

    Raises Problem 409 when the account is disabled.
    """
    account = session.scalar(select(Account).where(Account.name == name))
    if account is None:
        account = Account(name=name, created_at=datetimes.now())
        session.add(account)
        session.flush()
    elif account.disabled_at is not None:
        raise Problem(409, "account-disabled", f"{name} is disabled: enable the account first.")
    prefix, key = _unused_key(session)
    row = ApiKey(
        account_id=account.id,
        prefix=prefix,
        sha256=keys.sha256_of(key),
        scope=scope,
        created_at=datetimes.now(),
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    _record(session, by, AccessAction.CREATE_KEY, account.id, row.id)
    return row, key


def _unused_key(session: Session) -> tuple[str, str]:
    while True:
        prefix, key = keys.generate_key()
        if session.scalar(select(ApiKey.id).where(ApiKey.prefix == prefix)) is None:
            return prefix, key


def revoke_key(session: Session, named: str, *, by: str = COMMAND_LINE) -> str:
    """Shut out a key, named by its prefix or in full; gives its prefix. A second time is nothing.

    Raises Problem 404 when there is no such key, 409 when no admin would be left.
    """
    prefix = "evb_" + named.removeprefix("evb_").partition("_")[0]
    row = session.scalar(select(ApiKey).where(ApiKey.prefix == prefix))
    if row is None:
        raise Problem(404, "not-found", "No key begins so; the list of keys names them all.")
    if row.revoked_at is None:
        row.revoked_at = datetimes.now()
        _check_admin_left(session, by)
        _record(session, by, AccessAction.REVOKE_KEY, row.account_id, row.id)
    return prefix


def disable_account(session: Session, name: str, *, by: str = COMMAND_LINE) -> Account:
    """Shut out an account with all its keys; a second time is nothing.

    Raises Problem 404 when there is none, 409 when no admin would be left.
    """
    account = _account(session, name)
    if account.disabled_at is None:
        account.disabled_at = datetimes.now()
        _check_admin_left(session, by)
        _record(session, by, AccessAction.DISABLE_ACCOUNT, account.id)
    return account


def enable_account(session: Session, name: str, *, by: str = COMMAND_LINE) -> Account:
    """Let an account in again, with those keys that were not revoked. Raises Problem 404."""
    account = _account(session, name)
    if account.disabled_at is not None:
        account.disabled_at = None
        _record(session, by, AccessAction.ENABLE_ACCOUNT, account.id)
    return account


def _check_admin_left(session: Session, by: str) -> None:
    """Refuse that admins lock themselves out; whoever has the command line can let them in."""
    if by == COMMAND_LINE:
        return
    session.flush()
    unended = or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > datetimes.now())
    usable = (ApiKey.scope == Scope.ADMIN, ApiKey.revoked_at.is_(None), unended)
    query = select(ApiKey.id).join(Account, Account.id == ApiKey.account_id)
    if session.scalar(query.where(*usable, Account.disabled_at.is_(None)).limit(1)) is None:
        what = "No admin's key would be left: make another admin's key first, then try again."
        raise Problem(409, "last-admin", what)


def _account(session: Session, name: str) -> Account:
    account = session.scalar(select(Account).where(Account.name == name))
    if account is None:
        raise Problem(404, "not-found", "There is no account of this name; keys name theirs.")
    return account


def _record(
    session: Session, by: str, action: AccessAction, account: int, key: int | None = None
) -> None:
    event = AccessEvent(at=datetimes.now(), actor=by, action=action, account_id=account, key_id=key)
    session.add(event)
