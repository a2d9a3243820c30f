"""Whatever a file of notices holds, reading it takes time and memory in proportion."""

from __future__ import annotations

import pytest

from app.api.problems import Problem
from app.curation.retractions.notices import MOST_PROBLEMS, read_notices

HEAD = "RetractionNature,OriginalPaperDOI,OriginalPaperPubMedID"


def test_a_file_of_thousands_of_columns_is_refused() -> None:
    columns = ",".join(f"c{number}" for number in range(2_000))
    with pytest.raises(Problem, match="2,003 columns: at most 1,000"):
        read_notices(f"{HEAD},{columns}\n".encode())


def test_a_line_of_a_million_commas_is_refused() -> None:
    with pytest.raises(Problem, match="line 2 has more than 1,000,000 characters"):
        read_notices(f"{HEAD}\n{',' * 1_000_000}\n".encode())


def test_problems_are_told_up_to_a_number() -> None:
    notices = read_notices(f"{HEAD}\n{'x' * 9}\nRetraction,,1\n".encode() + b"x\n" * MOST_PROBLEMS)
    assert len(notices.found) == 1
    assert len(notices.problems) == MOST_PROBLEMS + 1
    assert notices.problems[-1].message == "and 1 more such lines"


def test_bytes_that_are_no_text_are_read_around() -> None:
    data = f"{HEAD}\r\n".encode("utf-8-sig") + b"Retrac\0tion,10.1000/\xff\xfe,1\r\n"
    [notice] = read_notices(data).found
    assert notice.line == 2
