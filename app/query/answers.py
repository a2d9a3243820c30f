"""How a list or a record is answered: now or as of a moment, in the format asked for."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, closing
from itertools import chain
from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi import Response
from sqlalchemy import Connection, bindparam, select

from app.api.problems import Problem, invalid_parameter
from app.api.responses import (
    UNCACHED,
    RequestHead,
    Streamed,
    etag_of,
    etag_response,
    must_accept_json,
)
from app.db.database import Database
from app.db.sqlite import RawConnection
from app.db.statements import BoundedCache, PreparedStatement
from app.query.cards import CURRENT, Kind
from app.query.exports import export, open_stream
from app.query.formats import AnyFormat, ListFormat, TextFormat, format_named, negotiate_format
from app.query.lists import CardPage, envelope, fetch_page, select_fields
from app.query.ordering import LAST_CHANGE
from app.query.record_page import RecordPage, related_records
from app.query.request import AS_OF, ListDefinition, ListRequest, parse_request, read_fields
from app.values.stored_names import StoredNames
from app.values.text import nearest_spelling

ONE_RECORD: BoundedCache[PreparedStatement] = BoundedCache()


def answer_list(head: RequestHead, database: Database, listing: ListDefinition) -> Response:
    """One page of a list or, in the formats that have no pages, all of it; raises Problem."""
    form = negotiate_format(head.query, head.accept, listing.formats)
    query_hash = request_hash(head, form)
    if form is not ListFormat.JSON:
        list_request = parse_request(listing, head.query, whole=True)
        return _exported(head, database, listing, list_request, form, query_hash)
    list_request = parse_request(listing, head.query)
    with database.read() as connection:
        part = fetch_page(connection, listing, list_request)
    return answer_page(head, part, list_request, query_hash)


def request_hash(head: RequestHead, form: AnyFormat) -> str:
    """What an ETag names beside the last change: the parameters, the path and the format."""
    return etag_of(f"{head.query} {head.path} {form}".encode())


def answer_page(
    head: RequestHead, part: CardPage, list_request: ListRequest, query_hash: str
) -> Response:
    """A page with its ETag and, where it has an address, with links to where one may go on."""
    links = page_links(head, part.next) if head.method == "GET" else {}
    return etag_response(
        head, envelope(part, list_request.fields), f'W/"{part.last_change}-{query_hash}"', links
    )


def _exported(
    head: RequestHead,
    database: Database,
    listing: ListDefinition,
    list_request: ListRequest,
    form: AnyFormat,
    query_hash: str,
) -> Response:
    """All of a list, while it is read."""
    if list_request.facets:
        raise invalid_parameter("facet", "counts come with format=json")
    if list_request.fields and isinstance(form, TextFormat):
        raise invalid_parameter("fields", f"format={form} gives records as a whole")

    def chunks(connection: Connection) -> Generator[bytes, None, None]:
        return export(connection, listing, list_request, form)

    return answer_export(head, database, listing.kind.path, form, query_hash, chunks)


def answer_export(
    head: RequestHead,
    database: Database,
    name: str,
    form: AnyFormat,
    query_hash: str,
    export_chunks: Callable[[Connection], Generator[bytes, None, None]],
) -> Response:
    """A file of this name, while it is read from one snapshot.

    The first chunk is read before anything is sent, so that what is wrong with the request, or
    with the database, is still a problem document.
    """
    with ExitStack() as stack:
        connection = stack.enter_context(open_stream(database))
        change = connection.execute(select(LAST_CHANGE)).scalar_one()
        disposition = f'attachment; filename="{name}.{form.suffix}"'
        etag = f'W/"{change}-{query_hash}"'
        headers = {"Content-Disposition": disposition, "ETag": etag, **UNCACHED}
        if head.has(etag):
            return Response(status_code=304, headers=headers)
        chunks = stack.enter_context(closing(export_chunks(connection)))
        first = next(chunks, b"")
        return Streamed(chain([first], chunks), stack.pop_all().close, form.media_type, headers)


def page_links(head: RequestHead, next_: str | None) -> dict[str, str]:
    """Where one may go on from a page (RFC 8288); `next_`: the cursor of the page after it."""
    query = [pair for pair in head.query.multi_items() if pair[0] != "cursor"]
    links = [f'<{head.path}{_query_text(query)}>; rel="first"']
    if next_:
        links.append(f'<{head.path}{_query_text([*query, ("cursor", next_)])}>; rel="next"')
    return {"Link": ", ".join(links)}


def _query_text(query: Sequence[tuple[str, str]]) -> str:
    return f"?{urlencode(query)}" if query else ""


def answer_record(head: RequestHead, database: Database, page: RecordPage, slug: str) -> Response:
    """One record with what its page takes in; raises Problem 404 with the nearest slug."""
    written = head.query.get("format")
    form = format_named(written, page.formats) if written and page.formats else ListFormat.JSON
    if form is ListFormat.JSON:
        must_accept_json(head)
    fields = only_fields(head, page)
    with database.read() as connection:
        if isinstance(form, TextFormat):
            return _as_text(head, find_record(connection, page.kind, slug), form, slug)
        version, members = record_members(connection, page, slug, fields)
    return answer_members(head, members, fields, version)


def answer_members(
    head: RequestHead, members: Sequence[bytes], fields: Sequence[str], version: int
) -> Response:
    """A record's page from its card, still open at the end, and further members."""
    body = b",".join(members) + b"}"
    body = select_fields(body.decode(), fields).encode() if fields else body
    return etag_response(head, body, f'"v{version}-{etag_of(body)}"')


def record_members(
    connection: Connection, page: RecordPage, slug: str, fields: Sequence[str] = ()
) -> tuple[int, list[bytes]]:
    """A record's version, its card, still open at the end, and what its page takes in.

    Raises Problem 404 with the nearest slug.
    """
    row = find_record(connection, page.kind, slug)
    members = [row.card.encode()[:-1], *related_records(connection, page, row.id, slug, fields)]
    for name, value in (
        page.extra_members(connection, row.id) if page.extra_members else {}
    ).items():
        members.append(orjson.dumps(name) + b":" + orjson.dumps(value))
    return row.version, members


def _as_text(head: RequestHead, row: Any, form: TextFormat, slug: str) -> Response:
    """One record as a file of a form of its kind."""
    body = f"{form.head}{form.write(orjson.loads(row.card))}{form.tail}".encode()
    headers = {"Content-Disposition": f'attachment; filename="{slug}.{form.suffix}"'}
    return etag_response(head, body, f'"v{row.version}-{etag_of(body)}"', headers, form.media_type)


def only_fields(head: RequestHead, page: RecordPage, also: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Which members are asked for; raises Problem for what a record does not take."""
    there = ["fields", AS_OF, *(["format"] if page.formats else []), *also]
    for name in head.query:
        if name not in there:
            message = f"a record takes the parameters {', '.join(there)} only"
            raise invalid_parameter(name[:100], message, nearest_spelling(name[:100], there))
    return read_fields(head.query.getlist("fields"), page.model)


def find_record(connection: Connection, kind: Kind, slug: str) -> Any:
    """The id, version and card of a current record; raises Problem 404 with the nearest slug."""
    row = _current_record(connection, kind, slug)
    if row is None:
        raise not_found(connection, kind, slug)
    return row


def _current_record(connection: Connection | RawConnection, kind: Kind, slug: str) -> Any:
    """The id, version and card of a current record, if there is one."""

    def make() -> PreparedStatement:
        table, model = kind.table, kind.model
        where = [*kind.where, model.slug == bindparam("slug", ""), model.status == CURRENT]
        query = select(table.c.id, table.c.version, table.c.card).where(*where)
        return PreparedStatement.of(connection, query)

    found = ONE_RECORD.get((connection.dialect.name, kind), make)
    rows = found.rows(connection, slug=slug) if "\0" not in slug else []
    return rows[0] if rows else None


def read_whole_record(database: Database, page: RecordPage, slug: str) -> tuple[bytes, str] | None:
    """A whole record of SQLite and its ETag, as `answer_record` would send them; None: no such."""
    with database.read_raw() as connection:
        row = _current_record(connection, page.kind, slug)
        if row is None:
            return None
        id_, version, card = row
        body = b",".join([card.encode()[:-1], *related_records(connection, page, id_, slug, ())])
    body += b"}"
    return body, f'"v{version}-{etag_of(body)}"'


def not_found(connection: Connection, kind: Kind, slug: str) -> Problem:
    """The problem of a slug that names nothing current: withdrawn, or with the nearest that is."""
    model, name = kind.model, kind.name.replace("_", " ")
    mine = select(model.slug).where(*kind.where)
    if "\0" not in slug and connection.execute(mine.where(model.slug == slug)).first():
        where = f"/v1/{kind.path}/{slug}/revisions"
        detail = f"The {name} {slug!r} was withdrawn: {where} tells when and why."
        return Problem(404, "not-found", detail)
    hint = StoredNames(connection, mine, model.slug).nearest(slug)
    detail = f"There is no {name} {slug[:200]!r}."
    return Problem(404, "not-found", detail + (f" Did you mean {hint!r}?" if hint else ""))
