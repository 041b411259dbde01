"""The run as metrics, for the textfile collector of Prometheus' node exporter. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from reconciliation.books import Books
from schemas.base import ZONE


def metrics(inputs: Mapping[str, Any], books: Books) -> bytes:
    """Text of the exposition format. The newest run of a system is the one that should be collected."""
    registry = CollectorRegistry()
    labels = {"kind": inputs["kind"], "system": inputs["system"]}

    def gauge(name: str, text: str, *more: str) -> Gauge:
        return Gauge(f"lienthong_reconciliation_{name}", text, (*labels, *more), registry=registry)

    lines = gauge("lines", "Lines or pairs of the last run.", "outcome")
    money = gauge("difference_dong", "Gateway less us, by outcome.", "outcome")
    for part in books.parts:
        lines.labels(**labels, outcome=part.outcome).set(part.lines)
        money.labels(**labels, outcome=part.outcome).set(part.difference)
    net = gauge("net_dong", "Payments less refunds of the session.", "side")
    fees = gauge("fees_dong", "Charges of the gateway, apart.", "side")
    for side, found in (("ours", books.ours), ("theirs", books.theirs)):
        net.labels(**labels, side=side).set(found.net)
        fees.labels(**labels, side=side).set(found.fees)
    day = datetime.combine(date.fromisoformat(inputs["session"]["day"]), time(), ZONE)
    gauge("session_timestamp_seconds", "Last day of the session.").labels(**labels).set(day.timestamp())
    made = datetime.fromisoformat(inputs["made"]).timestamp()
    gauge("run_timestamp_seconds", "When the last run was made.").labels(**labels).set(made)
    gauge("closed", "1 if every dong of the session is explained.").labels(**labels).set(int(books.closed))
    return generate_latest(registry)


__all__ = ["metrics"]
