"""The rows of the page indexes of studies, drawn from their own rows and nothing else.

One way for all: rows in hand (a bulk load) and rows read from the database (an edit, `verify`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Table

from app.journal.pages.harms import HARM_PAGES, harm_rows
from app.journal.pages.populations import Facts, Hull, People, StudyPeople
from app.models import (
    ANY_TERM,
    NO_GROUP,
    NO_RESULT,
    NO_TERM,
    NOBODY,
    Base,
    GroupPopulation,
    OutcomePopulation,
    Relation,
    StudyConditionPage,
    StudyPopulation,
    StudyTreatmentPage,
    only_broader,
)
from app.vocabulary import (
    AnalysisSet,
    ConditionTold,
    CountedUnit,
    RecordStatus,
    TreatmentRole,
)

Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]  # by table
Line = tuple[int, ...]  # a term and every broader one
PageRow = tuple[Any, ...]  # in the order of the table's columns
PAGES: tuple[Table, ...] = (
    *(
        Base.metadata.tables[page.__tablename__]
        for page in (
            StudyConditionPage,
            StudyPopulation,
            StudyTreatmentPage,
            GroupPopulation,
            OutcomePopulation,
        )
    ),
    HARM_PAGES,
)
NOBODY_TOLD: PageRow = (NOBODY, NOBODY, 1, *Facts(), *Hull(), *Hull(), 0, 0)
SELECTED = (AnalysisSet.PER_PROTOCOL, AnalysisSet.COMPLETERS)  # some of those who are in an arm


def terms_of(rows: Rows) -> set[int]:
    """The terms whose lines the page rows of some studies need."""
    conditions = {row["condition_id"] for row in rows.get("population_conditions", ())}
    return conditions | {row["treatment_id"] for row in rows.get("arm_treatments", ())}


def page_rows(rows: Rows, lines: Mapping[int, Line]) -> dict[str, list[PageRow]]:
    """By table, all page rows of the studies among these rows, each table in its own order.

    `lines` has each term that the rows name, with every broader one. Only current studies and
    outcomes have pages.
    """
    found: dict[str, list[PageRow]] = {table.name: [] for table in PAGES}
    parts = _Parts(rows)
    for study in rows.get("studies", ()):
        if study["status"] == RecordStatus.CURRENT:
            pages = _StudyPages(study, parts, lines)
            found["study_condition_pages"] += pages.condition_rows()
            found["study_populations"] += pages.population_rows()
            found["study_treatment_pages"] += pages.treatment_rows()
            found["group_populations"] += pages.group_rows()
            found["outcome_populations"] += pages.outcome_rows()
    found["harm_pages"] += harm_rows(rows)
    for table in PAGES:
        found[table.name].sort(key=itemgetter(*range(len(table.primary_key.columns))))
    return found


class _Parts:
    """Rows of many studies, by what each belongs to."""

    def __init__(self, rows: Rows) -> None:
        def by(table: str, column: str) -> dict[int, list[Row]]:
            found: dict[int, list[Row]] = defaultdict(list)
            for row in rows.get(table, ()):
                found[row[column]].append(row)
            return found

        def pairs(table: str, near: str, far: str) -> dict[int, list[int]]:
            found: dict[int, list[int]] = defaultdict(list)
            for row in rows.get(table, ()):
                found[row[near]].append(row[far])
            return found

        self.populations = by("populations", "study_id")
        self.conditions = pairs("population_conditions", "population_id", "condition_id")
        self.countries = Counter(
            row["population_id"] for row in rows.get("population_countries", ())
        )
        self.arms = pairs("arms", "study_id", "id")
        self.treatments = by("arm_treatments", "arm_id")
        self.groups = by("groups", "study_id")
        self.arms_of_group = pairs("group_arms", "group_id", "arm_id")
        self.outcomes = by("outcomes", "study_id")
        self.results = by("results", "outcome_id")
        self.sides = pairs("result_groups", "result_id", "group_id")


class _StudyPages:
    """The page rows of one study."""

    def __init__(self, study: Row, parts: _Parts, lines: Mapping[int, Line]) -> None:
        self.study, self.parts, self.lines = study, parts, lines
        self.id, self.arms = study["id"], parts.arms[study["id"]]
        self.place = (study["year"] or 0, self.id)
        self.people = StudyPeople(parts.populations[self.id], parts.conditions, parts.countries)
        self.groups = {row["id"]: row for row in parts.groups[self.id]}

    def condition_rows(self) -> Iterator[PageRow]:
        """The rows of study_condition_pages."""
        if not self.people.numbered:
            for term in (ANY_TERM, NO_TERM):
                yield self._condition_row(term, NOBODY, (False, None), NOBODY_TOLD)
            return
        for people in self.people.everybody:
            terms = dict(self._terms(people))
            for population, told in self._told(people):
                for term, how in terms.items():
                    yield self._condition_row(term, population, how, told)

    def population_rows(self) -> Iterator[PageRow]:
        """The rows of study_populations."""
        year, _ = self.place
        if not self.people.numbered:
            yield self.id, NOBODY, year, *NOBODY_TOLD
        for people in self.people.everybody:
            for population, told in self._told(people):
                yield self.id, population, year, *told

    def _told(self, people: People) -> Iterator[tuple[int, PageRow]]:
        """What is told of some people, by each population that tells of them."""
        outer, eligible = self.people.outer_hull(), self.people.eligible_hull(people)
        for row in people.members:
            told = (
                people.id,
                people.whole.id,
                len(people.members),
                *self.people.facts_of[row["id"]],
                *outer,
                *eligible,
                self.people.bounds(row),
                self.people.states(people),
            )
            yield row["id"], told

    def _terms(self, people: People) -> Iterator[tuple[int, tuple[bool, str | None]]]:
        """The terms under which some people stand: whether it is this very one, how it is told."""
        yield ANY_TERM, (False, None)
        if not people.terms:
            yield NO_TERM, (False, None)
        for condition in people.terms:
            for term in self.lines[condition]:
                yield term, (term in people.terms, ConditionTold.STATED)
        for narrowest in people.told:
            if people.told <= set(self.lines[narrowest]):
                yield only_broader(narrowest), (False, ConditionTold.BROADER)

    def _condition_row(
        self, term: int, population: int, how: tuple[bool, str | None], told: PageRow
    ) -> PageRow:
        study = self.study
        return term, *self.place, population, *how, *told, study["study_type"], study["phase"]

    def treatment_rows(self) -> Iterator[PageRow]:
        """The rows of study_treatment_pages; a study without arms may give anything."""
        given: dict[tuple[int, str], bool] = {}
        if not self.arms:
            given[NO_TERM, TreatmentRole.INVESTIGATED.value] = False
        for arm in self.arms:
            for row in self.parts.treatments[arm]:
                for term in self.lines[row["treatment_id"]]:
                    key = term, row["role"]
                    given[key] = given.get(key, False) or term == row["treatment_id"]
        for (term, role), direct in given.items():
            yield term, *self.place, role, direct, self.study["study_type"], self.study["phase"]

    def group_rows(self) -> Iterator[PageRow]:
        """The rows of group_populations."""
        for group in self.groups:
            told = self._size(group), bool(self.parts.arms_of_group[group])
            for population, relation in self._populations(group):
                yield self.id, population, group, relation, *told

    def _populations(self, group: int) -> Iterator[tuple[int, Relation]]:
        """Each population that the people of a group are, or may be among."""
        population = self.groups[group]["population_id"]
        if population is None:
            yield from self._anybody()
            return
        people = self.people.people_of[population]
        yield from ((row["id"], Relation.ALL) for row in people.members)
        relation = self._relation_of_parts(group, people)
        yield from ((row["id"], relation) for part in people.below for row in part.members)

    def _anybody(self) -> Iterator[tuple[int, Relation]]:
        for population in self.people.numbered or (NOBODY,):
            yield population, Relation.ANYBODY

    def _relation_of_parts(self, group: int, people: People) -> Relation:
        """What a part of these people is to a group of them."""
        row, of_all = self.groups[group], people.facts.n
        n = row["n"] if row["unit"] == CountedUnit.PARTICIPANTS else None
        if row["analysis_set"] in SELECTED:
            return Relation.SELECTED
        if n and of_all and n >= of_all:
            return Relation.INCLUDES
        if len(self.parts.arms_of_group[group]) not in (0, len(self.arms)):
            return Relation.ARM
        return Relation.SELECTED if n and of_all and n < of_all else Relation.INCLUDES

    def _size(self, group: int) -> int | None:
        """How many people a group is: its own number, else its population's if it is all of it."""
        row = self.groups[group]
        if row["n"] is not None and row["unit"] == CountedUnit.PARTICIPANTS:
            return int(row["n"])
        people = self._people_in(group)
        if people is None or self._relation_of_parts(group, people) != Relation.INCLUDES:
            return None
        return people.facts.n

    def outcome_rows(self) -> Iterator[PageRow]:
        """The rows of outcome_populations."""
        for outcome in self.parts.outcomes[self.id]:
            if outcome["status"] != RecordStatus.CURRENT:
                continue
            results = self.parts.results[outcome["id"]]
            if not results:
                yield from self._study_sides(outcome["id"])
            for result in results:
                yield from self._result_sides(outcome["id"], result)

    def _study_sides(self, outcome: int) -> Iterator[PageRow]:
        """An outcome without results is about the people of the study, part by part."""
        if not self.people.numbered:
            side = outcome, NO_RESULT, NO_GROUP
            yield self.id, NOBODY, *side, Relation.ANYBODY, None, False
        for people in self.people.wholes:
            for each in (people, *people.below):
                relation = Relation.ALL if each is people else Relation.INCLUDES
                for row in each.members:
                    side = outcome, NO_RESULT, -people.id
                    yield self.id, row["id"], *side, relation, people.facts.n, False

    def _result_sides(self, outcome: int, result: Row) -> Iterator[PageRow]:
        groups = sorted(set(self.parts.sides[result["id"]]))
        n = self._people_of_result(result, groups)
        if not groups:
            for population, relation in self._anybody():
                yield self.id, population, outcome, result["id"], NO_GROUP, relation, n, False
        for group in groups:
            every_arm = self._sides_take_in_every_arm(group, groups)
            arms_told = bool(self.parts.arms_of_group[group])
            for population, relation in self._populations(group):
                near = Relation.INCLUDES if every_arm and relation == Relation.ARM else relation
                side = outcome, result["id"], group
                yield self.id, population, *side, near, n, arms_told

    def _people_in(self, group: int) -> People | None:
        population = self.groups[group]["population_id"]
        return None if population is None else self.people.people_of[population]

    def _sides_take_in_every_arm(self, group: int, groups: Sequence[int]) -> bool:
        """Whether the sides of a result that are of the same people make up all arms."""
        same = [each for each in groups if self._people_in(each) is self._people_in(group)]
        taken = {arm for each in same for arm in self.parts.arms_of_group[each]}
        return taken == set(self.arms)

    def _people_of_result(self, result: Row, groups: Sequence[int]) -> int | None:
        """How many people a result is about; never a sum."""
        if result["n"] is not None and result["n_unit"] in {None, CountedUnit.PARTICIPANTS}:
            return int(result["n"])
        if len(groups) == 1:
            return self._size(groups[0])
        people = {self._people_in(group) for group in groups}
        same = people.pop() if len(people) == 1 else None
        return None if same is None else same.facts.n
