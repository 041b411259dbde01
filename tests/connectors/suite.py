"""What every HTTP connector must do, written once and inherited by the tests of each."""

from __future__ import annotations

import asyncio
import gzip
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from connectors.http import HttpConnector
from lienthong.requests import Get, Lost, Misconfigured, NotSent, Post, Reply, Request, Unsendable
from tests.connectors.servers import (
    OK,
    Speak,
    Wire,
    answering,
    full_port,
    read_request,
    refused_port,
    silent_after,
    threaded_server,
    wire_server,
)

BODY = {"session": "s-ví-dụ", "data": [{"MaHoSo": "000.00.15.H49-261122-0001", "SoTien": 45000}]}
COMPACT = '{"session":"s-ví-dụ","data":[{"MaHoSo":"000.00.15.H49-261122-0001","SoTien":45000}]}'.encode()
SHORT = {"timeouts": {"pool": 0.1, "connect": 0.2, "read": 0.3, "total": 2}}
KEPT = answering(OK, close=False)


class ConnectorSuite:
    """A subclass says how to make one, and where its requests arrive."""

    path = ""
    query = ""

    def make(self, url: str, **settings: Any) -> HttpConnector:
        """A connector to the server at `url`."""
        raise NotImplementedError

    @asynccontextmanager
    async def opened(self, url: str, **settings: Any) -> AsyncIterator[HttpConnector]:
        """An open connector, closed afterwards."""
        connector = self.make(url, **settings)
        await connector.open()
        try:
            yield connector
        finally:
            await connector.close()

    async def heard(self, request: Request, **settings: Any) -> tuple[str, dict[str, str], bytes]:
        """Request line, headers in lower case, and body, as a server sees `request`."""
        async with wire_server(KEPT) as wire, self.opened(wire.url, **settings) as connector:
            reply = await connector.exchange(request)
            assert (reply.status, reply.content) == (200, b"ok")
        head, _, body = wire.requests[0].partition(b"\r\n\r\n")
        line, *lines = head.decode("ascii").split("\r\n")
        return line, {name.lower(): value for name, _, value in (entry.partition(": ") for entry in lines)}, body

    def line(self, method: str, path: str, query: str = "") -> str:
        """The request line that a server should see."""
        both = "&".join(part for part in (self.query, query) if part)
        return f"{method} {self.path}{path}{'?' if both else ''}{both} HTTP/1.1"

    async def fails(self, speak: Speak, request: Request, **settings: Any) -> tuple[Exception, Wire]:
        """The error of an exchange with a server that misbehaves."""
        async with wire_server(speak) as wire, self.opened(wire.url, **(SHORT | settings)) as connector:
            with pytest.raises((NotSent, Lost, Misconfigured)) as caught:
                await connector.exchange(request)
        return caught.value, wire

    # requests

    async def test_json_is_compact_utf8_in_the_order_given(self) -> None:
        line, headers, body = await self.heard(Post("mapi/g", json=BODY))
        assert line == self.line("POST", "/mapi/g")
        assert body == COMPACT
        assert headers["content-type"] == "application/json; charset=utf-8"
        assert headers["content-length"] == str(len(COMPACT))

    async def test_paths_and_parameters_are_percent_encoded_in_order(self) -> None:
        request = Get("hồ sơ/a%2Fb;v=1", params={"tên": "Nguyễn Văn", "a": "1&2=3+4", "z": "~"})
        line, _, _ = await self.heard(request)
        path = "/h%E1%BB%93%20s%C6%A1/a%2Fb;v=1"
        query = "t%C3%AAn=Nguy%E1%BB%85n%20V%C4%83n&a=1%262%3D3%2B4&z=~"
        assert line == self.line("GET", path, query)

    async def test_a_form_and_plain_bytes(self) -> None:
        _, headers, body = await self.heard(Post("t", form={"grant_type": "client_credentials", "x": "á b"}))
        assert (headers["content-type"], body) == (
            "application/x-www-form-urlencoded",
            b"grant_type=client_credentials&x=%C3%A1+b",
        )
        _, headers, body = await self.heard(Post("t", content=b"\x00\xff", headers={"content-type": "application/xml"}))
        assert (headers["content-type"], body) == ("application/xml", b"\x00\xff")

    async def test_a_large_body_arrives_whole(self) -> None:
        content = b"0123456789abcdef" * 200_000
        _, headers, body = await self.heard(Post("t", content=content))
        assert body == content
        assert headers["content-length"] == str(len(content))

    async def test_a_request_without_body_has_none(self) -> None:
        _, headers, body = await self.heard(Get("a"))
        assert body == b""
        assert "content-type" not in headers and "cookie" not in headers

    async def test_headers_of_the_request_win_over_those_of_the_settings(self) -> None:
        _, headers, _ = await self.heard(
            Get("a", headers={"x-unit": "H49.21"}), headers={"X-Unit": "H49", "X-Other": "1"}
        )
        assert (headers["x-unit"], headers["x-other"]) == ("H49.21", "1")

    async def test_parameters_of_every_request(self) -> None:
        line, _, _ = await self.heard(Get("a", params={"b": "2"}), params={"unit": "H49", "b": "1"})
        assert line == self.line("GET", "/a", "unit=H49&b=2")

    @pytest.mark.parametrize(
        "path",
        [
            "http://elsewhere.example.vn/",
            "HTTPS:/elsewhere.example.vn",
            "//elsewhere.example.vn/x",
            "a//b",
            "../x",
            "a/../../x",
            "a/..",
            "./a",
            "a/%2e%2E/x",
            "a/%252e%252e/x",
            "a%2f..%2fx",
            "a\\..\\x",
            "a/..;v=1/x",
            "a?b=1",
            "a#b",
            "a\r\nX: 1",
            "a%0d%0aX:1",
            "a\x00",
            "a\ud800",
        ],
    )
    async def test_a_path_cannot_leave_the_base(self, path: str) -> None:
        async with wire_server(KEPT) as wire, self.opened(wire.url) as connector:
            with pytest.raises(Unsendable):
                await connector.exchange(Get(path))
        assert wire.requests == []

    @pytest.mark.parametrize(
        "request_",
        [
            Post("a", headers={"X-A": "1\r\nX-B: 2"}),
            Post("a", headers={"X-A": "Việt"}),
            Post("a", headers={"X A": "1"}),
            Post("a", headers={"Host": "elsewhere.example.vn"}),
            Post("a", headers={"Content-Length": "3"}),
            Post("a", headers={"Transfer-Encoding": "chunked"}),
            Post("a", json={"a": object()}),
            Post("a", json={"a": "\ud800"}),
            Post("a", json={"a": 1}, content=b"1"),
            Request("CONNECT", "a"),
            Request("GET /x HTTP/1.1\r\n", "a"),
        ],
        ids=lambda request: str(request)[:40],
    )
    async def test_a_request_that_cannot_be_sent_is_not(self, request_: Request) -> None:
        async with wire_server(KEPT) as wire, self.opened(wire.url) as connector:
            with pytest.raises(Unsendable) as caught:
                await connector.exchange(request_)
        assert wire.requests == []
        assert "Việt" not in str(caught.value)

    # answers

    async def test_an_error_status_is_a_reply(self) -> None:
        answer = b"HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nX-A: 1\r\nX-A: 2\r\nContent-Length: 3\r\n\r\n\xff\x00x"
        async with wire_server(answering(answer)) as wire, self.opened(wire.url) as connector:
            reply = await connector.exchange(Post("a"))
        assert reply == Reply(503, reply.headers, b"\xff\x00x")
        assert (reply.headers["retry-after"], reply.headers["x-a"]) == ("7", "1, 2")
        assert all(name == name.lower() for name in reply.headers)

    async def test_redirects_are_not_followed_and_cookies_not_kept(self) -> None:
        answer = b"HTTP/1.1 302 Found\r\nLocation: /b\r\nSet-Cookie: a=1\r\nContent-Length: 0\r\n\r\n"
        async with wire_server(answering(answer, close=False)) as wire, self.opened(wire.url) as connector:
            assert (await connector.exchange(Get("a"))).status == 302
            assert (await connector.exchange(Get("a"))).headers["location"] == "/b"
        assert wire.request_lines == [self.line("GET", "/a")] * 2
        assert b"cookie" not in wire.requests[1].lower()

    async def test_a_packed_answer_is_unpacked(self) -> None:
        packed = gzip.compress(COMPACT)
        answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed
        async with wire_server(answering(answer)) as wire, self.opened(wire.url) as connector:
            reply = await connector.exchange(Get("a"))
        assert reply.json() == BODY
        assert "content-encoding" not in reply.headers

    async def test_an_answer_that_ends_with_the_connection_and_one_in_chunks(self) -> None:
        until_end = b"HTTP/1.0 200 OK\r\n\r\n" + COMPACT
        chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
        for answer, content in ((until_end, COMPACT), (chunks, b"abcde")):
            async with wire_server(answering(answer)) as wire, self.opened(wire.url) as connector:
                assert (await connector.exchange(Get("a"))).content == content

    async def test_an_answer_of_exactly_the_limit_is_taken(self) -> None:
        answer = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"x" * 1000
        async with wire_server(answering(answer)) as wire, self.opened(wire.url, max_answer=1000) as connector:
            assert len((await connector.exchange(Get("a"))).content) == 1000

    async def test_a_head_has_no_body(self) -> None:
        answer = b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"
        async with wire_server(answering(answer)) as wire, self.opened(wire.url, max_answer=1000) as connector:
            assert (await connector.exchange(Request("HEAD", "a", write=False))).content == b""

    # surely not sent

    async def test_a_refused_connection_was_not_sent(self) -> None:
        with refused_port() as port:
            async with self.opened(f"http://127.0.0.1:{port}") as connector:
                with pytest.raises(NotSent, match=f"127.0.0.1:{port}"):
                    await connector.exchange(Post("a", json=BODY))

    async def test_an_unknown_name_was_not_sent(self) -> None:
        async with self.opened("http://absent.invalid:8080", timeouts={"connect": 5}) as connector:
            with pytest.raises(NotSent, match="could not be resolved"):
                await connector.exchange(Post("a", json=BODY))

    async def test_a_connection_that_does_not_come_about_was_not_sent(self) -> None:
        with full_port() as port:
            async with self.opened(f"http://127.0.0.1:{port}", **SHORT) as connector:
                with pytest.raises(NotSent, match="in time"):
                    await connector.exchange(Post("a", json=BODY))

    async def test_a_total_timeout_while_connecting_was_not_sent(self) -> None:
        with full_port() as port:
            async with self.opened(f"http://127.0.0.1:{port}", timeouts={"connect": 5}) as connector:
                with pytest.raises(NotSent):
                    await connector.exchange(Post("a", json=BODY, timeout=0.1))

    async def test_no_free_connection_in_time_was_not_sent(self) -> None:
        settings = {"pool": {"size": 1}, "timeouts": {"pool": 0.1, "connect": 0.1, "read": 5, "total": 5}}
        async with wire_server(silent_after(b"")) as wire, self.opened(wire.url, **settings) as connector:
            first = asyncio.create_task(connector.exchange(Post("first")))
            await asyncio.sleep(0.05)
            with pytest.raises(NotSent, match="in time"):
                await connector.exchange(Post("second"))
            first.cancel()
            await asyncio.gather(first, return_exceptions=True)
        assert wire.request_lines == [self.line("POST", "/first")]

    async def test_a_server_that_does_not_speak_tls_got_nothing(self) -> None:
        async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, wire: Wire) -> None:
            wire.requests.append(await reader.read(5))
            writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        async with wire_server(speak) as wire, self.opened(wire.url.replace("http:", "https:"), **SHORT) as connector:
            with pytest.raises(NotSent):
                await connector.exchange(Post("a", json=BODY))
        assert wire.requests[0][:1] == b"\x16"

    async def test_a_tls_handshake_that_hangs_was_not_sent(self) -> None:
        async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, wire: Wire) -> None:
            await asyncio.sleep(30)

        async with wire_server(speak) as wire, self.opened(wire.url.replace("http:", "https:"), **SHORT) as connector:
            with pytest.raises(NotSent, match="in time"):
                await connector.exchange(Post("a", json=BODY))

    async def test_without_time_nothing_is_sent(self) -> None:
        async with wire_server(KEPT) as wire, self.opened(wire.url) as connector:
            with pytest.raises(NotSent):
                await connector.exchange(Post("a", timeout=0))
        assert wire.connections == 0

    async def test_before_open_and_after_close_nothing_is_sent(self) -> None:
        async with wire_server(KEPT) as wire:
            connector = self.make(wire.url)
            with pytest.raises(NotSent):
                await connector.exchange(Post("a"))
            await connector.open()
            await connector.exchange(Post("a"))
            await connector.close()
            await connector.close()
            with pytest.raises(NotSent):
                await connector.exchange(Post("a"))
        assert len(wire.requests) == 1

    # maybe sent

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "GET"])
    async def test_a_fresh_connection_closed_without_answer_is_lost(self, method: str) -> None:
        error, wire = await self.fails(answering(b""), Request(method, "a"))
        assert isinstance(error, Lost)
        assert len(wire.requests) == 1

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "GET"])
    async def test_a_write_is_never_repeated_on_a_used_connection(self, method: str) -> None:
        async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, wire: Wire) -> None:
            await read_request(reader, wire)
            writer.write(OK)
            await read_request(reader, wire)

        async with wire_server(speak) as wire, self.opened(wire.url, **SHORT) as connector:
            await connector.exchange(Get("first"))
            with pytest.raises(Lost):
                await connector.exchange(Request(method, "second", write=True))
        assert wire.request_lines == [self.line("GET", "/first"), self.line(method, "/second")]

    async def test_a_read_is_repeated_once_when_a_used_connection_breaks(self) -> None:
        async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, wire: Wire) -> None:
            await read_request(reader, wire)
            writer.write(OK)
            await read_request(reader, wire)

        async with wire_server(speak) as wire, self.opened(wire.url, **SHORT) as connector:
            await connector.exchange(Get("first"))
            assert (await connector.exchange(Get("second"))).content == b"ok"
        assert wire.request_lines == [self.line("GET", path) for path in ("/first", "/second", "/second")]

    async def test_silence_is_lost(self) -> None:
        error, wire = await self.fails(silent_after(b""), Post("a", json=BODY))
        assert isinstance(error, Lost) and "timeouts.read" in str(error)
        assert len(wire.requests) == 1

    async def test_silence_in_the_middle_of_an_answer_is_lost(self) -> None:
        error, _ = await self.fails(silent_after(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"), Post("a"))
        assert isinstance(error, Lost)

    async def test_the_total_timeout_is_lost_once_sent(self) -> None:
        async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, wire: Wire) -> None:
            await read_request(reader, wire)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n")
            while True:
                writer.write(b"x")
                await asyncio.sleep(0.02)

        before = time.monotonic()
        error, _ = await self.fails(drip, Post("a", timeout=0.3))
        assert isinstance(error, Lost) and "in time" in str(error)
        assert time.monotonic() - before < 2

    @pytest.mark.parametrize(
        "answer",
        [
            b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n0\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Le",
            b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 9\r\n\r\nabc",
            b"<html>not HTTP</html>\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00",
            b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 100_000 + b"\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 10\r\n\r\n" + gzip.compress(b"a" * 500)[:10],
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
            b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 4\r\n\r\nabcd",
        ],
        ids=[
            "cut off",
            "cut off chunk",
            "bad chunk",
            "half a header",
            "two lengths",
            "html",
            "tls",
            "endless header",
            "cut off gzip",
            "no gzip",
            "unasked packing",
        ],
    )
    async def test_a_broken_answer_is_lost(self, answer: bytes) -> None:
        error, wire = await self.fails(answering(answer), Post("a", json=BODY))
        assert isinstance(error, Lost)
        assert len(wire.requests) == 1

    @pytest.mark.parametrize(
        "answer",
        [
            b"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n" + b"x" * 1001,
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1f4\r\n" + b"x" * 500 + b"\r\n",
            b"HTTP/1.0 200 OK\r\n\r\n" + b"x" * 5000,
            b"HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"\0" * 20_000_000),
        ],
        ids=["announced", "in chunks", "until the end", "gzip bomb"],
    )
    async def test_too_large_an_answer_is_lost_and_not_read_to_its_end(self, answer: bytes) -> None:
        async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, wire: Wire) -> None:
            await read_request(reader, wire)
            writer.write(answer)
            while b"chunked" in answer:
                writer.write(b"1f4\r\n" + b"x" * 500 + b"\r\n")
                await writer.drain()

        error, _ = await self.fails(endless, Post("a"), max_answer=1000)
        assert isinstance(error, Lost) and "max_answer" in str(error)

    # connections

    async def test_connections_are_kept_and_bounded(self) -> None:
        async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, wire: Wire) -> None:
            while True:
                await read_request(reader, wire)
                await asyncio.sleep(0.005)
                writer.write(OK)

        async with wire_server(speak) as wire, self.opened(wire.url, pool={"size": 4}) as connector:
            await asyncio.gather(*(connector.exchange(Post(f"a/{n}")) for n in range(40)))
        assert (wire.connections, len(wire.requests)) == (4, 40)

    async def test_a_connection_closed_while_idle_is_not_used(self) -> None:
        """The end arrives while our loop stands still, so the pool has not heard of it yet."""
        with threaded_server(lambda connection: connection.shutdown(socket.SHUT_RDWR)) as server:
            async with self.opened(server.url) as connector:
                await connector.exchange(Post("first"))
                time.sleep(0.1)  # noqa: ASYNC251  # the loop is to stand still
                reply = await connector.exchange(Post("second"))
        assert reply.content == b"ok"
        assert len(server.heard) == 2

    @pytest.mark.parametrize("pause", [0.1, 0], ids=["read by the loop", "not yet read"])
    async def test_a_stray_answer_is_never_taken_for_ours(self, pause: float) -> None:
        def later(connection: socket.socket) -> None:
            time.sleep(0.03)  # so that it is not read together with the first answer
            connection.sendall(b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 5\r\n\r\nstray")

        with threaded_server(later) as server:
            async with self.opened(server.url) as connector:
                await connector.exchange(Post("first"))
                await asyncio.sleep(pause)
                time.sleep(0.1)  # noqa: ASYNC251  # the loop is to stand still
                assert (await connector.exchange(Post("second"))).content == b"ok"

    async def test_an_idle_connection_is_closed_in_time(self) -> None:
        async with wire_server(KEPT) as wire, self.opened(wire.url, pool={"idle": 0.05}) as connector:
            await connector.exchange(Post("first"))
            await asyncio.sleep(0.15)
            await connector.exchange(Post("second"))
        assert wire.connections == 2

    async def test_connections_need_not_be_kept(self) -> None:
        async with wire_server(KEPT) as wire, self.opened(wire.url, pool={"idle": 0}) as connector:
            await connector.exchange(Post("first"))
            await connector.exchange(Post("second"))
        assert wire.connections == 2

    async def test_a_cancelled_exchange_gives_its_connection_back(self) -> None:
        async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, wire: Wire) -> None:
            request = await read_request(reader, wire)
            await asyncio.sleep(30 if b"slow" in request else 0)
            writer.write(OK)

        async with wire_server(speak) as wire, self.opened(wire.url, pool={"size": 1}) as connector:
            slow = asyncio.create_task(connector.exchange(Post("slow")))
            await asyncio.sleep(0.05)
            slow.cancel()
            with pytest.raises(asyncio.CancelledError):
                await slow
            assert (await connector.exchange(Post("next"))).status == 200

    async def test_closing_ends_what_is_under_way(self) -> None:
        async with wire_server(silent_after(b"")) as wire:
            connector = self.make(wire.url)
            await connector.open()
            under_way = asyncio.create_task(connector.exchange(Post("a")))
            await asyncio.sleep(0.05)
            await connector.close()
            with pytest.raises(Lost):
                await under_way

    # secrets

    async def test_errors_hold_neither_secrets_nor_personal_data(self) -> None:
        settings = SHORT | {"auth": {"type": "api_key", "key": "khoa-bi-mat", "place": "query:key"}}
        request = Get("a", params={"cccd": "022000000000"}, headers={"X-Token": "khoa-bi-mat"})
        servers = [answering(b""), answering(b"not HTTP khoa-bi-mat\r\n\r\n"), silent_after(b"")]
        errors = [(await self.fails(speak, request, **settings))[0] for speak in servers]
        with full_port() as port:
            async with self.opened(f"http://127.0.0.1:{port}", **settings) as connector:
                with pytest.raises(NotSent) as caught:
                    await connector.exchange(request)
        for error in (*errors, caught.value):
            assert "khoa-bi-mat" not in repr(error) and "022000000000" not in repr(error)
            assert error.__cause__ is None and error.__context__ is None
        assert "khoa-bi-mat" not in repr(connector) + repr(vars(connector)["_settings"])
