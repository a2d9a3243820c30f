"""How a text falls into parts, and which stretches of it no part covers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.records.documents.segments import segment, trim_span, uncovered_spans
from app.values.quotes import QuoteError, TextSpan

TEXTS = st.text(alphabet="Ab .!?:\n\t•1", max_size=60)


def parts(text: str, *boilerplate: str) -> list[tuple[str, str]]:
    """Kind and words of each part."""
    return [
        (part.kind.value, text[part.start : part.end]) for part in segment(text, list(boilerplate))
    ]


def test_a_paragraph_falls_into_sentences() -> None:
    assert parts("It fell. Did it? It did!") == [
        ("paragraph", "It fell. Did it? It did!"),
        ("sentence", "It fell."),
        ("sentence", "Did it?"),
        ("sentence", "It did!"),
    ]


@pytest.mark.parametrize(
    "sentence", ["It cost 1.5 mg per kg.", "Reported, e.g. by them.", "No end", "What?! really"]
)
def test_a_full_stop_ends_a_sentence_only_before_a_capital(sentence: str) -> None:
    assert parts(sentence)[1:] == [("sentence", sentence)]


def test_a_sentence_may_run_over_a_line_end() -> None:
    assert ("sentence", "It fell\nand rose.") in parts("It fell\nand rose. Then not.")


@pytest.mark.parametrize("gap", ["\n\n", "\n \t\n", "\n\n\n\n", "\r\n\r\n"])
def test_empty_lines_part_paragraphs(gap: str) -> None:
    found = parts(f"One thing{gap}Another thing")

    assert [words for kind, words in found if kind == "paragraph"] == ["One thing", "Another thing"]


def test_a_single_line_end_parts_no_paragraph() -> None:
    assert ("paragraph", "One thing\nAnother thing") in parts("One thing\nAnother thing")


def test_a_block_that_ends_in_a_colon_introduces_a_list() -> None:
    assert parts("It may cause:\n\n") == [("list_header", "It may cause:")]


@pytest.mark.parametrize("marker", ["•", "*", "-", "‣", "◦"])
def test_list_marks_are_boilerplate_and_items_are_without_them(marker: str) -> None:
    assert parts(f"  {marker} Rash  \n  {marker} Itch") == [
        ("boilerplate", marker),
        ("list_item", "Rash"),
        ("boilerplate", marker),
        ("list_item", "Itch"),
    ]


def test_the_line_right_above_a_list_introduces_it() -> None:
    assert parts("It may cause:\n• Rash") == [
        ("list_header", "It may cause:"),
        ("boilerplate", "•"),
        ("list_item", "Rash"),
    ]


def test_an_item_runs_up_to_the_next() -> None:
    found = parts("• Rash\n  on the arm\n• Itch")

    assert [words for kind, words in found if kind == "list_item"] == [
        "Rash\n  on the arm",
        "Itch",
    ]


@pytest.mark.parametrize("marker", ["1.", "12)", "999."])
def test_numbered_lines_are_references(marker: str) -> None:
    assert parts(f"{marker} Gerard J. Of willow.") == [
        ("boilerplate", marker),
        ("reference", "Gerard J. Of willow."),
    ]


@pytest.mark.parametrize("line", ["1.5 mg were given", "-5 points", "2009. Then", "•Rash", "1."])
def test_what_only_looks_like_a_list_mark_is_text(line: str) -> None:
    assert parts(line)[0] == ("paragraph", line)


def test_named_words_are_boilerplate_and_not_a_paragraph() -> None:
    assert parts("It fell.\n\nShare this page.", "Share this page.") == [
        ("paragraph", "It fell."),
        ("sentence", "It fell."),
        ("boilerplate", "Share this page."),
    ]


def test_a_paragraph_keeps_its_sentences_around_boilerplate() -> None:
    found = parts("It fell. Share this page. It rose.", "Share this page.")

    assert ("boilerplate", "Share this page.") in found
    assert ("sentence", "It fell.") in found
    assert ("sentence", "It rose.") in found


@pytest.mark.parametrize("words", ["absent", "It"])
def test_boilerplate_stands_at_exactly_one_place(words: str) -> None:
    with pytest.raises(QuoteError):
        segment("It fell. It rose.", [words])


def test_an_empty_text_has_no_parts() -> None:
    assert segment("", []) == segment(" \n\n\t ", []) == []


def test_what_no_place_covers_is_told_without_the_spaces_around_it() -> None:
    text = "One two  three\nfour "

    assert uncovered_spans(text, []) == [TextSpan(0, 19)]
    assert uncovered_spans(text, [TextSpan(4, 7)]) == [TextSpan(0, 3), TextSpan(9, 19)]
    assert uncovered_spans(text, [TextSpan(0, 3), TextSpan(3, 10), TextSpan(9, 20)]) == []


def test_spaces_need_no_cover() -> None:
    assert uncovered_spans("a b", [TextSpan(0, 1), TextSpan(2, 3)]) == []


def test_a_single_character_that_is_not_covered_is_told() -> None:
    assert uncovered_spans("abc", [TextSpan(0, 1), TextSpan(2, 3)]) == [TextSpan(1, 2)]


def test_trimming_takes_spaces_off_both_ends() -> None:
    assert trim_span(" \n ab c\t", TextSpan(0, 8)) == TextSpan(3, 7)
    assert trim_span("ab", TextSpan(0, 2)) == TextSpan(0, 2)


@given(TEXTS)
def test_every_word_of_a_text_is_in_some_part(text: str) -> None:
    places = [TextSpan(part.start, part.end) for part in segment(text, [])]

    assert uncovered_spans(text, places) == []


@given(TEXTS)
def test_parts_come_in_order_and_hold_words(text: str) -> None:
    found = segment(text, [])

    assert [(part.start, -part.end) for part in found] == sorted(
        (part.start, -part.end) for part in found
    )
    for part in found:
        words = text[part.start : part.end]
        assert words
        assert words == words.strip()


@given(st.text(alphabet="a \n", max_size=30), st.data())
def test_gaps_and_places_together_are_the_text(text: str, data: st.DataObject) -> None:
    ends = st.integers(0, len(text))
    spans = data.draw(st.lists(st.tuples(ends, ends).map(sorted), max_size=4))
    places = [TextSpan(start, end) for start, end in spans]
    covered = {at for place in places for at in range(place.start, place.end)}

    gaps = {at for gap in uncovered_spans(text, places) for at in range(gap.start, gap.end)}

    assert not gaps & covered
    assert {at for at, mark in enumerate(text) if mark.strip()} <= gaps | covered
