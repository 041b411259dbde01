"""Several processes of one bus on one machine: what the parent tells each, and how any of them answers for all.

The parent is `lienthong run --processes N`. Each process gives its own metrics on a Unix socket in the parent's
private folder; the one that is asked over HTTP puts all of them together. That the socket is there also tells the
parent that the process has started.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitoring.exposition import merge

# How the parent tells a process which one it is. Not for people: it is taken out of the environment when it is read.
VARIABLE = "LIENTHONG_FAMILY"

# Seconds that a sibling may take; Prometheus itself waits ten for all of them together.
_PATIENCE = 2.0
_MOST = 16_000_000
_PLAIN, _OPEN = b"plain\n", b"openmetrics\n"


@dataclass(frozen=True, slots=True)
class Member:
    """One process of `of`, counted from 1. `port`: where all of them listen together; `folder`: of their sockets."""

    number: int
    of: int
    port: int
    folder: Path

    @property
    def leads(self) -> bool:
        """Whether this one tells the gauges of the ledger: told by several, they would be added up."""
        return self.number == 1

    def socket(self, number: int | None = None) -> Path:
        """Where process `number` (this one) gives its metrics."""
        return self.folder / f"{self.number if number is None else number}.sock"

    def environment(self) -> dict[str, str]:
        """What the process is started with."""
        told = {"number": self.number, "of": self.of, "port": self.port, "folder": str(self.folder)}
        return {VARIABLE: json.dumps(told)}


def member(environ: MutableMapping[str, str]) -> Member | None:
    """The member that this process is; `None` if no parent started it. Takes the variable out of `environ`."""
    told = environ.pop(VARIABLE, None)
    if told is None:
        return None
    found: Mapping[str, Any] = json.loads(told)
    return Member(int(found["number"]), int(found["of"]), int(found["port"]), Path(found["folder"]))


def on_end_of_input(loop: asyncio.AbstractEventLoop, then: Callable[[], object]) -> None:
    """Call `then` when standard input ends: the parent holds its other end, and lets go however it dies."""

    def ended() -> None:
        loop.remove_reader(sys.stdin)
        then()

    loop.add_reader(sys.stdin, ended)


class Family:
    """The metrics of all members, as one of them sees them. `render(openmetrics)`: this one's own, and their type."""

    def __init__(self, member: Member, render: Callable[[bool], tuple[bytes, str]]) -> None:
        self._member = member
        self._render = render

    async def start(self) -> None:
        """Answer siblings from now on. Raises `OSError`."""
        self._server = await asyncio.start_unix_server(self._answer, self._member.socket())

    async def stop(self) -> None:
        """Answer no more."""
        self._server.close()
        await self._server.wait_closed()

    async def metrics(self, openmetrics: bool) -> tuple[bytes, str]:
        """(text, content type) of all members, told apart by the label `process`. One that is away is told as down."""
        numbers = range(1, self._member.of + 1)
        texts = await asyncio.gather(*(self._of(number, openmetrics) for number in numbers))
        return merge({str(number): text for number, text in zip(numbers, texts, strict=True)}, openmetrics)

    async def _of(self, number: int, openmetrics: bool) -> bytes | None:
        if number == self._member.number:
            return self._render(openmetrics)[0]
        try:
            async with asyncio.timeout(_PATIENCE):
                return await _ask(self._member.socket(number), openmetrics)
        except (OSError, TimeoutError):
            return None

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            asked = await reader.readline()
            writer.write(self._render(asked == _OPEN)[0])
            await writer.drain()
        except OSError:
            pass  # the sibling waited no longer
        finally:
            writer.close()


async def _ask(path: Path, openmetrics: bool) -> bytes:
    reader, writer = await asyncio.open_unix_connection(path, limit=_MOST)
    try:
        writer.write(_OPEN if openmetrics else _PLAIN)
        return await reader.read(-1)
    finally:
        writer.close()
