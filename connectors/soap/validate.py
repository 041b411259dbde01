"""The schemas of a WSDL as one XMLSchema of libxml2, for what comes to our endpoint."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from lxml import etree

from connectors.flaws import Flaw
from connectors.soap.folder import Folder
from connectors.soap.plan import Operation
from connectors.soap.service import Service

_XS = "http://www.w3.org/2001/XMLSchema"
_SCHEMA = f"{{{_XS}}}schema"
_OWN = "lienthong:"
_MOST_TOLD = 5

# What libxml2 says, without the value that it repeats: the text may be personal.
_FACET = re.compile(r"\[facet '\w+'\] ")
_VALUE = re.compile(r"(?:The value )?'.*' (is )", re.DOTALL)
_SAFE = re.compile(
    r"This element is not expected|Missing child element|Character content|Element content is not allowed"
    r"|No matching global|The element is not|The attribute|The type definition|The value has a length"
)
_SUBJECT = re.compile(r"Element '(?:\{[^}']*\})?([^']*)'(?:, attribute '(?:\{[^}']*\})?([^']*)')?: ")


@dataclass(slots=True)
class _Sources:
    """Schema documents under names of ours."""

    documents: dict[str, etree._Element] = field(default_factory=dict)
    bases: dict[str, Path] = field(default_factory=dict)

    def add(self, name: str, schema: etree._Element, base: Path) -> None:
        self.documents[name] = schema
        self.bases[name] = base


class Validator:
    """Raises `ValueError` for schemas that libxml2 cannot use."""

    def __init__(self, service: Service) -> None:
        sources = _collected(service.folder)
        _add_wrappers(sources, service)
        driver = _driver(sources, service.folder)
        parser = etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False)
        parser.resolvers.add(_Resolver({name: etree.tostring(each) for name, each in sources.documents.items()}))
        try:
            self._schema = etree.XMLSchema(etree.fromstring(etree.tostring(driver), parser))
        except etree.XMLSchemaParseError as error:
            raise ValueError(
                f"the schemas of {service.folder.main} cannot be used for validation: {error}; correct them"
            ) from None
        self._lock = Lock()

    def mistakes(self, node: etree._Element) -> list[str]:
        """What is wrong with an element, without the values; empty if nothing is."""
        with self._lock:
            if self._schema.validate(node):
                return []
            entries = [entry for entry in self._schema.error_log if entry.type_name.startswith("SCHEMAV")]
            told = list(dict.fromkeys(_told(entry.message) for entry in entries))
            return told[:_MOST_TOLD] or ["it does not fit the schema"]

    def demand(self, node: etree._Element, included: list[etree._Element]) -> None:
        """Raises `Flaw` for an element that does not fit. Bytes that came beside the envelope (`included` in it) stand
        for base64, of which nothing is valid too; they are taken out."""
        for one in included:
            parent = one.getparent()
            if parent is not None:
                parent.remove(one)
                parent.text = None
        if mistakes := self.mistakes(node):
            raise Flaw("; ".join(mistakes))


def _told(message: str) -> str:
    subject = _SUBJECT.match(message)
    if subject is None:
        return "it does not fit the schema"
    name = f"{subject[1]}/@{subject[2]}" if subject[2] else subject[1]
    said = _FACET.sub("", message[subject.end() :], count=1)
    value = _VALUE.match(said)
    if value is not None:
        return f"{name}: its value is {said[value.end() :]}"
    return f"{name}: {said}" if _SAFE.match(said) else f"{name}: does not fit the schema"


class _Resolver(etree.Resolver):
    def __init__(self, documents: dict[str, bytes]) -> None:
        super().__init__()
        self._documents = documents

    def resolve(self, system_url: str | None, public_id: str | None, context: Any) -> Any:
        return self.resolve_string(self._documents.get(system_url or "", b""), context, base_url=system_url)


def _collected(folder: Folder) -> _Sources:
    sources = _Sources()
    for path, content in folder.documents.items():
        root = etree.fromstring(content)
        if root.tag == _SCHEMA:
            sources.add(_OWN + str(path), root, path)
            continue
        for number, schema in enumerate(root.iter(_SCHEMA)):
            sources.add(f"{_OWN}{path}/{number}", _standing_alone(schema), path)
    return sources


def _standing_alone(schema: etree._Element) -> etree._Element:
    """With the prefixes that the WSDL around it declares."""
    alone = etree.Element(_SCHEMA, dict(schema.attrib), nsmap=dict(schema.nsmap))
    alone.extend(deepcopy(child) for child in schema)
    return alone


def _add_wrappers(sources: _Sources, service: Service) -> None:
    """RPC calls have an outermost element that no schema declares."""
    spaces: dict[str | None, list[Any]] = defaultdict(list)
    for found in _zeep_operations(service):
        root = service.operations[found.name].request.root
        if service.operations[found.name].rpc and root is not None:
            spaces[root.namespace].append(found)
    for number, (namespace, operations) in enumerate(spaces.items()):
        target = {"targetNamespace": namespace} if namespace else {}
        schema = etree.Element(_SCHEMA, target, nsmap={"xs": _XS})
        for found in operations:
            _add_wrapper(schema, found)
        sources.add(f"{_OWN}rpc/{number}", schema, service.folder.main)


def _zeep_operations(service: Service) -> Iterator[Any]:
    for found in service.document.services.values():
        for port in found.ports.values():
            for operation in port.binding._operations.values():
                if isinstance(service.operations.get(operation.name), Operation) and hasattr(operation, "soapaction"):
                    yield operation


def _add_wrapper(schema: etree._Element, found: Any) -> None:
    if any(each.get("name") == found.name for each in schema):
        return
    wrapper = etree.SubElement(schema, f"{{{_XS}}}element", {"name": found.name})
    within = etree.SubElement(etree.SubElement(wrapper, f"{{{_XS}}}complexType"), f"{{{_XS}}}all")
    for name, part in found.input.abstract.parts.items():
        if part.type is None:
            continue
        qname = part.type.qname
        etree.SubElement(
            within, f"{{{_XS}}}element", {"name": name, "type": f"p:{qname.localname}"}, nsmap={"p": qname.namespace}
        )
        if qname.namespace != _XS:
            imported = etree.Element(f"{{{_XS}}}import", {"namespace": qname.namespace})
            schema.insert(0, imported)


def _driver(sources: _Sources, folder: Folder) -> etree._Element:
    """A schema that imports all; each document's own references are pointed at documents of ours."""
    included = {name for found in list(sources.documents) for name in _point_includes(sources, found, folder)}
    spaces: dict[str | None, list[str]] = defaultdict(list)
    for name, schema in sources.documents.items():
        if name not in included:
            spaces[schema.get("targetNamespace")].append(name)
    places = {namespace: _place(sources, namespace, names) for namespace, names in spaces.items()}
    for schema in sources.documents.values():
        _point_imports(schema, places)
    driver = etree.Element(_SCHEMA, {"targetNamespace": f"{_OWN}driver"}, nsmap={"xs": _XS})
    for namespace, place in places.items():
        attributes = {"schemaLocation": place} | ({"namespace": namespace} if namespace else {})
        etree.SubElement(driver, f"{{{_XS}}}import", attributes)
    return driver


def _point_includes(sources: _Sources, name: str, folder: Folder) -> list[str]:
    found = []
    for kind in ("include", "redefine"):
        for node in sources.documents[name].iterfind(f"{{{_XS}}}{kind}"):
            location = node.get("schemaLocation", "")
            target = _OWN + str(folder.path(location, sources.bases[name]))
            node.set("schemaLocation", target)
            found.append(target)
    return found


def _place(sources: _Sources, namespace: str | None, names: list[str]) -> str:
    """libxml2 reads the first import of a namespace and passes over the others, so there is only one."""
    if len(names) == 1:
        return names[0]
    joined = etree.Element(_SCHEMA, {"targetNamespace": namespace} if namespace else {}, nsmap={"xs": _XS})
    for name in names:
        if len(sources.documents[name]):
            etree.SubElement(joined, f"{{{_XS}}}include", {"schemaLocation": name})
    place = f"{_OWN}space/{len(sources.documents)}"
    sources.add(place, joined, Path())
    return place


def _point_imports(schema: etree._Element, places: dict[str | None, str]) -> None:
    for node in schema.iterfind(f"{{{_XS}}}import"):
        node.attrib.pop("schemaLocation", None)
        place = places.get(node.get("namespace"))
        if place is not None:
            node.set("schemaLocation", place)


__all__ = ["Validator"]
