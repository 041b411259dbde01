"""A portal on a bad day: everything that can arrive arrives, once and in order, and what cannot is named."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bus.runtime import Bus
from simulators.provincial_portal import expected
from simulators.server import serve

from .inside import inside
from .province import province, until
from .settings import NATIONAL


async def test_sessions_expire_and_answers_are_busy_or_malformed(tmp_path: Path) -> None:
    async with province(tmp_path, steps="queryable", session_calls=4) as where, inside(where) as world:
        where.faults(seed=2, busy={"probability": 0.1, "retry_after": 0}, malformed=0.05, http_500=0.03)
        notices = await world.flow(50)
        found = where.audit()
        assert found.ok, found
        assert found.filed == notices
        assert len(where.portal.statuses) == notices
        hits = where.held.dice.hits
        assert min(hits["busy"], hits["malformed"], hits["http_500"]) > 0
        assert where.held.calls["login"] > 10, "sessions expired again and again"
        assert world.book.states() == {"delivered"}
        print(f"{notices} notices, {dict(hits)}, {where.held.calls['login']} log-ins")


async def test_of_an_undistinguished_batch_only_the_bad_are_refused(tmp_path: Path) -> None:
    async with province(tmp_path, batch="refuse") as where, inside(where, concurrency=2) as world:
        where.faults(reject={"pattern": "3$"})
        notices = await world.flow(60)
        accepted = where.portal.accepted()
        bad = {filed.code for filed in expected(accepted) if filed.code.endswith("3")}
        assert len(bad) == 6
        found = where.audit()
        assert {finding.code for finding in found.lost} == bad
        assert len(found.lost) == sum(filed.code in bad for filed in expected(accepted))
        assert not found.duplicates
        assert not found.out_of_order
        assert not found.unexpected
        refused = await world.operator.messages("rejected")
        assert sorted(message["subject"] for message in refused) == sorted(bad)
        assert all(one["blocks"] for message in refused for one in message["deliveries"])
        assert {message["subject"] for message in await world.operator.messages("waiting")} == bad
        assert where.held.codes["-1"] > len(bad), "whole arrays were refused, too"
        results = where.portal.stats()["results"]
        assert len(results) == 2
        assert min(results.values()) == len(bad), "each refusal was told"

        where.faults()
        for message in refused:
            await world.operator.replay(message["id"])
        await world.quiet()
        assert where.audit().ok
        assert len(where.portal.accepted()) == notices


async def test_a_portal_that_is_down_is_left_alone_and_told_later(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with province(tmp_path, steps="queryable") as where, inside(where) as world:
        notices = where.file(40, world.bus.port)
        await until(lambda: len(where.held.log) > notices / 4, 20, lambda: "no effect")
        where.faults(down={})
        await until(lambda: is_open(world.bus), 10, lambda: "the breaker did not open")
        await asyncio.sleep(1)
        # the calls that were under way, then one trial a pause
        assert where.held.dice.hits["down"] < 40
        await where.national.stop()
        await asyncio.sleep(1)
        assert is_open(world.bus)
        before = len(where.held.log)
        assert before < notices
        where.faults()
        async with await serve(where.national.app, port=where.national.port):
            await world.quiet()
            found = where.audit()
            assert found.ok, found
            assert found.filed == notices == len(where.portal.statuses)
            assert not is_open(world.bus)
        assert "wake-ups had been lost" not in capsys.readouterr().out, "nothing crashed, so no lane may be forgotten"
        print(f"{notices} notices, {notices - before} of them after the portal was back")


def is_open(bus: Bus) -> bool:
    """Whether nothing is sent to the national portal now."""
    return bus.gates[NATIONAL].breaker_open
