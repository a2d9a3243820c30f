"""The pages for readers tell the truth: what they show is what happens, and their links lead on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app import journal
from app.settings import Settings
from tests.commands import ROOT, address_of
from tests.console import agree, blocks, commands, session
from tests.servers import served
from tests.templates import Templates

README = ROOT / "README.md"
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), ROOT / "benchmarks" / "README.md"])
# What a fence may hold: a console is run, a file is written for it; the rest is only to be read.
LANGUAGES = {"console", "sh", "yaml", "json", "text", "python", "http"}
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.*)$", re.MULTILINE)
SETTING = re.compile(r"^\| `(EVIDENCE_\w+)` \| (.*) \| (.*) \|$", re.MULTILINE)
NOBODY = {f"{name}_url": "" for name in ("crossref", "pubmed", "pmc", "clinical_trials")}


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


run = pytest.mark.parametrize(
    "page", [page for page in PAGES if any(commands(page.read_text()))], ids=name_of
)


@run
def test_what_a_page_has_people_type_prints_what_it_shows(
    page: Path, templates: dict[str, Templates], tmp_path: Path
) -> None:
    with templates["sqlite"].opened("ketamine") as database:
        url = address_of(database)
        with served(url, refusal_rate="", **NOBODY) as (_, address):
            for command, printed in session(page.read_text(), tmp_path, address, url):
                same = agree(command.shown, printed)
                assert same, f"line {command.line}: {command.typed}\n{printed}"
        with database.read() as connection:
            assert list(journal.verify(connection)) == []


def test_the_readme_has_a_request_for_each_kind_of_user() -> None:
    assert sum("curl" in command.typed for command in commands(README.read_text())) >= 3


def test_the_readme_can_be_read_on_one_screen() -> None:
    assert len(README.read_text().splitlines()) <= 150


def test_the_address_of_the_quoted_passage_is_right(reader: TestClient) -> None:
    start, end = map(int, re.findall(r"characters (\d+)-(\d+)", README.read_text())[0])
    text = reader.get("/v1/documents/ketamine-for-pain").json()["text"]
    claim = reader.get("/v1/claims/adults-crps-12-weeks.at-end").json()
    assert text[start:end] == claim["quote"]


def test_every_block_says_what_it_holds() -> None:
    found = {
        f"{name_of(page)}, line {block.line}: {block.language}"
        for page in PAGES
        for block in blocks(page.read_text())
        if block.language not in LANGUAGES
    }
    assert found == set()


def links() -> Iterator[tuple[Path, str]]:
    """Every link of every page that leads to a place of this repository."""
    for page in PAGES:
        text = page.read_text()
        for block in blocks(text):
            text = text.replace(block.text, "")
        for target in LINK.findall(text):
            if not target.startswith(("http://", "https://", "mailto:")):
                yield page, target


def anchors(page: Path) -> set[str]:
    """What a heading of a page is linked by."""
    text = page.read_text()
    for block in blocks(text):
        text = text.replace(block.text, "")
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
        for heading in HEADING.findall(text)
    }


def test_every_link_leads_somewhere() -> None:
    broken = set()
    for page, target in links():
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.add(f"{name_of(page)}: {target}")
    assert broken == set()


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, ahead = set[Path](), [README]
    leads: dict[Path, list[Path]] = {}
    for page, target in links():
        leads.setdefault(page, []).append((page.parent / target.partition("#")[0]).resolve())
    while ahead:
        page = ahead.pop()
        if page not in reached:
            reached.add(page)
            for file in leads.get(page, []):
                ahead.extend(file.rglob("*.md") if file.is_dir() else [file])
    assert {name_of(page) for page in PAGES if page not in reached} == set()


def test_every_file_that_a_page_names_is_there() -> None:
    """Places in backticks that begin with a folder of the repository."""
    folders = ("app", "tests", "docs", "migrations", "seed_data", "benchmarks")
    named = re.compile(rf"`((?:{'|'.join(folders)})/[\w./-]*)`")
    missing = {
        f"{name_of(page)}: {path}"
        for page in PAGES
        for path in named.findall(page.read_text())
        if not (ROOT / path).exists()
    }
    assert missing == set()


def test_every_setting_stands_with_its_meaning_and_default_in_the_docs() -> None:
    wanted = set()
    for name, field in Settings.model_fields.items():
        value = field.get_default()
        plain = value.get_secret_value() if hasattr(value, "get_secret_value") else str(value)
        default = f"`{plain}`" if plain else "empty"
        if name == "seed_folder":  # the place of the checkout
            default = "the ketamine folder"
        wanted.add((f"EVIDENCE_{name.upper()}", field.description, default))

    assert set(SETTING.findall((DOCS / "operate.md").read_text())) == wanted
