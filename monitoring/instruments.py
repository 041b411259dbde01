"""Counters, gauges and histograms that never fail their caller.

A label set is looked up once and kept. A label that grows without end (say, a caller's invention) cannot fill the
memory: beyond `MOST` label sets everything new is counted under `other`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, overload

import prometheus_client as prometheus

MOST = 1000
OTHER = "other"

# what prometheus_client raises for a negative increment, a wrong number of labels, a value that is no number
MISUSE = (ValueError, TypeError)

OnError = Callable[[str], None]


class Instrument:
    """One metric. Labels are given by position, in the declared order."""

    def __init__(self, metric: Any, declared: Declared[Any], on_error: OnError) -> None:
        self._metric = metric
        self._name = declared.name
        self._labels = declared.labels
        self._on_error = on_error
        self._children: dict[tuple[str, ...], Any] = {}

    def _child(self, labels: tuple[str, ...]) -> Any:
        found = self._children.get(labels)
        return self._make(labels) if found is None else found

    def _make(self, labels: tuple[str, ...]) -> Any:
        if len(labels) != len(self._labels):
            raise ValueError(f"{self._name} has the labels {self._labels}")
        if len(self._children) >= MOST:
            labels = (OTHER,) * len(labels)
        child = self._metric.labels(*labels) if labels else self._metric
        return self._children.setdefault(labels, child)


class Counter(Instrument):
    def inc(self, *labels: str, by: float = 1, trace: str | None = None) -> None:
        """`trace`: trace id, kept as an exemplar."""
        try:
            self._child(labels).inc(by, {"trace_id": trace} if trace else None)
        except MISUSE:
            self._on_error(self._name)


class Histogram(Instrument):
    def observe(self, value: float, *labels: str, trace: str | None = None) -> None:
        """In the base unit that the name says. `trace`: trace id, kept as an exemplar."""
        try:
            self._child(labels).observe(value, {"trace_id": trace} if trace else None)
        except MISUSE:
            self._on_error(self._name)


class Gauge(Instrument):
    def set(self, value: float, *labels: str) -> None:
        try:
            self._child(labels).set(value)
        except MISUSE:
            self._on_error(self._name)

    def inc(self, *labels: str, by: float = 1) -> None:
        """`by` may be negative."""
        try:
            self._child(labels).inc(by)
        except MISUSE:
            self._on_error(self._name)

    def replace(self, values: Mapping[tuple[str, ...], float]) -> None:
        """Set these label sets and forget all others: what is no longer in the ledger must not stay for ever."""
        for labels, value in values.items():
            self.set(value, *labels)
        for labels in self._children.keys() - values.keys() - {(OTHER,) * len(self._labels)}:
            self._metric.remove(*labels)
            del self._children[labels]


I = TypeVar("I", bound=Instrument)  # noqa: E741


@dataclass(frozen=True)
class Declared(Generic[I]):
    """The declaration of a metric: a class attribute of `Metrics`, where an instance has the instrument itself."""

    kind: type[I]
    name: str
    help: str
    labels: tuple[str, ...]
    buckets: tuple[float, ...] = ()

    @overload
    def __get__(self, instance: None, owner: type) -> Declared[I]: ...
    @overload
    def __get__(self, instance: object, owner: type) -> I: ...
    def __get__(self, instance: object | None, owner: type) -> Declared[I] | I:
        # never reached on an instance: its own dictionary comes first
        return self

    def build(self, registry: prometheus.CollectorRegistry, on_error: OnError) -> I:
        if self.kind is Histogram:
            histogram = prometheus.Histogram(self.name, self.help, self.labels, registry=registry, buckets=self.buckets)
            return self.kind(histogram, self, on_error)
        plain = prometheus.Counter if self.kind is Counter else prometheus.Gauge
        return self.kind(plain(self.name, self.help, self.labels, registry=registry), self, on_error)


def counter(name: str, help: str, *labels: str) -> Declared[Counter]:
    return Declared(Counter, name, help, labels)


def gauge(name: str, help: str, *labels: str) -> Declared[Gauge]:
    return Declared(Gauge, name, help, labels)


def histogram(name: str, help: str, *labels: str, buckets: tuple[float, ...]) -> Declared[Histogram]:
    return Declared(Histogram, name, help, labels, buckets)
