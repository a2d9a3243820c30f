"""Curation: changes and revisions, people and keys, imports, duplicates and merges."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Identified, Key, link, one_of
from app.vocabulary import (
    AccessAction,
    ChangeAction,
    DuplicateAnswer,
    ImportOutcome,
    ImportState,
    ProposalState,
    RecordStatus,
    Scope,
)


class Change(Identified, Base):
    """One transaction that altered records: the stamp of everything it touched."""

    __tablename__ = "changes"
    __table_args__ = (Index("uq_changes_at", "at", unique=True),)  # as of: time rises with numbers

    at: Mapped[str] = mapped_column(comment="When, ISO 8601 in UTC with microseconds.")
    actor: Mapped[str] = mapped_column(comment="Who: the name of an account, or seed.")
    action: Mapped[ChangeAction] = one_of(ChangeAction, "What it did.")
    reason: Mapped[str] = mapped_column(comment="Why, in the actor's words.")


class Revision(Base):
    """A superseded card, with the half-open span of changes during which it was the current one."""

    __tablename__ = "revisions"
    __table_args__ = (
        # The cards of a kind as of a change, what a change superseded; those of one owner's parts.
        Index("ix_revisions_kind_to_change", "kind", "to_change", "record_id", "from_change"),
        Index("ix_revisions_owner_kind", "owner", "kind"),
        # What a change made that was superseded since: the feed of changes.
        Index("ix_revisions_from_change", "from_change", "kind", "record_id"),
        CheckConstraint("to_change > from_change", name="span_not_empty"),
    )

    kind: Mapped[str] = mapped_column(primary_key=True, comment="The kind of record.")
    record_id: Mapped[int] = mapped_column(Key, primary_key=True, comment="The record's row.")
    from_change: Mapped[int] = mapped_column(
        Key, primary_key=True, comment="The change that made this card."
    )
    to_change: Mapped[int] = mapped_column(Key, comment="The change that superseded it.")
    owner: Mapped[int | None] = mapped_column(
        Key, comment="The study that an outcome or adverse event belongs to; empty: none."
    )
    version: Mapped[int] = mapped_column(comment="The record's version then.")
    status: Mapped[RecordStatus] = one_of(RecordStatus, "The record's status then.")
    sort_key: Mapped[str] = mapped_column(comment="What the kind's default order sorted by then.")
    card: Mapped[str] = mapped_column(comment="The card's bytes then.")
    card_format: Mapped[int] = mapped_column(comment="Which layout the card has.")


class Account(Identified, Base):
    """Somebody who may do more than read."""

    __tablename__ = "accounts"
    __table_args__ = (Index("uq_accounts_name", "name", unique=True),)

    name: Mapped[str] = mapped_column(comment="Name that changes are recorded under.")
    created_at: Mapped[str] = mapped_column(comment="When, ISO 8601 in UTC.")
    disabled_at: Mapped[str | None] = mapped_column(comment="Since when shut out; empty: not.")


class ApiKey(Identified, Base):
    """A secret that speaks for an account; only its hash is kept."""

    __tablename__ = "api_keys"
    __table_args__ = (Index("uq_api_keys_prefix", "prefix", unique=True),)

    account_id: Mapped[int] = link("accounts.id", "Whom it speaks for.")
    prefix: Mapped[str] = mapped_column(comment="First characters, to tell keys apart by.")
    sha256: Mapped[str] = mapped_column(comment="SHA-256 of the secret, hexadecimal.")
    scope: Mapped[Scope] = one_of(Scope, "What it allows.")
    created_at: Mapped[str] = mapped_column(comment="When, ISO 8601 in UTC.")
    expires_at: Mapped[str | None] = mapped_column(comment="Until when; empty: no end.")
    revoked_at: Mapped[str | None] = mapped_column(comment="Since when revoked; empty: not.")
    last_used_at: Mapped[str | None] = mapped_column(comment="Last use; empty: never.")


class DeskSession(Base):
    """Somebody signed in at the desk: a key exchanged for a cookie, of which the hash is kept."""

    __tablename__ = "desk_sessions"

    sha256: Mapped[str] = mapped_column(
        primary_key=True, comment="SHA-256 of the cookie, hexadecimal."
    )
    key_id: Mapped[int] = link("api_keys.id", "The key that it was exchanged for.")
    created_at: Mapped[str] = mapped_column(comment="When, ISO 8601 in UTC.")
    expires_at: Mapped[str] = mapped_column(index=True, comment="Until when at most.")


class AccessEvent(Identified, Base):
    """One step in who may do what; rows are only ever added."""

    __tablename__ = "access_events"

    at: Mapped[str] = mapped_column(comment="When, ISO 8601 in UTC with microseconds.")
    actor: Mapped[str] = mapped_column(comment="Who: the name of an account, or command line.")
    action: Mapped[AccessAction] = one_of(AccessAction, "What it did.")
    account_id: Mapped[int] = link("accounts.id", "The account that it is about.")
    key_id: Mapped[int | None] = link("api_keys.id", "The key that it is about; empty: none.")


class Proposal(Identified, Base):
    """A change that somebody wants and a curator has to accept."""

    __tablename__ = "proposals"
    __table_args__ = (
        Index("ix_proposals_state_id", "state", "id"),  # the review queue
        CheckConstraint("reviewer <> author", name="nobody_accepts_their_own"),
    )

    kind: Mapped[str] = mapped_column(comment="The kind of record.")
    slug: Mapped[str] = mapped_column(comment="The record, or the slug it would get.")
    base_version: Mapped[int | None] = mapped_column(
        comment="The version it was made on; empty: a new record."
    )
    patch: Mapped[str] = mapped_column(comment="The change as a JSON merge patch (RFC 7396).")
    reason: Mapped[str] = mapped_column(comment="Why, in the author's words.")
    state: Mapped[ProposalState] = one_of(
        ProposalState, "What became of it.", default=ProposalState.OPEN
    )
    author: Mapped[str] = mapped_column(comment="Who proposed it.")
    created_at: Mapped[str] = mapped_column(comment="When, ISO 8601 in UTC.")
    reviewer: Mapped[str | None] = mapped_column(comment="Who decided; empty: nobody yet.")
    decided_at: Mapped[str | None] = mapped_column(comment="When decided; empty: not yet.")
    decision: Mapped[str | None] = mapped_column(comment="Why so decided; empty: not yet.")
    fields: Mapped[str | None] = mapped_column(
        comment="The fields that were accepted, JSON; empty: all of it, or nothing yet."
    )
    change_id: Mapped[int | None] = link("changes.id", "The change it became; empty: none.")


class IdempotencyKey(Base):
    """The answer to a POST, kept so that a retry gets it again and changes nothing."""

    __tablename__ = "idempotency_keys"

    key: Mapped[str] = mapped_column(primary_key=True, comment="The client's key.")
    actor: Mapped[str] = mapped_column(primary_key=True, comment="Whose key it is.")
    request_sha256: Mapped[str] = mapped_column(comment="What was asked, to refuse another use.")
    status: Mapped[int] = mapped_column(comment="HTTP status of the answer.")
    headers: Mapped[str] = mapped_column(comment="Headers of the answer, JSON.")
    body: Mapped[str] = mapped_column(comment="Body of the answer.")
    created_at: Mapped[str] = mapped_column(index=True, comment="When, ISO 8601 in UTC.")


class Import(Identified, Base):
    """A file of citations or registry records that somebody handed in."""

    __tablename__ = "imports"
    __table_args__ = (
        Index("uq_imports_sha256_actor", "sha256", "actor", unique=True),  # handed in again
    )

    filename: Mapped[str | None] = mapped_column(comment="Its name; empty: pasted.")
    format: Mapped[str] = mapped_column(comment="The format that was recognised.")
    encoding: Mapped[str] = mapped_column(comment="The encoding that was recognised.")
    sha256: Mapped[str] = mapped_column(comment="SHA-256 of its bytes, hexadecimal.")
    counted: Mapped[int] = mapped_column(comment="Records that a second look at the bytes finds.")
    problems: Mapped[str | None] = mapped_column(
        comment="What was wrong between its records, JSON; empty: nothing."
    )
    state: Mapped[ImportState] = one_of(ImportState, "How far it has come.")
    actor: Mapped[str] = mapped_column(comment="Who handed it in.")
    created_at: Mapped[str] = mapped_column(comment="When, ISO 8601 in UTC.")
    change_id: Mapped[int | None] = link("changes.id", "The change that saved it; empty: none.")


class ImportRow(Identified, Base):
    """One record of an import: parsed or broken, none is left out."""

    __tablename__ = "import_rows"
    __table_args__ = (
        Index("uq_import_rows_import_id_position", "import_id", "position", unique=True),
    )

    import_id: Mapped[int] = link("imports.id", "The import.", index=False)
    position: Mapped[int] = mapped_column(comment="Place in the file, from 1.")
    line: Mapped[int] = mapped_column(comment="First line in the file, from 1.")
    last_line: Mapped[int] = mapped_column(comment="Last line in the file.")
    raw: Mapped[str] = mapped_column(comment="The record as it stood in the file.")
    parsed: Mapped[str | None] = mapped_column(comment="What was understood, JSON; empty: broken.")
    problems: Mapped[str | None] = mapped_column(comment="What was wrong, JSON; empty: nothing.")
    unread: Mapped[str | None] = mapped_column(
        comment="What it says and no field takes, with tags and lines, JSON; empty: nothing."
    )
    related: Mapped[str | None] = mapped_column(
        comment="Other publications that it names, as one it retracts, JSON; empty: none."
    )
    matches: Mapped[str | None] = mapped_column(
        comment="What it may be already, with reasons, JSON; empty: nothing like it."
    )
    outcome: Mapped[ImportOutcome] = one_of(ImportOutcome, "What became of it.")
    citation_id: Mapped[int | None] = link("citations.id", "The citation it became or equals.")


class DuplicateCandidate(Identified, Base):
    """Two citations that may be one publication."""

    __tablename__ = "duplicate_candidates"
    __table_args__ = (
        Index("uq_duplicate_candidates_first_id_second_id", "first_id", "second_id", unique=True),
        CheckConstraint("first_id < second_id", name="pair_in_order"),
        CheckConstraint("score >= 0 AND score <= 1", name="score_is_a_share"),
    )

    first_id: Mapped[int] = link("citations.id", "The older citation.", index=False)
    second_id: Mapped[int] = link("citations.id", "The newer citation.")
    score: Mapped[float] = mapped_column(comment="How alike they are, 0 to 1.")
    reasons: Mapped[str] = mapped_column(comment="Why, JSON.")
    answer: Mapped[DuplicateAnswer] = one_of(DuplicateAnswer, "What was decided, or computed.")
    decided_by: Mapped[str | None] = mapped_column(comment="Who decided; empty: computed.")


class Merge(Identified, Base):
    """Two records that became one, with all that is needed to take them apart again."""

    __tablename__ = "merges"

    kind: Mapped[str] = mapped_column(comment="The kind of record.")
    kept: Mapped[str] = mapped_column(comment="Slug of the record that stayed.")
    merged: Mapped[str] = mapped_column(comment="Slug of the record that went into it.")
    change_id: Mapped[int] = link("changes.id", "The change that merged them.")
    undone_by: Mapped[int | None] = link("changes.id", "The change that undid it; empty: none.")

    moves: Mapped[list[MergeMove]] = relationship(lazy="raise", order_by="MergeMove.id")


class MergeMove(Identified, Base):
    """One value that a merge replaced, or one row that it left out because it was there twice."""

    __tablename__ = "merge_moves"

    merge_id: Mapped[int] = link("merges.id", "The merge.")
    table_name: Mapped[str] = mapped_column(comment="The table of the row.")
    row_id: Mapped[int] = mapped_column(Key, comment="The row.")
    column_name: Mapped[str | None] = mapped_column(
        comment="What was replaced: a foreign key, or a value; empty: the row was left out."
    )
    old_value: Mapped[str] = mapped_column(comment="What stood there before, or the row, JSON.")
    new_value: Mapped[str | None] = mapped_column(
        comment="What stands there since, JSON; empty: the row was left out."
    )
