"""The ketamine document beside a study of 8 to 70 year olds: each request, and all that it finds.

The study is written as drafts, and again under other names with some people told otherwise. The
answers of mixed_ages.txt were worked out by hand from the rules, and by brute force.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api_client import read
from tests.conftest import ENGINES, Templates, serving
from tests.factories import Evidence

HERE = Path(__file__).parent
MADE = json.loads((HERE / "mixed_ages.json").read_text())
STUDIES = {
    "child": "children-oral-ketamine",
    "crps12": "adults-crps-12-weeks",
    "m": "mixed-ages",
    "infusions": "retrospective-outpatient-infusions",
    "liver": "liver-injury-3-cases",
}
SHORT = {name: short for short, name in STUDIES.items()}
CRPS = "complex-regional-pain-syndrome"
LETTERS = {"W": "within", "O": "overlapping", "P": "possible", "no": "no"}
ANSWER = re.compile(r"(?P<match>W|O|P|no)(?: \((?P<open>[^)]*)\))?")
Answer = tuple[str, tuple[str, ...]]  # how sure, and what is missing, or whose people it is about
Found = dict[str, tuple[Answer, dict[int, Answer]]]  # by slug, and by place of its parts


def write(evidence: Evidence, slug: str, people: list[dict[str, Any]]) -> None:
    """The study, some of whose people are told otherwise."""
    study = json.loads(json.dumps(MADE["study"]))
    told = {each["key"]: each for each in [*study.pop("populations"), *people]}
    evidence.study(slug=slug, populations=list(told.values()), **study)
    for key, harm in MADE["adverse_events"].items():
        counts = {"slug": f"{slug}.{key}", "counts": harm["counts"]}
        evidence.adverse_event(slug, "", harm["adverse_effect"], **counts)


@pytest.fixture(scope="module", params=ENGINES)
def client(request: pytest.FixtureRequest, templates: dict[str, Templates]) -> Iterator[TestClient]:
    with templates[request.param].opened("ketamine") as database:
        evidence = Evidence(database)
        for measure in ("sleep", "mood"):  # which the document has nothing on
            evidence.outcome_measure(measure)
        write(evidence, "mixed-ages", [])
        for slug, people in MADE["told_otherwise"].items():
            write(evidence, slug, people)
        for key, outcome in json.loads(json.dumps(MADE["outcomes"])).items():
            evidence.outcome("mixed-ages", slug=f"mixed-ages.{key}", **outcome)
        with serving(database) as client:
            yield client


# What is expected


def requests() -> dict[str, list[str]]:
    """By request, the lines of what it finds."""
    found: dict[str, list[str]] = {}
    request = ""
    for line in (HERE / "mixed_ages.txt").read_text().splitlines():
        if line.startswith(" "):
            found[request].append(line.strip())
        elif not line.startswith("#"):
            request = line
            found[request] = []
    return found


REQUESTS = requests()


def answer(written: str) -> Answer:
    """P (age, sex): possible, and what is missing."""
    parts = ANSWER.fullmatch(written)
    assert parts is not None, written
    return LETTERS[parts["match"]], tuple(sorted((parts["open"] or "").split(", ")))


def expected(lines: list[str]) -> Found:
    found: Found = {}
    for line in lines:
        whole, _, parts = line.partition(" {")
        sure, slug = whole.rsplit(" ", 1)
        each = re.findall(r"(\d+) ((?:W|O|P|no)(?: \([^)]*\))?)", parts)
        found[slug] = answer(sure), {int(place): answer(said) for place, said in each}
    return found


# What is found


def parameters(query: str) -> dict[str, str]:
    """What is asked; `study` names one of those of which some people are told otherwise."""
    asked = dict(each.split("=") for each in query.split("&"))
    return {name: re.sub("^crps", CRPS, value) for name, value in asked.items()}


def short(slug: str) -> str:
    study, dot, rest = slug.partition(".")
    return SHORT.get(study, study) + dot + rest


def told(page: dict[str, Any]) -> Found:
    """How sure each record of a page is, and each of its parts."""
    matches = page["matches"]
    found: Found = {}
    for slug in (each["slug"] for each in page["items"]):
        word = "overlapping" if slug in matches["partly"] else "within"
        missing = matches["missing"].get(slug)
        whole = (word, ("",)) if missing is None else ("possible", tuple(sorted(missing)))
        parts: dict[int, Answer] = {}
        for name in ("result", "count"):
            for each in (matches.get(f"{name}s") or {}).get(slug, []):
                whose = each["people"] if name == "count" and each["match"] == "no" else ""
                open_ = each.get("missing") or [whose]
                parts[each[name]] = each["match"], tuple(sorted(open_))
        found[short(slug)] = whole, parts
    return found


def about(name: str, study: str | None) -> bool:
    """Whether a record is of the study that is named; else of none that is told otherwise."""
    own = name.split(".", maxsplit=1)[0]
    return own == study if study else own not in MADE["told_otherwise"]


@pytest.mark.parametrize("request_", REQUESTS)
def test_each_request_finds_what_the_rules_say(client: TestClient, request_: str) -> None:
    path, _, query = request_.partition("?")
    asked = parameters(query)
    study = asked.pop("study", None)
    page = read(client, path, **asked, match="any", limit=200)

    found = {name: each for name, each in told(page).items() if about(name, study)}
    assert found == expected(REQUESTS[request_])
