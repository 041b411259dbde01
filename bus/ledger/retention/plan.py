"""What is to leave, and in which portions. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from .form import Row
from .links import Spans

# Messages that leave in one transaction. SQLite has one writer, and intake waits meanwhile: 30 ms, measured.
# In PostgreSQL nobody waits, and what fills a partition should leave together, because then the partition is dropped.
EMBEDDED, SERVER = 2_000, 200_000


@dataclass(frozen=True, slots=True)
class Plan:
    """`keep`: seconds after its last delivery was settled that a message stays. `max_file`: bytes of one archive.
    `batch`: most messages of one transaction, unless what fits the database is right."""

    keep: float
    folder: Path
    max_file: int = 32 << 20
    batch: int | None = None

    def messages(self, embedded: bool) -> int:
        """Most messages of one transaction."""
        return self.batch or (EMBEDDED if embedded else SERVER)


@dataclass(frozen=True, slots=True)
class Origin:
    """Which ledger it is, and its last archive: number, file and chained digest (`0`, `None` and empty: none yet)."""

    ledger: str
    number: int
    file: str | None
    chained: str


@dataclass(frozen=True, slots=True)
class Edge:
    """Messages received and evidence written before these moments may leave, if they are finished since `cutoff`.

    They are earlier than `cutoff` where whole partitions leave together. `now` is when that was worked out; all in
    seconds since 1970.
    """

    now: float
    cutoff: float
    messages: float
    evidence: float


@dataclass(slots=True)
class Batch:
    """What one transaction takes out: files that are on the disk, and what is in them."""

    files: list[Row] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    loose: list[tuple[str, int]] = field(default_factory=list)
    spans: Spans = field(default_factory=dict)

    def count(self, what: str) -> int:
        """Sum of a column (`messages`, `deliveries`, `attempts`, `evidence`, `bytes`) over the files."""
        return sum(int(file[what]) for file in self.files)


class Changed(Exception):
    """Somebody acted on a message while it was being archived. Nothing left; the next run looks again."""
