"""The key that a route requires, said once, as a type of its parameter; OpenAPI follows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.access.actor import Actor
from app.access.authentication import is_public
from app.access.keys import invalid_key
from app.access.rate_limits import RateLimits
from app.api.openapi import error_responses
from app.api.problems import Problem
from app.vocabulary import Scope

# Only documents the scheme: the middleware has read the header by then.
BEARER = HTTPBearer(
    scheme_name="key",
    description="A key, as `evidence key create` shows it once.",
    auto_error=False,
)


class RequiresScope:
    """Gives whoever calls.

    Raises Problem 401 without a key, 403 when it allows too little, 429 when it writes too often.
    """

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    async def __call__(
        self,
        request: Request,
        _: Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)],
    ) -> Actor:
        """Let pass whose key allows it."""
        actor: Actor | None = request.state.actor
        if actor is None:
            raise invalid_key()
        if not actor.scope.covers(self.scope):
            raise Problem(
                403,
                "forbidden",
                f"This needs a key of scope {self.scope} or more; yours has {actor.scope}.",
            )
        if request.method != "GET":
            rates: RateLimits = request.app.state.rates
            rates.writes.spend(f"key {actor.key_id}")
        return actor


ReaderDep = Annotated[Actor, Security(RequiresScope(Scope.READER), scopes=[Scope.READER.value])]
ContributorDep = Annotated[
    Actor, Security(RequiresScope(Scope.CONTRIBUTOR), scopes=[Scope.CONTRIBUTOR.value])
]
CuratorDep = Annotated[Actor, Security(RequiresScope(Scope.CURATOR), scopes=[Scope.CURATOR.value])]
AdminDep = Annotated[Actor, Security(RequiresScope(Scope.ADMIN), scopes=[Scope.ADMIN.value])]


def document_security(document: dict[str, Any], *, anonymous_reads: bool) -> None:
    """Say of each operation in an OpenAPI document which key it needs, and how it refuses others.

    Reads for everybody take a key as well, which then has to be valid.
    """
    for operation in _operations(document):
        if "security" in operation:
            named = [name for need in operation["security"] for name in need[BEARER.scheme_name]]
            scope = max(map(Scope, named), key=list(Scope).index)
            operation["security"] = [{BEARER.scheme_name: [scope.value]}]
            about = operation.get("description", "").rstrip()
            operation["description"] = f"{about} Needs a key of scope {scope} or more.".lstrip()
            refusals = error_responses(401, 403, 429)
        else:
            none: list[dict[str, list[str]]] = [{}] if anonymous_reads else []
            operation["security"] = [*none, {BEARER.scheme_name: [Scope.READER.value]}]
            refusals = error_responses(401, 429)
        for status, about in refusals.items():
            operation["responses"].setdefault(str(status), about)


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path, methods in document["paths"].items():
        if not is_public(path):
            yield from methods.values()
