"""Makes records; a test names only what it is about, the rest is valid and dull."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from app import journal
from app.curation.writing.finder import RecordFinder
from app.db.database import Database
from app.records.adverse_events.draft import ADVERSE_EVENT_EDITOR
from app.records.case_reports.draft import CASE_REPORT_EDITOR
from app.records.citations.draft import CITATION_EDITOR
from app.records.claims.draft import CLAIM_EDITOR
from app.records.discrepancies.draft import DISCREPANCY_EDITOR
from app.records.documents.draft import DOCUMENT_EDITOR
from app.records.drafting import Editor
from app.records.outcomes.draft import OUTCOME_EDITOR
from app.records.studies.draft import STUDY_EDITOR
from app.records.terms.draft import (
    ADVERSE_EFFECT_EDITOR,
    CONDITION_EDITOR,
    OUTCOME_MEASURE_EDITOR,
    TREATMENT_EDITOR,
)
from app.vocabulary import ChangeAction

TEXT = "Ketamine was studied in people.\n"
COUNTED = ("affected", "at_risk", "events", "percent")


class Evidence:
    """Records of one database. Facts rest on a claim of a small document unless told otherwise."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.count = 0
        self._supported = False
        # A change takes longer than what is in it: the claim that facts rest on, and its document,
        # are written with the first of them.
        self._ahead: list[tuple[Editor, dict[str, Any]]] = []
        self._waiting: list[tuple[Editor, dict[str, Any]]] | None = None

    @contextmanager
    def together(self) -> Iterator[None]:
        """Write what is made inside in one change, at the end, which is much faster."""
        if self._waiting is not None:
            yield
            return
        self._waiting = []
        try:
            yield
            waiting, self._waiting = self._waiting, None
            self.write(waiting)
        finally:
            self._waiting = None

    def write(
        self, drafts: Iterable[tuple[Editor, dict[str, Any]]], *, actor: str = "tester"
    ) -> int:
        """Write drafts in one change, in any order; gives the number of the change (0: none)."""
        drafts = [*self._ahead, *drafts]
        if self._waiting is not None:
            self._waiting += drafts
            self._ahead = []
            return 0
        pairs = [(editor, editor.draft.model_validate(data)) for editor, data in drafts]
        with journal.write(
            self.database, actor=actor, action=ChangeAction.EDIT, reason="test"
        ) as change:
            made: dict[tuple[type[Any], str], Any] = {}
            new = set()
            for editor, draft in pairs:
                key = (editor.kind.model, draft.slug)  # type: ignore[attr-defined] # all have one
                found = change.open(editor.kind, key[1])
                made[key] = found or editor.kind.model(slug=key[1])
                new |= set() if found else {key}
            finder = RecordFinder(change.session, made)
            for editor, draft in pairs:
                key = (editor.kind.model, draft.slug)  # type: ignore[attr-defined]
                changed = editor.apply(made[key], draft, finder)
                if key in new:
                    change.add(made[key])
                elif changed:
                    change.touch(made[key])
            if finder.missing:
                raise finder.missing[0]
        self._ahead = []
        return 0 if change.empty else change.id

    def _named(self, what: str, values: dict[str, Any]) -> str:
        self.count += 1
        return str(values.get("slug", f"{what}-{self.count}"))

    def document(self, **values: Any) -> str:
        """A document with one sentence."""
        draft = self._document(values)
        self.write([draft])
        return str(draft[1]["slug"])

    def _document(self, values: dict[str, Any]) -> tuple[Editor, dict[str, Any]]:
        slug = self._named("document", values)
        return DOCUMENT_EDITOR, {"slug": slug, "title": "A document", "text": TEXT, **values}

    def claim(self, **values: Any) -> str:
        """A claim that quotes a document of its own."""
        *document, claim = self._claim(values)
        self.write([*document, claim])
        return str(claim[1]["slug"])

    def _claim(self, values: dict[str, Any]) -> list[tuple[Editor, dict[str, Any]]]:
        slug = self._named("claim", values)
        draft = {"slug": slug, "kind": "finding", **values}
        if {"passages", "source_citation"} & values.keys():
            return [(CLAIM_EDITOR, draft)]
        document = self._document({})
        quote = {"document": document[1]["slug"], "exact": "studied in people"}
        return [document, (CLAIM_EDITOR, {**draft, "passages": [quote]})]

    def claim_read_in(self, citation: str, **values: Any) -> str:
        """A claim that was read in a publication."""
        read = {"source_citation": citation, "source_location": "abstract", "summary": "It helps."}
        return self.claim(**read, **values)

    def support(self) -> str:
        """The claim that facts rest on when a test does not care."""
        slug = self._support()
        if self._ahead:
            self.write([])
        return slug

    def _support(self) -> str:
        """The same, written with the next record at the latest."""
        if not self._supported:
            self._ahead, self._supported = self._claim({"slug": "support"}), True
        return "support"

    def treatment(self, slug: str, **values: Any) -> str:
        """A treatment."""
        return self._term(TREATMENT_EDITOR, slug, values)

    def condition(self, slug: str, **values: Any) -> str:
        """A condition."""
        return self._term(CONDITION_EDITOR, slug, values)

    def adverse_effect(self, slug: str, **values: Any) -> str:
        """An adverse effect."""
        return self._term(ADVERSE_EFFECT_EDITOR, slug, values)

    def outcome_measure(self, slug: str, **values: Any) -> str:
        """An outcome measure."""
        return self._term(OUTCOME_MEASURE_EDITOR, slug, values)

    def _term(self, editor: Editor, slug: str, values: dict[str, Any]) -> str:
        self.write(
            [(editor, {"slug": slug, "name": slug.replace("-", " ").capitalize(), **values})]
        )
        return slug

    def citation(self, **values: Any) -> str:
        """A citation."""
        slug = self._named("citation", values)
        self.write([(CITATION_EDITOR, {"slug": slug, "title": "A report", **values})])
        return slug

    def study(self, **values: Any) -> str:
        """A study; parts without support or basis get the dull ones, and everybody is a group."""
        slug = self._named("study", values)
        values.setdefault("groups", [_everybody(values)])
        says = values.pop("says", None) or [self._support()]
        for part in ("populations", "arms"):
            values[part] = [
                {"basis": "abstract", "says": says, "label": each["key"], **each}
                for each in values.get(part, [])
            ]
        draft = {"slug": slug, "label": "A study", "basis": "abstract", "says": says, **values}
        self.write([(STUDY_EDITOR, draft)])
        return slug

    def outcome(self, study: str, measure: str, **values: Any) -> str:
        """An outcome of a study."""
        slug = self._named("outcome", values)
        says = values.pop("says", None) or [self._support()]
        results = values.pop("results", [{"conclusion": "no difference"}])
        values["results"] = [{"basis": "abstract", "says": says, **each} for each in results]
        draft = {
            "slug": slug,
            "study": study,
            "measure": measure,
            "basis": "abstract",
            "says": says,
        }
        self.write([(OUTCOME_EDITOR, {**draft, **values})])
        return slug

    def adverse_event(self, study: str, group: str, effect: str, **values: Any) -> str:
        """A count of harm in a group of a study; `counts` of others may be given instead."""
        slug = self._named("adverse-event", values)
        count = {name: values.pop(name) for name in COUNTED if name in values}
        draft = {"slug": slug, "study": study, "adverse_effect": effect}
        dull: dict[str, Any] = {"term_verbatim": effect, "basis": "abstract"}
        dull |= {"says": [self._support()], "counts": [{"group": group, **count}]}
        self.write([(ADVERSE_EVENT_EDITOR, {**dull, **draft, **values})])
        return slug

    def case_report(self, **values: Any) -> str:
        """A case report."""
        slug = self._named("case", values)
        says = [self._support()]
        events = [{"says": says, **each} for each in values.pop("events", [])]
        dull: dict[str, Any] = {"label": "A case", "reporter": "document_authors"}
        dull |= {"basis": "abstract", "says": says}
        self.write([(CASE_REPORT_EDITOR, {"slug": slug, **dull, "events": events, **values})])
        return slug

    def discrepancy(self, **values: Any) -> str:
        """A discrepancy."""
        slug = self._named("discrepancy", values)
        self.write([(DISCREPANCY_EDITOR, {"slug": slug, "title": "They disagree", **values})])
        return slug


def _everybody(study: dict[str, Any]) -> dict[str, Any]:
    """The group of all people of a study, in all of its arms."""
    wholes = [each["key"] for each in study.get("populations", []) if not each.get("parent")]
    arms = [each["key"] for each in study.get("arms", [])]
    return {"key": "all", "title": "All", "population": next(iter(wholes), None), "arms": arms}
