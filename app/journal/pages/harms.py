"""The rows that harm profiles read, and in how many studies each harm was counted.

The rows are derived from those of a study alone. The totals follow them: whoever writes rows of
harm_pages adds to harm_totals what is new, and takes away what is gone. `verify` counts anew.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Connection,
    Table,
    and_,
    bindparam,
    delete,
    func,
    insert,
    literal,
    select,
    union_all,
)

from app.journal.pages.kept_counts import add_to_counts
from app.models import Base, HarmPage, HarmTotal
from app.vocabulary import RecordStatus

Row = Mapping[str, Any]
HarmRow = tuple[Any, ...]  # in the order of the columns of harm_pages
Harm = tuple[int, int]  # the numbers of the treatment and of the adverse effect
HARM_PAGES: Table = Base.metadata.tables[HarmPage.__tablename__]
HARM_TOTALS: Table = Base.metadata.tables[HarmTotal.__tablename__]
HARM_SOURCES = (
    *("studies", "arm_treatments", "group_arms"),
    *("adverse_events", "adverse_event_counts"),
)


def harm_rows(rows: Mapping[str, Sequence[Row]]) -> Iterator[HarmRow]:
    """The rows of harm_pages of the current studies among these rows, by table; in any order."""
    years = {
        row["id"]: row["year"] or 0
        for row in rows.get("studies", ())
        if row["status"] == RecordStatus.CURRENT
    }
    given = _treatments_of_groups(rows)
    counted: dict[int, list[tuple[int, int]]] = defaultdict(list)  # row -> places and groups
    for row in rows.get("adverse_event_counts", ()):
        counted[row["adverse_event_id"]].append((row["position"], row["group_id"]))
    told: dict[tuple[int, int], list[int]] = defaultdict(list)  # study and harm -> rows
    for row in rows.get("adverse_events", ()):
        current = row["status"] == RecordStatus.CURRENT and row["study_id"] in years
        if current and row["adverse_effect_id"] is not None:
            told[row["study_id"], row["adverse_effect_id"]].append(row["id"])
    for (study, effect), events in told.items():
        groups = {group for event in events for _, group in counted[event]}
        for treatment in set().union(*(given.get(group, ()) for group in groups)):
            place = treatment, effect, -years[study], study
            for event in events:
                treated = sorted(
                    at for at, group in counted[event] if treatment in given.get(group, ())
                )
                yield *place, event, f"[{','.join(map(str, treated))}]"


def _treatments_of_groups(rows: Mapping[str, Sequence[Row]]) -> dict[int, set[int]]:
    """By group, the exact treatments that its arms get."""
    of_arm: dict[int, list[int]] = defaultdict(list)
    for row in rows.get("arm_treatments", ()):
        of_arm[row["arm_id"]].append(row["treatment_id"])
    found: dict[int, set[int]] = defaultdict(set)
    for row in rows.get("group_arms", ()):
        found[row["group_id"]].update(of_arm.get(row["arm_id"], ()))
    return found


def studies_counting(rows: Iterable[HarmRow]) -> Counter[Harm]:
    """By treatment and harm, how many of these studies counted it."""
    return Counter(row[:2] for row in {(*row[:2], row[3]) for row in rows})


def rewrite_harms(connection: Connection, studies: Sequence[int], fresh: Iterable[HarmRow]) -> None:
    """Write what is new of the rows of some studies, delete what is gone, and mend the totals.

    Most of a study's rows stay as they are when a harm is added to it: those are not written.
    """
    stored = connection.execute(select(HARM_PAGES).where(HARM_PAGES.c.study_id.in_(studies)))
    new, old = set(fresh), {tuple(row) for row in stored}
    if gone := sorted(old - new):
        key = [column.name for column in HARM_PAGES.primary_key.columns]
        same = and_(*(HARM_PAGES.c[name] == bindparam(f"of_{name}") for name in key))
        values = [
            {f"of_{name}": value for name, value in zip(key, row, strict=False)} for row in gone
        ]
        connection.execute(delete(HARM_PAGES).where(same), values)
    if added := sorted(new - old):
        names = [column.name for column in HARM_PAGES.columns]
        connection.execute(
            insert(HARM_PAGES), [dict(zip(names, row, strict=True)) for row in added]
        )
    now, before = studies_counting(new), studies_counting(old)
    add_totals(connection, {harm: now[harm] - before[harm] for harm in now.keys() | before.keys()})


def add_totals(connection: Connection, more: Mapping[Harm, int]) -> None:
    """Let so many more studies, or fewer, have counted each harm under a treatment."""
    add_to_counts(connection, HARM_TOTALS, more)


def stale_totals(connection: Connection) -> Iterator[Harm]:
    """Each treatment and harm whose total is not what the rows of harm_pages add up to."""
    pages, totals = HARM_PAGES.c, HARM_TOTALS.c
    key = (pages.treatment_id, pages.effect_id)
    counted = select(*key, func.count(pages.study_id.distinct()).label("studies")).group_by(*key)
    both = union_all(
        select(*counted.subquery().c, literal(1).label("side")),
        select(totals.treatment_id, totals.effect_id, totals.studies, literal(0)),
    ).subquery()
    of = both.c
    alone = select(of.treatment_id, of.effect_id).group_by(
        of.treatment_id, of.effect_id, of.studies
    )
    for row in connection.execute(alone.having(func.count() != 2).distinct()):
        yield row[0], row[1]
