"""What became of the sources of facts: derived, so that cards, lists and counts can say it.

A fact is as its least grave source is: it is retracted only where every source that it rests on is.

| what                          | its sources                                                  |
|-------------------------------|--------------------------------------------------------------|
| claim read in a publication   | that publication                                             |
| claim of a document           | publications it names in the text; else the document         |
| outcome with its results      | their claims; without one, all publications of the study     |
| result, adverse event         | its claims; without one, all publications of the study       |
| case told by a publication    | that publication, and those that its claims were read in     |
| any other case                | its claims; without one, all publications of the study       |

A publication that a curator holds a claim to rest on never retracts it: that is a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Connection, Select, bindparam, case, func, select, union, update
from sqlalchemy.orm import Session

from app.journal.dependents import RecordIds
from app.journal.derivations import IdRange
from app.journal.revisions import batches
from app.models import (
    AdverseEvent,
    CaseEvent,
    CaseReport,
    Citation,
    Claim,
    ClaimCitation,
    Outcome,
    Result,
    Study,
    StudyCitation,
    claim_facts,
)
from app.query.cards import Kind
from app.records.catalogue import KIND_OF
from app.vocabulary import LinkBasis, PublicationStatus

GRAVITY = tuple(PublicationStatus)  # the least grave first
Facts = claim_facts.c


def _rank(column: Any) -> Any:
    return case({each: at for at, each in enumerate(GRAVITY)}, value=column)


def _least(rank: Any) -> Select[Any]:
    return select(func.min(rank))


def _of_claims() -> Select[Any]:
    claims = _least(_rank(Claim.publication_status))
    return claims.join_from(claim_facts, Claim, Claim.id == Facts.claim_id)


def _of_study(column: Any) -> Select[Any]:
    publications = _least(_rank(Citation.publication_status))
    linked = publications.join_from(StudyCitation, Citation, StudyCitation.citation)
    return linked.where(StudyCitation.study_id == column)


def _of_publication(column: Any) -> Select[Any]:
    return select(_rank(Citation.publication_status)).where(Citation.id == column)


def _named_in_text() -> Select[Any]:
    named = _least(_rank(Citation.publication_status))
    linked = named.join_from(ClaimCitation, Citation, ClaimCitation.citation)
    return linked.where(
        ClaimCitation.claim_id == Claim.id, ClaimCitation.basis == LinkBasis.IN_TEXT
    )


@dataclass(frozen=True, eq=False)
class SourcedFacts:
    """A table of facts and what they rest on: groups of sources, of which the first known counts.

    Of the sources of a group the least grave counts. `supported` names the columns of claim_facts
    that lead to a fact, each with the selection of facts by what it holds; `study` is the column
    with the study, whose publications count where there is no claim.
    """

    model: type[Any]
    groups: tuple[tuple[Select[Any], ...], ...]
    supported: Mapping[str, Callable[[Any], Any]]
    study: Any = None

    @property
    def shown_by(self) -> type[Any]:
        """The records whose cards show the facts."""
        return Outcome if self.model is Result else self.model

    @property
    def record(self) -> Any:
        """The column with the number of the record that shows a fact."""
        return Result.outcome_id if self.model is Result else self.model.id

    def rows(self) -> Select[Any]:
        """Each fact: its number, its record, what is stored, the ranks of all sources in order."""
        ranks = (each.scalar_subquery() for group in self.groups for each in group)
        query = select(self.model.id, self.record, self.model.publication_status, *ranks)
        return query.join(Result.outcome) if self.model is Result else query

    def status(self, ranks: Iterable[int | None]) -> PublicationStatus:
        """What became of the sources that have these ranks."""
        left = iter(ranks)
        for group in self.groups:
            known = [rank for _, rank in zip(group, left, strict=False) if rank is not None]
            if known:
                return GRAVITY[min(known)]
        return PublicationStatus.ORDINARY


_EVENT = _of_claims().join(CaseEvent, CaseEvent.id == Facts.case_event_id)
_TELLS = (
    _of_claims().where(Facts.case_report_id == CaseReport.id),
    _EVENT.where(CaseEvent.case_report_id == CaseReport.id),
)
_READ = (Claim.source_citation_id.is_not(None), CaseReport.citation_id.is_not(None))
CLAIMS = SourcedFacts(
    Claim, ((_of_publication(Claim.source_citation_id),), (_named_in_text(),)), {}
)
FACTS = (
    SourcedFacts(
        Result,
        ((_of_claims().where(Facts.result_id == Result.id),), (_of_study(Outcome.study_id),)),
        {"result_id": Result.id.in_},
        Outcome.study_id,
    ),
    SourcedFacts(
        Outcome,
        (
            (
                _of_claims().where(Facts.outcome_id == Outcome.id),
                _of_claims()
                .join(Result, Result.id == Facts.result_id)
                .where(Result.outcome_id == Outcome.id),
            ),
            (_of_study(Outcome.study_id),),
        ),
        {
            "outcome_id": Outcome.id.in_,
            "result_id": lambda ids: Outcome.results.any(Result.id.in_(ids)),
        },
        Outcome.study_id,
    ),
    SourcedFacts(
        AdverseEvent,
        (
            (_of_claims().where(Facts.adverse_event_id == AdverseEvent.id),),
            (_of_study(AdverseEvent.study_id),),
        ),
        {"adverse_event_id": AdverseEvent.id.in_},
        AdverseEvent.study_id,
    ),
    SourcedFacts(
        CaseReport,
        (
            (_of_publication(CaseReport.citation_id), *(each.where(*_READ) for each in _TELLS)),
            _TELLS,
            (_of_study(CaseReport.study_id),),
        ),
        {
            "case_report_id": CaseReport.id.in_,
            "case_event_id": lambda ids: CaseReport.events.any(CaseEvent.id.in_(ids)),
        },
        CaseReport.study_id,
    ),
)


def rewrite(
    session: Session,
    touched: Mapping[Kind, Sequence[int]],
    old: Mapping[Kind, Mapping[int, str]],
) -> RecordIds:
    """Derive anew what touched records may have changed; gives the records whose card tells it.

    `old` are the cards that touched records had before.
    """
    connection, changed = session.connection(), RecordIds()
    ids = {kind.model: list(each) for kind, each in touched.items()}
    ids[Citation] = list(_moved(connection, ids.get(Citation, ()), old.get(KIND_OF[Citation], {})))
    ids[Study] = list(_doubtful(connection, ids.get(Study, ())))
    claims = _store(connection, CLAIMS, _claims(ids.get(Claim, []), ids.get(Citation, [])), changed)
    for facts in FACTS:
        _store(connection, facts, _affected(facts, ids, claims), changed)
    return changed


def _moved(
    connection: Connection, citations: Sequence[int], old: Mapping[int, str]
) -> Iterator[int]:
    """Citations of which something else became than before; as good as none, of those touched."""
    for batch in batches([each for each in citations if each in old]):
        query = select(Citation.id, Citation.publication_status).where(Citation.id.in_(batch))
        for id_, status in connection.execute(query):
            if orjson.loads(old[id_])["publication_status"] != status:
                yield id_


def _doubtful(connection: Connection, studies: Sequence[int]) -> Iterator[int]:
    """Studies with a publication, or a fact, that is not ordinary; no other can have stale ones."""
    for batch in batches(studies):
        publications = select(StudyCitation.study_id).join(StudyCitation.citation)
        queries = [publications.where(Citation.publication_status != GRAVITY[0])]
        for facts in FACTS:
            query = select(facts.study)
            query = query.join(Result.outcome) if facts.model is Result else query
            queries.append(query.where(facts.model.publication_status != GRAVITY[0]))
        columns = (StudyCitation.study_id, *(facts.study for facts in FACTS))
        chosen = [
            query.where(column.in_(batch)) for query, column in zip(queries, columns, strict=True)
        ]
        yield from connection.execute(union(*chosen)).scalars()


def _claims(claims: Sequence[int], citations: Sequence[int]) -> Iterator[Any]:
    """Clauses that claims meet whose sources may have changed."""
    for batch in batches(claims):
        yield Claim.id.in_(batch)
    for batch in batches(citations):
        yield Claim.source_citation_id.in_(batch)
        yield Claim.citations.any(ClaimCitation.citation_id.in_(batch))


def _affected(
    facts: SourcedFacts, ids: Mapping[type[Any], Sequence[int]], claims: Sequence[int]
) -> Iterator[Any]:
    """Clauses that facts meet whose sources may have changed."""
    for batch in batches(ids.get(facts.shown_by, [])):
        yield facts.record.in_(batch)
    for batch in batches(claims):
        for name, supported in facts.supported.items():
            yield supported(select(Facts[name]).where(Facts.claim_id.in_(batch)))
    for batch in batches(ids.get(Study, [])):
        yield facts.study.in_(batch)
    for batch in batches(ids.get(Citation, [])):
        told = select(StudyCitation.study_id).where(StudyCitation.citation_id.in_(batch))
        yield facts.study.in_(told)
        if facts.model is CaseReport:
            yield CaseReport.citation_id.in_(batch)


def _store(
    connection: Connection, facts: SourcedFacts, where: Iterable[Any], changed: RecordIds
) -> list[int]:
    """Store what is not as it is derived; gives these facts, and adds their records to others."""
    found: dict[int, PublicationStatus] = {}
    kind = KIND_OF[facts.shown_by]
    for clause in where:
        for id_, record, status in stale(connection, facts, clause):
            found[id_] = status
            changed.setdefault(kind, set()).add(record)
    if found:
        row = update(facts.model.__table__).where(facts.model.id == bindparam("row"))
        values = [{"row": id_, "became": status} for id_, status in found.items()]
        connection.execute(row.values(publication_status=bindparam("became")), values)
    return list(found)


def stale(
    connection: Connection, facts: SourcedFacts, *where: Any
) -> Iterator[tuple[int, int, PublicationStatus]]:
    """Facts of which something else is stored than is derived: number, record, what is derived."""
    for id_, record, stored, *ranks in connection.execute(_rows(facts).where(*where)):
        if (status := facts.status(ranks)) != stored:
            yield id_, record, status


@cache  # the statement never changes, and takes longer to put together than to run
def _rows(facts: SourcedFacts) -> Select[Any]:
    return facts.rows()


ALL_FACTS = {str(facts.model.__tablename__): facts for facts in (CLAIMS, *FACTS)}


def stale_statuses(table: str, connection: Connection, some: IdRange) -> Iterator[str]:
    """Name each fact of a range of a table of which something else is stored than is derived."""
    facts = ALL_FACTS[table]
    for id_, _, status in stale(connection, facts, some.holds(facts.model.id)):
        yield f"{table} (row {id_}): its publication status is stale, it is {status}"
