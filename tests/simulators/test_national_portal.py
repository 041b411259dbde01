"""The portal's own language, without faults."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest

from .conftest import Start
from .support import CARRIER, CODE, PASSWORD, UNIT, USER, Client, dossier, step

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("prefix", [CARRIER, "/VXPAdapter/RestService/forward", ""])
async def test_every_carrier_path_reaches_the_same_portal(portal: Client, prefix: str) -> None:
    login = await portal.send(f"{prefix}/mapi/login", {"username": USER, "password": PASSWORD})
    assert login["error_code"] == "0"
    body = {"session": login["session"], "madonvi": UNIT, "service": "TraCuuHoSo", "mahoso": CODE}
    answer = await portal.send(f"{prefix}/mapi/g?providerurl=https%3A%2F%2Fvidu.example.vn", body)
    assert answer == {"error_code": "0", "message": "", "result": []}


async def test_destination_is_taken_from_query_or_header_and_checked(start: Start) -> None:
    destination = "VN:GOV:000.00.00.G22:vpcpdvcprovider"
    portal: Client = await start()
    strict: Client = await start(dstcode=destination)
    assert strict.token == ""
    login = {"username": USER, "password": PASSWORD}
    path = f"{CARRIER}/mapi/login"
    assert (await strict.send(path, login, params={"dstcode": destination}))["error_code"] == "0"
    assert (await strict.send(path, login, headers={"dstcode": destination}))["error_code"] == "0"
    assert (await strict.send(path, login, params={"dstcode": "VN:GOV:SAI"}))["error_code"] == "-1"
    assert (await strict.send("/mapi/login", login))["error_code"] == "0"
    assert (await portal.send(path, login, params={"dstcode": "VN:GOV:SAI"}))["error_code"] == "0"


async def test_wrong_password_gives_no_session(portal: Client) -> None:
    answer = await portal.send("/mapi/login", {"username": USER, "password": "sai"})
    assert answer["error_code"] == "-1" and answer["session"] == ""


async def test_insert_then_lookup_answers_in_capital_letters(portal: Client) -> None:
    assert await portal.insert(dossier()) == {"error_code": "0", "message": "Đồng bộ thành công"}
    found = await portal.call("TraCuuHoSo", mahoso=CODE)
    assert found["result"][0]["MAHOSO"] == CODE
    assert found["result"][0]["DANHSACHLEPHI"][0]["GIA"] == "45000"


async def test_second_insert_is_refused_and_update_of_absent_too(portal: Client) -> None:
    await portal.insert(dossier())
    again = await portal.insert(dossier())
    assert again["error_code"] == "-3" and "đã tồn tại" in again["message"]
    absent = await portal.update(dossier("000.00.15.H49-261122-0002"))
    assert absent["error_code"] == "-1"
    held = await portal.held()
    assert (held["inserts"], held["updates"]) == (1, 0)


async def test_update_replaces_and_is_counted(portal: Client) -> None:
    await portal.insert(dossier())
    assert (await portal.update(dossier(TrangThaiHoSo="4")))["error_code"] == "0"
    held = await portal.held()
    assert (held["inserts"], held["updates"]) == (1, 1)
    assert held["data"]["TrangThaiHoSo"] == "4"
    assert [version["kind"] for version in held["versions"]] == ["insert", "update"]


async def test_batch_with_the_same_dossier_twice_is_refused_whole(portal: Client) -> None:
    answer = await portal.insert(dossier(), dossier())
    assert answer["error_code"] == "-3" and CODE not in answer["message"]
    assert await portal.held() is None


async def test_is_updating_must_be_the_string(portal: Client) -> None:
    answer = await portal.call("DongBoHoSoMC", isUpdating=False, data=[dossier()])
    assert answer["error_code"] == "-1" and "isUpdating" in answer["message"]


async def test_steps_need_their_dossier_and_keep_their_order(portal: Client) -> None:
    assert (await portal.progress(step()))["error_code"] == "-1"
    await portal.insert(dossier())
    later, earlier = step(at="20261122090000"), step(at="20261122083000")
    await portal.progress(later)
    await portal.progress(earlier)
    held = await portal.held()
    assert [found["data"]["ThoiDiemXuLy"] for found in held["steps"]] == ["20261122090000", "20261122083000"]
    assert [found["arrival"] for found in held["steps"]] == [2, 3]


async def test_eleven_steps_are_too_many(portal: Client) -> None:
    await portal.insert(dossier())
    steps = [step(at=f"202611220900{second:02d}") for second in range(11)]
    assert (await portal.progress(*steps))["error_code"] == "-1"
    assert (await portal.progress(*steps[:10]))["error_code"] == "0"


async def test_append_keeps_a_repeat_and_dedupe_drops_it(start: Start) -> None:
    for steps, stored in (("append", 2), ("dedupe", 1)):
        portal: Client = await start(steps=steps)
        await portal.insert(dossier())
        await portal.progress(step())
        assert (await portal.progress(step()))["error_code"] == "0"
        assert len((await portal.held())["steps"]) == stored
        assert (await portal.call("TraCuuTienDoHoSo", mahoso=CODE))["error_code"] == "-1"


async def test_queryable_appends_and_tells(portal: Client) -> None:
    await portal.faults(steps="queryable")
    await portal.insert(dossier())
    await portal.progress(step())
    await portal.progress(step())
    found = await portal.call("TraCuuTienDoHoSo", mahoso=CODE)
    assert [row["THOIDIEMXULY"] for row in found["result"]] == ["20261122083000"] * 2


async def test_session_expires_by_time_and_by_calls(start: Start) -> None:
    by_calls: Client = await start(session_calls=2)
    codes = [(await by_calls.call("TraCuuHoSo", mahoso=CODE))["error_code"] for _ in range(3)]
    assert codes == ["0", "0", "-1"]
    by_time: Client = await start(session_lifetime=0.000001)
    answer = await by_time.call("TraCuuHoSo", mahoso=CODE)
    assert answer["error_code"] == "-1" and "session" in answer["message"]


async def test_other_unit_unknown_service_and_no_json_are_errors_in_200(portal: Client) -> None:
    other = await portal.send("/mapi/g", {**portal.body("TraCuuHoSo"), "madonvi": "000.00.00.H99"})
    assert other["error_code"] == "-1" and "H99" in other["message"]
    assert (await portal.call("KhongCo"))["error_code"] == "-1"
    assert (await portal.send("/mapi/g", ["không", "phải", "đối", "tượng"]))["error_code"] == "-1"


async def test_forms_of_the_error_code(portal: Client) -> None:
    await portal.insert(dossier())
    for form, good, bad in (("number", 0, -3), ("string", "0", "-3"), ("00", "00", "-3")):
        await portal.faults(answers={"error_code": form})
        assert (await portal.update(dossier()))["error_code"] == good
        assert (await portal.insert(dossier()))["error_code"] == bad


async def test_facade_wraps_the_answer_in_message(portal: Client) -> None:
    await portal.faults(answers={"message": "facade", "records": "data", "unicode": "NFD"})
    outer = await portal.insert(dossier())
    assert outer["error_code"] == "0"
    inner = json.loads(outer["message"])
    assert unicodedata.normalize("NFC", inner["message"]) == "Đồng bộ thành công" != inner["message"]
    found = json.loads((await portal.call("TraCuuHoSo", mahoso=CODE))["message"])
    assert found["data"][0]["MAHOSO"] == CODE


async def test_records_come_in_pages_with_totals(portal: Client) -> None:
    codes = [f"000.00.15.H49-261122-{serial:04d}" for serial in range(1, 6)]
    await portal.insert(*map(dossier, codes))
    seen, after = [], 0
    while after is not None:
        page = await portal.control(f"records?after={after}&limit=2&data=false")
        seen += [record["MaHoSo"] for record in page["dossiers"]]
        assert len(page["dossiers"]) <= 2 and "data" not in page["dossiers"][0]
        after = page["next"]
    assert seen == codes
    assert page["totals"] == {"dossiers": 5, "inserts": 5, "updates": 0, "steps": 0, "effects": 5}


async def test_log_shows_effects_in_order_of_arrival(portal: Client) -> None:
    await portal.insert(dossier())
    await portal.progress(step())
    await portal.update(dossier(GhiChu="x"))
    log = await portal.control("log")
    assert [(e["seq"], e["kind"], e["answered"]) for e in log["effects"]] == [
        (1, "insert", True),
        (2, "step", True),
        (3, "update", True),
    ]
    assert log["effects"][1]["key"] == "20261122083000|2|Cán bộ Ví Dụ|Tiếp nhận hồ sơ"
    assert log["effects"][0]["key"] == "2|20261125170000|||"
    assert [e["seq"] for e in (await portal.control("log?after=1&limit=1"))["effects"]] == [2]


async def test_journal_has_every_effect(start: Start, tmp_path: Path) -> None:
    portal: Client = await start(journal=tmp_path / "journal.jsonl")
    await portal.insert(dossier())
    await portal.progress(step())
    lines = (tmp_path / "journal.jsonl").read_text().splitlines()
    assert [json.loads(line)["kind"] for line in lines] == ["insert", "step"]


async def test_reset_forgets_everything(portal: Client) -> None:
    await portal.insert(dossier())
    await portal.faults(busy=1)
    async with portal.http.post(f"{portal.url}/_control/reset") as response:
        assert (await response.json())["effects"] == 0
    assert (await portal.call("TraCuuHoSo", mahoso=CODE))["error_code"] == "-1"
    await portal.log_in()
    assert (await portal.insert(dossier()))["error_code"] == "0"


async def test_stats_count_calls_and_codes(portal: Client) -> None:
    await portal.insert(dossier())
    await portal.insert(dossier())
    stats = await portal.control("stats")
    assert stats["calls"] == {"login": 1, "DongBoHoSoMC": 2}
    assert stats["error_codes"] == {"0": 1, "-3": 1}
    assert stats["sessions"] == 1 and stats["dossiers"] == 1


async def test_audit_over_http(portal: Client) -> None:
    await portal.insert(dossier())
    filed = [
        {"code": CODE, "kind": "dossier", "mark": "2|20261125170000|||"},
        {"code": CODE, "kind": "step", "mark": "20261122083000|2|Cán bộ Ví Dụ|Tiếp nhận hồ sơ"},
    ]
    async with portal.http.post(f"{portal.url}/_control/audit", json=filed) as response:
        found = await response.json()
    assert (found["lost"], found["duplicates"], found["out_of_order"], found["ok"]) == (1, 0, 0, False)
