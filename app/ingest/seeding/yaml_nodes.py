"""Places in YAML files, and the problems found there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from yaml import MappingNode, Node, ScalarNode, SequenceNode

from app.records.drafting import Loc


@dataclass(frozen=True)
class SeedProblem:
    """One thing that is wrong."""

    file: str
    line: int
    field: str
    message: str
    suggestion: str | None = None

    def __str__(self) -> str:
        hint = f" (did you mean {self.suggestion!r}?)" if self.suggestion else ""
        field = f" {self.field}:" if self.field else ""
        return f"{self.file}:{self.line}:{field} {self.message}{hint}"


class SeedError(ValueError):
    """The seed files cannot be loaded as they are; nothing was."""

    def __init__(self, problems: list[SeedProblem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


STRING_TAG = "tag:yaml.org,2002:str"


class _Loader(yaml.SafeLoader):
    """Resolves fewer words than YAML 1.1 does, and follows no aliases: a file is read as it is."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        """Refuse an alias where it stands."""
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            what = "aliases are not read: write it out"
            raise yaml.MarkedYAMLError(problem=what, problem_mark=mark)
        return super().compose_node(parent, index)


_WRITTEN: dict[str, re.Pattern[str]] = {}  # how the values of each tag are written
for _tag, _pattern, _first in (
    ("null", r"~|null|", ["~", "n", ""]),
    ("bool", r"true|false", list("tf")),
    ("int", r"[-+]?[0-9]+", list("-+0123456789")),
    ("float", r"[-+]?[0-9]+\.[0-9]+", list("-+0123456789")),
):
    _name = f"tag:yaml.org,2002:{_tag}"
    _WRITTEN[_name] = re.compile(f"^(?:{_pattern})$")
    _Loader.add_implicit_resolver(_name, _WRITTEN[_name], _first)


def read_yaml(path: Path, name: str) -> MappingNode:
    """The file as a tree of nodes; `name` is what problems call the file. Raises SeedError."""
    if not path.is_file():
        raise SeedError([SeedProblem(name, 0, "", "not a regular file")])
    try:
        loader = _Loader(path.read_text(encoding="utf-8"))
        loader.name = name
        node = loader.get_single_node()
    except UnicodeDecodeError as error:
        raise SeedError([SeedProblem(name, 1, "", f"not UTF-8: {error.reason}")]) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SeedError([SeedProblem(name, line, "", f"not YAML: {error.problem}")]) from error
    except (yaml.YAMLError, OSError) as error:
        raise SeedError([SeedProblem(name, 1, "", f"cannot be read: {error}")]) from error
    except RecursionError as error:
        raise SeedError([SeedProblem(name, 1, "", "nested too deeply")]) from error
    if not isinstance(node, MappingNode):
        raise SeedError([SeedProblem(name, 1, "", "a seed file is a mapping of names to values")])
    problems = list(_unreadable_scalars(node))
    problems = problems or list(_repeated_keys(node))
    if problems:
        raise SeedError(problems)
    return node


LONGEST_NUMBER = 100  # digits; int() refuses some thousand, and takes long for fewer


def _unreadable_scalars(node: Node) -> Iterator[SeedProblem]:
    """A problem for each key that is no word, and each value that is not what its tag says."""
    if isinstance(node, SequenceNode):
        for item in node.value:
            yield from _unreadable_scalars(item)
    elif isinstance(node, MappingNode):
        for key, value in node.value:
            if isinstance(key, ScalarNode):
                yield from _unreadable_scalars(value)
            else:
                yield seed_problem(key, "", "a name is one word, not a list or a mapping")
    elif not _is_written_as_tagged(node):
        kind = node.tag.rpartition(":")[2]
        yield seed_problem(node, "", f"{node.value[:20]!r} cannot be read as {kind}: quote it")


def _is_written_as_tagged(node: Node) -> bool:
    pattern = _WRITTEN.get(node.tag)
    return pattern is None or (
        len(node.value) <= LONGEST_NUMBER and pattern.fullmatch(node.value) is not None
    )


def _repeated_keys(node: Node) -> Iterable[SeedProblem]:
    if isinstance(node, SequenceNode):
        for item in node.value:
            yield from _repeated_keys(item)
    if isinstance(node, MappingNode):
        seen: dict[str, Node] = {}
        for key, value in node.value:
            if key.value in seen:
                first = seen[key.value].start_mark.line + 1
                yield seed_problem(key, key.value, f"stands here and on line {first}: keep one")
            seen.setdefault(key.value, key)
            yield from _repeated_keys(value)


def seed_problem(
    node: Node, field: str, message: str, suggestion: str | None = None
) -> SeedProblem:
    """A problem at a node's place."""
    mark = node.start_mark
    return SeedProblem(mark.name, mark.line + 1, field, message, suggestion)


def scalar_like(value: str, like: Node) -> ScalarNode:
    """A scalar that stands where another node does."""
    return ScalarNode(STRING_TAG, value, like.start_mark, like.end_mark)


def mapping_like(pairs: list[tuple[Node, Node]], like: Node) -> MappingNode:
    """A mapping that stands where another node does."""
    return MappingNode("tag:yaml.org,2002:map", pairs, like.start_mark, like.end_mark)


def sequence_like(items: list[Node], like: Node) -> SequenceNode:
    """A sequence that stands where another node does."""
    return SequenceNode("tag:yaml.org,2002:seq", items, like.start_mark, like.end_mark)


def child(node: Node | None, key: str) -> Node | None:
    """The value of a key of a mapping; None when there is none."""
    if not isinstance(node, MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)


def merge_nodes(into: Node, more: Node, field: str = "") -> Iterator[SeedProblem]:
    """Put the values of one tree into another: mappings join, lists append.

    Gives a problem for each value where both say something and it is not the same.
    """
    if isinstance(into, MappingNode) and isinstance(more, MappingNode):
        for key, value in more.value:
            old = child(into, key.value)
            if old is None:
                into.value.append((key, value))
            else:
                yield from merge_nodes(old, value, f"{field}.{key.value}".lstrip("."))
    elif isinstance(into, SequenceNode) and isinstance(more, SequenceNode):
        into.value.extend(more.value)
    elif into.value != more.value:
        place = f"{into.start_mark.name}:{into.start_mark.line + 1}"
        yield seed_problem(more, field, f"says otherwise than {place}: give it one value")


def to_python(node: Node) -> Any:
    """The node as plain Python values."""
    if isinstance(node, MappingNode):
        return {key.value: to_python(value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return [to_python(item) for item in node.value]
    return _SCALARS.get(node.tag, str)(node.value)


_SCALARS: dict[str, Any] = {
    "tag:yaml.org,2002:null": lambda _: None,
    "tag:yaml.org,2002:bool": lambda word: word == "true",
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:float": float,
}


def node_at(node: Node, loc: Loc) -> Node:
    """The node at a place of the draft that was read from it, or the nearest one above."""
    lost = False  # in a list of drafts that is written otherwise: its numbers lead nowhere
    for step in loc:
        inner: Node | None = None
        if lost and isinstance(step, int):
            continue
        if isinstance(node, MappingNode):
            inner = node.value[step][1] if _has_index(node, step) else child(node, str(step))
        elif isinstance(node, SequenceNode) and _has_index(node, step):
            inner = node.value[step]
        lost = inner is None
        node = node if inner is None else inner
    return node


def _has_index(node: Node, step: str | int) -> bool:
    return isinstance(step, int) and 0 <= step < len(node.value)
