"""Archives, and partitions by time in PostgreSQL: message, attempt, evidence.

What is there is not copied: each table becomes the first partition of a new one, up to the beginning of next month.
"""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_ID = sa.Uuid(as_uuid=False).with_variant(sa.String(length=36), "sqlite")
_SECONDS = "extract(epoch FROM date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month')"  # of next month


def upgrade() -> None:
    op.create_table(
        "identity",
        sa.Column("id", sa.Text(), nullable=False, comment="which ledger its archives are of"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.execute(f"INSERT INTO identity (id) VALUES ('{uuid.uuid4()}')")
    op.create_table(
        "archive",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False, comment="SHA-256 of the file, in hex"),
        sa.Column(
            "chained",
            sa.Text(),
            nullable=False,
            comment="SHA-256 of the chained digest before and this digest, in hex",
        ),
        sa.Column(
            "oldest", sa.Double(), nullable=False, comment="first time in it: receipt of a message, else of evidence"
        ),
        sa.Column("newest", sa.Double(), nullable=False),
        sa.Column(
            "first_id",
            _ID,
            nullable=True,
            comment="message ids in it are between these; none if it holds evidence only",
        ),
        sa.Column("last_id", _ID, nullable=True),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("deliveries", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column(
            "members",
            sa.Text(),
            nullable=False,
            comment="JSON: where each member of gzip begins, and with which message",
        ),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "archived_evidence",
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("first", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False, comment="hash of the record before the first"),
        sa.Column("hash", sa.Text(), nullable=False, comment="hash of the last record"),
        sa.PrimaryKeyConstraint("chain", "first"),
        comment="Parts of chains that left for archives; neighbours are united",
    )
    if op.get_context().dialect.name == "postgresql":
        _partition("message", "id", "id", message_subject="subject, id")
        _partition("attempt", "response_out", "delivery_id, number, response_out")
        _partition("evidence", "at", "chain, seq, at", ix_evidence_message_id="message_id")


def _partition(table: str, key: str, primary: str, **indexes: str) -> None:
    month, end = _next_month()
    old, bound = f"{table}_before_{month}", f"'{_uuid(end) if key == 'id' else end}'"
    op.execute(f"ALTER TABLE {table} RENAME TO {old}")
    op.execute(f"ALTER TABLE {old} DROP CONSTRAINT {table}_pkey")
    op.execute(f"ALTER TABLE {old} ADD PRIMARY KEY ({primary})")
    for index in indexes:
        op.execute(f"ALTER INDEX {index} RENAME TO {old}_{index}")
    copied = f"LIKE {old} INCLUDING DEFAULTS INCLUDING COMMENTS"
    op.execute(f"CREATE TABLE {table} ({copied}) PARTITION BY RANGE ({key})")
    op.execute(f"ALTER TABLE {table} ADD PRIMARY KEY ({primary})")
    for index, columns in indexes.items():
        op.execute(f"CREATE INDEX {index} ON {table} ({columns})")
    op.execute(f"CREATE TABLE {table}_default PARTITION OF {table} DEFAULT")
    # Rows of a later time, written by a clock that was wrong, would not let the old table in.
    later = f"WITH later AS (DELETE FROM {old} WHERE {key} >= {bound} RETURNING *)"
    op.execute(f"{later} INSERT INTO {table}_default SELECT * FROM later")
    op.execute(f"ALTER TABLE {table} ATTACH PARTITION {old} FOR VALUES FROM (MINVALUE) TO ({bound})")


def _next_month() -> tuple[str, float]:
    """As it stands in a name, and in seconds since 1970."""
    day = f"to_char(to_timestamp({_SECONDS}) AT TIME ZONE 'UTC', 'YYYYMMDD')"
    name, seconds = op.get_bind().execute(sa.text(f"SELECT {day}, {_SECONDS}")).one()
    return str(name), float(seconds)


def _uuid(seconds: float) -> str:
    """The lowest UUIDv7 of that moment."""
    return str(uuid.UUID(int=int(seconds * 1000) << 80))
