"""The peer: a Celery task that validates the same 1 KiB and posts it to the same target.

It does less for each message than the bus. Tasks come straight from a producer, without HTTP intake, without a client's
key and its rights; there is no ledger, so nobody knows afterwards what was accepted or when it arrived, and a task
sent twice runs twice; there is no order, no evidence, no route; and an answer of the target is settled by an
acknowledgement to the broker alone. It is set up as its own users would for work that must not be lost: quorum queue,
confirmed publishing, late acknowledgement, and for speed a keep-alive client, no results and no events.
"""

from __future__ import annotations

import os
from collections import deque
from pathlib import Path
from typing import Any

import httpx
from celery import Celery
from celery.signals import worker_ready

from bench.payload import Sent

QUEUE = os.environ.get("BENCH_QUEUE", "bench")
_TARGET = os.environ.get("BENCH_TARGET", "http://127.0.0.1:9")

app = Celery("bench", broker=os.environ.get("BENCH_BROKER", "memory://"))
app.conf.update(
    task_acks_late=True,
    task_ignore_result=True,
    task_default_queue=QUEUE,
    task_default_queue_type="quorum",
    broker_transport_options={"confirm_publish": True},
    broker_connection_retry_on_startup=True,
    # of what Celery declares for tasks of a later time, which there are none of
    broker_native_delayed_delivery_queue_type="classic",
)

# A client that nobody uses at the moment. One each for a prefork child; with greenlets as many as are at work, because
# one httpx client shared by many callers is slower than one for each.
_idle: deque[httpx.Client] = deque()


@app.task(name="bench.deliver")  # type: ignore[untyped-decorator]
def deliver(text: str) -> None:
    """Validate, post, and fail (loudly, once) for any answer but 2xx."""
    sent = Sent.model_validate_json(text)
    client = _idle.pop() if _idle else httpx.Client(base_url=_TARGET, trust_env=False, verify=False)
    try:
        answer = client.post("/events", content=sent.model_dump_json(), headers={"content-type": "application/json"})
        answer.raise_for_status()
    finally:
        _idle.append(client)


@worker_ready.connect  # type: ignore[untyped-decorator]
def _ready(**_: Any) -> None:
    if path := os.environ.get("BENCH_READY"):
        with Path(path).open("ab") as file:
            file.write(b"ready\n")
