"""What studies can be counted by; each is named as the filter that it is a menu for."""

from __future__ import annotations

from dataclasses import replace

from app.models import (
    AdverseEvent,
    Outcome,
    Result,
    Study,
    StudyConditionPage,
    StudyTreatmentPage,
    Term,
    TermAncestor,
)
from app.query.facets import Facet, by_column, by_part, by_rule, by_term
from app.records.studies.design import design
from app.records.studies.population_criteria import any_condition, in_group, of_sex
from app.vocabulary import AgeGroup, Design, Sex

PopulationIndex = StudyConditionPage


def _of_somebody(facet: Facet) -> Facet:
    """A facet of populations, each looked at once unless it is asked for its conditions."""
    return replace(facet, rows=any_condition)


STUDY_FACETS = (
    by_column("study_type", Study.study_type, Study.id, "How people came to be studied."),
    by_rule(
        "design",
        list(Design),
        lambda value: design() == value,
        Study.id,
        "What the study's own data can compare.",
    ),
    by_column("allocation", Study.allocation, Study.id, "How people came into their arm."),
    by_column("masking", Study.masking, Study.id, "Who did not know the arm."),
    by_column("phase", Study.phase, Study.id, "Phase of the trial."),
    by_column("status", Study.study_status, Study.id, "How far the study has come."),
    by_column("year", Study.year, Study.id, "Year of first results, else of the start."),
    by_column("basis", Study.basis, Study.id, "How the study is known, at best."),
    _of_somebody(
        by_rule(
            "age_group",
            list(AgeGroup),
            in_group,
            PopulationIndex.study_id,
            "Standard age group of a population.",
        )
    ),
    _of_somebody(
        by_rule(
            "sex",
            list(Sex),
            lambda sex: of_sex([sex]),
            PopulationIndex.study_id,
            "Sex that a population has.",
        )
    ),
    by_term(
        "condition",
        PopulationIndex.term_id,
        PopulationIndex.study_id,
        Term,
        "Condition of a population, broader too.",
    ),
    by_term(
        "treatment",
        StudyTreatmentPage.term_id,
        StudyTreatmentPage.study_id,
        Term,
        "Treatment that an arm gets, and broader ones.",
    ),
    by_term(
        "outcome",
        Outcome.measure_id,
        Outcome.study_id,
        Term,
        "What an outcome measures, and broader measures.",
        TermAncestor,
    ),
    by_part(
        "direction",
        Result.direction,
        Outcome.study_id,
        "What a result means for patients.",
        through=Result.outcome,
    ),
    by_term(
        "adverse_effect",
        AdverseEvent.adverse_effect_id,
        AdverseEvent.study_id,
        Term,
        "Adverse effect that was counted, and broader ones.",
        TermAncestor,
    ),
)
