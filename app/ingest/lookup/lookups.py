"""From one identifier to a draft, and to what it may be already."""

from __future__ import annotations

from threading import BoundedSemaphore
from typing import NamedTuple

from app.api.problems import Problem, invalid_parameter
from app.curation.duplicates.matching import MatchResult, find_matches
from app.curation.writing.draft_parsing import parse_draft
from app.db.database import Database
from app.ingest.formats import Entry, EntryProblem
from app.ingest.imports.preview import add_draft_problems
from app.ingest.imports.schemas import RowMatch, RowRelated
from app.ingest.lookup.clinical_trials import ClinicalTrials
from app.ingest.lookup.crossref import Crossref
from app.ingest.lookup.pubmed import PubMed, PubMedCentral
from app.ingest.lookup.schemas import LookupCard, LookupProblem, Source
from app.ingest.lookup.source import Retrieved
from app.records.citations.draft import CITATION_EDITOR
from app.records.citations.formats.vancouver import vancouver
from app.settings import Settings
from app.values import datetimes
from app.values.identifiers import normalise_identifier
from app.vocabulary import IdentifierScheme

SCHEMES = (
    IdentifierScheme.DOI,
    IdentifierScheme.PMID,
    IdentifierScheme.PMCID,
    IdentifierScheme.NCT,
)
MOST_LOOKUPS = 4  # under way at one time: those who only read are not to wait for slow services


class SourcedRecord(NamedTuple):
    """A record, which service has it, and the address it came from."""

    entry: Entry
    source: Source
    address: str


class Lookups:
    """Looks identifiers up, by the operator's settings."""

    def __init__(self, settings: Settings) -> None:
        self._crossref, self._pubmed = Crossref(settings), PubMed(settings)
        self._pubmed_central, self._trials = PubMedCentral(settings), ClinicalTrials(settings)
        self._slots = BoundedSemaphore(MOST_LOOKUPS)

    def look_up(self, database: Database, scheme: IdentifierScheme, written: str) -> LookupCard:
        """What is said of an identifier, and what it may be already.

        Raises Problem: 422 for a malformed identifier, 404 for one that nobody knows, 503 when
        the service does not answer, 502 when its answer makes no sense.
        """
        try:
            value = normalise_identifier(scheme, written)
        except ValueError as error:
            raise invalid_parameter(scheme.value, str(error)) from error
        if not self._slots.acquire(timeout=1):
            what = f"{MOST_LOOKUPS} lookups are under way: try again in a moment."
            raise Problem(503, "lookup-busy", what, headers={"Retry-After": "2"})
        try:
            record = self._retrieve(scheme, value)
        finally:
            self._slots.release()
        retrieved_at = datetimes.now()
        _check_identifier(record.entry, scheme, value)
        with database.read() as connection:
            [found] = find_matches(connection, [record.entry.draft])
        return _card(record, found, retrieved_at)

    def _retrieve(self, scheme: IdentifierScheme, value: str) -> SourcedRecord:
        if scheme is IdentifierScheme.DOI:
            return _sourced(self._crossref.by_doi(value), "crossref", scheme, value)
        if scheme is IdentifierScheme.NCT:
            return _sourced(self._trials.by_nct(value), "clinicaltrials_gov", scheme, value)
        if scheme is IdentifierScheme.PMID:
            return _sourced(self._pubmed.by_pmid(value), "pubmed", scheme, value)
        return self._by_pmcid(value)

    def _by_pmcid(self, pmcid: str) -> SourcedRecord:
        """The article that PubMed has, else the one that Crossref has."""
        linked, scheme = self._pubmed_central.linked_identifiers(pmcid), IdentifierScheme.PMCID
        if linked is None:
            return _sourced(None, "pubmed", scheme, pmcid)
        if linked.pmid:
            record = _sourced(self._pubmed.by_pmid(linked.pmid), "pubmed", scheme, pmcid)
        else:
            found = self._crossref.by_doi(str(linked.doi))
            record = _sourced(found, "crossref", scheme, pmcid)
        own = {"scheme": scheme.value, "value": pmcid}
        identifiers = (record.entry.draft or {}).setdefault("identifiers", [])
        if own not in identifiers:  # PubMed Central has just said so
            identifiers.append(own)
        return record


_NOT_FOUND = {
    IdentifierScheme.DOI: "Crossref has no such DOI; one of a data set or a report may be"
    " registered elsewhere, as with DataCite.",
    IdentifierScheme.PMID: "PubMed has no such number.",
    IdentifierScheme.PMCID: "PubMed Central has no such number.",
    IdentifierScheme.NCT: "ClinicalTrials.gov has no such number.",
}


def _sourced(
    found: Retrieved | None, source: Source, scheme: IdentifierScheme, value: str
) -> SourcedRecord:
    if found is None:
        raise Problem(404, "not-found", f"{_NOT_FOUND[scheme]} Is {value} right?")
    return SourcedRecord(found.entry, source, found.address)


def _check_identifier(entry: Entry, scheme: IdentifierScheme, value: str) -> None:
    """Say so when the record goes by another identifier of the scheme: they were made one."""
    named = [
        each["value"]
        for each in (entry.draft or {}).get("identifiers", ())
        if each["scheme"] == scheme
    ]
    if value not in named:
        now = f"it goes by {', '.join(named)}" if named else "it does not name it"
        message = f"asked for {value}, and {now}: is this the publication that is meant?"
        entry.problems.append(EntryProblem(entry.line, message))


def _card(record: SourcedRecord, found: MatchResult, retrieved_at: str) -> LookupCard:
    entry = add_draft_problems(record.entry)
    return LookupCard(
        draft=entry.draft or {},
        reference=_reference(entry),
        source=record.source,
        address=record.address,
        retrieved_at=retrieved_at,
        answer=found.answer,
        matches=[
            RowMatch(
                slug=each.slug,
                position=None,
                answer=each.verdict.answer,
                score=each.verdict.score,
                reasons=list(each.verdict.reasons),
            )
            for each in found.matches
        ],
        related=[RowRelated(**each._asdict()) for each in entry.related],
        problems=[
            LookupProblem(message=each.message, suggestion=each.suggestion)
            for each in entry.problems
        ],
    )


def _reference(entry: Entry) -> str | None:
    """The draft in Vancouver style; None when it is no citation yet."""
    try:
        read = parse_draft(CITATION_EDITOR, entry.draft)
    except Problem:
        return None
    return vancouver(read.model_dump(mode="json")).strip()
