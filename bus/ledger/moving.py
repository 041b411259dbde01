"""Which deliveries of a system that left the configuration may go to another one, and why the others stay. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from .operate import UNFIT
from .records import State
from .standing import OPERATION as POLL

TOLD = ("reference", "verdict", "code", "reason", "pointer", "value")


@dataclass(frozen=True, slots=True)
class Place:
    """How a system takes messages of one type: operation, whether it keeps order, the policy's id, and the seconds
    for which an effect may come late."""

    operation: str
    ordered: bool
    policy: str
    settle_after: float


@dataclass(frozen=True, slots=True)
class Move:
    """What goes where. `place` answers for a message type, `None` where `target` has no operation for it.

    `operation` and `message` narrow it down. `same_target`: `target` is the same system under a new name, so that what
    is in doubt can be asked or sent again there. `finished`: also what was rejected or given up and holds no lane.
    """

    origin: str
    target: str
    place: Callable[[str], Place | None]
    operation: str | None = None
    message: str | None = None
    same_target: bool = False
    finished: bool = False
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A delivery to `Move.origin` as it stands. `there`: the delivery to `Move.target` that its message has already.

    `told`: what was last said of it, as `TOLD` names it.
    """

    id: int
    message: str
    operation: str
    lane: str | None
    position: int
    state: str
    is_open: bool
    in_doubt_since: float | None
    type: str
    subject: str
    there: int | None
    told: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Left:
    """Why a delivery stays where it is."""

    id: int
    message: str
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What goes, in order, and what stays although it was meant."""

    going: list[tuple[Standing, Place]]
    left: list[Left]


def judge(standing: Iterable[Standing], move: Move) -> Judged:
    """Order is kept: what stands in its lane behind one that may go later does not go before it.

    `standing` holds of every lane all that is open from its head on, also what the filter leaves out.
    """
    judged = Judged([], [])
    stopped: dict[str, int] = {}  # by lane: the delivery that nothing of it may pass
    for one in sorted(standing, key=lambda one: one.position):
        place, meant = move.place(one.type), _meant(one, move)
        reason = _never(one, place, move)
        if reason is None:
            reason = _not_now(one, move, stopped)
            if one.lane is not None and one.is_open and (reason is not None or not meant):
                stopped.setdefault(one.lane, one.id)
        if meant and reason is not None:
            judged.left.append(Left(one.id, one.message, one.state, reason))
        elif meant and place is not None:
            judged.going.append((one, place))
    return judged


def _meant(one: Standing, move: Move) -> bool:
    """A poll carries no message: it ends by itself with its system, and the new system has its own."""
    if one.operation.startswith(POLL):
        return False
    return move.operation in (None, one.operation) and move.message in (None, one.message)


def _never(one: Standing, place: Place | None, move: Move) -> str | None:
    """Why it has no business at the target at all, so that nothing need wait for it there."""
    if one.operation == UNFIT:
        return "its data was never valid; send a corrected message"
    if one.there is not None:
        return f"its message has a delivery to {move.target} already, {one.there}; replay that, or cancel this one"
    if place is None:
        return f"{move.target} has no operation for {one.type}; move it to a system that has, or cancel it"
    return None


def _not_now(one: Standing, move: Move, stopped: dict[str, int]) -> str | None:
    if one.state == State.SENDING:
        return (
            "it is being sent; move it when that has ended. What a worker that is gone was sending is taken over by "
            "the running bus within two leases, and is in doubt then"
        )
    if one.in_doubt_since is not None and not move.same_target:
        return (
            f"it may have taken effect at {move.origin}; say same_target if {move.target} is that target under a new "
            "name, or cancel it"
        )
    if one.lane in stopped and one.is_open:
        return f"it stands in its lane behind delivery {stopped[one.lane]}, which stays; move or cancel that first"
    return None
