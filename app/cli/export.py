"""Exporting from the command line: a release, or one list, into a file that is whole or absent."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import IO

from sqlalchemy import Connection

from app.overviews.release import write_release
from app.query.exports import export
from app.query.formats import AnyFormat, ListFormat
from app.query.request import EVERYTHING, ListDefinition, ListRequest
from app.records.catalogue import RESOURCES
from app.values.text import nearest_spelling

LISTINGS = {each.listing.kind.path: each.listing for each in RESOURCES}


def write_export(
    connection: Connection, file: Path, kind: str | None, form_name: str
) -> tuple[str, int]:
    """Write a list or, without one, the release; gives SHA-256 and size. Raises ValueError."""
    listing = None if kind is None else _listing(kind)
    form = _form(form_name, listing)
    with tempfile.NamedTemporaryFile(dir=file.absolute().parent, delete=False) as part:
        written = Path(part.name)
        try:
            if listing is None:
                sha256, size, _ = write_release(connection, part)
            else:
                sha256, size = _write_list(connection, part, listing, form)
            part.close()
            written.chmod(0o644)
            written.replace(file)
        finally:
            written.unlink(missing_ok=True)
    return sha256, size


def _listing(kind: str) -> ListDefinition:
    if kind not in LISTINGS:
        hint = nearest_spelling(kind, LISTINGS)
        raise ValueError(
            f"There is no list {kind!r}; there are {', '.join(LISTINGS)}."
            + (f" Did you mean {hint!r}?" if hint else "")
        )
    return LISTINGS[kind]


def _form(name: str, listing: ListDefinition | None) -> AnyFormat:
    """The form of this name that the list, or the release, can be written in."""
    if listing is None and name != ListFormat.NDJSON:
        raise ValueError("A release is ndjson; other forms are of one list: name it, as studies.")
    more = () if listing is None else listing.formats
    there: list[AnyFormat] = [ListFormat.NDJSON, ListFormat.CSV, *more]
    forms = {str(each): each for each in there}
    if name not in forms:
        raise ValueError(f"There is no form {name!r} of it; there are {', '.join(forms)}.")
    return forms[name]


def _write_list(
    connection: Connection, file: IO[bytes], listing: ListDefinition, form: AnyFormat
) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for chunk in export(connection, listing, ListRequest.of(listing, EVERYTHING), form):
        digest.update(chunk)
        size += file.write(chunk)
    return digest.hexdigest(), size
