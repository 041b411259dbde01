"""SOAP faults, both ways and in both spellings.

A code is given as SOAP 1.1 writes it, without prefix: `Client` is also what 1.2 calls `Sender`, `Server` its
`Receiver`, and its subcodes follow after dots.
"""

from __future__ import annotations

import re

from lxml import etree

from connectors.soap.envelope import NAMESPACES, Opened, Version, enveloped
from connectors.soap.read import local_name
from connectors.soap.sheet import escaped
from lienthong.calls import Fault

_TO_11 = {"Sender": "Client", "Receiver": "Server"}
_TO_12 = {
    "client": "Sender",
    "sender": "Sender",
    "versionmismatch": "VersionMismatch",
    "mustunderstand": "MustUnderstand",
    "dataencodingunknown": "DataEncodingUnknown",
}
_STANDARD = frozenset({"Client", "Server", "VersionMismatch", "MustUnderstand"})
_NAME = re.compile(r"[A-Za-z_][\w-]*")


def read_fault(envelope: Opened) -> Fault:
    """The fault in an envelope. Some partners qualify the parts of a 1.1 fault: only local names count."""
    assert envelope.child is not None
    parts = {local_name(str(child.tag)): child for child in envelope.child}
    if "faultcode" in parts or "faultstring" in parts:
        code = _text(parts.get("faultcode")).rpartition(":")[2]
        text, actor, detail = parts.get("faultstring"), parts.get("faultactor"), parts.get("detail")
        return Fault(code or "Server", _text(text), _text(actor) or None, _all_text(detail))
    codes = _codes(parts.get("Code"))
    reason = parts.get("Reason")
    said = _text(reason[0] if reason is not None and len(reason) else reason)
    role = _text(parts.get("Role")) or _text(parts.get("Node"))
    return Fault(".".join(codes) or "Server", said, role or None, _all_text(parts.get("Detail")))


def _codes(node: etree._Element | None) -> list[str]:
    found: list[str] = []
    while node is not None:
        parts = {local_name(str(child.tag)): child for child in node}
        code = _text(parts.get("Value")).rpartition(":")[2]
        if code:
            found.append(code if found else _TO_11.get(code, code))
        node = parts.get("Subcode")
    return found


def _text(node: etree._Element | None) -> str:
    return (node.text or "").strip() if node is not None else ""


def _all_text(node: etree._Element | None) -> str | None:
    if node is None:
        return None
    pieces = (str(piece).strip() for piece in node.itertext())
    return " ".join(piece for piece in pieces if piece) or None


def status(version: Version, fault: Fault) -> int:
    """500, but 400 for a sender's mistake in SOAP 1.2 (its part 2, 7.5.2.2)."""
    return 400 if version == "1.2" and _code_12(fault.code)[0] == "Sender" else 500


def write_fault(version: Version, fault: Fault) -> bytes:
    """The envelope of a fault."""
    return enveloped(version, "", _body_11(fault) if version == "1.1" else _body_12(fault))


def _body_11(fault: Fault) -> str:
    code = escaped(_clean(fault.code))
    prefix = "soap-env:" if code.partition(".")[0] in _STANDARD else ""
    actor = f"<faultactor>{escaped(_clean(fault.actor))}</faultactor>" if fault.actor else ""
    detail = f"<detail><message>{escaped(_clean(fault.detail))}</message></detail>" if fault.detail else ""
    text = escaped(_clean(fault.text))
    return (
        f"<soap-env:Fault><faultcode>{prefix}{code}</faultcode><faultstring>{text}</faultstring>"
        f"{actor}{detail}</soap-env:Fault>"
    )


def _body_12(fault: Fault) -> str:
    code, subcodes = _code_12(fault.code)
    below = ""
    for subcode in reversed(subcodes):
        below = f"<soap-env:Subcode><soap-env:Value>{subcode}</soap-env:Value>{below}</soap-env:Subcode>"
    role = f"<soap-env:Role>{escaped(_clean(fault.actor))}</soap-env:Role>" if fault.actor else ""
    detail = _detail_12(fault.detail) if fault.detail else ""
    return (
        f"<soap-env:Fault><soap-env:Code><soap-env:Value>soap-env:{code}</soap-env:Value>{below}</soap-env:Code>"
        f'<soap-env:Reason><soap-env:Text xml:lang="en">{escaped(_clean(fault.text))}</soap-env:Text></soap-env:Reason>'
        f"{role}{detail}</soap-env:Fault>"
    )


def _detail_12(detail: str) -> str:
    return f"<soap-env:Detail><message>{escaped(_clean(detail))}</message></soap-env:Detail>"


def _code_12(code: str) -> tuple[str, list[str]]:
    first, *rest = code.split(".")
    standard = _TO_12.get(first.lower(), "Receiver")
    if standard == "Receiver" and first.lower() not in ("server", "receiver"):
        rest.insert(0, first)
    return standard, [each for each in rest if _NAME.fullmatch(each)]


def _clean(text: str) -> str:
    """What XML cannot carry is shown as a question mark: a fault must always be sendable."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "?", text)


__all__ = ["NAMESPACES", "read_fault", "status", "write_fault"]
