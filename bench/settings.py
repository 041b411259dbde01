"""The bus's configuration for a run."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from .payload import SOURCE, TYPE, Sent
from .questions import ADDRESS, QUERY, REGISTERED, UNIT, USERNAME

SYSTEM = "bench-target"
POPULATION = "population"
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


def with_population(config: dict[str, Any], url: str) -> dict[str, Any]:
    """The same bus, whose client may also ask the population database at `url`. No answer is kept."""
    connect = {
        "base_url": url,
        "wsdl": str(files("adapters.population") / "wsdl" / "population.wsdl"),
        "address": ADDRESS,
        "auth": {
            "type": "hashed_password",
            "username": USERNAME,
            "secret_key": "${env:BENCH_SECRET}",
            "sv_url": REGISTERED,
        },
        "pool": {"size": CONCURRENCY},
    }
    system = {
        "adapter": "population",
        "connector": "soap",
        "connect": connect,
        "settings": {"unit": UNIT, "other_officers": "send"},
        "concurrency": CONCURRENCY,
    }
    clients = {name: {**client, "ask": [QUERY]} for name, client in config["clients"].items()}
    systems = {**config["systems"], POPULATION: system}
    return {**config, "clients": clients, "systems": systems, "queries": {QUERY: {"system": POPULATION}}}
