"""The addresses of the desk; none of them is part of the API."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.desk import adding, histories, records, reviewing, signing_in

desk = APIRouter(include_in_schema=False)
for each in (signing_in, adding, reviewing, histories, records):
    desk.include_router(each.routes, prefix="/desk")
