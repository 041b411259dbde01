"""The provider's side: calls a provider's system as its security server would, and says how it answered."""

from __future__ import annotations

from typing import Any, Literal

from lxml import etree
from pydantic import BaseModel, ConfigDict, Field

from .answers import SOAP, Refused, Served
from .envelope import XROAD, copied_exactly, inconsistent, is_fault, open_letter
from .identifiers import IDS, from_path, to_path, write
from .provider import Providers
from .store import State


class Order(BaseModel):
    """The body of `POST /_control/call`. `service` and `client` are written with slashes.

    `body`: over SOAP the one child of the body, or a whole envelope; over REST the content. `url` replaces the
    `upstream` of the service, which then need not be configured.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    service: str
    client: str
    body: str = ""
    protocol: Literal["soap", "rest"] = "soap"
    version: str | None = None
    url: str | None = None
    id: str | None = None
    user_id: str | None = None
    issue: str | None = None
    method: str = "POST"
    path: str = Field(default="", description="service path and query of a REST call")
    content_type: str = "text/xml; charset=UTF-8"
    headers: dict[str, str] = Field(default_factory=dict, description="sent too, e.g. soapaction")


async def call(state: State, providers: Providers, order: Order) -> dict[str, Any]:
    """Call, and report: what came back, whether the header was copied exactly, and X-Road's code of what is wrong."""
    service = state.services.get(order.service)
    url = order.url or (service.upstream if service is not None else None)
    if url is None:
        return {"problem": "server.serverproxy.service_missing_url", "message": "neither url nor upstream is set"}
    try:
        if order.protocol == "soap":
            return await _soap(state, providers, order, url)
        return await _rest(state, providers, order, url)
    except Refused as refused:
        return {"problem": refused.code, "message": refused.message}


async def _soap(state: State, providers: Providers, order: Order, url: str) -> dict[str, Any]:
    sent = _envelope(state, order)
    request = open_letter(sent)
    served = await providers.send("POST", url, {"content-type": order.content_type, **order.headers}, sent)
    report = _report(served)
    try:
        answer = open_letter(served.body, "server.serverproxy.service_failed")
    except Refused as refused:
        return {**report, "problem": refused.code, "message": refused.message}
    if is_fault(answer):
        fault = answer.root.findtext(f".//{{{SOAP}}}Fault/faultcode")
        return {**report, "fault": fault, "problem": None}
    wrong = inconsistent(request, answer)
    problem = None if wrong is None else "server.serverproxy.service_failed.inconsistent_headers"
    return {**report, "copied_exactly": copied_exactly(request, answer), "field": wrong, "problem": problem}


async def _rest(state: State, providers: Providers, order: Order, url: str) -> dict[str, Any]:
    own = {
        "x-road-client": to_path(from_path(order.client)),
        "x-road-id": order.id or state.uuid(),
        "x-road-request-id": state.uuid(),
        "x-road-userid": order.user_id,
        "x-road-issue": order.issue,
    }
    headers = {name: value for name, value in own.items() if value is not None}
    if order.body:
        headers["content-type"] = order.content_type
    target = url.rstrip("/") + order.path
    served = await providers.send(order.method, target, {**headers, **order.headers}, order.body.encode())
    return {**_report(served), "problem": None}


def _report(served: Served) -> dict[str, Any]:
    headers = {"content-type": served.kind, **served.headers}
    return {"status": served.status, "headers": headers, "body": served.body.decode("utf-8", "replace")}


def _envelope(state: State, order: Order) -> bytes:
    if "Envelope" in order.body.partition(">")[0] or order.body.startswith("<?xml"):
        return order.body.encode()
    root = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"SOAP-ENV": SOAP, "xroad": XROAD, "id": IDS})
    header = etree.SubElement(root, f"{{{SOAP}}}Header")
    client, service = from_path(order.client), from_path(order.service)
    write(header, f"{{{XROAD}}}client", "SUBSYSTEM" if len(client) == 4 else "MEMBER", client)
    owner, code = service[:-1], service[-1]
    write(header, f"{{{XROAD}}}service", "SERVICE", (*owner, *[None] * (4 - len(owner)), code, order.version))
    fields = (("userId", order.user_id), ("id", order.id or state.uuid()), ("issue", order.issue))
    for name, text in (*fields, ("protocolVersion", "4.0")):
        if text is not None:
            etree.SubElement(header, f"{{{XROAD}}}{name}").text = text
    body = etree.SubElement(root, f"{{{SOAP}}}Body")
    try:
        body.append(etree.fromstring(order.body))
    except etree.XMLSyntaxError as error:
        raise Refused("client.invalid_soap", f"body is not XML: {error}") from error
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


__all__ = ["Order", "call"]
