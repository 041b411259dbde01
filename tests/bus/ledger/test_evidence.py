"""The chain of evidence: whole as it was written, broken when anything is changed or removed."""

from __future__ import annotations

import asyncio

import pytest

from bus.ledger import Ledger
from bus.ledger.evidence import Chain, Deed, broken, link
from bus.ledger.session import Session

from .support import Desk, new


async def chains(desk: Desk) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = {}
    rows = await desk.rows(
        "SELECT chain, seq, at, actor, action, CAST(message_id AS text) AS message_id, delivery_id, detail, hash"
        " FROM evidence ORDER BY chain, seq"
    )
    for row in rows:
        found.setdefault(str(row["chain"]), []).append(row)
    return found


async def test_every_chain_is_whole_after_many_groups(ledger: Ledger, desk: Desk) -> None:
    ids = await asyncio.gather(*(desk.put(f"k{n}", lane=f"L{n}") for n in range(50)))
    for claimed in await desk.claim(*ids):
        await desk.settle(claimed, reference="R")
    found = await chains(desk)
    assert sum(len(records) for records in found.values()) == 100
    assert [broken(records) for records in found.values()] == [None] * len(found)


async def test_a_change_a_gap_and_a_removal_show(ledger: Ledger, desk: Desk) -> None:
    for n in range(4):
        await ledger.accept([new(f"k{n}")])
    [records] = (await chains(desk)).values()
    changed = [dict(record) for record in records]
    changed[1]["actor"] = "somebody else"
    assert broken(changed) == 2
    assert broken(records[1:]) == 2
    assert broken([records[0], *records[2:]]) == 3


def test_the_hash_of_a_record_is_as_documented() -> None:
    """SHA-256 of 64 zeros and '{"a":1}', worked out with sha256sum."""
    assert link("0" * 64, {"a": 1, "hash": "x"}) == HASH


HASH = "fc6cee09194dd2578bd7664604fcb72a539066fd34544cea0009c43eb6cdc289"


async def test_a_transaction_that_failed_leaves_no_gap(ledger: Ledger, desk: Desk) -> None:
    """Also where the next one writes no evidence."""

    def fails(session: Session, chain: Chain) -> None:
        chain.append(session, [Deed(1.0, "nobody", "nothing")])
        raise ValueError("invented")

    await desk.put("k1")
    with pytest.raises(ValueError, match="invented"):
        await ledger.call(fails)
    await ledger.call(lambda session, _: session.now())
    for claimed in await desk.claim(await desk.put("k2", lane="L2")):
        await desk.settle(claimed)
    found = await chains(desk)
    assert [broken(records) for records in found.values()] == [None] * len(found)
