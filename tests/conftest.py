"""The real servers, started once a run and only when a test asks for them; and the short and the long form."""

from __future__ import annotations

import gc
import logging
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import structlog

from tests.support.ledgers import migrate
from tests.support.servers import (
    NamedPostgres,
    NamedRabbitMQ,
    Postgres,
    PostgresServer,
    RabbitMQ,
    RabbitMQServer,
)
from tests.support.shared import Keeper, kept_at
from tests.support.turns import in_turn

TESTS = Path(__file__).parent
LONG = 4 * 3600
KEEPERS = pytest.StashKey[dict[str, Keeper]]()

# On a busy machine everything is slow; what takes too long meets the time limit of its test.
hypothesis.settings.register_profile("patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("patient")


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
    if hasattr(config, "workerinput"):
        place = {file: place for place, file in enumerate(in_turn(dict.fromkeys(item.path for item in kept), TESTS))}
        items.sort(key=lambda item: place[item.path])


def pytest_collection_finish() -> None:
    """The tests live to the end of the run: the garbage collector need not look at them each time."""
    gc.freeze()


@pytest.fixture(scope="session")
def soak(request: pytest.FixtureRequest) -> bool:
    """Whether the long form of the test is wanted."""
    return bool(request.config.getoption("--soak"))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Every worker of a parallel run is told who keeps the servers."""
    keepers = node.config.stash.setdefault(KEEPERS, {})
    if not keepers:
        keepers |= {"postgres": Keeper(Postgres), "rabbitmq": Keeper(RabbitMQ)}
    node.workerinput["keepers"] = {name: keeper.address for name, keeper in keepers.items()}


def pytest_unconfigure(config: pytest.Config) -> None:
    gc.unfreeze()
    for keeper in config.stash.get(KEEPERS, {}).values():
        keeper.close()


def shared_url(config: pytest.Config, name: str) -> str | None:
    """Of the server that all tests are to use, if it is not this process that runs it."""
    if url := os.environ.get(f"LIENTHONG_TEST_{name.upper()}"):
        return url
    told: dict[str, Any] = getattr(config, "workerinput", {})
    return kept_at(told["keepers"][name]) if told else None


@pytest.fixture(scope="session")
def postgres(pytestconfig: pytest.Config) -> Iterator[PostgresServer]:
    """A PostgreSQL that tests share and must not kill; to kill one, `with Postgres() as mine`."""
    if url := shared_url(pytestconfig, "postgres"):
        yield NamedPostgres(url)
        return
    with Postgres() as server:
        yield server


@pytest.fixture(scope="session")
def rabbitmq(pytestconfig: pytest.Config) -> Iterator[RabbitMQServer]:
    """A RabbitMQ that tests share and must not kill; to kill one, `with RabbitMQ() as mine`."""
    if url := shared_url(pytestconfig, "rabbitmq"):
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


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    """Commands configure the logs of their process, to a standard error that ends with the test."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    if structlog.is_configured():
        structlog.reset_defaults()
        root.handlers[:] = handlers
        root.setLevel(level)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite ledger with nothing in it, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "ledger.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def ledger_file(migrated: Path, tmp_path: Path) -> Path:
    """An SQLite ledger of this test's own with nothing in it."""
    return Path(shutil.copy(migrated, tmp_path / "ledger.db"))


@pytest.fixture(scope="session")
def template(postgres: PostgresServer) -> Iterator[str]:
    """The name of a PostgreSQL database with a ledger with nothing in it, to be copied."""
    name = f"lienthong_template_{secrets.token_hex(6)}"
    migrate(postgres.create_database(name))
    yield name
    postgres.drop_database(name)


@pytest.fixture
def ledger_database(postgres: PostgresServer, template: str) -> Iterator[str]:
    """The URL of a PostgreSQL database of this test's own, in it a ledger with nothing in it."""
    name = f"lienthong_{secrets.token_hex(6)}"
    yield postgres.create_database(name, template)
    postgres.drop_database(name)


@pytest.fixture
def vhost() -> str:
    """A prefix that no other test uses for its queues and exchanges. What a test declares it also deletes."""
    return f"lienthong-{secrets.token_hex(6)}"
