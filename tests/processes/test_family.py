"""Two processes of one bus, on PostgreSQL and RabbitMQ: one port, one set of metrics; and what if one dies."""

from __future__ import annotations

import os
import signal
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from .conftest import Bus, client, eventually
from .target import Target


def send(bus: Bus, first: int, count: int) -> None:
    """Messages with the subjects P-first, ..., each in a lane of its own, ten a request."""
    for start in range(first, first + count, 10):
        events = [
            {
                "specversion": "1.0",
                "id": str(number),
                "source": "/h49/portal",
                "type": "parcel.sent",
                "subject": f"P-{number}",
                "data": {},
            }
            for number in range(start, start + 10)
        ]
        with client(bus) as http:
            answer = http.post("/v1/events", json=events)
        assert answer.status_code == 202, answer.text


def metrics(bus: Bus) -> dict[str, dict[str, float]]:
    """By name, the sum of each process's samples."""
    found: dict[str, dict[str, float]] = {}
    with client(bus) as http:
        text = http.get("/metrics").text
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            by_process = found.setdefault(sample.name, {})
            process = sample.labels["process"]
            by_process[process] = by_process.get(process, 0) + sample.value
    return found


def test_all_is_delivered_once_and_told_together(bus: Bus, target: Target) -> None:
    send(bus, 0, 500)
    eventually(lambda: target.subjects.total() >= 500)
    assert set(target.subjects.values()) == {1}
    assert len(target.subjects) == 500

    eventually(lambda: sum(metrics(bus)["lienthong_deliveries_settled_total"].values()) == 500)
    told = metrics(bus)
    assert told["lienthong_process_up"] == {"1": 1, "2": 1}
    accepted = told["lienthong_messages_accepted_total"]
    assert sum(accepted.values()) == 500
    assert set(accepted) == {"1", "2"}, "the kernel spreads 50 connections over both"
    assert set(told["lienthong_claims_total"]) == {"1", "2"}
    assert set(told["lienthong_broker_connected"]) == {"1", "2"}
    with client(bus) as http:
        http.post("/v1/systems/land/pause", json={"reason": "x"})
    assert bus.end() == 0
    assert len(bus.told("stopped")) == 2


def test_a_killed_process_is_replaced_and_its_deliveries_are_taken_over(bus: Bus, target: Target) -> None:
    target.pause = 0.8
    send(bus, 0, 60)
    eventually(lambda: target.begun >= 20)
    killed = bus.children[0]
    os.kill(killed, signal.SIGKILL)
    eventually(lambda: len(bus.told("started")) == 3)
    assert killed not in bus.children
    assert len(bus.children) == 2
    [ended] = bus.told("a process ended; it is started again")
    assert ended["code"] == -signal.SIGKILL

    eventually(lambda: len(target.subjects) == 60)
    target.pause = 0
    eventually(lambda: bool(bus.told("taken over")))
    taken = sum(int(line["deliveries"]) for line in bus.told("taken over"))
    assert 1 <= taken <= 32

    def open_ones() -> list[dict[str, Any]]:
        with client(bus) as http:
            listed = http.get("/v1/messages?limit=100").json()["messages"]
        return [one for one in listed if one["deliveries"][0]["state"] != "delivered"]

    eventually(lambda: not open_ones())
    assert set(target.subjects.values()) <= {1, 2}
    assert sum(count == 2 for count in target.subjects.values()) <= taken
    assert bus.end() == 0
