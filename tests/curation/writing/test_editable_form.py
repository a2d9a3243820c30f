"""The editable form of a record is what a curator would have written: put back, it is the same."""

from __future__ import annotations

from app.curation.writing import open_writer
from app.curation.writing.editable_form import current_editable_form
from app.db.database import Database
from app.records.catalogue import EDITORS
from tests.storage import everything


def test_every_record_of_the_ketamine_document_put_back_as_it_is_changes_nothing(
    ketamine: Database,
) -> None:
    before = everything(ketamine)

    with open_writer(ketamine, actor="ada") as writer:
        for editor in EDITORS:
            for record in list(writer.session.query(editor.kind.model)):
                data = current_editable_form(writer.session, editor, record.id)
                writer.replace(editor, record.slug, data)
        assert writer.change.empty

    assert everything(ketamine) == before
