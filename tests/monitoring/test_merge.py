"""The figures of several processes as one text."""

from __future__ import annotations

import subprocess

from monitoring.exposition import merge
from monitoring.metrics import Metrics
from tests.support.debian import promtool

INTAKE = """\
# HELP hints Hints.
# TYPE hints counter
hints_total{system="land"} 3.0 # {trace_id="ab"} 1.0 1700000000.0
# HELP open_files Files.
# TYPE open_files gauge
open_files 7.0
# EOF
"""
DISPATCH = """\
# HELP hints_total Hints.
# TYPE hints_total counter
hints_total{system="land"} 4.0
"""


def test_two_processes_side_by_side() -> None:
    text, kind = merge({"intake": INTAKE, "dispatch": DISPATCH})
    assert kind == "text/plain; version=0.0.4; charset=utf-8"
    assert text.decode() == (
        "# HELP hints_total Hints.\n"
        "# TYPE hints_total counter\n"
        'hints_total{process="intake",system="land"} 3.0\n'
        'hints_total{process="dispatch",system="land"} 4.0\n'
        "# HELP open_files Files.\n"
        "# TYPE open_files gauge\n"
        'open_files{process="intake"} 7.0\n'
        "# HELP lienthong_process_up 1 if the process answered with its metrics.\n"
        "# TYPE lienthong_process_up gauge\n"
        'lienthong_process_up{process="intake"} 1.0\n'
        'lienthong_process_up{process="dispatch"} 1.0\n'
    )


def test_exemplars_survive() -> None:
    text, kind = merge({"intake": INTAKE}, openmetrics=True)
    assert kind.startswith("application/openmetrics-text")
    assert 'hints_total{process="intake",system="land"} 3.0 # {trace_id="ab"} 1.0 1700000000.0' in text.decode()


def test_a_process_without_an_answer_takes_nothing_away() -> None:
    broken = {"a": None, "b": "not a metric at all {", "c": b"\xff\xfe", "d": INTAKE.replace("3.0 #", "three #")}
    text, _ = merge({**broken, "intake": INTAKE})
    found = text.decode().splitlines()
    assert 'open_files{process="intake"} 7.0' in found
    for process in broken:
        assert f'lienthong_process_up{{process="{process}"}} 0.0' in found


def test_histograms_and_odd_label_values_survive() -> None:
    metrics = Metrics()
    metrics.http_duration.observe(0.2, 'a"b\\c\nd')
    both = {"one": metrics.render(openmetrics=True)[0], "two": metrics.render()[0]}
    text, _ = merge(both)
    for process in both:
        labels = f'le="0.25",process="{process}",route="a\\"b\\\\c\\nd"'
        assert f"lienthong_http_request_duration_seconds_bucket{{{labels}}} 1.0" in text.decode()
    done = subprocess.run([promtool(), "check", "metrics"], input=text, capture_output=True, timeout=30)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
