"""`/readyz`: facts in, JSON out. Pure.

Not ready means that callers should go elsewhere. A broker that is away does not make the bus unready: the ledger takes
messages and delivers them later. So such checks only degrade it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Check:
    """`detail`: for people, what is and, where it is not ok, what follows. `vital`: without it callers go elsewhere."""

    name: str
    ok: bool
    detail: str
    vital: bool = True


def report(checks: Iterable[Check]) -> tuple[int, dict[str, Any]]:
    """(HTTP status, body). `status` is `ready`, `degraded` (200 too) or `not-ready` (503)."""
    found = list(checks)
    vital = all(check.ok for check in found if check.vital)
    status = "not-ready" if not vital else "ready" if all(check.ok for check in found) else "degraded"
    body = {
        "status": status,
        "checks": [{"name": each.name, "ok": each.ok, "detail": each.detail} for each in found],
    }
    return (200 if vital else 503), body


def ledger(trouble: str | None, kind: str) -> Check:
    """`trouble`: why a statement failed just now; `kind`: sqlite or postgresql."""
    if trouble is None:
        return Check("ledger", True, f"{kind} answers")
    return Check("ledger", False, f"{kind} does not answer: {trouble}; nothing is accepted until it does")


def broker(trouble: str | None) -> Check:
    if trouble is None:
        return Check("broker", True, "connected", vital=False)
    detail = f"{trouble}; messages are accepted and kept, deliveries start later or by the sweep"
    return Check("broker", False, detail, vital=False)


def stopping(is_stopping: bool) -> Check:
    detail = "stopping: what is being sent is finished, nothing new is taken" if is_stopping else "running"
    return Check("process", not is_stopping, detail)


def overload(reason: str | None) -> Check:
    """`reason`: what is short (waiting commits, memory, disk), for which callers get 429 or 503."""
    return Check("load", reason is None, "normal" if reason is None else f"overloaded: {reason}")


def systems(paused: Mapping[str, str], open_breakers: Iterable[str]) -> Check:
    """`paused`: system to reason."""
    parts = [f"{name} is paused ({reason})" for name, reason in sorted(paused.items())]
    parts += [f"{name} fails, its breaker is open" for name in sorted(open_breakers)]
    return Check("systems", not parts, "; ".join(parts) or "all are served", vital=False)


def orphans(left: Iterable[str]) -> Check:
    """`left`: systems that are no longer configured and still have deliveries."""
    names = sorted(left)
    cure = "move them (`lienthong messages move`), cancel them, or configure the system again"
    detail = f"deliveries to systems that left the configuration: {', '.join(names)}; {cure}" if names else "none"
    return Check("orphans", not names, detail, vital=False)
