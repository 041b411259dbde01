"""Which rows are measured, and how. Pure."""

from __future__ import annotations

from dataclasses import dataclass

WHOLE_EMBEDDED = "whole-embedded"
WHOLE_PG_RABBIT = "whole-pg-rabbit"
DRAIN_PG_RABBIT = "drain-pg-rabbit"
INTAKE = "intake-p99"
INTAKE_EMBEDDED = "intake-p99-embedded"
SOAP = "soap-lookups"
SOAP_ASYNC = "soap-lookups-async"
QUERY = "query-p99"
QUERY_PG = "query-p99-pg"
RECONCILE = "reconcile"
ROWS = (
    WHOLE_EMBEDDED,
    WHOLE_PG_RABBIT,
    DRAIN_PG_RABBIT,
    INTAKE,
    INTAKE_EMBEDDED,
    SOAP,
    SOAP_ASYNC,
    QUERY,
    QUERY_PG,
    RECONCILE,
)

# Rows that need neither PostgreSQL nor RabbitMQ.
_ALONE = frozenset({INTAKE_EMBEDDED, SOAP, SOAP_ASYNC, QUERY, RECONCILE})

# The throughput whose 70 % an intake row is loaded with.
LOADED_LIKE = {INTAKE: WHOLE_PG_RABBIT, INTAKE_EMBEDDED: WHOLE_EMBEDDED}
LOAD = 0.7
LIMIT_MS = 50.0

# Questions a second, and what the bus may add to them.
QUERY_RATE = 200
QUERY_LIMIT_MS = 30.0

# Ways to run the bus with PostgreSQL and RabbitMQ.
VARIANTS = ("1 process", "2 processes", "intake apart")

LEAST_PAIRS = 5
LEAST_MESSAGES = 5000


@dataclass(frozen=True, slots=True)
class Plan:
    """`messages` a run; `seconds` of an intake run, and of each way of asking.

    `producers` of Celery, found out by trying if `None`.
    """

    pairs: int = 5
    messages: int = 10_000
    rows: tuple[str, ...] = ROWS
    connections: int = 64
    seconds: float = 10
    producers: int | None = None
    variants: tuple[str, ...] = VARIANTS

    @property
    def real(self) -> bool:
        """Whether the result may stand in latest.json: less is a trial of the benchmark itself."""
        enough = self.pairs >= LEAST_PAIRS and self.messages >= LEAST_MESSAGES and self.seconds >= LEAST_PAIRS
        return enough and set(self.rows) == set(ROWS)

    @property
    def limit(self) -> float:
        """Seconds after which a run is given up: what is slower than 50 messages a second has hung."""
        return 30 + self.messages / 50

    @property
    def needs_servers(self) -> bool:
        """PostgreSQL and RabbitMQ; Celery needs the latter in every row that compares."""
        return not set(self.rows) <= _ALONE

    def wants(self, row: str) -> bool:
        """Whether the bus has to be measured for `row`, because it is wanted or because another is loaded like it."""
        return row in self.rows or any(LOADED_LIKE.get(other) == row for other in self.rows)


def chosen(text: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """Names with commas between them, in the order of `known`. Raises `ValueError`, naming what is unknown."""
    wanted = {name.strip() for name in text.split(",")}
    if unknown := sorted(wanted - set(known)):
        raise ValueError(f"there is no {', '.join(unknown)}; there are {', '.join(known)}")
    return tuple(name for name in known if name in wanted)


def in_turn(contenders: int, pair: int) -> list[int]:
    """The order of a pair: every pair begins one further on, every other one goes backwards."""
    order = [(index + pair) % contenders for index in range(contenders)]
    return order[::-1] if pair % 2 else order
