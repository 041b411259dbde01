"""The audit finds each kind of damage and invents none."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from simulators.national_portal.audit import Filed, audit

A, B = "H49-261122-0001", "H49-261122-0002"


def filed(code: str, *marks: str) -> list[Filed]:
    """`D...` is a dossier, everything else a step."""
    return [Filed(code, "dossier" if mark.startswith("D") else "step", mark) for mark in marks]


def record(code: str, *held: tuple[int, str], inserts: int = 1) -> dict[str, Any]:
    """What the portal holds, as (arrival, mark)."""
    dossiers = [(arrival, mark) for arrival, mark in held if mark.startswith("D")]
    kinds = ["insert"] * inserts + ["update"] * len(dossiers)
    return {
        "MaHoSo": code,
        "versions": [{"arrival": a, "mark": m, "kind": k} for (a, m), k in zip(dossiers, kinds, strict=False)],
        "steps": [{"arrival": a, "mark": m} for a, m in held if not m.startswith("D")],
    }


def counts(records: list[dict[str, Any]], expected: list[Filed]) -> tuple[int, int, int, int]:
    found = audit(records, expected)
    return len(found.lost), len(found.duplicates), len(found.out_of_order), len(found.unexpected)


def test_everything_in_order_is_ok() -> None:
    records = [record(A, (1, "D0"), (3, "s1"), (4, "D1"), (6, "s2")), record(B, (2, "D0"), (5, "s1"))]
    found = audit(records, filed(A, "D0", "s1", "D1", "s2") + filed(B, "D0", "s1"))
    assert found.ok and found.filed == found.held == 6 and found.repeats == 0


def test_nothing_filed_and_nothing_held_is_ok() -> None:
    assert audit([], []).ok


def test_lost_step_lost_update_and_lost_dossier() -> None:
    assert counts([record(A, (1, "D0"), (2, "s2"))], filed(A, "D0", "s1", "D1", "s2")) == (2, 0, 0, 0)
    assert counts([], filed(A, "D0", "s1")) == (2, 0, 0, 0)
    lost = audit([], filed(A, "s1")).lost[0]
    assert (lost.code, lost.kind, lost.mark, lost.arrival) == (A, "step", "s1", 0)


def test_doubled_step() -> None:
    assert counts([record(A, (1, "D0"), (2, "s1"), (3, "s1"))], filed(A, "D0", "s1")) == (0, 1, 0, 0)


def test_doubled_step_late_is_a_duplicate_and_nothing_else() -> None:
    held = record(A, (1, "D0"), (2, "s1"), (3, "s2"), (4, "s1"))
    assert counts([held], filed(A, "D0", "s1", "s2")) == (0, 1, 0, 0)


def test_step_filed_twice_may_be_held_twice() -> None:
    held = record(A, (1, "D0"), (2, "s1"), (3, "s1"))
    assert counts([held], filed(A, "D0", "s1", "s1")) == (0, 0, 0, 0)
    assert counts([record(A, (1, "D0"), (2, "s1"))], filed(A, "D0", "s1", "s1")) == (1, 0, 0, 0)


def test_dossier_inserted_twice() -> None:
    held = record(A, (1, "D0"), (2, "D0"), inserts=2)
    assert counts([held], filed(A, "D0")) == (0, 1, 0, 0)


def test_swapped_steps() -> None:
    held = record(A, (1, "D0"), (2, "s2"), (3, "s1"))
    assert counts([held], filed(A, "D0", "s1", "s2")) == (0, 0, 1, 0)


def test_step_before_its_dossier() -> None:
    assert counts([record(A, (2, "D0"), (1, "s1"))], filed(A, "D0", "s1")) == (0, 0, 1, 0)


def test_update_overtaken_by_a_step_and_by_an_update() -> None:
    assert counts([record(A, (1, "D0"), (2, "s1"), (3, "D1"))], filed(A, "D0", "D1", "s1")) == (0, 0, 1, 0)
    assert counts([record(A, (1, "D0"), (2, "D2"), (3, "D1"))], filed(A, "D0", "D1", "D2")) == (0, 0, 1, 0)


def test_repeated_update_is_harmless_unless_it_undoes_a_later_one() -> None:
    harmless = audit([record(A, (1, "D0"), (2, "D1"), (3, "D1"))], filed(A, "D0", "D1"))
    assert harmless.ok and harmless.repeats == 1
    undone = record(A, (1, "D0"), (2, "D1"), (3, "D2"), (4, "D1"))
    assert counts([undone], filed(A, "D0", "D1", "D2")) == (0, 0, 1, 0)


def test_a_state_that_comes_back_is_not_a_repeat() -> None:
    held = record(A, (1, "D0"), (2, "D1"), (3, "D0"))
    assert audit([held], filed(A, "D0", "D1", "D0")).ok


def test_altered_and_unknown() -> None:
    assert counts([record(A, (1, "D0"), (2, "sX"))], filed(A, "D0", "s1")) == (1, 0, 0, 1)
    assert counts([record(B, (1, "D0"))], []) == (0, 0, 0, 1)


def test_a_loss_alone_is_not_called_disorder() -> None:
    held = record(A, (1, "D0"), (2, "s1"), (3, "s3"))
    assert counts([held], filed(A, "D0", "s1", "s2", "s3")) == (1, 0, 0, 0)


def test_as_json_counts_and_lists() -> None:
    shown = audit([], filed(A, "D0")).as_json()
    assert shown["lost"] == 1 and shown["findings"]["lost"][0]["code"] == A and shown["ok"] is False


@given(st.lists(st.lists(st.sampled_from(["D1", "D2", "s1", "s2", "s3"]), max_size=6), max_size=5), st.integers())
def test_any_interleaving_that_keeps_order_is_ok(stories: list[list[str]], seed: int) -> None:
    choose = random.Random(seed)
    queues = {f"H49-261122-{n:04d}": ["D0", *story] for n, story in enumerate(stories)}
    expected = [item for code, marks in queues.items() for item in filed(code, *marks)]
    held: dict[str, list[tuple[int, str]]] = {code: [] for code in queues}
    arrival = 0
    while left := [code for code, marks in queues.items() if marks]:
        code, arrival = choose.choice(left), arrival + 1
        held[code].append((arrival, queues[code].pop(0)))
    assert audit([record(code, *found) for code, found in held.items()], expected).ok
