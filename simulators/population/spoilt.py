"""What a fault makes of an answer. Pure: bytes in, bytes out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch

from lxml import etree

from ..faults import Fault
from .answers import ANSWER
from .faults import (
    DeclaredCharset,
    Deep,
    EntityBomb,
    ExternalEntity,
    Html,
    Latin1,
    Missing,
    Namespace,
    OversizedText,
    SoapFault,
    Truncated,
    UnknownCodes,
)
from .soap import SOAP, fault

PAGE = "<html><head><title>502</title></head><body><h1>502 Bad Gateway</h1><p>Cổng dịch vụ<br></body></html>"
LETTER = "Ỗ"


@dataclass(frozen=True, slots=True)
class Spoilt:
    """What is sent instead; `kind` is the content type where it is not the usual one."""

    body: bytes
    kind: str | None = None
    status: int = 200


@singledispatch
def spoilt(how: Fault, body: bytes) -> Spoilt:
    """The answer `body` in the way of a fault."""
    raise NotImplementedError(type(how).__name__)


@spoilt.register
def _(how: SoapFault, body: bytes) -> Spoilt:
    return Spoilt(fault(how.code, how.text), status=how.status)


@spoilt.register
def _(how: Html, body: bytes) -> Spoilt:
    return Spoilt(PAGE.encode(), "text/html;charset=utf-8")


@spoilt.register
def _(how: DeclaredCharset, body: bytes) -> Spoilt:
    bare = body.partition(b"?>")[2]
    declared = f"<?xml version='1.0' encoding='{how.charset}'?>".encode() + bare
    return Spoilt(declared, f"text/xml;charset={how.charset.lower()}" if how.header else None)


@spoilt.register
def _(how: Latin1, body: bytes) -> Spoilt:
    written = etree.tostring(etree.fromstring(body), xml_declaration=True, encoding="ISO-8859-1")
    return Spoilt(written, "text/xml;charset=iso-8859-1")


@spoilt.register
def _(how: Truncated, body: bytes) -> Spoilt:
    return Spoilt(body[: int(len(body) * how.keep)])


@spoilt.register
def _(how: OversizedText, body: bytes) -> Spoilt:
    opening = f'<ns1:CongdanCollection xmlns:ns1="{ANSWER}"><ns1:CongDan><ns1:ThuongTru><ns1:ChiTiet>'
    closing = "</ns1:ChiTiet></ns1:ThuongTru></ns1:CongDan></ns1:CongdanCollection>"
    letters = LETTER * (how.bytes // len(LETTER.encode()) + 1)
    return Spoilt(_enveloped(opening + letters + closing))


@spoilt.register
def _(how: EntityBomb, body: bytes) -> Spoilt:
    entities = ['<!ENTITY e0 "lol">']
    entities += [f'<!ENTITY e{level} "{f"&e{level - 1};" * how.fanout}">' for level in range(1, how.levels + 1)]
    return Spoilt(_enveloped(_named(f"&e{how.levels};"), f"<!DOCTYPE bomb [{''.join(entities)}]>"))


@spoilt.register
def _(how: ExternalEntity, body: bytes) -> Spoilt:
    if how.parameter:
        return Spoilt(_enveloped(_named("x"), f'<!DOCTYPE x [<!ENTITY % e SYSTEM "{how.url}"> %e;]>'))
    return Spoilt(_enveloped(_named("&e;"), f'<!DOCTYPE x [<!ENTITY e SYSTEM "{how.url}">]>'))


@spoilt.register
def _(how: Deep, body: bytes) -> Spoilt:
    nest = "<ns1:CongDan>" * how.depth + "</ns1:CongDan>" * how.depth
    return Spoilt(_enveloped(f'<ns1:CongdanCollection xmlns:ns1="{ANSWER}">{nest}</ns1:CongdanCollection>'))


@spoilt.register
def _(how: Missing, body: bytes) -> Spoilt:
    root = etree.fromstring(body)
    for name in how.elements:
        for element in list(root.iter(f"{{{ANSWER}}}{name}")):
            parent = element.getparent()
            if parent is not None:
                parent.remove(element)
    return Spoilt(_written(root))


@spoilt.register
def _(how: UnknownCodes, body: bytes) -> Spoilt:
    root = etree.fromstring(body)
    for name, value in how.values.items():
        for element in root.iter(f"{{{ANSWER}}}{name}"):
            coded = element[0] if len(element) else element
            coded.text = value
    return Spoilt(_written(root))


@spoilt.register
def _(how: Namespace, body: bytes) -> Spoilt:
    return Spoilt(body.replace(ANSWER.encode(), how.uri.encode()))


def _named(name: str) -> str:
    person = f"<ns1:CongDan><ns1:HoVaTen><ns1:Ten>{name}</ns1:Ten></ns1:HoVaTen></ns1:CongDan>"
    return f'<ns1:CongdanCollection xmlns:ns1="{ANSWER}">{person}</ns1:CongdanCollection>'


def _enveloped(content: str, doctype: str = "") -> bytes:
    body = f'<soapenv:Envelope xmlns:soapenv="{SOAP}"><soapenv:Body>{content}</soapenv:Body></soapenv:Envelope>'
    return f"<?xml version='1.0' encoding='UTF-8'?>\n{doctype}{body}".encode()


def _written(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


__all__ = ["Spoilt", "spoilt"]
