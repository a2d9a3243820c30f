"""The server: uvicorn, with a problem document for what it would refuse by itself."""

from __future__ import annotations

import gc
import logging
import signal
import sys
from typing import Any

import structlog
import uvicorn
from fastapi import FastAPI
from rich.console import Console

from app.cli.context import fail
from app.main import create_app
from app.overviews.metrics import are_shared
from app.settings import Settings

SWITCH = 0.0002  # seconds that one thread runs while another waits for its turn; 5 ms by default
out = Console(highlight=False, soft_wrap=True)


def run(settings: Settings) -> None:
    """Serve until told to stop; requests under way may still end."""
    configure_logs(settings)
    base = settings.public_url or f"http://{settings.host}:{settings.port}"
    for path, what in (
        ("/docs", "the API, to try"),
        ("/v1/studies", "the studies"),
        ("/ready", "ready?"),
    ):
        out.print(f"{base}{path}  {what}")
    config: dict[str, Any] = {
        "host": settings.host,
        "port": settings.port,
        "http": "app.cli.http_protocol:HttpProtocol",
        "ws": "none",
        "workers": settings.workers,
        "timeout_graceful_shutdown": settings.shutdown_timeout,
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "forwarded_allow_ips": settings.trusted_proxies,
    }
    if settings.workers > 1 and settings.metrics_key.get_secret_value() and not are_shared():
        fail(
            "EVIDENCE_METRICS_KEY: several workers count together in files; let"
            " PROMETHEUS_MULTIPROC_DIR name a folder that is empty when the server starts."
        )
    # uvicorn raises the signal again once it has shut down in good order: that is a success.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    uvicorn.run("app.cli.server:make_app", factory=True, **config)


def make_app() -> FastAPI:
    """The application of one process, which is set up to answer many at once."""
    sys.setswitchinterval(SWITCH)
    app = create_app()
    # What is there now stays for good: looking through it for garbage would stop everybody.
    gc.collect()
    gc.freeze()
    return app


def configure_logs(settings: Settings) -> None:
    """One line an event, for machines or for people, the server's own included."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    console = settings.log_format == "console"
    final = structlog.dev.ConsoleRenderer() if console else structlog.processors.JSONRenderer()
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    structlog.configure(
        processors=[*shared, final],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(processor=final, foreign_pre_chain=shared)
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it tells whole addresses, with keys
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it announces itself on every look
