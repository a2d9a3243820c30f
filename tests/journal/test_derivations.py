"""Everything derived is checked and written anew range by range, by one process or several."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, text

from app import journal
from app.db.database import Database
from app.journal import card_formats, derivations
from app.journal.bulk.load import BulkLoad
from app.journal.derivations import LEAST, MOST, id_ranges
from app.journal.pages import indexes as page_indexes
from app.journal.pages.harms import HARM_TOTALS
from app.journal.pages.rows import PAGES
from app.journal.verify import CHECKS
from app.models import Base
from app.records.terms.card import TREATMENT
from tests.storage import edit, everything, rows

NUMBERS = (1, 2, 3, 4, 5, 900, 901, 70_000)  # of terms, some far from one another


@pytest.fixture
def small_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two records in a range, as if there were many."""
    monkeypatch.setattr(derivations, "BATCH", 2)


def spoil(database: Database) -> None:
    """Let cards, search texts, blocks and page rows be others than are derived."""
    with database.write() as session:
        for table in ("studies", "terms", "citations"):
            session.execute(text(f"UPDATE {table} SET card_format = 99, card = card || ' '"))  # noqa: S608
        session.execute(text("DELETE FROM search_texts WHERE kind IN ('claim', 'study')"))
        session.execute(text("DELETE FROM citation_blocks"))
        for pages in (*PAGES, HARM_TOTALS):  # totals are of rows: they go together
            session.execute(delete(pages))


@pytest.mark.usefixtures("small_ranges")
def test_several_processes_find_and_mend_what_one_does(ketamine: Database) -> None:
    before = everything(ketamine)
    spoil(ketamine)
    with ketamine.read() as connection:
        one = list(journal.verify(connection))
    told = {}

    several = journal.verify_database(
        ketamine, processes=2, progress=lambda name, *done: told.update({name: done})
    )
    cards = card_formats.upgrade(ketamine, processes=2)
    pages = page_indexes.complete(ketamine, processes=2)
    journal.reindex(ketamine, processes=2)

    assert sorted(several) == sorted(one)
    assert len(one) > 100
    assert told.keys() == {check.name for check in CHECKS}
    assert told["cards and search texts of studies"] == (6, 6)
    assert (cards["study"], pages) == (6, 6)
    after = everything(ketamine)
    assert {name for name in before if before[name] != after[name]} == {"changes"}


@pytest.mark.usefixtures("small_ranges")
def test_what_is_changed_while_others_derive_is_written_as_it_is_by_then(
    ketamine: Database,
) -> None:
    spoil(ketamine)
    names: list[str] = []

    def rename(*_: object) -> None:
        names.append(f"Ketamine {len(names)}")
        edit(ketamine, TREATMENT, "ketamine", name=names[-1])

    card_formats.upgrade(ketamine, processes=2, progress=rename)
    page_indexes.complete(ketamine, processes=2, progress=rename)
    journal.reindex(ketamine, processes=2, progress=rename)

    assert len(names) > 30
    [(card,)] = rows(
        ketamine, "SELECT card FROM terms WHERE slug = 'ketamine' AND kind = 'treatment'"
    )
    assert f'"{names[-1]}"' in card  # and the fixture verifies all


@pytest.mark.usefixtures("small_ranges")
@pytest.mark.parametrize("newest_first", [False, True])
def test_ranges_hold_every_number_once_and_few_rows_each(
    database: Database, *, newest_first: bool
) -> None:
    with BulkLoad(database, actor="loader", reason="test").batch() as batch:
        for number in NUMBERS:
            term = {"id": number, "kind": "condition", "slug": f"c{number}", "name": "C"}
            batch.add("terms", term)
    column = Base.metadata.tables["terms"].c.id

    with database.read() as connection:
        ranges = list(id_ranges(connection, column, newest_first=newest_first))

    in_order = ranges[::-1] if newest_first else ranges
    held = [[each for each in NUMBERS if first <= each < end] for first, end in in_order]
    assert [in_order[0].first, *(each.end for each in in_order)] == [
        *(each.first for each in in_order),
        MOST,
    ]
    assert in_order[0].first == LEAST
    assert [each for some in held for each in some] == list(NUMBERS)
    assert all(1 <= len(each) <= 2 for each in held)


def test_small_databases_are_left_to_one_process(ketamine: Database) -> None:
    with ketamine.read() as connection:
        assert derivations.processes_for(connection, None) == 1
        assert derivations.processes_for(connection, 3) == 3
