"""What a commit writes: the citations, what notices say of them, and all of it in a few steps."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, event

from app.db.database import Database
from tests.commands import address_of, invoke
from tests.factories import Evidence
from tests.ingest.imports.curators import NEW, UNTITLED, Curator, record


def test_a_retraction_notice_marks_the_paper_that_it_names(
    ada: Curator, evidence: Evidence
) -> None:
    pmid = {"scheme": "pmid", "value": "123"}
    evidence.citation(slug="doubtful", title="Doubtful work on sleep", identifiers=[pmid])
    notice = (
        "PMID- 456\nTI  - Retraction: Doubtful work on sleep.\n"
        "PT  - Retraction of Publication\nROF - Sleep. 2019;1:2. PMID: 123\n"
    )
    done = ada.commit(ada.preview(notice)["id"], {"save": [1]})

    assert done.status_code == 200, done.text
    assert ada.get("citations/doubtful")["publication_status"] == "retracted"


def test_a_notice_marks_a_paper_of_the_same_file(ada: Curator) -> None:
    paper = "PMID- 123\nTI  - Doubtful work on sleep.\n\n"
    notice = (
        "PMID- 456\nTI  - Retraction: Doubtful work on sleep.\n"
        "PT  - Retraction of Publication\nROF - Sleep. 2019;1:2. PMID: 123\n"
    )
    done = ada.commit(ada.preview(paper, notice)["id"], {"save": [1, 2]})

    assert done.json()["saved"] == 2, done.text
    [marked] = ada.get("citations?publication_status=retracted")["items"]
    assert (marked["title"], marked["identifiers"][0]["value"]) == (
        "Doubtful work on sleep.",
        "123",
    )


def test_many_rows_take_no_more_statements_than_a_few(ada: Curator) -> None:
    def counted(records: int) -> int:
        text = "".join(record(f"Paper {at} of {records}", "AU  - Doe, J") for at in range(records))
        number, statements = ada.preview(text)["id"], list[str]()

        def note(*given: object) -> None:
            statements.append(str(given[2]))

        event.listen(Engine, "before_cursor_execute", note)
        saved = ada.commit(number, {"save": list(range(1, records + 1))}).json()["saved"]
        event.remove(Engine, "before_cursor_execute", note)
        assert saved == records
        return len(statements)

    assert counted(40) <= counted(4) + 1  # where many are called alike, slugs are looked for twice


def test_rows_in_the_way_are_named_with_how_to_leave_them_out(
    ada: Curator, database: Database, tmp_path: Path
) -> None:
    text = NEW + UNTITLED + UNTITLED
    problem = ada.commit(ada.preview(text)["id"], {}).json()
    assert "leave them out: skip [2, 3]" in problem["detail"]

    file, url = tmp_path / "alert.ris", address_of(database)
    file.write_text(text)
    stuck = invoke("import", "--save", str(file), url=url)
    done = invoke("import", "--save", "--skip", "2-3", str(file), url=url)

    assert (stuck.returncode, done.returncode) == (1, 0)
    assert "--skip 2,3" in stuck.stderr
    assert "1 saved, 2 left out" in done.stdout
    assert invoke("import", "--save", "--skip", "3-2", str(file), url=url).returncode == 1
