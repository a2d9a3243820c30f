"""A trial of ketamine against placebo in children and in adults, each counted for themselves."""

from __future__ import annotations

from typing import Any

from tests.factories import Evidence

KETAMINE, PLACEBO = "ketamine", "placebo"


def trial(evidence: Evidence, **values: Any) -> str:
    """The trial; its groups are children-ketamine, children-placebo, adults-ketamine, and so on.

    The group `some` got ketamine, and nobody knows which people they are.
    """
    for name in (KETAMINE, PLACEBO):
        evidence.treatment(name)
    people = {"children": "8..17", "adults": "18..64"}
    arms = [
        {"key": KETAMINE, "treatments": [{"treatment": KETAMINE, "role": "investigated"}]},
        {"key": PLACEBO, "treatments": [{"treatment": PLACEBO, "role": "comparator"}]},
    ]
    groups = [
        {"key": f"{who}-{arm}", "title": f"{who}, {arm}", "population": who, "arms": [arm]}
        for who in people
        for arm in (KETAMINE, PLACEBO)
    ]
    return evidence.study(
        **{"label": "Both", "slug": "both", **values},
        populations=[
            {"key": who, "label": f"20 {who}", "n": 20, "ages": ages}
            for who, ages in people.items()
        ],
        arms=arms,
        groups=[*groups, {"key": "some", "title": "some", "arms": [KETAMINE]}],
    )


def counted(evidence: Evidence, study: str, effect: str, **affected: int) -> str:
    """A row of harms; `affected` of 10 in each group, named with _ for -."""
    counts = [
        {"group": group.replace("_", "-"), "affected": number, "at_risk": 10}
        for group, number in affected.items()
    ]
    return evidence.adverse_event(study, "", evidence.adverse_effect(effect), counts=counts)


def compared(who: str, **values: Any) -> dict[str, Any]:
    """A result of ketamine against placebo in the children, or in the adults."""
    sides = [{"group": f"{who}-ketamine"}, {"group": f"{who}-placebo", "role": "reference"}]
    return {"contrast": "between_groups", "groups": sides, **values}
