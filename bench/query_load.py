"""Look-ups at a fixed rate, in turns through the bus and straight to the population database, by the same client.

A process of its own: `python -m bench.query_load` reads a `Job` as a line of JSON, asks about everybody once each way,
so that records, connections and code are warm, says that it is ready, begins with the next line, and says an `Outcome`.
A turn lasts about a second and ends when all its questions are answered: neither way shares the machine with the other,
and both see the same minutes of it. Within a turn questions fall due at chance moments (Poisson), the same for both
ways, and latency counts from there as in `bench.load`. Every answer has to be the citizen who was asked for.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import cycle, islice

import aiohttp
import orjson
import uvloop

from bench import questions
from bench.figures import percentile
from bench.load import moments
from bench.questions import Person

_KEEP = 4.0  # seconds for an idle connection: below the five of the servers, so that none closes under a question
_AT_ONCE = 8  # while warming up


@dataclass(frozen=True, slots=True)
class Job:
    """`database`: URL of the simulator; `rate`: questions a second; `turns` of each way that count.

    `each`: questions of a turn; asked about are the applicants of so many `dossiers`.
    """

    port: int
    key: str
    database: str
    rate: int
    turns: int
    each: int
    connections: int
    dossiers: int = 200


@dataclass(frozen=True, slots=True)
class Side:
    """One way. `asked`: all questions, those of warming up too; latencies in milliseconds, without them."""

    asked: int
    p50: float
    p99: float
    longest: float


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, made before the clock starts."""

    person: Person
    body: bytes


class Way:
    """The questions of one way. `headers` makes those of one call, `fits` tells whether an answer is the right one."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        url: str,
        headers: Callable[[], Mapping[str, str]],
        fits: Callable[[bytes, Person], bool],
        asked: Sequence[Asked],
    ) -> None:
        self._http = http
        self._url = url
        self._headers = headers
        self._fits = fits
        self._left = iter(asked)
        self._answered = 0
        self._latencies: list[float] = []

    async def warm_up(self, count: int) -> None:
        """Ask so many questions, a few at once."""
        first = islice(self._left, count)

        async def one_after_the_other() -> None:
            for asked in first:
                await self._ask(asked)

        async with asyncio.TaskGroup() as group:
            for _ in range(_AT_ONCE):
                group.create_task(one_after_the_other())

    async def turn(self, due: Sequence[float]) -> None:
        """Ask a question at each of these moments (seconds from now), and wait for all answers."""
        started = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for moment in due:
                if (wait := started + moment - time.monotonic()) > 0:
                    await asyncio.sleep(wait)
                group.create_task(self._timed(next(self._left), started + moment))

    async def _timed(self, asked: Asked, due: float) -> None:
        begun = min(due, time.monotonic())  # a timer may fire a fraction of a millisecond early
        self._latencies.append(1000 * (await self._ask(asked) - begun))

    async def _ask(self, asked: Asked) -> float:
        """The moment of the answer. Raises `RuntimeError` if it is a wrong one."""
        async with self._http.post(self._url, data=asked.body, headers=self._headers()) as response:
            body = await response.read()
        answered = time.monotonic()
        if response.status != 200 or not self._fits(body, asked.person):
            raise RuntimeError(f"{self._url} answered {response.status}: {body[:500].decode(errors='replace')}")
        self._answered += 1
        return answered

    def begin(self) -> None:
        """What was asked so far does not count."""
        self._latencies.clear()

    def side(self) -> Side:
        """How it went."""
        found = sorted(self._latencies)
        return Side(self._answered, percentile(found, 0.5), percentile(found, 0.99), found[-1])


def turns(rate: int, count: int, each: int) -> Iterator[list[float]]:
    """`count` lists of `each` moments when questions fall due, in seconds after the beginning of the turn. Pure."""
    due, before = moments(rate, each * count), 0.0
    for _ in range(count):
        turn = list(islice(due, each))
        yield [moment - before for moment in turn]
        before = turn[-1]


async def measure(job: Job, bus: Way, direct: Way) -> tuple[Side, Side]:
    """Turns by turns; the first one of each way does not count."""
    for number, due in enumerate(turns(job.rate, job.turns + 1, job.each)):
        for way in (bus, direct) if number % 2 else (direct, bus):
            await way.turn(due)
        if number == 0:
            bus.begin()
            direct.begin()
    return bus.side(), direct.side()


async def _known(http: aiohttp.ClientSession, job: Job) -> list[Person]:
    """People of whom there is a record, in a database that was told to forget what it was asked before."""
    async with http.post(f"{job.database}/_control/reset") as reset:
        reset.raise_for_status()
    async with http.get(f"{job.database}/_control/people", params={"limit": job.dossiers}) as page:
        page.raise_for_status()
        return questions.people(await page.json())


def _ways(http: aiohttp.ClientSession, job: Job, people: Sequence[Person]) -> tuple[Way, Way]:
    count = len(people) + job.each * (job.turns + 1)
    asked = list(enumerate(islice(cycle(people), count)))
    key = {"authorization": f"Bearer {job.key}", "content-type": "application/json"}
    bus = Way(
        http,
        f"http://127.0.0.1:{job.port}/v1/queries/{questions.QUERY}",
        lambda: key,
        questions.found_by_bus,
        [Asked(who, questions.for_bus(who, number)) for number, who in asked],
    )
    direct = Way(
        http,
        f"{job.database}/{questions.ADDRESS}",
        lambda: questions.database_headers(time.time()),
        questions.found_in_database,
        [Asked(who, questions.for_database(who, number)) for number, who in asked],
    )
    return bus, direct


async def main() -> None:
    """One job."""
    job = Job(**orjson.loads(sys.stdin.readline()))
    connector = aiohttp.TCPConnector(limit=job.connections, keepalive_timeout=_KEEP)
    async with aiohttp.ClientSession(connector=connector) as http:
        people = await _known(http, job)
        bus, direct = _ways(http, job, people)
        for way in (direct, bus):
            await way.warm_up(len(people))
        gc.collect()
        gc.disable()  # a pause of ours is nobody's latency
        print('{"ready": true}', flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        through, straight = await measure(job, bus, direct)
    print(orjson.dumps({"bus": asdict(through), "direct": asdict(straight)}).decode(), flush=True)


if __name__ == "__main__":
    uvloop.run(main())
