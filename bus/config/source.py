"""YAML text -> a tree that knows where every key and value stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bus.config.findings import Finding, Place

Scalar = str | int | float | bool | None
Loc = tuple[str | int, ...]

_TAG = "tag:yaml.org,2002:"
_INFINITE = {".inf": "inf", "+.inf": "inf", "-.inf": "-inf", ".nan": "nan"}


@dataclass(slots=True)
class Spot:
    """A value of the file: where its key and it itself stand, and what it is.

    `children` is a mapping's or a list's content (list items by index), `None` for a scalar. `raw` is the scalar as
    written, before placeholders are filled in; `broken` says that one could not be.
    """

    key: Place
    value: Place
    raw: Scalar = None
    scalar: Scalar = None
    children: dict[str | int, Spot] | None = None
    is_list: bool = False
    broken: bool = False

    def plain(self) -> Any:
        """The value as Python data."""
        if self.children is None:
            return self.scalar
        if self.is_list:
            return [child.plain() for child in self.children.values()]
        return {key: child.plain() for key, child in self.children.items()}

    def walk(self) -> Iterator[Spot]:
        """This spot and all below it."""
        yield self
        for child in (self.children or {}).values():
            yield from child.walk()

    def below(self, *steps: str | int) -> Spot | None:
        """The spot at `steps`, or `None` where the file does not go so far."""
        found: Spot | None = self
        for step in steps:
            found = found.children.get(step) if found is not None and found.children else None
        return found

    def nearest(self, loc: Sequence[str | int]) -> tuple[Spot, bool]:
        """The deepest spot on the way to `loc`, and whether it is the end of the way.

        Steps that the file does not have are pydantic's own (names of union members) and are passed over.
        """
        found, reached = self, True
        for step in loc:
            child = found.children.get(step) if found.children else None
            reached = child is not None
            found = child if child is not None else found
        return found, reached


@dataclass(slots=True)
class _Reader:
    """Builds the tree of one file and collects what is wrong with it."""

    file: str
    findings: list[Finding] = field(default_factory=list)
    open: list[int] = field(default_factory=list)

    def report(self, code: str, place: Place, **values: str) -> None:
        self.findings.append(Finding(place, code, values))

    def place(self, mark: Any) -> Place:
        return Place(self.file, mark.line + 1, mark.column + 1)

    def spot(self, node: Node, key: Place | None = None) -> Spot:
        place = self.place(node.start_mark)
        spot = Spot(key or place, place)
        if id(node) in self.open:
            self.report("LT007", place, reason="an alias that contains itself")
            return spot
        self.open.append(id(node))
        if isinstance(node, MappingNode):
            spot.children = self._mapping(node)
        elif isinstance(node, SequenceNode):
            spot.is_list = True
            spot.children = {index: self.spot(item) for index, item in enumerate(node.value)}
        elif isinstance(node, ScalarNode):
            spot.raw = spot.scalar = self._scalar(node)
            if spot.raw is None and not node.value:
                spot.value = spot.key  # nothing was written: its place would be the beginning of whatever follows
        self.open.pop()
        return spot

    def _mapping(self, node: MappingNode) -> dict[str | int, Spot]:
        children: dict[str | int, Spot] = {}
        inherited: dict[str | int, Spot] = {}
        for key, value in node.value:
            place = self.place(key.start_mark)
            if key.tag == _TAG + "merge":
                for base in value.value if isinstance(value, SequenceNode) else [value]:
                    inherited = {**(self.spot(base).children or {}), **inherited}
            elif not isinstance(key, ScalarNode):
                self.report("LT007", place, reason="a key that is not a text")
            elif key.value in children:
                first = children[key.value].key.line
                self.report("LT003", place, key=key.value, line=str(first))
            else:
                children[key.value] = self.spot(value, place)
        return {**inherited, **children}

    def _scalar(self, node: ScalarNode) -> Scalar:
        tag, text = str(node.tag), str(node.value)
        if not tag.startswith(_TAG):
            self.report("LT007", self.place(node.start_mark), reason=f"the tag {tag}")
        match tag.removeprefix(_TAG):
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int":
                return _whole(text)
            case "float":
                return float(_INFINITE.get(text.lower(), text.replace("_", "")))
        return text


def _whole(text: str) -> int:
    digits = text.replace("_", "")
    base = 8 if "0o" in digits else 16 if "0x" in digits else 10
    return int(digits, base)


def read(text: str, file: str) -> tuple[Spot | None, list[Finding]]:
    """The tree of one file's `text`, or `None` where it is not YAML or not a mapping, and what is wrong with it."""
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        return None, _tabs(text, file) or [_syntax(error, file)]
    except YAMLError as error:
        return None, [Finding(_reader_place(error, text, file), "LT001", {"reason": _reader_reason(error)})]
    reader = _Reader(file)
    if not isinstance(node, MappingNode):
        found = "nothing" if node is None else "a list" if isinstance(node, SequenceNode) else "a single value"
        return None, [Finding(Place(file), "LT005", {"found": found})]
    return reader.spot(node), reader.findings


def _tabs(text: str, file: str) -> list[Finding]:
    found = ((number, re.match(r" *\t", line)) for number, line in enumerate(text.splitlines(), 1))
    return [Finding(Place(file, number, match.end()), "LT002") for number, match in found if match]


def _syntax(error: MarkedYAMLError, file: str) -> Finding:
    """Where something was opened and never closed, the place of the opening says more than the end of the file."""
    mark, reason = error.problem_mark or error.context_mark, str(error.problem or error.context)
    opened = error.context_mark
    if opened is not None and opened.line != mark.line and re.search(r"end of stream|flow|quoted", f"{error.context}"):
        reason = f"{error.context} that is never closed ({reason} in line {mark.line + 1})"
        mark = opened
    return Finding(Place(file, mark.line + 1, mark.column + 1), "LT001", {"reason": reason})


def _reader_place(error: YAMLError, text: str, file: str) -> Place:
    before = text[: int(getattr(error, "position", 0) or 0)]
    return Place(file, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)


def _reader_reason(error: YAMLError) -> str:
    character = getattr(error, "character", None)
    return f"the control character {character!r}" if character is not None else str(error).splitlines()[0]
