"""The real servers, started once a session and only when a test asks for them; and the short and the long form."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator

import pytest

from tests.support.servers import (
    NamedPostgres,
    NamedRabbitMQ,
    Postgres,
    PostgresServer,
    RabbitMQ,
    RabbitMQServer,
)

LONG = 4 * 3600


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="the long forms, and only tests that have one (`make soak`)")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without --soak leave out what is marked `soak`; with it keep that, and what asks for the fixture `soak`."""
    soak = config.getoption("--soak")
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        marked = item.get_closest_marker("soak") is not None
        has_long_form = marked or "soak" in getattr(item, "fixturenames", ())
        (kept if (has_long_form if soak else not marked) else left_out).append(item)
    if soak:
        for item in kept:
            item.add_marker(pytest.mark.timeout(LONG), append=False)
    config.hook.pytest_deselected(items=left_out)
    items[:] = kept


@pytest.fixture(scope="session")
def soak(request: pytest.FixtureRequest) -> bool:
    """Whether the long form of the test is wanted."""
    return bool(request.config.getoption("--soak"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL that tests share and must not kill; to kill one, `with Postgres() as mine`."""
    if url := os.environ.get("LIENTHONG_TEST_POSTGRES"):
        yield NamedPostgres(url)
        return
    with Postgres() as server:
        yield server


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[RabbitMQServer]:
    """A RabbitMQ that tests share and must not kill; to kill one, `with RabbitMQ() as mine`."""
    if url := os.environ.get("LIENTHONG_TEST_RABBITMQ"):
        yield NamedRabbitMQ(url)
        return
    with RabbitMQ() as server:
        yield server


@pytest.fixture
def database(postgres: PostgresServer) -> Iterator[str]:
    """The URL of an empty PostgreSQL database of this test's own."""
    name = f"lienthong_{secrets.token_hex(6)}"
    yield postgres.create_database(name)
    postgres.drop_database(name)


@pytest.fixture
def vhost() -> str:
    """A prefix that no other test uses for its queues and exchanges. What a test declares it also deletes."""
    return f"lienthong-{secrets.token_hex(6)}"
