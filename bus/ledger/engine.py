"""Opening a database: URL, lock, durability, migrations."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from importlib.resources import files
from pathlib import Path
from typing import Any, TextIO

import alembic.command
import alembic.config
import sqlalchemy
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, event, text
from sqlalchemy.engine import URL, make_url

from .records import LedgerError

# Writers leave the write-ahead log to `checkpoint`, which runs beside them, unless it grows to 200 MB.
_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "busy_timeout = 10000",
    "temp_store = MEMORY",
    "wal_autocheckpoint = 50000",
)

# A process that stands still in a transaction (frozen, swapped out, its machine moved) gives back what it locked.
_IDLE_IN_TRANSACTION = "5s"

# Two processes that start at once must not migrate at once: any number, as long as it is ours alone.
_MIGRATION_LOCK = 4_902_349


def open_engine(url: str) -> Engine:
    """An engine with our pragmas. Raises `LedgerError` for a URL of another kind."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        path = Path(parsed.database or "")
        path.parent.mkdir(parents=True, exist_ok=True)
        engine = sqlalchemy.create_engine(parsed, connect_args={"check_same_thread": False})
        event.listen(engine, "connect", _pragmas)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        return engine
    if parsed.get_backend_name() == "postgresql":
        engine = _postgres(parsed)
        event.listen(engine, "connect", _hold_no_locks)
        return engine
    raise LedgerError(f"ledger.url: {parsed.drivername} is not a ledger - use sqlite:///PATH or postgresql://...")


def open_reader(url: str) -> Engine:
    """Readers of SQLite: connections that see committed data and never write."""
    engine = sqlalchemy.create_engine(make_url(url), connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _pragmas)
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA query_only = ON"))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def open_for_reading(url: str) -> Engine:
    """Connections that never write, to a ledger that may be in use. Raises `LedgerError` as `open_engine` does."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return open_reader(url)
    # readers may take long between two rows, and hold nothing that others wait for
    return _postgres(parsed) if parsed.get_backend_name() == "postgresql" else open_engine(url)


def _postgres(url: URL) -> Engine:
    return sqlalchemy.create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=2,
        connect_args={"connect_timeout": 5, "application_name": "lienthong"},
    )


def _hold_no_locks(connection: Any, _record: Any) -> None:
    connection.execute(f"SET idle_in_transaction_session_timeout = '{_IDLE_IN_TRANSACTION}'")
    connection.commit()


def checkpoint(engine: Engine) -> None:
    """SQLite: move what the write-ahead log holds into the database. Waits for no writer and makes none wait."""
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        try:
            raw.execute("PRAGMA wal_checkpoint(PASSIVE)")
        except sqlite3.Error as error:
            raise LedgerError(str(error)) from error


def _pragmas(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy begins transactions, through the event above
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def lock(url: str) -> TextIO | None:
    """SQLite is for one process: hold its lock file until the returned file is closed. `LedgerError` if taken."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return None
    path = Path(f"{parsed.database}.lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder = file.read().strip() or "unknown"
        file.close()
        raise LedgerError(
            f"the ledger {parsed.database} is in use by process {holder} - stop it, or use PostgreSQL for several"
        ) from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def check_durability(engine: Engine) -> None:
    """Refuse a PostgreSQL that answers COMMIT before the disk has it."""
    if engine.dialect.name != "postgresql":
        return
    with engine.connect() as connection:
        for setting in ("fsync", "synchronous_commit"):
            if connection.execute(text(f"SHOW {setting}")).scalar() == "off":
                raise LedgerError(
                    f"PostgreSQL runs with {setting}=off and may lose what it confirmed - set {setting} = on there"
                )


def check_exists(url: str) -> None:
    """Refuse an SQLite file that is not there: opening it would make an empty one."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").is_file():
        raise LedgerError(f"there is no ledger {parsed.database} - start the bus once, or correct ledger.url")


def check_version(engine: Engine) -> None:
    """Refuse a database that holds no ledger, or one that this version would migrate first."""
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_heads()
    newest = ScriptDirectory.from_config(_migrations()).get_heads()
    if set(found) != set(newest):
        is_there = f"is of version {', '.join(found)}" if found else "is not there yet"
        raise LedgerError(f"the ledger {is_there}, this is {', '.join(newest)} - start the bus of this version once")


def _migrations() -> alembic.config.Config:
    config = alembic.config.Config()
    config.set_main_option("script_location", str(files("bus.ledger") / "migrations"))
    return config


def migrate(engine: Engine) -> None:
    """Bring the schema to the newest version."""
    config = _migrations()
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_lock({_MIGRATION_LOCK})"))
            connection.commit()
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, "head")
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_unlock({_MIGRATION_LOCK})"))
        connection.commit()
