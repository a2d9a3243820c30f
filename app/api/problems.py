"""Errors that people and programs can use: RFC 9457 problem details that say what to change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from urllib.parse import quote

import orjson
from fastapi import Request, Response
from pydantic import BaseModel, Field

from app.values.text import nearest_spelling

MEDIA_TYPE = "application/problem+json"
MOST_ERRORS = 20  # told at once: what an answer costs does not grow with what is wrong
LONGEST_DETAIL = 4000  # characters


class FieldError(BaseModel):
    """One thing that is wrong in a request."""

    parameter: str | None = Field(default=None, description="The query parameter or header.")
    pointer: str | None = Field(default=None, description="JSON pointer into the body.")
    message: str = Field(description="What is wrong, and what would be right.")
    suggestion: str | None = Field(default=None, description="What may have been meant.")
    record: str | None = Field(
        default=None, description="Address of the record that stands in the way."
    )


class ProblemDetail(BaseModel):
    """Why a request was not answered (RFC 9457)."""

    type: str = Field(description="Name of the kind of problem, stable.")
    title: str = Field(description="The kind of problem in words.")
    status: int = Field(description="HTTP status.")
    detail: str | None = Field(default=None, description="This very problem in words.")
    instance: str | None = Field(default=None, description="What was asked for.")
    request_id: str | None = Field(default=None, description="Name of the request in the logs.")
    errors: list[FieldError] = Field(
        default=[], description=f"Each thing that is wrong, up to {MOST_ERRORS}."
    )
    more_errors: int | None = Field(
        default=None, description="How many more things are wrong, which are not told."
    )


class Problem(Exception):  # noqa: N818 # the standard calls it a problem
    """Ends a request with a problem document."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        errors: Iterable[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        more_errors: int = 0,
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.headers = status, code, dict(headers or {})
        every = list(errors)
        self.errors = every[:MOST_ERRORS]
        self.more_errors = more_errors + len(every) - len(self.errors)
        more = f"; and {self.more_errors} more" if self.more_errors else ""
        self.detail = _shortened(detail) + more


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_DETAIL else text[:LONGEST_DETAIL] + " ..."


class FieldErrors:
    """What is wrong with a request: the first few things, and how many more there are."""

    def __init__(self) -> None:
        self.told: list[FieldError] = []
        self.more = 0

    def __len__(self) -> int:
        return len(self.told) + self.more

    def add(self, make: Callable[[], FieldError]) -> None:
        """Note an error; once enough are told it is not even made, which may take long."""
        if len(self.told) < MOST_ERRORS:
            self.told.append(make())
        else:
            self.more += 1

    def problem(self, code: str, detail: str) -> Problem:
        """The problem of them all."""
        return Problem(422, code, detail, self.told, more_errors=self.more)


def json_pointer(*steps: str | int) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join(f"/{str(step)[:100].replace('~', '~0').replace('/', '~1')}" for step in steps)


Shown = Callable[[Request, ProblemDetail, Mapping[str, str]], Response | None]


def invalid_parameter(parameter: str, message: str, suggestion: str | None = None) -> Problem:
    """The problem of one query parameter that cannot be understood."""
    error = FieldError(parameter=parameter, message=message, suggestion=suggestion)
    return Problem(422, "invalid-parameter", f"{parameter}: {message}", [error])


def problem_response(request: Request, problem: Problem) -> Response:
    """The problem as a reply: as a document or, to who reads pages, as the application's page."""
    body = ProblemDetail(
        type=f"urn:evidence:problem:{problem.code}",
        title=problem.code.replace("-", " ").capitalize(),
        status=problem.status,
        detail=problem.detail,
        instance=quote(request.scope["path"][:500]),
        request_id=getattr(request.state, "request_id", None),
        errors=problem.errors,
        more_errors=problem.more_errors or None,
    )
    request.state.problem = problem.code
    page: Shown | None = getattr(request.app.state, "problem_page", None)
    shown = page(request, body, problem.headers) if page else None
    content = orjson.dumps(body.model_dump(exclude_none=True))
    return shown or Response(content, problem.status, problem.headers, MEDIA_TYPE)


def unknown_parameter(name: str, known: Sequence[str]) -> FieldError:
    """The error of a name that is no parameter, with the nearest that is."""
    hint = nearest_spelling(name[:100], known)
    message = "there is no such parameter" + ("" if hint else f"; there are {', '.join(known)}")
    return FieldError(parameter=name[:100], message=message, suggestion=hint)
