"""The bus under load: processes of `lienthong run`, a load generator, and the moment when all is settled."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Self

import orjson

from bus.broker.topology import dead_name, queue_name
from tests.support.private import free_port

from .children import Child, python
from .load import Job, Outcome
from .questions import SECRET
from .servers import Servers, mark
from .settings import document, with_population
from .settled import looking, recorded

START = 60.0
_POLL = 0.02
_REFUSED = {"rejected", "dead", "held", "cancelled"}


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to run the bus: the options of each `lienthong run`, and how many processes that makes in all."""

    name: str
    runs: tuple[tuple[str, ...], ...]
    processes: int
    embedded: bool = False


INTAKE = Variant("intake", (("--only", "intake"),), 1)
EMBEDDED = (Variant("embedded", ((),), 1, embedded=True),)
WHOLE = (
    Variant("1 process", ((),), 1),
    Variant("2 processes", (("--processes", "2"),), 2),
    Variant("intake apart", (("--only", "intake"), ("--only", "dispatch,relay,scheduler")), 2),
)
DRAIN = (
    Variant("1 process", (("--only", "dispatch,relay,scheduler"),), 1),
    Variant("2 processes", (("--only", "dispatch,relay,scheduler", "--processes", "2"),), 2),
)


@dataclass(frozen=True, slots=True)
class Limits:
    """`connections` of the load generator; `seconds` after which a run that has not ended is given up."""

    connections: int = 64
    seconds: float = 60


class Installation:
    """A bus with an empty ledger, for one run. A context manager.

    `key` of the client that sends and asks; `population`: URL of the population database, if there is one.
    """

    def __init__(self, servers: Servers, limits: Limits, *, embedded: bool, population: str | None = None) -> None:
        self._servers = servers
        self._limits = limits
        self._embedded = embedded
        self._population = population
        self._mark = mark()
        self.key = secrets.token_urlsafe(24)
        self.port = free_port()
        self._folder = servers.folder / self._mark
        self._sent = 0
        self._children: list[Child] = []

    def __enter__(self) -> Self:
        self._folder.mkdir()
        self._database = self._mark.replace("-", "_")
        if self._embedded:
            self._ledger, self._broker = f"sqlite:///{self._folder}/ledger.db", "memory://"
        else:
            self._ledger = self._servers.postgres.create_database(self._database)
            self._broker = self._servers.rabbitmq.url
        config = document(
            port=self.port,
            target=self._servers.target.port,
            key_hash="sha256:" + sha256(self.key.encode()).hexdigest(),
            prefix=self._mark,
        )
        if self._population is not None:
            config = with_population(config, self._population)
        self._systems = list(config["systems"])
        self._config.write_bytes(orjson.dumps(config))  # YAML is a superset of JSON
        self._servers.target.reset()
        return self

    def __exit__(self, *_: object) -> None:
        if not self._embedded:
            dead = dead_name(self._mark)
            self._servers.delete([*(queue_name(self._mark, system) for system in self._systems), dead], [dead])
            self._servers.postgres.drop_database(self._database)

    @property
    def _config(self) -> Path:
        return self._folder / "bench.yaml"

    @contextmanager
    def running(self, variant: Variant) -> Iterator[list[Child]]:
        """Its processes, ready."""
        log = self._folder / f"{mark()}.log"
        environment = {"BENCH_LEDGER": self._ledger, "BENCH_BROKER": self._broker, "BENCH_SECRET": SECRET}
        with ExitStack() as stack:
            children = []
            for options in variant.runs:
                command = python("lienthong.command", "run", "-c", str(self._config), "--json", *options)
                child = Child(f"the bus ({variant.name})", command, log, environment=environment)
                children.append(stack.enter_context(child))
            _await_start(children, log, variant.processes)
            self._children = children
            yield children

    def load(self, count: int, rate: float | None = None, skip: int = 0) -> Outcome:
        """Send so many messages, and return when all are answered."""
        with self._generator(count, rate, skip) as generator:
            generator.say({"do": "go"})
            return Outcome(**generator.hear(self._limits.seconds))

    @contextmanager
    def _generator(self, count: int, rate: float | None = None, skip: int = 0) -> Iterator[Child]:
        """A load generator that waits for its go."""
        job = Job(self.port, self.key, mark(), count, self._limits.connections, rate, skip)
        log = self._folder / "load.log"
        with Child("the load generator", python("bench.load"), log, spoken=True) as generator:
            generator.say(asdict(job))
            generator.hear(START)
            self._sent += count
            yield generator

    def pass_through(self, count: int) -> float:
        """Load, and wait until all is settled; messages a second from the first request to the last settlement."""
        with self._generator(count) as generator:
            generator.say({"do": "go"})
            self._await_target()
            outcome = Outcome(**generator.hear(self._limits.seconds))
            return count / (self._await_settled() - outcome.started)

    def drained(self) -> float:
        """Wait until the backlog is settled; messages a second from the first that arrived to the last settlement."""
        self._await_target()
        first, _ = self._servers.target.moments()
        return self._sent / (self._await_settled() - first)

    def _await_target(self) -> None:
        deadline = self._deadline()
        while (seen := self._servers.target.count()) < self._sent:
            self._servers.seen(seen)
            self._go_on_waiting(deadline, f"had brought {seen} of {self._sent} messages to the target")

    def _await_settled(self) -> float:
        """The moment when everything that was ever sent here is settled; nothing may have arrived twice."""
        deadline = self._deadline()
        with looking(self._ledger) as look:
            while (states := look()) != {"delivered": self._sent}:
                if sum(states.values()) != self._sent or states.keys() & _REFUSED:
                    raise self._children[0].failed(f"was sent {self._sent} messages and has {states}")
                self._go_on_waiting(deadline, f"was not done, but had {states}")
        moment = time.monotonic()
        if (seen := self._servers.target.count()) > self._sent:
            raise self._children[0].failed(f"was sent {self._sent} messages, and {seen} arrived at the target")
        return moment

    def recorded(self, action: str) -> int:
        """How often the evidence has this action."""
        return recorded(self._ledger, action)

    def _deadline(self) -> float:
        return time.monotonic() + self._limits.seconds

    def _go_on_waiting(self, deadline: float, otherwise: str) -> None:
        for child in self._children:
            child.check()
        if time.monotonic() > deadline:
            raise self._children[0].failed(f"{otherwise} after {self._limits.seconds:g} s")
        time.sleep(_POLL)

    def settle(self) -> None:
        """Wait until everything is settled, and check that nothing was lost or sent twice."""
        self._await_settled()


def _await_start(children: list[Child], log: Path, processes: int) -> None:
    deadline = time.monotonic() + START
    while log.read_bytes().count(b'"event":"started"') < processes:
        for child in children:
            child.check()
        if time.monotonic() > deadline:
            raise children[0].failed(f"was not ready after {START:g} s")
        time.sleep(_POLL)


# Something that looks at the processes while they work: the profiler.
Beside = Callable[[list[Child]], AbstractContextManager[None]]


def _nobody(_: list[Child]) -> AbstractContextManager[None]:
    return nullcontext()


def whole(servers: Servers, limits: Limits, variant: Variant, count: int, beside: Beside = _nobody) -> float:
    """HTTP intake to settled, messages a second."""
    with (
        Installation(servers, limits, embedded=variant.embedded) as installation,
        installation.running(variant) as children,
    ):
        _warm_up(installation, count)
        with beside(children):
            return installation.pass_through(count)


def drain(servers: Servers, limits: Limits, variant: Variant, count: int, beside: Beside = _nobody) -> float:
    """Start of dispatch to settled, with everything accepted before, messages a second."""
    with Installation(servers, limits, embedded=False) as installation:
        with installation.running(INTAKE):
            installation.load(count)
        with installation.running(variant) as children, beside(children):
            return installation.drained()


def intake(servers: Servers, limits: Limits, variant: Variant, rate: float, seconds: float) -> float:
    """The 99th percentile of the time to an answer at `rate` messages a second for `seconds`, in milliseconds."""
    with Installation(servers, limits, embedded=variant.embedded) as installation, installation.running(variant):
        outcome = installation.load(int(rate * (seconds + 1)), rate, skip=int(rate))
        installation.settle()
        return outcome.p99


def _warm_up(installation: Installation, count: int) -> None:
    """Connections, caches and the code's first steps are not what is measured."""
    installation.load(max(1, min(500, count // 10)))
    installation.settle()
