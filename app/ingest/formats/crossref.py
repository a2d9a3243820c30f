"""Records of BibTeX that take what they do not say from the record they refer to."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from app.ingest.formats.readings import Draft, Entry, EntryProblem

_INHERITED = {"title": "container_title", "year": "year", "volume": "volume", "issue": "issue"}


class CrossReferences:
    """Lets entries through in order; one with a crossref waits until its parent has come."""

    def __init__(self) -> None:
        self._parents: dict[str, Draft] = {}
        self._waiting: deque[tuple[Entry, str | None]] = deque()

    def passed(self, entry: Entry) -> Iterator[Entry]:
        """The entries that need not wait any more."""
        said = {each.tag: each.value for each in entry.unread if each.tag in {"key", "crossref"}}
        if entry.draft is not None and "key" in said:
            self._parents.setdefault(said["key"].casefold(), _heirloom(entry.draft))
        parent = said.get("crossref")
        self._waiting.append((entry, parent.casefold() if parent else None))
        while self._waiting and self._is_ready(self._waiting[0][1]):
            yield self._complete(*self._waiting.popleft())

    def rest(self) -> Iterator[Entry]:
        """The entries that still wait, at the end of the file."""
        while self._waiting:
            yield self._complete(*self._waiting.popleft())

    def _is_ready(self, parent: str | None) -> bool:
        return parent is None or parent in self._parents

    def _complete(self, entry: Entry, parent: str | None) -> Entry:
        draft = entry.draft
        if draft is None or parent is None:
            return entry
        if parent not in self._parents:
            message = f"refers to {parent}, which is not in the file"
            entry.problems.append(EntryProblem(entry.line, message))
        for name, value in self._parents.get(parent, {}).items():
            draft.setdefault(name, value)
        return entry


def _heirloom(draft: Draft) -> Draft:
    """What a part takes from the whole: its title is the part's container."""
    return {own: draft[name] for name, own in _INHERITED.items() if name in draft}
