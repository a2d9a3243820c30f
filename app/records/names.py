"""How people name terms, by slug, any label, or a code as MeSH:D020918, and records, by slug."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, cast, literal, select, union_all

from app.api.problems import MOST_ERRORS, FieldError, Problem
from app.db.statements import BoundedCache, PreparedStatement, bind_parameters, bind_values
from app.models import SlugRedirect, Term, TermAncestor, TermCode, TermLabel
from app.models.base import Record, Words
from app.query.criteria import Clause
from app.query.filters import Filter, several_values
from app.records.drafting import in_words
from app.values.stored_names import StoredNames
from app.values.text import fold_text, nearest_spelling
from app.vocabulary import RecordStatus

Wanted = dict[str, tuple[str, list[str]]]  # parameter -> kind of term, names as written
MOST_PARTS = 50  # names between commas that are looked for in one request
STATEMENTS: BoundedCache[PreparedStatement] = BoundedCache()
ANY_TERM = "term"  # a term of any kind, by slug or as condition/pain
# By the name of their kind: everything with a slug, and terms of any kind.
RECORDS: dict[str, Any] = {
    in_words(model).replace(" ", "_"): model for model in Record.__subclasses__()
}


def resolve(connection: Connection, wanted: Wanted) -> dict[str, list[int]]:
    """The terms and records that these names stand for, by parameter, in one statement.

    A slug names one term; a label or code names every term that carries it. A slug names one
    record; that of a merged one names what it became. Raises Problem for names that stand for
    nothing, with the nearest ones that do.
    """
    known = _known(connection, wanted)
    found: dict[str, list[int]] = {}
    unknown: list[tuple[str, str, str]] = []
    for parameter, (kind, written) in wanted.items():
        for name in written:
            terms = _named(known, kind, name)
            if terms is None:
                unknown.append((parameter, kind, name))
            else:
                found.setdefault(parameter, []).extend(sorted(terms))
    if unknown:
        errors = _errors(connection, unknown[:MOST_ERRORS])
        sentences = "; ".join(f"{each.parameter}: {each.message}" for each in errors)
        records_only = all(kind in RECORDS for _, kind, _ in unknown)
        code = "unknown-record" if records_only else "unknown-term"
        more = len(unknown) - len(errors)
        raise Problem(422, code, sentences, errors, more_errors=more)
    return found


def broader_terms(connection: Connection, terms: Iterable[int]) -> list[tuple[int, int]]:
    """Each of these terms with each that is broader, at any distance."""
    ids = sorted(terms)

    def make() -> PreparedStatement:
        own = bind_parameters("term", ids, Term.id.type)
        above = TermAncestor.ancestor_id
        pairs = select(TermAncestor.term_id, above).where(
            TermAncestor.term_id.in_(own), above != TermAncestor.term_id
        )
        return PreparedStatement.of(connection, pairs)

    query = STATEMENTS.get((connection.dialect.name, "broader", len(ids)), make)
    found = map(tuple, query.run(connection, **bind_values("term", ids)))
    return [(term, above) for term, above in found]


def narrower_terms(ids: list[int]) -> Any:
    """The terms themselves and all narrower ones, as a sub-select."""
    return select(TermAncestor.term_id).where(TermAncestor.ancestor_id.in_(ids))


def record_filter(
    name: str, kind: str, meaning: str, where: Callable[[list[int]], Clause], example: str
) -> Filter:
    """A filter by records of a kind, given by slug; a merged one stands for what it became."""
    return Filter(name, meaning, where, example=example, term=kind)


Key = tuple[str, str, str]  # how it is named, kind of term, the name


def _keys(kind: str, name: str) -> Iterable[Key]:
    """The ways in which a name may stand for a term, the surest first."""
    yield "slug", kind, name
    if folded := fold_text(name):  # names of marks only are all the same when folded
        yield "name", kind, folded
    yield "code", kind, name.replace(" ", "").upper()


def _known(connection: Connection, wanted: Wanted) -> dict[Key, set[int]]:
    """Everything that any of these names may stand for, by how it is named."""
    written, records = (
        _names_by_way(wanted),
        sorted({kind for kind, _ in wanted.values()} & set(RECORDS)),
    )
    key = (connection.dialect.name, *records, *(len(some) for some in written.values()))
    query = STATEMENTS.get(
        key, lambda: PreparedStatement.of(connection, _every_way(written, records))
    )
    values = {
        at: value for name, some in written.items() for at, value in bind_values(name, some).items()
    }
    found: dict[Key, set[int]] = {}
    for row in query.run(connection, **values):
        way, kind, name, id_ = tuple(row)
        for spelling in (
            (name,) if way != "code" else (name.upper(), name.upper().partition(":")[2])
        ):
            found.setdefault((way, kind, spelling), set()).add(id_)
    return found


def _names_by_way(wanted: Wanted) -> dict[str, list[str]]:
    """The values that are looked for: of terms by name, and slugs of records."""
    names = _names(written for kind, written in wanted.values() if kind not in RECORDS)
    slugs = _names(written for kind, written in wanted.values() if kind in RECORDS)
    codes = [code for name in names for code in (name.partition(":")[2].strip(), name.strip())]
    return {
        "kind": sorted({kind for kind, _ in wanted.values()} - set(RECORDS)),
        "name": names,
        "folded": [fold_text(name) for name in names],
        "code": [*codes, *(code.upper() for code in codes)],
        "slug": [slug.rpartition("/")[2] for slug in slugs],
    }


def _names(written: Iterable[list[str]]) -> list[str]:
    return list(dict.fromkeys(name for some in written for name in some))


def _every_way(written: dict[str, list[str]], records: Sequence[str]) -> Any:
    """One statement that looks for names as slugs, names, labels and codes, each by its index."""
    values = {name: bind_parameters(name, some, Words) for name, some in written.items()}
    terms = _terms(values) if written["name"] else []
    others = (query for kind in records for query in _records(kind, values["slug"]))
    return union_all(*terms, *others)


def _records(kind: str, slugs: list[Any]) -> Iterator[Any]:
    """Records by slug, and those that others became part of by the slugs of these."""
    model = RECORDS[kind]
    what = literal("slug", Words), literal(kind, Words)
    here = model.slug.in_(slugs), model.status != RecordStatus.MERGED
    yield select(*what, model.slug, model.id).where(*here)
    if kind == ANY_TERM:
        named = cast(Term.kind, Words) + "/" + Term.slug
        yield select(*what, named, Term.id).where(*here)
    else:
        went = (SlugRedirect.kind == kind) & (SlugRedirect.target == model.slug)
        led = select(*what, SlugRedirect.slug, model.id).join(SlugRedirect, went)
        yield led.where(SlugRedirect.slug.in_(slugs))


def _terms(values: dict[str, list[Any]]) -> list[Any]:
    """Terms by each way that they are named in."""
    scheme = cast(TermCode.scheme, Words)
    queries = (
        select(literal("slug", Words), Term.kind, Term.slug, Term.id).where(
            Term.kind.in_(values["kind"]), Term.slug.in_(values["name"])
        ),
        select(literal("name", Words), Term.kind, Term.folded, Term.id).where(
            Term.folded.in_(values["folded"])
        ),
        select(literal("name", Words), Term.kind, TermLabel.folded, Term.id)
        .join(TermLabel, TermLabel.term_id == Term.id)
        .where(TermLabel.folded.in_(values["folded"])),
        select(literal("code", Words), Term.kind, scheme + ":" + TermCode.code, Term.id)
        .join(TermCode, TermCode.term_id == Term.id)
        .where(TermCode.code.in_(values["code"])),
    )
    current = Term.status == RecordStatus.CURRENT
    return [query.where(current) for query in queries]


def _names_of(connection: Connection, kind: str) -> list[StoredNames]:
    """What terms or records of a kind may be called, to suggest the nearest."""
    if kind in RECORDS:
        model = RECORDS[kind]
        slugs = select(model.slug).where(model.status == RecordStatus.CURRENT)
        return [StoredNames(connection, slugs, model.slug)]
    labels = select(TermLabel.label).join(Term, Term.id == TermLabel.term_id)
    return [
        StoredNames(connection, select(Term.slug).where(Term.kind == kind), Term.slug),
        StoredNames(connection, labels.where(Term.kind == kind), TermLabel.folded),
    ]


def _named(known: dict[Key, set[int]], kind: str, name: str) -> set[int] | None:
    return next((known[key] for key in _keys(kind, name) if key in known), None)


MOST_SUGGESTED = 5  # names of one request for which the nearest is looked for, which takes long


def _errors(connection: Connection, unknown: list[tuple[str, str, str]]) -> list[FieldError]:
    """What is wrong with names that stand for nothing.

    A label may hold commas; a name is taken for several only where each of them is known.
    """
    names_of: dict[str, list[StoredNames]] = {}  # those of a kind, however many are unknown
    errors, parts = [], _known_parts(connection, unknown)
    for parameter, kind, name in unknown:
        several = parts.get((kind, name))
        if several is not None:
            errors.append(several_values(parameter, several))
            continue
        if kind not in names_of:
            names_of[kind] = _names_of(connection, kind)
        names = names_of[kind] if len(errors) < MOST_SUGGESTED else []
        near = dict.fromkeys(each for some in names for each in some.near(name[:100]))
        errors.append(_unknown(nearest_spelling(name[:100], near), parameter, kind, name))
    return errors


def _known_parts(
    connection: Connection, unknown: list[tuple[str, str, str]]
) -> dict[tuple[str, str], list[str]]:
    """The names between the commas of a name, by its kind and itself, where each is known."""
    split = {
        (kind, name): [each.strip() for each in name.split(",")]
        for _, kind, name in unknown
        if "," in name
    }
    if not split or sum(map(len, split.values())) > MOST_PARTS:
        return {}
    wanted = {f"{at}": (kind, parts) for at, ((kind, _), parts) in enumerate(split.items())}
    known = _known(connection, wanted)
    return {
        (kind, name): parts
        for (kind, name), parts in split.items()
        if all(_named(known, kind, each) for each in parts)
    }


def _unknown(nearest: str | None, parameter: str, kind: str, name: str) -> FieldError:
    what = kind.replace("_", " ")
    message = f"no {what} is called {name[:100]!r}: give a slug, a label or a code (MeSH:...)"
    if kind in RECORDS:
        message = f"no {what} has the slug {name[:100]!r}"
    return FieldError(parameter=parameter, message=message, suggestion=nearest)
