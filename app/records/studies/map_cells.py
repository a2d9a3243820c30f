"""What a study is to the evidence map: the treatments it investigates, the domains it looked at.

A study is in the cell of each such treatment and domain once, by its design and the most that is
known of it there. The journal stores both for each study, and how many studies are in each cell.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import case, func, select

from app.db.statements import Rows
from app.models import Outcome, StudyTreatmentPage, Term
from app.query.cards import CURRENT
from app.vocabulary import PublicationStatus, Reporting, TreatmentRole

NOT_REPORTED = (Reporting.ANALYSED_NOT_REPORTED, Reporting.MEASURED_NOT_ANALYSED)
NOT_MEASURED = (Reporting.PLANNED_NOT_COLLECTED, Reporting.NOT_MEASURED)
REPORTED, UNREPORTED, UNCLEAR, UNMEASURED = 0, 1, 2, 3
# Stored counts beside those of facets: treatments by design, those given in this very form, cells.
BY_TREATMENT, ITSELF, CELL = "map.treatment", "map.itself", "map.cell"
BETWEEN = ":"  # the parts of what is stored of a cell, in words
SOUND_OUTCOME = Outcome.publication_status != PublicationStatus.RETRACTED


def how_reported() -> Any:
    """How far an outcome is reported, the most first."""
    return case(
        (Outcome.reporting.in_(NOT_MEASURED), UNMEASURED),
        (Outcome.reporting == Reporting.UNCLEAR, UNCLEAR),
        (Outcome.reporting.in_(NOT_REPORTED), UNREPORTED),
        else_=REPORTED,
    )


def measured_domains(*meant: Any) -> Rows:
    """By study and domain, how far it is reported at most, by the outcomes that are meant."""
    domain, known = Term.domain.label("domain"), func.min(how_reported()).label("known")
    query: Rows = select(Outcome.study_id.label("study"), domain, known)
    query = query.join(Term, Term.id == Outcome.measure_id)
    return query.where(Outcome.status == CURRENT, *meant).group_by(Outcome.study_id, Term.domain)


def investigated_treatments() -> Rows:
    """Each study with each treatment that it investigates, broader ones too.

    The page index has a row for each treatment of a study in a role, and no two.
    """
    direct = case((StudyTreatmentPage.direct, 1), else_=0).label("direct")
    columns = (StudyTreatmentPage.study_id.label("study"), StudyTreatmentPage.term_id)
    query: Rows = select(*columns, direct)
    return query.where(StudyTreatmentPage.role == TreatmentRole.INVESTIGATED)


def cell_words(domain: str, known: str, design: str) -> str:
    """The words under which the studies of a cell are counted."""
    return BETWEEN.join((domain, known, design))
