"""The filters on citations, documents and discrepancies."""

from __future__ import annotations

from typing import Any

from tests.factories import Evidence
from tests.filter_cases import Case, Make


def published(**values: Any) -> Make:
    """A citation with these columns."""
    return lambda evidence: evidence.citation(**values)


LISTING_ONE = "Ketamine was studied in people.\n\nReferences\n\n1. A report.\n"


def listing(evidence: Evidence, slug: str, citation: str) -> str:
    """A document whose reference list names a publication."""
    return evidence.document(slug=slug, text=LISTING_ONE, references={1: citation})


def listed_by(document: str) -> Make:
    """A citation that a document's reference list names."""

    def make(evidence: Evidence) -> str:
        citation = evidence.citation()
        listing(evidence, document, citation)
        return citation

    return make


def named_by(citation: str) -> Make:
    """A document whose reference list names a citation."""

    def make(evidence: Evidence) -> str:
        return listing(evidence, f"names-{citation}", evidence.citation(slug=citation))

    return make


def claimed(evidence: Evidence) -> str:
    """A citation that a statement is held to rest on."""
    citation = evidence.citation()
    evidence.claim(citations=[{"citation": citation, "basis": "in_text"}])
    return citation


def disagreeing(**values: Any) -> Make:
    """A discrepancy with these columns."""

    def make(evidence: Evidence) -> str:
        sides = [
            {"says": "Ten.", "claim": evidence.support()},
            {"says": "Twelve.", "claim": evidence.support()},
        ]
        return evidence.discrepancy(**{"sides": sides, **values})

    return make


def held_by(citation: str) -> Make:
    """A discrepancy of which one side is a publication's."""

    def make(evidence: Evidence) -> str:
        side = {"says": "Ten.", "citation": evidence.citation(slug=citation)}
        sides = [side, {"says": "Twelve.", "claim": evidence.support()}]
        return evidence.discrepancy(sides=sides)

    return make


def on_study(slug: str) -> Make:
    """A discrepancy about a study."""
    return lambda evidence: disagreeing(studies=[evidence.study(slug=slug)])(evidence)


def on_treatment(slug: str) -> Make:
    """A discrepancy about a treatment."""
    return lambda evidence: disagreeing(treatments=[evidence.treatment(slug)])(evidence)


CITATION_CASES = (
    Case("q", "knee*", published(title="Knees at rest"), published(title="Hips at rest")),
    Case(
        "author",
        "Müll",
        published(authors=[{"family": "Muller", "given": "A."}]),
        published(authors=[{"family": "Dahan", "given": "Müller"}]),
    ),
    Case("title", "at rest", published(title="Knees at rest"), published(title="Knees")),
    Case("journal", "pain", published(container_title="Pain"), published(container_title="Bone")),
    Case("year", "..2009", published(year=2009), published(year=2010)),
    Case("identifier", "PMID: 19604642", published(pmid="19604642"), published(pmid="19604643")),
    Case("document", "first", listed_by("first"), listed_by("second")),
    Case("linked", "yes", claimed, published()),
    Case("linked", "no", published(), claimed),
    Case(
        "publication_status",
        "retracted",
        published(publication_status="retracted"),
        published(publication_status="ordinary"),
    ),
)

DOCUMENT_CASES = (
    Case(
        "q",
        "harms",
        lambda evidence: evidence.document(title="On harms"),
        lambda evidence: evidence.document(title="On benefits"),
    ),
    Case("citation", "first", named_by("first"), named_by("second")),
)

DISCREPANCY_CASES = (
    Case("q", "dose", disagreeing(title="The dose"), disagreeing(title="The end")),
    Case("treatment", "ketamine", on_treatment("ketamine"), on_treatment("morphine")),
    Case("study", "first", on_study("first"), on_study("second")),
    Case("citation", "first", held_by("first"), held_by("second")),
)
