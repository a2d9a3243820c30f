"""The harm profile of a treatment: what is stated, counted and seen of each of its harms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

import orjson
from sqlalchemy import Connection, and_, column, func, or_, select, values

from app.db.statements import Rows
from app.models import AdverseEvent, AdverseEventCount, ArmTreatment, CaseReport, Claim, HarmPage
from app.models.base import Key
from app.overviews.harms.known_harms import (
    KnownHarm,
    rows_about,
    seen_after_exposure,
    states_harm,
)
from app.overviews.harms.people import AskedPeople, Harm, given_in
from app.query.cards import CURRENT
from app.records.studies.fact_matches import Certainty
from app.vocabulary import PublicationStatus

GRAVITY = [each.value for each in PublicationStatus]  # the least grave first


AT_ONCE = 500  # cards read at once


def harm_profile(
    connection: Connection,
    treatments: list[int],
    harms: Sequence[KnownHarm],
    most: int | None = None,
    asked: AskedPeople | None = None,
) -> list[dict[str, Any]]:
    """What is known of these harms of the treatments, each exact form for itself.

    `most`: of a harm, the counts of so many studies, the newest. `asked`: of these people only;
    statements, which name no people, are told of all.
    """
    if not harms:
        return []
    found = _ProfileBuilder(connection, treatments, harms, asked)
    found.read_statements()
    if asked is None:
        found.read_counts(most)
    else:
        found.read_counts_of(asked, most)
    found.read_cases()
    return list(found.items(most))


class _ProfileBuilder:
    """Entries by adverse effect and exact treatment, filled from four statements."""

    def __init__(
        self,
        connection: Connection,
        treatments: list[int],
        harms: Sequence[KnownHarm],
        asked: AskedPeople | None,
    ) -> None:
        self.connection, self.harms, self.asked = connection, harms, asked
        effects = sorted({harm.key[0] for harm in harms})
        self.ids = {
            "treatment": treatments,
            "effect": effects + effects[-1:] * (_room(len(effects)) - len(effects)),
        }
        self.entries: dict[tuple[int, int], dict[str, Any]] = {
            harm.key: {"statements": {}, "counts": [], "cases": {}, "statuses": set()}
            for harm in harms
        }

    def read_statements(self) -> None:
        """Claims that name a harm of the treatment."""
        rows = rows_about(self.connection, _claim_query, **self.ids)
        for effect, treatment, modality, polarity, status, *link in rows:
            if entry := self.entries.get((effect, treatment)):
                claim = dict(zip(("slug", "quote", "summary"), link, strict=True))
                said = entry["statements"].setdefault((modality, polarity), _Statement())
                said.claims.append(claim)
                said.statuses.add(status)

    def read_counts(self, most: int | None) -> None:
        """Rows of studies that counted the harm in somebody who got the treatment."""
        counted = [harm.key for harm in self.harms if harm.studies]
        for start in range(0, len(counted), AT_ONCE):
            some = counted[start : start + AT_ONCE]
            some += [(0, 0)] * (_room(len(some)) - len(some))  # no term has this number
            keys = {"effect": [key[0] for key in some], "form": [key[1] for key in some]}
            if most is None:
                rows = rows_about(self.connection, _count_query, **keys)
            else:
                rows = rows_about(self.connection, _newest_count_query, **keys, most=[most - 1])
            rows.sort(key=itemgetter(slice(5)))
            for (form, effect, _, _), together in groupby(rows, key=itemgetter(slice(4))):
                entry, study = self.entries[effect, form], []
                for row in together:
                    treated, card, status = row[5:]
                    text = f'{{"adverse_event":{card},"treated":{treated}}}'
                    study.append(orjson.Fragment(text))
                    entry["statuses"].add(status)
                entry["counts"].append(study)

    def read_counts_of(self, asked: AskedPeople, most: int | None) -> None:
        """Rows of studies that counted the harm in people as asked who got the treatment."""
        found = asked.counts(self.connection, self.ids["treatment"], self.ids["effect"])
        chosen: dict[Harm, dict[int, dict[int, None]]] = {}  # harm -> study -> rows
        for each in found:
            if (each.effect, each.form) in self.entries:
                studies = chosen.setdefault((each.effect, each.form), {})
                if each.study in studies or most is None or len(studies) < most:
                    studies.setdefault(each.study, {}).setdefault(each.row)
        rows = sorted({row for of in chosen.values() for study in of.values() for row in study})
        matches, cards = asked.matches(self.connection, rows), _cards(self.connection, rows)
        given: dict[tuple[int, int], set[int]] = {}  # row and form -> places of counts
        for row, place, form in rows_about(self.connection, _given_query, **self.ids):
            given.setdefault((row, form), set()).add(place)
        for (effect, form), studies in chosen.items():
            entry = self.entries[effect, form]
            for study in studies.values():
                entry["statuses"].update(cards[row][1] for row in study)
                entry["counts"].append(
                    [
                        {
                            "adverse_event": orjson.Fragment(cards[row][0]),
                            "treated": sorted(given[row, form]),
                            "matches": matches[row],
                        }
                        for row in study
                    ]
                )

    def read_cases(self) -> None:
        """Harms seen in patients after the treatment, and what it is to the case."""
        names = ("slug", "label", "publication_status")
        if self.asked is None:
            rows = [(*each, None) for each in rows_about(self.connection, _case_query, **self.ids)]
        else:
            query = _case_query(self.ids["treatment"], self.ids["effect"])
            rows = self.asked.run(self.connection, query.add_columns(self.asked.of_patient()))
        for effect, treatment, role, *link, sure in rows:
            if self.asked is not None and not self.asked.keeps(sure):
                continue
            if entry := self.entries.get((effect, treatment)):
                case = {**dict(zip(names, link, strict=True)), "drug_role": role}
                case["match"] = None if sure is None else Certainty(sure).word
                entry["cases"].setdefault(case["slug"], case)
                entry["statuses"].add(case["publication_status"])

    def items(self, most: int | None) -> Iterator[dict[str, Any]]:
        """The entries, in the order of the harms."""
        for harm in self.harms:
            entry = self.entries[harm.key]
            said = entry["statements"]
            statuses = entry["statuses"].union(*(each.statuses for each in said.values()))
            sure = harm.certainty
            yield {
                "adverse_effect": harm.effect,
                "treatment": harm.treatment,
                "match": None if sure is None else Certainty(sure).word,
                "publication_status": _least_grave(statuses),
                "statements": [
                    {
                        "modality": modality,
                        "polarity": polarity,
                        "publication_status": _least_grave(each.statuses),
                        "people": None if self.asked is None else "not_told",
                        "claims": each.claims,
                    }
                    for (modality, polarity), each in said.items()
                ],
                "counts": [each for study in entry["counts"][:most] for each in study],
                "cases": list(entry["cases"].values()),
            }


@dataclass
class _Statement:
    """Claims that say one thing of a harm, and what became of their sources."""

    claims: list[dict[str, Any]] = field(default_factory=list)
    statuses: set[str] = field(default_factory=set)


def _least_grave(statuses: Iterable[str]) -> str:
    """What became of all of several sources; ordinary where there is none."""
    return min(statuses, key=GRAVITY.index, default=GRAVITY[0])


def _claim_query(treatment: list[Any], effect: list[Any]) -> Rows:
    query = select(
        Claim.object_id,
        Claim.subject_id,
        Claim.modality,
        Claim.polarity,
        Claim.publication_status,
        Claim.slug,
        Claim.quote,
        Claim.summary,
    ).where(*states_harm(treatment), Claim.object_id.in_(effect))
    return query.order_by(Claim.modality, Claim.polarity, Claim.slug)


def _given_query(treatment: list[Any], effect: list[Any]) -> Rows:
    """Which counts of which rows are of a group that got which of the treatments."""
    query = select(AdverseEvent.id, AdverseEventCount.position, ArmTreatment.treatment_id)
    return given_in(query, treatment).where(*_counts_effect(effect))


def _room(number: int) -> int:
    """How many terms a statement takes that is about so many; one is kept for each number."""
    return 1 << (number - 1).bit_length()


def _count_query(effect: list[Any], form: list[Any]) -> Rows:
    """The rows of harms under exact forms, in studies that counted the harm in a treated group."""
    keys = _keys(effect, form)
    return _count_rows(keys)


def _keys(effect: list[Any], form: list[Any]) -> Any:
    """Harms, each under the form beside it, as a table."""
    columns = (column("form", Key), column("effect", Key))
    return values(*columns, name="asked").data(list(zip(form, effect, strict=True))).cte()


def _count_rows(keys: Any) -> Rows:
    page, event = HarmPage, AdverseEvent.__table__.c
    place = (page.treatment_id, page.effect_id, page.minus_year, page.study_id, page.event_id)
    return (
        select(*place, page.treated, event.card, event.publication_status)
        .select_from(keys)
        .join(page, and_(page.treatment_id == keys.c.form, page.effect_id == keys.c.effect))
        .join(AdverseEvent, AdverseEvent.id == page.event_id)
    )


def _cards(connection: Connection, rows: Sequence[int]) -> dict[int, tuple[str, str]]:
    """By row of a table of harms, its card and what became of its sources."""
    table = AdverseEvent.__table__.c
    found = {}
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        query = select(table.id, table.card, table.publication_status).where(table.id.in_(some))
        found.update({id_: (card, status) for id_, card, status in connection.execute(query)})
    return found


def _newest_count_query(effect: list[Any], form: list[Any], most: list[Any]) -> Rows:
    """The same, of the newest studies of each harm: as many as are in `most`, and one more."""
    keys, page = _keys(effect, form), HarmPage
    last = (
        select(page.minus_year, page.study_id)
        .where(page.treatment_id == keys.c.form, page.effect_id == keys.c.effect)
        .group_by(page.minus_year, page.study_id)
        .order_by(page.minus_year, page.study_id)
        .limit(1)
        .offset(most[0])
        .correlate(keys)
    )
    year, study = (last.with_only_columns(each).scalar_subquery() for each in last.selected_columns)
    bounds = select(
        *keys.c, func.coalesce(year, 1).label("year"), func.coalesce(study, 0).label("study")
    ).cte("bounds")
    return _count_rows(bounds).where(
        page.minus_year <= bounds.c.year,
        or_(page.minus_year < bounds.c.year, page.study_id <= bounds.c.study),
    )


def _counts_effect(effect: list[Any]) -> list[Any]:
    """The harm + 0: rows are found from their study on, not from all that had the harm."""
    return [AdverseEvent.status == CURRENT, (AdverseEvent.adverse_effect_id + 0).in_(effect)]


def _case_query(treatment: list[Any], effect: list[Any]) -> Rows:
    harm, exposure, query = seen_after_exposure(treatment)
    columns = (harm.c.term_id, exposure.c.term_id, exposure.c.drug_role)
    link = (CaseReport.slug, CaseReport.label, CaseReport.publication_status)
    query = query.with_only_columns(*columns, *link)
    unsaid = exposure.c.drug_role.is_(None)
    return query.where(harm.c.term_id.in_(effect)).order_by(
        CaseReport.slug, unsaid, exposure.c.drug_role.desc()
    )
