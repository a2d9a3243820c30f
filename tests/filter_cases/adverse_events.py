"""The filters on adverse events, beside those on their studies."""

from __future__ import annotations

from typing import Any

from tests.factories import Evidence
from tests.filter_cases import Case, Make


def counted(**values: Any) -> Make:
    """A count of some harm."""

    def make(evidence: Evidence) -> str:
        study = evidence.study()
        effect = evidence.adverse_effect(f"harm-{evidence.count}")
        return evidence.adverse_event(study, "all", effect, **values)

    return make


def of_study(slug: str) -> Make:
    """A count in a study."""

    def make(evidence: Evidence) -> str:
        study = evidence.study(slug=slug)
        return evidence.adverse_event(study, "all", evidence.adverse_effect(f"harm-in-{slug}"))

    return make


def of(effect: str, **values: Any) -> Make:
    """A count of one harm."""

    def make(evidence: Evidence) -> str:
        study = evidence.study()
        return evidence.adverse_event(study, "all", evidence.adverse_effect(effect, **values))

    return make


def beside(treatment: str) -> Make:
    """A harm of which every count stands beside one of a group with a treatment."""

    def make(evidence: Evidence) -> str:
        arms = [
            {"key": f"arm-{at}", "treatments": [{"treatment": evidence.treatment(each)}]}
            for at, each in enumerate(("ketamine", treatment, treatment))
        ]
        groups = [{"key": arm["key"], "title": "Group", "arms": [arm["key"]]} for arm in arms]
        study = evidence.study(arms=arms, groups=groups)
        effect = evidence.adverse_effect(f"harm-beside-{treatment}")
        counts = [{"group": each["key"]} for each in groups]
        return evidence.adverse_event(study, "all", effect, counts=counts)

    return make


def read_in(status: str) -> Make:
    """A count that was read in a publication, of which something became."""

    def make(evidence: Evidence) -> str:
        says = [evidence.claim_read_in(evidence.citation(publication_status=status))]
        return counted(says=says)(evidence)

    return make


CASES = (
    Case("publication_status", "retracted", read_in("retracted"), read_in("corrected")),
    Case("comparator", "placebo", beside("placebo"), beside("morphine")),
    Case("basis", "full_text", counted(basis="full_text"), counted(basis="title_only")),
    Case("q", "ridged", counted(term_verbatim="Ridged muscles"), counted(term_verbatim="Cramps")),
    Case("study", "first", of_study("first"), of_study("second")),
    Case("adverse_effect", "nausea", of("nausea"), of("vertigo")),
    Case(
        "organ_system",
        "psychiatric",
        of("delirium", organ_system="psychiatric"),
        of("jaundice", organ_system="hepatobiliary"),
    ),
    Case("scope", "death", counted(scope="death"), counted(scope="withdrawal")),
    Case("serious", "yes", counted(serious="yes"), counted(serious="not_stated")),
    Case("relatedness", "related", counted(relatedness="related"), counted()),
    Case("affected", "1..3", counted(affected=3, at_risk=9), counted(affected=0, at_risk=9)),
    Case("at_risk", "..30", counted(at_risk=30), counted(at_risk=31)),
    Case(
        "assessment",
        "systematic",
        counted(assessment="systematic"),
        counted(assessment="non_systematic"),
    ),
    Case(
        "grade",
        "3..5",
        counted(grade_low=2, grade_high=3),
        counted(grade_low=1, grade_high=2),
    ),
)
