"""Routing: types, sources, conditions, several targets, drop, and what is refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from bus.config.model import Config
from bus.router import Router, Routing, Target
from lienthong.ports import Adapter, Context, Conversation, Message, NoSettings, operation
from lienthong.verdicts import Delivered, Each


class Portal(Adapter):
    """Takes dossiers in order, steps without."""

    name = "portal"

    @operation("dossier.submitted", "dossier.updated")
    def dossiers(self, message: Message, context: Context) -> Conversation:
        return Delivered()
        yield

    @operation("dossier.progressed", ordered=False, batch=10)
    def steps(self, messages: Sequence[Message], context: Context) -> Conversation:
        return Each([])
        yield


class Archive(Adapter):
    """Takes new dossiers alone."""

    name = "archive"

    @operation("dossier.submitted", name="keep")
    def keep(self, message: Message, context: Context) -> Conversation:
        return Delivered()
        yield


SYSTEMS: dict[str, Adapter] = {
    "national": Portal(NoSettings()),
    "ministry": Portal(NoSettings()),
    "archive": Archive(NoSettings()),
}
SOURCE = "/h49/portal"


def router(*routes: dict[str, Any]) -> Router:
    systems = {name: {"adapter": adapter.name} for name, adapter in SYSTEMS.items()}
    named = [{"name": f"route-{number}", **route} for number, route in enumerate(routes, 1)]
    return Router(Config.model_validate({"unit": "H49", "systems": systems, "routes": named}), SYSTEMS)


def route(made: Router, type: str = "dossier.submitted", source: str = SOURCE, data: Any = b"{}") -> Routing:
    return made.route(type, source, "H49-1", data)


def systems(routing: Routing) -> list[str]:
    return [target.system for target in routing.targets]


def test_a_message_goes_to_the_named_system_in_the_lane_of_its_subject() -> None:
    made = router({"types": ["dossier.submitted"], "to": ["national"]})
    assert route(made) == Routing((Target("national", "dossiers", "H49-1", "route-1"),))


def test_an_operation_without_order_has_no_lane() -> None:
    made = router({"types": ["dossier.progressed"], "to": ["national"]})
    assert route(made, "dossier.progressed").targets == (Target("national", "steps", None, "route-1"),)


def test_several_routes_add_up_and_a_system_gets_a_message_once_by_the_first_of_them() -> None:
    made = router({"to": ["national", "archive"]}, {"to": ["ministry", "national"]})
    assert route(made).targets == (
        Target("national", "dossiers", "H49-1", "route-1"),
        Target("archive", "keep", "H49-1", "route-1"),
        Target("ministry", "dossiers", "H49-1", "route-2"),
    )


@pytest.mark.parametrize(
    ("pattern", "type", "taken"),
    [
        ("*", "dossier.updated", True),
        ("dossier.*", "dossier.updated", True),
        ("dossier.updated", "dossier.updated", True),
        ("dossier.submitted", "dossier.updated", False),
        ("payment.*", "dossier.updated", False),
        ("dossier.up", "dossier.updated", False),
    ],
)
def test_type_patterns(pattern: str, type: str, taken: bool) -> None:
    assert bool(route(router({"types": [pattern], "to": ["national"]}), type).targets) is taken


@pytest.mark.parametrize(
    ("pattern", "taken"),
    [
        ("/h49/portal", True),
        ("/h49/*", True),
        ("*", True),
        ("/h49", False),
        ("/h50/*", False),
        ("/h49/portal/x", False),
    ],
)
def test_source_patterns(pattern: str, taken: bool) -> None:
    assert bool(route(router({"sources": [pattern], "to": ["national"]})).targets) is taken


def test_under_a_pattern_a_system_gets_only_what_it_has_an_operation_for() -> None:
    made = router({"types": ["dossier.*"], "to": ["national", "archive"]})
    assert systems(route(made, "dossier.updated")) == ["national"]


def test_a_message_that_nothing_takes_is_refused() -> None:
    problem = route(router({"types": ["payment.*"], "to": ["national"]})).problem
    assert problem is not None
    assert (problem.code, problem.pointer) == ("no-route", "/type")
    assert "dossier.submitted from /h49/portal" in problem.reason


def test_a_message_whose_targets_have_no_operation_for_it_is_refused_and_the_route_named() -> None:
    problem = route(router({"types": ["*"], "to": ["archive"]}), "dossier.updated").problem
    assert problem is not None
    assert problem.code == "no-route"
    assert "route-1" in problem.reason


def test_drop_accepts_and_sends_nowhere() -> None:
    assert route(router({"drop": True})) == Routing(dropped=True)


def test_a_route_with_a_target_wins_over_drop() -> None:
    made = router({"drop": True}, {"types": ["dossier.submitted"], "to": ["national"]})
    assert systems(route(made)) == ["national"]
    assert route(made, "dossier.updated").dropped


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        (".data.fee > 0", True),
        (".data.fee < 0", False),
        (".data.absent", False),
        ("null", False),
        ("0", True),
        ('""', True),
        ("empty", False),
        ("true, false", True),
        ("false, true", False),
        ('.subject | startswith("H49")', True),
        ('.type == "dossier.submitted" and .source == "/h49/portal"', True),
        ('.data.name == "Nguyễn Văn Ví Dụ" # a comment', True),
        ("def paid: .data.fee > 100; paid", True),
        ('try error("x") catch true', True),
    ],
)
def test_conditions(when: str, holds: bool) -> None:
    made = router({"when": when, "to": ["national"]}, {"to": ["archive"]})
    data = '{"fee": 150, "name": "Nguyễn Văn Ví Dụ"}'.encode()
    assert systems(route(made, data=data)) == (["national", "archive"] if holds else ["archive"])


@pytest.mark.parametrize("data", [b'{"fee": 1}', '{"fee": 1}', {"fee": 1}])
def test_data_may_be_text_or_parsed(data: Any) -> None:
    assert systems(route(router({"when": ".data.fee == 1", "to": ["national"]}), data=data)) == ["national"]


def test_each_condition_decides_for_its_own_route() -> None:
    made = router({"when": ".data.a", "to": ["national"]}, {"when": ".data.b", "to": ["archive"]})
    assert systems(route(made, data={"a": True, "b": False})) == ["national"]
    assert systems(route(made, data={"a": False, "b": True})) == ["archive"]
    assert systems(route(made, data={"a": True, "b": True})) == ["national", "archive"]


def test_a_condition_that_fails_refuses_the_message_and_names_the_route() -> None:
    made = router({"to": ["archive"]}, {"when": '.data.fee + "x"', "to": ["national"]})
    refused = route(made, data={"fee": 1})
    assert refused.targets == ()
    assert not refused.dropped
    assert refused.problem is not None
    assert (refused.problem.code, refused.problem.pointer) == ("route-condition-failed", "/data")
    assert "route-2" in refused.problem.reason
    assert "cannot be added" in refused.problem.reason


def test_a_condition_of_another_type_is_not_even_asked() -> None:
    made = router({"types": ["dossier.updated"], "when": 'error("no")', "to": ["national"]}, {"to": ["archive"]})
    assert systems(route(made)) == ["archive"]


def test_data_that_jq_cannot_read_refuses_the_message() -> None:
    refused = route(router({"to": ["archive"]}, {"when": ".data", "to": ["national"]}), data=b"{")
    assert refused.problem is not None
    assert refused.problem.code == "route-condition-failed"
    assert "route-2" in refused.problem.reason


def test_without_a_condition_the_data_is_not_read() -> None:
    assert systems(route(router({"to": ["national"]}), data=b"{")) == ["national"]


@pytest.mark.parametrize("when", [".data.x ==", "true)) | ((false", "nosuch(1)", "("])
def test_a_condition_that_does_not_compile_is_found_at_the_start(when: str) -> None:
    with pytest.raises(ValueError, match="route route-1: jq"):
        router({"when": when, "to": ["national"]})


def test_many_sources_do_not_fill_the_memory() -> None:
    made = router({"to": ["national"]})
    for number in range(5000):
        assert systems(route(made, source=f"/s/{number}")) == ["national"]
    assert len(made._plans) <= 4096
