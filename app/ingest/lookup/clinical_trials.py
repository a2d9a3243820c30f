"""ClinicalTrials.gov: the record of a trial as a citation. Source: its API, version 2."""

from __future__ import annotations

from typing import Any

import orjson

from app.ingest.formats import Entry
from app.ingest.formats.drafting import Drafting
from app.ingest.lookup.fetching import Answer, Fetching, Service, senseless
from app.settings import Settings
from app.vocabulary import CitationType, IdentifierScheme

NAME = "ClinicalTrials.gov"
_FIELDS = "IdentificationModule,StatusModule,SponsorCollaboratorsModule,DescriptionModule"


class ClinicalTrials:
    """ClinicalTrials.gov, as the settings reach it."""

    def __init__(self, settings: Settings, fetching: Fetching) -> None:
        self.service = Service(NAME, settings.clinical_trials_url, "clinical_trials_url")
        self._fetching = fetching

    def by_nct(self, nct: str) -> tuple[Entry, str] | None:
        """The record and the address it came from; None: there is none. Raises Problem."""
        asked = {"fields": _FIELDS, "format": "json"}
        answer = self._fetching.fetch(self.service, f"/studies/{nct}", asked)
        if answer.status == 404:
            return None
        return self._entry(answer), answer.address

    def _entry(self, answer: Answer) -> Entry:
        if answer.status != 200:
            raise senseless(self.service, answer.address, f"status {answer.status}")
        try:
            section = orjson.loads(answer.body)["protocolSection"]
            return _drawn(section).entry(1, 1, 1, answer.body.decode())
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise senseless(self.service, answer.address, "no trial in it") from error


def _drawn(section: dict[str, Any]) -> Drafting:
    """The record as a page of the registry, by its sponsor, of the year it was posted first."""
    identity, status = section["identificationModule"], section.get("statusModule", {})
    drafting = Drafting()
    drafting.type = CitationType.WEBPAGE
    drafting.identify(IdentifierScheme.NCT, identity["nctId"], 1, "nctId")
    for rank, name in enumerate(("briefTitle", "officialTitle")):
        drafting.field("title", rank, identity.get(name, ""), 1, name)
    drafting.field("container_title", 0, NAME, 1, "registry")
    drafting.group(
        section.get("sponsorCollaboratorsModule", {}).get("leadSponsor", {}).get("name", "")
    )
    posted = status.get("studyFirstPostDateStruct", {}).get("date", "")
    drafting.field("year", 0, posted or status.get("studyFirstSubmitDate", ""), 1, "posted")
    drafting.abstract(
        section.get("descriptionModule", {}).get("briefSummary", ""), 1, "briefSummary"
    )
    return drafting
