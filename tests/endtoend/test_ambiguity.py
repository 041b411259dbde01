"""Outcomes that nobody tells: a fifth of the calls take effect and are not answered, some take effect late.

The bus gives a call up after 0.4 s; a late effect comes 0.8 s after the call began; the bus asks or sends again 1 s
after it gave up.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from simulators.national_portal.audit import Filed, Finding

from .inside import Inside, inside
from .province import province

GIVEN_UP = {"connect": {"timeouts": {"total": "400ms"}}, "concurrency": 16}
DOUBT: dict[str, Any] = {
    "timeout_after_effect": {"probability": 0.2, "seconds": 0.6},
    "late_effect": {"probability": 0.02, "seconds": 0.4, "further": 0.4},
}
SEED = 4


async def test_inserts_and_updates_are_asked_for_or_repeated(tmp_path: Path, soak: bool) -> None:
    # one a call: how many calls there are does not hang on how fast they came in
    async with province(tmp_path, steps="queryable") as where, inside(where, **GIVEN_UP, batching=False) as world:
        where.faults(seed=SEED, **DOUBT)
        notices = await world.flow(*((600, 900.0) if soak else (50, 40.0)))
        found = where.audit()
        hits = where.held.dice.hits
        assert hits["timeout_after_effect"] > 10
        assert hits["late_effect"] > 0
        assert not found.lost
        assert not found.duplicates
        assert not found.out_of_order
        assert not found.unexpected
        assert found.filed == notices
        assert where.held.calls["TraCuuHoSo"] > 0
        assert where.held.calls["TraCuuTienDoHoSo"] > 0
        # with steps that can be asked for nobody has to decide anything
        assert await world.operator.messages("held") == []
        assert world.book.states() == {"delivered"}
        assert len(where.portal.statuses) == notices
        print(f"queryable: {notices} notices, {dict(hits)}, {found.repeats} updates repeated")


async def test_steps_in_doubt_are_held_and_listed(tmp_path: Path, soak: bool) -> None:
    held_steps = {**GIVEN_UP, "settings": {"steps": {"on_unknown": "hold", "lookup_service": None}}}
    async with province(tmp_path, steps="append") as where, inside(where, **held_steps) as world:
        where.faults(seed=SEED, **DOUBT)
        notices = await world.flow(*((600, 900.0) if soak else (50, 40.0)))
        hits = dict(where.held.dice.hits)
        listed = await world.operator.messages("held")
        held = world.filed(listed)
        assert held, "nothing was in doubt"
        assert {one.kind for one in held} == {"step"}
        found = where.audit()
        assert not found.duplicates
        assert not found.out_of_order
        assert not found.unexpected
        behind = await behind_held(world, listed)
        missing = [said(one) for one in found.lost]
        assert set(missing) <= {*held, *behind}, "only what is held, or waits behind it, may be missing"
        assert set(behind) <= set(missing), "what waits was not sent"

        where.faults()
        await decided(world)
        assert where.audit().ok
        print(f"append: {notices} notices, {hits}, {len(held)} held, {len(behind)} behind them")


async def behind_held(world: Inside, listed: list[dict[str, Any]]) -> list[Filed]:
    """What waits, all of it in the lane of something that is held."""
    waiting = await world.operator.messages("waiting")
    assert {message["subject"] for message in waiting} <= {message["subject"] for message in listed}
    return world.filed(waiting)


async def decided(world: Inside) -> None:
    """An operator looks at the portal for everything that is held: what is there is skipped, else it is sent again."""
    while listed := await world.operator.messages("held"):
        for message, filed in zip(listed, world.filed(listed), strict=True):
            dossier = world.province.held.dossiers[filed.code]
            there = any(effect.mark == filed.mark for effect, _ in dossier.steps)
            if there:
                await world.operator.cancel(message["id"], "it is at the portal")
            else:
                await world.operator.replay(message["id"])
        await world.quiet()


def said(finding: Finding) -> Filed:
    """The finding as what was filed."""
    assert finding.kind in ("dossier", "step")
    return Filed(finding.code, "step" if finding.kind == "step" else "dossier", finding.mark)
