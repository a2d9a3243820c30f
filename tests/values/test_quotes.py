"""Where the words of a quote stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.values.quotes import CONTEXT, QuoteError, TextSpan, find_quote, surrounding_words

TEXT = "Pain fell. Pain came back; severe pain stayed away."
SMALL = st.text(alphabet="ab ", max_size=30)


def test_words_that_stand_once_are_found() -> None:
    place = find_quote(TEXT, "came back")

    assert place == TextSpan(16, 25)
    assert TEXT[place.start : place.end] == "came back"


@pytest.mark.parametrize("exact", [TEXT, TEXT[0:10], TEXT[-5:]])
def test_words_at_the_edges_of_the_text_are_found(exact: str) -> None:
    place = find_quote(TEXT, exact)

    assert TEXT[place.start : place.end] == exact


@pytest.mark.parametrize(("number", "start"), [(1, 0), (2, 11)])
def test_occurrences_are_counted_from_1(number: int, start: int) -> None:
    assert find_quote(TEXT, "Pain", number).start == start


@pytest.mark.parametrize("number", [-1, 0, 3])
def test_an_occurrence_that_there_is_not_is_refused(number: int) -> None:
    with pytest.raises(QuoteError, match=f"stands 2 times .*: no number {number}"):
        find_quote(TEXT, "Pain", number)


def test_an_occurrence_may_be_given_of_words_that_stand_once() -> None:
    assert find_quote(TEXT, "fell", 1) == find_quote(TEXT, "fell")


def test_words_that_stand_twice_need_an_occurrence() -> None:
    with pytest.raises(QuoteError, match="stands 2 times") as caught:
        find_quote(TEXT, "Pain")

    assert caught.value.nearest is None


def test_occurrences_may_overlap() -> None:
    assert [find_quote("aaaa", "aa", number).start for number in (1, 2, 3)] == [0, 1, 2]


@pytest.mark.parametrize("exact", ["pain fell", "Pain  fell", "Pain fell!", "Päin fell"])
def test_case_spaces_and_accents_count(exact: str) -> None:
    with pytest.raises(QuoteError, match="does not say this") as caught:
        find_quote(TEXT, exact)

    assert caught.value.nearest == "Pain fell."


def test_the_nearest_text_is_whole_words() -> None:
    with pytest.raises(QuoteError) as caught:
        find_quote(TEXT, "severe pian stayde")

    assert caught.value.nearest == "severe pain stayed"


def test_words_unlike_any_have_no_nearest_text() -> None:
    with pytest.raises(QuoteError) as caught:
        find_quote(TEXT, "qqqqqqqq")

    assert caught.value.nearest is None


def test_offsets_count_characters_and_not_bytes() -> None:
    text = "• Süß 🙂 end"

    assert find_quote(text, "end") == TextSpan(8, 11)


def test_context_is_cut_at_the_edges_of_the_text() -> None:
    assert surrounding_words(TEXT, TextSpan(0, 4)) == ("", TEXT[4 : 4 + CONTEXT])
    assert surrounding_words(TEXT, TextSpan(len(TEXT) - 5, len(TEXT))) == (
        TEXT[-5 - CONTEXT : -5],
        "",
    )
    assert surrounding_words("ab", TextSpan(0, 2)) == ("", "")


@given(SMALL, st.text(alphabet="ab ", min_size=1, max_size=4))
def test_a_place_is_the_words_or_there_is_a_reason(text: str, exact: str) -> None:
    starts = [at for at in range(len(text)) if text.startswith(exact, at)]

    if len(starts) == 1:
        assert find_quote(text, exact) == TextSpan(starts[0], starts[0] + len(exact))
    else:
        with pytest.raises(QuoteError):
            find_quote(text, exact)
    for number, start in enumerate(starts, 1):
        assert find_quote(text, exact, number).start == start


@given(SMALL, st.data())
def test_context_is_what_stands_around(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    place = TextSpan(start, data.draw(st.integers(start, len(text))))

    before, after = surrounding_words(text, place)

    assert text[: place.start].endswith(before)
    assert text[place.end :].startswith(after)
    assert len(before) == min(CONTEXT, place.start)
    assert len(after) == min(CONTEXT, len(text) - place.end)
