"""A citation as a form: what is typed into its fields, and the draft that this makes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.api.problems import FieldError
from app.ingest.formats.names import find_orcid, is_truncation, parse_person
from app.vocabulary import CitationType, IdentifierScheme, PublicationStatus

FormValues = dict[str, str]
TEXT_FIELDS = ("title", "container_title", "volume", "issue", "pages", "abstract", "verbatim")
ENUM_FIELDS = {
    "type": CitationType.ARTICLE_JOURNAL,
    "publication_status": PublicationStatus.ORDINARY,
}
IDENTIFIER_FIELDS = (
    IdentifierScheme.DOI,
    IdentifierScheme.PMID,
    IdentifierScheme.PMCID,
)  # fields of their own
FIELD_NAMES = (
    *ENUM_FIELDS,
    *TEXT_FIELDS,
    "authors",
    "year",
    *(each.value for each in IDENTIFIER_FIELDS),
    "others",
)
FIELD_LABELS = {
    "type": "Type",
    "title": "Title",
    "authors": "Authors, one a line",
    "container_title": "Journal or book",
    "year": "Year",
    "volume": "Volume",
    "issue": "Issue",
    "pages": "Pages",
    **{each.value: each.label for each in IDENTIFIER_FIELDS},
    "others": "Other identifiers, one a line",
    "abstract": "Abstract",
    "verbatim": "As a document gives it, word for word",
    "publication_status": "Status",
}
ET_AL = "et al."
_ORCID = re.compile(r"\s*\(?(https?://orcid\.org/)?[\d-]{15,18}[\dXx]\)?\s*$")
_GROUP = re.compile(r'["“](.+)["”]')


@dataclass
class CitationForm:
    """What is typed, what is wrong with it by field, and what is wrong with all of it."""

    values: FormValues
    field_errors: dict[str, list[FieldError]] = field(default_factory=dict)
    other_errors: list[FieldError] = field(default_factory=list)

    @property
    def errors(self) -> list[tuple[str | None, FieldError]]:
        """Everything that is wrong, with its field, in the order of the form."""
        ordered = [*FIELD_LABELS, "reason"]
        of_fields = [(name, each) for name in ordered for each in self.field_errors.get(name, ())]
        return [*((None, each) for each in self.other_errors), *of_fields]

    def add_errors(self, errors: Iterable[FieldError]) -> None:
        """Put each error beside the field that it is about."""
        owners = form_draft(self.values)[1]
        for each in errors:
            name = _field_at(each.pointer or "", owners)
            if name is None:
                self.other_errors.append(each)
            else:
                self.field_errors.setdefault(name, []).append(each)


def _field_at(pointer: str, owners: list[str]) -> str | None:
    _, name, *rest = [*pointer.split("/"), ""]
    if name == "identifiers" and rest and rest[0].isdecimal() and int(rest[0]) < len(owners):
        return owners[int(rest[0])]
    if name == "identifiers":
        return "others"
    if name == "authors_truncated":
        return "authors"
    return name if name in FIELD_LABELS or name == "reason" else None


def form_values(draft: Mapping[str, Any]) -> FormValues:
    """A draft as it would be typed into the form."""
    values = {name: str(draft.get(name) or "") for name in (*TEXT_FIELDS, "year")}
    values |= {name: str(draft.get(name) or usual.value) for name, usual in ENUM_FIELDS.items()}
    authors = [author_line(each) for each in draft.get("authors") or ()]
    values["authors"] = "\n".join([*authors, *([ET_AL] if draft.get("authors_truncated") else [])])
    values |= dict.fromkeys((each.value for each in IDENTIFIER_FIELDS), "")
    others = []
    for each in draft.get("identifiers") or ():
        scheme, value, shared = each["scheme"], each["value"], each.get("shared")
        if values.get(scheme) == "" and not shared:
            values[scheme] = value
        else:
            others.append(f"{scheme} {value}{' shared' if shared else ''}")
    values["others"] = "\n".join(others)
    return values


def author_line(author: Mapping[str, Any]) -> str:
    """An author as they are typed: `Family, Given`, a group in quotes, an ORCID iD behind it."""
    if author.get("literal"):
        name = f'"{author["literal"]}"'
    else:
        name = f"{author.get('family')}, {author.get('given') or ''}".rstrip()
    return f"{name} ({author['orcid']})" if author.get("orcid") else name


def _parse_author(line: str) -> dict[str, str]:
    found = find_orcid(line)
    bare = _ORCID.sub("", line).strip() if found else line
    group = _GROUP.fullmatch(bare)
    if group:
        author: dict[str, str] = {"literal": group[1]}
    elif bare.endswith(","):
        author = {"family": bare.strip(" ,")}
    else:
        author = parse_person(bare) or {"literal": bare}
    return {**author, "orcid": found} if found else author


def form_draft(values: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """The draft that the form makes; and for each of its identifiers, the field it came from."""
    draft: dict[str, Any] = {
        name: values[name] for name in TEXT_FIELDS if values.get(name, "").strip()
    }
    draft |= {name: values.get(name) or usual.value for name, usual in ENUM_FIELDS.items()}
    if year := values.get("year", "").strip():
        draft["year"] = int(year) if year.isdecimal() and len(year) < 10 else year
    lines = _lines(values, "authors")
    draft["authors"] = [_parse_author(each) for each in lines if not is_truncation(each)]
    draft["authors_truncated"] = any(map(is_truncation, lines))
    own = [(each.value, values.get(each.value, "").strip()) for each in IDENTIFIER_FIELDS]
    pairs = [(name, {"scheme": name, "value": value}) for name, value in own if value]
    pairs += [("others", _parse_identifier(each)) for each in _lines(values, "others")]
    draft["identifiers"] = [each for _, each in pairs]
    return draft, [name for name, _ in pairs]


def _lines(values: Mapping[str, str], name: str) -> list[str]:
    return [each.strip() for each in values.get(name, "").split("\n") if each.strip()]


def _parse_identifier(line: str) -> dict[str, Any]:
    scheme, _, rest = " ".join(line.split()).partition(" ")
    value, _, last = rest.rpartition(" ")
    if last.lower() == "shared" and value:
        return {"scheme": scheme.lower().rstrip(":"), "value": value, "shared": True}
    return {"scheme": scheme.lower().rstrip(":"), "value": rest or "?"}
