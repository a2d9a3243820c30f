"""How much of a document its claims account for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.models import Claim, Document
from app.records.documents.segments import uncovered
from app.values.quotes import TextSpan
from app.vocabulary import SegmentKind


@dataclass
class Coverage:
    """How much of a document some passage or boilerplate accounts for."""

    document: str
    characters: int
    gaps: list[str]

    @property
    def percent(self) -> float:
        """Share of the characters that are no spaces, in percent."""
        missing = sum(len("".join(gap.split())) for gap in self.gaps)
        return 100 * (1 - missing / self.characters)


def coverage(made: dict[tuple[type[Any], str], Any]) -> Iterator[Coverage]:
    """The coverage of each of these documents, by the passages of these claims."""
    for document in (record for (model, _), record in made.items() if model is Document):
        text: str = document.text
        claims = [record for (model, _), record in made.items() if model is Claim]
        passages = [
            each for claim in claims for each in claim.passages if each.document is document
        ]
        passages += [reference.passage for reference in document.references]
        idle = [part for part in document.segments if part.kind is SegmentKind.BOILERPLATE]
        covered = [TextSpan(part.start, part.end) for part in (*passages, *idle)]
        gaps = [text[gap.start : gap.end] for gap in uncovered(text, covered)]
        yield Coverage(document.slug, len("".join(text.split())), gaps)
