"""The filters on studies."""

from __future__ import annotations

from typing import Any

from tests.factories import Evidence
from tests.filter_cases import Case, Make


def having(**values: Any) -> Make:
    """A study with these columns."""
    return lambda evidence: evidence.study(**values)


def of_people(**people: Any) -> Make:
    """A study with one population."""
    return lambda evidence: evidence.study(
        populations=[{"key": "people", "kind": "enrolled", **people}]
    )


def with_condition(slug: str) -> Make:
    return lambda evidence: of_people(conditions=[evidence.condition(slug)])(evidence)


def giving(treatment: str, role: str = "investigated") -> Make:
    """A study with one arm that gets one treatment."""

    def make(evidence: Evidence) -> str:
        given = {"treatment": evidence.treatment(treatment), "role": role}
        return evidence.study(arms=[{"key": "arm", "treatments": [given]}])

    return make


def counting(effect: str) -> Make:
    """A study that counted a harm."""

    def make(evidence: Evidence) -> str:
        study = evidence.study()
        evidence.adverse_event(study, "all", evidence.adverse_effect(effect))
        return study

    return make


def measuring(measure: str) -> Make:
    """A study with an outcome and a result."""

    def make(evidence: Evidence) -> str:
        study = evidence.study()
        evidence.outcome(study, evidence.outcome_measure(measure, domain=measure))
        return study

    return make


def finding(direction: str) -> Make:
    """A study with an outcome, a result of which means so for patients."""

    def make(evidence: Evidence) -> str:
        study, measure = evidence.study(), evidence.outcome_measure(f"found-{direction}")
        result = {"contrast": "from_baseline", "direction": direction, "direction_basis": "stated"}
        evidence.outcome(study, measure, results=[result])
        return study

    return make


def published(slug: str, **values: Any) -> Make:
    """A study told of by a publication."""

    def make(evidence: Evidence) -> str:
        citation = evidence.citation(slug=slug, **values)
        link = {"citation": citation, "role": "results", "basis": "in_text"}
        return evidence.study(citations=[link])

    return make


def given(**how: Any) -> Make:
    """A study with an arm that gets something in this way."""

    def make(evidence: Evidence) -> str:
        row = {"treatment": evidence.treatment("anything"), **how}
        return evidence.study(arms=[{"key": "arm", "treatments": [row]}])

    return make


def linked(role: str) -> Make:
    """A study to which a publication is this."""

    def make(evidence: Evidence) -> str:
        link = {"citation": evidence.citation(), "role": role, "basis": "in_text"}
        return evidence.study(citations=[link])

    return make


def told_in(document: str) -> Make:
    """A study an arm of which rests on what a document states."""

    def make(evidence: Evidence) -> str:
        passage = {"document": evidence.document(slug=document), "exact": "studied in people"}
        claim = evidence.claim(passages=[passage])
        return evidence.study(arms=[{"key": "arm", "says": [claim]}])

    return make


def numbered(nct: str) -> Make:
    return having(identifiers=[{"scheme": "nct", "value": nct}])


CASES = (
    Case("q", "knee*", having(label="Knees at rest"), having(label="Hips at rest")),
    Case("treatment", "ketamine", giving("ketamine"), giving("morphine")),
    Case(
        "treatment_role",
        "comparator",
        giving("placebo", "comparator"),
        giving("ketamine", "background"),
    ),
    Case("comparator", "placebo", giving("placebo", "comparator"), giving("ketamine")),
    Case("condition", "migraine", with_condition("migraine"), with_condition("gout")),
    Case("age", "6..12", of_people(ages="8..22"), of_people(ages="13..22")),
    Case("age_group", "child", of_people(age_group="child"), of_people(age_group="adult")),
    Case("sex", "female", of_people(sex="female"), of_people(sex="male")),
    Case("n", "10..20", of_people(n=10), of_people(n=21)),
    Case("country", "NL", of_people(countries=["BE", "NL"]), of_people(countries=["BE"])),
    Case("adverse_effect", "nausea", counting("nausea"), counting("vertigo")),
    Case("outcome", "pain", measuring("pain"), measuring("sleep")),
    Case("outcome_domain", "pain", measuring("pain"), measuring("sleep")),
    Case("direction", "worse", finding("worse"), finding("better")),
    Case("study_type", "review", having(study_type="review"), having(study_type="commentary")),
    Case("design", "randomised", having(allocation="randomized"), having(allocation="na")),
    Case("design", "randomized", having(allocation="randomized"), having(allocation="na")),
    Case("design", "other_controlled", giving("placebo", "comparator"), giving("ketamine")),
    Case("design", "uncontrolled", having(study_type="observational"), having()),
    Case("design", "cases", having(study_type="case_series"), having(study_type="observational")),
    Case("design", "secondary", having(study_type="review"), having(study_type="case_report")),
    Case(
        "design",
        "unclear",
        having(study_type=None),
        having(study_type=None, intervention_model="single_group"),
    ),
    Case("allocation", "randomized", having(allocation="randomized"), having(allocation="na")),
    Case("masking", "double", having(masking="double"), having(masking="none")),
    Case(
        "primary_purpose",
        "treatment",
        having(primary_purpose="treatment"),
        having(primary_purpose="prevention"),
    ),
    Case("route", "oral", given(route="oral"), given(route="intravenous")),
    Case(
        "dose",
        "10..20 mg/h",
        given(dose_low=15, dose_high=30, dose_unit="mg/h"),
        given(dose_low=15, dose_high=30, dose_unit="mg"),
    ),
    Case("identifier", "NCT00000001", numbered("NCT00000001"), numbered("NCT00000002")),
    Case("document", "first", told_in("first"), told_in("second")),
    Case("citation_role", "protocol", linked("protocol"), linked("results")),
    Case("phase", "phase2", having(phase="phase2"), having(phase="phase2_phase3")),
    Case(
        "status", "completed", having(study_status="completed"), having(study_status="terminated")
    ),
    Case("year", "2009..2013", having(year=2013), having(year=2014)),
    Case("basis", "full_text", having(basis="full_text"), having(basis="title_only")),
    Case("has_results", "yes", measuring("pain"), having()),
    Case("has_results", "no", having(), measuring("pain")),
    Case("citation", "first-report", published("first-report"), published("second-report")),
    Case(
        "publication_status",
        "retracted",
        published("gone", publication_status="retracted"),
        published("here", publication_status="ordinary"),
    ),
)
