"""Lists and records as they were: what requests with `as_of` are answered."""

from __future__ import annotations

from urllib.parse import urlencode

import orjson
from fastapi import Response
from sqlalchemy import Connection, select
from starlette.datastructures import QueryParams

from app.api.problems import FieldError, Problem, invalid_parameter
from app.api.responses import RequestHead, etag_of, must_accept_json
from app.db.database import Database
from app.history.as_of_lists import YEAR, PastRows, read_slice
from app.history.as_of_related import PastRecord
from app.journal import past_cards
from app.journal.past_cards import PastCard
from app.models import Change, Study
from app.query import answers
from app.query.cards import CURRENT, Kind
from app.query.record_page import RecordPage, related_member
from app.query.request import AS_OF, CONTROLS, ListDefinition, parse_request
from app.query.routes import Answers
from app.values import datetimes

JSON_ONLY = "with as_of there is json only"
BESIDE = ("sort", "limit", "cursor", "fields")  # what goes with as_of, beside the year


def answer_list(head: RequestHead, database: Database, listing: ListDefinition) -> Response:
    """A list as it is, or with `as_of` one page of it as it was; raises Problem.

    Filters are of the present: they do not go with `as_of`.
    """
    if AS_OF not in head.query:
        return answers.answer_list(head, database, listing)
    moment = requested_moment(head.query)
    list_request = parse_request(listing, _without_as_of(listing, head.query))
    if list_request.sort.joined is not None:  # superseded cards have no columns of other tables
        known = [sort.name for sort in listing.sorts if sort.joined is None]
        raise invalid_parameter("sort", f"with as_of, is one of {', '.join(known)}", known[0])
    must_accept_json(head)
    query_hash = etag_of(f"{head.query} {head.path}".encode())
    with database.read() as connection:
        change = past_cards.last_change_at(connection, moment)
        part = read_slice(connection, listing, list_request, change, PastRows())
    return answers.answer_page(head, part, list_request, query_hash)


def answer_record(head: RequestHead, database: Database, page: RecordPage, slug: str) -> Response:
    """One record as it is or, with `as_of`, as it was; raises Problem 404 when it was not there."""
    if AS_OF not in head.query:
        return answers.answer_record(head, database, page, slug)
    must_accept_json(head)
    moment = requested_moment(head.query)
    fields = answers.only_fields(head, page, ("cursor",))
    cursor = _cursor(head.query, page, fields)
    if head.query.get("format", "json") != "json":
        raise invalid_parameter("format", JSON_ONLY, "json")
    with database.read() as connection:
        change = past_cards.last_change_at(connection, moment)
        then = _past_card(connection, page.kind, slug, change)
        inside = PastRecord(connection, page.kind, then, change)
        members = [then.card.encode()[:-1]]
        for child in page.related:
            if not fields or child.name in fields:
                part = inside.read(child, page.related, cursor)
                on = {"as_of": moment, "fields": child.name, "cursor": part.next}
                here = f"/v1/{page.kind.path}/{slug}?{urlencode(on)}" if part.next else None
                members.append(related_member(child, part, here))
        for name, value in (
            page.extra_members(connection, then.id) if page.extra_members else {}
        ).items():
            members.append(orjson.dumps(name) + b":" + orjson.dumps(value))
    return answers.answer_members(head, members, fields, then.version)


# What the routes of lists and records are given: they know nothing of history themselves.
ANSWERS = Answers(answer_list, answer_record)


def requested_moment(query: QueryParams) -> str:
    """The moment asked for; raises Problem with how one is written."""
    if len(query.getlist(AS_OF)) > 1:
        raise invalid_parameter(AS_OF, "give it once")
    try:
        return datetimes.parse_datetime(query[AS_OF])
    except ValueError as error:
        raise invalid_parameter(AS_OF, str(error), datetimes.EXAMPLE) from error


def _cursor(query: QueryParams, page: RecordPage, fields: tuple[str, ...]) -> str | None:
    """Where the records of one kind inside go on; raises Problem."""
    if len(query.getlist("cursor")) > 1:
        raise invalid_parameter("cursor", "give it once")
    cursor = query.get("cursor")
    names = [child.name for child in page.related]
    if cursor is not None and (len(fields) != 1 or fields[0] not in names):
        raise invalid_parameter(
            "cursor", f"goes with fields naming one of {', '.join(names) or 'none'}"
        )
    return cursor


def _without_as_of(listing: ListDefinition, query: QueryParams) -> QueryParams:
    """The other parameters; raises Problem that names each that does not go with as_of."""
    known = {*listing.parameters(), *CONTROLS}
    by_year = listing.kind.sort_key == Study.year_key.key  # kept beside superseded cards
    beside = [*BESIDE, YEAR] if by_year else [*BESIDE]
    there = ", ".join(beside)
    what = f"does not go with as_of; these do: {there}"
    # Superseded cards are kept, and not the columns that filters ask.
    release = f"{what}; to ask for it in what was, use a release (/v1/releases/current)"
    errors = [
        FieldError(parameter=name, message=release if name in listing.parameters() else what)
        for name in query
        if name in known and name not in {*beside, "format"}
    ]
    if query.get("format", "json") != "json":
        errors.append(FieldError(parameter="format", message=JSON_ONLY))
    if errors:
        sentences = "; ".join(f"{each.parameter}: {each.message}" for each in errors)
        raise Problem(422, "not-with-as-of", sentences, errors)
    rest = [pair for pair in query.multi_items() if pair[0] != AS_OF]
    if listing.own_order is not None and "sort" not in query:
        rest.append(("sort", listing.own_order))
    return QueryParams(rest)


def _past_card(connection: Connection, kind: Kind, slug: str, change: int) -> PastCard:
    number = past_cards.row_number_of(connection, kind, slug)
    if number is None:
        raise answers.not_found(connection, kind, slug)
    then = past_cards.as_of(connection, kind, number, change)
    what, history = f"{kind.name.replace('_', ' ')} {slug!r}", f"/v1/{kind.path}/{slug}/revisions"
    if then is None:
        raise Problem(
            404, "not-there-yet", f"The {what} was not there yet; {history} has its past."
        )
    if then.status != CURRENT:
        when = connection.execute(select(Change.at).where(Change.id == then.change)).scalar_one()
        detail = f"The {what} was {then.status} from {when} on; {history} has its past."
        raise Problem(404, "not-there-any-more", detail)
    return then
