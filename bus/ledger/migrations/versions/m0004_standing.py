"""Standing deliveries, which are polls, and how far each of them read."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "standing",
        sa.Column(
            "delivery_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("cursor", sa.Text(), nullable=True, comment="JSON, of the adapter's own; none before the first poll"),
        sa.PrimaryKeyConstraint("delivery_id"),
    )
