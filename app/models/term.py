"""Vocabulary: treatments, conditions, adverse effects and outcome measures in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship, validates

from app.models.base import Base, Identified, Placed, Record, link, one_of, supported_by
from app.values.text import fold_text
from app.vocabulary import (
    BetterDirection,
    CodeScheme,
    LabelKind,
    OrganSystem,
    OutcomeDomain,
    RegulatoryState,
    TermKind,
    TreatmentForm,
    TreatmentRoute,
    TreatmentType,
)

if TYPE_CHECKING:
    from app.models.claim import Claim


class Term(Record, Base):
    """A term of one kind; columns of another kind stay empty, and the database sees to it."""

    __tablename__ = "terms"
    __table_args__ = (
        # A slug names one term of its kind: pain is a condition, a harm and a measure.
        Index("uq_terms_kind_slug", "kind", "slug", unique=True),
        # The default order of the four lists.
        Index("ix_terms_kind_name_id", "kind", "name", "id"),
        Index("ix_terms_folded", "folded"),  # terms are asked for by name, whatever the case
        CheckConstraint(
            "kind = 'treatment' OR (type IS NULL AND route IS NULL AND form IS NULL)",
            name="treatment_columns",
        ),
        CheckConstraint(
            "kind = 'adverse_effect' OR organ_system IS NULL", name="adverse_effect_columns"
        ),
        CheckConstraint(
            "kind = 'outcome_measure' OR (domain IS NULL AND better IS NULL)",
            name="outcome_measure_columns",
        ),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
    )

    folded: Mapped[str] = mapped_column(
        comment="Derived: the name folded for look-up: lower case, no accents, hyphens as spaces."
    )
    kind: Mapped[TermKind] = one_of(TermKind, "Which of the four kinds of term it is.")
    name: Mapped[str] = mapped_column(comment="The preferred name.")
    definition: Mapped[str | None] = mapped_column(comment="What the term means; empty: not given.")
    parent_id: Mapped[int | None] = link(
        "terms.id", "The next broader term of the same kind; empty: none.", default=None
    )
    type: Mapped[TreatmentType | None] = one_of(
        TreatmentType, "Treatments: what sort of thing it is; empty: not said."
    )
    route: Mapped[TreatmentRoute | None] = one_of(
        TreatmentRoute, "Treatments: how it enters the body; empty: any, or not said."
    )
    form: Mapped[TreatmentForm | None] = one_of(
        TreatmentForm, "Treatments: the form that it names; empty: not said."
    )
    organ_system: Mapped[OrganSystem | None] = one_of(
        OrganSystem, "Adverse effects: the body system; empty: not said."
    )
    domain: Mapped[OutcomeDomain | None] = one_of(
        OutcomeDomain, "Outcome measures: what part of life; empty: not said."
    )
    better: Mapped[BetterDirection | None] = one_of(
        BetterDirection, "Outcome measures: which way is better; empty: not said."
    )

    parent: Mapped[Term | None] = relationship(lazy="raise", remote_side="Term.id")
    labels: Mapped[list[TermLabel]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="TermLabel.position"
    )
    codes: Mapped[list[TermCode]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="TermCode.position"
    )
    regulatory_statuses: Mapped[list[RegulatoryStatus]] = relationship(
        lazy="raise",
        cascade="all, delete-orphan",
        order_by="RegulatoryStatus.position",
        back_populates="treatment",
    )

    @validates("name")
    def _fold_name(self, _key: str, name: str) -> str:
        self.folded = fold_text(name)
        return name

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        """One table, one class per kind."""
        if cls.__name__ != "Term":
            return {"polymorphic_identity": TERM_CLASSES[cls.__name__]}
        return {
            "polymorphic_on": cls.kind,
            "version_id_col": cls.version,
            "version_id_generator": False,
        }


TERM_CLASSES = {
    "Treatment": TermKind.TREATMENT,
    "Condition": TermKind.CONDITION,
    "AdverseEffect": TermKind.ADVERSE_EFFECT,
    "OutcomeMeasure": TermKind.OUTCOME_MEASURE,
}


class Treatment(Term):
    """Anything given or done to change health, in one exact form."""


class Condition(Term):
    """A disease, symptom or state that people in a population have."""


class AdverseEffect(Term):
    """A term for a harm; it says nothing about cause."""


class OutcomeMeasure(Term):
    """What is measured to see how people fare."""


class TermLabel(Placed, Base):
    """A further name of a term."""

    __tablename__ = "term_labels"
    __table_args__ = (
        # Terms are asked for by any of their names, whatever the case.
        Index("ix_term_labels_folded", "folded"),
        Index("uq_term_labels_term_id_label", "term_id", "label", unique=True),
    )

    term_id: Mapped[int] = link("terms.id", "The term it names.")
    label: Mapped[str] = mapped_column(comment="The name as people write it.")
    folded: Mapped[str] = mapped_column(
        comment="Derived: the name folded for look-up: lower case, no accents, hyphens as spaces."
    )
    kind: Mapped[LabelKind] = one_of(LabelKind, "How the name relates to the term.")

    @validates("label")
    def _fold_label(self, _key: str, label: str) -> str:
        self.folded = fold_text(label)
        return label


class TermCode(Placed, Base):
    """The code of a term in a published terminology."""

    __tablename__ = "term_codes"
    __table_args__ = (
        Index("ix_term_codes_code_scheme", "code", "scheme"),
        Index("uq_term_codes_term_id_scheme_code", "term_id", "scheme", "code", unique=True),
    )

    term_id: Mapped[int] = link("terms.id", "The term it stands for.")
    scheme: Mapped[CodeScheme] = one_of(CodeScheme, "The terminology.")
    code: Mapped[str] = mapped_column(comment="The code, as the terminology writes it.")


class TermAncestor(Base):
    """Derived: each term with itself and every broader term, so that a filter is one look-up."""

    __tablename__ = "term_ancestors"

    term_id: Mapped[int] = link("terms.id", "The narrower term.", primary_key=True, index=False)
    ancestor_id: Mapped[int] = link(
        "terms.id", "The broader term, or the term itself.", primary_key=True
    )


class RegulatoryStatus(Placed, Base):
    """What one authority decided on exactly this treatment for one use; never inherited."""

    __tablename__ = "regulatory_statuses"
    __table_args__ = (
        CheckConstraint("length(jurisdiction) = 2", name="jurisdiction_is_iso_3166"),
        CheckConstraint("use IS NULL OR use <> ''", name="use_not_blank"),
    )

    treatment_id: Mapped[int] = link("terms.id", "The exact treatment decided on.")
    use: Mapped[str | None] = mapped_column(comment="For which use; empty: the source names none.")
    jurisdiction: Mapped[str] = mapped_column(
        comment="Country, ISO 3166-1 alpha-2; EU for the EMA."
    )
    state: Mapped[RegulatoryState] = one_of(RegulatoryState, "What was decided.")
    as_of: Mapped[str | None] = mapped_column(
        comment="Since or on which date, ISO 8601 as precise as the source; empty: undated."
    )

    treatment: Mapped[Term] = relationship(lazy="raise", back_populates="regulatory_statuses")
    says: Mapped[list[Claim]] = supported_by("regulatory_statuses")


class SlugRedirect(Identified, Base):
    """An old slug of a record that was merged into another."""

    __tablename__ = "slug_redirects"
    __table_args__ = (Index("uq_slug_redirects_kind_slug", "kind", "slug", unique=True),)

    kind: Mapped[str] = mapped_column(comment="The kind of record.")
    slug: Mapped[str] = mapped_column(comment="The slug that no longer names a current record.")
    target: Mapped[str] = mapped_column(comment="The slug of the record that took its place.")
