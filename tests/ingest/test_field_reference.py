"""The page of fields says what drafts take, and nothing that they do not."""

import os
import re
from pathlib import Path

import pytest

from app.ingest.seeding.field_reference import field_reference
from app.records.catalogue import EDITORS
from app.records.drafting import Editor

PAGE = Path(__file__).parents[2] / "docs" / "field-reference.md"
REWRITE = "REWRITE_GOLDEN"  # REWRITE_GOLDEN=1 make test: the page becomes what is given


def test_the_page_is_what_the_drafts_take() -> None:
    if os.environ.get(REWRITE):
        PAGE.write_text(field_reference())
    assert PAGE.read_text() == field_reference()


def test_no_heading_stands_twice() -> None:
    headings = re.findall("^#.*$", field_reference(), re.MULTILINE)
    assert len(headings) == len(set(headings))


@pytest.mark.parametrize("editor", EDITORS, ids=lambda editor: editor.kind.name)
def test_every_field_of_a_kind_stands_in_its_table(editor: Editor) -> None:
    heading = f"## {editor.kind.name.replace('_', ' ').capitalize()}\n"
    part = field_reference().split(heading, 1)[1].split("\n#", 1)[0]
    written = {name for name, field in editor.draft.model_fields.items() if not field.exclude}

    assert set(re.findall(r"^\| (?:\*\*)?`(\w+)`", part, re.MULTILINE)) == written - {"slug"}
