"""The arithmetic: percentiles, medians, ratios of pairs, and the rows that come of them. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

# Variant (a pool, a number of processes) -> one figure a pair, in the order of the pairs.
Runs = Mapping[str, Sequence[float]]

# Milliseconds: a difference of latencies can be nought or less, by which nothing can be divided.
_LEAST = 0.1


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the result. `ratio` above 1 is better than `against`."""

    name: str
    value: float
    unit: str
    ratio: float
    against: str
    conditions: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As `bench/results/latest.json` holds it."""
        return {
            "name": self.name,
            "value": round(self.value, 2),
            "unit": self.unit,
            "ratio": round(self.ratio, 3),
            "against": self.against,
            "conditions": self.conditions,
        }


def percentile(sorted_values: Sequence[float], share: float) -> float:
    """Nearest rank: the smallest value that at least `share` (0 to 1) of the values do not exceed."""
    if not sorted_values:
        raise ValueError("no values")
    return sorted_values[max(0, math.ceil(share * len(sorted_values)) - 1)]


def best(runs: Runs) -> str:
    """The variant with the highest median."""
    return max(runs, key=lambda variant: median(runs[variant]))


def medians(runs: Runs) -> dict[str, float]:
    """The median of each variant."""
    return {variant: round(median(values), 1) for variant, values in runs.items()}


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """Pair by pair; the machine's speed wanders, so only figures of one pair are compared."""
    return [mine / other for mine, other in zip(ours, theirs, strict=True)]


def throughput_row(name: str, ours: Runs, theirs: Runs, peer: str, conditions: Mapping[str, Any]) -> Row:
    """Messages a second of our best variant against their best."""
    mine, other = best(ours), best(theirs)
    pairs = ratios(ours[mine], theirs[other])
    return Row(
        name=name,
        value=median(ours[mine]),
        unit="messages/s",
        ratio=median(pairs),
        against=f"{peer} {other}",
        conditions={
            **conditions,
            "pairs": len(pairs),
            "spread": spread(pairs),
            "ratios": [round(ratio, 3) for ratio in pairs],
            "variant": mine,
            "ours": medians(ours),
            "peers": medians(theirs),
        },
    )


def latency_row(name: str, values: Sequence[float], limit: float, conditions: Mapping[str, Any]) -> Row:
    """Milliseconds against a limit; the ratio is limit by value."""
    pairs = ratios([limit] * len(values), [max(value, _LEAST) for value in values])
    return Row(
        name=name,
        value=median(values),
        unit="ms",
        ratio=median(pairs),
        against=f"limit {limit:g} ms",
        conditions={
            **conditions,
            "pairs": len(pairs),
            "spread": spread(pairs),
            "values": [round(value, 2) for value in values],
        },
    )


def spread(values: Sequence[float]) -> list[float]:
    """Smallest and largest."""
    return [round(min(values), 3), round(max(values), 3)]
