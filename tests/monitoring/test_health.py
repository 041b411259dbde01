"""Facts in, `/readyz` out."""

from __future__ import annotations

from monitoring.health import broker, ledger, orphans, overload, report, stopping, systems

WELL = [ledger(None, "sqlite"), broker(None), stopping(False), overload(None), systems({}, []), orphans([])]


def test_all_is_well() -> None:
    assert report(WELL) == (
        200,
        {
            "status": "ready",
            "checks": [
                {"name": "ledger", "ok": True, "detail": "sqlite answers"},
                {"name": "broker", "ok": True, "detail": "connected"},
                {"name": "process", "ok": True, "detail": "running"},
                {"name": "load", "ok": True, "detail": "normal"},
                {"name": "systems", "ok": True, "detail": "all are served"},
                {"name": "orphans", "ok": True, "detail": "none"},
            ],
        },
    )


def test_without_a_broker_messages_are_still_taken() -> None:
    status, body = report([*WELL, broker("consumer: connection refused")])
    assert (status, body["status"]) == (200, "degraded")
    assert body["checks"][-1]["detail"].startswith("consumer: connection refused; messages are accepted and kept")


def test_without_a_ledger_callers_go_elsewhere() -> None:
    status, body = report([*WELL, ledger("connection refused", "postgresql")])
    assert (status, body["status"]) == (503, "not-ready")


def test_stopping_and_overload_send_callers_elsewhere() -> None:
    assert report([stopping(True)])[0] == 503
    assert report([overload("2000 commits are waiting")])[0] == 503


def test_systems_that_are_not_served_are_named() -> None:
    check = systems({"tax": "stopped: http-401", "land": "by an operator"}, ["post"])
    assert (check.ok, check.vital) == (False, False)
    assert check.detail == (
        "land is paused (by an operator); tax is paused (stopped: http-401); post fails, its breaker is open"
    )


def test_systems_that_left_are_named_with_the_cure() -> None:
    check = orphans(["old-tax", "old-portal"])
    assert not check.ok
    assert check.detail.startswith("deliveries to systems that left the configuration: old-portal, old-tax; move them")
    assert "lienthong messages move" in check.detail
