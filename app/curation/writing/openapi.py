"""What OpenAPI says of writing, with examples that work on the ketamine document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field

from app.api.openapi import NOT_MODIFIED, error_responses
from app.curation.writing.idempotency import HEADER
from app.records.catalogue import EDITORS
from app.records.drafting import Editor
from app.vocabulary import RecordStatus

REF = "#/components/schemas/{model}"
WRITING = (400, 401, 403, 404, 406, 409, 412, 413, 414, 415, 422, 428, 503)
PATCH_DESCRIPTION = """\
A JSON merge patch (RFC 7396) on the editable form at `/draft`: null empties a field,
lists are replaced as a whole."""
WITHDRAW_DESCRIPTION = """\
It leaves lists, pages and search; nothing is lost, and it can be restored. Where
other current records name it, the answer is 409 and lists them, unless `dependents=withdraw`
withdraws all of them with it, and those that name them, in the same change."""
RESTORE_DESCRIPTION = """\
Brings a withdrawn record back. With `{"version": n}` as body, the content of that
version becomes the newest version."""


class DependentCard(BaseModel):
    """A record that was withdrawn with another."""

    kind: str = Field(description="What kind of record it is.")
    slug: str = Field(description="The record's slug.")
    how: str = Field(description="The field in which it named the other, dotted.")


class WithdrawnCard(BaseModel):
    """A record that was taken back."""

    kind: str = Field(description="What kind of record it is.")
    slug: str = Field(description="The record's slug.")
    status: RecordStatus = Field(description="That it is withdrawn.")
    version: int = Field(description="The version that says so.")
    dependents: list[DependentCard] = Field(description="What was withdrawn with it.")


def components() -> dict[str, Any]:
    """The drafts of every kind, as schemas of the OpenAPI document."""
    found: dict[str, Any] = {}
    for editor in EDITORS:
        schema = editor.draft.model_json_schema(ref_template=REF)
        found |= schema.pop("$defs", {})
        schema["required"] = [name for name in schema["required"] if name != "slug"]
        schema["properties"].pop("quote", None)  # of claims: it is made of passages
        found[editor.draft.__name__] = schema
    return found


def parameter(
    name: str, where: str, about: str, example: Any, *, required: bool = False
) -> dict[str, Any]:
    """A parameter of a writing operation."""
    return {
        "name": name,
        "in": where,
        "required": required,
        "description": about,
        "schema": {"type": "string"},
        "examples": {"example": {"value": example}},
    }


REASON = parameter("reason", "query", "Why; kept with the change.", "Checked against PubMed.")
DRY_RUN = parameter("dry_run", "query", "Do all of it, tell the outcome, save nothing.", "true")
IF_MATCH = parameter(
    "If-Match", "header", "The ETag that was read; only its version counts.", '"v1"', required=True
)
KEY = parameter(
    HEADER,
    "header",
    "Your name for this request, as a UUID: sent again within two days, it is answered as before"
    " and changes nothing.",
    "9b2f0c1e-5d0e-4f0a-8f0e-1f6f5a7c2d11",
)
DRY_RUN["schema"] = {"type": "string", "enum": ["true", "false"]}
DEPENDENTS = {
    **parameter("dependents", "query", "Withdraw what names the record, too.", "withdraw"),
    "schema": {"type": "string", "enum": ["withdraw"]},
}


@dataclass(frozen=True)
class OperationDocs:
    """What is said of the operations on one kind."""

    editor: Editor
    example: str

    @property
    def _name(self) -> str:
        return self.editor.kind.name.replace("_", " ")

    @property
    def _slug(self) -> dict[str, Any]:
        return parameter("slug", "path", "The record's slug.", self.example, required=True)

    def _body(self, schema: Any, example: Any, media_type: str = "application/json") -> Any:
        content = {media_type: {"schema": schema, "example": example}}
        return {"required": True, "content": content}

    @property
    def _schema(self) -> dict[str, str]:
        return {"$ref": REF.format(model=self.editor.draft.__name__)}

    def _operation(self, verb: str, summary: str, about: str, **more: Any) -> dict[str, Any]:
        return {
            "operation_id": f"{verb}_{self.editor.kind.name}",
            "summary": f"{summary} {self._name}",
            "description": about,
            "response_model": self.editor.kind.card,
            **more,
        }

    def draft(self) -> dict[str, Any]:
        """The editable form."""
        content = {"application/json": {"schema": self._schema}}
        about = "The record as a curator writes it: what PUT takes, and what PATCH is laid on."
        operation = self._operation("get", "Get the editable form of one", about)
        return {
            **operation,
            "operation_id": f"get_{self.editor.kind.name}_draft",
            "response_model": None,
            "responses": {
                200: {"content": content},
                **NOT_MODIFIED,
                **error_responses(404, 406, 414, 422, 503),
            },
            "openapi_extra": {"parameters": [self._slug]},
        }

    def create(self) -> dict[str, Any]:
        """A new record."""
        about = (
            f"{(self.editor.draft.__doc__ or '').strip()} Without a slug one is made; slugs never"
            " change and are never used twice."
        )
        statuses = [each for each in WRITING if each not in {404, 412, 428}]
        body = self._body(self._schema, self.editor.example)
        extra = {"parameters": [REASON, DRY_RUN, KEY], "requestBody": body}
        tried = {
            200: {
                "description": "With dry_run: what would be written.",
                "model": self.editor.kind.card,
            }
        }
        return self._operation(
            "create",
            "Write a new",
            about,
            status_code=201,
            responses={**tried, **error_responses(*statuses)},
            openapi_extra=extra,
        )

    def replace(self) -> dict[str, Any]:
        """A record as a whole."""
        about = "The record says what the draft says; what is left out is emptied."
        body = self._body(self._schema, self.editor.example)
        extra = {"parameters": [self._slug, IF_MATCH, REASON, DRY_RUN], "requestBody": body}
        return self._operation(
            "replace",
            "Replace one",
            about,
            responses=error_responses(*WRITING),
            openapi_extra=extra,
        )

    def patch(self) -> dict[str, Any]:
        """Some fields of a record."""
        example = self.editor.patch_example
        body = self._body({"type": "object"}, example, "application/merge-patch+json")
        extra = {"parameters": [self._slug, IF_MATCH, REASON, DRY_RUN], "requestBody": body}
        return self._operation(
            "patch",
            "Change fields of one",
            PATCH_DESCRIPTION,
            responses=error_responses(*WRITING),
            openapi_extra=extra,
        )

    def withdraw(self) -> dict[str, Any]:
        """A record taken back."""
        statuses = [each for each in WRITING if each not in {400, 413, 415}]
        parameters = [self._slug, IF_MATCH, KEY, REASON, DRY_RUN, DEPENDENTS]
        operation = self._operation("withdraw", "Withdraw one", WITHDRAW_DESCRIPTION)
        return {
            **operation,
            "response_model": WithdrawnCard,
            "responses": error_responses(*statuses),
            "openapi_extra": {"parameters": parameters},
        }

    def restore(self) -> dict[str, Any]:
        """A record or version brought back."""
        schema = {
            "type": "object",
            "properties": {"version": {"type": "integer", "minimum": 1}},
            "additionalProperties": False,
        }
        body = {**self._body(schema, {"version": 1}), "required": False}
        extra = {
            "parameters": [self._slug, IF_MATCH, KEY, REASON, DRY_RUN],
            "requestBody": body,
        }
        return self._operation(
            "restore",
            "Restore one",
            RESTORE_DESCRIPTION,
            responses=error_responses(*WRITING),
            openapi_extra=extra,
        )
