"""The migrated schema is the one the code declares."""

from __future__ import annotations

import asyncio

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from bus.ledger import Ledger
from bus.ledger.engine import open_engine
from bus.ledger.tables import metadata

PARTITIONS = "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE c.relkind = 'r'"


def test_migrations_lead_to_the_declared_tables(url: str) -> None:
    asyncio.run(Ledger(url, id=910).close())
    engine = open_engine(url)
    with engine.connect() as connection:
        found = connection.execute(text(PARTITIONS)).scalars() if engine.dialect.name == "postgresql" else ()
        partitions = set(found)

        def declared(name: str | None, kind: str, _parents: object) -> bool:
            return kind != "table" or name not in partitions

        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": declared})
        differences = compare_metadata(context, metadata)
    engine.dispose()
    assert differences == []


def test_migrating_again_changes_nothing(url: str) -> None:
    for id in (911, 912):
        asyncio.run(Ledger(url, id=id).close())
