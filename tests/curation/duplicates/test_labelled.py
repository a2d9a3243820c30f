"""Sets that people labelled, end to end: who is compared at all, and what comes out."""

from pathlib import Path

import pytest

from tests.conftest import SHARED
from tests.curation.duplicates.labelling import judged, read

SAMPLE = Path(__file__).parent / "labelled" / "copper.csv"
WHOLE = SHARED / "data" / "duplicates_copper"


def test_the_hard_records_of_a_labelled_set_are_told_apart() -> None:
    outcome = judged(read(SAMPLE))

    assert outcome.precision >= 0.995, outcome.wrong
    assert outcome.sensitivity >= 0.985, outcome.wrong
    assert outcome.table.total() > 40


@pytest.mark.skipif(not WHOLE.exists(), reason="the whole set is not beside the repository")
@pytest.mark.parametrize("part", [None, 0, 1], ids=["all", "one half", "the half held out"])
def test_a_whole_labelled_set_is_told_apart(part: int | None) -> None:
    outcome = judged(read(WHOLE / "records.csv", WHOLE / "labels.csv"), part)

    assert outcome.precision >= 0.995, outcome.wrong
    assert outcome.sensitivity >= 0.985, outcome.wrong
    assert outcome.table.total() > 70
