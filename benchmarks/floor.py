"""The floor: a bare ASGI callable over raw sqlite3, on the same addresses as ours.

    python -m benchmarks.floor benchmarks/data/100000.db --port 8101

It has no framework, no validation, no ETag, no totals and no threads: what is left is the time
that rows, dicts and JSON take. `after=year,number` stands for our cursor.
"""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

import orjson
import uvicorn

from benchmarks.floor_statements import Floor

Send = Callable[[dict[str, Any]], Awaitable[None]]
JSON = [(b"content-type", b"application/json")]
MORE = {"type": "http.response.body", "more_body": True}


def application(path: str) -> Callable[..., Awaitable[None]]:
    """The ASGI callable over a database."""
    floor = Floor(path)

    async def answer(scope: dict[str, Any], receive: Any, send: Send) -> None:
        del receive
        if scope["type"] != "http":
            return
        asked = dict(parse_qsl(scope["query_string"].decode()))
        if asked.pop("format", None) == "ndjson":
            await stream(floor, asked, send)
            return
        found = find(floor, scope["path"], asked)
        body = orjson.dumps(found)
        length = (b"content-length", str(len(body)).encode())
        status = 404 if found is None else 200
        await send({"type": "http.response.start", "status": status, "headers": [*JSON, length]})
        await send({"type": "http.response.body", "body": body})

    return answer


def find(floor: Floor, path: str, asked: dict[str, str]) -> Any:
    """The answer to a work item."""
    if path.startswith("/v1/studies/"):
        return floor.study(path.removeprefix("/v1/studies/"))
    if path == "/v1/studies":
        facets = asked.pop("facet", None)
        if facets:
            asked.pop("limit", None)
            return {"facets": floor.facets(asked, facets.split(","))}
        return {"items": floor.studies(floor.page(asked))}
    if path == "/v1/adverse-effects":
        return {"items": floor.harms(asked["treatment"])}
    return None


async def stream(floor: Floor, asked: dict[str, str], send: Send) -> None:
    """Every match, a line each."""
    await send({"type": "http.response.start", "status": 200, "headers": JSON})
    for some in floor.stream(asked):
        lines = b"".join(orjson.dumps(each) + b"\n" for each in some)
        await send({**MORE, "body": lines})
    await send({"type": "http.response.body"})


def main() -> None:
    """Serve on loopback."""
    parser = argparse.ArgumentParser()
    parser.add_argument("database")
    parser.add_argument("--port", type=int, default=8101)
    given = parser.parse_args()
    uvicorn.run(application(given.database), port=given.port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
