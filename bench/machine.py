"""Under which conditions it was measured."""

from __future__ import annotations

import os
import platform
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
from kombu import Connection

from .servers import Servers

_LIBRARIES = ("celery", "gevent", "kombu", "httpx", "aiohttp", "uvicorn", "uvloop", "pydantic", "lxml", "zeep")
_SYNCS = 200


def conditions(servers: Servers, *, with_servers: bool) -> dict[str, Any]:
    """The machine, and the versions of what runs on it."""
    found: dict[str, Any] = {
        "cpu": cpu(Path("/proc/cpuinfo").read_text()),
        "cores": len(os.sched_getaffinity(0)),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "fdatasync_us": round(fdatasync(servers.folder)),
        "libraries": {name: version(name) for name in _LIBRARIES},
    }
    if with_servers:
        found |= {"postgresql": _postgresql(servers.postgres.url), "rabbitmq": _rabbitmq(servers.rabbitmq.url)}
    return found


def cpu(cpuinfo: str) -> str:
    """The model's name out of /proc/cpuinfo. Pure."""
    names = [line.partition(":")[2].strip() for line in cpuinfo.splitlines() if line.startswith("model name")]
    return names[0] if names else platform.machine()


def fdatasync(folder: Path) -> float:
    """Microseconds for a page to be on the disk under `folder`, median. Group commit is worth more on a slow disk."""
    with tempfile.TemporaryFile(dir=folder) as file:
        return median(_sync(file.fileno()) for _ in range(_SYNCS)) * 1e6


def _sync(file: int) -> float:
    os.pwrite(file, b"x" * 4096, 0)
    started = time.perf_counter()
    os.fdatasync(file)
    return time.perf_counter() - started


def _postgresql(url: str) -> dict[str, str]:
    with psycopg.connect(url) as connection:
        settings = ("server_version", "fsync", "synchronous_commit", "full_page_writes")
        rows = [(name, connection.execute("SELECT current_setting(%s)", [name]).fetchone()) for name in settings]
    return {name: str(row[0]) for name, row in rows if row is not None}


def _rabbitmq(url: str) -> str:
    with Connection(url, connect_timeout=5) as connection:
        connection.connect()
        return str(connection.connection.server_properties["version"])
