"""The filters on claims."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.factories import Evidence
from tests.filter_cases import Case, Make


def said(**values: Any) -> Make:
    """A claim with these columns."""
    return lambda evidence: evidence.claim(**values)


def about(treatment: str) -> Make:
    """A claim that speaks of a treatment."""
    return lambda evidence: evidence.claim(subject=evidence.treatment(treatment))


def says_of_it(effect: str) -> Make:
    """A claim that says a harm of something."""
    return lambda evidence: evidence.claim(
        object=f"adverse_effect/{evidence.adverse_effect(effect)}"
    )


def in_document(slug: str) -> Make:
    """A claim that a document states."""
    return lambda evidence: evidence.claim(
        passages=[{"document": evidence.document(slug=slug), "exact": "studied in people"}]
    )


def resting_on(slug: str, basis: str = "in_text", **values: Any) -> Make:
    """A claim that is held to rest on a publication."""

    def make(evidence: Evidence) -> str:
        publication = evidence.citation(slug=slug, **values)
        held = {"citation": publication, "basis": basis, "rationale": "It fits."}
        return evidence.claim(citations=[held])

    return make


def supporting(record: Callable[[Evidence, str], object]) -> Make:
    """A claim that a record rests on."""

    def make(evidence: Evidence) -> str:
        claim = evidence.claim()
        record(evidence, claim)
        return claim

    return make


def a_study(slug: str) -> Make:
    """A claim that a study rests on."""
    return supporting(lambda evidence, claim: evidence.study(slug=slug, says=[claim]))


def an_outcome(slug: str) -> Make:
    """A claim that an outcome rests on."""
    return supporting(
        lambda evidence, claim: evidence.outcome(
            evidence.study(), evidence.outcome_measure(f"m-{slug}"), slug=slug, says=[claim]
        )
    )


def an_adverse_event(slug: str) -> Make:
    """A claim that a count of harm rests on."""
    return supporting(
        lambda evidence, claim: evidence.adverse_event(
            evidence.study(),
            "all",
            evidence.adverse_effect(f"e-{slug}"),
            slug=slug,
            says=[claim],
        )
    )


def a_case(slug: str) -> Make:
    """A claim that a case report rests on."""
    return supporting(lambda evidence, claim: evidence.case_report(slug=slug, says=[claim]))


CASES = (
    Case("q", "seldom", said(summary="Seldom seen"), said(summary="Often seen")),
    Case("treatment", "ketamine", about("ketamine"), about("morphine")),
    Case("subject", "ketamine", about("ketamine"), about("morphine")),
    Case("object", "paralysis", says_of_it("paralysis"), says_of_it("nausea")),
    Case("kind", "opinion", said(kind="opinion"), said(kind="finding")),
    Case("polarity", "not_proven", said(polarity="not_proven"), said(polarity="negated")),
    Case("modality", "tendency", said(modality="tendency"), said(modality="possible")),
    Case("document", "first", in_document("first"), in_document("second")),
    Case("citation", "first", resting_on("first"), resting_on("second")),
    Case(
        "citation_basis",
        "unresolved",
        resting_on("first", "unresolved"),
        resting_on("second", "in_text"),
    ),
    Case("study", "first", a_study("first"), a_study("second")),
    Case("outcome", "first", an_outcome("first"), an_outcome("second")),
    Case("adverse_event", "first", an_adverse_event("first"), an_adverse_event("second")),
    Case("case_report", "first", a_case("first"), a_case("second")),
    Case("term", "paralysis", says_of_it("paralysis"), says_of_it("nausea")),
    Case("term", "treatment/ketamine", about("ketamine"), says_of_it("ketamine")),
    Case(
        "publication_status",
        "retracted",
        resting_on("gone", publication_status="retracted"),
        resting_on("here"),
    ),
)
