"""ClinicalTrials.gov: the record of a trial as a citation. Source: its API, version 2.

Each service has a module of its own: it changes when the service does, and not otherwise.
"""

from __future__ import annotations

from typing import Any

import orjson

from app.ingest.formats import Entry
from app.ingest.formats.draft_builder import DraftBuilder
from app.ingest.lookup.source import LookupSource, Retrieved
from app.vocabulary import CitationType, IdentifierScheme

NAME = "ClinicalTrials.gov"
_FIELDS = "IdentificationModule,StatusModule,SponsorCollaboratorsModule,DescriptionModule"


class ClinicalTrials(LookupSource):
    """ClinicalTrials.gov, as the settings reach it."""

    name = NAME
    setting = "clinical_trials_url"

    def by_nct(self, nct: str) -> Retrieved | None:
        """The record of a trial; None: there is none. Raises Problem."""
        query = {"fields": _FIELDS, "format": "json"}
        return self.retrieve(f"/studies/{nct}", query, _entry, "trial")


def _entry(body: bytes) -> Entry:
    return _draft(orjson.loads(body)["protocolSection"]).entry(1, 1, 1, body.decode())


def _draft(section: dict[str, Any]) -> DraftBuilder:
    """The record as a page of the registry, by its sponsor, of the year it was posted first."""
    identity, status = section["identificationModule"], section.get("statusModule", {})
    builder = DraftBuilder()
    builder.type = CitationType.WEBPAGE
    builder.identify(IdentifierScheme.NCT, identity["nctId"], 1, "nctId")
    for rank, name in enumerate(("briefTitle", "officialTitle")):
        builder.field("title", rank, identity.get(name, ""), 1, name)
    builder.field("container_title", 0, NAME, 1, "registry")
    builder.group(
        section.get("sponsorCollaboratorsModule", {}).get("leadSponsor", {}).get("name", "")
    )
    posted = status.get("studyFirstPostDateStruct", {}).get("date", "")
    builder.field("year", 0, posted or status.get("studyFirstSubmitDate", ""), 1, "posted")
    builder.abstract(
        section.get("descriptionModule", {}).get("briefSummary", ""), 1, "briefSummary"
    )
    return builder
