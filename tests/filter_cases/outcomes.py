"""The filters on outcomes, beside those on their studies."""

from __future__ import annotations

from typing import Any

from tests.factories import Evidence
from tests.filter_cases import Case, Make


def having(**values: Any) -> Make:
    """An outcome with these columns."""

    def make(evidence: Evidence) -> str:
        measure = evidence.outcome_measure(f"measure-{evidence.count}")
        return evidence.outcome(evidence.study(), measure, **values)

    return make


def with_result(**values: Any) -> Make:
    """An outcome with one result."""
    result = {"contrast": "between_groups", "conclusion": "no_difference", **values}
    return having(results=[result])


def of_study(slug: str) -> Make:
    """An outcome of a study."""

    def make(evidence: Evidence) -> str:
        return evidence.outcome(evidence.study(slug=slug), evidence.outcome_measure(f"in-{slug}"))

    return make


def of(measure: str) -> Make:
    """An outcome of a measure."""

    def make(evidence: Evidence) -> str:
        return evidence.outcome(evidence.study(), evidence.outcome_measure(measure))

    return make


def against(treatment: str) -> Make:
    """An outcome with a result that is compared with a group that got something."""

    def make(evidence: Evidence) -> str:
        given = {"treatment": evidence.treatment(treatment), "role": "comparator"}
        study = evidence.study(
            arms=[{"key": "arm", "treatments": [given]}],
            groups=[{"key": "all", "title": "All", "arms": ["arm"]}],
        )
        measure = evidence.outcome_measure(f"against-{treatment}")
        result = {"conclusion": "no_difference", "reference": "all"}
        return evidence.outcome(study, measure, results=[result])

    return make


def read_in(status: str) -> Make:
    """An outcome that was read in a publication, of which something became."""

    def make(evidence: Evidence) -> str:
        says = [evidence.claim_read_in(evidence.citation(publication_status=status))]
        return having(says=says)(evidence)

    return make


CASES = (
    Case("publication_status", "retracted", read_in("retracted"), read_in("corrected")),
    Case("comparator", "placebo", against("placebo"), against("ketamine")),
    Case("basis", "full_text", having(basis="full_text"), having(basis="title_only")),
    Case("q", "stairs", having(definition="Climbs stairs"), having(definition="Walks")),
    Case("study", "first", of_study("first"), of_study("second")),
    Case("measure", "pain", of("pain"), of("sleep")),
    Case(
        "instrument",
        "rating scale",
        having(instrument="Numerical Rating Scale"),
        having(instrument="Electronic diary"),
    ),
    Case("role", "primary", having(role="primary"), having(role="post_hoc")),
    Case(
        "reporting",
        "not_measured",
        having(reporting="not_measured", results=[]),
        having(reporting="unclear", results=[]),
    ),
    Case(
        "contrast",
        "from_baseline",
        with_result(contrast="from_baseline"),
        with_result(contrast="between_groups"),
    ),
    Case(
        "statistic",
        "median",
        with_result(statistic="median", value=3.5),
        with_result(statistic="mean", value=3.5),
    ),
    Case(
        "direction",
        "better",
        with_result(direction="better", direction_basis="stated"),
        with_result(direction="worse", direction_basis="stated"),
    ),
    Case(
        "conclusion",
        "no_improvement",
        with_result(conclusion="no_improvement"),
        with_result(conclusion="no_benefit"),
    ),
    Case(
        "timepoint",
        "..12wk",
        with_result(time_days=84, time_relation="at"),
        with_result(time_days=85, time_relation="at"),
    ),
    Case("p", "..0.05", with_result(p=0.05), with_result(p=0.051)),
    Case("metric", "peak", having(metric="peak"), having(metric="value")),
    Case("unit", "mm", with_result(unit="MM"), with_result(unit="mm/h")),
    Case(
        "dispersion",
        "sd",
        with_result(dispersion="sd", dispersion_value=1),
        with_result(dispersion="se", dispersion_value=1),
    ),
    Case("adjusted", "yes", with_result(adjusted=True), with_result(adjusted=False)),
    Case("adjusted", "no", with_result(adjusted=False), with_result(adjusted=True)),
)
