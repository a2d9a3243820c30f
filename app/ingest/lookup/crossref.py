"""Crossref: a work by its DOI. Source: Crossref REST API, works/{doi}."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import quote

import orjson

from app.ingest.formats import Entry, read
from app.ingest.lookup.fetching import Answer, Fetching, Service, senseless
from app.settings import Settings

# Long lists that no citation takes.
_LEFT_OUT = {"reference", "indexed", "license", "link", "content-domain", "assertion", "funder"}
_BREAK = re.compile(r"</(?:jats:)?(?:p|title|sec)>|<br\s*/?>")
_MARK = re.compile(r"</?[A-Za-z][^<>]*>")


class Crossref:
    """Crossref, as the settings reach it."""

    def __init__(self, settings: Settings, fetching: Fetching) -> None:
        self.service = Service("Crossref", settings.crossref_url, "crossref_url")
        self._fetching = fetching
        self._query = {"mailto": settings.lookup_mailto} if settings.lookup_mailto else {}

    def by_doi(self, doi: str) -> tuple[Entry, str] | None:
        """The work and the address it came from; None: there is none. Raises Problem."""
        answer = self._fetching.fetch(self.service, f"/works/{quote(doi, safe='')}", self._query)
        if answer.status == 404:
            return None
        return self._entry(answer), answer.address

    def _entry(self, answer: Answer) -> Entry:
        if answer.status != 200:
            raise senseless(self.service, answer.address, f"status {answer.status}")
        try:
            message = orjson.loads(answer.body)["message"]
            [entry] = read(orjson.dumps([_plain(message)])).entries
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise senseless(self.service, answer.address, "no work in it") from error
        return entry


def _plain(message: dict[str, Any]) -> dict[str, Any]:
    """A work as an item of CSL-JSON: one title, with its subtitle; words without marks."""
    item = {name: value for name, value in message.items() if name not in _LEFT_OUT}
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
