"""The terms and records that a request names, and broader ones, as the numbers of their rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from app.api.problems import Problem
from app.query.filters import ABOVE, Filter
from app.query.request import ListDefinition, ListRequest

Asked = dict[str, tuple[Filter, list[Any]]]  # every parameter of a request, nested ones by keys


def resolve_names(
    connection: Connection, listing: ListDefinition, list_request: ListRequest
) -> dict[str, list[int]]:
    """The terms and records asked for and, where they are wanted, broader terms; one statement.

    Those of a nested question stand under the keys of its parameters.
    """
    named, where = listing.parameters(), list_request.where
    asked: Asked = {name: (named[name], values) for name, values in list_request.values.items()}
    asked |= {} if where is None else where.named(listing)
    wanted = {
        name: (filter_.term, values)
        for name, (filter_, values) in asked.items()
        if filter_.term is not None
    }
    try:
        found = listing.resolve(connection, wanted) if wanted else {}
    except Problem as problem:
        raise problem if where is None else where.pointed(problem, listing) from problem
    return {**found, **_broader(connection, listing, list_request, asked, found)}


def _broader(
    connection: Connection,
    listing: ListDefinition,
    list_request: ListRequest,
    asked: Asked,
    found: dict[str, list[int]],
) -> dict[str, list[int]]:
    """Broader terms of those asked for, where they leave something open or are wanted."""
    wanted = {
        name: terms
        for name, terms in found.items()
        if (list_request.options.broader and asked[name][0].direct is not None)
        or asked[name][0].only_broader is not None
    }
    if listing.broader is None or not wanted:
        return {}
    pairs = listing.broader(connection, {term for terms in wanted.values() for term in terms})
    above = {
        name + ABOVE: sorted({up for term, up in pairs if term in terms and up not in terms})
        for name, terms in wanted.items()
    }
    return {name: terms for name, terms in above.items() if terms}
