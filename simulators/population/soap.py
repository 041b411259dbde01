"""Envelopes: what a request says, in which order; and the envelope around an answer. Pure, lxml only."""

from __future__ import annotations

from lxml import etree

from .asked import CHANGES, LOOKUP, PULL, VERIFY, NotTaken, Pull, Question, pull, question
from .settings import PopulationSettings

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
XML = "text/xml;charset=utf-8"
BIRTH = "NgayThangNamSinh"
ELEMENTS = {LOOKUP: LOOKUP, VERIFY: VERIFY}


def read(raw: bytes, settings: PopulationSettings) -> Question | Pull:
    """The question in an envelope. Raises `NotTaken` for anything that is not exactly as published."""
    element = _operation(raw, settings.namespace)
    service = etree.QName(element).localname
    if service not in ELEMENTS:
        raise NotTaken(f"Không có dịch vụ {service}")
    children = [(_name(child, settings.namespace), child) for child in element]
    names = [name for name, _ in children]
    if service == LOOKUP and "TuNgay" in names:
        _ordered(names, PULL)
        return pull({name: _text(child) for name, child in children}, settings)
    _ordered(names, settings.order)
    fields = {name: _text(child) for name, child in children if name != BIRTH}
    birth = next((child for name, child in children if name == BIRTH), None)
    parts = {} if birth is None else {_name(part, settings.namespace): _text(part) for part in birth}
    return question(service, fields, parts, settings)


def peek(raw: bytes) -> str:
    """The service that a request means, as well as can be told; for the choice of faults and the log."""
    try:
        element = _body(raw)[0]
    except (NotTaken, IndexError):
        return ""
    if any(etree.QName(child).localname == "TuNgay" for child in element.iterchildren("*")):
        return CHANGES
    return etree.QName(element).localname


def envelope(content: etree._Element, requests: str) -> bytes:
    """An answer; `requests` is the namespace of requests, which real answers declare in their header."""
    root = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soapenv": SOAP})
    etree.SubElement(root, f"{{{SOAP}}}Header", nsmap={"dan": requests})
    etree.SubElement(root, f"{{{SOAP}}}Body").append(content)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def fault(code: str, text: str) -> bytes:
    """A SOAP 1.1 fault; `code` is Client, Server or something below them."""
    root = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soapenv": SOAP})
    element = etree.SubElement(etree.SubElement(root, f"{{{SOAP}}}Body"), f"{{{SOAP}}}Fault")
    etree.SubElement(element, "faultcode").text = f"soapenv:{code}"
    etree.SubElement(element, "faultstring").text = text
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _body(raw: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise NotTaken(f"Không phải XML: {error.msg}") from error
    if root.getroottree().docinfo.doctype:
        raise NotTaken("Không nhận DOCTYPE")
    body = root.find(f"{{{SOAP}}}Body")
    if root.tag != f"{{{SOAP}}}Envelope" or body is None:
        raise NotTaken("Không phải SOAP 1.1")
    return body


def _operation(raw: bytes, namespace: str) -> etree._Element:
    body = _body(raw)
    if len(body) != 1:
        raise NotTaken("Body phải có đúng một phần tử")
    _name(body[0], namespace)
    return body[0]


def _name(element: etree._Element, namespace: str) -> str:
    qualified = etree.QName(element)
    if qualified.namespace != namespace:
        raise NotTaken(f"{qualified.localname} không thuộc không gian tên {namespace}")
    return qualified.localname


def _text(element: etree._Element) -> str:
    if len(element):
        raise NotTaken(f"{etree.QName(element).localname} không được có phần tử con")
    return (element.text or "").strip()


def _ordered(names: list[str], order: tuple[str, ...]) -> None:
    """Every name is known, comes once, and after those before it."""
    last = -1
    for name in names:
        if name not in order:
            raise NotTaken(f"Không có trường {name}")
        place = order.index(name)
        if place <= last:
            raise NotTaken(f"{name} sai thứ tự; thứ tự đúng là {', '.join(order)}")
        last = place


__all__ = ["SOAP", "XML", "envelope", "fault", "peek", "read"]
