"""Ages: how people write them, and the half-open days that they mean."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.values.ages import GROUP_AGES, NO_LIMIT, Ages, parse_ages
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
        ("10 to 18 years", start_of(10), start_of(19)),
        ("8 to 22 y", start_of(8), start_of(23)),
        ("8–22 years", start_of(8), start_of(23)),
        ("aged 10 to 18 years old", start_of(10), start_of(19)),
        ("between 10 and 18 years", start_of(10), start_of(19)),
        ("6 months to 2 years", int(6 * 365.25 / 12), start_of(3)),
        ("6 to 12 months", int(6 * 365.25 / 12), int(13 * 365.25 / 12)),
        ("42 years", start_of(42), start_of(43)),
        ("18 years and older", start_of(18), NO_LIMIT),
        ("18 years of age or older", start_of(18), NO_LIMIT),
        ("65+", start_of(65), NO_LIMIT),
        ("at least 18 years", start_of(18), NO_LIMIT),
        ("up to 12 weeks", 0, 91),
        ("12 weeks or younger", 0, 91),
        ("under 18 years", 0, start_of(18)),
        ("birth to 28 days", 0, 29),
        ("all ages", 0, NO_LIMIT),
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
        "8..22..30",
        "-1",
        "1.5",
        "1000",
        "1000 years",
        "8 yeers",
        "over 65",  # from 65 years, or from 66?
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

    assert (open_end.end, open_end.max, open_end.end_days) == (None, None, None)
    assert (no_limit.end, no_limit.max, no_limit.end_days) == (NO_LIMIT, "no limit", None)
    assert open_end.text == "from 65 years, upper limit not stated"
    assert no_limit.text == "65 years or older"


def test_the_label_adults_sets_no_upper_bound() -> None:
    assert GROUP_AGES[AgeGroup.ADULT] == Ages(start_of(18), None)
    assert GROUP_AGES[AgeGroup.OLDER_ADULT].end == NO_LIMIT
    assert GROUP_AGES[AgeGroup.CHILD] == Ages(0, start_of(18))


@pytest.mark.parametrize(
    ("written", "youngest", "last", "text"),
    [
        ("10..18", "10 years", "18 years", "10 to 18 years"),
        ("6mo..2y", "6 months", "2 years", "6 months to 2 years"),
        ("42", "42 years", "42 years", "42 years"),
        ("1", "1 year", "1 year", "1 year"),
        ("1..4", "1 year", "4 years", "1 to 4 years"),
        ("65..none", "65 years", "no limit", "65 years or older"),
        ("18..", "18 years", None, "from 18 years, upper limit not stated"),
        ("..12wk", None, "12 weeks", "up to 12 weeks, lower limit not stated"),
        ("0..12wk", "birth", "12 weeks", "up to 12 weeks"),
        ("0..17", "birth", "17 years", "under 18 years"),
        ("0..none", "birth", "no limit", "all ages"),
        ("..none", None, "no limit", "no upper limit, lower limit not stated"),
        ("0", "birth", "11 months", "under 1 year"),
        ("..1", None, "23 months", "under 2 years, lower limit not stated"),
        ("3mo..5mo", "3 months", "5 months", "3 to 5 months"),
        ("12mo..17mo", "12 months", "17 months", "12 to 17 months"),
        ("6mo..23mo", "6 months", "23 months", "6 to 23 months"),
        ("2wk..12wk", "2 weeks", "12 weeks", "2 to 12 weeks"),
        ("0..28d", "birth", "28 days", "up to 28 days"),
        ("100d..6mo", "100 days", "6 months", "100 days to 6 months"),
    ],
)
def test_ages_are_said_as_people_say_them(
    written: str, youngest: str | None, last: str | None, text: str
) -> None:
    ages = parse_ages(written)

    assert (ages.min, ages.max, ages.text) == (youngest, last, text)


def test_a_last_age_that_could_be_said_in_two_ways_is_said_as_the_youngest_is() -> None:
    assert parse_ages("1mo..2mo").end == parse_ages("1wk..12wk").end
    assert parse_ages("1mo..2mo").text == "1 to 2 months"
    assert parse_ages("1wk..12wk").text == "1 to 12 weeks"


@given(YEARS)
def test_every_age_in_years_is_said_in_years(years: int) -> None:
    ages = parse_ages(f"{years}..{years + 2}")

    assert ages.max == f"{years + 2} years"
    assert ages.min == ("birth" if not years else f"{years} year{'s' * (years > 1)}")


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


ENDS = st.none() | st.integers(0, 60_000) | st.integers(0, NO_LIMIT - 1)


@given(ENDS, ENDS | st.just(NO_LIMIT))
def test_what_is_said_of_any_ages_reads_back_as_these_days(
    start: int | None, end: int | None
) -> None:
    ages = Ages(start, end)
    if (start, end) == (None, None):
        assert ages.text is None
    elif end is None or end > (start or 0):
        assert parse_ages(str(ages.text)) == ages
