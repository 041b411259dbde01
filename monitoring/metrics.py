"""Every metric of the bus, declared once: the registry and docs/reference/metrics.md come from here.

Names begin with `lienthong_`, units are base units, labels are bounded: systems, operations and types of the
configuration, and fixed words. What one process counts is its own; gauges of the ledger come from one process.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, ProcessCollector

from .exposition import render
from .instruments import Counter, Declared, Gauge, Histogram, Instrument, counter, gauge, histogram

# from our own half millisecond to the longest conversation with a partner
HTTP = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
COMMIT = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)
ATTEMPT = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
QUERY = (0.001, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
GROUP = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000)


class Metrics:
    """One process's metrics in a registry of its own: two buses in one process do not mix.

    No method of an instrument raises. `render` gives the text for `/metrics`.
    """

    accepted = counter("lienthong_messages_accepted_total", "Messages kept and answered with 2xx.", "type")
    duplicates = counter(
        "lienthong_messages_duplicate_total", "Messages that were known already, answered with the first id.", "type"
    )
    refused = counter("lienthong_messages_refused_total", "Messages not taken, by the problem's code.", "type", "code")
    http_requests = counter(
        "lienthong_http_requests_total",
        "Requests answered; status is a class such as 2xx.",
        "route",
        "method",
        "status",
    )
    http_duration = histogram(
        "lienthong_http_request_duration_seconds",
        "From a request's head to the end of our answer.",
        "route",
        buckets=HTTP,
    )
    group_size = histogram(
        "lienthong_group_commit_size", "Callers that shared one transaction of the ledger.", "kind", buckets=GROUP
    )
    group_duration = histogram(
        "lienthong_group_commit_duration_seconds",
        "From the beginning of such a transaction to its commit.",
        "kind",
        buckets=COMMIT,
    )
    waiting_commits = gauge("lienthong_waiting_commits", "Callers waiting for their transaction now.")
    claims = counter("lienthong_claims_total", "Deliveries claimed for sending.", "system")
    settled = counter("lienthong_deliveries_settled_total", "Verdicts on deliveries.", "system", "operation", "verdict")
    attempt_duration = histogram(
        "lienthong_attempt_duration_seconds",
        "Time of one attempt; part is ours (before, between and after requests) or partner (waiting for answers).",
        "system",
        "operation",
        "part",
        buckets=ATTEMPT,
    )
    queries = counter(
        "lienthong_queries_total",
        "Questions asked, by the class of the answer or the trouble.",
        "query",
        "system",
        "result",
    )
    query_duration = histogram(
        "lienthong_query_duration_seconds",
        "Time of one question; part is ours or partner (waiting for its answer).",
        "query",
        "part",
        buckets=QUERY,
    )
    in_flight = gauge("lienthong_in_flight", "Deliveries being sent now.", "system")
    retries = counter("lienthong_retries_total", "Attempts put off to a later time.", "system", "operation")
    quick_retries = counter(
        "lienthong_quick_retries_total", "Requests repeated within an attempt: surely not sent before.", "system"
    )
    breaker = gauge("lienthong_breaker_state", "0 closed, 1 on trial, 2 open (nothing is sent).", "system")
    paused = gauge("lienthong_system_paused", "1 while an operator or a Stop verdict keeps everything back.", "system")
    take_overs = counter("lienthong_take_overs_total", "Deliveries taken over from a worker that died.", "system")
    leases_lost = counter("lienthong_leases_lost_total", "Deliveries given up: the lease was not renewed in time.")
    backlog = gauge("lienthong_backlog", "Deliveries not finished, by state.", "system", "state")
    backlog_age = gauge("lienthong_backlog_oldest_seconds", "Age of the oldest of them.", "system", "state")
    blocked_lanes = gauge("lienthong_blocked_lanes", "Lanes that a rejected or dead delivery holds up.", "system")
    blocked_age = gauge("lienthong_blocked_lanes_oldest_seconds", "Since when the first of them is blocked.", "system")
    held = gauge(
        "lienthong_held", "Deliveries that wait for an operator: in doubt, or stopped by what a route asked.", "system"
    )
    orphans = gauge(
        "lienthong_orphaned", "Deliveries to a system that left the configuration; `lienthong messages move`.", "system"
    )
    tasks = gauge(
        "lienthong_tasks",
        "Work for people that is not settled: open or taken. The system is the process, or whatever else found it.",
        "system",
        "kind",
        "state",
    )
    tasks_age = gauge(
        "lienthong_tasks_oldest_seconds", "Since when the oldest of them is to be decided.", "system", "kind", "state"
    )
    hints_published = counter("lienthong_hints_published_total", "Delivery ids handed to the broker.", "system")
    hints_failed = counter(
        "lienthong_hints_failed_total",
        "Delivery ids that the broker did not take; reason is returned, refused, timeout, lost, full or closed.",
        "system",
        "reason",
    )
    hints_received = counter("lienthong_hints_received_total", "Delivery ids that came from the broker.", "system")
    broker_connected = gauge("lienthong_broker_connected", "1 while every connection to the broker stands.")
    broker_reconnects = counter("lienthong_broker_reconnects_total", "Times that lost connections came back.")
    archived = counter("lienthong_archived_messages_total", "Messages that left the ledger for archives.")
    archive_failures = counter("lienthong_archive_failures_total", "Runs of retention that did not come to their end.")
    archive_run = gauge(
        "lienthong_archive_last_run_timestamp_seconds", "When a run of retention came to its end, since 1970."
    )
    archivable_age = gauge(
        "lienthong_archivable_oldest_seconds",
        "Age of the oldest message that may leave the ledger and is still there; 0 if there is none.",
    )
    errors = counter("lienthong_metric_errors_total", "Calls of a metric that were wrong and not counted.", "metric")

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        for attribute, declared in declarations().items():
            vars(self)[attribute] = declared.build(self.registry, self._misused)
        # memory, processor time, descriptors; nothing where there is no /proc
        ProcessCollector(namespace="lienthong", registry=self.registry)

    def render(self, openmetrics: bool = False) -> tuple[bytes, str]:
        """The exposition and its content type. Only OpenMetrics carries exemplars."""
        return render(self.registry, openmetrics)

    def _misused(self, metric: str) -> None:
        self.errors.inc(metric)


def declarations() -> dict[str, Declared[Instrument]]:
    """By attribute, in the order of declaration."""
    return {name: found for name, found in vars(Metrics).items() if isinstance(found, Declared)}


__all__ = ["Counter", "Gauge", "Histogram", "Metrics", "declarations"]
