"""What every table shares: names of constraints, column types, and what makes a row a record."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import TEXT
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    MappedColumn,
    Relationship,
    declared_attr,
    mapped_column,
    relationship,
)
from sqlalchemy.types import TypeDecorator

from app.vocabulary import PublicationStatus, RecordStatus, Vocabulary

# Text compares byte by byte on both engines, so that order and equality do not hang on a locale.
Words = Text().with_variant(TEXT(collation="C"), "postgresql")
Key = BigInteger().with_variant(Integer(), "sqlite")


class OneOf(TypeDecorator[Vocabulary]):
    """A value of one vocabulary, stored as its word and CHECKed to be one of its words."""

    impl = Words
    cache_ok = True

    def __init__(self, vocabulary: type[Vocabulary]) -> None:
        """Keep the vocabulary that the column draws from."""
        super().__init__()
        self.vocabulary = vocabulary

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Store the word; a word outside the vocabulary raises ValueError."""
        return None if value is None else self.vocabulary(value).value

    def process_result_value(self, value: Any, dialect: Dialect) -> Vocabulary | None:  # noqa: ARG002
        """Read the word back as a member."""
        return None if value is None else self.vocabulary(value)


class Base(DeclarativeBase):
    """Declares the tables; one rule names every constraint, so that migrations can find it."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {str: Words, int: Integer, float: Double}


def check_vocabularies() -> None:
    """Give each vocabulary column of every table its CHECK, named after the column."""
    for table in Base.metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, OneOf):
                words = [member.value for member in column.type.vocabulary]
                table.append_constraint(
                    CheckConstraint(column.in_(words), name=f"{column.name}_known")
                )


def one_of(vocabulary: type[Vocabulary], comment: str, **options: Any) -> MappedColumn[Any]:
    """A column that holds one value of a vocabulary."""
    return mapped_column(OneOf(vocabulary), comment=comment, **options)


def link(target: str, comment: str, **options: Any) -> MappedColumn[Any]:
    """A foreign key, indexed because it is followed both ways."""
    index = options.pop("index", True)
    return mapped_column(Key, ForeignKey(target), comment=comment, index=index, **options)


# Every kind of fact has its own column in claim_facts; all of these write the same claim_id.
_BOTH_SIDES = (
    "says,studies,populations,arms,outcomes,results,adverse_events,case_reports,case_events,"
    "regulatory_statuses"
)


def supported_by(facts: str) -> Relationship[Any]:
    """The claims that a fact rests on; `facts` is the claim's list of facts of this kind."""
    return relationship(
        "Claim",
        lazy="raise",
        secondary="claim_facts",
        order_by="Claim.slug",
        back_populates=facts,
        overlaps=_BOTH_SIDES,
    )


def supports(order: str) -> Relationship[Any]:
    """The facts of one kind that rest on a claim, in the given order."""
    return relationship(
        lazy="raise",
        secondary="claim_facts",
        order_by=order,
        back_populates="says",
        overlaps=_BOTH_SIDES,
    )


class Identified:
    """A row with a number of its own, known only inside this database."""

    id: Mapped[int] = mapped_column(
        Key, primary_key=True, comment="Number of the row inside this database."
    )


class Placed(Identified):
    """A part of a record that stands at a place among its siblings."""

    position: Mapped[int] = mapped_column(
        comment="Place among its siblings, from 0, in the order of the source."
    )


class Named(Placed):
    """A part that its siblings and other records refer to by a short name."""

    key: Mapped[str] = mapped_column(
        comment="Short name inside its record; stays the same when the part is edited."
    )


class Sourced:
    """A fact, or a claim, that falls with its sources; the journal derives the column."""

    publication_status: Mapped[PublicationStatus] = one_of(
        PublicationStatus,
        "Derived: what became of its sources, of which the least grave counts.",
        default=PublicationStatus.ORDINARY,
        server_default=PublicationStatus.ORDINARY.value,
    )


def retracted_index(table: str) -> Index:
    """Finds the few rows of a table that rest on retracted work only; they are asked for often."""
    retracted = text(f"publication_status = '{PublicationStatus.RETRACTED.value}'")
    where: dict[str, Any] = {"sqlite_where": retracted, "postgresql_where": retracted}
    return Index(f"ix_{table}_retracted", "id", **where)


class Record(Identified):
    """A first-class record: its own slug, status, version, card and revisions.

    `version` counts edits of its own content and is what If-Match compares; `stamp` is the change
    that last altered the bytes of its card, be it by an edit or by a link that was renamed.
    Only app/journal writes version, stamp, edited, card and card_format.
    """

    slug: Mapped[str] = mapped_column(
        comment="Name in addresses; never changes and is never used twice."
    )
    status: Mapped[RecordStatus] = one_of(
        RecordStatus, "Whether the record stands.", default=RecordStatus.CURRENT
    )
    version: Mapped[int] = mapped_column(
        default=1, comment="Counts edits of the record's own content, from 1."
    )
    stamp: Mapped[int] = mapped_column(
        Key, default=0, index=True, comment="The change that last altered the card."
    )
    edited: Mapped[int] = mapped_column(
        Key, default=0, comment="The change that last edited the record's own content."
    )
    card: Mapped[str] = mapped_column(
        Text, default="", deferred=True, comment="The record's public JSON, as it is served."
    )
    card_format: Mapped[int] = mapped_column(
        SmallInteger,
        default=0,
        deferred=True,
        index=True,  # finds the cards that a new format leaves behind, and that there are none
        comment="Which layout the stored card has.",
    )

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        """Refuse to overwrite a version that somebody else has replaced meanwhile."""
        return {"version_id_col": cls.version, "version_id_generator": False}


def standing_index(name: str, *columns: str) -> Index:
    """An index of the records that stand: only what says so in these words reads it.

    SQLite would take an index that begins with the status, or is of a status, for any question
    about records that stand, which are nearly all. Nobody else asks in these words.
    """
    standing = text("coalesce(status, '') = 'current'")
    return Index(name, *columns, sqlite_where=standing, postgresql_where=standing)
