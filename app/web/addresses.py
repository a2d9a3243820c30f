"""Addresses: a page stands at the API's address without its version, under the same query."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import QueryParams

from app.records.catalogue import KIND_NAMED
from app.vocabulary import IdentifierScheme

V1 = "/v1"
Pairs = Iterable[tuple[str, Any]]


def api_address(page: str) -> str:
    """The API request that gives the data of a page."""
    return V1 + page


def page_address(address: str) -> str:
    """The page that shows the data of an API request."""
    return address.removeprefix(V1)


def record_address(kind: str, slug: str, part: str = "") -> str:
    """The page of a record, or a part of it."""
    path = f"/{KIND_NAMED[kind].path}/{quote(slug, safe='')}"
    return f"{path}#{quote(part, safe='')}" if part else path


def query(path: str, pairs: Pairs = (), **more: Any) -> str:
    """An address with parameters; those without a value are left out."""
    given = [(name, value) for name, value in (*pairs, *more.items()) if value not in {None, ""}]
    return f"{path}?{urlencode(given)}" if given else path


def passage_address(document: str, start: int, end: int) -> str:
    """Where a passage stands in the page of its document."""
    return record_address("document", document, passage_id(start, end))


def passage_id(start: int, end: int) -> str:
    """The name of a passage in the page of its document."""
    return f"passage-{start}-{end}"


RESOLVERS = {
    IdentifierScheme.DOI: "https://doi.org/{}",
    IdentifierScheme.PMID: "https://pubmed.ncbi.nlm.nih.gov/{}/",
    IdentifierScheme.PMCID: "https://pmc.ncbi.nlm.nih.gov/articles/{}/",
    IdentifierScheme.NCT: "https://clinicaltrials.gov/study/{}",
    IdentifierScheme.ISRCTN: "https://www.isrctn.com/{}",
}


def resolver_address(scheme: str, value: str) -> str | None:
    """Where an identifier leads, if anybody resolves its scheme."""
    address = RESOLVERS.get(IdentifierScheme(scheme))
    return address.format(quote(value, safe="/")) if address else None


def web_address(address: str | None) -> str | None:
    """An address that a page may link: of the web, and of nothing else."""
    # An address comes from data: as a link, javascript: would run in the reader's page.
    plain = (address or "").strip().lower()
    return address if plain.startswith(("https://", "http://")) else None


def given_parameters(request: Request) -> QueryParams:
    """What was asked for; a form sends fields that were left empty, too, which ask for nothing."""
    return QueryParams([pair for pair in request.query_params.multi_items() if pair[1] != ""])


def redirect_without_empty(request: Request) -> Response | None:
    """Where a form sent empty fields, the address without them: the one to share."""
    pairs = given_parameters(request).multi_items()
    if len(pairs) == len(request.query_params.multi_items()):
        return None
    return RedirectResponse(query(request.url.path, pairs), 303)
