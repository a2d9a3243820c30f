"""What stood inside a record's page then, found by what the cards of that time say.

Relations themselves are kept only as they are now. What belongs to a record says so in a column of
its own, kept with its revisions; everything else that a page takes in is linked from a card: the
record, or what belongs to it, names it, or it names the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import orjson
from sqlalchemy import Connection, select

from app.history.as_of_lists import PastRows, read_cards, read_slice, superseded
from app.journal.past_cards import PastCard
from app.models import Revision
from app.query.cards import Kind
from app.query.lists import CardPage
from app.query.record_page import MOST_CHILDREN, RelatedList
from app.query.request import ListRequest

Name = tuple[str, str | None]  # slug and, where the link says it, kind


class PastRecord:
    """A record as a change left it, and what its page took in then."""

    def __init__(self, connection: Connection, kind: Kind, then: PastCard, change: int) -> None:
        self.connection, self.kind, self.then, self.change = connection, kind, then, change
        # as it was called then: the slug is another where several records became one since
        self._name: Name = (orjson.loads(then.card)["slug"], kind.name)

    def read(
        self, child: RelatedList, children: Sequence[RelatedList], cursor: str | None
    ) -> CardPage:
        """Some of these records in their own order, and how many there were; raises Problem."""
        if child.links:
            wanted = self._named(child, children)
        elif child.through:
            wanted = self._through(child, children)
        elif child.backlinks:
            wanted = self._naming(child)
        else:
            wanted = self._owned(child.listing.kind)
        list_request = replace(ListRequest.of(child.listing, MOST_CHILDREN), cursor=cursor)
        return read_slice(self.connection, child.listing, list_request, self.change, wanted)

    def _owned(self, kind: Kind) -> PastRows:
        """What belongs to the record."""
        own = kind.table.c[kind.owner] == self.then.id
        return PastRows((own,), (Revision.owner == self.then.id,))

    def _named(self, child: RelatedList, children: Sequence[RelatedList]) -> PastRows:
        """What the record, or what belongs to it, names."""
        page = orjson.loads(self.then.card)
        for other in children:
            kind = other.listing.kind
            if kind.owner and any(path.startswith(f"{other.name}.") for path in child.links):
                cards = read_cards(self.connection, kind, self.change, self._owned(kind))
                page[other.name] = [orjson.loads(card) for card in cards.values()]
        model = child.listing.kind.model
        slugs = {slug for path in child.links for slug, _ in links(page, path)}
        return _numbered(child.listing.kind, select(model.id).where(model.slug.in_(slugs)))

    def _naming(self, child: RelatedList) -> PastRows:
        """What names the record: related now and unchanged, or so in a superseded card."""
        own = (child.where(self.then.id),)
        said = Revision.card.contains(orjson.dumps(self._name[0]).decode(), autoescape=True)
        query = select(Revision.record_id, Revision.card).where(
            *superseded(child.listing.kind, self.change), said
        )
        cards = {row.record_id: row.card for row in self.connection.execute(query)}
        return PastRows(own, (Revision.record_id.in_(self._linking(cards, child.backlinks)),))

    def _through(self, child: RelatedList, children: Sequence[RelatedList]) -> PastRows:
        """What names the record, or names what is linked to it: all cards of a small kind."""
        name, back, path = child.through or ("", "", "")
        between = next(each for each in children if each.name == name)
        kind = between.listing.kind
        cards = read_cards(self.connection, kind, self.change, self._naming(between))
        linked = self._linking(cards, (back,))
        slugs = {(orjson.loads(cards[each])["slug"], kind.name) for each in linked}
        every = read_cards(self.connection, child.listing.kind, self.change, PastRows())
        found = {*self._linking(every, child.backlinks), *_linking(every, (path,), slugs)}
        return _numbered(child.listing.kind, found)

    def _linking(self, cards: dict[int, str], paths: Iterable[str]) -> list[int]:
        """Those of the cards, by number, that link to the record."""
        return _linking(cards, paths, {self._name})


def _linking(cards: dict[int, str], paths: Iterable[str], names: set[Any]) -> list[int]:
    """Those of the cards, by number, that link to any of the records."""
    slugs = {slug for slug, _ in names}
    return [
        number
        for number, card in cards.items()
        for page in [orjson.loads(card)]
        if any(
            (slug, kind) in names or (kind is None and slug in slugs)
            for path in paths
            for slug, kind in links(page, path)
        )
    ]


def _numbered(kind: Kind, numbers: Any) -> PastRows:
    return PastRows((kind.model.id.in_(numbers),), (Revision.record_id.in_(numbers),))


def links(page: Any, path: str) -> Iterator[Name]:
    """The records linked at a dotted path of a card, lists spread out."""
    if isinstance(page, list):
        for each in page:
            yield from links(each, path)
    elif path and isinstance(page, dict):
        head, _, rest = path.partition(".")
        yield from links(page.get(head), rest)
    elif isinstance(page, dict):
        yield page["slug"], page.get("kind")
