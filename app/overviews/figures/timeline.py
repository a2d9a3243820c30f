"""The timeline of a case report: what happened in order, never on a scale that nobody gave."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.overviews.figures.drawing import Drawing
from app.values.countries import country_name
from app.vocabulary import CaseEventType, DrugRole, EventOutcome, Stated

X, TEXT = 14, 40
STYLES = {CaseEventType.ADVERSE_EVENT: "harm", CaseEventType.RESPONSE: "benefit"}


def draw(card: dict[str, Any]) -> bytes:
    """The figure as SVG, from the card of a case report."""
    events = card["events"]
    drawing = Drawing(
        f"Timeline: {card['label']}", " ".join(_sentences(events)) or "No event is told."
    )
    drawing.text((0, 22), card["label"], "head")
    drawing.text((0, 44), "In the order of the telling; distances mean nothing.", "small muted")
    drawing.y = 56
    if events:
        drawing.line("axis", (X, drawing.y + 16), (X, drawing.y + 16 + 58 * (len(events) - 1)))
    for event in events:
        _draw_event(drawing, event)
    return drawing.bytes()


def _draw_event(drawing: Drawing, event: dict[str, Any]) -> None:
    y = drawing.y + 16
    kind = CaseEventType(event["type"])
    if kind == CaseEventType.ADVERSE_EVENT:
        drawing.add("path", "harm", d=f"M{X - 8} {y - 7}L{X + 8} {y - 7}L{X} {y + 7}Z")
    elif kind == CaseEventType.RESPONSE:
        drawing.add("circle", "paper", cx=X, cy=y, r=8)
        drawing.add("circle", "ring", cx=X, cy=y, r=7)
    else:
        drawing.add("rect", "dot", x=X - 7, y=y - 7, width=14, height=14)
    drawing.text((TEXT, y + 1), _event_title(event), "strong", 660)
    drawing.text((TEXT, y + 21), _event_details(event), "small muted", 660)
    drawing.y += 58


def _event_title(event: dict[str, Any]) -> str:
    kind = CaseEventType(event["type"]).label
    named = event["term"]["name"] if event["term"] else event["verbatim"] or "not named"
    return f"{kind}: {named}" + (f", {event['count']} times" if event["count"] else "")


def _event_details(event: dict[str, Any]) -> str:
    """What the source adds: its words, when, where, how it ended, what the drug was held for."""
    found = [f"“{event['verbatim']}”"] if event["verbatim"] else []
    found += [event["onset"] or "when is not said"]
    found += [f"in {country_name(event['country'])}"] if event["country"] else []
    found += [EventOutcome(event["outcome"]).label] if event["outcome"] else []
    found += [f"role: {DrugRole(event['drug_role']).label}"] if event["drug_role"] else []
    found += [f"recurred: {Stated(event['recurred']).label}"] if event["recurred"] else []
    return "; ".join(found)


def _sentences(events: list[dict[str, Any]]) -> Iterator[str]:
    for at, event in enumerate(events, 1):
        yield f"{at}. {_event_title(event)} ({_event_details(event)})."
