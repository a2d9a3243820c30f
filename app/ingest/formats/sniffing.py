"""Which format a text is in, by what its lines look like; names of files are not asked."""

from __future__ import annotations

import re

from app.ingest.formats.readings import Format, Refused, quoted

LONGEST = 2000  # characters of a line, its last ones, that are looked at
HEAD = 1 << 18  # characters looked at
_LEFT = re.MULTILINE
# What opens a record, in the order in which formats win when they are equally frequent.
_OPENINGS = (
    (Format.RIS, re.compile(r"^\s{0,4}TY[ \t]{0,3}-", _LEFT)),
    (Format.OVID, re.compile(r"^<\d{1,7}>[ \t]*$", _LEFT)),
    (
        Format.WEB_OF_SCIENCE,
        re.compile(r"^PT (?:[A-Z]|Journal.*|Conference.*|Book.*)[ \t]*$", _LEFT),
    ),
    (Format.MEDLINE, re.compile(r"^(?:PMID ?|PMC ?|PMCR)-", _LEFT)),
    (Format.REFER, re.compile(r"^%[0AT](?:[ \t]|$)", _LEFT)),
    (Format.BIBTEX, re.compile(r"^[ \t]{0,20}@[ \t]{0,5}\w{1,40}[ \t]{0,5}[{(]", _LEFT)),
)
# What lines of a record look like, where its beginning is lost.
_LINES = (
    (Format.RIS, re.compile(r"^[A-Z][A-Z0-9]  - ?", _LEFT)),
    (Format.MEDLINE, re.compile(r"^[A-Z]{2,4} {0,2}- ", _LEFT)),
    (Format.WEB_OF_SCIENCE, re.compile(r"^(?:FN|VR|AU|TI|SO|PY|UT|DT) \S", _LEFT)),
    (Format.REFER, re.compile(r"^%[A-Z0-9] \S", _LEFT)),
)
NUMBERED = re.compile(r"^[ \t]{0,8}(?:\[\d{1,4}\]|\(\d{1,4}\)|\d{1,4}[.):])[ \t]+(?=\S)", _LEFT)
# What most lines have where each is a reference: year;volume, a DOI, a PubMed number, a last year.
_PLACED = re.compile(
    r"(?:1[5-9]|20)\d\d ?;|\bdoi: ?10\.|\bPMID: ?\d|\. (?:1[5-9]|20)\d\d(?::\S{1,30})?\.$"
)
_MOST = 0.8
_PUBMED = re.compile(
    r"<(?:PubmedArticleSet|PubmedArticle|PubmedBookArticle|PubmedBookArticleSet)[\s>/]"
)
_ENDNOTE = re.compile(r"<(?:records|record)[\s>/]")
_JSON = re.compile(r"(?:\[\s*(?:\{|\]|$)|\{\s*(?:\"|\}|$)|[\[{]\s*[\[{\"])")
_KNOWN = (
    "RIS, MEDLINE (NBIB), PubMed XML, EndNote XML, BibTeX, CSL-JSON, Ovid, Web of Science, "
    "Refer (ENW) and reference lists, numbered or one reference a line"
)


def sniffed(head: str) -> Format:
    """The format of a text of which this is the beginning. Raises Refused when it is none."""
    text = head.lstrip()
    if not text:
        raise Refused("the file is empty")
    if text.startswith("<") and not _OPENINGS[1][1].match(text):
        return _xml(text)
    if _JSON.match(text) and not NUMBERED.match(text):
        return Format.CSL_JSON
    counts = [(len(opening.findall(head)), name) for name, opening in _OPENINGS]
    best = max(counts, key=lambda each: each[0])
    if not best[0]:
        counts = [(len(line.findall(head)), name) for name, line in _LINES]
        best = max(counts, key=lambda each: each[0])
        best = best if best[0] > 1 else (0, best[1])
    if best[0]:
        return best[1]
    if NUMBERED.search(head):
        return Format.REFERENCE_LIST
    if _references(text):
        return Format.REFERENCE_LINES
    raise Refused(f"no citations in a format that is read here: {quoted(text)}", 1, _KNOWN)


def _references(text: str) -> bool:
    """Whether nearly every line says where something was published."""
    lines = [line.strip()[-LONGEST:] for line in text.split("\n") if line.strip()]
    placed = sum(_PLACED.search(line) is not None for line in lines)
    return placed >= max(1, _MOST * len(lines))


def _xml(text: str) -> Format:
    if "<!ENTITY" in text:
        raise Refused("the XML declares entities; they are not read", suggestion="write them out")
    if _PUBMED.search(text):
        return Format.PUBMED_XML
    if _ENDNOTE.search(text):
        return Format.ENDNOTE_XML
    raise Refused(f"XML, but not of PubMed or EndNote: {quoted(text)}", 1, _KNOWN)
