"""Describing: how exports and long requests stand in the OpenAPI document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.core.asking import CONTROLS, Listing
from app.core.flattening import columns, table
from app.core.forms import Form, TextForm
from app.core.parameters import parameter
from app.core.sparing import MOST_VALUES

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


def form_parameter(names: Sequence[str]) -> dict[str, Any]:
    """The documentation of the choice between forms; the last stands as the example."""
    return parameter(
        "format",
        "JSON, or another form, in which everything is given at once. It wins over Accept.",
        {"type": "string", "enum": list(names), "default": "json"},
        names[-1],
    )


def export_parameters(example: str, forms: Sequence[TextForm]) -> list[dict[str, Any]]:
    """The documentation of what exports add to the parameters of a list."""
    return [
        form_parameter([*Form, *map(str, forms)]),
        {
            "name": "after",
            "in": "query",
            "description": "Slug of the last record that the client has: go on after it. "
            "Instead of `cursor`.",
            "schema": {"type": "string"},
            "examples": {"example": {"value": example}},
        },
    ]


def export_contents(listing: Listing, example: str) -> dict[str, Any]:
    """The documentation of the forms of a list that are not pages."""
    row = columns(listing.kind.card)
    cells = [[each.name for each in row], [example, *("" for _ in row[1:])]]
    text = {"schema": {"type": "string"}}
    return {
        Form.NDJSON.media_type: {**text, "example": f'{{"slug":"{example}"}}\n'},
        "text/csv": {**text, "example": table(cells)},
        **{form.media_type: text for form in listing.forms},
    }


def search_body(parameters: list[dict[str, Any]]) -> dict[str, Any]:
    """The documentation of a list's parameters as a JSON object."""
    members = {each["name"]: _member(each) for each in parameters}
    schema = {"type": "object", "properties": members, "additionalProperties": False}
    given = {each["name"]: each["examples"]["example"]["value"] for each in parameters[:1]}
    body = {"schema": schema, "example": {**given, "limit": 10}}
    return {"required": True, "content": {"application/json": body}}


def _member(parameter: dict[str, Any]) -> dict[str, Any]:
    """A parameter as a member: a value or, where it may be repeated, a list of values."""
    about, schema = parameter["description"], parameter["schema"]
    many = schema.get("type") == "array"
    one = _value(schema["items"] if many else schema)
    if not many and parameter["name"] != "fields":
        return {"description": about, **one}
    most = {} if parameter["name"] in CONTROLS else {"maxItems": MOST_VALUES}  # of ranges fewer
    return {"description": about, "anyOf": [one, {"type": "array", "items": one, **most}]}


def _value(schema: dict[str, Any]) -> dict[str, Any]:
    """A value as JSON has it: true and numbers need no quotes, but may have them."""
    if schema.get("enum") == ["true", "false"]:
        return {"anyOf": [schema, {"type": "boolean"}]}
    if schema.get("type") == "integer":
        return {"anyOf": [schema, {"type": "string", "pattern": "^[0-9]+$"}]}
    return {"anyOf": [schema, {"type": "number"}]}
