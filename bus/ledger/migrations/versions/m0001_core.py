"""The ledger as of 0.1: receipts, messages, deliveries, attempts, evidence, policies, workers, paused systems."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column(
            "delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("lease", sa.BigInteger(), nullable=False),
        sa.Column("request_in", sa.Double(), nullable=False, comment="claimed"),
        sa.Column("request_out", sa.Double(), nullable=True, comment="first byte to the partner"),
        sa.Column("response_in", sa.Double(), nullable=True, comment="last byte from the partner"),
        sa.Column("response_out", sa.Double(), nullable=False, comment="the verdict was there"),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False, comment="came after another worker had taken over"),
        sa.PrimaryKeyConstraint("delivery_id", "number"),
    )
    op.create_table(
        "counter", sa.Column("value", sa.BigInteger(), nullable=False), comment="SQLite only: the last lane position"
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.Uuid(as_uuid=False).with_variant(sa.String(length=36), "sqlite"), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=True),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("leads", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False, comment="how often it was replayed"),
        sa.Column("attempts_before", sa.Integer(), nullable=False, comment="attempts made before the last replay"),
        sa.Column("takeovers", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("due_at", sa.Double(), nullable=False),
        sa.Column("publish_after", sa.Double(), nullable=False, comment="the relay looks at it again then"),
        sa.Column("lease", sa.BigInteger(), nullable=True, comment="the worker incarnation that is sending it"),
        sa.Column("claim", sa.BigInteger(), nullable=True, comment="the claim of that worker"),
        sa.Column("in_doubt_since", sa.Double(), nullable=True),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True, comment="the target's own id"),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("pointer", sa.Text(), nullable=True),
        sa.Column("settled_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "delivery_attention",
        "delivery",
        ["state", "system", "created_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('waiting', 'sending', 'held', 'rejected', 'dead')"),
        sqlite_where=sa.text("state IN ('waiting', 'sending', 'held', 'rejected', 'dead')"),
    )
    op.create_index(
        "delivery_lane_in_flight",
        "delivery",
        ["system", "lane"],
        unique=True,
        postgresql_where=sa.text("state = 'sending' AND leads"),
        sqlite_where=sa.text("state = 'sending' AND leads"),
    )
    op.create_index(
        "delivery_lane_open",
        "delivery",
        ["system", "lane", "position"],
        unique=False,
        postgresql_where=sa.text("is_open AND lane IS NOT NULL"),
        sqlite_where=sa.text("is_open AND lane IS NOT NULL"),
    )
    op.create_index(
        "delivery_relay",
        "delivery",
        ["system", "publish_after"],
        unique=False,
        postgresql_where=sa.text("state = 'ready'"),
        sqlite_where=sa.text("state = 'ready'"),
    )
    op.create_index(op.f("ix_delivery_message_id"), "delivery", ["message_id"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("chain", sa.Text(), nullable=False, comment="one a writer of a worker incarnation"),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Uuid(as_uuid=False).with_variant(sa.String(length=36), "sqlite"), nullable=True),
        sa.Column("delivery_id", sa.BigInteger(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("hash", sa.Text(), nullable=False, comment="SHA-256 of the previous hash and this record, in hex"),
        sa.PrimaryKeyConstraint("chain", "seq"),
    )
    op.create_index(op.f("ix_evidence_message_id"), "evidence", ["message_id"], unique=False)
    op.create_table(
        "message",
        sa.Column(
            "id", sa.Uuid(as_uuid=False).with_variant(sa.String(length=36), "sqlite"), nullable=False, comment="UUIDv7"
        ),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="the source's own key"),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("time", sa.Double(), nullable=False),
        sa.Column("received_at", sa.Double(), nullable=False),
        sa.Column("schema", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("trace", sa.Text(), nullable=True),
        sa.Column("cause", sa.BigInteger(), nullable=True, comment="the delivery whose follow-up this is"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("message_subject", "message", ["subject", "id"], unique=False)
    op.create_table(
        "policy",
        sa.Column("id", sa.Text(), nullable=False, comment="hash of the body"),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "receipt",
        sa.Column("key", sa.Text(), nullable=False, comment="SHA-256 of client, source and source key, in base64"),
        sa.Column("message_id", sa.Uuid(as_uuid=False).with_variant(sa.String(length=36), "sqlite"), nullable=False),
        sa.Column(
            "digest", sa.Text(), nullable=False, comment="SHA-256 of the RFC 8785 form of type, subject, schema, data"
        ),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index(op.f("ix_receipt_at"), "receipt", ["at"], unique=False)
    op.create_table(
        "system",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("paused_at", sa.Double(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "worker",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.Double(), nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="alive, stopped or gone"),
        sa.PrimaryKeyConstraint("id"),
    )
    if op.get_context().dialect.name == "postgresql":
        op.execute("CREATE SEQUENCE delivery_position")
    else:
        op.execute("INSERT INTO counter (value) VALUES (0)")
