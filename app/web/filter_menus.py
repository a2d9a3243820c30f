"""Filters as people use them: menus with counts, the filter in words, and addresses to share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import QueryParams

from app.query.criteria import MISSING, NOT
from app.query.filters import Filter
from app.query.nested.question import WHERE
from app.query.request import CONTROLS
from app.records.titles import parameter_title
from app.web.addresses import query
from app.web.api_data import Card

NOT_SHOWN = {"limit", "cursor", "after", "format", "facet", "facet.own", "fields"}
SHOWN_CONTROLS = {"match", "broader", "descendants", WHERE}
Filters = Mapping[str, Filter]  # of a list, by each name that they may be asked for


@dataclass(frozen=True)
class MenuChoice:
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
    choices: list[MenuChoice]

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


def value_label(filters: Filters, name: str, value: str) -> str:
    """A value of a parameter as people read it: from the vocabulary that its filter carries."""
    if name.endswith(MISSING):
        return "not stated" if value == "true" else "stated"
    vocabulary = filters[name].vocabulary if name in filters else None
    try:
        return vocabulary(value).label if vocabulary else value
    except ValueError:  # a filter may take a word beside its vocabulary, as publication_status=any
        return value


def stored_words(filters: Filters, given: QueryParams) -> QueryParams:
    """What is asked for, each word of a vocabulary as it is stored, however it was written."""
    return QueryParams(
        [(name, _stored(filters, name, value)) for name, value in given.multi_items()]
    )


def _stored(filters: Filters, name: str, value: str) -> str:
    vocabulary = filters[name].vocabulary if name in filters else None
    try:
        return vocabulary(value).value if vocabulary else value
    except ValueError:
        return value


def facet_menus(
    filters: Filters, found: Card, given: QueryParams, names: Sequence[str]
) -> list[Menu]:
    """A menu for each facet, in the order of their names; years newest first."""
    counts = found["facets"]["counts"] if found.get("facets") else {}
    return [_menu(filters, name, counts.get(name, []), given) for name in names]


def _menu(filters: Filters, name: str, counted: Iterable[Card], given: QueryParams) -> Menu:
    counted = list(counted)
    most = max((each["count"] for each in counted), default=1)
    choices = [_choice(filters, name, each, given, most) for each in counted]
    if name == "year":
        # Counts come the most frequent first, in which nobody finds a year.
        choices.sort(key=lambda each: each.value, reverse=True)
    known = {(each.name, each.value) for each in choices}
    more = (name, name + NOT, name + MISSING)
    # What was chosen and finds nothing is not counted, and has to stay to be taken off.
    choices += [
        MenuChoice(key, value, value_label(filters, key, value), None, chosen=True, share=0)
        for key, value in given.multi_items()
        if key in more and (key, value) not in known
    ]
    return Menu(name, parameter_title(name), choices)


def _choice(
    filters: Filters, name: str, counted: Card, given: QueryParams, most: int
) -> MenuChoice:
    value, number = counted["value"], counted["count"]
    parameter, written = (name + MISSING, "true") if value is None else (name, value)
    words = counted.get("label") or value_label(filters, parameter, written)
    chosen = written in given.getlist(parameter)
    return MenuChoice(parameter, written, words, number, chosen, round(100 * number / most))


def chips(filters: Filters, path: str, given: QueryParams, names: Mapping[str, str]) -> list[Chip]:
    """What is asked for, one by one; `names` are the names of terms by slug."""
    pairs = [pair for pair in given.multi_items() if pair[0] not in NOT_SHOWN]
    found = []
    for at, (name, value) in enumerate(pairs):
        if name in CONTROLS and name not in SHOWN_CONTROLS:
            continue
        words = names.get(value) or value_label(filters, name, value)
        found.append(Chip(parameter_title(name), words, query(path, pairs[:at] + pairs[at + 1 :])))
    return found


def hidden_fields(given: QueryParams, shown: Iterable[Menu]) -> list[tuple[str, str]]:
    """What a form of menus has to carry along, so that nothing asked for is lost."""
    inside = {(each.name, each.value) for menu in shown for each in menu.choices}
    pages = {"cursor", "after", "facet", "facet.own", "format", "fields", "q"}
    return [pair for pair in given.multi_items() if pair not in inside and pair[0] not in pages]


def menu_labels(menus: Iterable[Menu]) -> dict[str, str]:
    """The labels of the values that menus show, by value."""
    return {each.value: each.label for menu in menus for each in menu.choices}


def list_query(given: QueryParams, limit: int, facets: Sequence[str]) -> QueryParams:
    """What a page asks of its list: as it was asked itself, so many rows, counted by facets."""
    pairs: list[tuple[str, Any]] = [
        pair for pair in given.multi_items() if pair[0] not in {"facet", "facet.own", "format"}
    ]
    if "limit" not in given:
        pairs.append(("limit", str(limit)))
    if facets:
        pairs += [("facet", ",".join(facets)), ("facet.own", "false")]
    return QueryParams(pairs)
