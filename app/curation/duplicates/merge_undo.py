"""Taking a merge apart: every value that it replaced is put back, every row it left out again.

What somebody edited since is not overwritten: where a row that the merge moved is gone or says
something else by now, nothing is undone, and each such thing is named. Edits of anything else,
and the order of parts, do not stand in the way.
"""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.api.problems import FieldError, Problem
from app.curation.duplicates.merge import owner_of, table_models
from app.curation.writing import Writer
from app.models import Merge, MergeMove, SlugRedirect
from app.records.catalogue import KIND_OF
from app.records.citations.card import CITATION
from app.vocabulary import RecordStatus

POSITION = "position"  # an edit of other parts may have numbered them anew


def undo(writer: Writer, number: int) -> Merge:
    """Take a merge apart; raises Problem 404 or 409."""
    session = writer.session
    query = select(Merge).where(Merge.id == number).options(selectinload(Merge.moves))
    merge = session.scalar(query)
    if merge is None:
        raise Problem(404, "not-found", f"There is no merge {number}.")
    if merge.undone_by is not None:
        raise Problem(409, "undone-already", f"Merge {number} was undone already.")
    kept, gone = (_opened(writer, slug) for slug in (merge.kept, merge.merged))
    in_the_way = [each for move in merge.moves if (each := _conflict(writer, move))]
    if in_the_way:
        told = "; ".join(each.message for each in in_the_way[:5])
        what = f"Merge {number} cannot be undone as it is: {told}."
        raise Problem(409, "changed-since", what, in_the_way)
    # the last move first: a later one may have changed what an earlier one moved
    for move in reversed(merge.moves):
        _restore_value(writer, move)
    gone.status = RecordStatus.CURRENT
    old = (SlugRedirect.kind == CITATION.name) & (SlugRedirect.slug == merge.merged)
    for redirect in session.scalars(select(SlugRedirect).where(old)).all():
        session.delete(redirect)
    merge.undone_by = writer.change.id
    for record in (kept, gone):
        writer.change.touch(record)
    return merge


def _opened(writer: Writer, slug: str) -> Any:
    return writer.change.open(CITATION, slug)


def _row(writer: Writer, move: MergeMove) -> Any | None:
    return writer.session.get(table_models()[move.table_name], move.row_id)


def _conflict(writer: Writer, move: MergeMove) -> FieldError | None:
    """What has become of a value since the merge, if it is not what the merge made it."""
    if move.column_name in {None, POSITION}:
        return None
    row, name = _row(writer, move), str(move.column_name)
    where = f"{move.table_name} row {move.row_id}"
    if row is None:
        return FieldError(message=f"{where} was removed since: it held the {name} that was moved")
    if orjson.dumps(getattr(row, name)).decode() == move.new_value:
        return None
    owner = owner_of(writer.session, row)
    if owner is None:
        return FieldError(message=f"the {name} of {where} was changed since")
    kind = KIND_OF[type(owner)]
    said = f"the {name} in {move.table_name} of {kind.name.replace('_', ' ')} {owner.slug!r}"
    record = f"/v1/{kind.path}/{owner.slug}"
    return FieldError(message=f"{said} was changed since", record=record)


def _restore_value(writer: Writer, move: MergeMove) -> None:
    row, value = _row(writer, move), orjson.loads(move.old_value)
    if move.column_name is None:
        model = table_models()[move.table_name]
        number = value["id"] if row is None else None  # SQLite gives numbers a second time
        row = model(**{**value, "id": number})
        writer.session.add(row)
    elif row is not None:
        setattr(row, move.column_name, value)
    owner = owner_of(writer.session, row) if row is not None else None
    if owner is not None:
        writer.change.touch(owner)
