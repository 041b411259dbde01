"""The arithmetic, by numbers worked out on paper."""

from __future__ import annotations

import pytest

from bench.figures import best, latency_row, medians, percentile, ratios, throughput_row


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [([5.0], 0.99, 5.0), ([1.0, 2.0, 3.0, 4.0], 0.5, 2.0), ([1.0, 2.0, 3.0, 4.0], 0.51, 3.0), ([1.0, 9.0], 0.0, 1.0)],
)
def test_percentile_is_the_nearest_rank(values: list[float], share: float, expected: float) -> None:
    assert percentile(values, share) == expected


def test_percentile_of_a_hundred() -> None:
    hundred = [float(value) for value in range(1, 101)]
    assert percentile(hundred, 0.99) == 99
    assert percentile(hundred, 1.0) == 100
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def test_the_best_variant_is_that_of_the_highest_median_not_of_the_highest_run() -> None:
    runs = {"steady": [10.0, 10.0, 10.0], "lucky": [9.0, 9.0, 99.0]}
    assert best(runs) == "steady"
    assert medians(runs) == {"steady": 10, "lucky": 9}


def test_ratios_go_by_pair() -> None:
    assert ratios([10, 20], [5, 40]) == [2, 0.5]
    with pytest.raises(ValueError):
        ratios([1], [1, 2])


def test_a_throughput_row_takes_the_best_of_both_sides() -> None:
    ours = {"1 process": [300.0, 330.0, 300.0], "2 processes": [100.0, 100.0, 900.0]}
    theirs = {"prefork 2": [100.0, 100.0, 200.0], "gevent": [90.0, 90.0, 90.0]}
    row = throughput_row("whole", ours, theirs, "Celery 5", {"messages": 10})
    assert (row.value, row.ratio, row.against) == (300, 3, "Celery 5 prefork 2")
    assert row.conditions["spread"] == [1.5, 3.3]
    assert row.conditions["ratios"] == [3, 3.3, 1.5]
    assert row.conditions["peers"] == {"prefork 2": 100, "gevent": 90}
    assert (row.conditions["variant"], row.conditions["messages"]) == ("1 process", 10)
    assert set(row.as_json()) == {"name", "value", "unit", "ratio", "against", "conditions"}


def test_a_latency_row_is_better_above_one_too() -> None:
    row = latency_row("intake-p99", [10, 20, 25], 50, {})
    assert (row.value, row.unit, row.ratio, row.against) == (20, "ms", 2.5, "limit 50 ms")
    assert row.conditions["spread"] == [2, 5]


def test_a_latency_of_nothing_or_less_makes_no_absurd_ratio() -> None:
    row = latency_row("query-p99", [-1.5, 0.0, 6.0], 30, {})
    assert (row.value, row.ratio) == (0, 300)
    assert row.conditions["values"] == [-1.5, 0, 6]
    assert row.conditions["spread"] == [5, 300]
