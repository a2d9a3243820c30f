"""What may be meant by a name that is none: found among few and among many."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.models import Study
from app.values import stored_names
from app.values.stored_names import StoredNames
from tests.factories import Evidence


@pytest.mark.parametrize("few", [1000, 3])
@pytest.mark.parametrize(
    "written",
    ["smith-2010-ketamin", "smith-2011-ketamine", "smyth-2010-ketamine", "SMITH 2010 ketamine"],
)
def test_the_nearest_slug_is_found_however_many_there_are(
    evidence: Evidence, monkeypatch: pytest.MonkeyPatch, few: int, written: str
) -> None:
    for slug in ("adams-1999", "smith-2010-ketamine", "smuts-1980", "zhang-2020-x", "moore-2001"):
        evidence.study(slug=slug)
    monkeypatch.setattr(stored_names, "FEW", few)

    with evidence.database.read() as connection:
        names = StoredNames(connection, select(Study.slug), Study.slug)
        assert names.nearest(written) == "smith-2010-ketamine"
        assert names.nearest("quite-another\0") is None


def test_of_many_names_only_the_next_are_compared(
    evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(9):
        evidence.study(slug=f"study-{number}")
    monkeypatch.setattr(stored_names, "FEW", 3)
    monkeypatch.setattr(stored_names, "NEXT", 2)

    with evidence.database.read() as connection:
        near = StoredNames(connection, select(Study.slug), Study.slug).near("study-4")

    assert sorted(near) == ["study-2", "study-3", "study-4", "study-5"]
