"""Having the bus ask a gateway: `payment.checked` for each reference, and waiting for what the gateway answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any

import orjson
from pydantic import ValidationError
from sqlalchemy import Connection, exists, select

from bus.ledger.look import look
from bus.ledger.tables import delivery, message
from reconciliation.events import first_id
from schemas.payments import Check

TYPE, BATCH = "payment.checked", "application/cloudevents-batch+json"
_SIZE = 100
_LATE = timedelta(seconds=30)  # a message may be committed so long after its id was made
_ON_ITS_WAY = ("ready", "waiting", "sending")
_SKEW = timedelta(seconds=5)  # between this machine's clock and the database's


@dataclass(frozen=True, slots=True)
class Wanted:
    """One of our references, and the order that it is for as far as that is known."""

    reference: str
    order_code: str | None = None


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for all answers, and between two looks; seconds."""

    limit: float = 600.0
    pause: float = 2.0


def events(system: str, wanted: Iterable[Wanted], source: str, reason: str, now: datetime) -> Iterator[dict[str, Any]]:
    """CloudEvents; the same moment gives the same keys, so that sending them again does not ask again."""
    for one in wanted:
        data = {"system": system, "reference": one.reference, "reason": reason}
        yield {
            "specversion": "1.0",
            "id": f"{system}/{one.reference}/{now.isoformat(timespec='milliseconds')}",
            "source": source,
            "type": TYPE,
            "subject": one.order_code or one.reference,
            "time": now.isoformat(),
            "datacontenttype": "application/json",
            "data": data if one.order_code is None else {**data, "order_code": one.order_code},
        }


def askable(system: str, one: Wanted) -> bool:
    """Whether the bus takes such a question: another's file may hold anything as a reference."""
    try:
        Check(system=system, reference=one.reference, order_code=one.order_code, reason="-")
    except ValidationError:
        return False
    return True


def groups(made: Iterator[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    """As many as go into one request."""
    while some := list(islice(made, _SIZE)):
        yield some


def wait(
    url: str,
    system: str,
    wanted: Sequence[Wanted],
    since: datetime,
    patience: Patience,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
    told: Callable[[int], object] = lambda _: None,
) -> list[Wanted]:
    """Waits until the gateway has answered about each, but no longer than the limit; gives those without an answer.

    `since`: when they were asked. `told` hears how many more are answered. Raises `bus.ledger.LedgerError`.
    """
    begun, silent = clock(), {one.reference: one for one in wanted}
    while silent:
        heard = look(url, partial(_answered, system=system, since=since - _SKEW))
        told(len(silent.keys() & heard))
        silent = {reference: one for reference, one in silent.items() if reference not in heard}
        if not silent or clock() - begun + patience.pause > patience.limit:
            break
        sleep(patience.pause)
    return list(silent.values())


def _answered(connection: Connection, system: str, since: datetime) -> set[str]:
    """An answer that is still on its way to the process that books it is none yet."""
    open_ = exists().where(delivery.c.message_id == message.c.id, delivery.c.state.in_(_ON_ITS_WAY))
    wanted = select(message.c.data).where(
        message.c.type == "payment.noticed",
        message.c.id >= first_id(since - _LATE),
        message.c.received_at >= since.timestamp(),
        ~open_,
    )
    told: Iterator[Mapping[str, Any]] = (orjson.loads(data) for (data,) in connection.execute(wanted))
    return {str(one["reference"]) for one in told if one["system"] == system and one["origin"] == "query"}


__all__ = ["BATCH", "TYPE", "Patience", "Wanted", "askable", "events", "groups", "wait"]
