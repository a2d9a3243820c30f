"""The harm profile of a treatment: what is stated, counted and seen of each of its harms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

import orjson
from sqlalchemy import Connection, and_, func, select

from app.db.statements import Rows
from app.models import (
    AdverseEvent,
    AdverseEventCount,
    Arm,
    ArmTreatment,
    CaseReport,
    Claim,
    Study,
)
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
        # Always as many: a statement is kept for each number of terms.
        room = 1 << (len(effects) - 1).bit_length()
        self.ids = {
            "treatment": treatments,
            "effect": effects + effects[-1:] * (room - len(effects)),
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
        given: dict[int, dict[int, set[int]]] = {}  # row -> form -> places of counts
        for row, place, form in rows_about(self.connection, _given_query, **self.ids):
            given.setdefault(row, {}).setdefault(form, set()).add(place)
        if most is None:
            rows = rows_about(self.connection, _count_query, **self.ids)
        else:
            rows = rows_about(self.connection, _newest_count_query, **self.ids, most=[most])
        for (_, effect), together in groupby(rows, itemgetter(2, 3)):
            some = [
                (given.get(row, {}), orjson.Fragment(card), status)
                for card, row, _, _, status in together
            ]
            for form in set().union(*(forms for forms, *_ in some)):
                if entry := self.entries.get((effect, form)):
                    entry["statuses"].update(status for *_, status in some)
                    entry["counts"].append(
                        [
                            {"adverse_event": card, "treated": sorted(forms.get(form, ()))}
                            for forms, card, _ in some
                        ]
                    )

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


def _count_query(treatment: list[Any], effect: list[Any]) -> Rows:
    """The rows of these harms in studies of which an arm gets the treatment, newest first."""
    arms = select(Arm.study_id).join(ArmTreatment, ArmTreatment.arm_id == Arm.id)
    studies = arms.where(ArmTreatment.treatment_id.in_(treatment))
    return _count_rows().where(AdverseEvent.study_id.in_(studies), *_counts_effect(effect))


def _cards(connection: Connection, rows: Sequence[int]) -> dict[int, tuple[str, str]]:
    """By row of a table of harms, its card and what became of its sources."""
    table = AdverseEvent.__table__.c
    found = {}
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        query = select(table.id, table.card, table.publication_status).where(table.id.in_(some))
        found.update({id_: (card, status) for id_, card, status in connection.execute(query)})
    return found


def _newest_count_query(treatment: list[Any], effect: list[Any], most: list[Any]) -> Rows:
    """The same, of the newest studies that counted a harm in a group with the treatment."""
    table = AdverseEvent.__table__.c
    place = func.dense_rank().over(
        partition_by=(AdverseEvent.adverse_effect_id, ArmTreatment.treatment_id),
        order_by=(Study.year_key.desc(), Study.id),
    )
    rows = select(table.study_id, table.adverse_effect_id, place.label("place"))
    rows = rows.join(Study, Study.id == AdverseEvent.study_id)
    ranked = given_in(rows, treatment).where(*_counts_effect(effect)).subquery()
    chosen = (
        select(ranked.c.study_id, ranked.c.adverse_effect_id)
        .where(ranked.c.place <= most[0])
        .distinct()
    ).subquery()
    same = (chosen.c.study_id == table.study_id, chosen.c.adverse_effect_id == _effect_column())
    return _count_rows().join(chosen, and_(*same)).where(AdverseEvent.status == CURRENT)


def _count_rows() -> Rows:
    """Rows of tables of harms, each study's together, those of one harm one after the other."""
    table = AdverseEvent.__table__.c
    row = (table.card, table.id, table.study_id, table.adverse_effect_id)
    query = select(*row, table.publication_status)
    query = query.join(Study, Study.id == AdverseEvent.study_id)
    return query.order_by(Study.year_key.desc(), Study.id, table.adverse_effect_id, table.id)


def _counts_effect(effect: list[Any]) -> list[Any]:
    return [AdverseEvent.status == CURRENT, _effect_column().in_(effect)]


def _effect_column() -> Any:
    """The harm + 0: rows are found from their study on, not from all that had the harm."""
    return AdverseEvent.adverse_effect_id + 0


def _case_query(treatment: list[Any], effect: list[Any]) -> Rows:
    harm, exposure, query = seen_after_exposure(treatment)
    columns = (harm.c.term_id, exposure.c.term_id, exposure.c.drug_role)
    link = (CaseReport.slug, CaseReport.label, CaseReport.publication_status)
    query = query.with_only_columns(*columns, *link)
    unsaid = exposure.c.drug_role.is_(None)
    return query.where(harm.c.term_id.in_(effect)).order_by(
        CaseReport.slug, unsaid, exposure.c.drug_role.desc()
    )
