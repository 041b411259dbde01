"""The answer to GET_BILL: a PDF, or JSON with a link to one. Which, the answer's content says, not its media type."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError

from adapters.fields import Untranslatable
from adapters.parameters import decoded
from lienthong.ports import Context
from lienthong.requests import Get, Reply, Request, classify
from lienthong.verdicts import Delivered, Draft, Reject, Retry, Single, Stop
from schemas.base import Url
from schemas.payments import Receipt, ReceiptRequest

from . import codes
from .answers import members
from .settings import NationalPaymentSettings

PDF = "application/pdf"
_MARK, _WITHIN = b"%PDF-", 1024
_URL: TypeAdapter[str] = TypeAdapter(Url)


@dataclass(frozen=True, slots=True)
class Link:
    """Where a receipt is. `request` fetches it below our own base URL; `None`: its host is not one of ours."""

    url: str
    request: Request | None


def read(reply: Reply, request: Request, settings: NationalPaymentSettings) -> bytes | Link | Single:
    """The receipt, its link, or a verdict."""
    if reply.status == 200 and _is_pdf(reply.content):
        return reply.content
    found = members(reply, request)
    if not isinstance(found, dict):
        return found
    code, text = str(found.get("MaLoi") or ""), str(found.get("MoTaLoi") or "")
    match codes.result(code or codes.DONE, settings.codes):
        case "done":
            url = next((found[name] for name in settings.bill_links if found.get(name)), None)
            return Retry("the answer holds neither a receipt nor a link") if url is None else link(url, settings)
        case "ours":
            return Stop(codes.label(code, text))
        case "failed" | "absent":
            return Reject("no-receipt", codes.label(code, text))
    return Retry(codes.label(code, text))


def link(said: object, settings: NationalPaymentSettings) -> Link | Single:
    """Where a link leads. Its host is replaced by our own, and only if the settings name it."""
    try:
        url = _URL.validate_python(said)
        parts = urlsplit(url)
        port = parts.port
        params = decoded(parts.query)
    except (ValidationError, ValueError, Untranslatable):
        return Retry("the link to the receipt is none")
    host = (parts.hostname or "") + (f":{port}" if port else "")
    if "@" in parts.netloc or host not in settings.bill_hosts or not parts.path.strip("/"):
        return Link(url, None)
    return Link(url, Get(parts.path.lstrip("/"), params=params))


def fetched(reply: Reply, request: Request) -> bytes | Single:
    """The file that a link led to, or a verdict."""
    verdict = classify(reply, request)
    if isinstance(verdict, Reject):
        return Retry(verdict.reason)
    if verdict is not None:
        return verdict
    return reply.content if _is_pdf(reply.content) else Retry("the link leads to no PDF")


def issued(said: ReceiptRequest, found: bytes | Link, context: Context) -> Single:
    """The receipt, as a follow-up."""
    content = b64encode(found).decode() if isinstance(found, bytes) else None
    try:
        receipt = Receipt(
            order_code=said.order_code,
            dossier_code=said.dossier_code,
            system=said.system,
            reference=said.reference,
            amount=said.amount,
            url=found.url if isinstance(found, Link) else None,
            media=PDF if content else None,
            content=content,
        )
    except ValidationError:
        return Reject("too-large", "the receipt does not fit into a message; fetch it by hand")
    return Delivered(said.reference, (Draft("receipt.issued", said.order_code, receipt, time=context.now),))


def _is_pdf(content: bytes) -> bool:
    return _MARK in content[:_WITHIN]
