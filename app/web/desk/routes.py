"""The addresses of the desk; none of them is part of the API."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.desk import (
    adding,
    editing,
    histories,
    import_rows,
    imports,
    linking,
    notices,
    pairs,
    records,
    reviewing,
    signing_in,
)

desk = APIRouter(include_in_schema=False)
# What is the same for every kind of record comes after what one kind has for itself.
for each in (signing_in, adding, imports, import_rows, reviewing, pairs, notices, linking):
    desk.include_router(each.routes, prefix="/desk")
for each in (editing, histories, records):
    desk.include_router(each.routes, prefix="/desk")
