"""A run, and a schedule of them, as metrics for the textfile collector of Prometheus' node exporter. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class JobState:
    """What is known of one job of a schedule. `closed` of the newest session that is due, `None` if none is;
    `overdue`: sessions that are not closed by their hour; `failed`: whether its last try did not come to a run."""

    kind: str
    system: str
    closed: bool | None
    overdue: int
    failed: bool


def schedule_metrics(jobs: Sequence[JobState], now: datetime) -> bytes:
    """Of a schedule, for an alert: an overdue day, a job that fails, or a schedule that nobody carries out."""
    registry = CollectorRegistry()

    def gauge(name: str, text: str) -> Gauge:
        return Gauge(f"lienthong_reconciliation_{name}", text, ("kind", "system"), registry=registry)

    closed = gauge("closed", "1 if every dong of the session is explained.")
    overdue = gauge("overdue", "Sessions that were not closed by their hour.")
    failed = gauge("failed", "1 if the last try came to no run.")
    for job in jobs:
        labels = (job.kind, job.system)
        if job.closed is not None:
            closed.labels(*labels).set(int(job.closed))
        overdue.labels(*labels).set(job.overdue)
        failed.labels(*labels).set(int(job.failed))
    seen = Gauge(
        "lienthong_reconciliation_schedule_timestamp_seconds", "When the schedule was looked at.", registry=registry
    )
    seen.set(now.timestamp())
    return generate_latest(registry)


__all__ = ["JobState", "metrics", "schedule_metrics"]
