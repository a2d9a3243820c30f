"""What figures of results have in common: who a result is about, when, and in which words."""

from __future__ import annotations

from typing import Any

from app.vocabulary import Conclusion, Reporting

SILENT = {each.value for each in Reporting} - {Reporting.REPORTED}


def groups_text(result: dict[str, Any]) -> str:
    """The groups of a result: ketamine against placebo."""
    titles: dict[str, list[str]] = {}
    for each in result["groups"]:
        titles.setdefault(each["role"], []).append(each["group"]["title"])
    return " against ".join(" and ".join(found) for found in titles.values())


def time_text(result: dict[str, Any]) -> str:
    """The timepoint in the source's words."""
    return result["time_verbatim"] or "time not reported"


def conclusion_text(result: dict[str, Any]) -> str:
    """What the source concluded, in words; nothing where it drew no conclusion."""
    found = result["conclusion"]
    return Conclusion(found).label if found else ""
