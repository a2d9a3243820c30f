"""Duplicates: pairs to decide on, merging two citations, and taking merges apart."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from app.api.problems import Problem
from app.curation.duplicates.comparison import compare
from app.curation.duplicates.merge import merge
from app.curation.duplicates.merge_undo import undo
from app.curation.duplicates.publications import Publication
from app.curation.duplicates.scan import scan
from app.curation.duplicates.schemas import DuplicateCard, MergeCard, duplicates_query, merges_query
from app.curation.writing import Writer
from app.db.database import Database, DatabaseDep
from app.desk.recognition import possible_duplicates, reference
from app.desk.records import current_record, require_curator, save, saved_address
from app.desk.session import (
    SenderDep,
    Visitor,
    VisitorDep,
    desk_page,
    parse_number,
    redirect_after_post,
)
from app.models import Citation, DuplicateCandidate, Merge
from app.query.cards import cards_of
from app.records.citations.card import CITATION
from app.vocabulary import ChangeAction, DuplicateAnswer, RecordStatus
from app.web.addresses import query

routes = APIRouter()
PAIRS_SHOWN = 50
MOST_COMPARED = 5_000  # citations that are compared while somebody waits for the page


@routes.get("/duplicates")
def get_duplicates(request: Request, visitor: VisitorDep, database: DatabaseDep) -> Response:
    """Pairs that nobody decided on yet."""
    return _pairs_page(request, visitor, database)


@routes.post("/duplicates")
def post_decision(request: Request, visitor: SenderDep, database: DatabaseDep) -> Response:
    """Keep a pair apart, or merge it one way or the other."""
    number, do = parse_number(visitor.fields.text("pair")) or 0, visitor.fields.text("do")
    if do == "look":
        return _compare_all(request, visitor, database)

    def decide(writer: Writer) -> str | None:
        pair = writer.session.get(DuplicateCandidate, number)
        if pair is None:
            raise Problem(404, "not-found", f"There is no pair {number}.")
        same = do in {"first", "second"}
        pair.answer = DuplicateAnswer.SAME if same else DuplicateAnswer.DIFFERENT
        pair.decided_by = visitor.actor.name
        if not same:
            return None
        wanted = duplicates_query().where(DuplicateCandidate.id == number)
        row = writer.session.connection().execute(wanted).mappings().one()
        staying, going = (row["first"], row["second"])[:: 1 if do == "first" else -1]
        merge(writer, going, staying)
        return str(staying)

    try:
        staying = save(database, visitor, decide, ChangeAction.MERGE)
    except Problem as problem:
        return _pairs_page(request, visitor, database, problem)
    return redirect_after_post(
        saved_address(CITATION, staying, "merged") if staying else "/desk/duplicates"
    )


def _compare_all(request: Request, visitor: Visitor, database: Database) -> Response:
    """Compare all citations anew, where that is done while one waits."""
    try:
        require_curator(visitor)
        _require_few_citations(database)
    except Problem as problem:
        return _pairs_page(request, visitor, database, problem)
    return redirect_after_post(query("/desk/duplicates", compared=scan(database).citations))


def _require_few_citations(database: Database) -> None:
    """Refuse to compare more citations than a page has time for; raises Problem."""
    current = select(func.count(Citation.id)).where(Citation.status == RecordStatus.CURRENT)
    with database.read() as connection:
        size = connection.execute(current).scalar_one()
    if size > MOST_COMPARED:
        what = f"{size} citations take longer than a page may: run `evidence duplicates`."
        raise Problem(422, "too-many", what)


def _pairs_page(
    request: Request, visitor: Visitor, database: Database, problem: Problem | None = None
) -> Response:
    parameters = request.query_params
    found = duplicates_query("open").order_by(
        DuplicateCandidate.score.desc(), DuplicateCandidate.id
    )
    if after := parse_number(parameters.get("cursor", "")):
        found = found.where(_after_pair(after))
    with database.read() as connection:
        rows = connection.execute(found.limit(PAIRS_SHOWN + 1)).mappings().all()
        pairs = [DuplicateCard.model_validate(dict(row)) for row in rows[:PAIRS_SHOWN]]
        slugs = {slug for each in pairs for slug in (each.first, each.second)}
        cards = cards_of(connection, CITATION, slugs) if slugs else {}
    references = {slug: reference(orjson.loads(card)) for slug, card in cards.items()}
    context = {
        "pairs": pairs,
        "references": references,
        "problem": problem,
        "compared": parse_number(parameters.get("compared", "")),
        "onward": query("/desk/duplicates", cursor=pairs[-1].id) if rows[PAIRS_SHOWN:] else None,
    }
    return desk_page(request, visitor, "duplicates.html", context)


def _after_pair(number: int) -> ColumnElement[bool]:
    """The pairs that come after one in the order of the list."""
    last = select(DuplicateCandidate.score).where(DuplicateCandidate.id == number).correlate(None)
    score = last.scalar_subquery()
    alike = and_(DuplicateCandidate.score == score, DuplicateCandidate.id > number)
    return or_(DuplicateCandidate.score < score, alike)


@routes.get("/merges")
def get_merges(request: Request, visitor: VisitorDep, database: DatabaseDep) -> Response:
    """What became part of what."""
    return _merges_page(request, visitor, database)


@routes.post("/merges")
def post_undo(request: Request, visitor: SenderDep, database: DatabaseDep) -> Response:
    """Take a merge apart."""
    number = parse_number(visitor.fields.text("merge")) or 0

    def do(writer: Writer) -> str:
        return undo(writer, number).merged

    try:
        slug = save(database, visitor, do, ChangeAction.UNMERGE)
    except Problem as problem:
        return _merges_page(request, visitor, database, problem)
    return redirect_after_post(saved_address(CITATION, slug, "undone"))


def _merges_page(
    request: Request, visitor: Visitor, database: Database, problem: Problem | None = None
) -> Response:
    found = merges_query().order_by(Merge.id.desc())
    if before := parse_number(request.query_params.get("cursor", "")):
        found = found.where(Merge.id < before)
    with database.read() as connection:
        rows = connection.execute(found.limit(PAIRS_SHOWN + 1)).mappings().all()
    items = [MergeCard.model_validate(dict(row)) for row in rows[:PAIRS_SHOWN]]
    onward_to = query("/desk/merges", cursor=items[-1].id) if rows[PAIRS_SHOWN:] else None
    context = {"items": items, "problem": problem, "onward": onward_to}
    return desk_page(request, visitor, "merges.html", context)


@routes.get("/citations/{slug}/merge")
def get_merge(request: Request, visitor: VisitorDep, database: DatabaseDep) -> Response:
    """Choose what a citation is to become part of, and see both beside each other."""
    return _merge_page(request, visitor, database, request.query_params.get("into", "").strip())


@routes.post("/citations/{slug}/merge")
def post_merge(request: Request, visitor: SenderDep, database: DatabaseDep) -> Response:
    """Make it part of the other."""
    slug, into = request.path_params["slug"], visitor.fields.text("into")
    expected = parse_number(visitor.fields.text("version")) or 0

    def do(writer: Writer) -> None:
        merge(writer, slug, into, expected=expected)

    try:
        save(database, visitor, do, ChangeAction.MERGE)
    except Problem as problem:
        return _merge_page(request, visitor, database, into, problem)
    return redirect_after_post(saved_address(CITATION, into, "merged"))


def _merge_page(
    request: Request,
    visitor: Visitor,
    database: Database,
    into: str,
    problem: Problem | None = None,
) -> Response:
    slug = request.path_params["slug"]
    with database.read() as connection:
        record = current_record(connection, CITATION, slug)
        candidates = possible_duplicates(connection, record.card, [slug])
        other = _other_card(connection, into)
    verdict = None
    if other:
        verdict = compare(Publication.of(record.card), Publication.of(other))
    context = {
        "record": record,
        "candidates": candidates,
        "into": into,
        "other": other,
        "reference": reference(other) if other else None,
        "verdict": verdict,
        "problem": problem,
        "reason": visitor.fields.raw("reason"),
    }
    return desk_page(request, visitor, "merge.html", context)


def _other_card(connection: Connection, slug: str) -> dict[str, Any] | None:
    if not slug or "\0" in slug:
        return None
    card = cards_of(connection, CITATION, [slug]).get(slug)
    return orjson.loads(card) if card else None
