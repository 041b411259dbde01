"""The table, the file and the page."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import orjson
import pytest
from rich.console import Console

from bench.machine import cpu
from bench.profile import Profile
from bench.report import PAGE, filled, table, write

ROWS = [
    {
        "name": "whole-embedded",
        "value": 4321.5,
        "unit": "messages/s",
        "ratio": 2.161,
        "against": "Celery 5.7.0 prefork 2",
        "conditions": {
            "cpu": "EPYC",
            "cores": 2,
            "messages": 10_000,
            "bytes": 1024,
            "pairs": 5,
            "spread": [1.9, 2.4],
            "variant": "embedded",
            "ours": {"embedded": 4321.5},
            "peers": {"prefork 2": 2000.0, "gevent": 1500.0},
        },
    },
    {
        "name": "intake-p99",
        "value": 12.34,
        "unit": "ms",
        "ratio": 4.05,
        "against": "limit 50 ms",
        "conditions": {"spread": [3.0, 5.0], "variant": "1 process", "rate": 2100.0},
    },
    {
        "name": "query-p99",
        "value": 9.96,
        "unit": "ms",
        "ratio": 3.012,
        "against": "limit 30 ms",
        "conditions": {
            "spread": [2.5, 3.5],
            "variant": "embedded",
            "rate": 200,
            "query": "citizen.lookup",
            "bus": {"p50": 5.04, "p99": 12.41, "longest": 20.0},
            "direct": {"p50": 1.21, "p99": 2.45, "longest": 5.0},
        },
    },
]


def test_the_table_shows_value_peer_ratio_and_spread() -> None:
    out = StringIO()
    Console(file=out, width=140).print(table(ROWS))
    for text in ("4,322 messages/s (embedded)", "Celery 5.7.0 prefork 2: 2,000", "2.16", "1.90 .. 2.40", "12.3 ms"):
        assert text in out.getvalue()


def test_the_page_is_filled_in_between_its_marks_and_twice_is_once() -> None:
    page = PAGE.read_text()
    once = filled(page, ROWS)
    assert filled(once, ROWS) == once
    assert "| whole-embedded | 4,322 messages/s (embedded) | Celery 5.7.0 prefork 2: 2,000 | 2.16 |" in once
    assert "intake-p99: at 2,100 messages/s" in once
    assert "| query-p99 | 10.0 ms (embedded) | limit 30 ms | 3.01 | 2.50 .. 3.50 |" in once
    assert "query-p99: citizen.lookup, 200 a second; bus median 5.0 ms and p99 12.4 ms, direct median 1.2 ms" in once
    assert "| soap-lookups | not measured yet |" in once
    assert "| query-p99 | not measured yet |" not in once
    assert once.split("<!--")[0] == page.split("<!--")[0]
    with pytest.raises(ValueError, match="no place for figures"):
        filled("# nothing here", ROWS)


def test_the_file_is_a_list_of_rows(tmp_path: Path) -> None:
    write(ROWS, tmp_path / "results" / "latest.json")
    assert orjson.loads((tmp_path / "results" / "latest.json").read_bytes()) == ROWS


def test_the_processor_is_read_from_what_the_kernel_says() -> None:
    assert (
        cpu("processor : 0\nmodel name\t: AMD EPYC 7B13\nprocessor : 1\nmodel name\t: AMD EPYC 7B13\n")
        == "AMD EPYC 7B13"
    )


def test_a_profile_counts_a_function_once_a_stack_and_no_waiting() -> None:
    profile = Profile()
    profile.add(["run (loop.py:1);walk (tree.py:5);walk (tree.py:9) 3", "run (loop.py:1) 1"])
    profile.add(["run (loop.py:1);EpollSelector.select (selectors.py:468) 100"])
    assert profile.samples == 4
    assert profile.own == {"walk (tree.py)": 3, "run (loop.py)": 1}
    assert profile.total == {"run (loop.py)": 4, "walk (tree.py)": 3}
    assert "75.0 %  walk (tree.py)" in profile.text()
