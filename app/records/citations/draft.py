"""What a curator writes of a citation."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, field_validator, model_validator

from app.models import CitationAuthor, CitationIdentifier
from app.records.citations.card import CITATION, AuthorFields, CitationFields, IdentifierFields
from app.records.drafting import Draft, Editor, Parts, Slug, append_to_list
from app.values.errors import InvalidFields
from app.values.identifiers import normalise_identifier
from app.vocabulary import IdentifierScheme


class AuthorDraft(AuthorFields, Draft):
    """One author: a family name, or a literal name that does not fall into parts."""

    orcid: str | None = Field(default=None, pattern=r"^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$")

    @model_validator(mode="after")
    def has_a_name(self) -> AuthorDraft:
        """Refuse an author without a name."""
        if not (self.family or self.literal):
            raise InvalidFields("an author needs a family name or a literal name", "family")
        return self


class IdentifierDraft(IdentifierFields, Draft):
    """A name that somebody else gave the publication."""

    @model_validator(mode="after")
    def normalise(self) -> IdentifierDraft:
        """Write the value as its scheme does; refuse one that is not of the scheme."""
        self.value = normalise_identifier(self.scheme, self.value)
        return self


class CitationDraft(CitationFields, Draft):
    """A publication, as far as it is known."""

    slug: Slug
    year: int | None = Field(default=None, ge=1000, le=9999)
    authors: Annotated[list[AuthorDraft], Parts(CitationAuthor, "position")] = []
    identifiers: Annotated[list[IdentifierDraft], Parts(CitationIdentifier, "scheme value")] = []

    @field_validator("volume", "issue", "pages", mode="before")
    @classmethod
    def as_printed(cls, value: Any) -> Any:
        """Keep numbers as the text they are printed as."""
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else value

    @model_validator(mode="before")
    @classmethod
    def read_identifiers(cls, data: Any) -> Any:
        """Read `doi: 10.1016/...` beside the other fields, as people write it."""
        if not isinstance(data, dict):
            return data
        named = [
            {"scheme": scheme.value, "value": str(data[scheme.value])}
            for scheme in IdentifierScheme
            if scheme.value in data
        ]
        rest = {name: value for name, value in data.items() if name not in set(IdentifierScheme)}
        return (
            {**rest, "identifiers": append_to_list(rest.get("identifiers"), named)}
            if named
            else data
        )


def first_author_and_year(draft: CitationDraft) -> tuple[str]:
    """What people call a publication, as Bredlau 2013; its title where nobody is named."""
    if not draft.authors:
        return (draft.title,)
    first = draft.authors[0]
    return (f"{first.family or first.literal} {draft.year or ''}",)


CITATION_EDITOR = Editor(
    CITATION,
    CitationDraft,
    words=first_author_and_year,
    example={
        "title": "Ketamine for chronic non-cancer pain: what remains",
        "container_title": "Journal of Pain",
        "year": 2011,
        "authors": [{"family": "Noppers", "given": "I"}, {"family": "Dahan", "given": "A"}],
        "identifiers": [{"scheme": "doi", "value": "10.1000/example.2011.7"}],
    },
    patch_example={"volume": "12", "pages": "1-9", "issue": None},
)
