"""Other spellings of what is looked for: in one word, in two, or with a hyphen.

Texts have each compound as its parts and in one (followup and follow-up, `compounds_of`). So a
query for parts that stand beside one another looks for them in one, too, and one for a long word
for each two parts that it may have been written in: most are in no text, and cost next to nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.query.fulltext.syntax import AllOf, AnyOf, Node, Term
from app.query.fulltext.words import LONGEST_WORD, are_joinable, is_character

MOST_RESPELLED = 12  # words of a query or phrase up to which other spellings are looked for
SHORTEST_COMPOUND, LONGEST_COMPOUND = 6, 24  # letters of a word that may be two
SHORTEST_PART = 2


def respelled(root: Node) -> Node:
    """A query in which every term is the alternative of all its spellings."""
    return _respelled(root) if _words(root) <= MOST_RESPELLED else root


def _words(node: Node) -> int:
    if isinstance(node, Term):
        return len(node.words)
    parts = node.parts if isinstance(node, AnyOf) else (*node.wanted, *node.unwanted)
    return sum(map(_words, parts))


def _respelled(node: Node) -> Node:
    if isinstance(node, Term):
        return _alternatives([node, *_spellings(node)])
    if isinstance(node, AnyOf):
        return AnyOf(tuple(map(_respelled, node.parts)))
    return AllOf(tuple(_beside_one_another(node.wanted)), tuple(map(_respelled, node.unwanted)))


def _alternatives(terms: Sequence[Term]) -> Node:
    return terms[0] if len(terms) == 1 else AnyOf(tuple(dict.fromkeys(terms)))


def _beside_one_another(nodes: Sequence[Node]) -> Iterator[Node]:
    """What all has to occur; of single words, two that stand beside one another may be one."""
    for at, node in enumerate(nodes):
        if not isinstance(node, Term):
            yield _respelled(node)
            continue
        pairs = [nodes[place : place + 2] for place in (at - 1, at) if place >= 0]
        joined = [each for pair in pairs if len(pair) > 1 and (each := _joined(*pair)) is not None]
        yield _alternatives([node, *_spellings(node), *joined])


def _joined(one: Node, other: Node) -> Term | None:
    """Two single words in one, if they may be."""
    if not (isinstance(one, Term) and isinstance(other, Term) and one.bare and other.bare):
        return None
    if one.prefix or len(one.words) > 1 or len(other.words) > 1:
        return None
    if not are_joinable(one.words[0], other.words[0]):
        return None
    return Term(((one.words[0] + other.words[0])[:LONGEST_WORD],), other.prefix)


def _spellings(term: Term) -> Iterator[Term]:
    """Other spellings of a term by itself."""
    words, number = term.words, len(term.words)
    if number == 1:
        yield from _in_two(words[0])
        return
    for at in range(number - 1):
        if are_joinable(words[at], words[at + 1]):
            joined = (words[at] + words[at + 1])[:LONGEST_WORD]
            yield Term((*words[:at], joined, *words[at + 2 :]), term.prefix)
    if number > 2 and not any(map(is_character, words)):  # a pair is done
        yield Term(("".join(words)[:LONGEST_WORD],), term.prefix)


def _in_two(word: str) -> Iterator[Term]:
    """A long word as a phrase of two; the second is whole, even where the word may go on."""
    if SHORTEST_COMPOUND <= len(word) <= LONGEST_COMPOUND and not word.isdigit():
        for at in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
            yield Term((word[:at], word[at:]))
