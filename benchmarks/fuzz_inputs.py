"""Inputs for fuzz_imports: real files changed, and files made up of the marks of each format."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable
from pathlib import Path

LONGEST = 3_000  # bytes of a real file that are taken: records are short, and many inputs wanted
MARKS = {
    "tagged": """TY  - JOUR|ER  - |TI  - A title|AU  - Smith, J|PY  - 2009|SP  - 1|EP  - 9|KW  -
        |PMID- 1|OWN - NLM|DP  - 2009|FAU - Smith, John|AUID- ORCID: 0000-0002-1825-0097
        |%0 Journal Article|%A A B|%T A|%D 2009|PT J|AF Smith, J
        |OI Law, C/0000-0002-1825-0097|ER|EF|FN x|VR 1|<1>|Title|Authors|Source
        |  Pain. 145(3):304-11, 2009.|  A [Report].|      more|text|DO  - 10.1000/x
        |UR  - https://doi.org/10.1/x|SN  - 978-0306406157|""",
    "bibtex": """@article{a,|@string{a = "b"}|@string{a = a # a}|@string(b = a # "x" # a)
        |@comment{x}|@preamble{"x"}|@book{p,|title = {A|title = a # b
        |author = {A B and C, D and others}|year=2009|crossref = {p}|crossref={a}
        |xdata = {a}|pages = {1--9}|isbn = {(((
        |month = jan|note = {|\\"o|\\'{\\i}|\\emph{|$x^2$|\\frac{a}{b}|\\begin{a}|{|}|}|}}
        |}}|"|,|=|#|@|\\|\\\\""",
    "xml": """<records>|</records>|<record>|</record>|<record/>|<titles><title>A</title></titles>
        |<record xmlns='u'>|<m:b xmlns:m='u'/>|<style face='x'>|</style>|<!--|-->|<![CDATA[
        |]]>|<?x?>|<!DOCTYPE a>|<!ENTITY a "b">|&a;|&#0;|&#65;|&amp;|<keyword>|</keyword>
        |<url>10.1/x</url>|<PubmedArticleSet>|<PubmedArticle>|</PubmedArticle>
        |</PubmedArticleSet>|<MedlineCitation>|</MedlineCitation>|<Article>|</Article>
        |<PMID>1</PMID>|<ArticleTitle>A</ArticleTitle>
        |<AuthorList><Author><LastName>A</LastName></Author></AuthorList>|<a b='/>'>|<|>|/|'
        |"|=""",
    "json": """[|]|{|}|,|:|"title":|"A"|"author":|{"family":"A","given":"B"}|[{"literal":"A"}]
        |"issued":{"date-parts":[[2009]]}|"DOI":"10.1/x"|"type":"book"|"note":"PMID: 1\\nx"
        |null|true|-1e999|1e400|99999999999999999999|0.1|"\\u0000"|"\\ud800"|"\\|\\"
        |"ISBN":"(((("|{"items":[|"update-to":[{"type":"retraction","DOI":"10.1/y"}]|""",
    "list": """1. |2. |[3] |(4) |99.|Smith J, Jones AB. A title. Pain 2009;1(2):3-9. |et al.
        |, |. |; |: |PMID: 1|doi:10.1000/x|2009|PMC1|and others|A B, C D. |? |A |\u2028|\xe9
        |1. 1. """,
}
# What most made-up files begin with, so that they are not simply refused.
HEADS = {
    "tagged": ["TY  - JOUR\n", "PMID- 1\n", "%0 Book\n", "PT J\n", "<1>\nTitle\n"],
    "bibtex": ["@article{a,\n", '@string{a = "b"}\n@book{p, title = {A}}\n'],
    "xml": ["<records><record>", "<PubmedArticleSet><PubmedArticle><MedlineCitation>"],
    "json": ['[{"title":"A",', '{"items":[{"type":"book",'],
    "list": ["1. Smith J. A title. Pain 2009;1:2-3.\n"],
}
WILD = ["\0", "\ufeff", "\r", "\n\n", "\x0b", "\u2028", "\ufdfa", "\u0130", "\U0001d7d8", "\u00b2",
        "\u0661", "\u4e00", "9" * 5000, " " * 300, "(" * 300, "{" * 300, "}" * 300, "\\" * 301,
        "a" * 3000, "A " * 300, "-" * 300, "1" * 300, '"' * 300, "<a>" * 100, "&" * 300, "@" * 300,
        "\\q{" * 18, "$" * 301, ";" * 300, ", " * 300, " and " * 100]  # fmt: skip
ENCODINGS = ["utf-8"] * 12 + ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030",
                              "cp1252", "utf-7", "shift_jis"]  # fmt: skip
Change = Callable[[random.Random, bytes], bytes]


class Inputs:
    """Makes inputs; the same chance gives the same input."""

    def __init__(self, folders: Iterable[Path]) -> None:
        paths = sorted(each for folder in folders for each in folder.iterdir() if each.is_file())
        self._real = [each.read_bytes() for each in paths if each.suffix not in {".yaml", ".csv"}]
        self._marks = {name: re.split(r"\n {8}\||\|", marks) for name, marks in MARKS.items()}
        self._all = [mark for marks in self._marks.values() for mark in marks]

    def make(self, chance: random.Random) -> bytes:
        """One input."""
        if chance.random() < 0.4:
            data = self._piece(chance)
        else:
            text = self._made_up(chance)
            data = text.encode(chance.choice(ENCODINGS), errors="replace")
        for _ in range(chance.choice((0, 1, 1, 2, 4, 8))):
            data = chance.choice(CHANGES)(chance, data)
            if chance.random() < 0.3:
                data = self._with_mark(chance, data)
        return data[: 8 * LONGEST]

    def _piece(self, chance: random.Random) -> bytes:
        whole = chance.choice(self._real)
        at = chance.choice((0, 0, 0, chance.randrange(len(whole))))
        return whole[at : at + chance.randint(1, LONGEST)]

    def _made_up(self, chance: random.Random) -> str:
        name = chance.choice(list(MARKS))
        marks, joint = self._marks[name], chance.choice(("", " ", "\n", "\n", ",\n", "\r\n"))
        pieces = [chance.choice(HEADS[name])] if chance.random() < 0.7 else []
        for _ in range(chance.randint(1, 40)):
            kind = chance.random()
            among = marks if kind < 0.85 else self._all if kind < 0.95 else WILD
            pieces.append(chance.choice(among) * chance.choice((1, 1, 1, 1, 2, 20)))
        return joint.join(pieces)

    def _with_mark(self, chance: random.Random, data: bytes) -> bytes:
        at = chance.randint(0, len(data))
        mark = chance.choice(chance.choice((self._all, WILD))).encode(errors="replace")
        return data[:at] + mark + data[at:]


def _flip(chance: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8) if data else 0):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _drop(chance: random.Random, data: bytes) -> bytes:
    at, size = chance.randint(0, len(data)), chance.choice((1, 2, 10, 200))
    return data[:at] + data[at + size :]


def _repeat(chance: random.Random, data: bytes) -> bytes:
    at, size = chance.randint(0, len(data)), chance.choice((1, 2, 5, 30, 300))
    return data[:at] + data[at : at + size] * chance.choice((2, 3, 50)) + data[at + size :]


def _swap(chance: random.Random, data: bytes) -> bytes:
    one, two, three = sorted(chance.randint(0, len(data)) for _ in range(3))
    return data[:one] + data[two:three] + data[one:two] + data[three:]


def _shuffle_lines(chance: random.Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    chance.shuffle(lines)
    return b"\n".join(lines)


def _join_lines(_chance: random.Random, data: bytes) -> bytes:
    return data.replace(b"\n", b" ")


CHANGES: list[Change] = [_flip, _flip, _drop, _repeat, _swap, _shuffle_lines, _join_lines]
