"""A WSDL, loaded: the operations of one port, ready to be written and read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zeep.wsdl.bindings.soap import Soap11Binding, Soap12Binding
from zeep.wsdl.messages.soap import RpcMessage

from connectors.flaws import Flaw
from connectors.soap.compiled import Compiler, optional_in_choices
from connectors.soap.envelope import Version
from connectors.soap.folder import Folder, load
from connectors.soap.plan import Element, Message, Operation


@dataclass(frozen=True, slots=True, eq=False)
class Service:
    """The chosen port. `document` is zeep's, for what is made of it once (validation, publishing)."""

    version: Version
    operations: Mapping[str, Operation]
    compiler: Compiler
    folder: Folder
    document: Any

    def operation(self, name: str) -> Operation:
        """Raises `Flaw` that names the known ones."""
        found = self.operations.get(name)
        if found is None:
            known = ", ".join(sorted(self.operations)) or "none"
            raise Flaw(f"there is no operation {name!r} in {self.folder.main.name}; known are: {known}")
        return found


def open_service(wsdl: Path, service: str | None = None, port: str | None = None) -> Service:
    """Load a WSDL and choose a port: the first that speaks SOAP unless named.

    Raises `ValueError` with the reason and the cure, for what is missing, broken or outside the folder.
    """
    document, folder = load(wsdl)
    binding = _binding(document, wsdl, service, port)
    compiler = Compiler(document.types, optional_in_choices(folder.documents.values()))
    version: Version = "1.2" if isinstance(binding, Soap12Binding) else "1.1"
    operations = {found.name: _operation(found, compiler) for found in binding._operations.values()}
    compiler.complete()
    return Service(version, operations, compiler, folder, document)


def _binding(document: Any, wsdl: Path, service: str | None, port: str | None) -> Any:
    services = document.services
    if service is not None and service not in services:
        raise ValueError(f"service: {wsdl.name} has no service {service!r}; it has {_listed(services)}")
    ports = {
        each.name: each
        for name, found in services.items()
        if service in (None, name)
        for each in found.ports.values()
        if isinstance(each.binding, Soap11Binding | Soap12Binding)
    }
    if port is not None and port not in ports:
        raise ValueError(f"port: {wsdl.name} has no SOAP port {port!r}; it has {_listed(ports)}")
    if not ports:
        raise ValueError(f"{wsdl.name} has no port that speaks SOAP over HTTP")
    return ports[port].binding if port is not None else next(iter(ports.values())).binding


def _listed(names: Mapping[str, object]) -> str:
    return ", ".join(sorted(names)) or "none"


def _operation(found: Any, compiler: Compiler) -> Operation:
    rpc = isinstance(found.input, RpcMessage)
    response = _message(found.output, compiler) if _has_answer(found) else None
    return Operation(found.name, found.soapaction or "", _message(found.input, compiler), response, rpc)


def _has_answer(found: Any) -> bool:
    return found.output is not None and found.abstract.output_message is not None


def _message(found: Any, compiler: Compiler) -> Message:
    body = found.body if found is not None else None
    if body is None:
        return Message(None)
    if found._is_body_wrapped:
        return Message(None, problem="has several elements in its body, which is not supported")
    root = compiler.element(body)
    if isinstance(found, RpcMessage) and found.type == "output":
        root = _answer_of(root, found.operation.name)
    return Message(root, compiler.declaration(root.namespace) + _others(compiler, root))


def _answer_of(root: Element, operation: str) -> Element:
    """WS-I Basic Profile, R2729: the answer to an RPC call is named after the operation, not after its message."""
    name = f"{operation}Response"
    written = root.start.removeprefix("<").removesuffix(root.name) + name
    namespace = f"{{{root.namespace}}}" if root.namespace else ""
    return Element(
        name,
        namespace + name,
        root.namespace,
        f"<{written}",
        f"</{written}>",
        root.least,
        root.most,
        root.nillable,
        root.repeated,
        root.default,
        root.kind,
    )


def _others(compiler: Compiler, root: Element) -> str:
    """What the content needs besides the root's own namespace; the same prefix twice would be no XML."""
    own = compiler.declaration(root.namespace)
    return compiler.declarations(root.kind).replace(own, "") if own else compiler.declarations(root.kind)


__all__ = ["Service", "open_service"]
