"""Harms on the page of a treatment: by exact form and, where people are asked for, by whose.

What is told of a form stands under exactly that form: a coma's harms are never those of the
substance at large.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

import orjson
from sqlalchemy import Connection
from starlette.datastructures import QueryParams

from app.overviews.harms.known_harms import (
    FormTotals,
    KnownHarm,
    forms_told_of,
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

MOST_FORMS = 6  # told of in full: the treatment itself, and those counted in most studies
MOST_HARMS = 30  # of a form, those counted in most studies
MOST_COUNTED = 90  # of all forms that are told of in full, shared among them
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


@dataclass(frozen=True)
class TreatmentHarms:
    """All that is told of the harms of a treatment: some forms in full, of others how many."""

    forms: list[FormHarms]
    further: list[FormTotals] = field(default_factory=list)


def harms_of_forms(
    connection: Connection, card: Card, narrower: Sequence[Card], treatments: list[int]
) -> TreatmentHarms:
    """All that is told of the harms of a treatment and of its narrower forms."""
    told = forms_told_of(connection, treatments)
    forms = _most_told_forms(card, told)
    harms = most_counted_harms(connection, list(forms), _most_counted(forms), MOST_STATED)
    return _treatment_harms(connection, (card, *narrower), told, harms, None)


def harms_of_people(
    connection: Connection,
    card: Card,
    narrower: Sequence[Card],
    treatments: list[int],
    parameters: list[tuple[str, str]],
    everything: TreatmentHarms,
) -> tuple[TreatmentHarms, TreatmentHarms, TreatmentHarms]:
    """Harms counted or seen in people as asked, where they are left open, and in others.

    Statements, which name no people, are in none of them.
    """
    found = []
    for match in ("definite", "possible"):
        about = [("treatment", card["slug"]), ("match", match), *parameters]
        asked = AskedPeople.of(connection, QueryParams(about))
        assert asked is not None  # noqa: S101 # there are people among the parameters
        known = known_harms(connection, treatments, asked)
        told = _forms_of(known)
        harms = _shown_harms(known, _most_told_forms(card, told))
        found.append(
            _without_statements(_treatment_harms(connection, (card, *narrower), told, harms, asked))
        )
    shown = [form for each in found for form in each.forms]
    others = _others(_without_statements(everything).forms, shown)
    return found[0], found[1], TreatmentHarms(others)


def _most_told_forms(card: Card, told: Mapping[int, FormTotals]) -> set[int]:
    """The forms that are told of in full: the treatment itself, and those counted the most."""
    order = sorted(
        told, key=lambda form: (told[form].link["slug"] != card["slug"], -told[form].studies)
    )
    return set(order[:MOST_FORMS])


def _most_counted(forms: Collection[int]) -> int:
    """How many counted harms are shown of each of so many forms."""
    return min(MOST_HARMS, MOST_COUNTED // max(1, len(forms)))


def _forms_of(known: Iterable[KnownHarm]) -> dict[int, FormTotals]:
    """By its number, each form of these harms, by name."""
    found: dict[int, list[KnownHarm]] = {}
    for harm in known:
        found.setdefault(harm.key[1], []).append(harm)
    forms = {
        form: FormTotals(harms[0].treatment, len(harms), sum(each.studies for each in harms))
        for form, harms in found.items()
    }
    order = sorted(forms, key=lambda form: (forms[form].link["name"], forms[form].link["slug"]))
    return {form: forms[form] for form in order}


def _treatment_harms(
    connection: Connection,
    kinds: Sequence[Card],
    told: Mapping[int, FormTotals],
    harms: Sequence[KnownHarm],
    asked: AskedPeople | None,
) -> TreatmentHarms:
    """These harms in full, of the other forms how many there are."""
    forms = sorted({harm.key[1] for harm in harms})
    profile = harm_profile(connection, forms, harms, MOST_STUDIES, asked)
    left = Counter({told[form].link["slug"]: told[form].harms for form in forms})
    left.subtract(harm.treatment["slug"] for harm in harms)
    by_name = [each.link for each in told.values()]  # those of forms follow the forms
    return TreatmentHarms(
        _harms_by_form([*kinds, *by_name], _with_further_studies(profile, harms), left),
        [each for form, each in told.items() if form not in forms],
    )


def _without_statements(harms: TreatmentHarms) -> TreatmentHarms:
    found = [replace(each, stated={}) for each in harms.forms]
    return replace(harms, forms=[each for each in found if each.counted or each.seen])


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


def _shown_harms(known: Iterable[KnownHarm], shown: Container[int]) -> list[KnownHarm]:
    """As many harms of each form as somebody reads: some told of, and those counted the most."""
    forms: dict[int, list[KnownHarm]] = {}
    for harm in known:
        if harm.key[1] in shown:
            forms.setdefault(harm.key[1], []).append(harm)
    kept = set()
    for harms in forms.values():
        counted = sorted(harms, key=lambda each: -each.studies)[: _most_counted(forms)]
        entries = [each for each in harms if each.uncounted][:MOST_STATED]
        kept |= {each.key for each in (*entries, *(each for each in counted if each.studies))}
    return [harm for harms in forms.values() for harm in harms if harm.key in kept]


def _harms_by_form(
    kinds: Iterable[Card], harms: Iterable[Card], further: Counter[str]
) -> list[FormHarms]:
    """Each exact form of which some harm is told, the treatment itself first."""
    forms: dict[str, FormHarms] = {}
    for each in kinds:
        forms.setdefault(each["slug"], FormHarms(each))
    for entry in harms:
        form = forms[entry["treatment"]["slug"]]
        if entry["counts"]:
            told = {name: entry[name] for name in ("adverse_effect", "more")}
            form.counted.append({**told, "rows": list(_counted_rows(entry["counts"]))})
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
