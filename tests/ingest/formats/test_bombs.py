"""A small file that would become a large one is told as a broken row; the others are read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.ingest.formats import Entry, FileTooLargeError, Limits, Reading, read
from app.ingest.formats.draft_builder import MOST_VALUES
from app.ingest.formats.lines import MOST_RUNS
from tests.ingest.formats.reading_files import accounted

FINE = "@article{fine, title = {Fine}, year = 2009}\n"


def written(reading: Reading) -> int:
    """How many characters a reading holds of drafts, values and problems."""
    return sum(
        len(str(each.draft)) + len(str(each.problems)) + len(str(each.unread))
        for each in reading.entries
    )


def broken(reading: Reading) -> Entry:
    """The only broken record, the others being whole."""
    [entry] = reading.broken
    assert reading.counted == len(reading.entries)
    return entry


def test_strings_that_nest_are_not_put_in_and_the_record_says_why() -> None:
    names = "".join(
        f"@string{{s{level + 1} = {' # '.join([f's{level}'] * 12)}}}\n" for level in range(7)
    )
    reading = accounted(
        f'@string{{s0 = "{"a" * 20}"}}\n{names}@book{{x, title = s7}}\n{FINE}'.encode()
    )
    entry = broken(reading)
    assert entry.problems[0].line == 9
    assert "title: @string s7 of line 8 stands for too long a text" in entry.problems[0].message
    assert reading.parsed[0].draft is not None
    assert reading.parsed[0].draft["title"] == "Fine"
    assert reading.problems[0].line == 6  # the first name that would be too long
    assert written(reading) < 5_000


def test_a_long_string_is_put_in_until_the_file_has_had_enough() -> None:
    limits = Limits(expansion=25_000)
    records = "".join(f"@book{{k{number}, title = long}}\n" for number in range(4))
    text = f'@string{{long = "{"a" * 10_000}"}}\n{records}{FINE}'
    reading = read(text.encode(), limits=limits)
    assert [entry.draft is not None for entry in reading.entries] == [
        True,
        True,
        False,
        False,
        True,
    ]
    assert "25,000 characters" in reading.broken[0].problems[0].message


def test_strings_made_of_strings_count_as_well() -> None:
    more = "".join(f'@string{{s{number} = long # "x"}}\n' for number in range(9))
    text = f'@string{{long = "{"a" * 10_000}"}}\n{more}@book{{k, title = s8}}\n{FINE}'
    reading = read(text.encode(), limits=Limits(expansion=25_000))
    assert broken(reading).line == 11
    assert len(reading.problems) == 7


def test_a_string_that_names_itself_ends() -> None:
    reading = accounted(
        f'@string{{a = "x"}}\n{"@string{a = a # a}" * 40}\n@book{{k, title = a}}\n{FINE}'.encode()
    )
    assert broken(reading).problems


def test_what_parts_take_from_a_whole_is_counted() -> None:
    parts = "".join(f"@inbook{{k{n}, title = {{A}}, crossref = {{w}}}}\n" for n in range(4))
    text = f"@book{{w, title = {{{'a' * 10_000}}}}}\n{parts}{FINE}"
    reading = read(text.encode(), limits=Limits(expansion=25_000))
    assert [entry.draft is not None for entry in reading.entries] == [
        True, True, True, False, False, True,
    ]  # fmt: skip
    assert "crossref w" in reading.broken[0].problems[-1].message


BLOCKS = """@string{a = "aaaaaaaaaa"}|@string{a = a # a}|@string{b = a # b # a}
@string{b = b # {x} # b}
@book{k, title = a # b}|@book{l, title = {A}, crossref = {k}}|@book{k, title = b, crossref = {l}}
@book{m, journal = a, crossref = {k}, volume = b # a # a}|@comment{x}""".replace("\n", "|")


@given(st.lists(st.sampled_from(BLOCKS.split("|")), max_size=60))
@settings(max_examples=200)
def test_no_file_puts_in_more_than_a_file_may(blocks: list[str]) -> None:
    text = "\n".join([FINE, *blocks])
    limits = Limits(expansion=2_000)
    reading = read(text.encode(), limits=limits)
    held = [
        str(entry.draft.get(name, ""))
        for entry in reading.parsed
        if entry.draft is not None
        for name in ("title", "container_title", "volume")
    ]
    assert len(reading.entries) == reading.counted
    assert sum(map(len, held)) <= len(text) + limits.expansion


def test_crossrefs_in_a_ring_are_read() -> None:
    ring = "@book{a, title={A}, crossref={b}}\n@book{b, title={B}, crossref={a}}\n"
    assert len(accounted(ring.encode()).parsed) == 2


def test_short_values_for_the_slow_decoder_use_its_time_up() -> None:
    records = "".join(f"@book{{k{n}, title = {{\\emdash{{}} {n}}}}}\n" for n in range(3_300))
    titles = [str(entry.draft and entry.draft["title"]) for entry in read(records.encode()).parsed]
    assert "\\" not in titles[0]
    assert "\\" in titles[-1]


@pytest.mark.parametrize(
    ("start", "line", "end"),
    [
        ("TY  - JOUR\nTI  - A\n", "KW  - x\n", "ER  - \nTY  - JOUR\nTI  - B\nER  - \n"),
        ("TY  - JOUR\nTI  - A\nAB  - ", "x\n", "ER  - \nTY  - JOUR\nTI  - B\nER  - \n"),
        ("PMID- 1\n", "\nOT  - x\n", "\nPMID- 2\nTI  - B\n"),
        ("@book{a, title = {A},\n", "a = 1,\n", "}\n@book{b, title = {B}}\n"),
        ("@book{a, title = {A},\nnote = {", "{\n", "@book{b, title = {B}}\n"),
        ("1. Smith J. A. Pain 2009;1:2.\n", "x\n", "\n2. Jones A. B. Pain 2009;1:2.\n"),
    ],
    ids=["tags", "lines", "blank lines", "fields", "braces", "reference"],
)
def test_a_record_beyond_the_limit_is_broken_and_the_next_one_whole(
    start: str, line: str, end: str
) -> None:
    text = start + line * 5_000 + end
    reading = read(text.encode(), limits=Limits(record=5_000))
    entry = broken(reading)
    assert "more than 5,000 characters" in entry.problems[0].message
    assert len(entry.raw) <= 5_000
    assert reading.entries[1].draft is not None
    assert entry.last_line < reading.entries[1].line


@pytest.mark.parametrize(
    "text",
    [
        "@book{a, title = {A}, " + "a=1," * MOST_VALUES + "}",
        "TY  - JOUR\n" + "KW  -\n" * MOST_VALUES + "ER  - \n",
        "<records><record>" + "<url>x</url>" * (MOST_VALUES + 1) + "</record></records>",
    ],
    ids=["fields", "tags", "XML"],
)
def test_a_record_of_a_hundred_thousand_things_is_broken(text: str) -> None:
    entry = broken(read(text.encode()))
    assert f"more than {MOST_VALUES:,}" in entry.problems[0].message


def test_a_file_of_too_many_things_in_all_is_refused() -> None:
    record = "TY  - JOUR\n" + "KW  - x\n" * 50 + "ER  - \n"
    with pytest.raises(FileTooLargeError, match="more than 100 things"):
        read((record * 4).encode(), limits=Limits(values=100))


def test_a_namespace_is_not_put_into_every_name() -> None:
    names = "".join(f"<b{number}/>" for number in range(500))
    title = "<titles><title>A</title></titles>"
    text = f"<records><record xmlns='{'u' * 100_000}'>{title}{names}</record></records>"
    [entry] = accounted(text.encode()).parsed
    assert entry.draft is not None
    assert entry.draft["title"] == "A"


def test_elements_in_elements_of_their_name_are_kept_once() -> None:
    nested = "<keyword>" * 50 + "x" * 10_000 + "</keyword>" * 50
    reading = accounted(f"<records><record>{nested}</record></records>".encode())
    assert [each.tag for each in reading.entries[0].unread] == ["keyword"]


def test_tags_that_look_closed_nest_no_deeper_than_others() -> None:
    deep = "<a b='/>'>" * 1_000 + "</a>" * 1_000
    fine = "<record><titles><title>A</title></titles></record>"
    entry = broken(accounted(f"<records>\n<record>{deep}</record>{fine}</records>".encode()))
    assert entry.problems == [(2, "elements nest deeper than 64", None)]


def test_tags_in_a_comment_do_not_nest() -> None:
    comment = f"<!-- {'<a>' * 100} -->"
    text = f"<records><record>{comment}<titles><title>A</title></titles></record></records>"
    assert len(accounted(text.encode()).parsed) == 1


def test_lines_in_no_record_are_quoted_up_to_a_number() -> None:
    text = "TY  - JOUR\nTI  - A\nER  - \n" + "x\n\n" * (MOST_RUNS + 50)
    problems = accounted(text.encode()).problems
    assert len(problems) == MOST_RUNS + 1
    assert problems[-1].message == "from here on 50 more lines are in no record"


def test_numbers_of_a_million_digits_are_no_numbers() -> None:
    digits = "9" * 1_000_000
    reading = accounted(f'[{{"title": "A", "volume": {digits}}}, {{"title": "B"}}]'.encode())
    assert len(reading.entries) == 2
    reading = accounted(f"TY  - JOUR\nTI  - A\nSP  - {digits[:100_000]}\nER  - \n".encode())
    assert len(reading.parsed) == 1
