"""Every fault once, over real connections."""

from __future__ import annotations

import asyncio
import json
import time
from functools import partial

import aiohttp
import pytest

from tests.support.patience import until

from .support import CARRIER, CODE, PASSWORD, USER, Client, dossier, step

pytestmark = pytest.mark.asyncio(loop_scope="session")

SECOND = "000.00.15.H49-261122-0002"
DATA = f"{CARRIER}/mapi/g"


async def gone(portal: Client, seconds: float) -> None:
    """Insert; the connection must be closed without an answer, not before `seconds`."""
    begun = time.monotonic()
    with pytest.raises(aiohttp.ClientConnectionError):
        await portal.insert(dossier())
    assert time.monotonic() - begun >= seconds * 0.9


async def status(portal: Client) -> tuple[int, str | None]:
    async with portal.http.post(portal.url + DATA, json=portal.body("TraCuuHoSo", mahoso=CODE)) as response:
        return response.status, response.headers.get("retry-after")


async def nothing_comes_late(portal: Client) -> bool:
    """Whether all that callers gave up has had its effect."""
    return bool((await portal.control("stats"))["late"] == 0)


async def test_down_concerns_the_login_too_and_ends(portal: Client) -> None:
    await portal.faults(down={"times": 2})
    await gone(portal, 0)
    with pytest.raises(aiohttp.ClientConnectionError):
        await portal.log_in()
    assert (await portal.insert(dossier()))["error_code"] == "0"


async def test_http_500_without_and_with_effect(portal: Client) -> None:
    body = portal.body("DongBoHoSoMC", isUpdating="False", data=[dossier()])
    for effect, code in ((False, 500), (True, 502)):
        await portal.faults(http_500={"effect": effect, "status": code})
        async with portal.http.post(portal.url + DATA, json=body) as response:
            assert response.status == code
        assert (await portal.held() is not None) is effect


async def test_busy_says_when_to_come_again(portal: Client) -> None:
    await portal.faults(busy={"retry_after": 7})
    assert await status(portal) == (503, "7")
    await portal.faults(busy={"status": 429, "retry_after": None})
    assert await status(portal) == (429, None)


async def test_slow_works_in_the_end(portal: Client) -> None:
    await portal.faults(slow={"seconds": 0.1})
    begun = time.monotonic()
    assert (await portal.insert(dossier()))["error_code"] == "0"
    assert time.monotonic() - begun >= 0.09


async def test_slow_takes_effect_when_the_caller_has_gone(portal: Client) -> None:
    await portal.faults(slow={"seconds": 0.6})
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(portal.insert(dossier()), 0.3)
    assert await portal.held() is None

    async def it_is_held() -> bool:
        return await portal.held() is not None

    await until(it_is_held)


async def test_timeout_before_effect(portal: Client) -> None:
    await portal.faults(timeout_before_effect={"seconds": 0.1})
    await gone(portal, 0.1)
    assert await portal.held() is None


async def test_timeout_after_effect(portal: Client) -> None:
    await portal.faults(timeout_after_effect={"seconds": 0.1})
    await gone(portal, 0.1)
    assert (await portal.held())["inserts"] == 1
    assert (await portal.control("log"))["effects"][0]["answered"] is False


async def test_late_effect(portal: Client) -> None:
    await portal.faults(late_effect={"seconds": 0.1, "further": 1, "times": 1})
    await gone(portal, 0.1)
    assert await portal.held() is None
    assert (await portal.control("stats"))["late"] == 1
    await until(partial(nothing_comes_late, portal))
    assert (await portal.held())["inserts"] == 1


async def test_late_effect_is_refused_when_it_was_overtaken(portal: Client) -> None:
    await portal.faults(late_effect={"seconds": 0.05, "further": 1, "times": 1})
    await gone(portal, 0.05)
    assert (await portal.insert(dossier()))["error_code"] == "0"
    assert not await nothing_comes_late(portal)
    await until(partial(nothing_comes_late, portal))
    assert (await portal.held())["inserts"] == 1


async def test_drop_after_effect(portal: Client) -> None:
    await portal.faults(drop_after_effect=1)
    await gone(portal, 0)
    assert (await portal.held())["inserts"] == 1


async def test_error_in_200_has_no_effect(portal: Client) -> None:
    await portal.faults(error_in_200={"code": -1, "message": "Lỗi ví dụ", "match": "DongBoHoSoMC"})
    assert await portal.insert(dossier()) == {"error_code": "-1", "message": "Lỗi ví dụ"}
    assert (await portal.call("TraCuuHoSo", mahoso=CODE))["error_code"] == "0"
    assert await portal.held() is None


async def test_error_in_200_at_the_login(portal: Client) -> None:
    await portal.faults(error_in_200={"match": "login"})
    answer = await portal.send("/mapi/login", {"username": USER, "password": PASSWORD})
    assert answer["error_code"] == "-1" and answer["session"] == ""


async def test_session_expires_after_calls(portal: Client) -> None:
    await portal.faults(session_expiry={"calls": 1})
    codes = [(await portal.call("TraCuuHoSo", mahoso=CODE))["error_code"] for _ in range(2)]
    assert codes == ["0", "-1"]
    await portal.log_in()
    assert (await portal.call("TraCuuHoSo", mahoso=CODE))["error_code"] == "0"


async def test_session_expires_by_chance(portal: Client) -> None:
    await portal.faults(session_expiry={"times": 1})
    assert (await portal.insert(dossier()))["error_code"] == "-1"
    await portal.log_in()
    assert (await portal.insert(dossier()))["error_code"] == "0"


async def test_refused_batch_has_no_effect_and_names_nobody(portal: Client) -> None:
    await portal.faults(batch="partial", refuse_batch=1)
    answer = await portal.insert(dossier(), dossier(SECOND, TrangThaiHoSo="99"))
    assert answer["error_code"] == "-1" and "result" not in answer and SECOND not in answer["message"]
    assert (await portal.control("stats"))["effects"] == 0


async def test_partial_batch_answers_for_each(portal: Client) -> None:
    await portal.insert(dossier())
    await portal.faults(partial_batch={"code": -1})
    answer = await portal.insert(dossier(), dossier(SECOND))
    assert answer["error_code"] == "-1"
    assert [(row["MaHoSo"], row["error_code"]) for row in answer["result"]] == [(CODE, "-3"), (SECOND, "0")]
    assert "đã tồn tại" in answer["result"][0]["message"]
    assert (await portal.held(SECOND))["inserts"] == 1


async def test_partial_batch_of_steps(portal: Client) -> None:
    await portal.faults(batch="partial")
    await portal.insert(dossier())
    answer = await portal.progress(step(), step(TrangThai="99"), step(at="20261122090000"))
    assert answer["error_code"] == "0"
    assert [row["error_code"] for row in answer["result"]] == ["0", "-1", "0"]
    assert len((await portal.held())["steps"]) == 2


@pytest.mark.parametrize("kind", ["malformed", "oversized", "wrong_charset"])
async def test_answers_that_cannot_be_read_took_effect(portal: Client, kind: str) -> None:
    await portal.faults(**{kind: {"bytes": 300_000} if kind == "oversized" else {}})
    body = portal.body("DongBoHoSoMC", isUpdating="False", data=[dossier()])
    async with portal.http.post(portal.url + DATA, json=body) as response:
        raw = await response.read()
        assert response.status == 200
    if kind == "oversized":
        assert len(raw) == 300_000 and json.loads(raw)["error_code"] == "0"
    elif kind == "wrong_charset":
        with pytest.raises(UnicodeDecodeError):
            raw.decode()
    else:
        with pytest.raises(json.JSONDecodeError):
            json.loads(raw)
    assert (await portal.held())["inserts"] == 1


async def test_reject_by_dossier_code(portal: Client) -> None:
    await portal.faults(reject={"pattern": "-0002$", "code": -1, "message": "Sai quy định"})
    assert await portal.insert(dossier(SECOND)) == {"error_code": "-1", "message": "Sai quy định"}
    assert (await portal.insert(dossier()))["error_code"] == "0"


async def test_the_same_seed_hits_the_same_calls(portal: Client) -> None:
    async def hits() -> list[int]:
        await portal.faults(seed=11, busy={"probability": 0.5})
        return [(await status(portal))[0] for _ in range(20)]

    first = await hits()
    assert first == await hits()
    assert {200, 503} == set(first)
    assert (await portal.control("stats"))["faults"] == {"busy": first.count(503)}


async def test_faults_read_back_and_mistakes_are_named(portal: Client) -> None:
    await portal.faults(busy=0.25, steps="dedupe")
    shown = await portal.control("faults")
    assert shown["busy"]["probability"] == 0.25 and shown["steps"] == "dedupe"
    wrong = {"busy": 2, "dwon": 1, "slow": {"match": "("}, "reject": {"code": 1}}
    async with portal.http.put(f"{portal.url}/_control/faults", json=wrong) as response:
        assert response.status == 422
        places = {error["place"] for error in (await response.json())["errors"]}
    assert places == {"/busy/probability", "/dwon", "/slow/match", "/reject/pattern"}
    assert (await portal.control("faults"))["busy"]["probability"] == 0.25
