"""Web of Science plain text (ISI export): `PT J` to `ER`. Source: Clarivate, WoS field tags."""

from __future__ import annotations

import re
from functools import partial

from app.ingest.formats.drafting import Drafting
from app.ingest.formats.import_format import ImportFormat, Recognition
from app.ingest.formats.tagged.declaration import (
    Record,
    Tagged,
    Take,
    abstract,
    book_number,
    count_closed,
    group,
    identifier,
    kind,
    single,
)
from app.ingest.formats.tagged.reader import entries
from app.vocabulary import CitationType, IdentifierScheme

_TAG = re.compile(r"([A-Z][A-Z0-9])(?: |\t|$)")
_TYPES = {
    "J": CitationType.ARTICLE_JOURNAL,
    "B": CitationType.BOOK,
    "S": CitationType.CHAPTER,
    "C": CitationType.PAPER_CONFERENCE,
    "P": CitationType.PATENT,
}


def _split(line: str) -> tuple[str, str] | None:
    found = _TAG.match(line[:3])
    return (found[1], line[3:].strip()) if found else None


def _begins(tag: str, _record: Record | None) -> bool:
    return tag == "PT"


def _prepare(drafting: Drafting, record: Record) -> None:
    written = " ".join(record.fields[0][1])
    drafting.type = _TYPES.get(written[:1].upper(), CitationType.DOCUMENT)
    if drafting.type is CitationType.BOOK and record.tags & {"BP", "SE"}:
        drafting.type = CitationType.CHAPTER
    if len(written) > 1:
        drafting.keep(written, record.line, "PT")
    drafting.full_names = "AF" in record.tags


def _full(drafting: Drafting, value: str, line: int, tag: str) -> None:
    if drafting.full_names == (tag == "AF"):
        for name in value.split(";"):
            drafting.author(name.strip())
    else:
        drafting.keep(value, line, tag)


def _number(drafting: Drafting, value: str, line: int, tag: str) -> None:
    if value.startswith("MEDLINE:"):
        drafting.identify(IdentifierScheme.PMID, value, line, tag)
    else:
        drafting.keep(value, line, tag)


_TAKES: dict[str, Take] = {
    "PT": lambda *_: None,  # read before all others
    "AU": _full,
    "AF": _full,
    "CA": group,
    "GP": group,
    "TI": single("title"),
    "SO": single("container_title"),
    "JI": single("container_title", 1),
    "J9": single("container_title", 2),
    "JO": single("container_title", 3),
    "PY": single("year"),
    "PD": single("year", 1),
    "VL": single("volume"),
    "IS": single("issue"),
    "PS": single("pages"),
    "BP": single("first_page"),
    "EP": single("last_page"),
    "AR": single("article_number"),
    "AB": abstract,
    "DI": identifier(IdentifierScheme.DOI),
    "PM": identifier(IdentifierScheme.PMID),
    "BN": book_number,
    "UT": _number,
    "OI": Drafting.orcids,
    "DT": kind,
}

_LINES = Tagged(
    _split,
    _begins,
    _TAKES,
    opening="PT",
    first=frozenset({"PT"}),
    ends=("ER", "EF"),
    between=frozenset({"FN", "VR", "EF"}),
    joint=" ",
    listed=frozenset({"AU", "AF", "CA"}),
    prepare=_prepare,
)

WEB_OF_SCIENCE = ImportFormat(
    "web_of_science",
    "Web of Science",
    Recognition(
        opening=re.compile(r"^PT (?:[A-Z]|Journal.*|Conference.*|Book.*)[ \t]*$", re.MULTILINE),
        line=re.compile(r"^(?:FN|VR|AU|TI|SO|PY|UT|DT) \S", re.MULTILINE),
        precedence=2,
    ),
    partial(entries, _LINES),
    count_closed("PT", {"ER", "EF"}, _split),
)
