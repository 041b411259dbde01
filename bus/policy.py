"""What a verdict does to a delivery: pure rules, with the policy that was stamped on the delivery at intake."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import orjson

from bus.config.model import Config, Enrich, Route, System
from bus.ledger import Claimed, Rule, State
from bus.ledger.standing import OPERATION
from lienthong import Absent, Adapter, Delivered, Operation, Poll, Polled, Process, Reject, Retry, Single, Stop, Unknown
from lienthong.ports import OnUnknown

# A poll is never given up: longer than any bus runs, and finite, because JSON knows no infinity.
_FOR_EVER = 1e12
_TAKEOVERS = 1_000_000


@dataclass(frozen=True, slots=True)
class Asks:
    """A query to be asked before each delivery; as `bus.config.model.Enrich`, `on` in pairs."""

    query: str
    ask: str
    purpose: str
    officer: str
    on: tuple[tuple[str, str], ...]
    reuse_for: float


@dataclass(frozen=True, slots=True)
class Policy:
    """Retry and doubt rules of one operation of one system, and what its route asks before.

    Durations in seconds; `attempts` 0 is no limit; `every`: of a poll, the pause after one that succeeded.
    """

    first: float
    factor: float
    longest: float
    jitter: float
    attempts: int
    age: float
    settle_after: float
    on_unknown: OnUnknown
    block: bool
    takeovers: int
    enrich: tuple[Asks, ...] = ()
    every: float = 0.0

    @property
    def body(self) -> str:
        """As the ledger keeps it."""
        return orjson.dumps(asdict(self), option=orjson.OPT_SORT_KEYS).decode()

    @property
    def id(self) -> str:
        """The name of these rules: the same rules have the same id in every process."""
        return hashlib.sha256(self.body.encode()).hexdigest()[:16]


def parse(body: str) -> Policy:
    """The policy that the ledger kept as `body`."""
    kept = orjson.loads(body)
    asks = tuple(Asks(**{**one, "on": tuple(map(tuple, one["on"]))}) for one in kept.pop("enrich", ()))
    return Policy(**kept, enrich=asks)


def policy_of(system: System, adapter: Adapter, operation: Operation, route: Route | None = None) -> Policy:
    """The rules that the configuration gives `operation` now, for what comes by `route`."""
    on_unknown = system.on_unknown.get(operation.name) or adapter.on_unknown(operation)
    return Policy(
        first=system.retry.first,
        factor=system.retry.factor,
        longest=system.retry.longest,
        jitter=system.retry.jitter,
        attempts=system.retry.attempts or 0,
        age=system.retry.age,
        # a step that was not committed had no effect
        settle_after=0 if isinstance(adapter, Process) else system.settle_after,
        on_unknown=on_unknown,
        block=operation.ordered if system.on_reject is None else system.on_reject == "block",
        takeovers=system.takeovers,
        enrich=tuple(_asks(one) for one in route.enrich) if route is not None else (),
    )


def _asks(enrich: Enrich) -> Asks:
    on = tuple(sorted(enrich.on.items()))
    return Asks(enrich.query, enrich.ask, enrich.purpose, enrich.officer, on, enrich.reuse_for)


def poll_policy(system: System, poll: Poll) -> Policy:
    """The rules of a poll: it changes nothing, so it is repeated for ever and never in doubt."""
    every = system.polls[poll.name].every or poll.every
    retry = system.retry
    return Policy(
        first=retry.first,
        factor=retry.factor,
        longest=max(retry.longest, every),
        jitter=retry.jitter,
        attempts=0,
        age=_FOR_EVER,
        settle_after=0,
        on_unknown="resend",
        block=False,
        takeovers=_TAKEOVERS,
        every=every,
    )


class Stamps:
    """The policies of this configuration, by system, operation and route."""

    def __init__(self, config: Config, adapters: Mapping[str, Adapter]) -> None:
        asking = {route.name: route for route in config.routes if route.enrich}
        self._policies = {
            (name, operation.name, route.name if route is not None else None): policy_of(
                system, adapters[name], operation, route
            )
            for name, system in config.systems.items()
            for operation in adapters[name].operations.values()
            for route in (None, *(one for one in asking.values() if name in one.to))
        } | {
            (name, OPERATION + poll, None): poll_policy(system, adapters[name].polls[poll])
            for name, system in config.systems.items()
            for poll in system.polls
        }
        self._ids = {key: policy.id for key, policy in self._policies.items()}

    def id(self, system: str, operation: str, route: str | None = None) -> str:
        """What intake stamps on a delivery; a route that asks nothing has no rules of its own."""
        return self._ids.get((system, operation, route)) or self._ids[system, operation, None]

    @property
    def all(self) -> dict[str, Policy]:
        """Every policy by its id."""
        return {policy.id: policy for policy in self._policies.values()}


@dataclass(frozen=True, slots=True)
class Held:
    """What was asked before the delivery says that an operator has to decide; nothing was sent."""

    code: str
    reason: str


def judge(
    verdict: Single | Held | Polled, claimed: Claimed, policy: Policy, *, answered: bool, now: float, chance: float
) -> Rule:
    """The rule for `verdict`. `answered`: the target said it (not only we); `chance` is in [0, 1)."""
    match verdict:
        case Delivered(reference):
            return Rule(State.DELIVERED, "delivered", False, "clear", reference=reference)
        case Polled(messages, _, more, unreadable):
            found = bool(messages or unreadable)
            return Rule(State.READY, "polled", True, "clear", 0 if more else policy.every, counts=found)
        case Reject(code, reason) if policy.every:
            return Rule(State.READY, "reject", True, "clear", policy.longest, code=code, reason=reason)
        case Reject(code, reason, pointer):
            doubt = "clear" if answered else "keep"
            return Rule(State.REJECTED, "reject", policy.block, doubt, code=code, reason=reason, pointer=pointer)
        case Held(code, reason):
            return Rule(State.HELD, "held", True, "keep", code=code, reason=reason)
        case Stop(reason):
            delay = policy.first
            return Rule(State.READY, "stop", True, "keep", delay, counts=False, code="stopped", reason=reason)
        case Retry(reason, after):
            return _again(reason, after, "keep", "retry", claimed, policy, now, chance)
        case Unknown(reason):
            return _doubtful(reason, claimed, policy, now, chance)
        case Absent():
            return _doubtful("the adapter said Absent to a delivery", claimed, policy, now, chance)


def _doubtful(reason: str, claimed: Claimed, policy: Policy, now: float, chance: float) -> Rule:
    if policy.on_unknown == "hold":
        return Rule(State.HELD, "unknown", True, "set", code="in-doubt", reason=reason)
    return _again(reason, policy.settle_after, "set", "unknown", claimed, policy, now, chance)


def _again(
    reason: str,
    after: float | None,
    doubt: str,
    verdict: str,
    claimed: Claimed,
    policy: Policy,
    now: float,
    chance: float,
) -> Rule:
    attempt = claimed.attempt - claimed.attempts_before
    if policy.attempts and attempt >= policy.attempts:
        return Rule(State.DEAD, verdict, policy.block, doubt, code="too-many-attempts", reason=reason)
    if now - claimed.created_at >= policy.age:
        return Rule(State.DEAD, verdict, policy.block, doubt, code="too-old", reason=reason)
    # What a target asks for has no bound: beyond our own age limit it would only be given up later than we promise.
    delay = max(backoff(policy, attempt, chance), min(after or 0.0, policy.age))
    return Rule(State.READY, verdict, True, doubt, delay, code=verdict, reason=reason)


def backoff(policy: Policy, attempt: int, chance: float) -> float:
    """Seconds to wait after attempt number `attempt` (from 1): exponential to `longest`, spread by the jitter."""
    exponent = min(attempt - 1, 60)  # beyond it every factor has reached every `longest`, and floats overflow
    wait = min(policy.longest, policy.first * policy.factor**exponent)
    return wait * (1 - policy.jitter + 2 * policy.jitter * chance)
