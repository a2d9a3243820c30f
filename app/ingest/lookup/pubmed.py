"""PubMed: an article by its PubMed number, or by its number in PubMed Central.

Sources: NCBI E-utilities (efetch); PMC ID Converter API.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import orjson

from app.ingest.formats import Entry, UnreadableFileError, read
from app.ingest.formats.pubmed_xml import PUBMED_XML
from app.ingest.lookup.source import Answer, LookupSource, MalformedAnswerError, Retrieved
from app.settings import Settings

_UNKNOWN = (b"ID list is empty", b"cannot be found", b"UID")  # what efetch says of no such number


class LinkedIdentifiers(NamedTuple):
    """The identifiers that an article of PubMed Central has elsewhere."""

    pmid: str | None
    doi: str | None


def _caller(settings: Settings) -> dict[str, str]:
    """Who is asking: NCBI wants to know before it blocks anybody."""
    names = {"tool": settings.lookup_tool, "email": settings.lookup_mailto}
    return {name: value for name, value in names.items() if value}


class PubMed(LookupSource):
    """PubMed, as the settings reach it."""

    name = "PubMed"
    setting = "pubmed_url"

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        key = settings.ncbi_api_key.get_secret_value()
        self._query = {**_caller(settings), **({"api_key": key} if key else {})}

    def by_pmid(self, pmid: str) -> Retrieved | None:
        """The article with a PubMed number; None: there is none. Raises Problem."""
        query = {"db": "pubmed", "id": pmid, "retmode": "xml", **self._query}
        return self.retrieve("/efetch.fcgi", query, _entry, "article")

    def is_missing(self, answer: Answer) -> bool:
        """A number that PubMed never gave is a bad request to it."""
        return answer.status == 404 or (answer.status == 400 and _says_unknown(answer.body))


def _entry(body: bytes) -> Entry | None:
    """The one article of an answer; None when it says that there is none."""
    try:
        reading = read(body)
    except UnreadableFileError:
        if _says_unknown(body):
            return None
        raise
    if reading.format is not PUBMED_XML:
        raise MalformedAnswerError("it is no PubMed XML")
    entries = reading.entries
    if not entries and b"</PubmedArticleSet>" in body:
        return None
    if not entries or entries[0].draft is None:
        raise MalformedAnswerError(entries[0].problems[0].message if entries else "it is cut off")
    return entries[0]


def _says_unknown(body: bytes) -> bool:
    return any(words in body[:2000] for words in _UNKNOWN)


class PubMedCentral(LookupSource):
    """The converter of numbers of PubMed Central, as the settings reach it."""

    name = "PubMed Central"
    setting = "pmc_url"

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._query = _caller(settings)

    def linked_identifiers(self, pmcid: str) -> LinkedIdentifiers | None:
        """The other identifiers of an article; None: there is none. Raises Problem."""
        query = {"ids": pmcid, "idtype": "pmcid", "format": "json", **self._query}
        answer = self.fetch("/", query)
        if answer.status in {400, 404}:
            return None
        try:
            found: Any = orjson.loads(answer.body)
            record = found["records"][0] if found.get("records") else {}
            pmid, doi = record.get("pmid"), record.get("doi")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            what = f"status {answer.status}, no numbers in it"
            raise self.failure(answer.address, what) from error
        if not (pmid or doi) or record.get("status") == "error":
            return None
        return LinkedIdentifiers(str(pmid) if pmid else None, str(doi) if doi else None)
