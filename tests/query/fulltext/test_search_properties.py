"""Full text finds what a plain reading of the grammar finds, on both databases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert

from app.db.database import Database
from app.models import SearchText
from app.models.search_text import first_number
from app.query.fulltext.engines import engine_query, text_of
from app.query.fulltext.search import matching_texts
from app.query.fulltext.spellings import respelled
from app.query.fulltext.syntax import AnyOf, Node, Query, QueryError, Term, read_query
from app.query.fulltext.words import indexed_words
from app.records.catalogue import KINDS

Document = list[str]  # its members, the title first
LONG = ["y" * 200, "y" * 64, "z" * 63]
WORDS = """
a ab abc 1e5 12mo 0x1f 007 3.14 -5 1,000 2.5e-3 12345678901234567890123456789 x-ray β βλ
ΩΜΈΓΑ 痛み 痛 한국 Straße ﬁn İ é é naïve user@host.org http://a.b/c?d=e ½ １２ ² c++ ™
α αβγ TNFα µg mcg 50μg ab-c a-b-c abc-de abcde abcdef abc-d'ef ICU患者 疼痛 แพทย์ 통증은
&amp; <b> 'x' a_b a/b ¶ ¶ab and or not near head body नी ـ 𝒜𝓑 ⅷ
"""
words = st.sampled_from([*WORDS.split(), *LONG]) | st.text(max_size=4)
texts = st.lists(words, max_size=6).map(" ".join)
documents = st.lists(st.lists(texts, min_size=1, max_size=3), min_size=1, max_size=5)
parts = st.builds(
    lambda minus, word, star: minus + word + star,
    st.sampled_from(["", "", "-"]),
    words | texts.map(lambda text: f'"{text}"'),
    st.sampled_from(["", "", "*"]),
)
operators = st.sampled_from(["OR", "OR", "AND", "NOT", "(", ")"])
plain = st.lists(parts, min_size=1, max_size=4).map(" ".join)
groups = st.lists(plain, min_size=2, max_size=3).map(" OR ".join).map("({})".format)
queries = plain | st.lists(parts | groups | operators, min_size=1, max_size=6).map(" ".join)


@contextmanager
def holding(
    database: Database, documents: Sequence[Document], kinds: Sequence[str] = ("document",)
) -> Iterator[Connection]:
    """A transaction in which these are the records that full text sees; never committed."""
    with database.write() as session:
        rows = [
            {
                "id": first_number(kind) + at,
                "kind": kind,
                "record_id": at,
                "slug": str(at),
                "title": "",
                "head": text_of([(head, True)]),
                "body": text_of([(text, True) for text in rest]),
            }
            for kind in kinds
            for at, (head, *rest) in enumerate(documents, 1)
        ]
        session.connection().execute(insert(SearchText), rows)
        yield session.connection()
        session.rollback()


def found(connection: Connection, query: Query) -> set[int]:
    words = engine_query(connection.dialect.name, "document")
    rows = matching_texts(words, [query], lambda _number: [])
    return {number - first_number("document") for number in connection.execute(rows).scalars()}


def occurs(term: Term, member: list[str]) -> bool:
    *before, last = term.words
    for start in range(len(member) - len(before)):
        middle = start + len(before)
        ends = member[middle].startswith(last) if term.prefix else member[middle] == last
        if member[start:middle] == before and ends:
            return True
    return False


def holds(node: Node, document: Document) -> bool:
    if isinstance(node, Term):
        sequences = (each for text in document for each in indexed_words(text))
        return any(occurs(node, each) for each in sequences)
    if isinstance(node, AnyOf):
        return any(holds(part, document) for part in node.parts)
    excluded = any(holds(part, document) for part in node.unwanted)
    return all(holds(part, document) for part in node.wanted) and not excluded


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)
@given(documents, st.lists(queries, min_size=1, max_size=6))
@example([["1e5 12mo"], ["0x1f", "a/b c"], ["βλ"]], ["1e5", "12mo 1e*", "0x1f", '"a b c"', "β*"])
@example(
    [["follow-up TNF-α"], ["followup TNFα"], ["follow up"], ["氯胺酮治疗疼痛 ICU患者"]],
    ["followup", "follow-up", "follow up", '"follow up"', "tnfalpha", "tnf-α", "疼痛", "ICU患"],
)
@example(
    [["a b"], ["a c"], ["b c"], ["c d"]],
    [
        "a OR d",
        "(a OR b) NOT c",
        'a (b OR "c d")',
        'c NOT (b OR "a c")',
        'a OR (c NOT (d NOT "c d"))',
    ],
)
@example([["a b", "c"], ["a", "b c"]], ['"b c"', '"a b"', 'c -"b c"', '"a b"* -c'])
def test_both_databases_find_what_the_words_say(
    database: Database, documents: list[Document], written: list[str]
) -> None:
    with holding(database, documents) as connection:
        for each in written:
            try:
                query = read_query(each)
            except QueryError:
                continue
            root = respelled(query.root)
            right = {at for at, document in enumerate(documents, 1) if holds(root, document)}
            assert found(connection, query) == right, each


def test_a_long_text_is_searched_to_its_end(database: Database) -> None:
    long = " ".join(["word"] * 20_000 + ["the", "very", "end"])
    with holding(database, [["", long]]) as connection:
        assert found(connection, read_query('"very end"')) == {1}
        assert found(connection, read_query('"very the"')) == set()
        assert found(connection, read_query('"word the"')) == {1}


def test_the_numbers_of_the_kinds_lie_apart() -> None:
    assert len({first_number(kind.name) for kind in KINDS}) == len(KINDS)
