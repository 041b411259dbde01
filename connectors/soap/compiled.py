"""What zeep knows of a schema -> plans. zeep is used here, in `folder` and in `service`, never while messages wait."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lxml import etree
from zeep.xsd.elements import Any as AnyElement
from zeep.xsd.elements import AnyAttribute
from zeep.xsd.elements import Element as ZeepElement
from zeep.xsd.elements.indicators import Choice
from zeep.xsd.elements.indicators import Group as ZeepGroup
from zeep.xsd.types import AnySimpleType, ComplexType
from zeep.xsd.types.builtins import Base64Binary

from connectors.soap.plan import Anything, Attribute, Element, Group, Kind, Simple, Struct, Wildcard

_XML = "http://www.w3.org/XML/1998/namespace"
_XS = "{http://www.w3.org/2001/XMLSchema}"
_SWAREF = "{http://ws-i.org/profiles/basic/1.1/xsd}swaRef"


class Compiler:
    """Plans of one schema. Each type is compiled once, so that types may contain themselves.

    `optional`: see `optional_in_choices`.
    """

    def __init__(self, schema: Any, optional: frozenset[str] = frozenset()) -> None:
        self._schema = schema
        self._optional = optional
        self._prefixes: dict[str, str] = {_XML: "xml"}
        self._structs: dict[Any, Struct] = {}
        self._named: dict[str, Struct] = {}

    def element(self, found: Any, *, repeated: bool = False) -> Element:
        """The plan of an element of zeep's, at one place."""
        name, namespace = found.qname.localname, found.qname.namespace
        written = f"{self._prefix(namespace)}:{name}" if namespace else name
        most = None if found.max_occurs == "unbounded" else int(found.max_occurs)
        return Element(
            name=name,
            tag=found.qname.text,
            namespace=namespace,
            start=f"<{written}",
            end=f"</{written}>",
            least=int(found.min_occurs),
            most=most,
            nillable=bool(found.nillable),
            repeated=repeated or most != 1,
            default=found.default,
            kind=self.kind(found.type),
        )

    def kind(self, found: Any) -> Kind:
        """The plan of a type."""
        found = found.resolve()
        if isinstance(found, ComplexType):
            return self._struct(found)
        if isinstance(found, AnySimpleType):
            qname = found.qname.text if found.qname is not None else ""
            return Simple(binary=isinstance(found, Base64Binary), reference=qname == _SWAREF)
        return Anything()

    def named(self, name: str, seen_from: Struct) -> Struct | None:
        """The structure that `{namespace}name` or `name` means; among several of a name, that of the same namespace."""
        if name.startswith("{"):
            return self._named.get(name)
        alike = [struct for struct in self._named.values() if struct.name == name]
        return next(
            (struct for struct in alike if struct.namespace == seen_from.namespace), alike[0] if alike else None
        )

    def complete(self) -> None:
        """Compile every named type now: later several threads may read the plans."""
        found = [each.resolve() for each in self._schema.types]
        self._named = {each.qname.text: self._struct(each) for each in found if isinstance(each, ComplexType)}

    def declarations(self, start: Kind) -> str:
        """` xmlns:...` of every prefix that writing a value of this kind may need, except through `xsi:type`."""
        if isinstance(start, Struct) and start.declarations is not None:
            return start.declarations
        found = " ".join(f'xmlns:{self._prefix(each)}="{_attribute(each)}"' for each in sorted(_namespaces(start)))
        declared = f" {found}" if found else ""
        if isinstance(start, Struct):
            start.declarations = declared
        return declared

    def declaration(self, namespace: str | None) -> str:
        """The same of one namespace."""
        return f' xmlns:{self._prefix(namespace)}="{_attribute(namespace)}"' if namespace else ""

    def _prefix(self, namespace: str) -> str:
        return self._prefixes.setdefault(namespace, f"ns{len(self._prefixes) - 1}")

    def _struct(self, found: Any) -> Struct:
        known = self._structs.get(found)
        if known is not None:
            return known
        qname = found.qname
        struct = Struct(qname.localname if qname is not None else "", qname.namespace if qname is not None else None)
        self._structs[found] = struct
        if found._array_type is not None:
            struct.problem = "is an array of SOAP encoding, which is not supported"
        self._add_attributes(struct, found)
        self._add_content(struct, found)
        return struct

    def _add_attributes(self, struct: Struct, found: Any) -> None:
        for attribute in found._attributes_unwrapped:
            if isinstance(attribute, AnyAttribute):
                struct.any_attribute = True
                continue
            name, namespace = attribute.qname.localname, attribute.qname.namespace
            written = f"{self._prefix(namespace)}:{name}" if namespace else name
            key = f"@{name}"
            struct.attributes[key] = Attribute(
                key, attribute.qname.text, written, namespace, bool(attribute.required), attribute.default
            )

    def _add_content(self, struct: Struct, found: Any) -> None:
        content = found._element
        if content is None or content == []:
            struct.flat = ()
            return
        content = content.resolve()
        if isinstance(content, ZeepElement):
            kind = self.kind(content.type)
            struct.text = kind if isinstance(kind, Simple) else Simple()
            return
        group = self._item(content, repeated=False, struct=struct)
        struct.content = group if isinstance(group, Group) else _sequence((group,), 1, 1)
        _share_names(struct, struct.content)
        struct.flat = _flat(struct)

    def _item(self, found: Any, *, repeated: bool, struct: Struct) -> Element | Group | Wildcard:
        found = found.resolve()
        if isinstance(found, AnyElement):
            struct.wildcard = True
            return Wildcard()
        if isinstance(found, ZeepElement):
            return self.element(found, repeated=repeated)
        least, most = int(found.min_occurs), None if found.max_occurs == "unbounded" else int(found.max_occurs)
        repeated = repeated or most != 1
        children = [found.child] if isinstance(found, ZeepGroup) else list(found)
        items = tuple(
            self._item(child, repeated=repeated, struct=struct) for child in children if child.max_occurs != 0
        )
        if isinstance(found, Choice):
            for item in items:
                if isinstance(item, Element) and item.least == 0 and item.name not in self._optional:
                    item.least = 1
            return _choice(items, least, most)
        return _sequence(items, least, most)


def optional_in_choices(documents: Iterable[bytes]) -> frozenset[str]:
    """Names of elements that a choice itself calls optional. zeep says it of every element in a choice."""
    found: set[str] = set()
    for content in documents:
        for choice in etree.fromstring(content).iter(f"{_XS}choice"):
            elements = [each for each in choice.iterchildren(f"{_XS}element") if each.get("minOccurs") == "0"]
            found |= {str(each.get("name") or each.get("ref")).rpartition(":")[2] for each in elements}
    return frozenset(found)


def _sequence(items: tuple[Element | Group | Wildcard, ...], least: int, most: int | None) -> Group:
    needless = least == 0 or all(_needless(item) for item in items)
    return Group("sequence", items, least, most, _names(items), needless)


def _choice(items: tuple[Element | Group | Wildcard, ...], least: int, most: int | None) -> Group:
    needless = least == 0 or not items or any(_needless(item) for item in items)
    return Group("choice", items, least, most, _names(items), needless)


def _needless(item: Element | Group | Wildcard) -> bool:
    match item:
        case Element():
            return item.least == 0
        case Group():
            return item.needless
    return True


def _names(items: tuple[Element | Group | Wildcard, ...]) -> frozenset[str]:
    found: set[str] = set()
    for item in items:
        if isinstance(item, Element):
            found.add(item.name)
        elif isinstance(item, Group):
            found |= item.names
    return frozenset(found)


def _all_elements(group: Group) -> list[Element]:
    found: list[Element] = []
    for item in group.items:
        if isinstance(item, Element):
            found.append(item)
        elif isinstance(item, Group):
            found += _all_elements(item)
    return found


def _share_names(struct: Struct, content: Group) -> None:
    """A name that stands at two places of one way through the structure is a list, as if it were repeated."""
    for element in _all_elements(content):
        other = struct.locals.setdefault(element.name, element)
        struct.elements.setdefault(element.tag, element)
        if other is not element and _successive(content, element.name):
            other.repeated = element.repeated = True


def _successive(group: Group, name: str) -> bool:
    """Whether `name` can stand twice without any repeat: in two items of one sequence."""
    holding = [item for item in group.items if isinstance(item, Group) and name in item.names]
    places = len(holding) + sum(isinstance(item, Element) and item.name == name for item in group.items)
    if group.how == "sequence" and places > 1:
        return True
    return any(_successive(item, name) for item in holding)


def _flat(struct: Struct) -> tuple[Element, ...] | None:
    """The elements, if each has one place and there is no choice and no repeated group; `None` otherwise."""
    assert struct.content is not None
    elements = _all_elements(struct.content)
    if struct.wildcard or len({element.name for element in elements}) != len(elements):
        return None
    return tuple(elements) if _plain(struct.content) else None


def _plain(group: Group) -> bool:
    if group.how != "sequence" or (group.least, group.most) != (1, 1):
        return False
    return all(_plain(item) for item in group.items if isinstance(item, Group))


def _namespaces(start: Kind) -> set[str]:
    found: set[str] = set()
    seen: set[int] = set()
    waiting: list[Kind] = [start]
    while waiting:
        kind = waiting.pop()
        if not isinstance(kind, Struct) or id(kind) in seen:
            continue
        seen.add(id(kind))
        elements = _all_elements(kind.content) if kind.content is not None else []
        found |= {element.namespace for element in elements if element.namespace}
        found |= {attribute.namespace for attribute in kind.attributes.values() if attribute.namespace}
        waiting += [element.kind for element in elements]
    return found - {_XML}


def _attribute(value: str) -> str:
    return value.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


__all__ = ["Compiler", "optional_in_choices"]
