"""What figures of results have in common: who a result is about, when, and in which words."""

from __future__ import annotations

from typing import Any

from app.vocabulary import Conclusion, Reporting

SILENT = {each.value for each in Reporting} - {Reporting.REPORTED}


def people_counted(result: dict[str, Any]) -> int | None:
    """How many people a result is about, where a source says so; groups are never added up.

    Groups of one population are that population; else the number of a single group.
    """
    if result["n"] is not None and result["n_unit"] in {None, "participants"}:
        return int(result["n"])
    groups = [each["group"] for each in result["groups"]]
    populations = {(each["population"] or {}).get("key") for each in groups}
    if len(groups) == 1 and groups[0]["n"] is not None and groups[0]["unit"] == "participants":
        return int(groups[0]["n"])
    if len(populations) == 1 and groups and groups[0]["population"]:
        number = groups[0]["population"]["n"]
        return None if number is None else int(number)
    return None


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
