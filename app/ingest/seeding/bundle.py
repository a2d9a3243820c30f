"""A folder of YAML as drafts: every file read, every name looked up, each problem at its line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yaml import MappingNode, Node, ScalarNode

from app.curation.writing.validation import OWN_ANCESTOR, is_own_ancestor
from app.ingest.seeding.yaml_nodes import (
    SeedError,
    SeedProblem,
    child,
    mapping_like,
    merge_nodes,
    node_at,
    read_yaml,
    scalar_like,
    seed_problem,
    sequence_like,
    to_python,
)
from app.query.cards import Kind
from app.records.catalogue import KINDS, RECORDS
from app.records.claims.draft import CLAIM_EDITOR
from app.records.documents.draft import DOCUMENT_EDITOR
from app.records.drafting import Draft, Editor
from app.records.terms.draft import TermDraft
from app.values.text import nearest_spelling
from app.vocabulary import Basis

CLAIM_FIELDS = ("says", "claim")  # the fields that hold names of claims


@dataclass(frozen=True)
class ClaimNames:
    """Which short names are known to a record, and whose they are."""

    owners: tuple[tuple[str, frozenset[str]], ...]

    def with_owner(self, owner: str, names: set[str]) -> ClaimNames:
        """The same names, those of an owner first."""
        return ClaimNames(((owner, frozenset(names)), *self.owners))

    def qualify(self, data: Any, field: str = "") -> Any:
        """The data with each short name of a claim as the claim's slug."""
        if isinstance(data, dict):
            return {key: self.qualify(value, key) for key, value in data.items()}
        if isinstance(data, list):
            return [self.qualify(value, field) for value in data]
        return self._slug(data) if field in CLAIM_FIELDS and isinstance(data, str) else data

    def _slug(self, name: str) -> str:
        owner = next((owner for owner, names in self.owners if name in names), None)
        return f"{owner}.{name}" if owner else name


TEXT_FILE = "document.txt"  # unless the document names another
SECOND_LAYER = "sources"  # what the cited sources themselves say; left out by --document-only
# A case report names a study, too: the first of these keys that a file has says what it is.
SECTION_OF = {"document": "documents", "case_report": "case_reports", "study": "studies"}


def _section(kind: Kind) -> str:
    """The name under which a bundle has the records of a kind."""
    return kind.path.replace("-", "_")


PARTS = tuple(_section(kind) for kind in KINDS if kind.owner)  # written inside their studies
SECTIONS = tuple(section for kind in KINDS if (section := _section(kind)) not in PARTS)
SEPARATE_RECORDS = ("claims", *PARTS)  # records of their own
FACTS = ("populations", "arms", "outcomes", "adverse_events")  # parts of a study that have a basis


@dataclass(frozen=True)
class SeedItem:
    """What is to be written of one record, and the node it was read from."""

    editor: Editor
    data: dict[str, Any]
    node: Node

    @property
    def slug(self) -> str:
        """The record's slug."""
        return str(self.data["slug"])


def read_bundle(folder: Path, *, document_only: bool) -> MappingNode:
    """Every file of the folder, merged; raises SeedError with all that is wrong in them."""
    if not folder.is_dir():
        raise SeedError([SeedProblem(str(folder), 0, "", "no such folder")])
    files = sorted(folder.rglob("*.yaml"), key=lambda path: (_is_second_layer(folder, path), path))
    files = [path for path in files if not (document_only and _is_second_layer(folder, path))]
    if not files:
        raise SeedError([SeedProblem(str(folder), 0, "", "no .yaml files here")])
    bundle, problems = None, []
    for path in files:
        try:
            tree = _as_bundle(read_yaml(path, str(path.relative_to(folder))))
        except SeedError as error:
            problems.extend(error.problems)
            continue
        if bundle is None:
            bundle = tree
        else:
            problems.extend(merge_nodes(bundle, tree))
    if not problems and bundle is not None:
        problems.extend(_missing_texts(bundle, folder))
    if problems or bundle is None:
        raise SeedError(problems)
    return bundle


def _is_second_layer(folder: Path, path: Path) -> bool:
    return path.relative_to(folder).parts[0] == SECOND_LAYER


def _as_bundle(root: MappingNode) -> MappingNode:
    """Put a file of one study (or case report, or document) where the bundle has it."""
    single = next((key for key in SECTION_OF if child(root, key) is not None), None)
    if single is None:
        allowed = (*SECTION_OF, *SECTIONS)
        message = f"must be one of {', '.join(allowed)}"
        unknown = [
            seed_problem(key, key.value, message, nearest_spelling(key.value, allowed))
            for key, _ in root.value
            if key.value not in SECTIONS
        ]
        if unknown:
            raise SeedError(unknown)
        return root
    name = child(root, single)
    if not isinstance(name, ScalarNode):
        raise SeedError([seed_problem(name or root, single, "must be the slug of the record")])
    rest = mapping_like([(key, value) for key, value in root.value if key.value != single], root)
    _spread_basis(rest)
    section = mapping_like([(scalar_like(name.value, name), rest)], root)
    return mapping_like([(scalar_like(SECTION_OF[single], name), section)], root)


def _spread_basis(record: MappingNode) -> None:
    """Give a file's basis to each of its facts that names none; keep it as one of the record's."""
    basis = child(record, "basis")
    if basis is None:
        return
    record.value = [pair for pair in record.value if pair[0].value != "basis"]
    record.value.append((scalar_like("bases", basis), sequence_like([basis], basis)))
    for part in FACTS:
        section = child(record, part)
        for _, fact in section.value if isinstance(section, MappingNode) else []:
            _set_basis(fact, basis)
            results = child(fact, "results")
            for result in results.value if results is not None else []:
                _set_basis(result, basis)


def _set_basis(fact: Node, basis: Node) -> None:
    if isinstance(fact, MappingNode) and child(fact, "basis") is None:
        fact.value.append((scalar_like("basis", basis), basis))


def bundle_items(bundle: MappingNode, folder: Path) -> Iterator[SeedItem]:
    """Every draft of the bundle, each kind after those it names."""
    document = next((slug for slug, _ in _records(bundle, "documents")), None)
    names = ClaimNames(()).with_owner(document or "claims", _claim_names(bundle))
    for record in RECORDS:
        section, editor = _section(record.kind), record.editor
        if editor is CLAIM_EDITOR:
            yield from _claim_items(bundle, document)
        elif record.kind.owner:
            yield from _study_items(bundle, section, editor, names)
        else:
            for item in _section_items(bundle, section, editor, names):
                is_document = editor is DOCUMENT_EDITOR
                data = _with_text(item, folder) if is_document else item.data
                yield SeedItem(editor, data, item.node)


def _records(tree: Node, section: str) -> Iterator[tuple[str, Node]]:
    node = child(tree, section)
    if node is None or (not isinstance(node, MappingNode) and not node.value):
        return
    if not isinstance(node, MappingNode):
        raise SeedError([seed_problem(node, section, "must be a mapping of names to records")])
    for key, value in node.value:
        yield key.value, value if isinstance(value, MappingNode) else mapping_like([], value)


def _claim_names(node: Node) -> set[str]:
    return {name for name, _ in _records(node, "claims")}


def _section_items(
    bundle: Node, section: str, editor: Editor, names: ClaimNames
) -> Iterator[SeedItem]:
    for slug, node in _records(bundle, section):
        data = {key: value for key, value in to_python(node).items() if key not in SEPARATE_RECORDS}
        if bases := data.pop("bases", None):
            facts = {part: to_python(found) for part in FACTS if (found := child(node, part))}
            data["basis"] = _best_basis([*bases, *_named_bases(facts)])
        local = names.with_owner(slug, _claim_names(node))
        yield SeedItem(editor, local.qualify({"slug": slug, **data}), node)


def _study_items(bundle: Node, part: str, editor: Editor, names: ClaimNames) -> Iterator[SeedItem]:
    """The outcomes or adverse events of every study, each a record of its own."""
    for slug, study in _records(bundle, "studies"):
        local = names.with_owner(slug, _claim_names(study))
        for key, node in _records(study, part):
            data = {"slug": f"{slug}.{key}", "study": slug, **to_python(node)}
            yield SeedItem(editor, local.qualify(data), node)


def _named_bases(data: Any) -> Iterator[str]:
    """Every basis that is named anywhere below."""
    for value in data.values() if isinstance(data, dict) else data:
        if isinstance(value, dict | list):
            yield from _named_bases(value)
    if isinstance(data, dict) and isinstance(data.get("basis"), str):
        yield data["basis"]


def _best_basis(bases: list[str]) -> str:
    """The best basis; a word that is none stays, for the draft to refuse."""
    try:
        return min((Basis(basis) for basis in bases), key=list(Basis).index).value
    except ValueError:
        return next(basis for basis in bases if basis not in {each.value for each in Basis})


def _missing_texts(bundle: Node, folder: Path) -> Iterator[SeedProblem]:
    """A problem for each document whose text is not a readable file inside the folder."""
    for _, node in _records(bundle, "documents"):
        named = child(node, "text_file")
        name = TEXT_FILE if named is None else str(named.value)
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
            yield seed_problem(named or node, "text_file", f"no file {name!r} in the folder")
            continue
        try:
            path.read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            yield seed_problem(named or node, "text_file", f"{name!r} is not UTF-8: {error.reason}")


def _with_text(item: SeedItem, folder: Path) -> dict[str, Any]:
    path = folder / str(item.data.get("text_file", TEXT_FILE))
    data = {key: value for key, value in item.data.items() if key != "text_file"}
    return {**data, "text": path.read_bytes().decode("utf-8")}


def _claim_items(bundle: Node, document: str | None) -> Iterator[SeedItem]:
    """The claims of the document, then those of its studies and case reports."""
    owners = [(document or "claims", bundle)]
    owners += [each for part in ("studies", "case_reports") for each in _records(bundle, part)]
    for owner, node in owners:
        for name, claim in _records(node, "claims"):
            data = to_python(claim)
            quotes = data.pop("quote", None)
            if quotes is not None:
                data["passages"] = [_quote(quote, document) for quote in _as_list(quotes)]
            yield SeedItem(CLAIM_EDITOR, {"slug": f"{owner}.{name}", **data}, claim)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _quote(quote: Any, document: str | None) -> dict[str, Any]:
    written = quote if isinstance(quote, dict) else {"exact": quote}
    return {"document": document, **written}


def term_errors(drafts: list[tuple[SeedItem, Draft]]) -> Iterator[SeedProblem]:
    """A problem for each term that would be broader than itself."""
    parents: dict[tuple[Kind, str], tuple[Kind, str]] = {
        (item.editor.kind, item.slug): (item.editor.kind, draft.parent)
        for item, draft in drafts
        if isinstance(draft, TermDraft) and draft.parent
    }
    for item, _ in drafts:
        if is_own_ancestor((item.editor.kind, item.slug), parents.get):
            where = node_at(item.node, ("parent",))
            yield seed_problem(where, f"{item.slug}.parent", OWN_ANCESTOR)
