"""Keys, accounts and what was done about them, as admins see them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.access.accounts import parse_expiry, validate_name
from app.api.paging import CursorPage
from app.db.statements import Rows
from app.models import AccessEvent, Account, ApiKey
from app.vocabulary import AccessAction, Scope


class KeyDraft(BaseModel):
    """A key that is wanted."""

    model_config = ConfigDict(extra="forbid")

    account: Annotated[str, AfterValidator(validate_name)] = Field(
        description="Whom it is to speak for; the account is made with its first key."
    )
    scope: Scope = Field(description="What it is to allow.")
    expires_at: Annotated[str, AfterValidator(parse_expiry)] | None = Field(
        default=None,
        description="Until when: 90d from now, a date (as it begins in UTC) or a moment with its"
        " time zone; null: no end.",
    )


class KeyCard(BaseModel):
    """A key, without its secret, which nobody has but its owner."""

    prefix: str = Field(description="What it begins with, to tell keys apart by.")
    account: str = Field(description="Whom it speaks for.")
    scope: Scope = Field(description="What it allows.")
    created_at: str = Field(description="When it was made, ISO 8601 in UTC.")
    created_by: str | None = Field(description="Who made it.")
    expires_at: str | None = Field(description="Until when it is valid; null: no end.")
    revoked_at: str | None = Field(description="Since when it is revoked; null: it is not.")
    revoked_by: str | None = Field(description="Who revoked it; null: nobody.")
    disabled_at: str | None = Field(
        description="Since when its account is disabled; null: it is not."
    )
    last_used_at: str | None = Field(
        description="When it was last used, to some two minutes; null: never."
    )


class NewKeyCard(KeyCard):
    """A key that was just made, with its secret, which is never shown again."""

    key: str = Field(description="The key itself: send it as `Authorization: Bearer <key>`.")


class Keys(CursorPage[KeyCard]):
    """Keys, the newest first."""


class AccountCard(BaseModel):
    """Somebody who may do more than read."""

    name: str = Field(description="Name that changes are recorded under.")
    created_at: str = Field(description="When it was made, ISO 8601 in UTC.")
    disabled_at: str | None = Field(description="Since when shut out; null: it is not.")


class AccessEventCard(BaseModel):
    """One step in who may do what."""

    at: str = Field(description="When, ISO 8601 in UTC.")
    actor: str = Field(description="Who: the name of an account, or command line.")
    action: AccessAction = Field(description="What it did.")
    account: str = Field(description="The account that it is about.")
    prefix: str | None = Field(description="The key that it is about; null: none.")


class AccessEvents(CursorPage[AccessEventCard]):
    """What was done about who may do what, the newest first."""


def keys_query() -> Rows:
    """The cards of keys, each with its row number."""
    made, revoked = aliased(AccessEvent), aliased(AccessEvent)
    return (
        select(
            ApiKey.id,
            ApiKey.prefix,
            Account.name.label("account"),
            ApiKey.scope,
            ApiKey.created_at,
            made.actor.label("created_by"),
            ApiKey.expires_at,
            ApiKey.revoked_at,
            revoked.actor.label("revoked_by"),
            Account.disabled_at,
            ApiKey.last_used_at,
        )
        .join(Account, Account.id == ApiKey.account_id)
        .outerjoin(made, (made.key_id == ApiKey.id) & (made.action == AccessAction.CREATE_KEY))
        .outerjoin(
            revoked, (revoked.key_id == ApiKey.id) & (revoked.action == AccessAction.REVOKE_KEY)
        )
    )


def events_query() -> Rows:
    """The cards of steps, each with its row number."""
    return (
        select(
            AccessEvent.id,
            AccessEvent.at,
            AccessEvent.actor,
            AccessEvent.action,
            Account.name.label("account"),
            ApiKey.prefix,
        )
        .join(Account, Account.id == AccessEvent.account_id)
        .outerjoin(ApiKey, ApiKey.id == AccessEvent.key_id)
    )
