"""Dossiers against a portal: by its list, and by its answers to look-ups."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from lienthong.command.failures import Exit
from reconciliation.dossiers import DossierLines, Lookups
from reconciliation.layout import DOSSIERS, DossierLayout
from reconciliation.layout_file import load_layout
from reconciliation.ports import Theirs
from reconciliation.reconcile import Done, Request, again, reconcile
from reconciliation.runs import Day
from schemas.vocabulary import DossierState
from tests.command.conftest import Command, Scripted, key_file, lienthong, scripted
from tests.reconciliation.books import FRIDAY, NOW, SMALL, differences, said
from tests.reconciliation.ledgers import NOON, kept

__all__ = ["key_file", "lienthong", "scripted"]
CODES = [f"H49.44.01-261120-{number:04d}" for number in range(10)]


def filed(code: str, state: str = "received", **more: Any) -> dict[str, Any]:
    return {"type": "dossier.submitted", "subject": code, "data": {"code": code, "state": state}, **more}


def step(code: str, state: str, minute: int = 0, **more: Any) -> dict[str, Any]:
    at = (NOON + timedelta(minutes=minute)).isoformat()
    return {
        "type": "dossier.progressed",
        "subject": code,
        "data": {"dossier_code": code, "state": state, "at": at},
        **more,
    }


async def told(url: str, messages: list[dict[str, Any]], waiting: frozenset[int] = frozenset()) -> None:
    """A ledger in which all of these but those with the numbers of `waiting` were delivered to the portal."""
    await kept(url, messages)
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        ids = connection.execute(text("SELECT id FROM message ORDER BY id")).scalars().all()
        for number, (id, one) in enumerate(zip(ids, messages, strict=True)):
            connection.execute(text("UPDATE message SET subject = :s WHERE id = :i"), {"s": one["subject"], "i": id})
            connection.execute(
                text(
                    "INSERT INTO delivery (id, message_id, system, operation, position, state, is_open, leads, "
                    "attempts, generation, attempts_before, takeovers, created_at, due_at, publish_after, policy) "
                    "VALUES (:n, :i, 'portal', 'x', :n, :state, false, false, 1, 0, 0, 0, 0, 0, 0, 'x')"
                ),
                {"n": number + 1, "i": id, "state": "dead" if number in waiting else "delivered"},
            )
    engine.dispose()


def run(url: str, folder: Path, theirs: Theirs | Path) -> Done:
    layout = DOSSIERS.model_copy(update={"allow_empty": True})
    wanted = Request("portal", FRIDAY, theirs, layout, folder / "out", NOW, kind="dossiers", limits=SMALL)
    return reconcile(wanted, DossierLines(url))


def listed(folder: Path, *rows: tuple[str, str, int]) -> Path:
    path = folder / "portal.csv"
    head = "kind,reference,gateway_reference,refund_reference,amount,fee,status,time,subject\n"
    lines = (f"dossier,{code},,,{steps},,{state},2026-11-20 15:00:00,\n" for code, state, steps in rows)
    path.write_text(head + "".join(lines))
    return path


async def test_both_hold_the_same(url: str, tmp_path: Path) -> None:
    a, b = CODES[:2]
    await told(url, [filed(a), step(a, "processing"), step(a, "processing"), step(a, "completed", 5), filed(b)])
    done = run(url, tmp_path, listed(tmp_path, (a, "completed", 2), (b, "received", 0)))
    assert (said(done), done.books.closed) == ([], True)
    assert (done.books.ours.payments, done.books.theirs.payments) == (2, 2)
    assert again(Day(tmp_path / "out", "dossiers", "portal", FRIDAY), 1, SMALL).changed == ()


async def test_every_way_of_differing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    lost, late, stale, state, fewer, more, other = CODES[:7]
    await told(
        url,
        [
            filed(lost), filed(late), filed(stale), step(stale, "processing"), filed(state, "processing"),
            filed(fewer), step(fewer, "processing"), step(fewer, "completed", 5), filed(more, "processing"),
        ],
        waiting=frozenset({1, 3}),
    )  # fmt: skip
    done = run(
        url,
        tmp_path,
        listed(
            tmp_path, (stale, "received", 0), (state, "stopped", 0), (fewer, "completed", 1), (more, "processing", 3),
            (other, "received", 0),
        ),
    )  # fmt: skip
    assert sorted(said(done)) == sorted(
        [
            ("missing_at_us", "dossier_unknown", other),
            ("missing_at_gateway", "dossier_lost", lost),
            ("missing_at_gateway", "dossier_not_delivered", late),
            ("amount", "steps_missing", fewer),
            ("amount", "steps_more", more),
            ("status", "dossier_not_delivered", stale),
            ("status", "dossier_state", state),
        ]
    )
    found = {one["reference"]: one for one in differences(done)}
    assert (found[fewer]["our_steps"], found[fewer]["their_steps"], found[stale]["our_undelivered"]) == (2, 1, 1)
    page = (done.folder / "report.html").read_text("utf-8")
    assert "Reconciliation of dossiers: portal" in page
    assert "steps differ" in page


async def test_a_dossier_belongs_to_the_day_of_its_last_move(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    later = NOON + timedelta(days=3)
    await told(url, [filed(CODES[0]), filed(CODES[1]), step(CODES[0], "processing", received=later)])
    done = run(url, tmp_path, listed(tmp_path, (CODES[1], "received", 0)))
    assert (said(done), done.books.ours.payments) == ([], 1)


async def test_a_portal_of_another_form(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    await told(url, [filed(CODES[0], "processing")])
    (tmp_path / "layout.yaml").write_text(
        "columns: {reference: MaHoSo, status: TrangThai}\nstatuses: {'4': processing, '9': completed}\n"
    )
    layout, findings = load_layout(tmp_path / "layout.yaml", DossierLayout)
    assert layout is not None
    assert findings == []
    (tmp_path / "list.csv").write_text(f"MaHoSo,TrangThai\n{CODES[0]},9\n")
    wanted = Request(
        "portal", FRIDAY, tmp_path / "list.csv", layout, tmp_path / "out", NOW, kind="dossiers", limits=SMALL
    )
    assert said(reconcile(wanted, DossierLines(url))) == [("status", "dossier_state", CODES[0])]
    (tmp_path / "layout.yaml").write_text("columns: {reference: MaHoSo}\n")
    assert "a dossier has a code and a state" in load_layout(tmp_path / "layout.yaml", DossierLayout)[1][0].text("en")


async def test_look_ups(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    same, lost, other, silent, vague, beyond = CODES[:6]
    await told(url, [filed(code) for code in CODES[:6]])
    answers: dict[str, tuple[bool, DossierState | None] | None] = {
        same: (True, DossierState.RECEIVED), lost: (False, None), other: (True, DossierState.STOPPED),
        silent: None, vague: (True, None),
    }  # fmt: skip
    seen: list[tuple[int, int]] = []
    done = run(url, tmp_path, Lookups(answers.__getitem__, 5, lambda *one: seen.append(one)))
    assert sorted(said(done)) == sorted(
        [
            ("missing_at_gateway", "dossier_lost", lost),
            ("status", "dossier_state", other),
            ("unanswered", "dossier_not_answered", silent),
            ("unanswered", "dossier_not_answered", vague),
            ("unanswered", "dossier_not_answered", beyond),
        ]
    )
    assert seen[-1] == (6, 6)


@pytest.fixture
def call(tmp_path: Path, key_file: Path, scripted: Scripted) -> list[str]:
    """The command without a file."""
    (tmp_path / "bus.yaml").write_text(f"unit: H49\nledger: {{url: 'sqlite:///{tmp_path}/ledger.db'}}\n")
    where = ["-c", f"{tmp_path}/bus.yaml", "--url", scripted.url, "--key-file", str(key_file), "--out", f"{tmp_path}/o"]
    return ["reconcile", "dossiers", "--system", "portal", "--date", "2026-11-20", *where]


def answer(state: str | None, system: str = "portal") -> dict[str, Any]:
    data = None if state is None else {"dossier_code": CODES[0], "state": state}
    result = "not-found" if state is None else "found"
    return {"id": "1", "query": "dossier.state", "system": system, "result": result, "data": data}


async def test_the_command_asks_the_running_bus(
    lienthong: Command, scripted: Scripted, call: list[str], tmp_path: Path
) -> None:
    await told(f"sqlite:///{tmp_path}/ledger.db", [filed(code) for code in CODES[:3]])
    scripted.say(200, answer("received"))
    scripted.say(200, answer(None))
    scripted.say(502, {"title": "Partner down", "detail": "the portal does not answer"})
    done = lienthong(*call, "--json", "--owner", "nguyen.vi.du")
    outcomes = {one["outcome"]: one["lines"] for one in done.json()["outcomes"]}
    assert (done.code, outcomes["matched"], outcomes["missing_at_gateway"], outcomes["unanswered"]) == (1, 1, 1, 1)
    assert done.json()["work"]["opened"] == 2
    asked = [(path, body["data"], body["case"]) for _, path, _, body in scripted.asked]
    assert asked[0] == ("/v1/queries/dossier.state", {"dossier_code": CODES[0]}, CODES[0])
    assert json.dumps(scripted.asked[0][3]).count("reconciliation") == 1


async def test_another_system_answers(lienthong: Command, scripted: Scripted, call: list[str], tmp_path: Path) -> None:
    await told(f"sqlite:///{tmp_path}/ledger.db", [filed(CODES[0])])
    scripted.say(200, answer("received", system="igate"))
    done = lienthong(*call)
    assert (done.code, "the query dossier.state asks igate" in done.err) == (Exit.USAGE, True)
