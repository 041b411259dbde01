"""XML from outside: no DTD, no entities, no network, bounded in text, markup and depth."""

from __future__ import annotations

import codecs
import re

from lxml import etree

from connectors.flaws import Flaw

# A tree takes about 200 bytes of memory for each of these, so what is let through stays below 100 MB.
MOST_MARKUP = 500_000
# Recursion in Python ends at 1,000; no message that we know is deeper than 15.
MOST_DEPTH = 100

_CODEC = re.compile(r"ascii|utf-8|utf-16|utf-16-[bl]e|iso8859-\d{1,2}|cp125\d|koi8-[ru]")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARED = re.compile(rb"""<\?xml[^>]{1,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_BLANKS = re.compile(rb"[ \t\r\n]*")

# remove_comments and remove_pis: a text with a comment in it is one text, not two.
_PARSER = etree.XMLParser(
    encoding="utf-8",
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    dtd_validation=False,
    attribute_defaults=False,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
    collect_ids=False,
)


def parse(content: bytes, charset: str | None = None) -> etree._Element:
    """The root. `charset` is what the transport says; a byte order mark wins over it, and it over the declaration.

    Raises `Flaw` for what is not well-formed, not in its charset, has a DTD, or is larger than allowed.
    """
    text = _utf8(content, charset)
    if _has_doctype(text):
        raise Flaw("it holds a DTD (<!DOCTYPE), which SOAP does not allow")
    if text.count(b"<") > MOST_MARKUP or text.count(b"=") > MOST_MARKUP:
        raise Flaw(f"it holds more than {MOST_MARKUP} tags or attributes")
    try:
        root = etree.fromstring(text, _PARSER)
    except etree.XMLSyntaxError as error:
        told = _told(error)
    else:
        return root
    # Raised here, not above: the library's error may quote the document.
    raise Flaw(told)


def _utf8(content: bytes, charset: str | None) -> bytes:
    for mark, found in _BOMS:
        if content.startswith(mark):
            content, charset = content[len(mark) :], found
            break
    if content[:1] in (b" ", b"\t", b"\r", b"\n"):
        content = content.lstrip(b" \t\r\n")
    if charset is None and (declared := _DECLARED.match(content)):
        charset = declared[1].decode("ascii")
    name = (charset or "utf-8").lower()
    codec = text_codec(name)
    if codec is None:
        raise Flaw(f"its charset {name[:40]!r} is not supported; use utf-8")
    return content if codec == "utf-8" else _recoded(content, codec, name)


def text_codec(charset: str) -> str | None:
    """Python's name of a charset that XML comes in, `None` for anything else that Python calls a codec."""
    try:
        name = codecs.lookup(charset.strip()).name
    except (LookupError, ValueError):
        return None
    return name if _CODEC.fullmatch(name) else None


def _recoded(content: bytes, codec: str, name: str) -> bytes:
    try:
        return content.decode(codec).encode("utf-8")
    except UnicodeError:
        pass
    raise Flaw(f"it is not in the charset that it declares ({name})")


def _has_doctype(text: bytes) -> bool:
    """Whether the first thing besides comments and processing instructions is a document type declaration."""
    at = 0
    while True:
        at = _BLANKS.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing too
        if text.startswith(b"<?", at):
            end = b"?>"
        elif text.startswith(b"<!--", at):
            end = b"-->"
        else:
            return text.startswith(b"<!", at)
        found = text.find(end, at)
        if found < 0:
            return False
        at = found + len(end)


def _told(error: etree.XMLSyntaxError) -> str:
    last = error.error_log.last_error
    kind = last.type_name if last is not None else ""
    if "INVALID_ENCODING" in kind or "INVALID_CHAR" in kind:
        return f"it holds bytes or characters that its charset or XML does not allow (line {error.lineno})"
    if "RESOURCE_LIMIT" in kind or "NESTED" in kind or "HUGE" in kind.upper():
        return f"it holds a text or a nesting that is larger than allowed (line {error.lineno})"
    named = kind.removeprefix("ERR_").replace("_", " ").lower()
    return f"it is not well-formed XML (line {error.lineno}{': ' + named if named else ''})"


__all__ = ["MOST_DEPTH", "MOST_MARKUP", "parse", "text_codec"]
