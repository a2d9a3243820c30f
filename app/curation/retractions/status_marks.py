"""Marks citations with what became of them; cards, lists and facets follow from that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.curation.retractions.notices import Identifier, Notice
from app.curation.writing.changes import Writer, open_writer
from app.curation.writing.identifiers import identifier_holders
from app.db.database import Database
from app.journal import Change
from app.records.citations.card import CITATION
from app.records.citations.draft import CitationDraft
from app.vocabulary import ChangeAction, IdentifierScheme, PublicationStatus

GRAVITY = (
    PublicationStatus.ORDINARY,
    PublicationStatus.CORRECTED,
    PublicationStatus.EXPRESSION_OF_CONCERN,
    PublicationStatus.RETRACTED,
)
RELATION_STATUS = {  # what another publication says of the one that it names
    "retraction_of": PublicationStatus.RETRACTED,
    "expression_of_concern_for": PublicationStatus.EXPRESSION_OF_CONCERN,
    "erratum_for": PublicationStatus.CORRECTED,
    "partial_retraction_of": PublicationStatus.CORRECTED,
}


@dataclass(frozen=True)
class MarkedCitation:
    """A citation that was marked: what it was, and what it is now."""

    slug: str
    before: PublicationStatus
    now: PublicationStatus


def mark_citations(
    database: Database, notices: Iterable[Notice], *, actor: str, reason: str, dry_run: bool = False
) -> list[MarkedCitation]:
    """Mark every citation that notices are about, the latest notice last, in one change."""
    with open_writer(
        database, actor=actor, reason=reason, action=ChangeAction.RETRACT, dry_run=dry_run
    ) as writer:
        return _apply_statuses(writer.change, _final_statuses(notices))


def mark_related(writer: Writer, related: Iterable[Mapping[str, Any]]) -> list[MarkedCitation]:
    """Mark what imported notices say of other citations; never to anything less grave."""
    return _apply_statuses(writer.change, related_statuses(related), only_graver=True)


def related_statuses(related: Iterable[Mapping[str, Any]]) -> dict[Identifier, PublicationStatus]:
    """What imported notices say of the publications that they name."""
    wanted: dict[Identifier, PublicationStatus] = {}
    for each in related:
        status = RELATION_STATUS.get(each["relation"])
        for scheme in (IdentifierScheme.PMID, IdentifierScheme.DOI):
            if status is not None and (value := each[scheme.value]):
                wanted[scheme, value] = more_serious(status, wanted.get((scheme, value)))
    return wanted


def apply_notices(wanted: Mapping[Identifier, PublicationStatus], draft: CitationDraft) -> None:
    """Let a draft say what notices say of its publication, unless it says something graver."""
    for each in draft.identifiers:
        if not each.shared:
            status = wanted.get((each.scheme, each.value))
            draft.publication_status = more_serious(draft.publication_status, status)


def more_serious(one: PublicationStatus, other: PublicationStatus | None) -> PublicationStatus:
    """The graver of two."""
    return one if other is None else max(one, other, key=GRAVITY.index)


def _final_statuses(notices: Iterable[Notice]) -> dict[Identifier, PublicationStatus]:
    """How things stand after all notices, in their order.

    A correction after a retraction changes nothing; only a reinstatement takes a status away.
    """
    papers: dict[Identifier, Identifier] = {}  # each identifier to the first one of its paper
    found: dict[Identifier, PublicationStatus] = {}
    for notice in notices:
        known = next((papers[each] for each in notice.paper if each in papers), notice.paper[0])
        papers.update(dict.fromkeys(notice.paper, known))
        reinstated = notice.status == PublicationStatus.ORDINARY
        found[known] = more_serious(notice.status, None if reinstated else found.get(known))
    return {identifier: found[known] for identifier, known in papers.items()}


def _apply_statuses(
    change: Change, wanted: Mapping[Identifier, PublicationStatus], *, only_graver: bool = False
) -> list[MarkedCitation]:
    statuses: dict[str, PublicationStatus] = {}
    values = sorted({value for _, value in wanted})
    for (scheme, value), slug in identifier_holders(change.session, values):
        if status := wanted.get((IdentifierScheme(scheme), value)):
            statuses[slug] = more_serious(status, statuses.get(slug))
    marked = []
    for record in change.open_all(CITATION, sorted(statuses)):
        before, now = record.publication_status, statuses[record.slug]
        if before == now or (only_graver and more_serious(now, before) == before):
            continue
        record.publication_status = now
        change.touch(record)
        marked.append(MarkedCitation(record.slug, before, now))
    return marked
