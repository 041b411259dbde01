"""The private servers keep what was committed when they are killed, and never outlive their tests."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg
from kombu import Connection, Queue

from tests.support import family
from tests.support.servers import Postgres, PostgresServer, RabbitMQ


def test_a_database_is_new_and_empty(database: str) -> None:
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM pg_stat_user_tables").fetchone() == (0,)


def test_the_shared_postgres_is_durable(postgres: PostgresServer) -> None:
    with psycopg.connect(postgres.url) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)


def test_a_killed_postgres_comes_back_with_what_was_committed() -> None:
    with Postgres() as server:
        url = server.create_database("kept")
        connection = psycopg.connect(url)
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (7)")
        connection.commit()
        members = family.family(server.pid)
        server.kill()
        assert len(members) > 2, "the postmaster has children that must die with it"
        assert not any(family.family(pid) for pid in members)
        server.start()
        with psycopg.connect(url) as again:
            assert again.execute("SELECT n FROM kept").fetchall() == [(7,)]
        connection.close()


def test_a_killed_rabbitmq_comes_back_with_its_durable_messages() -> None:
    queue = Queue("kept", routing_key="kept", durable=True, queue_arguments={"x-queue-type": "quorum"})
    with RabbitMQ() as server:
        with Connection(server.url, transport_options={"confirm_publish": True}) as connection:
            connection.SimpleQueue(queue).put({"n": 7})
        time.sleep(1.5)  # RabbitMQ writes the name of a new quorum queue to disk half a second late
        server.kill()
        server.start()
        with Connection(server.url) as connection:
            message = connection.SimpleQueue(queue).get(timeout=20)
            assert message.payload == {"n": 7}
            message.ack()
    assert not server.folder.exists()


ORPHAN = """
from tests.support.servers import Postgres
server = Postgres().start()
print(server.pid, server.folder, flush=True)
input()
"""


def test_a_server_dies_with_tests_that_are_killed() -> None:
    root = Path(__file__).parents[2]
    tests = subprocess.Popen(
        [sys.executable, "-c", ORPHAN], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert tests.stdin is not None and tests.stdout is not None
    pid, folder = tests.stdout.readline().split()
    assert family.family(int(pid))
    os.kill(tests.pid, 9)
    tests.wait()
    tests.stdin.close()
    tests.stdout.close()
    deadline = time.monotonic() + 20
    while family.family(int(pid)) or Path(folder).exists():
        assert time.monotonic() < deadline, "the server outlived the tests"
        time.sleep(0.05)
