"""What the pages of each kind of record show: its list and the page of one record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from starlette.datastructures import QueryParams

from app.web.pages import document, lists, records, studies, study, treatment
from app.web.pages.records import TermUse

Context = dict[str, Any]  # what a template shows


@dataclass(frozen=True)
class KindPages:
    """The pages of a kind: a list with its heading, and a record in its template.

    `nouns`, one and many, are those of its count on the first page; None: it is not counted there.
    `menus` are the facets that its list has menus for; None: the first six. `parameters`: whether
    the page of a record takes any. `list`: what its list shows where that is more than rows.
    """

    heading: str
    record: Callable[[Connection, str, QueryParams], Context]
    template: str
    nouns: tuple[str, str] | None = None
    menus: tuple[str, ...] | None = None
    parameters: bool = False
    list: Callable[[Connection, QueryParams], Context] | None = None
    list_template: str = "list.html"

    def list_context(self, connection: Connection, kind: str, given: QueryParams) -> Context:
        """What the list shows; raises Problem for what cannot be understood."""
        if self.list is not None:
            return self.list(connection, given)
        return lists.context(connection, kind, given, self.menus)


# By name, so that a kind without pages stops the start (app/web/routes.py looks each up).
KIND_PAGES = {  # in the order in which the first page counts them
    "document": KindPages(
        "Documents", document.context, "document.html", ("document", "documents")
    ),
    "claim": KindPages(
        "Statements of sources",
        records.claim,
        "claim.html",
        ("statement", "statements"),
        menus=("kind", "polarity", "modality"),
    ),
    "study": KindPages(
        "Studies",
        study.context,
        "study.html",
        ("study", "studies"),
        list=studies.context,
        list_template="studies.html",
    ),
    "outcome": KindPages(
        "Outcomes",
        records.outcome,
        "outcome.html",
        ("outcome", "outcomes"),
        menus=("direction", "conclusion", "reporting"),
    ),
    "case_report": KindPages(
        "Patients told of one by one",
        records.case_report,
        "case_report.html",
        ("case report", "case reports"),
    ),
    "citation": KindPages(
        "Publications",
        records.citation,
        "citation.html",
        ("publication", "publications"),
        menus=("year", "publication_status"),
    ),
    "discrepancy": KindPages(
        "Where sources differ",
        records.with_sources("discrepancy"),
        "discrepancy.html",
        ("disagreement", "disagreements"),
    ),
    "treatment": KindPages(
        "Treatments",
        treatment.context,
        "treatment.html",
        ("treatment", "treatments"),
        parameters=True,
    ),
    "condition": KindPages(
        "Conditions",
        records.term(
            "condition",
            TermUse("study", "condition", "Studies"),
            TermUse("case_report", "condition", "Patients told of one by one"),
        ),
        "term.html",
        ("condition", "conditions"),
    ),
    "adverse_effect": KindPages(
        "Harms, by name",
        records.term(
            "adverse_effect",
            TermUse("adverse_event", "adverse_effect", "Counted in studies"),
            TermUse("case_report", "adverse_effect", "Patients told of one by one"),
        ),
        "term.html",
        ("named harm", "named harms"),
    ),
    "adverse_event": KindPages(
        "Harms counted in studies",
        records.with_sources("adverse_event"),
        "adverse_event.html",
        menus=("scope", "serious", "relatedness", "assessment", "adverse_effect"),
    ),
    "outcome_measure": KindPages(
        "What is measured",
        records.term(
            "outcome_measure",
            TermUse("study", "outcome", "Studies"),
            TermUse("outcome", "measure", "Outcomes"),
        ),
        "term.html",
    ),
}
