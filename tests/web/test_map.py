"""The evidence map as a page shows it."""

from __future__ import annotations

from typing import Any

from app.vocabulary import Design
from app.web.pages.explorer import MOST_ROWS, map_context


def row(number: int) -> dict[str, Any]:
    """A treatment that so many studies investigated."""
    studies = {each.value: 0 for each in Design} | {Design.RANDOMIZED.value: number}
    treatment = {"kind": "treatment", "slug": f"treatment-{number}", "name": f"Treatment {number}"}
    return {
        "treatment": treatment, "parent": None, "studies": studies, "case_reports": 0, "cells": [],
    }  # fmt: skip


def test_of_many_treatments_those_with_most_studies_are_shown_and_the_others_counted() -> None:
    rows = [row(number) for number in range(MOST_ROWS + 10)]

    shown = map_context({"rows": rows, "domains": []})

    numbers = [each.total for each in shown["rows"]]
    assert numbers == list(range(10, MOST_ROWS + 10)), "in the order of the map"
    assert shown["further"] == 10
