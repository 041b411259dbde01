"""Process managers: their states, the names and timers of these, and what they gave people to decide."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "process",
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="the business key"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=True, comment="JSON; none before the first step"),
        sa.Column("changed_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("process", "key"),
    )
    op.create_table(
        "process_name",
        sa.Column("name", sa.Text(), nullable=False, comment="by which a state is found besides its key"),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", "process"),
    )
    op.create_table(
        "timer",
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("process", "key", "name"),
    )
    op.create_index("ix_timer_due_at", "timer", ["due_at"])
    op.create_table(
        "task",
        sa.Column("process", sa.Text(), nullable=False, comment="the process, or whatever else found it"),
        sa.Column("key", sa.Text(), nullable=False, comment="the business key"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="open, taken, settled, or gone: it fell away"),
        sa.Column("body", sa.Text(), nullable=False, comment="JSON"),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("opened_at", sa.Double(), nullable=False),
        sa.Column("changed_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("process", "key", "name"),
    )
    op.create_index("ix_task_state", "task", ["state"])
