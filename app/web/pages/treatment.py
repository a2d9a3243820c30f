"""The page of a treatment, in the order a clinician needs: in whom, what harm, then what benefit.

What is told of a form stands under exactly that form: a coma's harms are never those of the
substance at large.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import orjson
from sqlalchemy import Connection
from starlette.datastructures import QueryParams

from app.overviews.harms.queries import KnownHarm, harm_profile, known_harms
from app.overviews.harms.routes import treatments_of
from app.query.request import ListDefinition
from app.records.adverse_events.distinction import distinctions
from app.records.case_reports.filters import CASE_REPORTS
from app.records.citations.card import CITATION
from app.records.discrepancies.filters import DISCREPANCIES
from app.records.outcomes.filters import OUTCOMES
from app.records.study_list import STUDIES
from app.records.terms.card import OUTCOME_MEASURE
from app.records.terms.filters import TREATMENTS
from app.vocabulary import Modality, OutcomeDomain
from app.web import population_match
from app.web.api_data import Card, cards_by_slug, list_of, record_of, source_of, sources_of
from app.web.findings import REPORTING_GAPS

MOST_HARMS = 30  # of a form, those counted in most studies
MOST_STATED = 100  # of a form, stated or seen in patients
MOST_STUDIES = 4  # of a harm, whose counts or cases are shown: the newest
# From what was seen in patients to what may happen: how near a statement is to an observation.
MODALITY_ORDER = (
    Modality.OBSERVED,
    Modality.STATED,
    Modality.ASSOCIATION,
    Modality.TENDENCY,
    Modality.EMERGING_SIGNAL,
    Modality.POSSIBLE,
)


@dataclass
class FormHarms:
    """One exact form of the treatment, with what is told of its harms."""

    link: Card
    counted: list[Card] = field(default_factory=list)
    further: int = 0  # harms that are known of, and not shown
    stated: dict[str, list[Card]] = field(default_factory=dict)
    seen: list[Card] = field(default_factory=list)


def context(connection: Connection, slug: str, given: QueryParams) -> dict[str, Any]:
    """Everything that the page shows; `given` asks for people, whom each study is held against."""
    card = record_of(connection, "treatment", slug)
    treatments = treatments_of(connection, QueryParams(treatment=slug))
    known = known_harms(connection, treatments)
    shown = _shown_harms(known)
    harms = _with_further_studies(harm_profile(connection, treatments, shown, MOST_STUDIES), shown)
    studies, outcomes, cases, differences, narrower = (
        list_of(connection, listing, _list_query(by, slug)) for listing, by in RELATED_LISTS
    )
    kinds = [card, *narrower["items"]]
    further = Counter(each.treatment["slug"] for each in known)
    further.subtract(each.treatment["slug"] for each in shown)
    forms = _harms_by_form(card, narrower["items"], harms, further)
    harm_rows = [[each.counted, list(each.stated.values())] for each in forms]
    decisions = [_decisions(each) for each in kinds]
    quoted = [harm_rows, outcomes["items"], differences["items"], decisions]
    return {
        "card": card,
        **_matched_studies(connection, slug, given, studies),
        "narrower": narrower["items"],
        "outcomes": outcomes,
        "lasting": [each for each in outcomes["items"] if _is_duration(each)],
        "unmeasured": _unmeasured_domains(connection, outcomes["items"])
        if studies["items"]
        else [],
        "forms": forms,
        "approvals": [each for each in kinds if each["regulatory_statuses"]],
        "cases": cases,
        "differences": differences,
        "publications": _publications(connection, studies["items"]),
        "gaps": REPORTING_GAPS,
        "sources": sources_of(connection, quoted),
        "places": {each["slug"]: source_of(each) for each in card["claims"]["items"]},
    }


def _matched_studies(
    connection: Connection, slug: str, given: QueryParams, studies: Card
) -> dict[str, Any]:
    """The studies, those whose people match first, and how each matches."""
    conditions = {
        each["slug"]: each["name"]
        for study in studies["items"]
        for people in study["populations"]
        for each in people["conditions"]
    }
    found = population_match.context(connection, slug, given, conditions)
    shown = {
        each["slug"]: found["matches"].get(each["slug"], population_match.no_match(each))
        for each in studies["items"]
    }
    ordered = sorted(studies["items"], key=lambda each: shown[each["slug"]].order)
    return {**found, "matches": shown, "studies": {**studies, "items": ordered}}


RELATED_LISTS: tuple[tuple[ListDefinition, str], ...] = (
    (STUDIES, "treatment"),
    (OUTCOMES, "treatment"),
    (CASE_REPORTS, "treatment"),
    (DISCREPANCIES, "treatment"),
    (TREATMENTS, "parent"),
)


def _list_query(by: str, slug: str) -> QueryParams:
    return QueryParams([(by, slug), ("limit", "100")])


def _decisions(card: Card) -> list[Card]:
    found: list[Card] = card["regulatory_statuses"]
    return found


def _is_duration(outcome: Card) -> bool:
    """Whether an outcome is about how long an effect lasted."""
    bounded = any(each["time_relation"] == "not_after" for each in outcome["results"])
    return outcome["metric"] == "duration" or bounded


def _with_further_studies(items: list[Card], harms: Iterable[KnownHarm]) -> list[Card]:
    """Entries of a profile, each with how many studies counted its harm beyond those shown."""
    entries: list[Card] = orjson.loads(orjson.dumps(items))
    for entry, harm in zip(entries, harms, strict=True):
        shown = {count["adverse_event"]["study"]["slug"] for count in entry["counts"]}
        entry["more"] = harm.studies - len(shown)
    return entries


def _shown_harms(known: Iterable[KnownHarm]) -> list[KnownHarm]:
    """As many harms of each form as somebody reads: some told of, and those counted the most."""
    forms: dict[int, list[KnownHarm]] = {}
    for harm in known:
        forms.setdefault(harm.key[1], []).append(harm)
    shown = set()
    for harms in forms.values():
        counted = sorted(harms, key=lambda each: -each.studies)[:MOST_HARMS]
        entries = [each for each in harms if each.uncounted][:MOST_STATED]
        shown |= {each.key for each in (*entries, *(each for each in counted if each.studies))}
    return [each for harms in forms.values() for each in harms if each.key in shown]


def _harms_by_form(
    card: Card, narrower: Iterable[Card], harms: Iterable[Card], further: Mapping[str, int]
) -> list[FormHarms]:
    """Each exact form of which some harm is told, the treatment itself first."""
    forms = {each["slug"]: FormHarms(each) for each in (card, *narrower)}
    for entry in harms:
        form = forms.setdefault(entry["treatment"]["slug"], FormHarms(entry["treatment"]))
        if entry["counts"]:
            form.counted.append({**entry, "rows": list(_counted_rows(entry["counts"]))})
        for statement in entry["statements"]:
            found = {**statement, "adverse_effect": entry["adverse_effect"]}
            form.stated.setdefault(statement["modality"], []).append(found)
        if entry["cases"]:
            form.seen.append(entry)
    for form in forms.values():
        form.stated = {each: form.stated[each] for each in MODALITY_ORDER if each in form.stated}
        form.seen = [_first_cases(each) for each in form.seen]
        form.further = further[form.link["slug"]]
    return [each for each in forms.values() if each.counted or each.stated or each.seen]


def _counted_rows(counts: Iterable[Card]) -> Iterator[Card]:
    """Rows of tables of harms, each with the counts of this form and those beside them.

    Those of one study follow one another, and stand apart by what differs.
    """
    for _, together in groupby(counts, key=lambda each: each["adverse_event"]["study"]["slug"]):
        rows = list(together)
        apart = distinctions([each["adverse_event"] for each in rows])
        for row, words in zip(rows, apart, strict=True):
            event, places = row["adverse_event"], set(row["treated"])
            sides = [(at in places, count) for at, count in enumerate(event["counts"])]
            yield {
                "event": event,
                "apart": words,
                "treated": [count for given, count in sides if given],
                "beside": [count for given, count in sides if not given],
            }


def _first_cases(entry: Card) -> Card:
    """An entry with the first few of its cases, and how many more there are."""
    cases = entry["cases"]
    return {**entry, "cases": cases[:MOST_STUDIES], "more": len(cases[MOST_STUDIES:])}


def _unmeasured_domains(connection: Connection, outcomes: Iterable[Card]) -> list[str]:
    """The domains that no outcome of the studies shown is about."""
    measures = cards_by_slug(
        connection, OUTCOME_MEASURE, (each["measure"]["slug"] for each in outcomes)
    )
    known = {each["domain"] for each in measures.values()}
    return [each.label for each in OutcomeDomain if each not in {*known, OutcomeDomain.OTHER}]


def _publications(connection: Connection, studies: Iterable[Card]) -> list[Card]:
    """What was published about the studies, newest first."""
    slugs = (link["citation"]["slug"] for study in studies for link in study["citations"])
    found = cards_by_slug(connection, CITATION, slugs)
    return sorted(found.values(), key=lambda each: (-(each["year"] or 0), each["slug"]))
