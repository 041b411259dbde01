"""docs/reference/metrics.md, made from the declarations by `python -m monitoring.reference`."""

from __future__ import annotations

import sys

from .instruments import Declared, Instrument
from .metrics import declarations

HEAD = """\
# Metrics

`GET /metrics` answers in Prometheus' text format, or in OpenMetrics (with exemplars carrying `trace_id`) where the
scraper accepts it. Every process counts for itself; where one command runs several, a label `process` tells them apart
and `lienthong_process_up` says which of them answered. Gauges of the ledger come from one process.

Labels are bounded by the configuration; beyond 1,000 label sets of one metric new ones are counted under `other`.
Besides these there are `lienthong_process_*`: memory, processor time and open files of the process.

| metric | kind | labels | what it says |
|---|---|---|---|
"""

TAIL = """
This page is generated from `monitoring/metrics.py` by `python -m monitoring.reference`.
"""


def page() -> str:
    """The whole page."""
    return HEAD + "".join(_row(declared) for declared in declarations().values()) + TAIL


def _row(declared: Declared[Instrument]) -> str:
    labels = ", ".join(f"`{label}`" for label in declared.labels)
    return f"| `{declared.name}` | {declared.kind.__name__.lower()} | {labels} | {declared.help} |\n"


if __name__ == "__main__":
    sys.stdout.write(page())
