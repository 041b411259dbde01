"""Collecting an answer piece by piece, unpacked, and never more of it than allowed."""

from __future__ import annotations

import zlib
from typing import Protocol

ACCEPTED = "gzip, deflate"
_GZIP, _ZLIB, _RAW = 31, 15, -15


class TooLarge(ValueError):
    """The answer, or what it unpacks to, is over the limit."""


class Unreadable(ValueError):
    """The answer's packing is broken, cut off or unknown."""


class Collector(Protocol):
    """Takes the pieces of one answer."""

    def feed(self, piece: bytes) -> None:
        """Raises `TooLarge` as soon as the limit is passed, `Unreadable` for bytes that do not unpack."""

    def finish(self) -> bytes:
        """The whole body. Raises `Unreadable` where it is cut off."""


def collector(encoding: str, limit: int) -> Collector:
    """A collector for a `Content-Encoding`. Raises `Unreadable` for one we did not ask for."""
    match encoding.strip().lower():
        case "" | "identity":
            return Plain(limit)
        case "gzip" | "x-gzip":
            return Packed(limit, _GZIP)
        case "deflate":
            return Packed(limit, _ZLIB)
    raise Unreadable("it is packed in a way that was not asked for")


class Plain:
    """For an answer that is not packed."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._pieces: list[bytes] = []
        self._size = 0

    def feed(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > self._limit:
            raise TooLarge
        self._pieces.append(piece)

    def finish(self) -> bytes:
        return self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)


class Packed:
    """For gzip, also several members in a row, and deflate, with its frame and without, as some servers send it."""

    def __init__(self, limit: int, form: int) -> None:
        self._out = Plain(limit)
        self._left = limit
        self._form = form
        self._head = b""
        self._unpacker: zlib._Decompress | None = None

    def feed(self, piece: bytes) -> None:
        if self._unpacker is None:
            piece = self._head = self._head + piece
            if len(piece) < 2:
                return
            self._unpacker = zlib.decompressobj(_form(piece) if self._form == _ZLIB else self._form)
        while piece:
            if self._unpacker.eof:
                self._unpacker = self._next_member()
            piece = self._unpack(self._unpacker, piece)

    def _unpack(self, unpacker: zlib._Decompress, piece: bytes) -> bytes:
        try:
            # One byte more than allowed is enough to know; a bomb is never unpacked further than that.
            unpacked = unpacker.decompress(piece, self._left + 1)
        except zlib.error:
            raise Unreadable("its packing is broken") from None
        self._left -= len(unpacked)
        self._out.feed(unpacked)
        return unpacker.unused_data

    def _next_member(self) -> zlib._Decompress:
        if self._form != _GZIP:
            raise Unreadable("bytes follow the end of its packing")
        return zlib.decompressobj(_GZIP)

    def finish(self) -> bytes:
        if self._head and (self._unpacker is None or not self._unpacker.eof):
            raise Unreadable("its packing is cut off")
        return self._out.finish()


def _form(head: bytes) -> int:
    """RFC 1950: method 8, and the first two bytes are a multiple of 31; without that frame it is bare deflate."""
    framed = head[0] & 0x0F == 8 and int.from_bytes(head[:2], "big") % 31 == 0
    return _ZLIB if framed else _RAW


__all__ = ["ACCEPTED", "Collector", "Packed", "Plain", "TooLarge", "Unreadable", "collector"]
