"""Crossref: a work by its DOI. Source: Crossref REST API, works/{doi}."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import quote

import orjson

from app.ingest.formats import Entry, read
from app.ingest.lookup.source import LookupSource, Retrieved
from app.settings import Settings

# Long lists of which no citation has anything.
_OMITTED = {"reference", "indexed", "license", "link", "content-domain", "assertion", "funder"}
_BREAK = re.compile(r"</(?:jats:)?(?:p|title|sec)>|<br\s*/?>")
_MARK = re.compile(r"</?[A-Za-z][^<>]*>")


class Crossref(LookupSource):
    """Crossref, as the settings reach it."""

    name = "Crossref"
    setting = "crossref_url"

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        # Crossref serves those better who say how they can be reached
        self._query = {"mailto": settings.lookup_mailto} if settings.lookup_mailto else {}

    def by_doi(self, doi: str) -> Retrieved | None:
        """The work with a DOI; None: there is none. Raises Problem."""
        return self.retrieve(f"/works/{quote(doi, safe='')}", self._query, _entry, "work")


def _entry(body: bytes) -> Entry:
    item = _csl_item(orjson.loads(body)["message"])
    [entry] = read(orjson.dumps([item])).entries
    return entry


def _csl_item(message: dict[str, Any]) -> dict[str, Any]:
    """A work as an item of CSL-JSON: one title, with its subtitle; words without marks."""
    item = {name: value for name, value in message.items() if name not in _OMITTED}
    title, subtitle = (_words(item.pop(name, None)) for name in ("title", "subtitle"))
    if subtitle and subtitle.casefold() not in title.casefold():
        title = f"{title.rstrip(' :')}: {subtitle}"
    item["title"] = title
    for name in ("container-title", "short-container-title", "abstract"):
        item[name] = _words(item.get(name))
    item["container-title-short"] = item.pop("short-container-title")
    item["ISBN"] = " ".join(item.get("ISBN") or [])
    return item


def _words(value: Any) -> str:
    """The first text of a list, or the text itself, without what marks it up."""
    text = (value[0] if value else "") if isinstance(value, list) else value or ""
    marked = _BREAK.sub("\n", str(text))
    return html.unescape(_MARK.sub("", marked)).strip()
