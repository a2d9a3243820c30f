"""Harms on the page of a treatment: by exact form and, where people are asked for, by whose.

What is told of a form stands under exactly that form: a coma's harms are never those of the
substance at large.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

import orjson
from sqlalchemy import Connection
from starlette.datastructures import QueryParams

from app.overviews.harms.known_harms import (
    HarmsOfForm,
    KnownHarm,
    known_harms,
    most_counted_harms,
)
from app.overviews.harms.people import AskedPeople
from app.overviews.harms.profile import harm_profile
from app.query.criteria import Match
from app.records.adverse_events.distinction import distinctions
from app.records.studies.fact_matches import AS_ASKED
from app.records.titles import left_open
from app.vocabulary import Modality
from app.web.api_data import Card

MOST_HARMS = 30  # of a form, those counted in most studies
MOST_STATED = 100  # of a form, stated or seen in patients
MOST_STUDIES = 4  # of a harm, whose counts or cases are shown: the newest
CERTAIN = {each.word for each in AS_ASKED[Match.DEFINITE]}
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

    def rows(self) -> Iterator[str]:
        """The slugs of the rows of tables of harms that are shown."""
        yield from (row["event"]["slug"] for entry in self.counted for row in entry["rows"])

    def cases(self) -> Iterator[str]:
        """The slugs of the case reports that are shown."""
        yield from (case["slug"] for entry in self.seen for case in entry["cases"])


def harms_of_forms(
    connection: Connection, card: Card, narrower: Sequence[Card], treatments: list[int]
) -> list[FormHarms]:
    """All that is told of the harms of a treatment and of its narrower forms."""
    shown = most_counted_harms(connection, treatments, MOST_HARMS, MOST_STATED)
    return _forms(connection, card, narrower, treatments, shown, None)


def harms_of_people(
    connection: Connection,
    card: Card,
    narrower: Sequence[Card],
    treatments: list[int],
    parameters: list[tuple[str, str]],
    everything: Sequence[FormHarms],
) -> tuple[list[FormHarms], list[FormHarms], list[FormHarms]]:
    """Harms counted or seen in people as asked, where they are left open, and in others.

    Statements, which name no people, are in none of them.
    """
    told = []
    for match in ("definite", "possible"):
        about = [("treatment", card["slug"]), ("match", match), *parameters]
        asked = AskedPeople.of(connection, QueryParams(about))
        assert asked is not None  # noqa: S101 # there are people among the parameters
        known = known_harms(connection, treatments, asked)
        told.append(
            _without_statements(
                _forms(connection, card, narrower, treatments, _shown_harms(known), asked)
            )
        )
    return told[0], told[1], _others(_without_statements(everything), [*told[0], *told[1]])


def _forms(
    connection: Connection,
    card: Card,
    narrower: Sequence[Card],
    treatments: list[int],
    shown: Mapping[int, HarmsOfForm],
    asked: AskedPeople | None,
) -> list[FormHarms]:
    harms = [harm for form in shown.values() for harm in form.harms]
    profile = harm_profile(connection, treatments, harms, MOST_STUDIES, asked)
    further = {
        form.harms[0].treatment["slug"]: form.total - len(form.harms) for form in shown.values()
    }
    return _harms_by_form(card, narrower, _with_further_studies(profile, harms), further)


def _without_statements(forms: Iterable[FormHarms]) -> list[FormHarms]:
    found = [replace(each, stated={}) for each in forms]
    return [each for each in found if each.counted or each.seen]


def _others(everything: Iterable[FormHarms], told: Sequence[FormHarms]) -> list[FormHarms]:
    """What of everything stands in none of the forms that are told already."""
    rows = {(each.link["slug"], slug) for each in told for slug in each.rows()}
    cases = {(each.link["slug"], slug) for each in told for slug in each.cases()}
    found = []
    for form in everything:
        of = form.link["slug"]
        counted = [
            {**entry, "more": 0, "rows": left}
            for entry in form.counted
            if (left := [row for row in entry["rows"] if (of, row["event"]["slug"]) not in rows])
        ]
        seen = [
            {**entry, "cases": left}
            for entry in form.seen
            if (left := [case for case in entry["cases"] if (of, case["slug"]) not in cases])
        ]
        found.append(replace(form, counted=counted, seen=seen, further=0))
    return [each for each in found if each.counted or each.seen]


def _with_further_studies(items: list[Card], harms: Iterable[KnownHarm]) -> list[Card]:
    """Entries of a profile, each with how many studies counted its harm beyond those shown."""
    entries: list[Card] = orjson.loads(orjson.dumps(items))
    for entry, harm in zip(entries, harms, strict=True):
        shown = {count["adverse_event"]["study"]["slug"] for count in entry["counts"]}
        entry["more"] = harm.studies - len(shown)
    return entries


def _shown_harms(known: Iterable[KnownHarm]) -> dict[int, HarmsOfForm]:
    """As many harms of each form as somebody reads: some told of, and those counted the most."""
    forms: dict[int, list[KnownHarm]] = {}
    for harm in known:
        forms.setdefault(harm.key[1], []).append(harm)
    found = {}
    for form, harms in forms.items():
        counted = sorted(harms, key=lambda each: -each.studies)[:MOST_HARMS]
        entries = [each for each in harms if each.uncounted][:MOST_STATED]
        shown = {each.key for each in (*entries, *(each for each in counted if each.studies))}
        found[form] = HarmsOfForm([each for each in harms if each.key in shown], len(harms))
    return found


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
        form.further = further.get(form.link["slug"], 0)
    return [each for each in forms.values() if each.counted or each.stated or each.seen]


def _counted_rows(counts: Iterable[Card]) -> Iterator[Card]:
    """Rows of tables of harms, each with the counts of this form and those beside them.

    Those of one study follow one another, and stand apart by what differs.
    """
    for _, together in groupby(counts, key=lambda each: each["adverse_event"]["study"]["slug"]):
        rows = list(together)
        apart = distinctions([each["adverse_event"] for each in rows])
        for row, words in zip(rows, apart, strict=True):
            yield {"event": row["adverse_event"], "apart": words, **_sides(row)}


def _sides(row: Card) -> Card:
    """The counts of a row: of those treated, of those beside them, and titles of other people.

    Only as sure a count as the surest of those treated is one of them.
    """
    counts = row["adverse_event"]["counts"]
    matches = row.get("matches") or [{"match": "within"} for _ in counts]
    sure = any(matches[at]["match"] in CERTAIN for at in row["treated"])
    kept = CERTAIN if sure else {"possible"}
    whole = any(matches[at]["match"] == "within" for at in row["treated"])
    found: Card = {"treated": [], "beside": [], "also": [], "partly": sure and not whole}
    open_ = (name for at in row["treated"] for name in matches[at].get("missing", ()))
    found["missing"] = "" if sure else left_open(open_)
    for at, (count, match) in enumerate(zip(counts, matches, strict=True)):
        asked = match["match"] in kept
        if at in row["treated"] and asked:
            found["treated"].append(count)
        elif at not in row["treated"] and (asked or match.get("people") == "same"):
            found["beside"].append(count)
        else:
            found["also"].append(count["group"]["title"])
    return found


def _first_cases(entry: Card) -> Card:
    """An entry with the first few of its cases, and how many more there are."""
    cases = entry["cases"]
    return {**entry, "cases": cases[:MOST_STUDIES], "more": len(cases[MOST_STUDIES:])}
