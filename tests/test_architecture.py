"""The order below is the architecture. These tests keep it true."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parents[1]
APP = ROOT / "app"
# Imports point down: what stands on one line does not know one another.
DOWNWARDS = [
    "__main__",
    "cli",
    "main",
    "desk",
    "web",
    "ingest overviews",
    "curation history",
    "journal",
    "records",
    "access query",
    "api models",
    "db values",
    "vocabulary settings",
]
# The same within records; what stands in none of these lines is a kind of its own.
RECORDS = [
    "related catalogue redirects",
    "outcomes adverse_events",
    "studies",
    "claims case_reports citations discrepancies documents terms",
    "shared_filters ages_draft registry_draft drafting links names",
]
FLOOR = {name: at for at, names in enumerate(DOWNWARDS) for name in names.split()}
RECORDS_FLOOR = {name: at for at, names in enumerate(RECORDS) for name in names.split()}
MOST_FILES = 15  # in one folder, beside its __init__
FILES = sorted(APP.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
DERIVED = {"version", "stamp", "edited", "card", "card_format"}
VAGUE = {"util", "utils", "helper", "helpers", "common", "manager", "service", "misc"}
REGISTRIES = (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("crates", "io"))
GENERATED = {"data", "dist", "__pycache__"}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


each_file = pytest.mark.parametrize("path", FILES, ids=name_of)


def place(path: Path) -> tuple[str, ...]:
    parts = path.relative_to(APP).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


def imported(path: Path) -> Iterator[tuple[str, ...]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            parts = tuple(name.split("."))[1:]
            if name.startswith("app.") and parts:
                is_module = APP.joinpath(*parts).exists() or module_file(parts).exists()
                yield parts if is_module else parts[:-1]


def module_file(parts: tuple[str, ...]) -> Path:
    return APP.joinpath(*parts).with_suffix(".py")


@each_file
def test_imports_point_down(path: Path) -> None:
    here = place(path)
    for there in imported(path) if here else ():
        below = FLOOR[there[0]] > FLOOR[here[0]]
        assert there[0] == here[0] or below, f"{'.'.join(here)} reaches up to {'.'.join(there)}"


@pytest.mark.parametrize("path", sorted((APP / "records").rglob("*.py")), ids=name_of)
def test_kinds_of_records_know_only_those_below(path: Path) -> None:
    here = place(path)[1:]
    for _, *there in (each for each in imported(path) if here and each[0] == "records"):
        above = there[0] != here[0] and RECORDS_FLOOR[there[0]] < RECORDS_FLOOR[here[0]]
        same = RECORDS_FLOOR[there[0]] == RECORDS_FLOOR[here[0]] and there[0] != here[0]
        shared = here[0] in RECORDS[0].split() + RECORDS[-1].split()
        assert not above, f"{here} reaches up to {there}"
        assert not same or shared, f"{here} reaches into {there}"


@pytest.mark.parametrize("folder", sorted({path.parent for path in FILES}), ids=name_of)
def test_every_room_can_be_taken_in_at_one_look(folder: Path) -> None:
    assert len([path for path in folder.glob("*.py") if path.stem != "__init__"]) <= MOST_FILES


def test_every_room_has_a_place_in_the_order() -> None:
    places = [place(path) for path in FILES]
    assert {each[0] for each in places if each} == set(FLOOR)
    assert {each[1] for each in places if each[:1] == ("records",) < each} == set(RECORDS_FLOOR)


@pytest.mark.parametrize("path", FILES + TESTS, ids=name_of)
def test_modules_and_functions_stay_short(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 60, f"{node.name} is too long"


@pytest.mark.parametrize("path", FILES + TESTS, ids=name_of)
def test_no_name_is_vague(path: Path) -> None:
    names = place(path) if path.is_relative_to(APP) else (path.stem,)
    assert VAGUE & {word for name in names for word in name.split("_")} == set()


@each_file
def test_only_the_settings_read_the_environment(path: Path) -> None:
    reading = {"environ", "getenv", "environb", "getenvb"}
    found = {
        node.attr if isinstance(node, ast.Attribute) else node.id
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute | ast.Name)
    }
    assert reading & found == set()
    if path.name != "settings.py":
        assert "BaseSettings" not in found


outside_the_journal = pytest.mark.parametrize(
    "path", [path for path in FILES if APP / "journal" not in path.parents], ids=name_of
)


@outside_the_journal
def test_only_the_journal_sets_versions_stamps_and_cards(path: Path) -> None:
    written = {
        node.attr
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    }
    assert DERIVED & written == set()


@outside_the_journal
def test_only_the_journal_writes_rows_by_sql(path: Path) -> None:
    tree = ast.parse(path.read_text())
    names = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
        for alias in node.names
    }
    words = {
        node.value.lstrip().split(" ")[0].upper()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if "models" not in path.parts  # the triggers of full text
    }
    assert {"insert", "update", "delete"} & names == set()
    assert {"INSERT", "UPDATE", "DELETE"} & words == set()


@outside_the_journal
def test_only_the_journal_makes_rows_of_derived_tables(path: Path) -> None:
    derived = {"Revision", "SearchText", "StudyConditionPage", "StudyTreatmentPage", "TermAncestor"}
    derived |= {"CitationBlock"}
    made = {
        node.func.id
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert derived & made == set()


def texts() -> Iterator[Path]:
    """Every file of the repository that people wrote."""
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        hidden = any(part in GENERATED or part.startswith(".") for part in parts[:-1])
        hidden &= parts[0] != ".ci"
        hidden |= path.name == ".git"  # a worktree has a file there
        if path.is_file() and not hidden and "swagger-ui-bundle" not in path.name:
            yield path


def registries() -> set[str]:
    """Hosts and folders that packages come from: the well-known ones, and this machine's."""
    known = {f"{name}.{end}" for name, end in REGISTRIES}
    command = [sys.executable, "-m", "pip", "config", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    for line in listed.splitlines():
        name, _, value = line.partition("=")
        if name.endswith(("index-url", "find-links", "proxy", "trusted-host")):
            for address in value.strip("'\"").split():
                known.add(urlsplit(address).hostname or urlsplit(address).path)
    return known


def test_nothing_names_where_packages_come_from() -> None:
    names = {name for name in registries() if len(name) > 3}
    found = {
        f"{name_of(path)}: {name}"
        for path in texts()
        for name in names
        if name in path.read_text(encoding="utf-8", errors="replace")
    }
    assert found == set()


def test_nothing_names_a_folder_of_the_machine_it_was_written_on() -> None:
    folders = ["/".join(("", "work", "")), "/".join(("", "root", ""))]
    found = {
        f"{name_of(path)}: {folder}"
        for path in texts()
        for folder in folders
        if folder in path.read_text(encoding="utf-8", errors="replace")
    }
    assert found == set()


def test_what_runs_reads_nothing_beside_the_repository() -> None:
    folders = ("app", "migrations", "seed_data")
    running = [path for path in texts() if path.relative_to(ROOT).parts[0] in folders]
    assert [
        name_of(path) for path in running if "../shared" in path.read_text(errors="replace")
    ] == []
