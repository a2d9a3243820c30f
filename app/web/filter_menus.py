"""Filters as people use them: menus with counts, the filter in words, and addresses to share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import QueryParams

from app.query.criteria import MISSING, NOT
from app.query.request import CONTROLS
from app.web.addresses import query
from app.web.api_data import Card
from app.web.labels import label

TITLES = {
    "q": "words",
    "age_group": "age group",
    "study_type": "type",
    "outcome_domain": "outcome",
    "publication_status": "publications",
    "n": "people",
}
VOCABULARIES = {
    "age_group": "AgeGroup",
    "allocation": "Allocation",
    "basis": "Basis",
    "design": "Design",
    "direction": "Direction",
    "kind": "ClaimKind",
    "masking": "Masking",
    "modality": "Modality",
    "outcome_domain": "OutcomeDomain",
    "phase": "Phase",
    "polarity": "Polarity",
    "publication_status": "PublicationStatus",
    "reporting": "Reporting",
    "role": "OutcomeRole",
    "scope": "AdverseEventScope",
    "serious": "Stated",
    "sex": "Sex",
    "status": "StudyStatus",
    "study_type": "StudyType",
    "treatment_role": "TreatmentRole",
    "type": "CitationType",
}
MENU_OF = {"limit", "cursor", "after", "format", "facet", "facet.own", "fields"}


@dataclass(frozen=True)
class Choice:
    """One value of a menu: the parameter that asks for it, how many it would find."""

    name: str
    value: str
    label: str
    count: int | None
    chosen: bool
    share: int  # per cent of the most frequent value


@dataclass(frozen=True)
class Menu:
    """The values of one filter."""

    name: str
    title: str
    choices: list[Choice]

    @property
    def chosen(self) -> list[str]:
        """What is chosen, in words."""
        return [each.label for each in self.choices if each.chosen]


@dataclass(frozen=True)
class Chip:
    """One thing that is asked for, and the address that no longer asks for it."""

    title: str
    label: str
    without: str


def titled(name: str) -> str:
    """A parameter as people call it."""
    plain = name.removesuffix(NOT).removesuffix(MISSING)
    title = TITLES.get(plain, plain.replace("_", " "))
    return f"not {title}" if name.endswith(NOT) else title


def worded(name: str, value: str) -> str:
    """A value of a parameter as people read it."""
    if name.endswith(MISSING):
        return "not stated" if value == "true" else "stated"
    vocabulary = VOCABULARIES.get(name.removesuffix(NOT))
    try:
        return label(vocabulary, value) if vocabulary else value
    except ValueError:
        return value


def menus(found: Card, given: QueryParams, names: Sequence[str]) -> list[Menu]:
    """A menu for each facet, in the order of their names; years newest first."""
    counts = found["facets"]["counts"] if found.get("facets") else {}
    return [_menu(name, counts.get(name, []), given) for name in names]


def _menu(name: str, counted: Iterable[Card], given: QueryParams) -> Menu:
    counted = list(counted)
    most = max((each["count"] for each in counted), default=1)
    choices = [_choice(name, each, given, most) for each in counted]
    if name == "year":
        choices.sort(key=lambda each: each.value, reverse=True)
    known = {(each.name, each.value) for each in choices}
    more = (name, name + NOT, name + MISSING)
    choices += [
        Choice(key, value, worded(key, value), None, chosen=True, share=0)
        for key, value in given.multi_items()
        if key in more and (key, value) not in known
    ]
    return Menu(name, titled(name), choices)


def _choice(name: str, counted: Card, given: QueryParams, most: int) -> Choice:
    value, number = counted["value"], counted["count"]
    parameter, written = (name + MISSING, "true") if value is None else (name, value)
    words = counted.get("label") or worded(parameter, written)
    chosen = written in given.getlist(parameter)
    return Choice(parameter, written, words, number, chosen, round(100 * number / most))


def chips(path: str, given: QueryParams, names: dict[str, str]) -> list[Chip]:
    """What is asked for, one by one; `names` are the names of terms by slug."""
    pairs = [pair for pair in given.multi_items() if pair[0] not in MENU_OF]
    found = []
    for at, (name, value) in enumerate(pairs):
        if name in CONTROLS and name not in {"match", "broader", "descendants"}:
            continue
        words = names.get(value) or worded(name, value)
        found.append(Chip(titled(name), words, query(path, pairs[:at] + pairs[at + 1 :])))
    return found


def kept(given: QueryParams, shown: Iterable[Menu]) -> list[tuple[str, str]]:
    """What a form of menus has to carry along, so that nothing asked for is lost."""
    inside = {(each.name, each.value) for menu in shown for each in menu.choices}
    pages = {"cursor", "after", "facet", "facet.own", "format", "fields", "q"}
    return [pair for pair in given.multi_items() if pair not in inside and pair[0] not in pages]


def names_in(menus: Iterable[Menu]) -> dict[str, str]:
    """The names of the values that menus show."""
    return {each.value: each.label for menu in menus for each in menu.choices}


def asked(given: QueryParams, limit: int, facets: Sequence[str]) -> QueryParams:
    """The request that a page makes of its list: what was asked for, so many at once, counted."""
    pairs: list[tuple[str, Any]] = [
        pair for pair in given.multi_items() if pair[0] not in {"facet", "facet.own", "format"}
    ]
    if "limit" not in given:
        pairs.append(("limit", str(limit)))
    if facets:
        pairs += [("facet", ",".join(facets)), ("facet.own", "false")]
    return QueryParams(pairs)
