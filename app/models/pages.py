"""Derived tables: page indexes and blocks, kept by the journal, never edited."""

from __future__ import annotations

from enum import IntEnum

from sqlalchemy import BigInteger, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, one_of
from app.vocabulary import (
    AgeBasis,
    AgeGroup,
    ConditionTold,
    Phase,
    Sex,
    StudyType,
    TreatmentRole,
)

ANY_TERM = 0  # the page rows that stand for "whatever the condition": no term has this number
NO_TERM = -1  # the page rows of populations whose conditions, of studies whose arms no source tells
NOBODY = 0  # the page rows of studies of which no population is told: no population has this number
NO_GROUP = 0  # the side of a result of which no group is told: no group has this number
NO_RESULT = 0  # stands for an outcome without results: no result has this number


# What some people bound of others, as bits, and of which numbers; sexes that are told, as bits.
BOUND_BITS = {"age": 1, "sex": 2, "country": 4}
BOUNDS_NUMBERS = 8
SEX_BITS = {Sex.FEMALE: 1, Sex.MALE: 2, Sex.ALL: 4}


class Relation(IntEnum):
    """What a population is to the people of a group, the surest first."""

    ALL = 0  # it tells of these very people
    INCLUDES = 1  # a part of these people, all of whom are in the group
    ARM = 2  # a part of these people, of whom the group is one arm: the part may not be in it
    SELECTED = 3  # a part of these people, of whom the group is a selection
    ANYBODY = 4  # anybody in the study: nobody is told of the group


def only_broader(term: int) -> int:
    """The term under which those stand of whom the source says no more than this condition.

    They may have any narrower one. The numbers lie below NO_TERM.
    """
    return NO_TERM - term


class ToldPeople:
    """What is told of some people, filled in from others where they leave it open.

    What a population does not say is taken from those who tell of the same people, and from the
    people it is a part of (app/journal/pages/populations.py).
    """

    people_id: Mapped[int] = mapped_column(
        Key, comment="The lowest number of the populations that tell of the same people."
    )
    whole_id: Mapped[int] = mapped_column(
        Key, comment="The same of the people that they are a part of, at any distance, or they."
    )
    tellings: Mapped[int] = mapped_column(
        SmallInteger, comment="How many populations tell of the same people."
    )
    age_min: Mapped[int | None] = mapped_column(comment="As in populations, or their parents.")
    age_max: Mapped[int | None] = mapped_column(comment="As in populations, or their parents.")
    age_group: Mapped[AgeGroup | None] = one_of(AgeGroup, "As in populations, or their parents.")
    age_basis: Mapped[AgeBasis] = one_of(AgeBasis, "As in populations, or their parents.")
    sex: Mapped[Sex | None] = one_of(Sex, "As in populations, or their parents.")
    n: Mapped[int | None] = mapped_column(comment="As in populations, or their parents.")
    countries_id: Mapped[int | None] = mapped_column(
        Key, comment="The population whose countries are theirs; empty: none is told."
    )
    countries_all: Mapped[bool] = mapped_column(
        comment="They come from each of those countries, and not only from some."
    )
    outer_age_min: Mapped[int | None] = mapped_column(
        comment="Youngest age that is certain of some outermost people of the study: those who "
        "are no part of others, and those who might have taken part; empty: no such age is told."
    )
    outer_age_max: Mapped[int | None] = mapped_column(
        comment="The day after the oldest age that is certain of some outermost people."
    )
    outer_sexes: Mapped[int] = mapped_column(
        SmallInteger,
        comment="Which sexes are told of outermost people; 1: female, 2: male, 4: all, added up.",
    )
    eligible_age_min: Mapped[int | None] = mapped_column(
        comment="The same of those who might have taken part, where that says more than is "
        "stated of those who did."
    )
    eligible_age_max: Mapped[int | None] = mapped_column(
        comment="The same of those who might have taken part."
    )
    eligible_sexes: Mapped[int] = mapped_column(
        SmallInteger, comment="The same of those who might have taken part."
    )
    bounds: Mapped[int] = mapped_column(
        SmallInteger,
        comment="Of what they bound others; 1: ages, 2: sexes, 4: countries, added up; 8: of "
        "every number, too, for they might have taken part; 0: they are a part of others.",
    )
    states: Mapped[int] = mapped_column(
        SmallInteger,
        comment="What a part states of itself, whoever might have taken part; bits as in bounds.",
    )


class StudyConditionPage(ToldPeople, Base):
    """One row per population and each condition it has or that is broader, in page order.

    A filter on population reads one range of this table, newest study first, and never joins.
    """

    __tablename__ = "study_condition_pages"
    __table_args__ = (
        Index("ix_study_condition_pages_study_id", "study_id"),  # to rewrite a study's rows
        {"sqlite_with_rowid": False},
    )

    term_id: Mapped[int] = mapped_column(
        Key,
        primary_key=True,
        comment="The condition or a broader one; 0: whatever; -1: none is told; "
        "-1 - a condition: the narrowest that is stated, so that a narrower one is left open.",
    )
    year_key: Mapped[int] = mapped_column(primary_key=True, comment="The study's year, 0: unknown.")
    study_id: Mapped[int] = mapped_column(Key, primary_key=True, comment="The study.")
    population_id: Mapped[int] = mapped_column(
        Key, primary_key=True, comment="The population; 0: none is told."
    )
    direct: Mapped[bool] = mapped_column(comment="The population has this very condition.")
    told: Mapped[ConditionTold | None] = one_of(
        ConditionTold, "How the condition is told; empty: whatever, or none is."
    )
    study_type: Mapped[StudyType | None] = one_of(StudyType, "As in studies.", sort_order=1)
    phase: Mapped[Phase | None] = one_of(Phase, "As in studies.", sort_order=1)


class StudyPopulation(ToldPeople, Base):
    """One row per population, to be looked up by study.

    Where words find the studies, whether their people are as asked is one look into this table.
    """

    __tablename__ = "study_populations"
    __table_args__ = ({"sqlite_with_rowid": False},)

    study_id: Mapped[int] = mapped_column(Key, primary_key=True, comment="The study.")
    population_id: Mapped[int] = mapped_column(
        Key, primary_key=True, comment="The population; 0: none is told."
    )
    year_key: Mapped[int] = mapped_column(comment="The study's year, 0: unknown.")


class GroupPopulation(Base):
    """One row per group and each population that its people are, or may be among.

    A number is about the people of its groups: filters on people find the populations first
    (study_condition_pages), and the groups through this table.
    """

    __tablename__ = "group_populations"
    __table_args__ = (
        Index("ix_group_populations_group_id", "group_id"),  # from a count to its people
        {"sqlite_with_rowid": False},
    )

    study_id: Mapped[int] = mapped_column(Key, primary_key=True, comment="The study.")
    population_id: Mapped[int] = mapped_column(
        Key, primary_key=True, comment="The population; 0: none is told."
    )
    group_id: Mapped[int] = mapped_column(Key, primary_key=True, comment="The group.")
    relation: Mapped[int] = mapped_column(
        SmallInteger,
        comment="What the population is to these people: 0 it tells of them, "
        "1 a part of them, 2 a part that may be in another arm, 3 a part of which some were "
        "selected, 4 anybody, for nobody is told of.",
    )
    n: Mapped[int | None] = mapped_column(
        comment="How many people the group is: its own number, else that of its population where "
        "it is all of it; empty: not told."
    )
    arms_told: Mapped[bool] = mapped_column(
        comment="The group's arms are told; else those of the study may be meant."
    )


class OutcomePopulation(Base):
    """One row per side of a result and each population that its people are, or may be among.

    An outcome without results is about the people of its study.
    """

    __tablename__ = "outcome_populations"
    __table_args__ = (
        Index("ix_outcome_populations_outcome_id", "outcome_id"),  # from an outcome to its people
        {"sqlite_with_rowid": False},
    )

    study_id: Mapped[int] = mapped_column(Key, primary_key=True, comment="The study.")
    population_id: Mapped[int] = mapped_column(
        Key, primary_key=True, comment="The population; 0: none is told."
    )
    outcome_id: Mapped[int] = mapped_column(Key, primary_key=True, comment="The outcome.")
    result_id: Mapped[int] = mapped_column(
        Key, primary_key=True, comment="The result; 0: the outcome has none."
    )
    group_id: Mapped[int] = mapped_column(
        Key,
        primary_key=True,
        comment="The group on this side; 0: none is told; of an outcome without results, minus "
        "the number of those people of the study who are a part of nobody.",
    )
    relation: Mapped[int] = mapped_column(
        SmallInteger,
        comment="What the population is to these people: 0 it tells of them, "
        "1 a part of them, 2 a part that may be in another arm, 3 a part of which some were "
        "selected, 4 anybody, for nobody is told of.",
    )
    n: Mapped[int | None] = mapped_column(
        comment="How many people the result is about: its own number, else that of its one group "
        "or of the one population of its groups; empty: not told."
    )
    arms_told: Mapped[bool] = mapped_column(
        comment="The group's arms are told; else those of the study may be meant."
    )


class StudyTreatmentPage(Base):
    """One row per study, treatment role and each treatment it gives or that is broader."""

    __tablename__ = "study_treatment_pages"
    __table_args__ = (
        Index("ix_study_treatment_pages_study_id", "study_id"),  # to rewrite a study's rows
        {"sqlite_with_rowid": False},
    )

    term_id: Mapped[int] = mapped_column(
        Key,
        primary_key=True,
        comment="The treatment or a broader one; -1: no arm of the study is told.",
    )
    year_key: Mapped[int] = mapped_column(primary_key=True, comment="The study's year, 0: unknown.")
    study_id: Mapped[int] = mapped_column(Key, primary_key=True, comment="The study.")
    role: Mapped[TreatmentRole] = one_of(
        TreatmentRole, "What the treatment is to an arm.", primary_key=True
    )
    direct: Mapped[bool] = mapped_column(comment="The study gives this very treatment.")
    study_type: Mapped[StudyType | None] = one_of(StudyType, "As in studies.")
    phase: Mapped[Phase | None] = one_of(Phase, "As in studies.")


class CitationBlock(Base):
    """One row per citation and each key under which a duplicate of it would be looked for."""

    __tablename__ = "citation_blocks"
    __table_args__ = (
        Index("ix_citation_blocks_citation_id", "citation_id"),  # to rewrite a citation's rows
        {"sqlite_with_rowid": False},
    )

    key: Mapped[int] = mapped_column(
        BigInteger,
        primary_key=True,
        autoincrement=False,
        comment="The hash of what two descriptions of one publication may share.",
    )
    citation_id: Mapped[int] = mapped_column(Key, primary_key=True, comment="The citation.")


class HarmPage(Base):
    """One row per treatment and row of a table of harms that a harm profile shows under it.

    These are all rows of one harm in one study, if any of them counts a group that got this very
    treatment: the others stand beside them as controls.
    """

    __tablename__ = "harm_pages"
    __table_args__ = (
        Index("ix_harm_pages_study_id", "study_id"),  # to rewrite a study's rows
        {"sqlite_with_rowid": False},
    )

    treatment_id: Mapped[int] = mapped_column(
        Key, primary_key=True, comment="The exact treatment, never a broader one."
    )
    effect_id: Mapped[int] = mapped_column(Key, primary_key=True, comment="The harm.")
    minus_year: Mapped[int] = mapped_column(
        primary_key=True, comment="Minus the study's year, 0: unknown; the newest stand first."
    )
    study_id: Mapped[int] = mapped_column(Key, primary_key=True, comment="The study.")
    event_id: Mapped[int] = mapped_column(
        Key, primary_key=True, comment="The row of a table of harms."
    )
    treated: Mapped[str] = mapped_column(
        comment="Which of its counts, from 0, are of groups that got the treatment, as JSON; "
        "[]: none, it stands beside one that has some."
    )


class HarmTotal(Base):
    """In how many studies a harm was counted in a group that got exactly this treatment."""

    __tablename__ = "harm_totals"
    __table_args__ = ({"sqlite_with_rowid": False},)

    treatment_id: Mapped[int] = mapped_column(
        Key, primary_key=True, comment="The exact treatment, never a broader one."
    )
    effect_id: Mapped[int] = mapped_column(Key, primary_key=True, comment="The harm.")
    studies: Mapped[int] = mapped_column(comment="How many studies, 1 at least.")
