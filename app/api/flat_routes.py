"""Routes side by side: FastAPI looks through routers within routers anew for every request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from inspect import signature
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

TAKEN = tuple(signature(APIRouter.add_api_route).parameters)[3:]  # beside path and endpoint


def add_flat(routes: APIRouter, routers: Sequence[APIRouter], prefix: str = "") -> None:
    """Add the routes of all routers to one, in this order.

    What a router says of all its routes, each route has taken from it already.
    """
    for router in routers:
        for route in _all_of(router):
            said: dict[str, Any] = {
                name: getattr(route, name) for name in TAKEN if hasattr(route, name)
            }
            routes.add_api_route(prefix + route.path, route.endpoint, **said)


def _all_of(router: APIRouter) -> Iterator[APIRoute]:
    for route in router.routes:
        inner: APIRouter | BaseRoute = getattr(route, "original_router", route)
        if isinstance(inner, APIRouter):
            yield from _all_of(inner)
        elif isinstance(inner, APIRoute):
            yield inner
        else:
            raise TypeError(f"{inner!r} is no operation of a router")
