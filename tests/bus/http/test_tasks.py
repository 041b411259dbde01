"""`/v1/tasks` and `/v1/processes`: who sees what, how masked, and what acts are answered with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any, ClassVar
from urllib.parse import quote

import orjson
import pytest
from pydantic import BaseModel

from bus.http.openapi import document
from bus.ledger import Change, TaskRow, processes, tasks
from bus.ledger.tasks import Row
from lienthong import Capabilities, Context, Fired, Message, Process, Stepped, Timer
from schemas.base import Canonical, Personal

from .support import MUTE, OPERATOR, PORTAL, House, documented, event, hashed, house

AUDITOR = "key-of-the-auditor"
PAGE = "/v1/tasks"
LATE = "/v1/tasks/orders/DON-1/late:DON%2F1:0"
NAME = "Nguyễn Văn Ví Dụ"


class Order(Canonical):
    code: str
    payer: Annotated[str, Personal()]


class Decision(Canonical):
    amount: int
    payer: Annotated[str | None, Personal()] = None


class Orders(Process):
    """Vouches for what it keeps."""

    name: ClassVar[str] = "orders"
    capabilities = Capabilities(idempotent=True)
    hears: ClassVar[tuple[str, ...]] = ("parcel.sent",)
    says: ClassVar[tuple[str, ...]] = ()
    State: ClassVar[type[BaseModel] | None] = Order
    Work: ClassVar[type[BaseModel] | None] = Decision

    def key(self, message: Message) -> str:
        return message.subject

    def step(self, state: bytes | None, event: Message | Fired, context: Context) -> Stepped:
        return Stepped()

    def view(self, state: bytes, name: str) -> Any | None:
        return None


class Plain(Orders):
    """Vouches for nothing."""

    State: ClassVar[type[BaseModel] | None] = None
    Work: ClassVar[type[BaseModel] | None] = None


@pytest.fixture
async def bus(fresh: Path) -> AsyncIterator[House]:
    more = {"orders": Orders(Orders.Settings()), "plain": Plain(Plain.Settings())}
    clients = {"auditor": {"key": hashed(AUDITOR), "read": "all"}}
    async with house(fresh, more, clients) as running:
        await keep(running, "orders")
        yield running
        documented(running)


async def keep(bus: House, process: str, key: str = "DON-1", state: Any = None, *more: TaskRow) -> None:
    """A state with a task, a timer and a name."""
    body = orjson.dumps({"amount": 50_000, "payer": NAME}).decode()
    whole = orjson.dumps(state or {"code": key, "payer": NAME}).decode()
    task = TaskRow("late:DON/1:0", "late", True, body)
    change = Change(process, key, 0, whole, (Timer("ask", 1, 60),), (task, *more), (f"payment/vnpay/{key}",))
    await bus.ledger.call(lambda session, _: (processes.lock(session, [change]), processes.write(session, [change])))


async def listed(bus: House, query: str = "", key: str = AUDITOR) -> list[tuple[str, ...]]:
    page = (await bus.ask("GET", PAGE + query, key)).json()
    return [(one["process"], one["key"], one["name"], one["state"]) for one in page["tasks"]]


async def act(bus: House, action: str, page: str = LATE, key: str = OPERATOR, **body: Any) -> Any:
    return await bus.ask("POST", page, key, json={"action": action, **body})


async def test_a_task_is_listed_shown_taken_and_settled(bus: House) -> None:
    [task] = (await bus.ask("GET", PAGE, AUDITOR)).json()["tasks"]
    assert (task["name"], task["kind"], task["state"], task["owner"]) == ("late:DON/1:0", "late", "open", None)
    assert task["body"] == {"amount": 50_000, "payer": "N***ụ"}
    assert task["masked"] is True
    taken = await act(bus, "take", note="asked the bank")
    assert (taken.status, taken.json()["owner"], taken.json()["state"]) == (200, "operator", "taken")
    done = await act(bus, "settle", note="refunded")
    assert (done.status, done.json()["state"], done.json()["note"]) == (200, "settled", "refunded")
    shown = (await bus.ask("GET", LATE, AUDITOR)).json()
    assert [(deed["actor"], deed["action"]) for deed in shown["evidence"]] == [
        ("operator", "task-taken"),
        ("operator", "task-settled"),
    ]
    evidence = (await bus.ask("GET", f"/v1/evidence?id={shown['id']}", AUDITOR)).json()["evidence"]
    assert evidence == shown["evidence"]
    assert await listed(bus) == []
    assert await listed(bus, "?state=settled") == [("orders", "DON-1", "late:DON/1:0", "settled")]


async def test_what_has_somebody_or_is_done_is_kept_as_it_is(bus: House) -> None:
    await act(bus, "take", owner="lan")
    other = await act(bus, "take", owner="minh")
    assert (other.status, other.code) == (409, "task-kept")
    assert other.json()["task"] == {"state": "taken", "owner": "lan"}
    assert other.json()["detail"].endswith("lan has it; release it first")
    assert (await act(bus, "release")).json()["owner"] is None
    assert (await act(bus, "reopen", note="no")).code == "task-kept"
    assert (await act(bus, "settle", note="a", seen="2020-01-01T00:00:00+07:00")).code == "task-kept"
    seen = (await bus.ask("GET", LATE, AUDITOR)).json()["changed_at"]
    assert (await act(bus, "settle", note="a", seen=seen)).status == 200
    assert (await act(bus, "settle", note="a")).status == 200  # a request that was not answered is repeated
    assert (await act(bus, "settle", note="b")).code == "task-kept"
    assert (await act(bus, "reopen", note="b")).json()["state"] == "open"


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, [("missing", "/action")]),
        ({"action": "destroy"}, [("not-in-list", "/action")]),
        ({"action": "settle"}, [("missing", "/note")]),
        ({"action": "reopen", "owner": "lan"}, [("unknown-field", "/owner"), ("missing", "/note")]),
        ({"action": "take", "owner": ""}, [("empty", "/owner")]),
        ({"action": "take", "note": "a\0b"}, [("wrong-form", "/note")]),
        ({"action": "take", "note": "x" * 501}, [("too-long", "/note")]),
        ({"action": "take", "seen": "yesterday"}, [("time-format", "/seen")]),
        ({"action": "take", "seen": "2026-11-20T08:00:00"}, [("time-format", "/seen")]),
        ({"action": "take", "state": "open"}, [("unknown-field", "/state")]),
    ],
)
async def test_a_wrong_act_changes_nothing(bus: House, body: Any, errors: list[tuple[str, str]]) -> None:
    answer = await bus.ask("POST", LATE, OPERATOR, json=body)
    assert (answer.status, answer.code, answer.errors) == (422, "invalid", errors)
    assert await listed(bus, "?state=open") == [("orders", "DON-1", "late:DON/1:0", "open")]


@pytest.mark.parametrize("client", [PORTAL, MUTE, None])
async def test_who_may_not_see_everything_sees_no_work(bus: House, client: str | None) -> None:
    for page in (PAGE, LATE, "/v1/processes/orders/DON-1"):
        answer = await bus.ask("GET", page, client)
        assert answer.code == ("unauthenticated" if client is None else "not-allowed")
        assert NAME not in answer.body.decode()
    assert (await act(bus, "take", key=PORTAL)).code == "not-allowed"


async def test_who_may_only_read_does_not_act(bus: House) -> None:
    assert (await act(bus, "take", key=AUDITOR)).code == "not-allowed"
    assert "operate: true" in (await act(bus, "take", key=AUDITOR)).json()["detail"]


async def test_personal_data_is_shown_to_who_operates_and_asks_for_it(bus: House) -> None:
    for page, where in ((LATE, "body"), ("/v1/processes/orders/DON-1", "state")):
        full = (await bus.ask("GET", f"{page}?data=full", OPERATOR)).json()
        assert (full[where]["payer"], full["masked"]) == (NAME, False)
        assert NAME not in (await bus.ask("GET", page, OPERATOR)).body.decode()
        assert (await bus.ask("GET", f"{page}?data=full", AUDITOR)).code == "not-allowed"
        assert (await bus.ask("GET", f"{page}?data=all", OPERATOR)).code == "bad-parameter"
        assert (await bus.ask("GET", f"{page}?full=1", OPERATOR)).code == "bad-parameter"


async def test_what_no_model_vouches_for_is_masked(bus: House) -> None:
    await keep(bus, "plain")
    await keep(bus, "orders", "DON-2", {"code": "DON-2", "payer": NAME, "phone": "0912345678"})
    shown = (await bus.ask("GET", "/v1/processes/plain/DON-1", AUDITOR)).json()
    assert shown["state"] == {"code": "D***1", "payer": "N***ụ"}
    assert shown["tasks"][0]["body"] == {"amount": "***", "payer": "N***ụ"}
    extra = (await bus.ask("GET", "/v1/processes/orders/DON-2", AUDITOR)).json()
    assert extra["state"] == {"code": "DON-2", "payer": "N***ụ", "phone": "09*****78"}


async def test_a_reconciliation_puts_its_differences_beside(bus: House) -> None:
    body = {"outcome": "amount", "system": "vnpay", "day": "2026-11-20", "reference": "R1", "difference": -5000}
    row = Row("reconciliation", "vnpay/2026-11-20", TaskRow("a1b2", "amount", True, orjson.dumps(body).decode()))
    await bus.ledger.call(lambda session, chain: tasks.record(session, chain, [row], "reconciliation"))
    place = ("reconciliation", "vnpay/2026-11-20", "a1b2")
    assert (*place, "open") in await listed(bus)
    assert await listed(bus, "?process=reconciliation&key=vnpay/2026-11-20") == [(*place, "open")]
    page = "/".join([PAGE, *(quote(name, safe="") for name in place)])
    assert (await bus.ask("GET", page, AUDITOR)).json()["body"] == body
    assert (await act(bus, "settle", page, note="the bank corrects it tomorrow")).json()["state"] == "settled"
    await bus.ledger.call(lambda session, chain: tasks.record(session, chain, [row], "reconciliation"))
    assert await listed(bus, "?process=reconciliation") == []


async def test_filters_and_pages(bus: House) -> None:
    rows = [TaskRow(f"t{number}", "twice" if number % 2 else "over", True, "{}") for number in range(5)]
    await keep(bus, "orders", "DON-3", None, *rows)
    await act(bus, "take", "/v1/tasks/orders/DON-3/t1", owner="lan")
    assert [name for _, _, name, _ in await listed(bus, "?kind=twice")] == ["t1", "t3"]
    assert [name for _, _, name, _ in await listed(bus, "?owner=lan")] == ["t1"]
    assert [name for _, _, name, _ in await listed(bus, "?state=open&key=DON-3&kind=twice")] == ["t3"]
    seen, query = list[str](), "?key=DON-3&state=all&limit=4"
    while True:
        page = (await bus.ask("GET", PAGE + query, AUDITOR)).json()
        seen += [one["name"] for one in page["tasks"]]
        if page["next"] is None:
            break
        query = f"?key=DON-3&state=all&limit=4&cursor={page['next']}"
    assert seen == ["late:DON/1:0", "t0", "t1", "t2", "t3", "t4"]


@pytest.mark.parametrize("query", ["state=done", "states=open", "limit=0", "limit=x", "cursor=x", "cursor=", "key=%00"])
async def test_wrong_parameters(bus: House, query: str) -> None:
    answer = await bus.ask("GET", f"{PAGE}?{query}", AUDITOR)
    assert (answer.status, answer.code) == (400, "bad-parameter")


@pytest.mark.parametrize("place", ["orders/DON-1/none", "orders/DON-9/late", "none/DON-1/x", "a%00/b/c", "a/%FF/c"])
async def test_a_task_that_is_not_there(bus: House, place: str) -> None:
    assert (await bus.ask("GET", f"{PAGE}/{place}", AUDITOR)).code == "unknown-task"
    assert (await act(bus, "take", f"{PAGE}/{place}")).code == "unknown-task"


async def test_names_with_unencoded_slashes_are_other_paths(bus: House) -> None:
    assert (await bus.ask("GET", "/v1/tasks/orders/DON-1/late:DON/1:0", AUDITOR)).code == "unknown-path"
    assert (await bus.ask("GET", "/v1/tasks/orders", AUDITOR)).code == "unknown-path"


async def test_a_state_with_everything_around_it(bus: House) -> None:
    await bus.send(event("m1", subject="DON-1"), event("m2", subject="DON-2"))
    answer = await bus.ask("GET", "/v1/processes/orders/DON-1", AUDITOR)
    shown = answer.json()
    assert (answer.status, shown["version"], shown["masked"]) == (200, 1, True)
    assert shown["state"] == {"code": "DON-1", "payer": "N***ụ"}
    assert shown["names"] == ["payment/vnpay/DON-1"]
    [timer] = shown["timers"]
    assert (timer["name"], timer["generation"]) == ("ask", 1)
    assert timer["due_at"] > shown["changed_at"]
    assert [task["name"] for task in shown["tasks"]] == ["late:DON/1:0"]
    assert [(one["key"], one["subject"]) for one in shown["messages"]] == [("m1", "DON-1")]
    named = await bus.ask("GET", "/v1/processes/orders/payment%2Fvnpay%2FDON-1", AUDITOR)
    assert named.json() == shown


@pytest.mark.parametrize("place", ["orders/DON-9", "none/DON-1", "orders/payment%2Fvnpay%2FDON-9", "orders/%00"])
async def test_a_state_that_is_not_there(bus: House, place: str) -> None:
    answer = await bus.ask("GET", f"/v1/processes/{place}", AUDITOR)
    assert (answer.status, answer.code) == (404, "unknown-process")


async def test_answers_have_exactly_the_described_fields(bus: House) -> None:
    schemas = document()["components"]["schemas"]
    page = (await bus.ask("GET", PAGE, AUDITOR)).json()
    shown = (await bus.ask("GET", LATE, AUDITOR)).json()
    state = (await bus.ask("GET", "/v1/processes/orders/DON-1", AUDITOR)).json()
    assert page.keys() == set(schemas["Tasks"]["required"])
    assert page["tasks"][0].keys() == set(schemas["Task"]["required"])
    assert shown.keys() == set(schemas["ShownTask"]["required"])
    assert (await act(bus, "take")).json().keys() == set(schemas["Task"]["required"])
    assert state.keys() == set(schemas["Process"]["required"])
