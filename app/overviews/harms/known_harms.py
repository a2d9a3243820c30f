"""The harms that some source tells of under a treatment, or of some people who got it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import (
    Connection,
    and_,
    case,
    exists,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
)

from app.db.statements import BoundedCache, PreparedStatement, Rows, bind_parameters, bind_values
from app.models import CaseEvent, CaseReport, Claim, HarmTotal, Term
from app.models.base import Words
from app.overviews.harms.people import AskedPeople, Harm
from app.query.cards import CURRENT
from app.records.studies.fact_matches import Certainty
from app.vocabulary import CaseEventType, ClaimKind, DrugRole

STATEMENTS: BoundedCache[PreparedStatement] = BoundedCache()
BLAMED_ROLES = (DrugRole.SUSPECT, DrugRole.INTERACTING)
NONE: Any = literal_column("0")
ONE: Any = literal_column("1")


@dataclass(frozen=True)
class KnownHarm:
    """An adverse effect under one exact form of the treatment, and where it is known from."""

    key: tuple[int, int]  # the numbers of the effect and of the form
    effect: dict[str, str]  # links
    treatment: dict[str, str]
    studies: int  # that counted it in a group with this form
    uncounted: bool  # known from claims or cases, too, which count nobody
    certainty: int | None = None  # how surely of the people asked for; None: nobody is

    @cached_property
    def place(self) -> tuple[str, ...]:
        """Where it stands in a profile: by the name of the harm, then of the form."""
        terms = (self.effect, self.treatment)
        return *(term["name"] for term in terms), *(term["slug"] for term in terms)


def rows_about(
    connection: Connection, query: Callable[..., Rows], **values: Sequence[Any]
) -> list[tuple[Any, ...]]:
    """The rows of a query about lists of numbers or words, written once for so many of them."""
    key = (connection.dialect.name, query, *(len(each) for each in values.values()))

    def make() -> PreparedStatement:
        lists = {
            name: bind_parameters(name, each, Words if isinstance(each[0], str) else Term.id.type)
            for name, each in values.items()
        }
        return PreparedStatement.of(connection, query(**lists))

    bound = {k: v for name, each in values.items() for k, v in bind_values(name, each).items()}
    return list(map(tuple, STATEMENTS.get(key, make).run(connection, **bound)))


@dataclass(frozen=True)
class HarmsPage:
    """Some of the harms of a treatment, in order, and how many there are before and after."""

    harms: list[KnownHarm]
    total: int


def harms_page(
    connection: Connection, treatments: list[int], limit: int, after: Sequence[str] = ()
) -> HarmsPage:
    """The first harms that some source tells of under these treatments, after a place."""
    if not treatments:
        return HarmsPage([], 0)
    given: dict[str, Sequence[Any]] = {"treatment": treatments, "limit": [limit]}
    if after:
        given["place"] = after
    rows = rows_about(connection, _page_query, **given)
    if rows:
        return HarmsPage([_harm(*row[:-1]) for row in rows], rows[0][-1])
    return HarmsPage([], count_harms(connection, treatments) if after else 0)


def count_harms(connection: Connection, treatments: list[int]) -> int:
    """How many harms some source tells of under these treatments."""
    return int(rows_about(connection, _total_query, treatment=treatments)[0][0])


@dataclass(frozen=True)
class FormTotals:
    """An exact form of a treatment, and how much is told of its harms."""

    link: dict[str, str]
    harms: int  # that some source tells of
    studies: int  # of each harm, those that counted it, added up: an order of forms, no number


def forms_told_of(connection: Connection, treatments: list[int]) -> dict[int, FormTotals]:
    """By its number, each form of which some harm is told, by name."""
    rows = rows_about(connection, _forms_query, treatment=treatments) if treatments else []
    return {
        form: FormTotals({"kind": kind, "slug": slug, "name": name}, harms, studies)
        for form, harms, studies, kind, slug, name in rows
    }


def most_counted_harms(
    connection: Connection, forms: list[int], counted: int, stated: int
) -> list[KnownHarm]:
    """Of each form the harms that most studies counted, and the first stated or seen, in order.

    Of the latter no studies are told where there are so many harms that more studies counted.
    """
    most = {"counted": [counted], "stated": [stated]}
    rows = rows_about(connection, _most_query, treatment=forms, **most) if forms else []
    return sorted((_harm(*row) for row in rows), key=lambda harm: harm.place)


def _harm(effect: int, form: int, studies: int, uncounted: int, *links: str) -> KnownHarm:
    members = ("kind", "slug", "name")
    return KnownHarm(
        (effect, form),
        dict(zip(members, links[:3], strict=True)),
        dict(zip(members, links[3:], strict=True)),
        studies,
        bool(uncounted),
    )


def known_harms(
    connection: Connection, treatments: list[int], asked: AskedPeople
) -> list[KnownHarm]:
    """Every harm told of these people under these treatments, as surely as is asked, in order."""
    told = dict(_told_of(connection, treatments, asked))
    kept = {key: each for key, each in told.items() if asked.keeps(each[0])}
    ids = {id_ for key in kept for id_ in key}
    query = select(Term.id, Term.kind, Term.slug, Term.name).where(Term.id.in_(ids))
    links = {
        id_: {"kind": kind, "slug": slug, "name": name}
        for id_, kind, slug, name in connection.execute(query)
    }
    harms = [
        KnownHarm(key, links[key[0]], links[key[1]], studies, others, sure)
        for key, (sure, studies, others) in kept.items()
    ]
    return sorted(harms, key=lambda harm: harm.place)


def _told_of(
    connection: Connection, treatments: list[int], asked: AskedPeople
) -> Iterator[tuple[Harm, tuple[int, int, bool]]]:
    """By harm: how surely it is told of the people, in how many studies, and if by others, too.

    A statement names no people, so that it leaves them open.
    """
    counted = asked.harms_counted(connection, treatments)
    stated: Rows = select(Claim.object_id, Claim.subject_id).where(*states_harm(treatments))
    harm, exposure, seen = seen_after_exposure(treatments)
    sure = func.max(asked.of_patient())
    seen = seen.with_only_columns(harm.c.term_id, exposure.c.term_id, sure)
    seen = seen.group_by(harm.c.term_id, exposure.c.term_id)
    others: dict[Harm, int] = {}
    for row in connection.execute(stated.distinct()):
        others[row[0], row[1]] = Certainty.POSSIBLE
    for effect, form, certainty in asked.run(connection, seen):
        if certainty:
            others[effect, form] = max(certainty, others.get((effect, form), 0))
    for key in counted.keys() | others.keys():
        best, studies = counted.get(key, (0, 0))
        yield key, (max(best, others.get(key, 0)), studies, key in others)


def _told(treatment: list[Any]) -> Any:
    """Each harm under each form, whoever tells of it."""
    harm, exposure, seen = seen_after_exposure(treatment)
    counted: Rows = select(
        HarmTotal.effect_id.label("effect"),
        HarmTotal.treatment_id.label("form"),
        HarmTotal.studies.label("studies"),
        NONE.label("uncounted"),
    ).where(HarmTotal.treatment_id.in_(treatment))
    stated: Rows = select(Claim.object_id, Claim.subject_id, NONE, ONE)
    told = union_all(
        counted,
        stated.where(*states_harm(treatment)),
        seen.with_only_columns(harm.c.term_id, exposure.c.term_id, NONE, ONE),
    ).subquery()
    key = (told.c.effect, told.c.form)
    most = (func.max(told.c.studies).label("studies"), func.max(told.c.uncounted))
    return select(*key, *most[:1], most[1].label("uncounted")).group_by(*key).cte("harms")


def _total_query(treatment: list[Any]) -> Rows:
    return select(func.count()).select_from(_told(treatment))


def _page_query(treatment: list[Any], limit: list[Any], place: Sequence[Any] = ()) -> Rows:
    """Harms in the order of a profile after a place, and how many there are in all."""
    harms = _told(treatment)
    total = select(func.count()).select_from(harms).scalar_subquery()
    query, order = _with_links(harms, total)
    if place:
        query = query.where(tuple_(*order) > tuple_(*place))
    return query.order_by(*order).limit(limit[0])


def _forms_query(treatment: list[Any]) -> Rows:
    harms, form = _told(treatment), Term.__table__.c
    numbers = (func.count().label("harms"), func.sum(harms.c.studies).label("studies"))
    link = (form.kind, form.slug, form.name)
    query = select(harms.c.form, *numbers, *link).join(Term.__table__, form.id == harms.c.form)
    return query.group_by(harms.c.form, *link).order_by(form.name, form.slug)


def _most_query(treatment: list[Any], counted: list[Any], stated: list[Any]) -> Rows:
    """Harms of each form: those that most studies counted, and the first that others tell of."""
    harms = _told(treatment)
    query, order = _with_links(harms)
    of_form = {"partition_by": harms.c.form}
    counts = (harms.c.studies.desc(), *order)
    told = (harms.c.uncounted.desc(), *order)
    ranks = (
        func.row_number().over(**of_form, order_by=counts).label("most"),
        func.row_number().over(**of_form, order_by=told).label("first"),
    )
    ranked = query.add_columns(*ranks).subquery()
    effect, form, studies, *rest, most, first = ranked.c
    counted_most = and_(studies > 0, most <= counted[0])
    told_first = and_(ranked.c.uncounted == 1, first <= stated[0])
    shown = case((most <= counted[0], studies), else_=0)
    return select(effect, form, shown, *rest).where(or_(counted_most, told_first))


def _with_links(harms: Any, *more: Any) -> tuple[Rows, tuple[Any, ...]]:
    """Harms with the links to their terms, and the columns that they are ordered by."""
    effect, form = Term.__table__.alias("effect"), Term.__table__.alias("form")
    links = (each.c[name] for each in (effect, form) for name in ("kind", "slug", "name"))
    query = select(*harms.c, *links, *more)
    query = query.join(effect, effect.c.id == harms.c.effect).join(form, form.c.id == harms.c.form)
    return query, (effect.c.name, form.c.name, effect.c.slug, form.c.slug)


def states_harm(treatment: list[Any]) -> list[Any]:
    """What a claim that states a harm of a treatment has to be."""
    return [
        Claim.status == CURRENT,
        Claim.kind == ClaimKind.ADVERSE_EFFECT,
        Claim.subject_id.in_(treatment),
        Claim.object_id.is_not(None),
    ]


def seen_after_exposure(treatment: list[Any]) -> tuple[Any, Any, Rows]:
    """Harms in cases after an exposure that is blamed or, where none is, of no stated role.

    Where the source blames one treatment, the others that the patient got stand beside no harm.
    """
    harm, exposure = CaseEvent.__table__.alias("harm"), CaseEvent.__table__.alias("exposure")
    other = CaseEvent.__table__.alias("other")
    blamed = exists().where(
        other.c.case_report_id == harm.c.case_report_id,
        other.c.position < harm.c.position,
        other.c.drug_role.in_(BLAMED_ROLES),
    )
    attributed = or_(
        exposure.c.drug_role.in_(BLAMED_ROLES), and_(exposure.c.drug_role.is_(None), ~blamed)
    )
    query: Rows = (
        select(harm.c.term_id)
        .join(exposure, exposure.c.case_report_id == harm.c.case_report_id)
        .join(CaseReport, CaseReport.id == harm.c.case_report_id)
        .where(
            CaseReport.status == CURRENT,
            harm.c.type == CaseEventType.ADVERSE_EVENT,
            harm.c.term_id.is_not(None),
            exposure.c.type.in_([CaseEventType.EXPOSURE, CaseEventType.RE_EXPOSURE]),
            exposure.c.term_id.in_(treatment),
            exposure.c.position < harm.c.position,
            attributed,
        )
    )
    return harm, exposure, query
