"""From one identifier to a draft, and to what it may be already."""

from __future__ import annotations

from threading import BoundedSemaphore
from typing import NamedTuple

from app.api.problems import Problem, invalid_parameter
from app.curation.duplicates.finding import Found, find
from app.curation.writing.parsing import parse_draft
from app.db.database import Database
from app.ingest.formats import Entry, EntryProblem
from app.ingest.imports.preview import checked
from app.ingest.imports.schemas import RowMatch, RowRelated
from app.ingest.lookup.clinical_trials import ClinicalTrials
from app.ingest.lookup.crossref import Crossref
from app.ingest.lookup.fetching import Fetching
from app.ingest.lookup.pubmed import PubMed
from app.ingest.lookup.schemas import LookupCard, LookupProblem, Source
from app.records.citations.draft import CITATION_EDITOR
from app.records.citations.formats.vancouver import vancouver
from app.settings import Settings
from app.values import datetimes
from app.values.identifiers import normalised
from app.vocabulary import IdentifierScheme

SCHEMES = (
    IdentifierScheme.DOI,
    IdentifierScheme.PMID,
    IdentifierScheme.PMCID,
    IdentifierScheme.NCT,
)
AT_ONCE = 4  # lookups under way: those who only read are not to wait for slow services
Seen = tuple[Entry, str]  # a record, and the address that it came from


class Record(NamedTuple):
    """A record, who gave it, and the address it came from."""

    entry: Entry
    source: Source
    address: str


class Lookups:
    """Looks identifiers up, by the operator's settings."""

    def __init__(self, settings: Settings) -> None:
        fetching = Fetching(settings)
        self._crossref, self._pubmed = Crossref(settings, fetching), PubMed(settings, fetching)
        self._trials = ClinicalTrials(settings, fetching)
        self._free = BoundedSemaphore(AT_ONCE)

    def look_up(self, database: Database, scheme: IdentifierScheme, written: str) -> LookupCard:
        """What is said of an identifier, and what it may be already.

        Raises Problem: 422 for a malformed identifier, 404 for one that nobody knows, 503 when
        the service does not answer, 502 when its answer makes no sense.
        """
        try:
            value = normalised(scheme, written)
        except ValueError as error:
            raise invalid_parameter(scheme.value, str(error)) from error
        if not self._free.acquire(timeout=1):
            what = f"{AT_ONCE} lookups are under way: try again in a moment."
            raise Problem(503, "lookup-busy", what, headers={"Retry-After": "2"})
        try:
            record = self._asked(scheme, value)
        finally:
            self._free.release()
        retrieved_at = datetimes.now()
        _must_name(record.entry, scheme, value)
        with database.read() as connection:
            [found] = find(connection, [record.entry.draft])
        return _card(record, found, retrieved_at)

    def _asked(self, scheme: IdentifierScheme, value: str) -> Record:
        if scheme is IdentifierScheme.DOI:
            return _known(self._crossref.by_doi(value), "crossref", scheme, value)
        if scheme is IdentifierScheme.NCT:
            return _known(self._trials.by_nct(value), "clinicaltrials_gov", scheme, value)
        if scheme is IdentifierScheme.PMID:
            return _known(self._pubmed.by_pmid(value), "pubmed", scheme, value)
        return self._by_pmcid(value)

    def _by_pmcid(self, pmcid: str) -> Record:
        """The article that PubMed has, else the one that Crossref has."""
        numbers, scheme = self._pubmed.numbers(pmcid), IdentifierScheme.PMCID
        if numbers is None:
            return _known(None, "pubmed", scheme, pmcid)
        if numbers.pmid:
            record = _known(self._pubmed.by_pmid(numbers.pmid), "pubmed", scheme, pmcid)
        else:
            seen = self._crossref.by_doi(str(numbers.doi))
            record = _known(seen, "crossref", scheme, pmcid)
        own = {"scheme": scheme.value, "value": pmcid}
        identifiers = (record.entry.draft or {}).setdefault("identifiers", [])
        if own not in identifiers:  # PubMed Central has just said so
            identifiers.append(own)
        return record


_ELSEWHERE = {
    IdentifierScheme.DOI: "Crossref has no such DOI; one of a data set or a report may be"
    " registered elsewhere, as with DataCite.",
    IdentifierScheme.PMID: "PubMed has no such number.",
    IdentifierScheme.PMCID: "PubMed Central has no such number.",
    IdentifierScheme.NCT: "ClinicalTrials.gov has no such number.",
}


def _known(seen: Seen | None, source: Source, scheme: IdentifierScheme, value: str) -> Record:
    if seen is None:
        raise Problem(404, "not-found", f"{_ELSEWHERE[scheme]} Is {value} right?")
    return Record(seen[0], source, seen[1])


def _must_name(entry: Entry, scheme: IdentifierScheme, value: str) -> None:
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


def _card(record: Record, found: Found, retrieved_at: str) -> LookupCard:
    entry = checked(record.entry)
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
