"""Web of Science plain text (ISI export): `PT J` to `ER`. Source: Clarivate, WoS field tags."""

from __future__ import annotations

import re
from functools import partial

from app.ingest.formats.draft_builder import DraftBuilder
from app.ingest.formats.import_format import ImportFormat, Recognition
from app.ingest.formats.tagged.declaration import (
    TaggedFormat,
    TaggedRecord,
    TagHandler,
    abstract,
    book_number,
    count_closed,
    group,
    identifier,
    plain_field,
    publication_type,
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


def _begins(tag: str, _record: TaggedRecord | None) -> bool:
    return tag == "PT"


def _prepare(builder: DraftBuilder, record: TaggedRecord) -> None:
    written = " ".join(record.fields[0][1])
    builder.type = _TYPES.get(written[:1].upper(), CitationType.DOCUMENT)
    if builder.type is CitationType.BOOK and record.tags & {"BP", "SE"}:
        builder.type = CitationType.CHAPTER
    if len(written) > 1:
        builder.keep(written, record.line, "PT")
    builder.full_names = "AF" in record.tags


def _authors(builder: DraftBuilder, value: str, line: int, tag: str) -> None:
    if builder.full_names == (tag == "AF"):
        for name in value.split(";"):
            builder.author(name.strip())
    else:
        builder.keep(value, line, tag)


def _accession(builder: DraftBuilder, value: str, line: int, tag: str) -> None:
    if value.startswith("MEDLINE:"):
        builder.identify(IdentifierScheme.PMID, value, line, tag)
    else:
        builder.keep(value, line, tag)


_HANDLERS: dict[str, TagHandler] = {
    "PT": lambda *_: None,  # read before all others
    "AU": _authors,
    "AF": _authors,
    "CA": group,
    "GP": group,
    "TI": plain_field("title"),
    "SO": plain_field("container_title"),
    "JI": plain_field("container_title", 1),
    "J9": plain_field("container_title", 2),
    "JO": plain_field("container_title", 3),
    "PY": plain_field("year"),
    "PD": plain_field("year", 1),
    "VL": plain_field("volume"),
    "IS": plain_field("issue"),
    "PS": plain_field("pages"),
    "BP": plain_field("first_page"),
    "EP": plain_field("last_page"),
    "AR": plain_field("article_number"),
    "AB": abstract,
    "DI": identifier(IdentifierScheme.DOI),
    "PM": identifier(IdentifierScheme.PMID),
    "BN": book_number,
    "UT": _accession,
    "OI": DraftBuilder.orcids,
    "DT": publication_type,
}

_LINES = TaggedFormat(
    _split,
    _begins,
    _HANDLERS,
    opening="PT",
    opening_tags=frozenset({"PT"}),
    closing_tags=("ER", "EF"),
    outside_tags=frozenset({"FN", "VR", "EF"}),
    joiner=" ",
    repeatable_tags=frozenset({"AU", "AF", "CA"}),
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
