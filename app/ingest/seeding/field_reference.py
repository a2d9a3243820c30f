"""Every field that a curator may write, read off the drafts, as a page of Markdown.

Apart from what reads seed files: it needs no folder, only the drafts that the files are read into.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import WithJsonSchema
from pydantic.fields import FieldInfo

from app.records.catalogue import EDITORS
from app.records.drafting import Draft, Link, Sibling, in_words
from app.values.countries import CODE_PATTERN
from app.vocabulary import Vocabulary

HEAD = """# Every field

What a curator may write of each kind of record: in a seed file ([Add a
document](add-a-document.md)) and, by the same names, over the API ([For
curators](for-curators.md)). This page is what `evidence fields` prints; a test compares the two,
and with `REWRITE_GOLDEN=1` in its environment writes the page anew.

A field in **bold** has to be there. Any other may be left out and is then not stated, or what
stands after *else*. A field that is not known is refused, with what was probably meant. Words
from a list stand with their meaning at the end; `secondary document` may be written for
`secondary_document`. Where a list of words or names is wanted, one alone may stand without
brackets.

Every record has a `slug`, its name in addresses, which never changes and is never used twice. In
seed files the record stands under it; over the API it may be left out and is made from what the
record says."""
PLAIN = {str: "text", int: "whole number", float: "number", bool: "true or false"}
# A pattern is for machines; these are the patterns of app/records/drafting.py as people say them.
PATTERNS = {
    r"^\d{4}(-\d{2}(-\d{2})?)?$": "date, as 2012, 2012-05 or 2012-05-31",
    CODE_PATTERN: "country of two letters, as US",
}
BOUNDS = (("ge", "from"), ("gt", "above"), ("le", "up to"), ("lt", "below"))
# What a seed file has in another way than a draft: it leaves out what its place in the file says.
IN_SEED_FILES = {
    "document.text": "the file named by `text_file`, else `document.txt`",
    "outcome.study": "left out, the study it stands in",
    "outcome.basis": "left out where it is the study's",
    "adverse_event.study": "left out, the study it stands in",
    "adverse_event.basis": "left out where it is the study's",
    "claim.passages": "`quote`, the words alone or with the fields of a quote",
}


def field_reference() -> str:
    """The page: each kind of record with its parts, then each list of words they draw from."""
    lists: dict[str, type[Vocabulary]] = {}
    known: set[type[Draft]] = set()
    lines = [HEAD]
    for editor in EDITORS:
        kind = editor.kind.name
        lines += ["", f"## {kind.replace('_', ' ').capitalize()}"]
        for draft in _with_parts(editor.draft):
            if draft not in known:
                known.add(draft)
                lines += [] if draft is editor.draft else ["", f"### {_name(draft).capitalize()}"]
                lines += ["", (draft.__doc__ or "").strip(), *_table(kind, draft, lists)]
    lines += ["", "## Words"]
    for name in sorted(lists):
        about = (lists[name].__doc__ or "").strip()
        lines += ["", f"### {_spoken(lists[name])}", "", about]
        lines += ["", "| word | meaning |", "|---|---|"]
        lines += [f"| `{each.value}` | {each.definition} |" for each in lists[name]]
    return "\n".join(lines) + "\n"


def _with_parts(draft: type[Draft]) -> Iterator[type[Draft]]:
    """The draft, then the drafts of its parts, each before its own parts."""
    yield draft
    for field in draft.model_fields.values():
        if part := _part(_taken_apart(field.annotation)[1]):
            yield from _with_parts(part)


def _taken_apart(annotation: Any) -> tuple[str, Any]:
    """What a type holds, without `| None` and the rules on it, and in what: list, dict or none."""
    origin, of = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        pattern = next((found for each in of if (found := _pattern(each))), None)
        return ("", pattern) if pattern in PATTERNS else _taken_apart(of[0])
    if origin in {Union, types.UnionType}:
        return _taken_apart(next(each for each in of if each is not type(None)))
    if origin in {list, dict}:
        return origin.__name__, _taken_apart(of[-1])[1]
    return "", annotation


def _pattern(rule: Any) -> str | None:
    """The pattern that a rule of a type, or of a field, has text keep to."""
    schema = rule.json_schema if isinstance(rule, WithJsonSchema) else None
    pattern: str | None = (schema or {}).get("pattern") or getattr(rule, "pattern", None)
    return pattern


def _part(held: Any) -> type[Draft] | None:
    return held if isinstance(held, type) and issubclass(held, Draft) else None


def _name(draft: type[Draft]) -> str:
    return in_words(draft).removesuffix(" draft")


def _spoken(vocabulary: type[Vocabulary]) -> str:
    return f"Words: {in_words(vocabulary)}"


def _anchor(heading: str) -> str:
    return heading.lower().replace(":", "").replace(" ", "-")


def _table(kind: str, draft: type[Draft], lists: dict[str, type[Vocabulary]]) -> Iterator[str]:
    fields = [(name, field) for name, field in draft.model_fields.items() if name != "slug"]
    fields = [each for each in fields if not each[1].exclude]  # the quote of a claim: see passages
    yield from ("", "| field | holds | meaning |", "|---|---|---|")
    for name, field in sorted(fields, key=lambda each: not each[1].is_required()):
        shown = f"**`{name}`**" if field.is_required() else f"`{name}`"
        yield f"| {shown} | {_holds(field, lists)} | {_meaning(kind, draft, name, field)} |"


def _holds(field: FieldInfo, lists: dict[str, type[Vocabulary]]) -> str:
    """What the field takes, in words; adds the list of words that it takes to `lists`."""
    container, held = _taken_apart(field.annotation)
    patterns = [held, *map(_pattern, field.metadata)]
    one = next((PATTERNS[each] for each in patterns if each in PATTERNS), PLAIN.get(held, "text"))
    if any(isinstance(rule, Link | Sibling) for rule in field.metadata):
        one = "name"
    elif part := _part(held):
        one = f"[{_name(part)}](#{_anchor(_name(part))})"
    elif isinstance(held, type) and issubclass(held, Vocabulary):
        lists[held.__name__] = held
        one = f"[{in_words(held)}](#{_anchor(_spoken(held))})"
    for rule in field.metadata:
        for name, word in BOUNDS:
            bound = getattr(rule, name, None)
            one += "" if bound is None else f", {word} {bound:g}"
    return {"list": f"list: {one}", "dict": f"number: {one}"}.get(container, one)


def _meaning(kind: str, draft: type[Draft], name: str, field: FieldInfo) -> str:
    part = _part(_taken_apart(field.annotation)[1])
    meaning = ((part.__doc__ if part else field.description) or "").strip().replace("|", "\\|")
    usual = None if field.is_required() else field.get_default()
    if isinstance(usual, Vocabulary):
        meaning += f" Else `{usual.value}`."
    whole = any(editor.draft is draft for editor in EDITORS)
    elsewhere = IN_SEED_FILES.get(f"{kind}.{name}") if whole else None
    return f"{meaning} In seed files: {elsewhere}." if elsewhere else meaning
