"""One pass over the bytes of a file: its hash, its encoding, and whether it is plain enough for the fast way."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from reconciliation.refusals import Flaw, Refused

_CHUNK = 1 << 20
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_UTF8 = ("utf-8", "utf-8-sig")
_CONTROL = bytes(byte for byte in range(32) if byte not in b"\t\n\r") + b"\x7f"


@dataclass(frozen=True, slots=True)
class Scan:
    """`plain`: UTF-8 without quotes, control characters and blank lines, and all lines end alike.

    `simple`: `ascii`, and without tabs.

    `ends`: the last line has its line break. `breaks`: how many there are.
    """

    size: int
    sha256: str
    encoding: str
    is_zip: bool
    breaks: int
    ends: bool
    plain: bool
    ascii: bool
    simple: bool


@dataclass(slots=True)
class _Pass:
    encoding: str
    quote: bytes
    size: int = 0
    breaks: int = 0
    returns: int = 0
    odd: bool = False
    wrong: bool = False
    ascii: bool = True
    tabs: bool = False
    tail: bytes = b"\n"
    decoder: codecs.IncrementalDecoder = field(default_factory=codecs.getincrementaldecoder("utf-8"))

    def see(self, chunk: bytes) -> None:
        seam = self.tail + chunk[:2]
        returns = b"\r" in chunk
        self.odd = self.odd or b"\n\n" in seam or b"\n\n" in chunk or (bool(self.quote) and self.quote in chunk)
        self.odd = self.odd or b"\n\r\n" in seam or (returns and b"\n\r\n" in chunk)
        self.odd = self.odd or len(chunk.translate(None, _CONTROL)) != len(chunk)
        self.size += len(chunk)
        self.breaks += chunk.count(b"\n")
        self.returns += chunk.count(b"\r") if returns else 0
        self.tail = (self.tail + chunk[-2:])[-2:]
        self.ascii = self.ascii and chunk.isascii()
        self.tabs = self.tabs or b"\t" in chunk
        if self.encoding in _UTF8 and not self.wrong:
            self._decode(chunk)

    def _decode(self, chunk: bytes, final: bool = False) -> None:
        if chunk.isascii() and not final and not self.decoder.getstate()[0]:
            return
        try:
            self.decoder.decode(chunk, final)
        except UnicodeDecodeError:
            self.wrong = True

    def finish(self) -> None:
        if self.encoding in _UTF8 and not self.wrong:
            self._decode(b"", final=True)


def scan(path: Path, name: str, fallback: str | None, quote: str, told: Callable[[int], object]) -> Scan:
    """`fallback` is the encoding of a file that is not Unicode. `told` hears of the bytes read.

    Raises `Refused` for a file that is empty, or whose bytes are not in its encoding.
    """
    with path.open("rb") as file:
        head = file.read(4096)
        file.seek(0)
        seen, digest = _Pass(_encoding_of(head), quote.encode()), hashlib.sha256()
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            seen.see(chunk)
            told(len(chunk))
    seen.finish()
    if not seen.size:
        raise Refused(name, [Flaw("empty")])
    is_zip = head.startswith(b"PK\x03\x04")
    encoding = fallback if seen.wrong and fallback else seen.encoding
    if not is_zip and (seen.wrong or encoding not in _UTF8) and (flaw := _bad_byte(path, encoding)):
        raise Refused(name, [flaw])
    plain = encoding in _UTF8 and not seen.odd and seen.returns in (0, seen.breaks)
    ends = _last(path, encoding, seen.size) in ("\n", "\r")
    return Scan(
        seen.size,
        digest.hexdigest(),
        encoding,
        is_zip,
        seen.breaks,
        ends,
        plain,
        seen.ascii,
        seen.ascii and not seen.tabs,
    )


def _encoding_of(head: bytes) -> str:
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    if head[1::2].count(0) > len(head) // 4:
        return "utf-16-le"
    return "utf-16-be" if head[0::2].count(0) > len(head) // 4 else "utf-8"


def _bad_byte(path: Path, encoding: str) -> Flaw | None:
    """The first byte that is not in `encoding`, if there is one."""
    decoder, text, line, column = codecs.getincrementaldecoder(encoding)(), "", 1, 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            kept = decoder.getstate()[0]
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                text = (kept + chunk)[: error.start].decode(encoding if error.start else "utf-8", "ignore")
                line, column = _moved(line, column, text)
                byte = f"{error.object[error.start]:#04x}"
                return Flaw("encoding", line, column + 1, values={"byte": byte, "encoding": encoding})
            line, column = _moved(line, column, text)
            if not chunk:
                return None


def _moved(line: int, column: int, text: str) -> tuple[int, int]:
    breaks = text.count("\n")
    return line + breaks, len(text) - text.rfind("\n") - 1 if breaks else column + len(text)


def _last(path: Path, encoding: str, size: int) -> str:
    """The last character."""
    width = 2 if encoding.startswith("utf-16") else 1
    with path.open("rb") as file:
        file.seek(max(0, size - width))
        last = file.read(width)
    return {b"\n": "\n", b"\r": "\r", b"\n\0": "\n", b"\0\n": "\n", b"\r\0": "\r", b"\0\r": "\r"}.get(last, "")


__all__ = ["Scan", "scan"]
