"""Routing around processes: they hear without routes, and what they say to a system goes there without one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import orjson
import pytest

from bus.config.model import Config
from bus.router import Router, Routing, Target, source_of
from lienthong import Adapter, Context, Delivered, Message, NoSettings, Process, operation
from lienthong.ports import Conversation


class Payments(Process):
    name: ClassVar[str] = "payments"
    hears: ClassVar[tuple[str, ...]] = ("payment.noticed", "payment.requested")
    says: ClassVar[tuple[str, ...]] = ("payment.attempted", "payment.paid")


class Deadlines(Process):
    """Hears what the other says, and what it says itself."""

    name: ClassVar[str] = "deadlines"
    hears: ClassVar[tuple[str, ...]] = ("payment.paid", "payment.noticed")
    says: ClassVar[tuple[str, ...]] = ("payment.noticed",)


class Gateway(Adapter):
    name: ClassVar[str] = "gateway"

    @operation("payment.attempted", ordered=False)
    def create(self, message: Message, context: Context) -> Conversation:
        return Delivered()
        yield


class Everything(Adapter):
    name: ClassVar[str] = "everything"

    @operation("*", name="keep")
    def keep(self, message: Message, context: Context) -> Conversation:
        return Delivered()
        yield


SYSTEMS: Mapping[str, Adapter] = {
    "payments": Payments(NoSettings()),
    "deadlines": Deadlines(NoSettings()),
    "vnpay": Gateway(NoSettings()),
    "momo": Gateway(NoSettings()),
    "archive": Everything(NoSettings()),
}
PORTAL, MANAGER = "/h49/portal", source_of("payments")


def route(type: str, source: str = PORTAL, data: Any = b"{}", routes: tuple[dict[str, Any], ...] = ()) -> Routing:
    named = [{"name": f"route-{number}", **one} for number, one in enumerate(routes, 1)]
    systems = {name: {"adapter": adapter.name} for name, adapter in SYSTEMS.items()}
    made = Router(Config.model_validate({"unit": "H49", "systems": systems, "routes": named}), SYSTEMS)
    return made.route(type, source, "DON-1", data)


def targets(routing: Routing) -> list[str]:
    return [target.system for target in routing.targets]


def test_a_process_hears_its_types_without_a_route_and_in_no_lane() -> None:
    assert route("payment.requested") == Routing((Target("payments", "hear", None, ""),))
    assert targets(route("payment.noticed", source="/systems/vnpay")) == ["payments", "deadlines"]


def test_it_does_not_hear_what_it_says_itself_and_others_do() -> None:
    assert targets(route("payment.noticed", source=source_of("deadlines"))) == ["payments"]
    assert targets(route("payment.paid", source=MANAGER)) == ["deadlines"]
    assert targets(route("payment.noticed", source=MANAGER)) == ["deadlines"]


def test_what_it_does_not_hear_is_refused_as_ever() -> None:
    problem = route("payment.expired").problem
    assert problem is not None and problem.code == "no-route"


@pytest.mark.parametrize("form", [lambda data: data, orjson.dumps, lambda data: orjson.dumps(data).decode()])
def test_what_it_says_to_a_system_goes_there_without_a_route(form: Any) -> None:
    said = route("payment.attempted", MANAGER, form({"system": "momo", "amount": 1}))
    assert said == Routing((Target("momo", "create", None, ""),))


@pytest.mark.parametrize(
    "data",
    [
        {"system": "zalopay"},
        {"system": "payments"},
        {"system": "archive"},
        {"system": None},
        {"system": ["momo"]},
        {},
        [],
    ],
)
def test_it_goes_nowhere_if_no_such_system_has_an_operation_for_this_very_type(data: Any) -> None:
    """`*` is no address: a system that takes everything is reached by routes only."""
    problem = route("payment.attempted", MANAGER, data).problem
    assert problem is not None and problem.code == "no-route"


def test_only_a_process_addresses_a_system() -> None:
    for source in (PORTAL, "/systems/vnpay", "/systems/payments/", "payments"):
        problem = route("payment.attempted", source, {"system": "momo"}).problem
        assert problem is not None and problem.code == "no-route", source


def test_routes_add_to_it_and_each_system_gets_it_once() -> None:
    more = ({"types": ["payment.*"], "to": ["archive", "momo", "vnpay"]},)
    said = route("payment.attempted", MANAGER, {"system": "momo"}, more)
    assert sorted(targets(said)) == ["archive", "momo", "vnpay"]
    assert Target("momo", "create", None, "") in said.targets
    heard = route("payment.noticed", routes=({"types": ["payment.*"], "to": ["archive", "payments"]},))
    assert targets(heard) == ["payments", "deadlines", "archive"]
    assert heard.targets[0] == Target("payments", "hear", None, "")


def test_a_route_that_drops_does_not_make_a_process_deaf() -> None:
    drop = ({"types": ["*"], "drop": True},)
    assert targets(route("payment.requested", routes=drop)) == ["payments"]
    assert route("payment.expired", routes=drop).dropped


def test_a_condition_that_fails_refuses_what_a_process_would_hear() -> None:
    failing = ({"types": ["*"], "to": ["archive"], "when": ".data.fee + 1 > 0"},)
    problem = route("payment.requested", data=b'{"fee": "x"}', routes=failing).problem
    assert problem is not None and problem.code == "route-condition-failed"
    assert targets(route("payment.requested", data=b'{"fee": -9}', routes=failing)) == ["payments"]
