"""Parts of the OpenAPI document that every address shares: errors, parameters."""

from __future__ import annotations

from typing import Any

from app.api.problems import MEDIA_TYPE

ERRORS = {
    400: "The body is no JSON.",
    401: "The key is not valid, or there is none where one is needed.",
    403: "The key does not allow this.",
    404: "There is no such record; the detail names the nearest one.",
    406: "The client accepts no form that there is.",
    409: "Something else stands in the way; the detail says what.",
    412: "The record has changed since it was read; the ETag names its version.",
    411: "The form does not say how long it is.",
    413: "The body is too long.",
    414: "The address is too long.",
    415: "The body is not said to be JSON.",
    422: "A parameter cannot be understood; each is named, with what would be right.",
    428: "If-Match is not there.",
    429: "Too often: go on after the seconds in Retry-After.",
    502: "A service that was asked answers what makes no sense; the detail says which.",
    503: "The database is missing, locked, busy or not migrated: try again.",
}


def error_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The documentation of these errors."""
    schema = {"schema": {"$ref": "#/components/schemas/ProblemDetail"}}
    return {
        status: {"description": ERRORS[status], "content": {MEDIA_TYPE: schema}}
        for status in statuses
    }


def example_response(answer: Any) -> dict[int | str, dict[str, Any]]:
    """An answer as the example of an operation."""
    return {200: {"content": {"application/json": {"example": answer}}}}


NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "The client has this already (If-None-Match)."}
}


def parameter(
    name: str, about: str, schema: dict[str, Any], example: Any = None, *, many: bool = False
) -> dict[str, Any]:
    """The documentation of one query parameter."""
    shape = {"type": "array", "items": schema} if many else schema
    said: dict[str, Any] = {"name": name, "in": "query", "description": about, "schema": shape}
    if example is not None:
        value = [example] if many else example
        said["examples"] = {"example": {"value": value}}
    return said


def document_parts(document: dict[str, Any]) -> None:
    """Say of each operation that takes `fields` that its answer may have some members only.

    The answer is then the whole model, or one of the same members of which none has to be there.
    """
    schemas = document["components"]["schemas"]
    for operation in [each for path in document["paths"].values() for each in path.values()]:
        names = {each.get("name") for each in operation.get("parameters", ())}
        content = operation["responses"].get("200", {}).get("content", {}).get("application/json")
        if "fields" not in names or content is None:
            continue
        whole = content["schema"].get("anyOf", [content["schema"]])
        made = [_in_parts(schemas, each["$ref"].rpartition("/")[2]) for each in whole]
        parts = [{"$ref": f"#/components/schemas/{name}"} for name in made]
        content["schema"] = {"anyOf": [*whole, *parts]}


def _in_parts(schemas: dict[str, Any], name: str) -> str:
    """The name of a model of which no member has to be there; of a list, none of its records."""
    made, model = f"{name}Parts", schemas[name]
    if made in schemas:
        return made
    items = model.get("properties", {}).get("items", {}).get("items", {})
    if "next" in model.get("properties", {}) and "$ref" in items:
        record = _in_parts(schemas, items["$ref"].rpartition("/")[2])
        inside = {"type": "array", "items": {"$ref": f"#/components/schemas/{record}"}}
        schemas[made] = {**model, "properties": {**model["properties"], "items": inside}}
    else:
        schemas[made] = {key: value for key, value in model.items() if key != "required"}
    schemas[made]["title"] = made
    return made
