"""A message as a CloudEvent. The data goes out byte for byte as it was accepted."""

from __future__ import annotations

import json

from lienthong import Message


def to_event(message: Message) -> bytes:
    """CloudEvents 1.0, JSON format. `id` is the bus's id of the message, so that a repeat shows."""
    attributes = {
        "specversion": "1.0",
        "id": message.id,
        "source": message.source,
        "type": message.type,
        "subject": message.subject,
        "time": message.time.isoformat(),
        "datacontenttype": "application/json",
        "dataschema": message.schema,
    }
    if message.trace:
        attributes["traceparent"] = message.trace
    head = json.dumps(attributes, ensure_ascii=False, separators=(",", ":"))
    return head[:-1].encode() + b',"data":' + message.data + b"}"
