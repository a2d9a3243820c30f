"""What a route asks of whoever calls it: a key of some scope, said once, as a type."""

from __future__ import annotations

from typing import Annotated

from fastapi import Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.access.actor import Actor
from app.access.keys import invalid_key
from app.access.rate_limits import Rates
from app.api.problems import Problem
from app.vocabulary import Scope

# Only documents the scheme: the entrance has read the header by then.
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
            rates: Rates = request.app.state.rates
            rates.writes.spend(f"key {actor.key_id}")
        return actor


ReaderDep = Annotated[Actor, Security(RequiresScope(Scope.READER), scopes=[Scope.READER.value])]
ContributorDep = Annotated[
    Actor, Security(RequiresScope(Scope.CONTRIBUTOR), scopes=[Scope.CONTRIBUTOR.value])
]
CuratorDep = Annotated[Actor, Security(RequiresScope(Scope.CURATOR), scopes=[Scope.CURATOR.value])]
AdminDep = Annotated[Actor, Security(RequiresScope(Scope.ADMIN), scopes=[Scope.ADMIN.value])]
