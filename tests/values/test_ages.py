"""Ages: how people write them, and the half-open days that they mean."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.values.ages import GROUP_AGES, NO_LIMIT, Ages, age_text, parse_ages
from app.vocabulary import AgeGroup

YEARS = st.integers(min_value=0, max_value=150)


def start_of(years: int) -> int:
    """The first day of an age in years."""
    return int(years * 365.25)


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        ("8..22", start_of(8), start_of(23)),  # whoever is 22 has not turned 23
        ("40", start_of(40), start_of(41)),
        ("0", 0, start_of(1)),
        ("18..", start_of(18), None),
        ("..65", None, start_of(66)),
        ("65..none", start_of(65), NO_LIMIT),
        ("..none", None, NO_LIMIT),
        ("6mo..2y", int(6 * 365.25 / 12), start_of(3)),
        ("6..12mo", int(6 * 365.25 / 12), int(13 * 365.25 / 12)),
        ("6mo..", int(6 * 365.25 / 12), None),
        ("2wk..4wk", 14, 35),
        ("1d", 1, 2),
        (" 8 Y .. 22 Y ", start_of(8), start_of(23)),
    ],
)
def test_ages_are_half_open_days(written: str, start: int | None, end: int | None) -> None:
    assert parse_ages(written) == Ages(start, end)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "..",
        "  ",
        "adult",
        "8-22",
        "8..22..30",
        "-1",
        "1.5",
        "1000",
        "8 years",
        "none",
        "none..5",
    ],
)
def test_what_is_no_age_is_answered_with_how_ages_are_written(written: str) -> None:
    with pytest.raises(ValueError, match="ages are written"):
        parse_ages(written)


@pytest.mark.parametrize("written", ["23..8", "2y..6mo", "9..7"])
def test_a_lower_age_above_the_upper_one_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="above the upper"):
        parse_ages(written)


def test_digits_of_other_scripts_are_no_ages() -> None:
    with pytest.raises(ValueError, match="ages are written"):
        parse_ages("٤٠")


def test_an_age_ends_where_the_next_begins() -> None:
    assert parse_ages("17").end == parse_ages("18").start
    assert GROUP_AGES[AgeGroup.CHILD].end == GROUP_AGES[AgeGroup.ADULT].start


def test_no_limit_is_another_thing_than_not_stated() -> None:
    open_end, no_limit = parse_ages("65.."), parse_ages("65..none")

    assert (open_end.end, open_end.max, open_end.max_days) == (None, None, None)
    assert (no_limit.end, no_limit.max, no_limit.max_days) == (NO_LIMIT, "no limit", None)


def test_the_label_adults_sets_no_upper_bound() -> None:
    assert GROUP_AGES[AgeGroup.ADULT] == Ages(start_of(18), None)
    assert GROUP_AGES[AgeGroup.OLDER_ADULT].end == NO_LIMIT
    assert GROUP_AGES[AgeGroup.CHILD] == Ages(0, start_of(18))


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (None, None),
        (NO_LIMIT, "no limit"),
        (0, "0 days"),
        (1, "1 day"),
        (7, "1 week"),
        (10, "10 days"),
        (14, "2 weeks"),
        (182, "6 months"),
        (365, "1 year"),
        (start_of(18), "18 years"),
        (int(365.25 / 12), "1 month"),
    ],
)
def test_days_are_said_in_the_largest_unit_that_fits(days: int | None, words: str | None) -> None:
    assert age_text(days) == words


@given(YEARS)
def test_every_age_in_years_is_said_in_years(years: int) -> None:
    ages = parse_ages(str(years))

    assert ages.max == f"{years + 1} year{'s' * (years > 0)}"
    assert ages.min == ("0 days" if not years else f"{years} year{'s' * (years > 1)}")


@given(YEARS, YEARS)
def test_ages_hold_every_year_between_their_bounds_and_none_beside(one: int, other: int) -> None:
    low, high = sorted((one, other))
    ages = parse_ages(f"{low}..{high}")
    assert ages.start is not None
    assert ages.end is not None

    inside = [each for each in range(152) if ages.start <= start_of(each) < ages.end]

    assert inside == list(range(low, high + 1))


@given(st.text(max_size=12) | st.from_regex(r"[0-9a-z. ]{0,12}", fullmatch=True))
def test_any_words_give_ages_or_a_sentence(written: str) -> None:
    found: Any
    try:
        found = parse_ages(written)
    except ValueError as error:
        found = str(error)

    assert isinstance(found, Ages) or "age" in found


@given(st.integers(min_value=0, max_value=60_000))
def test_days_in_words_are_those_days(days: int) -> None:
    number, unit = str(age_text(days)).split()
    length = {"year": 365.25, "month": 365.25 / 12, "week": 7.0, "day": 1.0}[unit.rstrip("s")]

    assert int(int(number) * length) == days
