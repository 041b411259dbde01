"""The bus's configuration for a run. Pure."""

from __future__ import annotations

from typing import Any

from .payload import SOURCE, TYPE, Sent

SYSTEM = "bench-target"
# Calls at once: beyond this a target without latency gains nothing, and it is what Celery's greenlets get too.
CONCURRENCY = 64


def document(*, port: int, target: int, key_hash: str, prefix: str) -> dict[str, Any]:
    """Batching off; order and evidence are always on. Ledger and broker come from the environment."""
    return {
        "unit": "H49",
        "ledger": {"url": "${env:BENCH_LEDGER}"},
        "broker": {"url": "${env:BENCH_BROKER}", "prefix": prefix},
        "http": {"port": port},
        "types": {TYPE: {"schema": Sent.model_json_schema()}},
        "clients": {"bench": {"key": key_hash, "send": [{"source": SOURCE, "types": [TYPE]}]}},
        "systems": {
            SYSTEM: {
                "adapter": "cloudevents",
                "connector": "rest",
                "connect": {"base_url": f"http://127.0.0.1:{target}", "pool": {"size": CONCURRENCY}},
                "settings": {"path": "events"},
                "concurrency": CONCURRENCY,
                "batching": False,
            }
        },
        "routes": [{"name": "all", "to": [SYSTEM]}],
    }
