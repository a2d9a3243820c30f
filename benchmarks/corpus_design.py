"""How the studies of the corpus were made: the study itself, its populations, arms and groups."""

from __future__ import annotations

import random
from typing import Any

from app.values.ages import NO_LIMIT
from app.vocabulary import TermKind
from benchmarks.corpus_terms import Entry, Terms
from benchmarks.words import Zipf, prose

COUNTRIES = Zipf(
    [
        "US",
        "DE",
        "FR",
        "GB",
        "CN",
        "NL",
        "CA",
        "IT",
        "ES",
        "JP",
        "KR",
        "BR",
        "IN",
        "AU",
        "SE",
        "CH",
        "DK",
        "PL",
        "IL",
        "TR",
        "EG",
        "IR",
    ]
)
PHASES = ("na", "na", "phase1", "phase2", "phase2", "phase3", "phase4", None)
MASKING = ("none", "none", "single", "double", "double", "triple", "quadruple", None)
STATUSES = ("completed", "completed", "recruiting", "terminated", "unknown")
MODELS = ("cohort", "case_control", "case_only")
YEAR = 365.25


class Design:
    """How a study was made, and its people; its number alone decides its rows and their numbers."""

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

    def _populations(self) -> list[int]:
        chance, n = self.chance, self.chance.randint(10, 900)
        found: list[int] = []
        for place in range(1 if chance.random() < 0.78 else 2):
            # no parts of others: what these inherit is derived, and the peers have but the sources
            key = "enrolled" if place == 0 else "others"
            sex = chance.choices(("all", "female", "male", None), (80, 10, 6, 4))[0]
            row = {
                "study_id": self.number,
                "position": place,
                "key": key,
                "kind": "enrolled",
                "label": f"{'People' if place == 0 else 'Those'} with {self.conditions[0].name}",
                "n": None if chance.random() < 0.1 else n // (place + 1),
                "females": None if chance.random() < 0.7 else n // (place + 1) // 2,
                "sex": sex,
                "basis": "registry",
                **self._ages(),
            }
            found.append(self.add("populations", **row))
            for condition in self.conditions if place == 0 else self.conditions[:1]:
                pair = {"population_id": found[-1], "condition_id": condition.id}
                self.pair("population_conditions", **pair)
            for at, country in enumerate(
                COUNTRIES.distinct(chance, chance.choice((0, 1, 1, 1, 2, 4)))
            ):
                self.add(
                    "population_countries", population_id=found[-1], position=at, country=country
                )
        return found

    def _ages(self) -> dict[str, Any]:
        """Stated, from the registry, read off a label, half stated, or missing."""
        chance = self.chance
        how = chance.choices(
            ("registry", "open", "stated", "half", "label", "missing"), (50, 24, 8, 5, 8, 5)
        )[0]
        if how == "missing":
            return {"age_basis": "unknown"}
        if how == "label":
            group = chance.choices(("child", "adult", "older_adult"), (25, 60, 15))[0]
            return {"age_basis": "derived_from_label", "age_group": group}
        low = chance.choices((0, 2, 6, 12, 18, 40, 65), (8, 4, 6, 5, 66, 6, 5))[0]
        ages: dict[str, Any] = {
            "age_basis": "stated" if how == "stated" else "registry",
            "age_min": int(low * YEAR),
        }
        if how != "half":
            high = max(low + 3, chance.choice((11, 17, 45, 60, 65, 70, 75, 80, 85)))
            ages["age_max"] = NO_LIMIT if how == "open" else int((high + 1) * YEAR)
        return ages

    def _arms_and_groups(self, population: int) -> list[int]:
        chance, groups, arms = self.chance, [], []
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
        everybody = [("all", "All participants", arms)] if len(arms) > 1 else []
        alone = [(f"group-{at + 1}", f"Group {at + 1}", [arm]) for at, arm in enumerate(arms)]
        for place, (key, title, members) in enumerate([*alone, *everybody]):
            row = {
                "study_id": self.number,
                "position": place,
                "key": key,
                "title": title,
                "population_id": population,
            }
            group = self.add("groups", **row, analysis_set="safety", n=chance.randint(5, 300))
            groups.append(group)
            for arm_id in members:
                self.pair("group_arms", group_id=group, arm_id=arm_id)
        return groups
