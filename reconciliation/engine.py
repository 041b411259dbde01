"""DuckDB as it is used here: a file in a working folder, two threads, bounded memory, no extension from outside."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may take. The memory is the engine's; Python and its buffers come on top."""

    memory: int = 512 * MIB
    threads: int = 2


LIMITS = Limits()


@contextmanager
def engine(limits: Limits, folder: Path | None = None) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """A connection to an empty database and its working folder, on a disk with room for what does not fit; both go
    with the end. `folder` is where the working folder is made, the system's own place if not given."""
    with tempfile.TemporaryDirectory(prefix="lienthong-reconcile-", dir=folder) as name:
        work = Path(name)
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": f"{limits.memory // MIB}MiB",
            "threads": limits.threads,
            "temp_directory": str(work / "spill"),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
        }
        with duckdb.connect(str(work / "run.duckdb"), config=settings) as connection:
            yield connection, work


__all__ = ["LIMITS", "MIB", "Limits", "engine"]
