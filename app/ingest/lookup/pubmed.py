"""PubMed: an article by its PubMed number, or by its number in PubMed Central.

Sources: NCBI E-utilities (efetch); PMC ID Converter API.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import orjson

from app.ingest.formats import Entry, Refused, read
from app.ingest.formats.pubmed_xml import PUBMED_XML
from app.ingest.lookup.fetching import Answer, Fetching, Service, senseless
from app.settings import Settings

_UNKNOWN = (b"ID list is empty", b"cannot be found", b"UID")  # what efetch says of no such number


class Numbers(NamedTuple):
    """What PubMed Central knows an article by elsewhere."""

    pmid: str | None
    doi: str | None


class PubMed:
    """PubMed and PubMed Central, as the settings reach them."""

    def __init__(self, settings: Settings, fetching: Fetching) -> None:
        self.service = Service("PubMed", settings.pubmed_url, "pubmed_url")
        self.central = Service("PubMed Central", settings.pmc_url, "pmc_url")
        self._fetching = fetching
        named = {"tool": settings.lookup_tool, "email": settings.lookup_mailto}
        self._named = {name: value for name, value in named.items() if value}
        key = settings.ncbi_api_key.get_secret_value()
        self._key = {"api_key": key} if key else {}

    def by_pmid(self, pmid: str) -> tuple[Entry, str] | None:
        """The article and the address it came from; None: there is none. Raises Problem."""
        asked = {"db": "pubmed", "id": pmid, "retmode": "xml", **self._named, **self._key}
        answer = self._fetching.fetch(self.service, "/efetch.fcgi", asked)
        if answer.status == 404 or (answer.status == 400 and _is_unknown(answer.body)):
            return None
        if answer.status != 200:
            raise senseless(self.service, answer.address, f"status {answer.status}")
        entry = self._entry(answer)
        return None if entry is None else (entry, answer.address)

    def _entry(self, answer: Answer) -> Entry | None:
        """The one article of an answer; None when it says that there is none."""
        try:
            reading = read(answer.body)
        except Refused as refused:
            if _is_unknown(answer.body):
                return None
            raise senseless(self.service, answer.address, "no article in it") from refused
        if reading.format is not PUBMED_XML:
            raise senseless(self.service, answer.address, "it is no PubMed XML")
        entries = reading.entries
        if not entries and b"</PubmedArticleSet>" in answer.body:
            return None
        if not entries or entries[0].draft is None:
            what = entries[0].problems[0].message if entries else "it is cut off"
            raise senseless(self.service, answer.address, what)
        return entries[0]

    def numbers(self, pmcid: str) -> Numbers | None:
        """What else an article of PubMed Central is known by; None: there is none. Problem."""
        asked = {"ids": pmcid, "idtype": "pmcid", "format": "json", **self._named}
        answer = self._fetching.fetch(self.central, "/", asked)
        if answer.status in {400, 404}:
            return None
        try:
            found: Any = orjson.loads(answer.body)
            record = found["records"][0] if found.get("records") else {}
            pmid, doi = record.get("pmid"), record.get("doi")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            what = f"status {answer.status}, no numbers in it"
            raise senseless(self.central, answer.address, what) from error
        if not (pmid or doi) or record.get("status") == "error":
            return None
        return Numbers(str(pmid) if pmid else None, str(doi) if doi else None)


def _is_unknown(body: bytes) -> bool:
    return any(words in body[:2000] for words in _UNKNOWN)
