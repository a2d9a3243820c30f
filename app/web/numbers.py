"""Numbers as people read them: as the source has them, never rounded, never filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.values.confidence_intervals import exact_interval
from app.vocabulary import AgeBasis
from app.web.labels import label

MINUS, DASH, THIN = "−", "–", " "


def format_number(value: float | int | None) -> str:
    """A number without a needless decimal point, with thin spaces between thousands."""
    if value is None:
        return ""
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}".replace(",", THIN).replace("-", MINUS)
    return f"{value:.10g}".replace("-", MINUS)


def format_total(found: Mapping[str, Any]) -> str:
    """How many: exactly or, beyond what is counted, at least."""
    return format_number(found["value"]) + ("" if found["relation"] == "eq" else " or more")


def p_value(result: Mapping[str, Any]) -> str | None:
    """A p value with its sign, as reported."""
    if result["p"] is None:
        return None
    sign = result["p_qualifier"] or "="
    return f"{sign} {format_number(result['p'])}"


def estimate(result: Mapping[str, Any]) -> str | None:
    """The number of a result with what belongs to it; None: the source gives none."""
    parts = [each for each in (_fraction(result), _value(result), _spread(result)) if each]
    if result["percent"] is not None:
        parts.append(f"{format_number(result['percent'])} %")
    return " ".join(parts) or None


def interval(result: Mapping[str, Any]) -> str | None:
    """The confidence interval of a result, if the source gives one."""
    if result["ci_low"] is None and result["ci_high"] is None:
        return None
    level = (
        f"{format_number(result['ci_level'])} % CI " if result["ci_level"] is not None else "CI "
    )
    return level + _range_text(result["ci_low"], result["ci_high"])


def _fraction(result: Mapping[str, Any]) -> str:
    over = result["denominator"]
    if result["numerator"] is None or over is None:
        return ""
    return f"{format_number(result['numerator'])} of {format_number(over)}"


def _value(result: Mapping[str, Any]) -> str:
    if result["value"] is None:
        return ""
    signs = {"<=": "at most ", ">=": "at least ", "<": "less than ", ">": "more than "}
    sign = {**signs, "about": "about "}.get(result["value_qualifier"] or "", "")
    unit = f" {result['unit']}" if result["unit"] else ""
    return f"{sign}{format_number(result['value'])}{unit}"


def _spread(result: Mapping[str, Any]) -> str:
    kind = result["dispersion"]
    if kind is None:
        return ""
    if result["dispersion_value"] is not None:
        text = f"± {format_number(result['dispersion_value'])}"
        return text if kind == "unknown" else f"({kind.upper()} {text.removeprefix('± ')})"
    between = _range_text(result["dispersion_low"], result["dispersion_high"])
    return f"({between})" if kind == "unknown" else f"({kind} {between})"


def _range_text(low: float | None, high: float | None) -> str:
    ends = (format_number(each) if each is not None else "?" for each in (low, high))
    return " to ".join(ends)


def ages_with_basis(people: Mapping[str, Any]) -> str | None:
    """The ages of people with how they are known, where the source does not state them itself."""
    if people["ages"] is None:
        return None
    text: str = people["ages"]["text"]
    match people["age_basis"]:
        case AgeBasis.DERIVED_FROM_LABEL:
            group = label("AgeGroup", people["age_group"]) if people["age_group"] else "their name"
            return f"{text}, derived from the label “{group}”"
        case AgeBasis.DERIVED_FROM_PARENT:
            return f"{text}, derived from the larger group"
        case AgeBasis.REGISTRY:
            return f"{text}, says the registry"
        case _:
            return text


def exact_share_interval(affected: int | None, at_risk: int | None) -> str | None:
    """The exact interval of a share; of nobody, its upper bound; None: the counts are not whole."""
    if affected is None or not at_risk or not 0 <= affected <= at_risk:
        return None
    low, high = (100 * end for end in exact_interval(affected, at_risk))
    if affected == 0:
        return f"exact 95 % CI up to {high:.1f} %"
    return f"exact 95 % CI {low:.1f} to {high:.1f} %"


def dose_text(given: Mapping[str, Any]) -> str | None:
    """A dose as it is stored; None: not reported."""
    low, high = given["dose_low"], given["dose_high"]
    if low is None and high is None:
        return None
    amount = format_number(low) if low == high else _range_text(low, high)
    unit = f" {given['dose_unit']}" if given["dose_unit"] else ""
    return amount + unit + (f" per {given['dose_per']}" if given["dose_per"] else "")


def affected_share(affected: int | None, at_risk: int | None, percent: float | None) -> str | None:
    """How many of how many, as counted, or the percentage as reported; None: not given."""
    parts = []
    if affected is not None:
        parts.append(
            f"{format_number(affected)} of {format_number(at_risk) if at_risk is not None else '?'}"
        )
    if percent is not None:
        parts.append(f"{format_number(percent)} %")
    return ", ".join(parts) or None
