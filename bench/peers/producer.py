"""A producer of tasks, every publish confirmed by the broker: `python -m bench.peers.producer`.

Reads a job as a line of JSON, connects, says that it is ready, begins with the next line, says when it began and ended.
"""

from __future__ import annotations

import sys
import time

import orjson

from bench.payload import data
from bench.peers.celery_app import app, deliver


def main() -> None:
    """One job: messages `first` to `first + count`."""
    job = orjson.loads(sys.stdin.readline())
    texts = [data(number).decode() for number in range(job["first"], job["first"] + job["count"])]
    with app.producer_pool.acquire(block=True) as producer:
        producer.connection.ensure_connection(timeout=10)
        producer.maybe_declare(app.amqp.queues[app.conf.task_default_queue])
        print('{"ready": true}', flush=True)
        sys.stdin.readline()
        started = time.monotonic()
        for text in texts:
            deliver.apply_async((text,), producer=producer)
        print(orjson.dumps({"started": started, "ended": time.monotonic()}).decode(), flush=True)


if __name__ == "__main__":
    main()
