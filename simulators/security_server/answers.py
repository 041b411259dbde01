"""What is answered, and the refusals that X-Road itself makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson
from lxml import etree

XML = "text/xml; charset=UTF-8"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


@dataclass(frozen=True, slots=True)
class Served:
    """One answer."""

    body: bytes
    status: int = 200
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


class Refused(Exception):
    """X-Road does not carry the request, or not the answer. `code` in the spelling of 7.8."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def soap_fault(code: str, message: str, detail: str) -> Served:
    """A technical error, PR-MESS annex D.1."""
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"SOAP-ENV": SOAP})
    fault = etree.SubElement(etree.SubElement(envelope, f"{{{SOAP}}}Body"), f"{{{SOAP}}}Fault")
    for name, text in (("faultcode", code), ("faultstring", message), ("faultactor", "")):
        etree.SubElement(fault, name).text = text
    etree.SubElement(etree.SubElement(fault, "detail"), "faultDetail").text = detail
    return Served(etree.tostring(envelope, xml_declaration=True, encoding="UTF-8"), 500, XML)


def rest_fault(code: str, message: str, detail: str, accept: str) -> Served:
    """An error in the form that `Accept` asks for, PR-REST 4.6."""
    said = {"type": code, "message": message, "detail": detail}
    status = 500 if code.lower().startswith("server") else 400
    headers = {"x-road-error": code}
    kind = _kind(accept)
    if kind is None:
        return Served(orjson.dumps(said), status, "application/json", headers)
    root = etree.Element("error")
    for name, text in said.items():
        etree.SubElement(root, name).text = text
    return Served(etree.tostring(root, xml_declaration=True, encoding="UTF-8"), status, kind, headers)


def _kind(accept: str) -> str | None:
    for listed in accept.split(","):
        name = listed.split(";")[0].strip().lower()
        if name in ("text/xml", "text/*"):
            return "text/xml;charset=utf-8"
        if name == "application/xml":
            return "application/xml;charset=utf-8"
    return None


__all__ = ["SOAP", "XML", "Refused", "Served", "rest_fault", "soap_fault"]
