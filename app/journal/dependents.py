"""Cards that show other records: found before and after a change, and brought up to date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.journal.revisions import batches, store, supersede
from app.query.cards import Kind
from app.records.catalogue import KINDS


class RecordIds(dict[Kind, set[int]]):
    """Records by kind."""

    def add(self, other: RecordIds) -> None:
        """Take in the records of another such set."""
        for kind, ids in other.items():
            self.setdefault(kind, set()).update(ids)

    def __or__(self, other: RecordIds) -> RecordIds:  # type: ignore[override] # the union of sets, not of keys
        both = RecordIds()
        both.add(self)
        both.add(other)
        return both


def dependents_of(session: Session, changed: Kind, ids: Sequence[int]) -> RecordIds:
    """The records whose cards follow any of these."""
    found = RecordIds()
    for kind in KINDS if ids else ():
        for path in kind.leading_to(changed.model, kind.follows):
            for batch in batches(ids):
                chosen = session.connection().execute(kind.showing(path, list(batch)))
                found.setdefault(kind, set()).update(chosen.scalars())
    return found


def rerender(
    session: Session, found: RecordIds, but: Mapping[Kind, Sequence[int]], change: int
) -> None:
    """Render the cards of these records, and store those that came out different."""
    for kind, ids in found.items():
        for batch in batches(sorted(ids - set(but.get(kind, ())))):
            cards = kind.render(session, list(batch))
            stored = _stored(session, kind, batch)
            different = {id_: card for id_, card in cards.items() if stored[id_] != card}
            supersede(session, kind, list(different), change)
            store(session, kind, different, change)


def replace_links(
    session: Session, changed: Kind, ids: Sequence[int], old: dict[int, str], change: int
) -> None:
    """Where a link to one of these records reads differently now, put it into every card by SQL.

    A link is the same bytes everywhere and cannot occur inside a JSON string unescaped, so the
    database replaces it without parsing: 60,000 cards in less than a second.
    """
    new = _stored(session, changed, [id_ for id_ in ids if id_ in old])
    for id_, card in new.items():
        before, after = _link(changed, old[id_]), _link(changed, card)
        if before != after:
            for kind in KINDS:
                _replace(session, kind, changed, id_, (before, after), change)


def _replace(
    session: Session, kind: Kind, changed: Kind, id_: int, link: tuple[str, str], change: int
) -> None:
    shown: set[int] = set()
    for path in kind.leading_to(changed.model, kind.shows):
        shown.update(session.connection().execute(kind.showing(path, [id_])).scalars())
    table = kind.table
    for batch in batches(sorted(shown)):
        # A card of another format may show the link otherwise, and would keep the old words.
        other = table.c.id.in_(batch) & (table.c.card_format != kind.card_format)
        outdated = session.connection().execute(select(table.c.id).where(other)).scalars().all()
        supersede(session, kind, batch, change)
        if outdated:
            store(session, kind, kind.render(session, list(outdated)), change)
        session.connection().execute(
            update(table)
            .where(table.c.id.in_(set(batch) - set(outdated)))
            .values(card=func.replace(table.c.card, *link), stamp=change)
        )


def _link(kind: Kind, card: str) -> str:
    """How other cards show the record, cut from its own card."""
    return kind.link.model_validate_json(card).model_dump_json() if kind.link and card else ""


def _stored(session: Session, kind: Kind, ids: Iterable[int]) -> dict[int, str]:
    table, cards = kind.table, {}
    for batch in batches(list(ids)):
        query = select(table.c.id, table.c.card).where(table.c.id.in_(batch))
        cards.update({row.id: row.card for row in session.connection().execute(query)})
    return cards
