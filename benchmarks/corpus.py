"""A corpus shaped like a trial registry: always the same rows, study by study.

Per study there are on average 1.7 conditions, 1.9 arms, 1.2 outcomes, 2 adverse events with 4
counts and 1.5 citations with abstracts of 150 words. One study in 4 has subgroups with groups of
their own, one in 3 says who was eligible, one in 10 tells of its people twice, and one in 20 has
groups that do not say whose people they are. A larger corpus begins with the smaller one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from app.vocabulary import TermKind
from benchmarks.corpus_design import Design, Groups
from benchmarks.corpus_people import Populations
from benchmarks.corpus_terms import Entry, Term, Terms
from benchmarks.words import Zipf, prose, words

SIZES = (10_000, 100_000, 500_000)
FAMILIES = Zipf([each.capitalize() for each in words("families", 4000, (2, 3))])
JOURNALS = [f"Journal of {each.capitalize()}" for each in words("journals", 300, (2, 3))]
STATISTICS = ("mean", "mean", "median", "proportion", "least_squares_mean")


def studies(count: int, first: int = 1) -> Iterator[list[Entry]]:
    """The rows of one study after the other, in an order in which they can be written."""
    terms = Terms()
    for number in range(first, first + count):
        yield StudyRows(number, terms).rows


def vocabulary() -> list[Entry]:
    """The rows of all terms."""
    return Terms().rows


class StudyRows(Design):
    """The rows of one study, in an order in which they can be written."""

    def __init__(self, number: int, terms: Terms) -> None:
        super().__init__(number, terms)
        self.write()

    def write(self) -> None:
        """All rows of the study."""
        chance = self.chance
        entry = {"registry_name": "clinicaltrials_gov", "identifier": self.nct}
        read = {"entry_version": "2026-05-01", "retrieved_on": "2026-06-01"}
        sha256 = hashlib.sha256(self.nct.encode()).hexdigest()
        row = {"id": self.number, **entry, **read, "sha256": sha256}
        self.rows.append(("registry_records", row))
        citations = [
            self._citation() for _ in range(chance.choices((0, 1, 2, 3, 4), (22, 36, 23, 12, 7))[0])
        ]
        self.rows.append(("studies", self._study()))
        self.add(
            "study_identifiers", study_id=self.number, position=0, scheme="nct", value=self.nct
        )
        for place, citation in enumerate(citations):
            link = {"role": "results", "basis": "registry"}
            self.add(
                "study_citations",
                study_id=self.number,
                citation_id=citation,
                position=place,
                **link,
            )
        people = Populations(self)
        groups = self._groups(people.of_groups, people.parts)
        outcomes = [
            self._outcome(place, groups)
            for place in range(chance.choices((0, 1, 2, 3, 4), (35, 31, 18, 10, 6))[0])
        ]
        events = self._adverse_events(groups)
        if citations and chance.random() < 0.2:
            self._claim(citations[0], outcomes, events)

    def _outcome(self, place: int, groups: Groups) -> int:
        chance = self.chance
        measure = self.terms.of[TermKind.OUTCOME_MEASURE].draw(chance)[0]
        reported = chance.random() < 0.6
        row = {
            "slug": f"{self.slug}.outcome-{place + 1}",
            "study_id": self.number,
            "measure_id": measure.id,
            "definition": prose(chance, 14),
            "role": "primary" if place == 0 else "secondary",
            "reporting": "reported" if reported else "analysed_not_reported",
            "basis": "registry",
            "registry_record_id": self.number,
        }
        outcome = self.add("outcomes", **row)
        for at, group in enumerate(self._of_outcome(groups) if reported else ()):
            self._result(outcome, at, [group])
        return outcome

    def _of_outcome(self, groups: Groups) -> list[int]:
        """The groups of which there are results: arms, few times all together, or of subgroups."""
        chance = self.chance
        found = groups.arms[: chance.randint(1, 3)]
        if chance.random() < 0.1:
            found = [*found, *groups.together]
        if chance.random() < 0.4:
            found = [*found, *(group for part in groups.parts for group in part)]
        return found

    def _result(self, outcome: int, place: int, groups: list[int]) -> None:
        chance = self.chance
        statistic, n = chance.choice(STATISTICS), chance.randint(5, 300)
        row: dict[str, Any] = {
            "outcome_id": outcome, "position": place, "contrast": "single_group", "n": n,
            "statistic": statistic, "time_verbatim": "12 weeks", "time_relation": "at",
            "time_days": 84.0, "basis": "registry",
        }  # fmt: skip
        if statistic == "proportion":
            some = chance.randint(0, n)
            row |= {"numerator": some, "denominator": n, "percent": round(100 * some / n, 1)}
        else:
            row |= {"value": round(chance.gauss(20, 9), 2), "unit": "points", "dispersion": "sd"}
            row["dispersion_value"] = round(abs(chance.gauss(4, 2)), 3)
        if chance.random() < 0.3:
            row |= {
                "p": round(chance.random() ** 3, 4),
                "p_qualifier": "=",
                "conclusion": "difference",
            }
        number = self.add("results", **row)
        for at, group in enumerate(groups):
            self.add("result_groups", result_id=number, group_id=group, position=at, role="index")

    def _adverse_events(self, groups: Groups) -> list[int]:
        chance = self.chance
        if chance.random() > 0.42:
            return []
        terms = self.terms.of[TermKind.ADVERSE_EFFECT].distinct(chance, chance.randint(1, 8))
        return [self._adverse_event(term, self._of_harm(groups)) for term in terms]

    def _of_harm(self, groups: Groups) -> list[int]:
        """The groups in which a harm is counted: arms, arms and those of subgroups, or these."""
        chance, of_parts = self.chance, [group for part in groups.parts for group in part]
        how = chance.random()
        if groups.together and how < 0.05:
            return groups.together
        if of_parts and how < 0.35:
            return of_parts if how < 0.2 else [*groups.arms, *of_parts]
        return groups.arms

    def _adverse_event(self, effect: Term, groups: list[int]) -> int:
        # drawn for each count, as when each was a row: all else stays the study it was
        counts, serious = zip(*(self._count(group) for group in groups), strict=True)
        number = sum(1 for name, _ in self.rows if name == "adverse_events") + 1
        row = {
            "slug": f"{self.slug}.adverse-event-{number}",
            "study_id": self.number,
            "adverse_effect_id": effect.id,
            "term_verbatim": effect.name.capitalize(),
            "serious": serious[0],
            "assessment": "systematic",
            "time_frame": "Up to 12 weeks",
            "basis": "registry",
            "registry_record_id": self.number,
        }
        event = self.add("adverse_events", **row)
        for position, count in enumerate(counts):
            self.add("adverse_event_counts", adverse_event_id=event, position=position, **count)
        return event

    def _count(self, group: int) -> tuple[dict[str, Any], str]:
        """How many of a group were affected, and whether it was serious."""
        chance = self.chance
        at_risk = chance.randint(5, 300)
        affected = min(at_risk, int(chance.expovariate(0.15)))
        serious = chance.choice(("yes", "no", "no"))
        percent = round(100 * affected / at_risk, 2) if chance.random() < 0.5 else None
        numbers = {"affected": affected, "at_risk": at_risk, "percent": percent}
        return {"group_id": group, **numbers}, serious

    def _citation(self) -> int:
        chance = self.chance
        count = sum(1 for name, _ in self.rows if name == "citations") + 1
        number = self.number * 100 + count
        about = f"{self.treatments[0].name} in {self.conditions[0].name}"
        row = {
            "slug": f"{self.slug}-paper-{count}",
            "type": "article_journal",
            "title": f"{prose(chance, 5)[:-1]} {about}",
            "container_title": chance.choice(JOURNALS),
            "year": None if self.year is None else self.year + chance.randint(0, 3),
            "volume": str(chance.randint(1, 99)),
            "pages": f"{chance.randint(1, 900)}-{chance.randint(901, 999)}",
            "abstract": f"{prose(chance, 144)} {about.capitalize()}.",
            "publication_status": "retracted" if chance.random() < 0.002 else "ordinary",
        }
        self.add("citations", **row)
        for place, family in enumerate(FAMILIES.draw(chance, chance.randint(1, 6))):
            author = {"family": family, "given": chance.choice("ABCDEFGHJKLM")}
            self.add("citation_authors", citation_id=number, position=place, **author)
        named = (("doi", f"10.1000/{self.slug}.{count}"), ("pmid", str(10_000_000 + number)))
        for place, (scheme, value) in enumerate(named):
            name = {"scheme": scheme, "value": value}
            self.add("citation_identifiers", citation_id=number, position=place, **name)
        return number

    def _claim(self, citation: int, outcomes: list[int], events: list[int]) -> None:
        """What the abstract says of the study, and of a harm where one was counted."""
        source = {"source_citation_id": citation, "source_location": "abstract"}
        found = self.add(
            "claims",
            slug=f"{self.slug}.finding",
            kind="finding",
            quote=prose(self.chance, 12),
            **source,
        )
        self.add("claim_facts", claim_id=found, study_id=self.number)
        if outcomes:
            self.add("claim_facts", claim_id=found, outcome_id=outcomes[0])
        if events:
            first = next(row for name, row in self.rows if name == "adverse_events")
            said = {"subject_id": self.treatments[0].id, "object_id": first["adverse_effect_id"]}
            words_of_it = f"{first['term_verbatim']} was seen"
            harm = self.add(
                "claims",
                slug=f"{self.slug}.harm",
                kind="adverse_effect",
                quote=words_of_it,
                modality="association",
                **said,
                **source,
            )
            self.add("claim_facts", claim_id=harm, adverse_event_id=events[0])
