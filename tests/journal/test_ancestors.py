"""The closure of broader terms follows every new parent."""

import pytest

from app.db.database import Database
from app.records.terms.draft import CONDITION_EDITOR
from tests.factories import Evidence
from tests.storage import everything, rows

LINES = """
    SELECT narrower.slug, broader.slug FROM term_ancestors
    JOIN terms narrower ON narrower.id = term_id
    JOIN terms broader ON broader.id = ancestor_id
"""


def _line(database: Database, slug: str) -> set[str]:
    """The term itself and all that is broader."""
    return {above for below, above in rows(database, LINES) if below == slug}


def test_a_term_is_its_own_ancestor(evidence: Evidence, database: Database) -> None:
    evidence.condition("pain")

    assert _line(database, "pain") == {"pain"}


def test_a_narrower_term_has_every_broader_one(evidence: Evidence, database: Database) -> None:
    evidence.condition("pain")
    evidence.condition("chronic-pain", parent="pain")
    evidence.condition("crps", parent="chronic-pain")

    assert _line(database, "crps") == {"crps", "chronic-pain", "pain"}


def test_terms_of_one_change_may_come_narrower_first(
    evidence: Evidence, database: Database
) -> None:
    names = [("crps", "chronic-pain"), ("chronic-pain", "pain"), ("pain", None)]
    evidence.write(
        [
            (CONDITION_EDITOR, {"slug": slug, "name": slug, "parent": parent})
            for slug, parent in names
        ]
    )

    assert _line(database, "crps") == {"crps", "chronic-pain", "pain"}


def test_a_new_parent_moves_the_term_and_all_below_it(
    evidence: Evidence, database: Database
) -> None:
    for slug in ("pain", "nerve-disease"):
        evidence.condition(slug)
    evidence.condition("chronic-pain", parent="pain")
    evidence.condition("crps", parent="chronic-pain")

    evidence.condition("chronic-pain", parent="nerve-disease")

    assert _line(database, "crps") == {"crps", "chronic-pain", "nerve-disease"}


def test_a_term_without_a_parent_any_more_stands_alone(
    evidence: Evidence, database: Database
) -> None:
    evidence.condition("pain")
    evidence.condition("crps", parent="pain")

    evidence.condition("crps", parent=None)

    assert _line(database, "crps") == {"crps"}


@pytest.mark.parametrize("parent", ["crps", "chronic-pain"])
def test_a_term_cannot_become_broader_than_itself(
    evidence: Evidence, database: Database, parent: str
) -> None:
    evidence.condition("pain")
    evidence.condition("chronic-pain", parent="pain")
    evidence.condition("crps", parent="chronic-pain")
    before = everything(database)

    with pytest.raises(ValueError, match="a term cannot be broader than itself"):
        evidence.condition("pain", parent=parent)

    assert everything(database) == before
