"""What the evidence map looks like: it counts studies by design, and says nothing of results."""

from __future__ import annotations

from pydantic import BaseModel, Field

from app.query.lists import ScopeCard
from app.records.links import TermLink
from app.vocabulary import OutcomeDomain


class Designs(BaseModel):
    """Studies by design; each counts once."""

    randomized: int = Field(description="Chance decided who got what.")
    other_controlled: int = Field(description="Somebody else is compared with, not by chance.")
    uncontrolled: int = Field(description="Nobody else is compared with.")
    cases: int = Field(description="Patients described one by one.")
    secondary: int = Field(description="Reviews and comments: no patients of their own.")
    unclear: int = Field(description="The sources do not say enough.")


class Cell(BaseModel):
    """What studies of a treatment looked at in one domain; each study counts once in it."""

    domain: OutcomeDomain | None = Field(description="Null: its measures name none.")
    reported: Designs = Field(description="Studies that report something in the domain, by design.")
    measured_not_reported: int = Field(
        description="Studies that measured or analysed something in it, and report nothing."
    )
    not_measured: int = Field(description="Studies that are known to have measured nothing in it.")
    unclear: int = Field(description="Studies that have an outcome in it, reporting unclear.")


class Row(BaseModel):
    """A treatment with its narrower ones; a study is in the row of each of them."""

    treatment: TermLink
    parent: str | None = Field(description="Slug of the next broader treatment of the map.")
    studies: Designs = Field(description="Every study that investigates it, whatever it measured.")
    case_reports: int | None = Field(
        description="Reports of patients who got it; null: not counted under a filter."
    )
    cells: list[Cell] = Field(description="Domains that some study looked at; others: none did.")


class EvidenceMap(BaseModel):
    """Treatments by domains of outcome: where there are studies, and where there are none."""

    domains: list[OutcomeDomain | None] = Field(
        description="The domains that have a cell, in order."
    )
    rows: list[Row]
    studies: int = Field(description="Studies that were counted.")
    left_out: int = Field(
        description="Studies not counted, because they rest only on retracted publications."
    )
    capped: bool = Field(description="There are more treatments or studies than are shown.")
    scope: ScopeCard
