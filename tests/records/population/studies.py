"""Made-up studies as plain values, and as drafts of the same thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

NO_LIMIT = 2_147_483_647
Parents = dict[str, str]  # by name of a term, the one broader term; empty: none


@dataclass(frozen=True)
class Population:
    """What one population is said to be; None or empty: not said."""

    key: str
    kind: str = "enrolled"
    parent: str | None = None
    n: int | None = None
    ages: tuple[int | None, int | None] = (None, None)  # in days; the second is too old
    basis: str = "unknown"
    label: str | None = None
    sex: str | None = None
    countries: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()

    def draft(self) -> dict[str, Any]:
        low, high = self.ages
        ages: dict[str, Any] = {"age_min_days": low, "age_end_days": high}
        ages |= {"age_basis": self.basis, "age_group": self.label}
        place = {"key": self.key, "label": self.key, "kind": self.kind, "parent": self.parent}
        rest = {"sex": self.sex, "n": self.n, "countries": list(self.countries)}
        return {**place, **ages, **rest, "conditions": list(self.conditions)}


@dataclass(frozen=True)
class Given:
    """A treatment that an arm gets, and what it is to the arm."""

    treatment: str
    role: str = "investigated"


@dataclass(frozen=True)
class Group:
    """The people that numbers are about."""

    key: str
    population: str | None = None
    arms: tuple[str, ...] = ()
    n: int | None = None
    unit: str = "participants"
    analysis_set: str = "not_stated"

    def draft(self) -> dict[str, Any]:
        rest = {"n": self.n, "unit": self.unit, "analysis_set": self.analysis_set}
        whose = {"population": self.population, "arms": list(self.arms)}
        return {"key": self.key, "title": self.key, **whose, **rest}


@dataclass(frozen=True)
class Result:
    """What was found; its sides are keys of groups, each with its role."""

    sides: tuple[tuple[str, str], ...] = ()
    contrast: str = "not_stated"
    direction: str | None = None
    conclusion: str | None = None
    n: int | None = None
    n_unit: str | None = None

    def draft(self) -> dict[str, Any]:
        sides = [{"group": group, "role": role} for group, role in self.sides]
        said = {"contrast": self.contrast, "direction": self.direction, "n": self.n}
        said |= {"direction_basis": self.direction and "stated", "n_unit": self.n_unit}
        return {**said, "conclusion": self.conclusion or "none_drawn", "groups": sides}


@dataclass(frozen=True)
class Outcome:
    """Something that was looked at."""

    slug: str
    results: tuple[Result, ...] = ()

    def draft(self, study: str, measure: str) -> dict[str, Any]:
        named = {"slug": self.slug, "study": study, "measure": measure}
        reporting = "reported" if self.results else "measured_not_analysed"
        return {**named, "reporting": reporting, "results": [each.draft() for each in self.results]}


@dataclass(frozen=True)
class Count:
    """How many were harmed, in one group."""

    group: str
    at_risk: int | None = None

    def draft(self) -> dict[str, Any]:
        return {"group": self.group, "at_risk": self.at_risk, "affected": 1}


@dataclass(frozen=True)
class Harm:
    """A row of a table of harms, with its counts."""

    slug: str
    adverse_effect: str
    counts: tuple[Count, ...]

    def draft(self, study: str) -> dict[str, Any]:
        named = {"slug": self.slug, "study": study, "adverse_effect": self.adverse_effect}
        words = {"term_verbatim": self.adverse_effect}
        return {**named, **words, "counts": [each.draft() for each in self.counts]}


@dataclass(frozen=True)
class Study:
    """A study with all it tells of people; its populations in the order of their numbers."""

    slug: str
    number: int = 0  # in the order in which it was written
    year: int | None = None
    label: str = "A study"
    study_type: str | None = None
    populations: tuple[Population, ...] = ()
    arms: tuple[tuple[str, tuple[Given, ...]], ...] = ()
    groups: tuple[Group, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    harms: tuple[Harm, ...] = ()

    def draft(self) -> dict[str, Any]:
        arms = [
            {"key": key, "label": key, "treatments": [vars(each) for each in given]}
            for key, given in self.arms
        ]
        parts = {"populations": [each.draft() for each in self.populations], "arms": arms}
        parts |= {"groups": [each.draft() for each in self.groups]}
        rest = {"year": self.year, "label": self.label, "study_type": self.study_type}
        return {"slug": self.slug, **rest, **parts}


def parents_first(populations: list[Population]) -> tuple[Population, ...]:
    """Populations in the order in which they are written, which is that of their numbers."""
    above = {each.key: each.parent for each in populations}

    def depth(key: str) -> int:
        parent = above[key]
        return 0 if parent is None else 1 + depth(parent)

    return tuple(sorted(populations, key=lambda each: depth(each.key)))
