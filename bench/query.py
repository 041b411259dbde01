"""What the bus adds to a look-up: questions through it, and in turns with them the same ones asked of the database."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from .bus import START, Installation, Limits, Variant
from .children import Child, python
from .query_load import Job, Side
from .servers import Servers


@dataclass(frozen=True, slots=True)
class Compared:
    """Both ways of one run."""

    bus: Side
    direct: Side

    @property
    def added(self) -> float:
        """By the bus to the 99th percentile, in milliseconds. Below nought where chance was greater than that."""
        return self.bus.p99 - self.direct.p99


def look_ups(servers: Servers, limits: Limits, variant: Variant, rate: int, seconds: float) -> Compared:
    """`rate` questions a second, for so many seconds each way, in turns of about one.

    Raises `bench.children.Failed` when an answer is wrong, or when there is no evidence of a question.
    """
    database, turns = servers.population, max(1, round(seconds))
    each = max(1, round(rate * seconds / turns))
    with (
        Installation(servers, limits, embedded=variant.embedded, population=database) as installation,
        installation.running(variant) as children,
        Child("the officers", python("bench.query_load"), servers.folder / "query.log", spoken=True) as load,
    ):
        load.say(asdict(Job(installation.port, installation.key, database, rate, turns, each, limits.connections)))
        load.hear(START)
        heard = load.ask({"do": "go"}, limits.seconds + 4 * seconds)
        found = Compared(Side(**heard["bus"]), Side(**heard["direct"]))
        if (kept := installation.recorded("answered")) != found.bus.asked:
            raise children[0].failed(f"answered {found.bus.asked} questions and has evidence of {kept}")
        return found
