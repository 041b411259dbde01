"""Doors at which a signature stands for a key; and that an adapter sees the query as its signer wrote it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import ClassVar

import pytest

from lienthong import Accept, Adapter, Answer, Capabilities, Context, Draft, Inbound, Outcome, Reception, receive

from .support import OPERATOR, PORTAL, SOURCE, House, documented, hashed, house

SIGNATURE = "right"
GATE, OTHER = "key-of-the-gate", "key-of-the-other"


class Gateway(Adapter):
    """Takes notices whose signature is right, and answers the query as it came."""

    name: ClassVar[str] = "gateway"
    capabilities = Capabilities(callbacks=True)

    @receive("notice", signed=True)
    def notice(self, inbound: Inbound, context: Context) -> Reception:
        if inbound.query.get("signature") != SIGNATURE:
            return Answer(200, b"97 checksum", "text/plain")
        told = yield Accept((Draft("parcel.sent", "P-1", {}, key=inbound.query["id"], source=SOURCE),))
        assert isinstance(told, Outcome)
        said = [inbound.client, told.state, *(one.code for one in told.problems)]
        return Answer(200, " ".join(said).encode(), "text/plain")

    @receive("raw", signed=True)
    def raw(self, inbound: Inbound, context: Context) -> Reception:
        return Answer(200, inbound.query_string.encode("latin-1"), "text/plain")
        yield Accept(())

    @receive("unsigned")
    def unsigned(self, inbound: Inbound, context: Context) -> Reception:
        return Answer(200, inbound.client.encode(), "text/plain")
        yield Accept(())


@pytest.fixture
async def bus(fresh: Path) -> AsyncIterator[House]:
    sends = [{"source": SOURCE, "types": ["parcel.sent"]}]
    clients = {
        "gate": {"signed": ["gateway"], "send": sends},
        "keyed": {"key": hashed(GATE), "systems": ["gateway", "locked"], "send": sends},
        "stranger": {"key": hashed(OTHER), "systems": ["office"], "send": sends},
    }
    more = {name: Gateway(Gateway.Settings()) for name in ("gateway", "locked")}
    async with house(fresh, more, clients) as running:
        yield running
        documented(running)


def door(system: str = "gateway", operation: str = "notice", signature: str = SIGNATURE) -> str:
    return f"/in/{system}/{operation}?id=n1&signature={signature}"


async def test_who_signs_needs_no_key(bus: House) -> None:
    answer = await bus.ask("GET", door(), None)
    assert (answer.status, answer.body) == (200, b"gate accepted")
    [row] = await bus.rows("SELECT client, source FROM message")
    assert row == {"client": "gate", "source": SOURCE}
    assert (await bus.ask("POST", door(), None)).body == b"gate duplicate"


async def test_a_bad_signature_is_answered_by_the_adapter_and_changes_nothing(bus: House) -> None:
    answer = await bus.ask("GET", door(signature="wrong"), None)
    assert (answer.status, answer.body) == (200, b"97 checksum")
    assert (await bus.counts())["message"] == 0


async def test_a_key_that_nobody_has_counts_as_none_where_one_signs(bus: House) -> None:
    """A gateway may send an Authorization of its own."""
    assert (await bus.ask("GET", door(), "no-such-key")).body == b"gate accepted"
    basic = await bus.ask("GET", door(), None, headers={"authorization": "Basic bm86bm8="})
    assert basic.body == b"gate duplicate"


async def test_a_key_counts_before_the_signature(bus: House) -> None:
    """And still has to be right: a key adds no right to what a signature gives."""
    assert (await bus.ask("GET", door(), GATE)).body == b"keyed accepted"
    assert (await bus.ask("GET", door(signature="wrong"), GATE)).body == b"97 checksum"


@pytest.mark.parametrize("key", [OTHER, PORTAL, OPERATOR])
async def test_the_key_of_another_client(bus: House, key: str) -> None:
    answer = await bus.ask("GET", door(), key)
    assert (answer.status, answer.code) == (403, "not-allowed")
    assert (await bus.counts())["message"] == 0


async def test_a_door_that_nobody_signs_for_needs_a_key(bus: House) -> None:
    """The same adapter at a system that no client signs for; and another receiver of one that a client does."""
    for page in (door("locked"), door(operation="unsigned"), "/in/office/plain"):
        for key in (None, "no-such-key"):
            answer = await bus.ask("POST", page, key)
            assert (answer.status, answer.code) == (401, "unauthenticated")
            assert answer.headers["www-authenticate"].startswith("Bearer")
    assert (await bus.ask("POST", door(operation="unsigned"), GATE)).body == b"keyed"


async def test_a_door_that_is_not_there_needs_a_key_too(bus: House) -> None:
    for page in (door(operation="none"), door("nobody"), "/in/gateway/notice/further"):
        expected = 200 if "further" in page else 401
        assert (await bus.ask("GET", page, None)).status == expected, page


async def test_a_signature_opens_no_other_page(bus: House) -> None:
    for page in ("/v1/messages", "/v1/tasks", "/metrics"):
        assert (await bus.ask("GET", f"{page}?signature={SIGNATURE}", None)).status == 401


async def plain(bus: House, target: str) -> bytes:
    """The answer to a request line that no client library has rewritten."""
    port = int(bus.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {target} HTTP/1.1\r\nHost: bus\r\nConnection: close\r\n\r\n".encode("latin-1"))
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    assert head.startswith(b"HTTP/1.1 200"), head
    return body


@pytest.mark.parametrize(
    "query",
    [
        "vnp_OrderInfo=Nop+phi%20ho%2Bso&vnp_Amount=5000000",
        "a=%41&a=A&a=",
        "b=2&a=1&b=3&B=4",
        "x=%2f%2F%e1%BB%87",
        "=&&=1&novalue&a==b",
        "a=1;b=2&c=%",
        "plus=a+b&percent=100%25&hash=%23&question=?",
        "quote='\"&angle=<>&pipe=|",
    ],
)
async def test_the_query_comes_exactly_as_it_was_written(bus: House, query: str) -> None:
    assert await plain(bus, f"/in/gateway/raw?{query}") == query.encode("latin-1")


@pytest.mark.parametrize("target", ["/in/gateway/raw", "/in/gateway/raw?"])
async def test_no_query_is_an_empty_one(bus: House, target: str) -> None:
    assert await plain(bus, target) == b""
