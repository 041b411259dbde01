"""SOAP look-ups: our connector next to zeep's two clients, against the same simulator."""

from __future__ import annotations

from dataclasses import asdict

from .children import Child, python
from .servers import Servers
from .soap_load import ASYNC, CONNECTOR, THREADS, Job

IN_FLIGHT = 32
# Contenders: row or peer, and the variant that the report names.
OURS, IN_THREADS, IN_TASKS = "soap", "zeep-threads", "zeep-async"
CONTENDERS = {OURS: CONNECTOR, IN_THREADS: THREADS, IN_TASKS: ASYNC}


def lookups(servers: Servers, limit: float, contender: str, calls: int) -> float:
    """Answers a second. Raises `bench.children.Failed` when a call fails or nothing is heard for `limit` seconds."""
    job = Job(servers.soap_port, CONTENDERS[contender], calls, IN_FLIGHT)
    with Child(f"{contender} look-ups", python("bench.soap_load"), servers.folder / "soap.log", spoken=True) as load:
        load.say(asdict(job))
        load.hear(limit)
        seconds: float = load.ask({"do": "go"}, limit)["seconds"]
    return calls / seconds
