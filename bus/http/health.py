"""Is it alive, is it ready, what does it count."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from bus.ledger import LedgerError
from monitoring import health

from .call import Call, Response, json_response
from .desk import Desk
from .gate import Gate
from .openapi import document
from .problems import Refused

# A ledger that answers later than this is as good as away.
_PATIENCE = 5.0


class Health:
    """The handlers. All but the metrics are open without a key."""

    def __init__(self, desk: Desk, gate: Gate) -> None:
        self._desk = desk
        self._gate = gate
        self._document = json_response(document())

    async def alive(self, call: Call) -> Response:
        """200 while the process answers at all."""
        return json_response({"status": "alive"})

    async def ready(self, call: Call) -> Response:
        """200 while callers should come here, else 503; every check with what to do."""
        kind = "sqlite" if self._desk.ledger.embedded else "postgresql"
        try:
            async with asyncio.timeout(_PATIENCE):
                facts = await self._desk.ready()
        except TimeoutError:
            found = [health.ledger(f"no answer within {_PATIENCE:g} s", kind)]
        except (LedgerError, SQLAlchemyError) as error:
            found = [health.ledger(type(error).__name__, kind)]
        else:
            found = [health.ledger(None, kind), *checks(facts)]
        trouble = self._gate.trouble()
        short = trouble.detail if trouble is not None and trouble.kind.code != "draining" else None
        status, body = health.report([*found, health.stopping(self._desk.draining()), health.overload(short)])
        return json_response(body, status)

    async def metrics(self, call: Call) -> Response:
        """Prometheus' text, or OpenMetrics for a caller that asks for it."""
        if not call.client.metrics:
            raise Refused("not-allowed", f"the client {call.name} may not read the metrics; it needs metrics: true")
        openmetrics = "application/openmetrics-text" in (call.header(b"accept") or "")
        if self._desk.family_metrics is not None:
            text, media = await self._desk.family_metrics(openmetrics)
        else:
            text, media = self._desk.render_metrics(openmetrics)
        return Response(200, text, media.encode("ascii"))

    async def openapi(self, call: Call) -> Response:
        """The description of this interface; it holds no data."""
        return self._document


def checks(facts: Mapping[str, Any]) -> Iterable[health.Check]:
    """What the runtime told, judged. Pure."""
    yield health.broker(facts["broker"])
    lease = "renewed" if facts["lease"] else "lost: this process sends nothing more; start it again"
    yield health.Check("lease", bool(facts["lease"]), lease, vital=False)
    yield health.systems(facts["paused"], facts["breakers"])
    yield health.orphans(facts["unknown_systems"])
