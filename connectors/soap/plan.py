"""What a WSDL says about a message, compiled once into what writing and reading need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

# The text of an element that has attributes too.
TEXT = "#text"
# The derived type of a structure: local name, or {namespace}name.
TYPE = "@xsi:type"

XSI = "http://www.w3.org/2001/XMLSchema-instance"


@dataclass(slots=True, eq=False)
class Simple:
    """Text. `binary`: base64Binary; `reference`: the swaRef of WS-I, whose text names an attachment."""

    binary: bool = False
    reference: bool = False


@dataclass(slots=True, eq=False)
class Anything:
    """xsd:anyType: written and read without a plan."""


@dataclass(slots=True, eq=False)
class Attribute:
    """`key` is `@name`, `written` the name with its prefix."""

    key: str
    tag: str
    written: str
    namespace: str | None
    required: bool
    default: str | None


@dataclass(slots=True, eq=False)
class Element:
    """One place of an element in its parent. `tag` is `{namespace}name`; `most` is `None` for any number.

    `start` is `<prefix:name` without its end. `repeated`: it may stand more than once in its parent.
    """

    name: str
    tag: str
    namespace: str | None
    start: str
    end: str
    least: int
    most: int | None
    nillable: bool
    repeated: bool
    default: str | None
    kind: Kind


@dataclass(slots=True, eq=False)
class Wildcard:
    """xsd:any."""


@dataclass(slots=True, eq=False)
class Group:
    """A model group as it stands in the schema, where writing it needs more than the order of its elements."""

    how: Literal["sequence", "choice"]
    items: tuple[Element | Group | Wildcard, ...]
    least: int
    most: int | None
    names: frozenset[str] = frozenset()
    needless: bool = False  # satisfied by nothing


@dataclass(slots=True, eq=False)
class Struct:
    """A complex type. `flat`: its elements in their order, if that is all there is to know of its content."""

    name: str
    namespace: str | None
    text: Simple | None = None
    attributes: dict[str, Attribute] = field(default_factory=dict)
    content: Group | None = None
    flat: tuple[Element, ...] | None = None
    elements: dict[str, Element] = field(default_factory=dict)  # by tag
    locals: dict[str, Element] = field(default_factory=dict)  # by local name
    wildcard: bool = False
    any_attribute: bool = False
    problem: str | None = None
    declarations: str | None = None


Kind = Simple | Struct | Anything

# The type of a name as `xsi:type` gives it, seen from a structure.
Types = Callable[[str, Struct], Struct | None]


@dataclass(frozen=True, slots=True, eq=False)
class Message:
    """What stands in the body. `root` is `None` where nothing does; `declarations` are the namespaces it needs."""

    root: Element | None
    declarations: str = ""
    problem: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One operation of the chosen port. `response` is `None` for a one-way operation. `rpc`: the answer's outermost
    name is not defined by anyone."""

    name: str
    action: str
    request: Message
    response: Message | None
    rpc: bool


__all__ = [
    "TEXT",
    "TYPE",
    "XSI",
    "Anything",
    "Attribute",
    "Element",
    "Group",
    "Kind",
    "Message",
    "Operation",
    "Simple",
    "Struct",
    "Types",
    "Wildcard",
]
