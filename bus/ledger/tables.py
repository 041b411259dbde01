"""The tables. Times are seconds since 1970 UTC by the database's clock, double precision on both databases.

`delivery.is_open` says that a delivery still stands in its lane: it is ready, waiting, sending or held, or it was
refused and its lane is blocked until an operator acts. The head of a lane is its open delivery of lowest position.

In PostgreSQL `message`, `attempt` and `evidence` are partitioned by time (`retention/partitions.py`), which therefore
is part of their primary keys; SQLite's are narrower.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    MetaData,
    Sequence,
    String,
    Table,
    Text,
    Uuid,
    text,
)

metadata = MetaData()

Id = Uuid(as_uuid=False).with_variant(String(36), "sqlite")
Position = BigInteger().with_variant(Integer, "sqlite")

# Lane positions. SQLite has no sequences: there a table of one row counts.
positions = Sequence("delivery_position", metadata=metadata)
counter = Table(
    "counter",
    metadata,
    Column("value", BigInteger, nullable=False),
    comment="SQLite only: the last lane position",
)

receipt = Table(
    "receipt",
    metadata,
    Column("key", Text, primary_key=True, comment="SHA-256 of client, source and source key, in base64"),
    Column("message_id", Id, nullable=False),
    Column("digest", Text, nullable=False, comment="SHA-256 of the RFC 8785 form of type, subject, schema, data"),
    Column("at", Double, nullable=False, index=True),
)

message = Table(
    "message",
    metadata,
    Column("id", Id, primary_key=True, comment="UUIDv7"),
    Column("client", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("key", Text, nullable=False, comment="the source's own key"),
    Column("type", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("time", Double, nullable=False),
    Column("received_at", Double, nullable=False),
    Column("schema", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("trace", Text),
    Column("cause", BigInteger, comment="the delivery whose follow-up this is"),
    Index("message_subject", "subject", "id"),
)

delivery = Table(
    "delivery",
    metadata,
    Column("id", Position, primary_key=True, autoincrement=False),
    Column("message_id", Id, nullable=False, index=True),
    Column("system", Text, nullable=False),
    Column("operation", Text, nullable=False),
    Column("lane", Text),
    Column("position", Position, nullable=False),
    Column("state", Text, nullable=False),
    Column("is_open", Boolean, nullable=False),
    Column("leads", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("generation", Integer, nullable=False, comment="how often it was replayed"),
    Column("attempts_before", Integer, nullable=False, comment="attempts made before the last replay"),
    Column("takeovers", Integer, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("due_at", Double, nullable=False),
    Column("publish_after", Double, nullable=False, comment="the relay looks at it again then"),
    Column("lease", BigInteger, comment="the worker incarnation that is sending it"),
    Column("claim", BigInteger, comment="the claim of that worker"),
    Column("in_doubt_since", Double),
    Column("policy", Text, nullable=False),
    Column("reference", Text, comment="the target's own id"),
    Column("verdict", Text),
    Column("code", Text),
    Column("reason", Text),
    Column("pointer", Text),
    Column("value", Text, comment="masked; what the pointer points at"),
    Column("settled_at", Double),
    Index(
        "delivery_lane_in_flight",
        "system",
        "lane",
        unique=True,
        postgresql_where=text("state = 'sending' AND leads"),
        sqlite_where=text("state = 'sending' AND leads"),
    ),
    Index(
        "delivery_lane_open",
        "system",
        "lane",
        "position",
        postgresql_where=text("is_open AND lane IS NOT NULL"),
        sqlite_where=text("is_open AND lane IS NOT NULL"),
    ),
    Index(
        "delivery_relay",
        "system",
        "publish_after",
        postgresql_where=text("state = 'ready'"),
        sqlite_where=text("state = 'ready'"),
    ),
    Index(
        "delivery_attention",
        "state",
        "system",
        "created_at",
        postgresql_where=text("state IN ('waiting', 'sending', 'held', 'rejected', 'dead')"),
        sqlite_where=text("state IN ('waiting', 'sending', 'held', 'rejected', 'dead')"),
    ),
)

attempt = Table(
    "attempt",
    metadata,
    Column("delivery_id", Position, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("lease", BigInteger, nullable=False),
    Column("request_in", Double, nullable=False, comment="claimed"),
    Column("request_out", Double, comment="first byte to the partner"),
    Column("response_in", Double, comment="last byte from the partner"),
    Column("response_out", Double, primary_key=True, autoincrement=False, comment="the verdict was there"),
    Column("verdict", Text, nullable=False),
    Column("code", Text),
    Column("reason", Text),
    Column("late", Boolean, nullable=False, comment="came after another worker had taken over"),
)

evidence = Table(
    "evidence",
    metadata,
    Column("chain", Text, primary_key=True, comment="one a writer of a worker incarnation"),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Double, primary_key=True, autoincrement=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("message_id", Id, index=True),
    Column("delivery_id", BigInteger),
    Column("detail", Text),
    Column("hash", Text, nullable=False, comment="SHA-256 of the previous hash and this record, in hex"),
)

standing = Table(
    "standing",
    metadata,
    Column("delivery_id", Position, primary_key=True, autoincrement=False),
    Column("cursor", Text, comment="JSON, of the adapter's own; none before the first poll"),
)

process = Table(
    "process",
    metadata,
    Column("process", Text, primary_key=True),
    Column("key", Text, primary_key=True, comment="the business key"),
    Column("version", Integer, nullable=False),
    Column("state", Text, comment="JSON; none before the first step"),
    Column("changed_at", Double, nullable=False),
)

process_name = Table(
    "process_name",
    metadata,
    Column("name", Text, primary_key=True, comment="by which a state is found besides its key"),
    Column("process", Text, primary_key=True),
    Column("key", Text, nullable=False),
)

timer = Table(
    "timer",
    metadata,
    Column("process", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("generation", Integer, nullable=False),
    Column("due_at", Double, nullable=False, index=True),
)

task = Table(
    "task",
    metadata,
    Column("process", Text, primary_key=True, comment="the process, or whatever else found it"),
    Column("key", Text, primary_key=True, comment="the business key"),
    Column("name", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False, index=True, comment="open, taken, settled, or gone: it fell away"),
    Column("body", Text, nullable=False, comment="JSON"),
    Column("owner", Text),
    Column("note", Text),
    Column("opened_at", Double, nullable=False),
    Column("changed_at", Double, nullable=False),
)

policy = Table(
    "policy",
    metadata,
    Column("id", Text, primary_key=True, comment="hash of the body"),
    Column("body", Text, nullable=False),
)

worker = Table(
    "worker",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started_at", Double, nullable=False),
    Column("counter", BigInteger, nullable=False),
    Column("state", Text, nullable=False, comment="alive, stopped or gone"),
)

system = Table(
    "system",
    metadata,
    Column("name", Text, primary_key=True),
    Column("paused_at", Double),
    Column("reason", Text),
    Column("actor", Text),
)

identity = Table("identity", metadata, Column("id", Text, primary_key=True, comment="which ledger its archives are of"))

archive = Table(
    "archive",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("file", Text, nullable=False),
    Column("digest", Text, nullable=False, comment="SHA-256 of the file, in hex"),
    Column("chained", Text, nullable=False, comment="SHA-256 of the chained digest before and this digest, in hex"),
    Column("oldest", Double, nullable=False, comment="first time in it: receipt of a message, else of evidence"),
    Column("newest", Double, nullable=False),
    Column("first_id", Id, comment="message ids in it are between these; none if it holds evidence only"),
    Column("last_id", Id),
    Column("messages", Integer, nullable=False),
    Column("deliveries", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("evidence", Integer, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("members", Text, nullable=False, comment="JSON: where each member of gzip begins, and with which message"),
    Column("at", Double, nullable=False),
)

archived_evidence = Table(
    "archived_evidence",
    metadata,
    Column("chain", Text, primary_key=True),
    Column("first", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
    Column("before", Text, nullable=False, comment="hash of the record before the first"),
    Column("hash", Text, nullable=False, comment="hash of the last record"),
    comment="Parts of chains that left for archives; neighbours are united",
)
