"""What a verdict does to a delivery: pure rules, with the policy that was stamped on the delivery at intake."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import orjson

from bus.config.model import Config, System
from bus.ledger import Claimed, State
from lienthong import Absent, Adapter, Delivered, Operation, Reject, Retry, Single, Stop, Unknown
from lienthong.ports import OnUnknown


@dataclass(frozen=True, slots=True)
class Policy:
    """Retry and doubt rules of one operation of one system. Durations in seconds; `attempts` 0 is no limit."""

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
    return Policy(**orjson.loads(body))


def policy_of(system: System, adapter: Adapter, operation: Operation) -> Policy:
    """The rules that the configuration gives `operation` now."""
    on_unknown = system.on_unknown.get(operation.name) or adapter.on_unknown(operation)
    return Policy(
        first=system.retry.first,
        factor=system.retry.factor,
        longest=system.retry.longest,
        jitter=system.retry.jitter,
        attempts=system.retry.attempts or 0,
        age=system.retry.age,
        settle_after=system.settle_after,
        on_unknown=on_unknown,
        block=operation.ordered if system.on_reject is None else system.on_reject == "block",
        takeovers=system.takeovers,
    )


class Stamps:
    """The policies of this configuration, by system and operation."""

    def __init__(self, config: Config, adapters: Mapping[str, Adapter]) -> None:
        self._policies = {
            (name, operation.name): policy_of(system, adapters[name], operation)
            for name, system in config.systems.items()
            for operation in adapters[name].operations.values()
        }
        self._ids = {key: policy.id for key, policy in self._policies.items()}

    def id(self, system: str, operation: str) -> str:
        """What intake stamps on a delivery."""
        return self._ids[system, operation]

    @property
    def all(self) -> dict[str, Policy]:
        """Every policy by its id."""
        return {policy.id: policy for policy in self._policies.values()}


@dataclass(frozen=True, slots=True)
class Rule:
    """What becomes of the delivery; fields as in `bus.ledger.Settlement`."""

    state: State
    verdict: str
    is_open: bool
    doubt: str
    delay: float = 0.0
    counts: bool = True
    code: str | None = None
    reason: str | None = None
    pointer: str | None = None
    reference: str | None = None


def judge(verdict: Single, claimed: Claimed, policy: Policy, *, answered: bool, now: float, chance: float) -> Rule:
    """The rule for `verdict`. `answered`: the target said it (not only we); `chance` is in [0, 1)."""
    match verdict:
        case Delivered(reference):
            return Rule(State.DELIVERED, "delivered", False, "clear", reference=reference)
        case Reject(code, reason, pointer):
            doubt = "clear" if answered else "keep"
            return Rule(State.REJECTED, "reject", policy.block, doubt, code=code, reason=reason, pointer=pointer)
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
