"""Resuming: going on in a list after a record that the client has, by its slug."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, select

from app.core import cursors
from app.core.asking import Ask, Listing
from app.core.folding import nearest
from app.core.problems import refused

SUGGESTED_FROM = 20_000


def resumed(connection: Connection, listing: Listing, ask: Ask) -> Ask:
    """The request with `after` as the cursor that it stands for; raises Problem.

    The record need not match, nor be current any more: its place in the order is what counts.
    """
    if ask.after is None:
        return ask
    model, where = listing.kind.model, listing.kind.where
    place = select(ask.sort.column, model.id).where(*where, model.slug == ask.after)
    found = connection.execute(place).one_or_none()
    if found is None:
        known = connection.execute(select(model.slug).where(*where).limit(SUGGESTED_FROM)).scalars()
        name = listing.kind.name.replace("_", " ")
        raise refused("after", f"there is no {name} {ask.after[:100]!r}", nearest(ask.after, known))
    return replace(ask, cursor=cursors.encode(ask.order, *found), after=None)
