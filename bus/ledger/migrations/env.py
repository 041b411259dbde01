"""Alembic's entry: the connection comes from `bus.ledger.engine.migrate`."""

from alembic import context

from bus.ledger.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
