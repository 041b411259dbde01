"""Metrics count, are bounded, never raise, and read well to Prometheus."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from monitoring import reference
from monitoring.instruments import Declared, Instrument
from monitoring.metrics import Metrics, declarations
from tests.support.debian import promtool

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "metrics.md"


def lines(metrics: Metrics, openmetrics: bool = False) -> list[str]:
    return metrics.render(openmetrics)[0].decode().splitlines()


def used() -> Metrics:
    """One with a value in every metric."""
    metrics = Metrics()
    for attribute, declared in declarations().items():
        instrument = getattr(metrics, attribute)
        labels = [f"a-{label}" for label in declared.labels]
        if declared.kind.__name__ == "Histogram":
            instrument.observe(0.02, *labels)
        else:
            instrument.inc(*labels)
    return metrics


def test_a_counter_counts_by_label() -> None:
    metrics = Metrics()
    metrics.accepted.inc("dossier.submitted")
    metrics.accepted.inc("dossier.submitted", by=2)
    metrics.accepted.inc("dossier.progressed")
    assert 'lienthong_messages_accepted_total{type="dossier.submitted"} 3.0' in lines(metrics)
    assert 'lienthong_messages_accepted_total{type="dossier.progressed"} 1.0' in lines(metrics)


def test_a_histogram_sorts_into_buckets() -> None:
    metrics = Metrics()
    metrics.group_size.observe(60, "intake")
    found = lines(metrics)
    assert 'lienthong_group_commit_size_bucket{kind="intake",le="50.0"} 0.0' in found
    assert 'lienthong_group_commit_size_bucket{kind="intake",le="100.0"} 1.0' in found
    assert 'lienthong_group_commit_size_sum{kind="intake"} 60.0' in found


def test_our_time_and_the_partners_are_told_apart() -> None:
    metrics = Metrics()
    metrics.attempt_duration.observe(0.25, "national-portal", "synchronise", "ours")
    metrics.attempt_duration.observe(4.0, "national-portal", "synchronise", "partner")
    found = lines(metrics)
    name = 'lienthong_attempt_duration_seconds_sum{operation="synchronise",part="%s",system="national-portal"} %s'
    assert name % ("ours", "0.25") in found
    assert name % ("partner", "4.0") in found


def test_a_gauge_forgets_what_is_gone() -> None:
    metrics = Metrics()
    metrics.backlog.replace({("land", "ready"): 7, ("tax", "ready"): 2})
    metrics.backlog.replace({("land", "ready"): 5})
    backlog = [line for line in lines(metrics) if line.startswith("lienthong_backlog{")]
    assert backlog == ['lienthong_backlog{state="ready",system="land"} 5.0']


def test_two_buses_in_one_process_do_not_mix() -> None:
    one, two = Metrics(), Metrics()
    one.leases_lost.inc()
    assert "lienthong_leases_lost_total 1.0" in lines(one)
    assert "lienthong_leases_lost_total 0.0" in lines(two)


def test_misuse_is_counted_and_does_not_raise() -> None:
    metrics = Metrics()
    metrics.accepted.inc()
    metrics.accepted.inc("a.b", "too many")
    metrics.accepted.inc("a.b", by=-1)
    metrics.group_size.observe("sixty", "intake")  # type: ignore[arg-type]  # that is the point
    metrics.in_flight.set(None, "land")  # type: ignore[arg-type]  # the same
    metrics.accepted.inc("a.b", trace="x" * 500)
    found = lines(metrics)
    assert 'lienthong_metric_errors_total{metric="lienthong_messages_accepted_total"} 4.0' in found
    assert 'lienthong_metric_errors_total{metric="lienthong_group_commit_size"} 1.0' in found
    assert 'lienthong_metric_errors_total{metric="lienthong_in_flight"} 1.0' in found


def test_labels_that_grow_without_end_are_put_together() -> None:
    metrics = Metrics()
    for number in range(1500):
        metrics.refused.inc(f"invented.type{number}", "unknown-type")
    refused = [line for line in lines(metrics) if line.startswith("lienthong_messages_refused_total{")]
    assert len(refused) == 1001
    assert 'lienthong_messages_refused_total{code="other",type="other"} 500.0' in refused


def test_a_trace_is_an_exemplar_in_openmetrics_only() -> None:
    metrics = Metrics()
    metrics.accepted.inc("dossier.submitted", trace="4bf92f3577b34da6a3ce929d0e0e4736")
    expected = 'lienthong_messages_accepted_total{type="dossier.submitted"} 1.0'
    assert expected in lines(metrics)
    found = next(line for line in lines(metrics, openmetrics=True) if line.startswith(expected))
    assert ' # {trace_id="4bf92f3577b34da6a3ce929d0e0e4736"} 1.0 ' in found


def test_content_types() -> None:
    assert Metrics().render()[1] == "text/plain; version=0.0.4; charset=utf-8"
    assert Metrics().render(openmetrics=True)[1] == "application/openmetrics-text; version=1.0.0; charset=utf-8"
    assert lines(Metrics(), openmetrics=True)[-1] == "# EOF"


def test_prometheus_own_checker_has_nothing_to_say() -> None:
    text = used().render()[0]
    done = subprocess.run([promtool(), "check", "metrics"], input=text, capture_output=True, timeout=30)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@pytest.mark.parametrize("declared", declarations().values(), ids=lambda declared: declared.name)
def test_names_and_labels_are_as_agreed(declared: Declared[Instrument]) -> None:
    assert declared.name.startswith("lienthong_")
    assert declared.name.endswith("_total") == (declared.kind.__name__ == "Counter")
    assert set(declared.labels) <= {
        *("system", "operation", "type", "verdict", "state", "reason", "code", "kind", "part", "metric"),
        *("route", "method", "status", "query", "result"),
    }
    assert declared.help.endswith(".")


def test_the_page_of_metrics_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference.page(), (
        "run: python -m monitoring.reference > docs/reference/metrics.md"
    )
