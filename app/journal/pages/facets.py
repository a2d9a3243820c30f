"""The rows and counts that facets of studies and the evidence map are read from.

A row holds all that a study is counted by. The counts are never made anew by a write: they change
by what differs between the row that is stored and the one that takes its place.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select

from app.db.planner import often
from app.db.statements import BoundedCache, PreparedStatement, Rows, bind_parameters, bind_values
from app.journal.derivations import IdRange
from app.journal.pages.kept_counts import add_to_counts
from app.journal.revisions import BATCH, batches
from app.models import Base, FacetCount, Study, StudyCitation, StudyFacets, StudyTreatmentPage
from app.models import Outcome as OutcomeRow
from app.query.cards import CURRENT
from app.query.facets.declaration import ALL_RECORDS, LEFT_OUT, SOUND, Facet, ValueForm
from app.records.shared_filters import retracted_only
from app.records.studies.card import STUDY
from app.records.studies.facets import STUDY_FACETS
from app.records.studies.map_cells import (
    BETWEEN,
    BY_TREATMENT,
    CELL,
    ITSELF,
    SOUND_OUTCOME,
    cell_words,
    investigated_treatments,
    measured_domains,
)
from app.values.packed_numbers import pack_numbers, unpack_numbers

Row = tuple[Any, ...]  # of study_facets, in the order of its columns
Key = tuple[str, int, str]  # facet, term, value
ROWS: Table = Base.metadata.tables[StudyFacets.__tablename__]
COUNTS: Table = Base.metadata.tables[FacetCount.__tablename__]
PLACE = {column.name: at for at, column in enumerate(ROWS.columns)}
SIZES = (1, 8, 64, BATCH)  # of studies in one statement: it is filled up to the next
KIND = STUDY.name
PLAIN = [each for each in STUDY_FACETS if each.column is not None]
OTHERS = [each for each in STUDY_FACETS if each.column is None]
ORDER = {
    facet.name: {word: at for at, word in enumerate(facet.values.words)}
    for facet in OTHERS
    if facet.values is not None
}


def rewrite_studies(connection: Connection, studies: Collection[int]) -> None:
    """Derive the rows of these studies anew, and change the counts by what they differ in."""
    for batch in batches(sorted(studies)):
        fresh, stored = derived_rows(connection, batch), stored_rows(connection, batch)
        gone = [stored[id_] for id_ in stored if stored[id_] != fresh.get(id_)]
        new = [fresh[id_] for id_ in fresh if fresh[id_] != stored.get(id_)]
        if gone:
            ids = [row[0] for row in gone]
            connection.execute(delete(ROWS).where(ROWS.c.study_id.in_(ids)))
        if new:
            names = [column.name for column in ROWS.columns]
            rows = [dict(zip(names, row, strict=True)) for row in new]
            connection.execute(insert(ROWS), rows)
        _count(connection, gone, new)


def _count(connection: Connection, gone: Iterable[Row], new: Iterable[Row]) -> None:
    """Take away what is gone and add what is new."""
    changed = counts_of(new)
    changed.subtract(counts_of(gone))
    add_to_counts(connection, COUNTS, {(KIND, *key): number for key, number in changed.items()})


def counts_of(rows: Iterable[Row]) -> Counter[Key]:
    """By facet, term and value, how many of these studies have it."""
    found: Counter[Key] = Counter()
    for row in rows:
        found.update(_keys(row))
    return found


def _keys(row: Row) -> Iterator[Key]:
    """All that a study is counted by; what rests on retracted work only is left out."""
    retracted, design = row[PLACE["retracted"]], row[PLACE["design"]]
    yield ALL_RECORDS, 0, LEFT_OUT if retracted else SOUND
    if retracted:
        return
    for facet in STUDY_FACETS:
        stored = row[PLACE[facet.name]]
        match facet.values and facet.values.form:
            case ValueForm.PLAIN:
                yield facet.name, 0, "" if stored is None else str(stored)
            case ValueForm.WORDS:
                yield from ((facet.name, 0, word) for word in stored.split())
            case ValueForm.TERMS:
                yield from ((facet.name, term, "") for term in unpack_numbers(stored))
    domains = [each.split(BETWEEN) for each in row[PLACE["domains"]].split()]
    cells = [cell_words(domain, known, design) for domain, known in domains]
    for term in unpack_numbers(row[PLACE["investigated"]]):
        yield BY_TREATMENT, term, design
        yield from ((CELL, term, words) for words in cells)
    for term in unpack_numbers(row[PLACE["investigated_itself"]]):
        yield ITSELF, term, ""


def stored_rows(connection: Connection, studies: Sequence[int]) -> dict[int, Row]:
    """The rows as they are stored, by study."""
    found = _read(connection, "stored", studies)
    return {row[0]: (row[0], bool(row[1]), *row[2:]) for row in found}


def derived_rows(connection: Connection, studies: Sequence[int]) -> dict[int, Row]:
    """The rows as they have to be, by study: current ones have one."""
    standing = _read(connection, "studies", studies)
    if not standing:
        return {}
    values = {row[0]: dict(zip(_COLUMNS, row, strict=True)) for row in standing}
    retracted = {row[0] for row in _read(connection, "retracted", studies)}
    sets = {facet.name: _sets(connection, facet, studies) for facet in OTHERS}
    domains: dict[int, list[str]] = defaultdict(list)
    for study, domain, known in _read(connection, "domains", studies):
        domains[study].append(f"{domain or ''}{BETWEEN}{known}")
    given: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for study, term, direct in _read(connection, "investigated", studies):
        given[study].append((term, direct))
    for id_, row in values.items():
        row["retracted"] = id_ in retracted
        for facet in OTHERS:
            row[facet.name] = _stored(facet, sets[facet.name].get(id_, set()))
        row["domains"] = " ".join(sorted(domains.get(id_, ())))
        terms = sorted(given.get(id_, ()))
        row["investigated"] = pack_numbers(term for term, _ in terms)
        row["investigated_itself"] = pack_numbers(term for term, direct in terms if direct)
    in_order = itemgetter(*PLACE)
    return {id_: in_order(row) for id_, row in values.items()}


_COLUMNS = ("study_id", *(facet.name for facet in PLAIN))


def _sets(connection: Connection, facet: Facet, studies: Sequence[int]) -> dict[int, set[Any]]:
    """By study, its values of a facet."""
    found: dict[int, set[Any]] = defaultdict(set)
    rows = _read(connection, facet.name, studies)
    words = ORDER[facet.name]
    if not words:
        for id_, value in rows:
            found[id_].add(value)
        return found
    for id_, *holds in rows:
        found[id_].update(word for word, one in zip(words, holds, strict=True) if one)
    return found


def _stored(facet: Facet, values: set[Any]) -> str | bytes:
    """Values as they stand in the column of a facet."""
    if facet.values is not None and facet.values.form is ValueForm.TERMS:
        return pack_numbers(sorted(values))
    order = ORDER[facet.name]
    return " ".join(sorted(values, key=lambda word: (order.get(word, 0), word)))


def _read(connection: Connection, name: str, studies: Sequence[int]) -> list[Any]:
    """The rows of a statement for some studies, of which each is one."""
    size = next(each for each in SIZES if each >= len(studies))

    def make() -> PreparedStatement:
        query, of = _queries()[name]
        places = bind_parameters("study", [0] * size, Study.id.type)
        return PreparedStatement.of(connection, query.where(of.in_(places)))

    ids = [*studies, *[studies[-1]] * (size - len(studies))]
    statement = STATEMENTS.get((connection.dialect.name, name, size), make)
    return statement.rows(connection, **bind_values("study", ids))


STATEMENTS: BoundedCache[PreparedStatement] = BoundedCache()


@cache
def _queries() -> Mapping[str, tuple[Rows, Any]]:
    """By name, what is read of studies, and the column that names the study."""
    plain: Rows = select(Study.id, *(facet.column for facet in PLAIN))
    found: dict[str, tuple[Rows, Any]] = {
        "stored": (select(ROWS), ROWS.c.study_id),
        "studies": (plain.where(Study.status == CURRENT), Study.id),
        "retracted": (retracted_only(), StudyCitation.study_id),
        "domains": (measured_domains(SOUND_OUTCOME), OutcomeRow.study_id),
        "investigated": (
            investigated_treatments().where(StudyTreatmentPage.term_id > 0),
            StudyTreatmentPage.study_id,
        ),
    }
    for facet in OTHERS:
        if facet.values is not None:
            # said to hold of many rows: SQLite would begin at those that stand for any condition
            where = [often(each) for each in facet.rows([])]
            found[facet.name] = (facet.values.query.where(*where), facet.values.of)
    return found


def stale_rows(connection: Connection, some: IdRange) -> Iterator[str]:
    """Name each study of a range whose row is not as it is derived."""
    ids = set(connection.execute(select(Study.id).where(some.holds(Study.id))).scalars())
    ids.update(
        connection.execute(select(ROWS.c.study_id).where(some.holds(ROWS.c.study_id))).scalars()
    )
    for batch in batches(sorted(ids)):
        fresh, stored = derived_rows(connection, batch), stored_rows(connection, batch)
        for id_ in sorted(fresh.keys() | stored.keys()):
            if fresh.get(id_) != stored.get(id_):
                yield f"study_facets: the row of study {id_} is stale"


def stale_counts(connection: Connection) -> Iterator[str]:
    """Name each value of which another number of the stored rows has it than is counted."""
    counted: Counter[Key] = Counter()
    ids = connection.execute(select(ROWS.c.study_id).order_by(ROWS.c.study_id)).scalars().all()
    for batch in batches(ids):
        counted.update(counts_of(stored_rows(connection, batch).values()))
    found = {
        (kind, facet, term, value): records
        for kind, facet, term, value, records in connection.execute(select(COUNTS))
    }
    fresh = {(KIND, *key): number for key, number in counted.items()}
    for key in sorted(found.keys() | fresh.keys()):
        if found.get(key) != fresh.get(key):
            yield f"facet_counts: how many have {' '.join(map(str, key))} is stale"
