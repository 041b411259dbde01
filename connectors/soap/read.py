"""XML -> values along a plan: the schema says what is a list, and is otherwise only asked, not obeyed. Pure.

Order is not depended on, what is missing is absent, and what the schema does not know is kept under its local name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from lxml import etree

from connectors.flaws import Flaw
from connectors.soap.plan import TEXT, TYPE, XSI, Element, Kind, Simple, Struct, Types
from connectors.soap.sheet import XOP
from connectors.xml import MOST_DEPTH
from lienthong.calls import Attachment

_INCLUDE = f"{{{XOP}}}Include"
_XSI = f"{{{XSI}}}"
_NIL = f"{{{XSI}}}nil"
_XSI_TYPE = f"{{{XSI}}}type"


@dataclass(slots=True)
class Glass:
    """What a message is read through. `attachments` by id; `any_namespace`: only local names count.

    `included`: the XOP elements that were met, and stand in the tree where bytes are meant.
    """

    types: Types
    attachments: Mapping[str, Attachment] = field(default_factory=dict)
    any_namespace: bool = False
    included: list[etree._Element] = field(default_factory=list)


def read(kind: Kind, node: etree._Element, glass: Glass, depth: int = 0) -> Any:
    """The value of an element: text, `None` for an empty one, a mapping, or an attachment. Raises `Flaw`."""
    if type(kind) is Struct:
        return _structure(kind, node, glass, depth)
    if len(node):
        return _with_children(node, glass, depth)
    if type(kind) is not Simple:
        return _generic(node, glass, depth)
    text = node.text
    if text is None or not text.startswith("cid:") or not (kind.reference or glass.attachments):
        return text
    return _referred(text.strip(), glass) if kind.reference else glass.attachments.get(unquote(text[4:]), text)


def local_name(tag: str) -> str:
    """Without the namespace."""
    return tag.rpartition("}")[2]


def _structure(struct: Struct, node: etree._Element, glass: Glass, depth: int) -> Any:
    if depth > MOST_DEPTH:
        raise Flaw(f"is nested deeper than {MOST_DEPTH} levels")
    value: dict[str, Any] = {}
    if len(node.attrib):
        struct = _attributes(struct, node, value, glass)
    if struct.text is not None:
        text = read(struct.text, node, glass, depth)
        if text is not None or value:
            value[TEXT] = text
        return value or None
    elements = struct.elements
    for child in node:
        tag: str = child.tag  # type: ignore[assignment]  # comments and the like are not in the tree
        element = elements.get(tag) or _stranger(struct, tag, glass)
        if element is None:
            _keep(value, local_name(tag), False, _generic(child, glass, depth + 1))
            continue
        name = element.name
        try:
            _keep(value, name, element.repeated, read(element.kind, child, glass, depth + 1))
        except Flaw as flaw:
            raise flaw.under(name) from None
    if not value:
        return _text_of(node)
    return value


def _text_of(node: etree._Element) -> str | None:
    """Where a structure was expected and only text came, the text is worth more than nothing."""
    text = node.text
    return text if text is not None and not text.isspace() and not len(node) else None


def _keep(value: dict[str, Any], name: str, repeated: bool, item: Any) -> None:
    if name not in value:
        value[name] = [item] if repeated else item
    elif isinstance(value[name], list):
        value[name].append(item)
    else:
        value[name] = [value[name], item]


def _stranger(struct: Struct, tag: str, glass: Glass) -> Element | None:
    """An element of another namespace than the schema's is that element only where a setting says so."""
    element = struct.locals.get(local_name(tag))
    if element is None or glass.any_namespace:
        return element
    if struct.wildcard:
        return None
    raise Flaw(
        f"is in {_shown(tag)}, the schema says {_shown(element.tag)}; "
        "correct the WSDL, or set any_namespace if this is how the partner answers",
        element.name,
    )


def _shown(tag: str) -> str:
    namespace = tag.rpartition("}")[0].removeprefix("{")
    return f"the namespace {namespace}" if namespace else "no namespace"


def _attributes(struct: Struct, node: etree._Element, value: dict[str, Any], glass: Glass) -> Struct:
    """Fills in the attributes; the answer is the structure that `xsi:type` names, if it does."""
    for name, text in node.attrib.items():
        if name == _XSI_TYPE:
            found = _derived(struct, text, node, glass)
            if found is not None and found is not struct:
                value[TYPE] = found.name
                struct = found
        elif not str(name).startswith(_XSI):
            value["@" + local_name(str(name))] = _attribute(text, glass)
    return struct


def _attribute(text: str, glass: Glass) -> str | Attachment:
    if text.startswith("cid:"):
        return glass.attachments.get(unquote(text[4:]), text)
    return text


def _derived(struct: Struct, name: str, node: etree._Element, glass: Glass) -> Struct | None:
    prefix, _, local = name.strip().rpartition(":")
    namespace = node.nsmap.get(prefix or None)
    return glass.types(f"{{{namespace}}}{local}" if namespace else local, struct)


def _with_children(node: etree._Element, glass: Glass, depth: int) -> Any:
    """A text that is an attachment, or a structure where the schema knows of none."""
    first = node[0]
    if first.tag == _INCLUDE and len(node) == 1:
        glass.included.append(first)
        return _referred(first.get("href", ""), glass)
    return _generic(node, glass, depth)


def _referred(url: str, glass: Glass) -> Attachment:
    if not url.startswith("cid:"):
        raise Flaw("refers to something else than an attachment of this message")
    found = glass.attachments.get(unquote(url[4:]))
    if found is None:
        raise Flaw("refers to an attachment that did not come with the message")
    return found


def _generic(node: etree._Element, glass: Glass, depth: int) -> Any:
    if depth > MOST_DEPTH:
        raise Flaw(f"is nested deeper than {MOST_DEPTH} levels")
    attributes = {
        "@" + local_name(str(name)): str(text) for name, text in node.attrib.items() if not str(name).startswith(_XSI)
    }
    if not len(node):
        text = node.text
        if attributes:
            return attributes if text is None else {**attributes, TEXT: text}
        return text
    value: dict[str, Any] = dict(attributes)
    for child in node:
        item = _with_children(child, glass, depth + 1) if len(child) else _generic(child, glass, depth + 1)
        _keep(value, local_name(str(child.tag)), False, item)
    return value


__all__ = ["Glass", "local_name", "read"]
