"""The payer's browser comes back from a gateway: shown to him, never believed about money."""

from __future__ import annotations

import json
from collections.abc import Generator
from dataclasses import replace

from lienthong.ports import Context
from lienthong.requests import Accept, Answer
from schemas.payments import Notice

from .payments import noticed
from .standing import Step, Told, standing

FORGED = Answer(400, b'{"genuine": false}')


def shown(notice: Notice, key: str, context: Context) -> Generator[Step, Told, Answer]:
    """What the portal's page may show; for an attempt of ours the bus is made to ask the gateway."""
    known = yield from standing(context.system, notice.reference)
    if known is not None:
        draft = noticed(notice.model_copy(update={"order_code": known.order_code}), context)
        yield Accept((replace(draft, key=f"return/{key}"[:200]),))
    body = {
        "genuine": True,
        "known": known is not None,
        "order_code": known.order_code if known else None,
        "reference": notice.reference,
        "said": notice.outcome.value,
        "state": known.state.value if known else None,
    }
    return Answer(200, json.dumps(body).encode())


__all__ = ["FORGED", "shown"]
