"""The people of a study of the corpus: enrolled, eligible, parts of them, and told of again.

What a population leaves out it has from its parent. It leaves out only what its parent tells in
full, so that no study is found by what is inherited alone: the peers that are compared read what
the sources say, and have to find the same studies.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from app.values.ages import GROUP_AGES, NO_LIMIT
from app.vocabulary import AgeGroup
from benchmarks.corpus_design import Design, Population
from benchmarks.corpus_terms import Term
from benchmarks.words import Zipf

COUNTRIES = Zipf(
    (
        *("US", "DE", "FR", "GB", "CN", "NL", "CA", "IT", "ES", "JP", "KR"),
        *("BR", "IN", "AU", "SE", "CH", "DK", "PL", "IL", "TR", "EG", "IR"),
    )
)
YEAR = 365.25
CUTS = (6, 12, 18, 40, 65, 75)  # years at which younger people are told from older ones
UNTOLD = {"age_basis": "unknown"}


@dataclass(frozen=True)
class Told:
    """What a source tells of people."""

    n: int | None = None
    sex: str | None = None
    ages: dict[str, Any] = field(default_factory=lambda: UNTOLD)
    conditions: tuple[Term, ...] = ()
    basis: str = "registry"

    @property
    def bounded(self) -> bool:
        """Whether both bounds of the ages are told."""
        return "age_max" in self.ages

    def of_ages(self, low: int, high: int) -> Told:
        """Of these people, those of some ages; what these tell in full is left out."""
        ages = {"age_basis": "stated", "age_min": low, "age_max": high}
        return Told(ages=ages) if self.bounded else replace(self, n=None, ages=ages)

    def of_sex(self, sex: str) -> Told:
        """Of these people, those of a sex; what these tell in full is left out."""
        return Told(sex=sex) if self.sex == "all" else replace(self, n=None, sex=sex)

    def with_condition(self, condition: Term) -> Told:
        """Of these people, those with a narrower condition, told in full."""
        return replace(self, n=None, conditions=(condition,))

    def stretch(self) -> tuple[int, int]:
        """From when to when they may be, in days."""
        if "age_group" in self.ages:
            named = GROUP_AGES[AgeGroup(self.ages["age_group"])]
            return named.start or 0, named.end or NO_LIMIT
        return self.ages.get("age_min", 0), self.ages.get("age_max", NO_LIMIT)


class Populations:
    """The populations of a study, which are written as they are made.

    `of_groups` are the people whose arms are counted; `parts` are counted in groups of their own.
    """

    def __init__(self, design: Design) -> None:
        self.design, self.chance = design, design.chance
        self.count = 0
        chance, n = self.chance, self.chance.randint(10, 900)
        told = self._told(n)
        registered = self._registered(told) if chance.random() < 1 / 3 else None
        enrolled, told = self._enrolled(told, registered)
        if chance.random() < 0.22:
            others = replace(self._told(n // 2), conditions=told.conditions[:1])
            if registered:
                others = replace(others, ages=registered.ages, sex=registered.sex)
            self._write("others", f"Those with {told.conditions[0].name}", others)
        again = self._again(enrolled, told) if chance.random() < 0.1 else enrolled
        self.of_groups = chance.choice((enrolled, again))
        self.parts = self._parts(enrolled, told) if chance.random() < 0.25 else []

    def _told(self, n: int) -> Told:
        chance = self.chance
        sex = chance.choices(("all", "female", "male", None), (80, 10, 6, 4))[0]
        some = None if chance.random() < 0.1 else n
        return Told(some, sex, self._ages(), tuple(self.design.conditions))

    def _ages(self) -> dict[str, Any]:
        """Stated, from the registry, read off a label, half stated, or missing."""
        chance = self.chance
        how = chance.choices(
            ("registry", "open", "stated", "half", "label", "missing"), (50, 24, 8, 5, 8, 5)
        )[0]
        if how == "missing":
            return UNTOLD
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

    def _registered(self, told: Told) -> Told:
        """Whom a registry lets in: the ages that it gives the enrolled, or all above the least."""
        ages = told.ages
        if ages["age_basis"] != "registry" or not told.bounded:
            ages = {"age_basis": "registry", "age_min": told.stretch()[0], "age_max": NO_LIMIT}
        return replace(told, n=None, ages=ages)

    def _enrolled(self, told: Told, registered: Told | None) -> tuple[Population, Told]:
        """Those who took part, and what is known of them; of half, who was eligible is linked."""
        label = f"People with {told.conditions[0].name}"
        parent = None
        if registered:
            eligible = self._write("eligible", f"{label} who may take part", registered)
            parent = eligible if self.chance.random() < 0.5 else None
        own = told
        if parent and registered and told.ages in (registered.ages, UNTOLD):
            told = replace(told, ages=registered.ages)
            own = Told(told.n, conditions=told.conditions)
        return self._write("enrolled", label, own, parent=parent), told

    def _again(self, enrolled: Population, told: Told) -> Population:
        """The enrolled as a paper tells of them, with one thing more than the registry tells."""
        chance = self.chance
        low, high = told.stretch()
        more = [told.of_ages(low + int(YEAR), min(high - int(YEAR), low + int(40 * YEAR)))]
        if told.sex in {"all", None}:
            more.append(told.of_sex(chance.choice(("female", "male"))))
        more += [told.with_condition(each) for each in self._narrower(told)[:1]]
        again = replace(chance.choice(more), n=chance.choice((told.n, None)), basis="abstract")
        return self._write("told-again", "The patients who took part", again, parent=enrolled)

    def _parts(self, enrolled: Population, told: Told) -> list[Population]:
        """Subgroups by age, by sex, or with a narrower condition."""
        by = self.chance.choices(("ages", "sex", "condition"), (45, 30, 25))[0]
        narrower = self._narrower(told)
        if by == "condition" and narrower:
            parts = {f"Those with {narrower[0].name}": told.with_condition(narrower[0])}
        elif by == "sex" and told.sex in {"all", None}:
            parts = {"Women": told.of_sex("female"), "Men": told.of_sex("male")}
        else:
            low, high = told.stretch()
            cuts = [int(each * YEAR) for each in CUTS]
            between = [each for each in cuts if low < each < high] or [(low + high) // 2]
            cut = self.chance.choice(between)
            parts = {"Younger": told.of_ages(low, cut), "Older": told.of_ages(cut, high)}
        first = told.n and self.chance.randint(1, told.n - 1)
        numbers = (first, told.n and first and told.n - first)
        return [
            self._write(
                f"part-{place + 1}", label, replace(part, n=n), parent=enrolled, kind="subgroup"
            )
            for place, ((label, part), n) in enumerate(zip(parts.items(), numbers, strict=False))
        ]

    def _narrower(self, told: Told) -> list[Term]:
        below = self.design.terms.narrower
        return [narrower for each in told.conditions for narrower in below[each.id]]

    def _write(
        self,
        key: str,
        label: str,
        told: Told,
        *,
        parent: Population | None = None,
        kind: str = "",
    ) -> Population:
        chance, design, n = self.chance, self.design, told.n
        row = {
            "study_id": design.number,
            "position": self.count,
            "key": key,
            "kind": kind or ("eligible" if key == "eligible" else "enrolled"),
            "parent_id": parent and parent.id,
            "label": label,
            "n": n,
            "females": None if n is None or chance.random() < 0.7 else n // 2,
            "sex": told.sex,
            "basis": told.basis,
            **told.ages,
        }
        self.count += 1
        number = design.add("populations", **row)
        for condition in told.conditions:
            pair = {"population_id": number, "condition_id": condition.id}
            design.pair("population_conditions", **pair)
        # A part, and who is told of again, come from the countries of their parent.
        some = 0 if parent else chance.choice((0, 1, 1, 1, 2, 4))
        for at, country in enumerate(COUNTRIES.distinct(chance, some)):
            design.add("population_countries", population_id=number, position=at, country=country)
        return Population(number, key, label, n)
