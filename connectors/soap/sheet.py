"""The sheet that is written on, and what is written without a plan: texts, attachments, elements of any name. Pure."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from connectors.flaws import Flaw
from connectors.soap.plan import Kind, Simple, Types
from connectors.xml import MOST_DEPTH
from lienthong.calls import Attachment

XOP = "http://www.w3.org/2004/08/xop/include"

_SPECIAL = re.compile("[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NAME = re.compile(r"[^\W\d][\w.-]*")
_CLARK = re.compile(r"\{([^{}]+)\}(.+)", re.DOTALL)


@dataclass(slots=True)
class Sheet:
    """What is being written. `xop`: bytes travel beside the envelope, else within it.

    `declare` gives the namespaces that a structure needs, as attributes.
    """

    types: Types
    declare: Callable[[Kind], str]
    xop: bool = True
    out: list[str] = field(default_factory=list)
    attachments: dict[str, Attachment] = field(default_factory=dict)
    included: bool = False
    depth: int = 0

    def attach(self, attachment: Attachment) -> str:
        """The URL by which the envelope names it."""
        known = self.attachments.setdefault(attachment.id, attachment)
        if known != attachment:
            raise Flaw(f"is an attachment with the id {attachment.id!r}, which another one has already")
        return "cid:" + quote(attachment.id, safe="@!$'*+-._~")

    def down(self) -> None:
        """One level deeper; `depth` is counted back by who called this."""
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise Flaw(f"is nested deeper than {MOST_DEPTH} levels")


def escaped(text: str) -> str:
    """As the content of an element. Raises `Flaw` for what XML cannot carry."""
    if _SPECIAL.search(text) is None:
        return text
    if _FORBIDDEN.search(text) is not None:
        raise Flaw("holds a control character or half a surrogate pair, which XML cannot carry")
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def escaped_attribute(text: str) -> str:
    """As the value of an attribute in double quotes."""
    return escaped(text).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")


def text(kind: Simple, value: Any, sheet: Sheet) -> str:
    """The content of an element without children. Raises `Flaw` for anything but text, `None` and attachments."""
    if type(value) is str:
        return value if _SPECIAL.search(value) is None else escaped(value)
    if isinstance(value, Attachment):
        return _attached(kind, value, sheet)
    if value is None:
        return ""
    raise Flaw(f"must be text (also for numbers and dates, in their XML form), not {kind_of(value)}")


def _attached(kind: Simple, attachment: Attachment, sheet: Sheet) -> str:
    if not kind.binary:
        return escaped(sheet.attach(attachment))
    if not sheet.xop:
        return b64encode(attachment.content).decode("ascii")
    sheet.included = True
    return f'<xop:Include xmlns:xop="{XOP}" href="{escaped_attribute(sheet.attach(attachment))}"/>'


def anything(value: Any, sheet: Sheet) -> None:
    """What stands in an element of which nothing is known. Numbers and the like are refused here too."""
    if not isinstance(value, Mapping):
        sheet.out.append(text(Simple(), value, sheet))
        return
    for name, given in value.items():
        for item in given if isinstance(given, list | tuple) else [given]:
            generic(name, item, sheet)


def generic(name: str, value: Any, sheet: Sheet) -> None:
    """An element that no schema declares. `name` is local, or `{namespace}local`."""
    namespace, local = _split(name)
    declared = f' xmlns="{escaped_attribute(namespace)}"' if namespace is not None else ' xmlns=""'
    sheet.down()
    if value is None:
        sheet.out.append(f"<{local}{declared}/>")
    else:
        sheet.out.append(f"<{local}{declared}>")
        anything(value, sheet)
        sheet.out.append(f"</{local}>")
    sheet.depth -= 1


def _split(name: str) -> tuple[str | None, str]:
    clark = _CLARK.fullmatch(name)
    namespace, local = (clark[1], clark[2]) if clark is not None else (None, name)
    if not _NAME.fullmatch(local):
        raise Flaw("is not the name of an element", name)
    return namespace, local


def extra_attribute(key: str, given: Any, number: int) -> str:
    namespace, local = _split(key[1:])
    if not isinstance(given, str):
        raise Flaw(f"must be text, not {kind_of(given)}", key)
    if namespace is None:
        return f' {local}="{escaped_attribute(given)}"'
    return f' xmlns:x{number}="{escaped_attribute(namespace)}" x{number}:{local}="{escaped_attribute(given)}"'


def kind_of(value: Any) -> str:
    return type(value).__name__


__all__ = ["XOP", "Sheet", "anything", "escaped", "escaped_attribute", "extra_attribute", "generic", "kind_of", "text"]
