"""The filters on case reports."""

from __future__ import annotations

from typing import Any

from tests.factories import Evidence
from tests.filter_cases import Case, Make


def told(**values: Any) -> Make:
    """A case report with these columns."""
    return lambda evidence: evidence.case_report(**values)


def given(treatment: str, **values: Any) -> Make:
    """A patient who got a treatment."""

    def make(evidence: Evidence) -> str:
        term = evidence.treatment(treatment)
        return evidence.case_report(events=[{"type": "exposure", "term": term, **values}])

    return make


def published(status: str) -> Make:
    """A case report that a publication tells, of which something became."""

    def make(evidence: Evidence) -> str:
        citation = evidence.citation(publication_status=status)
        return evidence.case_report(reporter="citation", citation=citation)

    return make


def harmed(effect: str) -> Make:
    """A patient in whom a harm was seen."""

    def make(evidence: Evidence) -> str:
        term = evidence.adverse_effect(effect)
        return evidence.case_report(events=[{"type": "adverse_event", "term": term}])

    return make


def once(**event: Any) -> Make:
    """A patient to whom one thing happened."""
    return told(events=[{"type": "adverse_event", "verbatim": "felt unwell", **event}])


def with_condition(slug: str) -> Make:
    """A patient with a condition."""
    return lambda evidence: evidence.case_report(conditions=[evidence.condition(slug)])


def of_study(slug: str) -> Make:
    """A patient who is counted in a study, too."""
    return lambda evidence: evidence.case_report(study=evidence.study(slug=slug))


CASES = (
    Case("q", "eyelids", once(verbatim="Swollen eyelids"), once(verbatim="Swollen feet")),
    Case("treatment", "ketamine", given("ketamine"), given("morphine")),
    Case(
        "drug_role",
        "suspect",
        given("ketamine", drug_role="suspect"),
        given("morphine", drug_role="concomitant"),
    ),
    Case("adverse_effect", "foot-pain", harmed("foot-pain"), harmed("rash")),
    Case("condition", "migraine", with_condition("migraine"), with_condition("gout")),
    Case("sex", "female", told(sex="female"), told(sex="male")),
    Case("age", "40..50", told(ages="50"), told(ages="51")),
    Case("age_group", "child", told(ages="17"), told(ages="18")),
    Case("n", "3", told(patients=3), told(patients=4)),
    Case("outcome", "recovered", once(outcome="recovered"), once(outcome="ongoing")),
    Case(
        "rechallenge",
        "yes",
        once(type="re_exposure", recurred="yes"),
        once(type="re_exposure", recurred="no"),
    ),
    Case("study", "first", of_study("first"), of_study("second")),
    Case("publication_status", "corrected", published("corrected"), published("ordinary")),
)
