"""A small XML document as mappings and lists. No document type, no entities but the five, bounded in depth and size."""

from __future__ import annotations

from typing import Any, NoReturn
from xml.parsers import expat

from adapters.fields import Untranslatable

# far above any tax notice: the published form is five deep
_DEPTH, _ELEMENTS = 20, 100_000


class _Reader:
    def __init__(self) -> None:
        self.root: dict[str, Any] = {}
        self._open: list[dict[str, Any]] = [self.root]
        self._texts: list[list[str]] = [[]]
        self._count = 0

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) > _DEPTH or self._count > _ELEMENTS:
            raise Untranslatable("too-deep", f"has more than {_DEPTH} levels or {_ELEMENTS} elements", "")
        self._open.append({})
        self._texts.append([])

    def text(self, text: str) -> None:
        self._texts[-1].append(text)

    def end(self, name: str) -> None:
        inside, text = self._open.pop(), "".join(self._texts.pop()).strip()
        value: Any = inside or text
        around, name = self._open[-1], name.rpartition(":")[2]
        if name not in around:
            around[name] = value
        elif isinstance(around[name], list):
            around[name].append(value)
        else:
            around[name] = [around[name], value]


def parsed(document: bytes) -> dict[str, Any]:
    """Elements by local name; one that is there several times is a list. Raises `Untranslatable`."""
    reader, parser = _Reader(), expat.ParserCreate()
    parser.StartElementHandler = reader.begin
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _no_doctype
    try:
        parser.Parse(document, True)
    except (expat.ExpatError, ValueError) as error:
        if isinstance(error, Untranslatable):
            raise
        raise Untranslatable("not-xml", "is not well-formed XML", "") from error
    return reader.root


def _no_doctype(*_: object) -> NoReturn:
    raise Untranslatable("doctype", "has a document type declaration; send the XML without it", "")


__all__ = ["parsed"]
