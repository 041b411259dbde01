"""Rows of the ledger as the JSON of HTTP. Pure.

Times are ISO 8601 in Asia/Ho_Chi_Minh with milliseconds; an absent value is null.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from pydantic import BaseModel

from bus.ledger.tasks import Place
from schemas.base import ZONE
from schemas.masking import hide, mask

Row = Mapping[str, Any]


def moment(seconds: float | None) -> str | None:
    """Seconds since 1970 as text."""
    return None if seconds is None else datetime.fromtimestamp(seconds, ZONE).isoformat(timespec="milliseconds")


def summary(row: Row) -> dict[str, Any]:
    """A message in a list: without data, its deliveries without attempts."""
    return {**_head(row), "deliveries": [delivery(one) for one in row["deliveries"]]}


def whole(row: Row, *, full: bool) -> dict[str, Any]:
    """One message with all that happened to it. Personal data is masked unless `full`."""
    data = orjson.loads(row["data"])
    return {
        **_head(row),
        "data": data if full else masked(row["type"], data),
        "masked": not full,
        "deliveries": [
            {**delivery(one), "attempts": [attempt(each) for each in one["attempts"]]} for one in row["deliveries"]
        ],
        "evidence": [deed(one) for one in row["evidence"]],
    }


def masked(type: str, data: Any) -> Any:
    """`data` with personal values masked; of a type without a model, everything."""
    return mask(type, data) if isinstance(data, dict) else hide(data)


def vouched(model: type[BaseModel] | None, data: Any) -> Any:
    """`data` with personal values masked, and all that `model` does not vouch for; without one, everything."""
    return mask(model, data) if model is not None and isinstance(data, dict) else hide(data)


def task(row: Row, model: type[BaseModel] | None, *, full: bool) -> dict[str, Any]:
    """A task as it stands. `id` is by what evidence names it."""
    body = orjson.loads(row["body"])
    return {
        "process": row["process"],
        "key": row["key"],
        "name": row["name"],
        "id": Place(row["process"], row["key"], row["name"]).id,
        "kind": row["kind"],
        "state": row["state"],
        "owner": row["owner"],
        "note": row["note"],
        "body": body if full else vouched(model, body),
        "masked": not full,
        "opened_at": moment(row["opened_at"]),
        "changed_at": moment(row["changed_at"]),
    }


def _head(row: Row) -> dict[str, Any]:
    return {
        "id": str(row["id"]),
        "client": row["client"],
        "source": row["source"],
        "key": row["key"],
        "type": row["type"],
        "subject": row["subject"],
        "time": moment(row["time"]),
        "received_at": moment(row["received_at"]),
        "dataschema": row["schema"],
        "traceparent": row["trace"],
        "cause": row["cause"],
    }


def delivery(row: Row) -> dict[str, Any]:
    """A delivery as it stands. `blocks`: nothing behind it in its lane goes until an operator acts."""
    return {
        "id": row["id"],
        "system": row["system"],
        "operation": row["operation"],
        "lane": row["lane"],
        "state": row["state"],
        "blocks": bool(row["is_open"]) and row["state"] in ("rejected", "dead", "held"),
        "tries": row.get("tries", row["attempts"]),
        "replays": row["generation"],
        "takeovers": row["takeovers"],
        "created_at": moment(row["created_at"]),
        "due_at": moment(row["due_at"]),
        "in_doubt_since": moment(row["in_doubt_since"]),
        "settled_at": moment(row["settled_at"]),
        "reference": row["reference"],
        "verdict": row["verdict"],
        "code": row["code"],
        "reason": row["reason"],
        "pointer": row["pointer"],
        "value": row["value"],
    }


def attempt(row: Row) -> dict[str, Any]:
    """An attempt with its four time marks: ours and the partner's time are told apart."""
    return {
        "number": row["number"],
        "request_in": moment(row["request_in"]),
        "request_out": moment(row["request_out"]),
        "response_in": moment(row["response_in"]),
        "response_out": moment(row["response_out"]),
        "verdict": row["verdict"],
        "code": row["code"],
        "reason": row["reason"],
        "late": bool(row["late"]),
    }


def deed(row: Row) -> dict[str, Any]:
    """A record of the evidence."""
    return {
        "at": moment(row["at"]),
        "actor": row["actor"],
        "action": row["action"],
        "delivery": row["delivery_id"],
        "detail": row["detail"],
        "chain": row["chain"],
        "seq": row["seq"],
        "hash": row["hash"],
    }
