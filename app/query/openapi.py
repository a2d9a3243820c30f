"""What OpenAPI says of a list: its filters, orders, formats, and searches by body."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from app.api.openapi import parameter
from app.api.paging import LARGEST_LIMIT, LIMIT
from app.query.exports import columns, csv_text
from app.query.filters import Filter
from app.query.formats import ListFormat, TextFormat
from app.query.nested.question import DEEPEST, LONGEST, MOST_PARAMETERS, WHERE
from app.query.nested.question import MOST_VALUES as MOST_NESTED
from app.query.request import CONTROLS, MOST_VALUES, RELEVANCE, ListDefinition

AS_OF_LIST = parameter(
    "as_of",
    "The list as it was after the last change at or before this moment (ISO 8601 with its zone);"
    " before the first change empty, in the future as now. Goes with sort, limit, cursor, fields"
    " and year.",
    {"type": "string", "format": "date-time"},
    "2026-01-01T00:00:00Z",
)
AS_OF_RECORD = parameter(
    "as_of",
    "The record with all in it as it was after the last change at or before this moment (ISO 8601"
    " with its zone): 404 when it was not there; a moment in the future is now. Where there were"
    " more than 200 of a kind inside, `next` leads on.",
    {"type": "string", "format": "date-time"},
    "2100-01-01T00:00:00Z",
)


FIELDS = parameter(
    "fields",
    "Members of a record to give, separated by commas; without it, all.",
    {"type": "string"},
    "slug",
)


MATCH = parameter(
    "match",
    "Which matches: definite, within (of these, where all of the people are as asked), possible"
    " (the source leaves something open) or any (definite and possible).",
    {
        "type": "string",
        "enum": ["definite", "within", "possible", "any"],
        "default": "definite",
    },
    "any",
)


BROADER = parameter(
    "broader",
    "Whether a term also finds what is told of a broader term only; such items are named.",
    {"type": "string", "enum": ["true", "false"], "default": "false"},
    "true",
)


def facet_parameters(names: list[str]) -> list[dict[str, Any]]:
    """The documentation of what a list can be counted by."""
    return [
        parameter(
            "facet",
            f"Counts what was found by {', '.join(names)}; several separated by commas.",
            {"type": "string"},
            names[0],
            many=True,
        ),
        parameter(
            "facet.own",
            "false: each facet leaves out the filter of its own name, as its menu needs it.",
            {"type": "string", "enum": ["true", "false"], "default": "true"},
            "false",
        ),
    ]


def list_parameters(listing: ListDefinition) -> list[dict[str, Any]]:
    """The documentation of every parameter of a list."""
    names = [facet.name for facet in listing.facets]
    sized = any(each.graded for each in listing.scanned_groups)
    orders = [order for sort in listing.sorts for order in (sort.name, f"-{sort.name}")]
    if "q" in listing.parameters():
        orders.append(RELEVANCE.name)
    filters: list[Filter] = list(listing.parameters().values())
    return [
        *(parameter(f.name, f.meaning, f.schema, f.example, many=True) for f in filters),
        parameter(
            "sort",
            f"Order; - for descending. Without it, {listing.default}; with q, relevance.",
            {"type": "string", "enum": orders},
            listing.default,
        ),
        parameter(
            "limit",
            f"Rows on a page, {LIMIT} unless said.",
            {"type": "integer", "minimum": 1, "maximum": LARGEST_LIMIT, "default": LIMIT},
            10,
        ),
        parameter("cursor", "Where to go on: `next` of the page before.", {"type": "string"}),
        FIELDS,
        *([MATCH] if sized else []),
        *(facet_parameters(names) if names else []),
        BROADER,
        parameter(
            WHERE,
            "A nested question, as JSON: what the body of a search joins by all, any and not."
            f" {NESTED}",
            {"type": "string", "maxLength": LONGEST},
            orjson.dumps(_nested_example(listing)).decode(),
        ),
        parameter(
            "descendants",
            "Whether a term also finds what is said of narrower terms.",
            {"type": "string", "enum": ["true", "false"], "default": "true"},
            "true",
        ),
        AS_OF_LIST,
    ]


NESTED = (
    "All members of an object meet; `all` and `any` hold lists of objects, `not` holds one. What"
    " stands in one object of `outcomes` or `adverse_events` (of studies) meets in one of these."
    " What a source leaves open stays open, also under `not`; where it does, `matches` tells."
)
HOW = """

**Take it with you.** `format=ndjson` (or `Accept: application/x-ndjson`) gives the cards, one a
line, `format=csv` (or `Accept: text/csv`) one row a record; both are streamed, in the same order,
under the same filters, from one snapshot; without `limit` all of it. What broke off goes on with
`after=<slug of the last whole record>`.

CSV is UTF-8 with a header row, quoted as RFC 4180 says, one column per member of the card: words,
numbers and true or false as they are; a link as its slug; lists of links or words joined by `; `;
other parts as JSON; null and empty lists as an empty cell. Words that a spreadsheet could take for
a formula (they begin with `=`, `+`, `-`, `@`, tab or a line end) have an apostrophe before them.
"""


def format_parameter(names: Sequence[str]) -> dict[str, Any]:
    """The documentation of the choice between forms; the last stands as the example."""
    return parameter(
        "format",
        "JSON, or another form, in which everything is given at once. It wins over Accept.",
        {"type": "string", "enum": list(names), "default": "json"},
        names[-1],
    )


def export_parameters(example: str, forms: Sequence[TextFormat]) -> list[dict[str, Any]]:
    """The documentation of what exports add to the parameters of a list."""
    return [
        format_parameter([*ListFormat, *map(str, forms)]),
        {
            "name": "after",
            "in": "query",
            "description": "Slug of the last record that the client has: go on after it. "
            "Instead of `cursor`.",
            "schema": {"type": "string"},
            "examples": {"example": {"value": example}},
        },
    ]


def export_contents(listing: ListDefinition, example: str) -> dict[str, Any]:
    """The documentation of the forms of a list that are not pages."""
    row = columns(listing.kind.card)
    cells = [[each.name for each in row], [example, *("" for _ in row[1:])]]
    text = {"schema": {"type": "string"}}
    return {
        ListFormat.NDJSON.media_type: {**text, "example": f'{{"slug":"{example}"}}\n'},
        "text/csv": {**text, "example": csv_text(cells)},
        **{form.media_type: text for form in listing.formats},
    }


def search_body(listing: ListDefinition, parameters: list[dict[str, Any]]) -> dict[str, Any]:
    """The documentation of a list's parameters as a JSON object, and of what joins several."""
    members = {each["name"]: _member(each) for each in parameters if each["name"] != WHERE}
    members |= _joints(listing)
    schema = {"type": "object", "properties": members, "additionalProperties": False}
    given = {each["name"]: each["examples"]["example"]["value"] for each in parameters[:1]}
    flat = {"summary": "Parameters alone", "value": {**given, "limit": 10}}
    nested = {"summary": "What joins several", "value": {**_nested_example(listing), "limit": 10}}
    body = {"schema": schema, "examples": {"flat": flat, "nested": nested}}
    return {"required": True, "content": {"application/json": body}}


def question_schemas(listings: Iterable[ListDefinition]) -> dict[str, Any]:
    """The objects of nested questions, by the names that bodies refer to them by."""
    return {_question_name(each): _question_schema(each) for each in listings}


def _question_name(listing: ListDefinition) -> str:
    return listing.kind.card.__name__.removesuffix("Card") + "Question"


def _question_schema(listing: ListDefinition) -> dict[str, Any]:
    filters = listing.parameters().values()
    members = {
        each.name: _member(parameter(each.name, each.meaning, each.schema, many=True), MOST_NESTED)
        for each in filters
    }
    about = (
        f"What is asked of one record of {listing.kind.path}: every member has to meet. At most"
        f" {DEEPEST} objects lie inside one another, with {MOST_PARAMETERS} parameters and"
        f" {MOST_NESTED} values in all."
    )
    return {
        "type": "object",
        "description": about,
        "properties": members | _joints(listing),
        "additionalProperties": False,
        "minProperties": 1,
    }


def _joints(listing: ListDefinition) -> dict[str, Any]:
    """The members that hold objects of a nested question."""
    same = {"$ref": f"#/components/schemas/{_question_name(listing)}"}
    some = {"type": "array", "items": same, "minItems": 1}
    return {
        "all": {"description": "Each of these has to meet.", **some},
        "any": {"description": "One of these has to meet.", **some},
        "not": {"description": "This does not meet.", "allOf": [same]},
        **{
            each.name: {
                "description": "All of this meets in one of the record's"
                f" {each.listing.kind.path.replace('-', ' ')}.",
                "allOf": [{"$ref": f"#/components/schemas/{_question_name(each.listing)}"}],
            }
            for each in listing.elements
        },
    }


def _nested_example(listing: ListDefinition) -> dict[str, Any]:
    """A nested question of a list: of its elements where it has some."""
    if listing.elements:
        found, barred = listing.elements[0], listing.elements[-1]
        return {found.name: found.example, "not": {barred.name: barred.example}}
    told = (each for each in listing.parameters().values() if each.example is not None)
    return {"not": {each.name: each.example for each in (next(told),)}}


def _member(parameter: dict[str, Any], values: int = MOST_VALUES) -> dict[str, Any]:
    """A parameter as a member: a value or, where it may be repeated, a list of values."""
    about, schema = parameter["description"], parameter["schema"]
    many = schema.get("type") == "array"
    one = _value(schema["items"] if many else schema)
    if not many and parameter["name"] != "fields":
        return {"description": about, **one}
    most = {} if parameter["name"] in CONTROLS else {"maxItems": values}  # of ranges fewer
    return {"description": about, "anyOf": [one, {"type": "array", "items": one, **most}]}


def _value(schema: dict[str, Any]) -> dict[str, Any]:
    """A value as JSON has it: true and numbers need no quotes, but may have them."""
    if schema.get("enum") == ["true", "false"]:
        return {"anyOf": [schema, {"type": "boolean"}]}
    if schema.get("type") == "integer":
        return {"anyOf": [schema, {"type": "string", "pattern": "^[0-9]+$"}]}
    return {"anyOf": [schema, {"type": "number"}]}
