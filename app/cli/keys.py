"""Commands about who may do what: whoever may open the database needs no key for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.access import accounts
from app.access.schemas import KeyDraft, keys_query
from app.api.problems import Problem
from app.cli.context import err, fail, open_database, out, settings_or_fail
from app.models import ApiKey
from app.values import datetimes
from app.vocabulary import Scope

key_cli = typer.Typer(help="Make, list and revoke keys.", no_args_is_help=True)
account_cli = typer.Typer(help="Shut out an account, or let it in again.", no_args_is_help=True)


@contextmanager
def _writing() -> Iterator[Session]:
    try:
        with open_database(settings_or_fail()) as database, database.write() as session:
            yield session
    except Problem as problem:
        fail(problem.detail)


@key_cli.command()
def create(
    name: Annotated[str, typer.Argument(help="Whom it speaks for: changes are recorded so.")],
    scope: Annotated[Scope, typer.Option(help="What it allows.")],
    expires: Annotated[
        str | None, typer.Option(help="90d, 2027-01-31 or a moment; without it, no end.")
    ] = None,
) -> None:
    """Make a key and show it, once: only its hash is kept."""
    try:
        draft = KeyDraft.model_validate({"account": name, "scope": scope, "expires_at": expires})
    except ValidationError as error:
        names = {"account": "NAME", "expires_at": "--expires"}
        fail(*(f"{names.get(str(e['loc'][0]), '')}: {e['msg']}" for e in error.errors()))
    with _writing() as session:
        row, key = accounts.create_key(session, draft.account, scope, expires_at=draft.expires_at)
        until = row.expires_at or "it is revoked"
    err.print(f"A key of scope {scope} for {draft.account}, until {until}. It is shown only now:")
    out.print(key, markup=False)


@key_cli.command("list")
def list_keys() -> None:
    """List every key, the newest first."""
    with open_database(settings_or_fail()) as database, database.read() as connection:
        rows = connection.execute(keys_query().order_by(ApiKey.id.desc())).all()
    for row in rows:
        used = f"last used {row.last_used_at}" if row.last_used_at else "never used"
        told = (row.prefix, row.scope, row.account, f"made {row.created_at}", used, _state(row))
        out.print("  ".join(told), markup=False)
    err.print(f"{len(rows)} key{'s' * (len(rows) != 1)}")


def _state(row: Any) -> str:
    if row.revoked_at:
        return f"revoked {row.revoked_at} by {row.revoked_by}"
    if row.disabled_at:
        return f"account disabled {row.disabled_at}"
    if row.expires_at is None:
        return "valid"
    return f"{'expired' if row.expires_at <= datetimes.now() else 'valid until'} {row.expires_at}"


@key_cli.command()
def revoke(
    prefix: Annotated[str, typer.Argument(help="What the key begins with, as the list has it.")],
) -> None:
    """Shut out a key, for good."""
    with _writing() as session:
        revoked = accounts.revoke_key(session, prefix)
    out.print(f"revoked: {revoked}")


@account_cli.command()
def disable(name: Annotated[str, typer.Argument(help="The account.")]) -> None:
    """Shut out an account with all its keys."""
    with _writing() as session:
        accounts.disable_account(session, name)
    out.print(f"disabled: {name}", markup=False)


@account_cli.command()
def enable(name: Annotated[str, typer.Argument(help="The account.")]) -> None:
    """Let an account in again, with those of its keys that were not revoked."""
    with _writing() as session:
        accounts.enable_account(session, name)
    out.print(f"enabled: {name}", markup=False)
