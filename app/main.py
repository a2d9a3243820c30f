"""The application: routers, problem handlers, middleware, lifespan."""

from __future__ import annotations

import base64
import hashlib
import re
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

import orjson
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from starlette.routing import BaseRoute

from app.access.account_routes import routes as accounts
from app.access.authentication import Authentication
from app.access.key_routes import routes as keys
from app.access.keys import SECRET
from app.access.last_uses import LastUses
from app.access.permissions import document_security
from app.access.rate_limits import RateLimits
from app.api import about
from app.api.concurrency import limit_concurrency
from app.api.error_handlers import install_handlers
from app.api.middleware import RequestMiddleware
from app.api.openapi import document_parts
from app.api.problems import ProblemDetail
from app.curation.duplicates.routes import routes as duplicates
from app.curation.proposals.openapi import components as proposal_components
from app.curation.proposals.routes import routes as proposals
from app.curation.retractions.routes import routes as retractions
from app.curation.writing.openapi import components
from app.curation.writing.routes import router as writing_router
from app.db.database import Database, DatabaseDep
from app.desk.routes import desk
from app.desk.session import add_redirects as install_desk
from app.history.as_of import ANSWERS
from app.history.routes import routes as history
from app.ingest.imports.list_routes import routes as looking_at_imports
from app.ingest.imports.routes import routes as imports
from app.ingest.lookup.lookups import Lookups
from app.ingest.lookup.routes import routes as lookup
from app.overviews import health, metrics, search
from app.overviews.evidence_map.routes import routes as evidence_map
from app.overviews.figures.routes import routes as figures
from app.overviews.harms.routes import routes as harms
from app.overviews.release import Releases
from app.overviews.release import routes as release_routes
from app.overviews.tables.routes import routes as tables
from app.query.openapi import question_schemas
from app.query.routes import router
from app.records import redirects
from app.records.catalogue import ADVERSE_EFFECT_TERMS, RESOURCES
from app.settings import Settings
from app.web.pages.problem import problem_page
from app.web.rendering import STATIC
from app.web.routes import pages

CORS = {
    "allow_origins": ["*"],
    "allow_methods": ["GET", "POST", "PUT", "PATCH"],
    "allow_headers": [
        "Authorization",
        "Content-Type",
        "If-Match",
        "If-None-Match",
        "Idempotency-Key",
    ],
    "expose_headers": [
        "ETag",
        "Link",
        "Location",
        "Content-Disposition",
        "Retry-After",
        "WWW-Authenticate",
        "X-Request-ID",
    ],
}
VERSION = "0.1.0"
ABOUT = """Structured evidence on treatments. Every fact is tied to the exact words it was read
from; what a source does not say is null, which is neither zero nor none."""


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application over the database that the settings name."""
    settings = settings or Settings()
    database = Database(
        settings.database_url,
        pool_size=settings.pool_size,
        busy_timeout=settings.busy_timeout,
        query_timeout=settings.query_timeout,
    )
    releases = Releases(database)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
        yield {"settings": settings}  # which the server's connections are limited by
        app.state.last_uses.close()
        releases.close()
        database.close()

    app = FastAPI(
        title="Evidence Base",
        version=VERSION,
        description=ABOUT,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        docs_url=None,
        redoc_url=None,
        openapi_url=None,  # FastAPI would make it on the event loop, which takes seconds
        lifespan=lifespan,
        redirect_slashes=False,
    )
    app.state.database, app.state.releases = database, releases
    app.state.lookups = Lookups(settings)
    app.state.metrics = metrics.make_metrics(database, settings)
    app.state.max_body_bytes = settings.max_body_bytes
    app.state.max_upload_bytes = settings.max_upload_bytes
    install_handlers(app, problem_page)
    redirects.install_redirects(app)
    install_desk(app)
    _add_middleware(app, settings)
    app.router.routes.extend(every_route())
    _document(app, anonymous_reads=settings.anonymous_reads)
    return app


def _add_middleware(app: FastAPI, settings: Settings) -> None:
    """What every request passes."""
    app.state.last_uses = LastUses()
    app.state.rates = RateLimits(
        reads=settings.read_rate, writes=settings.write_rate, refusals=settings.refusal_rate
    )
    app.add_middleware(
        RequestMiddleware,
        authenticate=Authentication(
            anonymous_reads=settings.anonymous_reads,
            rates=app.state.rates,
            last_uses=app.state.last_uses,
        ),
        cors=CORS,
        max_query_bytes=settings.max_query_bytes,
        secret=SECRET,
        observe=app.state.metrics and app.state.metrics.observe,
    )


@cache
def every_route() -> tuple[BaseRoute, ...]:
    """The operations and the pages, made once: most of the time that an application takes.

    The routes of all routers stand side by side: for routers inside routers FastAPI looks through
    each of them anew for every request. Their order is that of the OpenAPI document.
    """
    routers = (
        *(imports, looking_at_imports, lookup),  # before citations: their names are no slugs
        *(router(each, ANSWERS) for each in RESOURCES if each is not ADVERSE_EFFECT_TERMS),
        *(writing_router(each.editor, each.example) for each in RESOURCES),
        *(harms, evidence_map, duplicates, history, proposals, figures, tables, search.routes),
        *(release_routes, about.routes, keys, accounts, retractions, health.routes),
        metrics.routes,
        _documentation(),
        *(desk, pages),
    )
    return tuple(route for each in routers for route in each.routes)


def _documentation() -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    routes.mount("/static", StaticFiles(directory=STATIC), name="static")
    routes.get("/docs")(docs)
    routes.get("/openapi.json")(openapi_document)
    return routes


@limit_concurrency
def openapi_document(
    request: Request,
    database: DatabaseDep,  # noqa: ARG001 # whose threads
) -> Response:
    """The API for programs, made when it is first asked for."""
    return Response(orjson.dumps(request.app.openapi()), media_type="application/json")


def docs() -> HTMLResponse:
    """The API explained, without another host."""
    page = get_swagger_ui_html(
        openapi_url="/openapi.json",
        title="Evidence Base API",
        swagger_js_url="/static/swagger-ui/swagger-ui-bundle.js",
        swagger_css_url="/static/swagger-ui/swagger-ui.css",
        swagger_favicon_url="/static/swagger-ui/favicon-32x32.png",
    )
    script = re.search(rb"<script>(.*?)</script>", bytes(page.body), re.DOTALL)
    assert script is not None  # noqa: S101 # it is what the page is
    own = base64.b64encode(hashlib.sha256(script[1]).digest()).decode()
    page.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'self' 'sha256-{own}'; style-src 'self' 'unsafe-inline';"
        " img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return page


def _document(app: FastAPI, *, anonymous_reads: bool) -> None:
    """Put what holds for every operation into the OpenAPI: problem documents and keys."""
    generate, making = app.openapi, threading.Lock()

    def openapi() -> dict[str, Any]:
        with making:
            return made()

    def made() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = generate()
            _add_problems(document)
            document_parts(document)
            document["components"]["schemas"] |= components() | proposal_components()
            document["components"]["schemas"] |= question_schemas(
                each.listing for each in RESOURCES
            )
            document_security(document, anonymous_reads=anonymous_reads)
        return generate()

    app.openapi = openapi  # type: ignore[method-assign] # FastAPI's documented way to extend it


def _add_problems(document: dict[str, Any]) -> None:
    schema = ProblemDetail.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name, inner in schema.pop("$defs", {}).items():
        schemas.setdefault(name, inner)
    schemas.setdefault("ProblemDetail", schema)
