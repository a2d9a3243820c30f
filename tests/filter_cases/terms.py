"""The filters on the four kinds of term."""

from __future__ import annotations

from typing import Any

from tests.factories import Evidence
from tests.filter_cases import Case, Make


def term(kind: str, slug: str, **values: Any) -> Make:
    """A term of a kind; its parent is made with it."""

    def make(evidence: Evidence) -> str:
        new = getattr(evidence, kind)
        if "parent" in values:
            new(values["parent"])
        return str(new(slug, **values))

    return make


def _named(kind: str) -> tuple[Case, ...]:
    """What can be asked of every kind of term."""
    return (
        Case("q", "rapid", term(kind, "first", name="Rapid one"), term(kind, "second")),
        Case(
            "name", "Speedy ONE", term(kind, "first", synonyms=["speedy-one"]), term(kind, "other")
        ),
        Case(
            "code",
            "MeSH:D000001",
            term(kind, "first", codes={"MeSH": "D000001"}),
            term(kind, "second", codes={"MeSH": "D000002"}),
        ),
        Case("parent", "wide", term(kind, "narrow", parent="wide"), term(kind, "single")),
    )


def _kept(kind: str, column: str, hit: str, miss: str) -> Case:
    """A column of one kind of term."""
    return Case(
        column, hit, term(kind, "first", **{column: hit}), term(kind, "second", **{column: miss})
    )


def decided(slug: str, jurisdiction: str = "US", state: str = "approved") -> Make:
    """A treatment that one authority decided on."""

    def make(evidence: Evidence) -> str:
        status = {"jurisdiction": jurisdiction, "state": state, "says": [evidence.support()]}
        return evidence.treatment(slug, regulatory_statuses=[status])

    return make


TREATMENT_CASES = (
    *_named("treatment"),
    _kept("treatment", "route", "oral", "intravenous"),
    _kept("treatment", "form", "coma", "infusion"),
    Case("jurisdiction", "us", decided("first", "US"), decided("second", "EU")),
    Case(
        "regulatory_status",
        "approved",
        decided("licensed", state="approved"),
        decided("refused", state="not_approved"),
    ),
)
CONDITION_CASES = _named("condition")
ADVERSE_EFFECT_CASES = (
    *_named("adverse_effect"),
    _kept("adverse_effect", "organ_system", "psychiatric", "cardiac"),
)
OUTCOME_MEASURE_CASES = (
    *_named("outcome_measure"),
    _kept("outcome_measure", "domain", "pain", "sleep"),
    _kept("outcome_measure", "better", "lower", "higher"),
)
