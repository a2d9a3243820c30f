"""What is wrong among drafts of one seed that no draft shows by itself."""

from __future__ import annotations

from collections.abc import Iterator

from app.core.cards import Kind
from app.drafts import Draft
from app.ingest.seeding.bundle import Item
from app.ingest.seeding.nodes import at, problem
from app.ingest.seeding.problems import Problem
from app.terms.edits import TermDraft


def circles(drafts: list[tuple[Item, Draft]]) -> Iterator[Problem]:
    """Terms that would be broader than themselves."""
    parents: dict[tuple[Kind, str], tuple[Kind, str]] = {
        (item.editor.kind, item.slug): (item.editor.kind, draft.parent)
        for item, draft in drafts
        if isinstance(draft, TermDraft) and draft.parent
    }
    for item, _ in drafts:
        key = (item.editor.kind, item.slug)
        above, seen = parents.get(key), set[tuple[Kind, str]]()
        while above is not None and above not in seen and above != key:
            seen.add(above)
            above = parents.get(above)
        if above == key:
            where = at(item.node, ("parent",))
            yield problem(where, f"{item.slug}.parent", "a term cannot be broader than itself")
