"""The command that looks one citation up."""

from __future__ import annotations

from typing import Annotated

import orjson
import typer

from app.api.problems import Problem
from app.cli.context import err, fail, opened, out, settings_or_fail
from app.ingest.lookup.lookups import SCHEMES, Lookups


def lookup(
    doi: Annotated[str | None, typer.Option(help="Digital object identifier.")] = None,
    pmid: Annotated[str | None, typer.Option(help="PubMed number.")] = None,
    pmcid: Annotated[str | None, typer.Option(help="PubMed Central number.")] = None,
    nct: Annotated[str | None, typer.Option(help="ClinicalTrials.gov number.")] = None,
) -> None:
    """Ask Crossref, PubMed or ClinicalTrials.gov for one citation; its draft is printed as JSON."""
    asked = [(s, v) for s, v in zip(SCHEMES, (doi, pmid, pmcid, nct), strict=True) if v is not None]
    if len(asked) != 1:
        fail("Give exactly one of --doi, --pmid, --pmcid and --nct.")
    [(scheme, value)] = asked
    settings = settings_or_fail()
    try:
        with opened(settings) as database:
            found = Lookups(settings).look_up(database, scheme, value)
    except Problem as problem:
        fail(problem.detail, *(each.message for each in problem.errors[1:]))
    if found.reference:
        err.print(found.reference, markup=False)
    for match in found.matches:
        reasons = "; ".join(match.reasons[:2])
        err.print(f"{match.answer}: {match.slug} ({reasons})", markup=False)
    for each in found.problems:
        err.print(each.message, markup=False)
    out.print(orjson.dumps(found.draft, option=orjson.OPT_INDENT_2).decode(), markup=False)
