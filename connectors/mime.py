"""multipart/related (RFC 2387): SOAP with attachments and MTOM, both ways. zeep cannot send either."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from quopri import decodestring
from urllib.parse import quote, unquote

from connectors.flaws import Flaw
from lienthong.calls import Attachment

ROOT_ID = "envelope@lienthong"
# More parts than any message we know has, and few enough that many tiny ones cost no memory.
MOST_PARTS = 1000
_LONGEST_HEAD = 16_384

_ID = re.compile(r"[\x21-\x3b\x3d\x3f-\x7e]{1,250}")
_MEDIA = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(?:\s*;\s*[\x20-\x7e]*)?")
_PARAMETER = re.compile(r';\s*([A-Za-z0-9*_.-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))')
_BOUNDARY = re.compile(r"[\x20-\x7e]{1,70}")


@dataclass(frozen=True, slots=True)
class Media:
    """A content type, its name in lower case."""

    name: str
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a message, decoded."""

    id: str | None
    media: Media
    type: str
    name: str | None
    content: bytes


@lru_cache(maxsize=256)
def media(header: str) -> Media:
    """A `Content-Type`."""
    name = header.partition(";")[0].strip().lower()
    found = {match[1].lower(): _unquoted(match) for match in _PARAMETER.finditer(header)}
    return Media(name, found)


def _unquoted(match: re.Match[str]) -> str:
    return re.sub(r"\\(.)", r"\1", match[2]) if match[2] is not None else match[3]


def split(content: bytes, type_: Media) -> tuple[Part, tuple[Attachment, ...]]:
    """The part with the envelope, and the others in their order. Raises `Flaw`.

    Parts without `Content-ID` get `part-N`. Line breaks may be CRLF or LF.
    """
    parts = list(_parts(content, type_.parameters.get("boundary", "")))
    start = type_.parameters.get("start")
    root = parts[0]
    if start is not None:
        chosen = [part for part in parts if part.id == _bare(start)]
        if len(chosen) != 1:
            raise Flaw("its parameter start names no part, or more than one")
        root = chosen[0]
    others = [part for part in parts if part is not root]
    found = [
        Attachment(part.id or f"part-{number}", part.content, part.type, part.name)
        for number, part in enumerate(others, 1)
    ]
    if len({attachment.id for attachment in found}) != len(found):
        raise Flaw("two of its parts have the same Content-ID")
    return root, tuple(found)


def _parts(content: bytes, boundary: str) -> Iterable[Part]:
    if not _BOUNDARY.fullmatch(boundary):
        raise Flaw("its content type is multipart/related and has no usable boundary")
    mark = b"--" + boundary.encode("ascii")
    at = 0 if content.startswith(mark) else _found(content, b"\n" + mark, 0) + 1
    for _ in range(MOST_PARTS + 1):
        at += len(mark)
        if content.startswith(b"--", at):
            return
        begin = _found(content, b"\n", at) + 1
        if content[at : begin - 1].strip(b" \t\r"):
            raise Flaw("a boundary between its parts is damaged")
        end = _found(content, b"\n" + mark, begin - 1)
        last = end - 1 if content[end - 1 : end] == b"\r" else end
        yield _part(content, begin, max(last, begin))
        at = end + 1
    raise Flaw(f"it has more than {MOST_PARTS} parts")


def _found(content: bytes, what: bytes, start: int) -> int:
    at = content.find(what, start)
    if at < 0:
        raise Flaw("its parts are cut off: the closing boundary is missing, or it is not the one announced")
    return at


def _part(content: bytes, begin: int, end: int) -> Part:
    if content[begin : begin + 2] == b"\r\n" or content[begin : begin + 1] == b"\n":
        head, body = b"", content[begin + (2 if content[begin : begin + 1] == b"\r" else 1) : end]
    else:
        head, body = _divided(content, begin, end)
    headers = _headers(head)
    type_ = headers.get("content-type", "text/plain")
    id_ = headers.get("content-id")
    disposition = media("x;" + headers.get("content-disposition", "").partition(";")[2])
    decoded = _decoded(body, headers.get("content-transfer-encoding", "binary").strip().lower())
    return Part(_bare(id_) if id_ else None, media(type_), type_.strip(), _file_name(disposition), decoded)


def _file_name(disposition: Media) -> str | None:
    given = disposition.parameters
    charset, _, encoded = given.get("filename*", "").partition("''")
    if charset.lower() == "utf-8":
        return unquote(encoded)
    return given.get("filename") or given.get("name")


def _divided(content: bytes, begin: int, end: int) -> tuple[bytes, bytes]:
    limit = min(end, begin + _LONGEST_HEAD)
    crlf, lf = content.find(b"\r\n\r\n", begin, limit), content.find(b"\n\n", begin, limit)
    if crlf < 0 and lf < 0:
        raise Flaw("a part of it has no end of its headers")
    if lf < 0 or 0 <= crlf < lf:
        return content[begin:crlf], content[crlf + 4 : end]
    return content[begin:lf], content[lf + 2 : end]


def _headers(head: bytes) -> dict[str, str]:
    lines = re.sub(rb"\r?\n[ \t]+", b" ", head).decode("utf-8", "replace").splitlines()
    pairs = (line.partition(":") for line in lines)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _decoded(body: bytes, encoding: str) -> bytes:
    match encoding:
        case "binary" | "8bit" | "7bit" | "":
            return body
        case "base64":
            try:
                return b64decode(body)
            except binascii.Error:
                raise Flaw("a part of it is not the base64 that it says it is") from None
        case "quoted-printable":
            return decodestring(body)
    raise Flaw("a part of it has a transfer encoding that does not exist")


def _bare(id_: str) -> str:
    return id_.strip().removeprefix("<").removesuffix(">").removeprefix("cid:")


def joined(envelope: bytes, type_: str, attachments: Iterable[Attachment], boundary: str, *, xop: bool) -> bytes:
    """The body of a multipart message: the envelope first, in 8bit (X-Road demands both), then the attachments.

    Raises `Flaw` for an attachment whose id or type cannot stand in a header.
    """
    mark = b"--" + boundary.encode("ascii")
    root = f'application/xop+xml; charset=UTF-8; type="{media(type_).name}"' if xop else type_
    pieces = [mark, _head(root, "8bit", ROOT_ID, None), envelope]
    for attachment in attachments:
        _demand_writable(attachment)
        head = _head(attachment.media, "binary", attachment.id, attachment.name)
        pieces += [b"\r\n" + mark, head, attachment.content]
    pieces.append(b"\r\n" + mark + b"--\r\n")
    return b"".join(pieces)


def related(type_: str, boundary: str, action: str, *, xop: bool) -> str:
    """The content type of the whole."""
    name = "application/xop+xml" if xop else media(type_).name
    info = f'; start-info="{media(type_).name}"' if xop else ""
    act = f'; action="{action}"' if action else ""
    return f'multipart/related; type="{name}"; boundary="{boundary}"; start="<{ROOT_ID}>"{info}{act}'


def _head(type_: str, encoding: str, id_: str, name: str | None) -> bytes:
    lines = [f"Content-Type: {type_}", f"Content-Transfer-Encoding: {encoding}", f"Content-ID: <{id_}>"]
    if name is not None:
        lines.append(f"Content-Disposition: attachment; filename*=UTF-8''{quote(name, safe='')}")
    return ("\r\n" + "\r\n".join(lines) + "\r\n\r\n").encode("ascii")


def _demand_writable(attachment: Attachment) -> None:
    if not _ID.fullmatch(attachment.id) or attachment.id == ROOT_ID:
        raise Flaw(f"the attachment id {attachment.id[:60]!r} cannot be a Content-ID; use letters, digits, . _ @ -")
    if not _MEDIA.fullmatch(attachment.media):
        raise Flaw(f"the attachment {attachment.id!r} has a media type that is none, e.g. application/pdf")


__all__ = ["Media", "Part", "joined", "media", "related", "split"]
