"""Names and arguments of what is declared in RabbitMQ.

Source: RabbitMQ's guide "Quorum Queues": a queue without a dead letter exchange silently drops what exceeds the
delivery limit. Dead lettering stays at-most-once, although at-least-once exists: a lost dead hint costs nothing, and
queues with it can be left without a leader when nodes are killed (rabbitmq/rabbitmq-server#16652, open).
"""

from __future__ import annotations

from typing import Any

# RabbitMQ's own default since 4.0; set here because 3.x has none and would redeliver for ever
DELIVERY_LIMIT = 20
# a dead hint is a symptom to be seen, not data: the ledger publishes another
DEAD_KEPT = 10_000


def queue_name(prefix: str, system: str) -> str:
    """The queue of a system's hints."""
    return f"{prefix}.{system}"


def dead_name(prefix: str) -> str:
    """Exchange and queue of what nobody could take. No system has this name: theirs have no underscore."""
    return f"{prefix}._dead"


def queue_arguments(prefix: str) -> dict[str, Any]:
    return {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-dead-letter-exchange": dead_name(prefix),
    }


def dead_arguments() -> dict[str, Any]:
    return {"x-queue-type": "quorum", "x-max-length": DEAD_KEPT, "x-overflow": "drop-head"}
