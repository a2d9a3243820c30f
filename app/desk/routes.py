"""The addresses of the desk; none of them is part of the API.

Apart from `session`, on which every page of the desk rests: the order of routes is decided here.
"""

from __future__ import annotations

from fastapi import APIRouter

from app.desk import (
    adding,
    duplicates,
    editing,
    history,
    import_rows,
    imports,
    linking,
    proposals,
    records,
    retractions,
    session,
)

desk = APIRouter(include_in_schema=False)
# What is the same for every kind of record comes after what one kind has for itself.
for each in (session, adding, imports, import_rows, proposals, duplicates, retractions, linking):
    desk.include_router(each.routes, prefix="/desk")
for each in (editing, history, records):
    desk.include_router(each.routes, prefix="/desk")
