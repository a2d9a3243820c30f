"""What a batch links to outside itself: terms, publications and their like, read once and kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Set
from typing import Any

from sqlalchemy import Connection, func, select

from app.journal.bulk.cards import ROOTS, SHAPES, LinkedRow, LinkedRows, PartRows
from app.journal.bulk.rows import Graph, Row, layout
from app.journal.revisions import batches
from app.models import Base, Change, TermAncestor

MOST_KEPT = 200_000  # rows of a table
MEMBERS = [member for shape in list(SHAPES.values()) for member in shape.inside()]
# Records whose cards show what names them: facts that rest on a claim, documents that list a
# publication.
FOLLOWED = frozenset(("claims", "citations"))
Line = tuple[int, ...]


class Incomplete(ValueError):  # noqa: N818 # it says what is the matter
    """A batch leaves out rows that its cards need, or would alter the card of another record."""


class Outside:
    """Records that stand already, as far as links show them, and the lines of terms.

    They are kept from batch to batch, and forgotten when somebody else has changed anything.
    """

    def __init__(self) -> None:
        self._rows: dict[str, dict[int, Row]] = {}
        self._lines: dict[int, Line] = {}
        self._as_of: int | None = None

    def refresh(self, connection: Connection, change: int) -> None:
        """Forget what may have changed since the last batch; `change` is the one now made."""
        last = connection.execute(
            select(func.max(Change.id)).where(Change.id < change)
        ).scalar_one()
        if last != self._as_of:
            self._rows, self._lines = {}, {}
        self._as_of = change

    def complete(
        self, connection: Connection, graph: Graph, *, followed: bool = False
    ) -> dict[str, set[int]]:
        """Bring in what the batch links to, and sort its rows; raises Incomplete.

        Gives, by table, the records that stand already and whose cards show rows of the batch;
        unless such cards are `followed` up by the caller they are refused.
        """
        self._bring_all(connection, graph)
        return _sort_rows(graph, FOLLOWED if followed else frozenset())

    def _bring_all(self, connection: Connection, graph: Graph) -> None:
        for member in MEMBERS:
            if isinstance(member, LinkedRow):
                rows = graph.rows.get(member.table, ())
                self._bring(connection, graph, member, {row[member.column] for row in rows})
            elif isinstance(member, LinkedRows):
                rows = graph.rows.get(member.joined.pairs, ())
                chosen = {row[member.joined.far] for row in rows if row[member.joined.near]}
                self._bring(connection, graph, member, chosen)

    def _bring(
        self,
        connection: Connection,
        graph: Graph,
        member: LinkedRow | LinkedRows,
        numbers: set[int | None],
    ) -> None:
        name = member.shape.table
        here = graph.numbered[name]
        missing = {each for each in numbers if each is not None and each not in here}
        if not missing:
            return
        inside = () if name in ROOTS else tuple(member.shape.inside())
        if any(isinstance(each, PartRows) for each in inside):
            raise Incomplete(f"{name} {min(missing)} is no part of the batch")
        kept = self._rows.setdefault(name, {})
        unknown = [each for each in missing if each not in kept]
        if len(kept) + len(unknown) > MOST_KEPT:
            kept.clear()
            unknown = list(missing)
        columns = _link_columns(name)
        for some in batches(unknown):
            query = select(*columns).where(Base.metadata.tables[name].c.id.in_(some))
            kept.update((row["id"], dict(row)) for row in connection.execute(query).mappings())
        try:
            here.update((each, kept[each]) for each in missing)
        except KeyError as error:
            raise Incomplete(f"{name} {error} does not exist") from error
        for each in inside:
            self._bring_inside(connection, graph, each, missing)

    def _bring_inside(
        self, connection: Connection, graph: Graph, member: Any, numbers: set[int]
    ) -> None:
        """Bring in what a link to parts that stand already shows in turn."""
        if isinstance(member, LinkedRow):
            rows = graph.numbered[member.table]
            self._bring(connection, graph, member, {rows[each][member.column] for each in numbers})
            return
        joined = member.joined
        pairs = Base.metadata.tables[joined.pairs]
        near, far, known = pairs.c[joined.near], pairs.c[joined.far], graph.beyond[joined.pairs]
        for some in batches(sorted(numbers)):
            query = select(near, far).where(near.in_(some), far.is_not(None))
            known += [dict(row) for row in connection.execute(query).mappings()]
        self._bring(connection, graph, member, {row[joined.far] for row in known})

    def lines(self, connection: Connection, graph: Graph, terms: Iterable[int]) -> dict[int, Line]:
        """Each term's line: the term itself and every broader one."""
        new = graph.rows.get("terms")
        inside = {row["id"]: row["parent_id"] for row in new} if new else {}
        wanted = set(terms) | {each for each in inside.values() if each is not None}
        unknown = [each for each in wanted if each not in inside and each not in self._lines]
        for some in batches(unknown):
            read: dict[int, list[int]] = {each: [each] for each in some}
            query = select(TermAncestor.term_id, TermAncestor.ancestor_id)
            for term, above in connection.execute(query.where(TermAncestor.term_id.in_(some))):
                if term != above:
                    read[term].append(above)
            self._lines.update((term, tuple(line)) for term, line in read.items())
        known = {each: self._lines[each] for each in wanted if each not in inside}
        return {**known, **{term: _climb(term, inside, known) for term in inside}}


def _climb(term: int, parents: dict[int, int | None], known: dict[int, Line]) -> Line:
    """The line of a new term, up to the first term that stands already."""
    line: list[int] = []
    above: int | None = term
    while above is not None and above in parents:
        if above in line:
            raise Incomplete(f"terms {term} would be broader than itself")
        line.append(above)
        above = parents[above]
    return (*line, *known[above]) if above is not None else tuple(line)


def _link_columns(table: str) -> list[Any]:
    """The columns that any link to rows of a table shows, and those that order them."""
    columns = Base.metadata.tables[table].c
    if table not in ROOTS:  # parts are small, and what they show comes of several columns
        return [columns[name] for name in layout(table).columns]
    names = {"id", "slug"}
    for member in MEMBERS:
        if not isinstance(member, PartRows) and member.shape.table == table:
            names.update(member.shape.columns)
    return [columns[name] for name in sorted(names)]


def _sort_rows(graph: Graph, followed: Collection[str]) -> dict[str, set[int]]:
    """Sort the rows of a batch by what they belong to; gives owners that stand already.

    Raises Incomplete for owners of other tables than these: their cards would have to change.
    """
    standing: dict[str, set[int]] = {}
    owners: Set[int]
    for member in MEMBERS:
        if isinstance(member, LinkedRow):
            continue
        if isinstance(member, PartRows):
            owners = graph.gather(member.belonging).keys()
        else:
            graph.join(member.joined)
            near, far = member.joined.near, member.joined.far
            pairs = graph.rows.get(member.joined.pairs, ())
            owners = {row[near] for row in pairs if row[far] is not None} - {None}
        strangers = owners - {row["id"] for row in graph.rows.get(member.table, ())}
        if strangers and member.table not in followed:
            raise Incomplete(
                f"{member.shape.table} of {member.table} {min(strangers)}, "
                "which is no part of the batch: edit it with journal.write"
            )
        if strangers:
            standing.setdefault(member.table, set()).update(strangers)
    return standing
