"""Say in proposals that ages in days are days: drafts call them age_min_days and age_end_days."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NAMES = {"age_min": "age_min_days", "age_max": "age_end_days"}
BACK = {new: old for old, new in NAMES.items()}
Rename = Callable[[dict[str, Any], Any], dict[str, Any]]


def upgrade() -> None:
    _rewrite(_in_days)


def downgrade() -> None:
    _rewrite(lambda draft, _: {BACK.get(name, name): each for name, each in draft.items()})


def _rewrite(rename: Rename) -> None:
    """Rewrite the patch of every proposal on a study or a case report, decided ones included."""
    connection = op.get_bind()
    columns = "id, kind, slug, base_version, patch"
    query = f"SELECT {columns} FROM proposals WHERE kind IN ('study', 'case_report')"  # noqa: S608
    for row in connection.execute(sa.text(query)).mappings().all():
        patch = json.loads(row["patch"])
        if not isinstance(patch, dict):
            continue
        new = _of_study(patch, rename) if row["kind"] == "study" else rename(patch, _patient(row))
        if new != patch:
            written = {"patch": json.dumps(new, ensure_ascii=False), "id": row["id"]}
            connection.execute(
                sa.text("UPDATE proposals SET patch = :patch WHERE id = :id"), written
            )


def _of_study(patch: dict[str, Any], rename: Rename) -> dict[str, Any]:
    """A patch of a study replaces all its populations, each with both ends of its ages."""
    people = patch.get("populations")
    if isinstance(people, list):
        found: Any = [rename(each, None) if isinstance(each, dict) else each for each in people]
    elif isinstance(people, dict):
        found = {
            key: rename(each, None) if isinstance(each, dict) else each
            for key, each in people.items()
        }
    else:
        return patch
    return {**patch, "populations": found}


def _patient(row: Mapping[Any, Any]) -> Any:
    """The ages that a patch of a case report is on; none where it makes a new one."""
    query = "SELECT age_min, age_max FROM case_reports WHERE slug = :slug"
    found = op.get_bind().execute(sa.text(query), {"slug": row["slug"]}).mappings().first()
    return None if row["base_version"] is None else found


def _in_days(draft: dict[str, Any], base: Any) -> dict[str, Any]:
    """The same ages by the new names; `ages`, which won beside them, still does.

    Editable forms have ages in words now. A patch of one end would stand beside these, so that it
    takes them away, and has the other end, too.
    """
    if not NAMES.keys() & draft.keys():
        return draft
    rest = {name: each for name, each in draft.items() if name not in NAMES}
    if draft.get("ages") is not None:
        return rest
    days = {NAMES[name]: draft[name] for name in NAMES if name in draft}
    if base is None:
        return {**rest, **days}
    both = {NAMES[name]: base[name] for name in NAMES}
    return {**rest, "ages": None, **both, **days}
