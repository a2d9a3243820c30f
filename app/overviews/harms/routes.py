"""The route of adverse effects: their vocabulary or, with `treatment`, a harm profile."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection, select
from starlette.datastructures import QueryParams

from app.api.concurrency import limit_concurrency
from app.api.openapi import NOT_MODIFIED, error_responses, parameter
from app.api.paging import decode_cursor, encode_cursor, read_limit
from app.api.problems import invalid_parameter
from app.api.responses import RequestHead, etag_of, etag_response, must_accept_json
from app.db.database import DatabaseDep
from app.history.as_of import ANSWERS
from app.models import TermAncestor
from app.overviews.harms.known_harms import KnownHarm, count_harms, harms_page, known_harms
from app.overviews.harms.people import CONTROLS, PARAMETERS, AskedPeople
from app.overviews.harms.profile import harm_profile
from app.overviews.harms.schemas import HarmProfile
from app.query.criteria import Match
from app.query.lists import NOTE, page_of
from app.query.openapi import MATCH
from app.query.ordering import LAST_CHANGE, total_json
from app.query.request import MOST_VALUES, read_flag
from app.query.routes import add_record, add_search, every_parameter
from app.records.catalogue import ADVERSE_EFFECT_TERMS
from app.records.names import resolve
from app.records.studies.fact_matches import Certainty
from app.records.terms.card import AdverseEffectCard
from app.values.text import nearest_spelling, storable_text

routes = APIRouter(prefix="/v1", tags=["adverse-effects"])
PROFILE_PARAMETERS = (*CONTROLS, *PARAMETERS, "limit", "cursor")
ONCE = ("descendants", "match", "broader", "limit", "cursor")
MOST_HARMS = 1000  # of a page
ORDER, SEPARATOR = "harm", "\x1f"  # as they stand in a cursor


def _people_parameters() -> list[dict[str, Any]]:
    """What the profile takes beside the treatment; without one, nobody is asked for."""
    told = [
        parameter(name, f"With `treatment`. {each.meaning}", each.schema, many=True)
        for name, each in PARAMETERS.items()
    ]
    return [*told, {name: value for name, value in MATCH.items() if name != "examples"}]


@routes.get(
    "/adverse-effects",
    operation_id="list_adverse_effects",
    summary="List adverse effects, or the harms of a treatment",
    description=ADVERSE_EFFECT_TERMS.description,
    response_model=page_of(AdverseEffectCard) | HarmProfile,
    responses={**NOT_MODIFIED, **error_responses(406, 414, 422, 503)},
    openapi_extra={
        "parameters": [
            parameter(
                "treatment",
                "Gives the harm profile of this treatment, by the names of the harms; with"
                " `descendants`, `limit` (up to 1000), `cursor`, what is asked of people, and"
                " nothing else.",
                {"type": "string"},
                "ketamine",
                many=True,
            ),
            *_people_parameters(),
            *every_parameter(ADVERSE_EFFECT_TERMS),
        ]
    },
)
@limit_concurrency
def list_adverse_effects(request: Request, database: DatabaseDep) -> Response:
    """The vocabulary of harms or, with `treatment`, the harm profile."""
    if "treatment" not in request.query_params:
        return ANSWERS.list(RequestHead.of(request), database, ADVERSE_EFFECT_TERMS.listing)
    must_accept_json(request)
    with database.read() as connection:
        body, last_change = profile_page(connection, request.query_params)
    return etag_response(request, body, f'W/"{last_change}-{etag_of(request.url.query.encode())}"')


def profile_page(connection: Connection, query: QueryParams) -> tuple[bytes, int]:
    """The harm profile as JSON, and the newest change that it takes in; raises Problem."""
    for name in query:
        if name not in PROFILE_PARAMETERS:
            named = ", ".join(each for each in PROFILE_PARAMETERS if "." not in each)
            raise invalid_parameter(
                name[:100],
                f"the harm profile takes {named} only",
                nearest_spelling(name[:100], PROFILE_PARAMETERS),
            )
        if name in ONCE and len(query.getlist(name)) > 1:
            raise invalid_parameter(name, "give it once")
    limit, place = read_limit(query.get("limit"), MOST_HARMS), _parse_place(query.get("cursor"))
    treatments = treatments_of(connection, query)
    asked = AskedPeople.of(connection, query)
    if asked is None:
        found = harms_page(connection, treatments, limit + 1, place)
        rest, total, matches = found.harms, found.total, {}
    else:
        told = known_harms(connection, treatments, replace(asked, match=Match.ANY))
        known = [harm for harm in told if asked.keeps(harm.certainty or 0)]
        rest, total = [harm for harm in known if harm.place > place], len(known)
        matches = _matches(connection, treatments, told)
    last_change = connection.execute(select(LAST_CHANGE)).scalar_one()
    page = {
        "items": harm_profile(connection, treatments, rest[:limit], asked=asked),
        "next": encode_cursor(ORDER, SEPARATOR.join(rest[limit - 1].place), 1)
        if rest[limit:]
        else None,
        "total": total_json(total),
        **matches,
        "scope": {"last_change": last_change, "note": NOTE},
    }
    return orjson.dumps(page), last_change


def _matches(
    connection: Connection, treatments: list[int], told: list[KnownHarm]
) -> dict[str, Any]:
    """How many harms are told of the people asked for, as surely as they are, and of others."""
    possible = sum(each.certainty == Certainty.POSSIBLE for each in told)
    everybody = count_harms(connection, treatments)
    numbers = (len(told) - possible, possible, everybody - len(told))
    names = ("definite", "possible", "excluded")
    return {"matches": dict(zip(names, map(total_json, numbers), strict=True))}


def _parse_place(cursor: str | None) -> tuple[str, ...]:
    """The place after which a page begins; raises Problem."""
    return () if cursor is None else tuple(decode_cursor(cursor, ORDER, str)[0].split(SEPARATOR))


def treatments_of(connection: Connection, query: QueryParams) -> list[int]:
    """The treatments asked for and, unless they are not wanted, all narrower ones."""
    try:
        names = [storable_text(name) for name in query.getlist("treatment")]
    except ValueError as error:
        raise invalid_parameter("treatment", str(error)) from error
    if len(names) > MOST_VALUES:
        raise invalid_parameter("treatment", f"give it {MOST_VALUES} times at most")
    terms = resolve(connection, {"treatment": ("treatment", names)})["treatment"]
    if not read_flag("descendants", query.get("descendants")):
        return terms
    below = select(TermAncestor.term_id).where(TermAncestor.ancestor_id.in_(terms))
    return list(connection.execute(below).scalars())


add_search(routes, ADVERSE_EFFECT_TERMS, ANSWERS)
add_record(routes, ADVERSE_EFFECT_TERMS, ANSWERS)
