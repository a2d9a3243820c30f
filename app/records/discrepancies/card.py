"""Cards of discrepancies."""

from __future__ import annotations

from app.models import Discrepancy, DiscrepancySide
from app.query.cards import Fields, Kind, RecordCard
from app.records.links import CitationLink, ClaimLink, StudyLink, TermLink


class SideFields(Fields):
    """What one of the sources says."""

    describes = DiscrepancySide
    says: str
    location: str | None = None


class SideCard(SideFields):
    """What one of the sources says, and where."""

    claim: ClaimLink | None
    citation: CitationLink | None


class DiscrepancyFields(Fields):
    """Two sources side by side, neither corrected by the other."""

    describes = Discrepancy
    title: str
    note: str | None = None


class DiscrepancyCard(DiscrepancyFields, RecordCard):
    """Two sources side by side, and the records they speak of."""

    sides: list[SideCard]
    studies: list[StudyLink]
    treatments: list[TermLink]


DISCREPANCY = Kind(
    name="discrepancy",
    path="discrepancies",
    model=Discrepancy,
    card=DiscrepancyCard,
    card_format=1,
    card_schema="13dad4bb5728",
    title="title",
    words=("title", "note", "sides.says"),
    shows=(
        (Discrepancy.sides, DiscrepancySide.claim),
        (Discrepancy.sides, DiscrepancySide.citation),
        (Discrepancy.studies,),
        (Discrepancy.treatments,),
    ),
)
