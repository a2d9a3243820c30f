"""How the studies of the corpus were made: the study itself, its arms and groups."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from app.vocabulary import TermKind
from benchmarks.corpus_terms import Entry, Terms
from benchmarks.words import prose

PHASES = ("na", "na", "phase1", "phase2", "phase2", "phase3", "phase4", None)
MASKING = ("none", "none", "single", "double", "double", "triple", "quadruple", None)
STATUSES = ("completed", "completed", "recruiting", "terminated", "unknown")
MODELS = ("cohort", "case_control", "case_only")


@dataclass(frozen=True)
class Population:
    """A population that is written."""

    id: int
    key: str
    label: str
    n: int | None


@dataclass(frozen=True)
class Groups:
    """Numbers of groups: one an arm, of all arms together, and one an arm of each subgroup."""

    arms: list[int]
    together: list[int]  # none where there is one arm
    parts: list[list[int]]


class Design:
    """How a study was made; its number alone decides its rows and their numbers."""

    def __init__(self, number: int, terms: Terms) -> None:
        self.number, self.terms = number, terms
        self.chance = random.Random(number)
        self.rows: list[Entry] = []
        self.nct = f"NCT{number:08}"
        self.slug = self.nct.lower()
        self.year = self._year()
        self.conditions = terms.of[TermKind.CONDITION].distinct(
            self.chance, self.chance.choices((1, 2, 3, 4), (54, 27, 14, 5))[0]
        )
        self.arm_count = self.chance.choices((1, 2, 3, 4), (32, 51, 12, 5))[0]
        self.treatments = terms.of[TermKind.TREATMENT].distinct(self.chance, self.arm_count)

    def _year(self) -> int | None:
        """Later years have more studies; one in fifty has none."""
        if self.chance.random() < 0.02:
            return None
        return 2025 - int(self.chance.expovariate(1 / 7)) % 30

    def add(self, table: str, **values: Any) -> int:
        """Add a row; the number of the study and its place in it make its own number."""
        at = sum(1 for name, _ in self.rows if name == table) + 1
        number = self.number * 100 + at
        self.rows.append((table, {"id": number, **values}))
        return number

    def pair(self, table: str, **values: Any) -> None:
        """Add a row that has no number of its own."""
        self.rows.append((table, values))

    def _study(self) -> dict[str, Any]:
        chance = self.chance
        trial = chance.random() < 0.77
        enrollment = int(10 * 1.5 ** chance.randint(0, 12)) + chance.randint(0, 9)
        several = ("single_group", "parallel")
        named = f"{self.treatments[0].name.capitalize()} for {self.conditions[0].name}"
        return {
            "id": self.number,
            "slug": self.slug,
            "label": f"{named}: {prose(chance, 6)[:-1].lower()}",
            "study_type": "interventional" if trial else "observational",
            "allocation": ("randomized" if self.arm_count > 1 else "na") if trial else None,
            "intervention_model": several[self.arm_count > 1] if trial else None,
            "observational_model": None if trial else chance.choice(MODELS),
            "primary_purpose": "treatment" if trial else None,
            "masking": chance.choice(MASKING) if trial else None,
            "phase": chance.choice(PHASES) if trial else None,
            "study_status": chance.choice(STATUSES),
            "enrollment": enrollment,
            "enrollment_type": chance.choice(("actual", "actual", "estimated")),
            "start_date": f"{self.year}-{chance.randint(1, 12):02}" if self.year else None,
            "completion_date": f"{self.year + 2}-{chance.randint(1, 12):02}" if self.year else None,
            "year": self.year,
            "basis": "registry",
            "registry_record_id": self.number,
        }  # fmt: skip

    def _arms(self) -> list[int]:
        chance, arms = self.chance, []
        for place, treatment in enumerate(self.treatments):
            role = "investigated" if place == 0 else "comparator"
            arm = {"key": f"arm-{place + 1}", "label": f"{treatment.name.capitalize()} arm"}
            kind = "experimental" if place == 0 else "active_comparator"
            n = None if chance.random() < 0.2 else chance.randint(5, 300)
            named = {"study_id": self.number, "position": place}
            arms.append(self.add("arms", **named, **arm, type=kind, n=n, basis="registry"))
            low = chance.choice((None, 5.0, 10.0, 0.5, 100.0))
            dose = {
                "dose_low": low,
                "dose_high": low,
                "dose_unit": low and "mg",
                "route": chance.choice(("oral", "intravenous", None)),
            }
            given = {"arm_id": arms[-1], "treatment_id": treatment.id, "role": role}
            self.add("arm_treatments", position=0, **given, **dose)
        return arms

    def _groups(self, people: Population, parts: list[Population]) -> Groups:
        """The groups of a study; of one study in 20 no group says whose people it is."""
        arms = self._arms()
        told = None if self.chance.random() < 1 / 20 else people
        alone = [self._group(told, [arm]) for arm in arms]
        together = [self._group(told, arms)] if len(arms) > 1 else []
        return Groups(
            alone, together, [[self._group(each, [arm]) for arm in arms] for each in parts]
        )

    def _group(self, people: Population | None, arms: list[int]) -> int:
        """A group of some arms; in all of them there are mostly all the people."""
        chance, n = self.chance, self.chance.randint(5, 300)
        place = sum(1 for name, _ in self.rows if name == "groups")
        if people and people.n and len(arms) == self.arm_count:
            n = people.n if chance.random() < 0.8 else min(n, people.n)
        row = {
            "study_id": self.number,
            "position": place,
            "key": f"group-{place + 1}",
            "title": f"Group {place + 1}" if len(arms) == 1 else "All participants",
            "population_id": people and people.id,
        }
        group = self.add("groups", **row, analysis_set="safety", n=n)
        for arm in arms:
            self.pair("group_arms", group_id=group, arm_id=arm)
        return group
