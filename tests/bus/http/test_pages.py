"""Health, metrics, the description, and what every page has in common."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bus.http.openapi import document
from bus.http.pages import pages
from bus.http.problems import KINDS
from bus.http.reference import files
from bus.http.server import listen

from .support import MUTE, OPERATOR, House, event

pytestmark = pytest.mark.timeout(30)
REFERENCE = Path(__file__).parents[3] / "docs" / "reference"


async def test_alive_and_ready_without_a_key(bus: House) -> None:
    assert (await bus.ask("GET", "/healthz", None)).json() == {"status": "alive"}
    ready = await bus.ask("GET", "/readyz", None)
    assert (ready.status, ready.json()["status"]) == (200, "ready")
    assert {check["name"] for check in ready.json()["checks"]} >= {"ledger", "broker", "process", "load", "systems"}


async def test_what_degrades_and_what_makes_unready(bus: House) -> None:
    bus.facts |= {"broker": "connection refused", "paused": {"quiet": "why"}, "unknown_systems": ["left"]}
    degraded = await bus.ask("GET", "/readyz", None)
    assert (degraded.status, degraded.json()["status"]) == (200, "degraded")
    assert {one["name"] for one in degraded.json()["checks"] if not one["ok"]} == {"broker", "systems", "orphans"}
    bus.flags["draining"] = True
    assert (await bus.ask("GET", "/readyz", None)).status == 503
    assert (await bus.ask("GET", "/healthz", None)).status == 200


async def test_metrics_for_who_may_read_them(bus: House) -> None:
    plain = await bus.ask("GET", "/metrics", OPERATOR)
    assert (plain.status, plain.headers["content-type"]) == (200, "text/plain; version=0.0.4")
    accept = {"accept": "application/openmetrics-text;version=1.0.0,text/plain;q=0.5"}
    assert (
        (await bus.ask("GET", "/metrics", OPERATOR, headers=accept)).headers["content-type"].startswith("application/")
    )
    assert (await bus.ask("GET", "/metrics", MUTE)).code == "not-allowed"
    assert (await bus.ask("GET", "/metrics", None)).code == "unauthenticated"


async def test_unknown_paths_and_methods_are_problems(bus: House) -> None:
    assert (await bus.ask("GET", "/nothing")).code == "unknown-path"
    assert (await bus.ask("GET", "/v1/messages/", None)).code == "unknown-path"
    wrong = await bus.ask("DELETE", "/v1/events")
    assert (wrong.status, wrong.code, wrong.headers["allow"]) == (405, "method-not-allowed", "POST, OPTIONS")
    assert (await bus.ask("TRACE", "/healthz", None)).status == 405


async def test_head_and_options(bus: House) -> None:
    head = await bus.ask("HEAD", "/healthz", None)
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", "18")
    options = await bus.ask("OPTIONS", "/v1/messages", None)
    assert (options.status, options.headers["allow"], options.body) == (204, "GET, HEAD, OPTIONS", b"")


async def test_every_answer_has_the_request_id_and_is_not_cached(bus: House) -> None:
    given = await bus.ask("GET", "/nothing", headers={"x-request-id": "abc-1"})
    assert given.headers["x-request-id"] == "abc-1"
    assert given.json()["instance"] == "urn:lienthong:request:abc-1"
    made = await bus.ask("GET", "/healthz", None, headers={"x-request-id": "not <fit>"})
    assert len(made.headers["x-request-id"]) == 36
    assert (made.headers["cache-control"], made.headers["x-content-type-options"]) == ("no-store", "nosniff")
    assert "server" not in made.headers


async def test_requests_are_told_to_the_metrics_by_route(bus: House) -> None:
    await bus.send(event())
    await bus.ask("GET", "/v1/messages/x")
    await bus.ask("GET", "/some/secret/path")
    await bus.ask("PROPFIND", "/healthz", None)
    assert bus.seen == [
        ("/v1/events", "POST", 202),
        ("/v1/messages/{id}", "GET", 404),
        ("unknown", "GET", 404),
        ("/healthz", "other", 405),
    ]
    bus.seen.clear()


async def test_a_defect_is_a_problem_without_words_of_its_own(bus: House) -> None:
    bus.facts.clear()
    answer = await bus.ask("GET", "/v1/systems", OPERATOR)
    assert (answer.status, answer.code) == (500, "internal")
    assert "KeyError" not in answer.body.decode()


async def test_the_description_names_every_page_and_method(bus: House) -> None:
    served = (await bus.ask("GET", "/openapi.json", None)).json()
    assert served == json.loads(json.dumps(document()))
    described = {(path, method.upper()) for path, methods in served["paths"].items() for method in methods}
    assert described == {(page.route, method) for page in pages(bus.desk) for method in page.methods}
    for page in pages(bus.desk):
        for method in page.methods:
            assert (served["paths"][page.route][method.lower()].get("security") == []) is page.open


def test_every_reference_of_the_description_leads_somewhere() -> None:
    described = document()
    named = {ref.removeprefix("#/components/schemas/") for ref in _refs(described)}
    assert named <= described["components"]["schemas"].keys()
    assert {"Event", "Message", "Problem", "Accepted"} <= named


def test_every_problem_is_described_or_common() -> None:
    told = json.dumps(document()["paths"])
    common = {"unknown-path", "method-not-allowed", "bad-http", "header-too-large"}
    assert {code for code in KINDS if code not in told} == common


async def test_answers_have_exactly_the_described_fields(bus: House) -> None:
    schemas = document()["components"]["schemas"]
    id = (await bus.send(event())).json()["id"]
    shown = (await bus.ask("GET", f"/v1/messages/{id}")).json()
    page = (await bus.ask("GET", "/v1/messages")).json()
    system = (await bus.ask("GET", "/v1/systems", OPERATOR)).json()["systems"][0]
    assert shown.keys() == set(schemas["Message"]["required"])
    assert shown["deliveries"][0].keys() == {*schemas["Delivery"]["required"], "attempts"}
    assert shown["evidence"][0].keys() == set(schemas["Deed"]["required"])
    assert page.keys() == set(schemas["Found"]["required"])
    assert page["messages"][0].keys() == set(schemas["Summary"]["required"])
    assert system.keys() == set(schemas["System"]["required"])


@pytest.mark.parametrize("name", ["http.md", "openapi.json"])
def test_the_reference_is_fresh(name: str) -> None:
    written = (REFERENCE / name).read_text("utf-8")
    assert written == files()[name], "stale: run python -m bus.http.reference docs/reference"


async def test_a_port_that_is_taken_is_an_error_and_a_shared_one_is_not() -> None:
    with listen("127.0.0.1", 0, shared=True) as first:
        port = first.getsockname()[1]
        with listen("127.0.0.1", port, shared=True) as second:
            assert second.getsockname() == first.getsockname()
        with pytest.raises(OSError, match="in use"):
            listen("127.0.0.1", port)


def _refs(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _refs(one)
