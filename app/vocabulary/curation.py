"""Curation: who may do what, and what became of it."""

from __future__ import annotations

from app.vocabulary.base import Vocabulary


class RecordStatus(Vocabulary):
    """Whether a record stands. Source: this project."""

    CURRENT = "current", "Stands."
    WITHDRAWN = "withdrawn", "Taken back; still readable in history."
    MERGED = "merged", "Became part of another; its slug leads there."


class ChangeAction(Vocabulary):
    """What a change did. Source: this project."""

    SEED = "seed", "Loaded from curated files."
    EDIT = "edit", "Created, replaced or patched."
    WITHDRAW = "withdraw", "Took a record back."
    RESTORE = "restore", "Brought a record or version back."
    IMPORT = "import", "Loaded citations or registry records."
    ACCEPT = "accept", "Accepted a proposal."
    MERGE = "merge", "Joined two records."
    UNMERGE = "unmerge", "Took a merge apart."
    RETRACT = "retract", "Marked retracted or reinstated publications."


class ChangeEffect(Vocabulary):
    """What a change did to one record. Source: this project."""

    CREATED = "created", "Made it."
    EDITED = "edited", "Altered its own content: a new version."
    LINKED = "linked", "Altered a link in its card only: the same version, other bytes."
    WITHDRAWN = "withdrawn", "Took it back."
    MERGED = "merged", "Made it part of another."
    RESTORED = "restored", "Brought it back."


class Scope(Vocabulary):
    """What a key allows, each including the one before. Source: this project."""

    READER = "reader", "Read."
    CONTRIBUTOR = "contributor", "Propose."
    CURATOR = "curator", "Write and review."
    ADMIN = "admin", "Hand out keys."

    def covers(self, needed: Scope) -> bool:
        """Whether who has this scope may do what needs the other."""
        order = list(Scope)
        return order.index(self) >= order.index(needed)


class AccessAction(Vocabulary):
    """What was done about who may do what. Source: this project."""

    CREATE_KEY = "create_key", "Made a key, and the account with its first."
    REVOKE_KEY = "revoke_key", "Shut out a key, for good."
    DISABLE_ACCOUNT = "disable_account", "Shut out an account and all its keys."
    ENABLE_ACCOUNT = "enable_account", "Let an account in again."


class ProposalState(Vocabulary):
    """What became of a proposal. Source: this project."""

    OPEN = "open", "Waits for a curator."
    ACCEPTED = "accepted", "Became a change."
    REJECTED = "rejected", "Turned down, with a reason."
    RETRACTED = "retracted", "Taken back by its author."


class ImportState(Vocabulary):
    """How far an import has come. Source: this project."""

    PREVIEWED = "previewed", "Read, nothing saved."
    COMMITTING = "committing", "Being saved."
    COMMITTED = "committed", "Saved."
    ABANDONED = "abandoned", "Given up."


class ImportOutcome(Vocabulary):
    """What became of one record of an import. Source: this project."""

    NEW = "new", "Nothing like it was here."
    IDENTICAL = "identical", "It is here already."
    PROBABLE_DUPLICATE = "probable_duplicate", "A person must decide."
    BROKEN = "broken", "Could not be understood."
    SAVED = "saved", "Became a citation."
    SKIPPED = "skipped", "Left out by choice."


class DuplicateAnswer(Vocabulary):
    """Whether two citations are one publication. Source: this project."""

    SAME = "same", "The same publication."
    PROBABLE = "probable", "Probably the same; a person decides."
    DIFFERENT = "different", "Two publications."
