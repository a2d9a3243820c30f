"""The registry entry that a fact was read from: the other permitted support of a fact."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from app.models import RegistryRecord
from app.query.cards import Fields
from app.records.drafting import Date, Draft, DraftError, DraftOnly, Finder, PlacedByKind
from app.vocabulary import Registry


class RegistryRecordFields(Fields):
    """A registry's entry as it was retrieved."""

    describes = RegistryRecord
    registry_name: Registry
    identifier: str
    entry_version: str
    retrieved_on: str
    sha256: str


class RegistryRecordDraft(RegistryRecordFields, Draft):
    """A registry's entry as it was retrieved."""

    retrieved_on: Date
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class RegisteredDraft(Draft):
    """A fact that may have been read from a registry; then no claim has to support it."""

    registry_record: Annotated[
        RegistryRecordDraft | None, PlacedByKind("The registry's entry that it was read from.")
    ] = None


def set_registry_record(record: Any, draft: Any, finder: Finder) -> bool:
    """Tie a record to its registry entry; true when that changed anything."""
    if draft.registry_record is None:
        changed = record.registry_record_id is not None
        if changed:
            record.registry_record = None
        return changed
    values = draft.registry_record.model_dump(mode="json")
    entry = finder.entry(values)
    for name, value in values.items():
        if getattr(entry, name) != value:
            what = f"this version of the entry was read before, with the {name} {value!r}"
            raise DraftError(("registry_record", name), what, str(getattr(entry, name)))
    if record.registry_record_id is not None and record.registry_record_id == entry.id:
        return False
    record.registry_record = entry
    return True


def registry_record_of(model: type[Any]) -> DraftOnly:
    """Reads the registry entry of a record of this model, which cards leave out."""
    names = tuple(RegistryRecordFields.model_fields)
    columns = [getattr(RegistryRecord, name) for name in names]

    def read(session: Session | Connection, record: int) -> dict[str, Any]:
        tied = model.registry_record_id == RegistryRecord.id
        row = session.execute(select(*columns).join(model, tied).where(model.id == record)).first()
        return {"registry_record": None if row is None else dict(zip(names, row, strict=True))}

    return read
