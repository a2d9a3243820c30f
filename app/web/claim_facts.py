"""What a claim became: the typed facts that rest on it, each with where it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection

from app.records.case_reports.card import CASE_REPORT
from app.records.outcomes.card import OUTCOME
from app.records.terms.card import TREATMENT
from app.values.countries import country_name
from app.vocabulary import PublicationStatus
from app.web.addresses import record_address
from app.web.api_data import Card, cards_by_slug
from app.web.findings import Mark, result_line, result_mark
from app.web.labels import label, without_underscores

CONTEXT = ("context", "context")
HARM = ("worse", "harm")


@dataclass(frozen=True)
class Fact:
    """A row that rests on a claim, in a line, with its address."""

    mark: Mark
    text: str
    href: str
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class FactRecords:
    """The records that the facts of some claims belong to, by slug."""

    outcomes: dict[str, Card]
    case_reports: dict[str, Card]
    treatments: dict[str, Card]

    @classmethod
    def of_claims(cls, connection: Connection, claims: Iterable[Card]) -> FactRecords:
        """Read them; at most three statements, however many claims."""
        claims = list(claims)
        return cls(
            cards_by_slug(connection, OUTCOME, _slugs(claims, "results", "outcome")),
            cards_by_slug(connection, CASE_REPORT, _slugs(claims, "case_events", "case_report")),
            cards_by_slug(
                connection, TREATMENT, _slugs(claims, "regulatory_statuses", "treatment")
            ),
        )


def _slugs(claims: Iterable[Card], facts: str, record: str) -> Iterator[str]:
    for claim in claims:
        yield from (fact[record]["slug"] for fact in claim[facts])


def facts_of(claim: Card, records: FactRecords) -> list[Fact]:
    """Each fact that rests on a claim; without any, what the claim itself says."""
    found = [*_study_facts(claim), *_result_facts(claim, records), *_adverse_event_facts(claim)]
    found += [*_case_facts(claim, records), *_regulatory_facts(claim, records)]
    return found or [_claim_fact(claim)]


def _study_facts(claim: Card) -> Iterator[Fact]:
    people = [each for each in claim["populations"] if each["n"] is not None]
    for study in claim["studies"]:
        n = next((f"n = {each['n']}" for each in people), "n not reported")
        kind = study["study_type"]
        notes = ["study", *([label("StudyType", kind)] if kind else []), n]
        mark = Mark(*CONTEXT, "study")
        yield Fact(mark, study["label"], record_address("study", study["slug"]), notes)


def _result_facts(claim: Card, records: FactRecords) -> Iterator[Fact]:
    for fact in claim["results"]:
        outcome = records.outcomes.get(fact["outcome"]["slug"])
        if outcome is None or fact["position"] >= len(outcome["results"]):
            continue
        result = outcome["results"][fact["position"]]
        mark = result_mark(result)
        yield Fact(
            mark,
            result_line(outcome, result),
            record_address("study", outcome["study"]["slug"], outcome["slug"]),
            ["result", label("Contrast", result["contrast"]), *_status_notes(result)],
        )


def _adverse_event_facts(claim: Card) -> Iterator[Fact]:
    for fact in claim["adverse_events"]:
        mark = Mark(*HARM, "harm, counted")
        href = record_address("adverse_event", fact["slug"])
        yield Fact(mark, fact["term_verbatim"], href, ["adverse event", "counted"])


def _case_facts(claim: Card, records: FactRecords) -> Iterator[Fact]:
    for fact in claim["case_events"]:
        report = records.case_reports.get(fact["case_report"]["slug"])
        if report is None or fact["position"] >= len(report["events"]):
            continue
        event = report["events"][fact["position"]]
        mark = event_mark(event)
        text = event["term"]["name"] if event["term"] else event["verbatim"]
        text = f"{mark.word.capitalize()}: {text}" if text else mark.word
        href = record_address("case_report", report["slug"], f"event-{fact['position'] + 1}")
        yield Fact(mark, text, href, ["case", report["label"], *_status_notes(report)])


def _status_notes(fact: Card) -> list[str]:
    """What became of the sources of a fact, where it is anything."""
    status = fact["publication_status"]
    sound = status in {None, PublicationStatus.ORDINARY}
    return [] if sound else [label("PublicationStatus", status)]


def event_mark(event: Card) -> Mark:
    """How an event of a case is marked: what was given, how the patient did, what harm was seen."""
    shapes = {
        "exposure": ("give", "context"),
        "re_exposure": ("give", "context"),
        "response": ("answer", "context"),
        "adverse_event": HARM,
    }
    return Mark(*shapes.get(event["type"], CONTEXT), label("CaseEventType", event["type"]))


def _regulatory_facts(claim: Card, records: FactRecords) -> Iterator[Fact]:
    for fact in claim["regulatory_statuses"]:
        slug = fact["treatment"]["slug"]
        held = records.treatments.get(slug, {"regulatory_statuses": []})["regulatory_statuses"]
        states = [each for each in held if claim["slug"] in {say["slug"] for say in each["says"]}]
        state = next((without_underscores(each["state"]) for each in states), "decision")
        text = f"{fact['treatment']['name']}, {country_name(fact['jurisdiction'])}: {state}"
        notes = ["regulatory status", *(["undated"] if any(not s["as_of"] for s in states) else [])]
        href = record_address("treatment", slug, "approval")
        yield Fact(Mark(*CONTEXT, state), text, href, notes)


def claim_mark(claim: Card) -> Mark:
    """How a claim that no fact rests on is marked: by what it is about and its polarity."""
    if claim["polarity"] == "not_proven" or claim["kind"] == "evidence_gap":
        return Mark("gap", "unsure", label("Polarity", claim["polarity"]))
    if claim["kind"] == "adverse_effect":
        tone = HARM if claim["polarity"] == "affirmed" else ("same", "none")
        return Mark(*tone, label("ClaimKind", claim["kind"]))
    if claim["kind"] == "opinion":
        return Mark("mixed", "unsure", label("ClaimKind", claim["kind"]))
    return Mark(*CONTEXT, label("ClaimKind", claim["kind"]))


def _claim_fact(claim: Card) -> Fact:
    mark = claim_mark(claim)
    subject, other = claim["subject"], claim["object"]
    names = [each["name"] for each in (subject, other) if each]
    text = names[-1] if claim["kind"] == "adverse_effect" and other else ": ".join(names)
    if subject and not other:
        text = f"{text}: {mark.word}"
    notes = [label("ClaimKind", claim["kind"])]
    if claim["kind"] == "adverse_effect" and subject and other:
        notes.append(f"of {subject['name']}")
    if claim["polarity"] == "not_proven":
        notes.append("not proven is not the same as no benefit")
    return Fact(
        mark,
        text or without_underscores(claim["kind"]),
        record_address("claim", claim["slug"]),
        notes,
    )
