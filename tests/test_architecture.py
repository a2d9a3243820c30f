"""The order below is the architecture. These tests keep it true."""

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from urllib.parse import urlsplit

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
    "related catalogue redirects study_list",
    "outcomes adverse_events",
    "studies",
    "claims case_reports citations discrepancies documents terms",
    "shared_filters ages_draft registry_draft drafting links names titles",
]
FLOOR = {name: at for at, names in enumerate(DOWNWARDS) for name in names.split()}
RECORDS_FLOOR = {name: at for at, names in enumerate(RECORDS) for name in names.split()}
MOST_LINES = 400  # of a module
MOST_FLOORS = 14  # of the order
MOST_FILES = 15  # in one folder, beside its __init__
MOST_LOOSE = 4  # in app itself
FILES = sorted(APP.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
OUTSIDE_THE_JOURNAL = [path for path in FILES if APP / "journal" not in path.parents]
DERIVED = {"version", "stamp", "edited", "card", "card_format"}
DERIVED_TABLES = {
    "CitationBlock",
    "GroupPopulation",
    "HarmPage",
    "HarmTotal",
    "OutcomePopulation",
    "Revision",
    "SearchText",
    "StudyConditionPage",
    "StudyPopulation",
}
DERIVED_TABLES |= {"FacetCount", "StudyFacets", "StudyTreatmentPage", "TermAncestor"}
VAGUE = {"util", "utils", "helper", "helpers", "common", "manager", "service", "misc"}
REGISTRIES = (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("crates", "io"))
GENERATED = {"data", "dist", "__pycache__"}

# A rule holds for every file at once: a test collects all that break it, each with its name.


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def place(path: Path) -> tuple[str, ...]:
    parts = path.relative_to(APP).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


def nodes(start: ast.AST, *, running: bool = False) -> Iterator[ast.AST]:
    """Everything below a node; `running`: but for what is there for type checkers alone."""
    for node in ast.iter_child_nodes(start):
        if running and isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        yield from nodes(node, running=running)


def imported(path: Path, *, running: bool = False) -> Iterator[tuple[str, ...]]:
    for node in nodes(tree(path), running=running):
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


def test_the_order_can_be_held_in_the_head() -> None:
    assert len(DOWNWARDS) <= MOST_FLOORS


def test_every_room_has_a_place_in_the_order() -> None:
    places = [place(path) for path in FILES]
    assert {each[0] for each in places if each} == set(FLOOR)
    assert {each[1] for each in places if each[:1] == ("records",) < each} == set(RECORDS_FLOOR)


def test_imports_point_down() -> None:
    upwards = [
        f"{name_of(path)} reaches up to {'.'.join(there)}"
        for path in FILES
        if (here := place(path))
        for there in imported(path)
        if there[0] != here[0] and FLOOR[there[0]] <= FLOOR[here[0]]
    ]
    assert upwards == []


def test_kinds_of_records_know_only_those_below() -> None:
    beside = (*RECORDS[0].split(), *RECORDS[-1].split())  # on these lines they know one another
    wrong = [
        f"{name_of(path)} reaches up to {'.'.join(there)}"
        for path in sorted((APP / "records").rglob("*.py"))
        if (here := place(path)[1:])
        for there in imported(path)
        if there[0] == "records" and there[1] != here[0]
        if RECORDS_FLOOR[there[1]] < RECORDS_FLOOR[here[0]] + (here[0] not in beside)
    ]
    assert wrong == []


def test_no_module_needs_itself() -> None:
    """Types may go in circles, as those of tables that refer to one another; imports may not."""
    needs = {place(path): set(imported(path, running=True)) for path in FILES}
    for here, there in needs.items():
        there.discard(here)
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        circle = " -> ".join(".".join(module) or "app" for module in error.args[1])
        raise AssertionError(circle) from None


def test_every_room_can_be_taken_in_at_one_look() -> None:
    counted = Counter(path.parent for path in FILES if path.stem != "__init__")
    assert {name_of(each): n for each, n in counted.items() if n > MOST_FILES} == {}
    assert counted[APP] <= MOST_LOOSE


def test_modules_and_functions_stay_short() -> None:
    long = [
        name_of(path) for path in FILES + TESTS if len(path.read_text().splitlines()) > MOST_LINES
    ]
    long += [
        f"{name_of(path)}: {node.name}"
        for path in FILES + TESTS
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= 60
    ]
    assert long == []


def test_no_name_is_vague() -> None:
    vague = [
        name_of(path)
        for path in FILES + TESTS
        for name in (place(path) if path.is_relative_to(APP) else (path.stem,))
        if VAGUE & set(name.split("_"))
    ]
    assert vague == []


def test_only_the_settings_read_the_environment() -> None:
    reading = {"environ", "getenv", "environb", "getenvb"}
    found = [
        f"{name_of(path)}: {word}"
        for path in FILES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute | ast.Name)
        and (word := node.attr if isinstance(node, ast.Attribute) else node.id)
        and (word in reading or (word == "BaseSettings" and path != APP / "settings.py"))
    ]
    assert found == []


def test_only_the_journal_sets_versions_stamps_and_cards() -> None:
    written = [
        f"{name_of(path)}: {node.attr}"
        for path in OUTSIDE_THE_JOURNAL
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
        if node.attr in DERIVED
    ]
    assert written == []


def test_only_the_journal_writes_rows_by_sql() -> None:
    names = [
        f"{name_of(path)}: {alias.name}"
        for path in OUTSIDE_THE_JOURNAL
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
        for alias in node.names
        if alias.name in {"insert", "update", "delete"}
    ]
    words = [
        f"{name_of(path)}: {node.value[:50]}"
        for path in OUTSIDE_THE_JOURNAL
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if node.value.lstrip().split(" ")[0].upper() in {"INSERT", "UPDATE", "DELETE"}
        if "models" not in path.parts  # the triggers of full text
    ]
    assert names + words == []


def test_only_the_journal_makes_rows_of_derived_tables() -> None:
    made = [
        f"{name_of(path)}: {node.func.id}"
        for path in OUTSIDE_THE_JOURNAL
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if node.func.id in DERIVED_TABLES
    ]
    assert made == []


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
