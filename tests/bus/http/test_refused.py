"""Whatever is wrong gets its documented status and problem, and the ledger is unchanged."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from .support import MUTE, SOURCE, House, Told, documented, dossier, event, house

pytestmark = [pytest.mark.timeout(30), pytest.mark.asyncio(loop_scope="module")]

EVENT = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
DEEP = b"[" * 10_000 + b"]" * 10_000


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bus(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """One for all tests here, as none of them leaves anything behind."""
    path = Path(shutil.copy(migrated, tmp_path_factory.mktemp("refused") / "ledger.db"))
    async with house(path) as running:
        assert (await running.send(event("before"))).status == 202
        yield running
        documented(running)


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def unchanged(bus: House) -> AsyncIterator[None]:
    """Of every test here: nothing is in the ledger afterwards that was not there before."""
    before = await bus.counts()
    yield
    assert await bus.counts() == before


def raw(data: bytes) -> bytes:
    """An event whose data is written by hand."""
    return json.dumps(event(data="@")).encode().replace(b'"@"', data)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{'id': 1}",
        b"\xff\xfe{}",
        raw(b'"\xc3\x28"'),
        raw(b"NaN"),
        raw(b'"a\0b"'),
        b"\xef\xbb\xbf{}",
        b"{}{}",
    ],
)
async def test_what_is_not_json(bus: House, body: bytes) -> None:
    answer = await bus.post(body, EVENT)
    assert (answer.status, answer.code) == (400, "not-json")
    assert "line 1" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("data", "code", "pointer"),
    [
        (b'{"a": ["x", "\\u0000"]}', "nul", "/data/a/1"),
        (b'{"a\\u0000": 1}', "nul", "/data"),
        (b'{"a": "\\ud800"}', "surrogate", "/data/a"),
        (b'{"a": "\\udc00x"}', "surrogate", "/data/a"),
        (b'{"a": "\xed\xa0\x80"}', "surrogate", "/data/a"),
        (b'{"a/b": 9007199254740992}', "number-too-large", "/data/a~1b"),
        (b'{"a": 1e999}', "number-too-large", "/data/a"),
        (b'{"a": ' + b"9" * 400 + b"}", "number-too-large", "/data/a"),
        (b"[" * 65 + b"]" * 65, "too-deep", "/data" + "/0" * 47 + "/"),
    ],
)
async def test_json_that_no_database_keeps(bus: House, data: bytes, code: str, pointer: str) -> None:
    answer = await bus.post(raw(data), EVENT)
    assert (answer.status, answer.code) == (422, "invalid")
    [(found, place)] = answer.errors
    assert found == code
    assert place.startswith(pointer)


@pytest.mark.parametrize("body", [DEEP, raw(DEEP), b"[" * 10_000, b'{"a":' * 10_000, b"[" + raw(DEEP) + b"]"])
@pytest.mark.parametrize("media", [EVENT, "application/json", BATCH])
async def test_nesting_ten_thousand_deep(bus: House, body: bytes, media: str) -> None:
    answer = await bus.post(body, media)
    assert (answer.status, answer.code) == (422, "invalid")
    assert answer.errors[0][0] == "too-deep"


async def test_sixty_four_deep_is_still_read(bus: House) -> None:
    answer = await bus.post(raw(b"[" * 64 + b"]" * 64).replace(b"parcel.sent", b"parcel.lost"), EVENT)
    assert answer.errors == [("no-route", "/type")]


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"id": None}, "wrong-type", "/id"),
        ({"id": 7}, "wrong-type", "/id"),
        ({"id": ""}, "empty", "/id"),
        ({"id": "x" * 201}, "too-long", "/id"),
        ({"id": "a\0b"}, "nul", "/id"),
        ({"subject": "a\0b"}, "nul", "/subject"),
        ({"specversion": "0.3"}, "not-in-list", "/specversion"),
        ({"type": "Parcel"}, "wrong-form", "/type"),
        ({"time": "2026-02-30T08:00:00+07:00"}, "time", "/time"),
        ({"time": "2026-02-20T08:00:00"}, "time-naive", "/time"),
        ({"time": 20261122081000}, "time-format", "/time"),
        ({"datacontenttype": "text/xml"}, "not-in-list", "/datacontenttype"),
        ({"data_base64": "AAAA"}, "binary-data", "/data_base64"),
        ({"type": "parcel.lost"}, "no-route", "/type"),
        ({"type": "nobody.knows"}, "unknown-type", "/type"),
        (
            {"type": "dossier.submitted", "dataschema": "urn:lienthong:dossier.submitted:9"},
            "unknown-schema",
            "/dataschema",
        ),
        ({"type": "dossier.submitted", "data": None}, "wrong-type", "/data"),
    ],
)
async def test_a_wrong_envelope(bus: House, changes: dict[str, Any], code: str, pointer: str) -> None:
    answer = await bus.send(event(**changes))
    assert (answer.status, answer.code) == (422, "invalid")
    assert answer.errors == [(code, pointer)]


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"state": "eleven"}, "not-in-list", "/data/state"),
        ({"state": 3}, "not-in-list", "/data/state"),
        ({"received_at": "2026-02-30T08:00:00+07:00"}, "time", "/data/received_at"),
        ({"procedure": []}, "wrong-type", "/data/procedure"),
        ({"surprise": 1}, "unknown-field", "/data/surprise"),
    ],
)
async def test_a_wrong_dossier(bus: House, changes: dict[str, Any], code: str, pointer: str) -> None:
    answer = await bus.send(dossier(**changes))
    assert (answer.status, answer.code) == (422, "invalid")
    assert answer.errors == [(code, pointer)]
    assert "Nguyễn" not in answer.body.decode()


async def test_one_bad_event_refuses_the_batch_with_the_place_of_its_mistake(bus: House) -> None:
    bad = dossier("x", fees=[{"name": "Phí ví dụ", "code": "P1", "kind": "ordinary", "amount": "45000"}])
    answer = await bus.send(event("a"), event("b"), dossier("c"), bad)
    assert (answer.status, answer.code) == (422, "invalid")
    assert answer.errors == [("money-type", "/3/data/fees/0/amount")]


async def test_every_bad_event_of_a_batch_is_listed(bus: House) -> None:
    answer = await bus.send(event("a"), event(""), event("c", data="x\0"), 5, event("d", source="/other"), {"id": "e"})
    assert (answer.status, answer.code) == (422, "invalid")
    assert answer.errors == [
        ("empty", "/1/id"),
        ("nul", "/2/data"),
        ("wrong-type", "/3"),
        ("source-not-allowed", "/4/source"),
        ("missing", "/5/source"),
        ("missing", "/5/type"),
        ("missing", "/5/subject"),
    ]


async def test_many_mistakes_are_one_an_event(bus: House) -> None:
    answer = await bus.send(*({"id": str(number)} for number in range(400)))
    assert answer.errors == [("missing", f"/{number}/source") for number in range(400)]


async def test_a_batch_that_is_no_list_and_an_event_that_is_one(bus: House) -> None:
    assert (await bus.post(event(), BATCH)).errors == [("wrong-type", "")]
    assert (await bus.post([event()], EVENT)).errors == [("wrong-type", "")]


async def test_a_key_reused_for_another_body(bus: House) -> None:
    answer = await bus.send(event("before", data={"word": "two"}))
    assert (answer.status, answer.code) == (409, "key-reused")
    assert answer.errors == [("key-reused", "/id")]
    batch = await bus.send(event("new"), event("before", subject="P-2"))
    assert (batch.status, batch.errors) == (409, [("key-reused", "/1/id")])


async def test_a_key_used_for_two_bodies_of_one_batch(bus: House) -> None:
    answer = await bus.send(event("n"), event("n", data={"word": "two"}))
    assert (answer.status, answer.errors) == (409, [("key-reused", "/1/id")])


@pytest.mark.parametrize("key", [None, "", "wrong", "Ключ"])
async def test_an_unknown_client(bus: House, key: str | None) -> None:
    headers = {"content-type": EVENT, **({"x-api-key": key} if key is not None else {})}
    answer = await bus.ask("POST", "/v1/events", None, data=json.dumps(event()), headers=headers)
    assert (answer.status, answer.code) == (401, "unauthenticated")
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_what_a_client_may_not_send(bus: House) -> None:
    source = await bus.send(event(source="/h49/else"))
    assert (source.status, source.code, source.errors) == (403, "not-allowed", [("source-not-allowed", "/source")])
    type = await bus.send(event(type="payment.paid"))
    assert (type.status, type.errors) == (403, [("type-not-allowed", "/type")])
    assert (await bus.send(event(), key=MUTE)).status == 403


@pytest.mark.parametrize(
    ("media", "headers"),
    [
        ("text/plain", {}),
        ("application/xml", {"ce-id": "1"}),
        ("application/json; charset=utf-16", {}),
        (EVENT, {"content-encoding": "gzip"}),
        ("", {}),
    ],
)
async def test_a_media_type_that_is_not_read(bus: House, media: str, headers: dict[str, str]) -> None:
    answer = await bus.post(event(), media, **headers)
    assert (answer.status, answer.code) == (415, "unsupported-media-type")


async def test_a_header_that_is_no_utf8(bus: House) -> None:
    headers = {"ce-id": "%ff", "ce-source": SOURCE, "ce-type": "parcel.sent", "ce-subject": "s"}
    answer = await bus.post(b"{}", "application/json", **headers)
    assert (answer.status, answer.errors) == (422, [("wrong-encoding", "/id")])
    nul = await bus.post(b"{}", "application/json", **{**headers, "ce-id": "a%00"})
    assert (nul.status, nul.errors) == (422, [("nul", "/id")])


async def test_thirty_megabytes_by_length_and_by_reading(bus: House) -> None:
    large = b'"' + b"x" * 30_000_000 + b'"'
    headers = {"content-type": EVENT}
    announced = await bus.ask("POST", "/v1/events", data=BytesIO(large), headers=headers)
    assert (announced.status, announced.code) == (413, "too-large")

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(large), 1_000_000):
            yield large[start : start + 1_000_000]

    unannounced = await bus.ask("POST", "/v1/events", data=chunks(), headers=headers)
    assert (unannounced.status, unannounced.code) == (413, "too-large")


async def test_too_many_events(bus: House) -> None:
    answer = await bus.send(*(event(str(number)) for number in range(1001)))
    assert (answer.status, answer.code) == (413, "batch-too-long")


async def test_a_caller_that_hangs_up_leaves_nothing(bus: House) -> None:
    port = int(bus.url.rpartition(":")[2])
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    head = "POST /v1/events HTTP/1.1\r\nhost: bus\r\nx-api-key: key-of-the-portal\r\ncontent-type: application/json\r\n"
    writer.write(f"{head}content-length: 500\r\n\r\n{{".encode())
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert (await bus.ask("GET", "/healthz", None)).status == 200


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        (b"NONSENSE\r\n\r\n", 400, "bad-http"),
        (b"GET / HTTP/1.1\r\ncontent-length: x\r\n\r\n", 400, "bad-http"),
        (b"GET / HTTP/1.1\r\n" + b"a: " + b"x" * 70_000, 431, "header-too-large"),
    ],
)
async def test_what_is_not_http(bus: House, said: bytes, status: int, code: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(bus.url.rpartition(":")[2]))
    writer.write(said)
    answer = await reader.read()
    writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    told = Told(int(head.split()[1]), {"content-type": "application/problem+json"}, body)
    assert b"content-type: application/problem+json" in head
    assert (told.status, told.code) == (status, code)


async def test_small_limits_are_kept(fresh: Path, bus: House) -> None:
    async with house(fresh.with_name("small.db"), max_body=1000, max_depth=4, max_batch=2) as small:
        media = "application/cloudevents+json"
        assert (await small.post(event(data="x" * 1000), media)).code == "too-large"
        assert (await small.post(event(data=[[[[[]]]]]), media)).errors == [("too-deep", "/data/0/0/0/0")]
        assert (await small.post(event(data=[[[[]]]]), media)).status == 202
        assert (await small.send(event("1"), event("2"), event("3"))).code == "batch-too-long"
