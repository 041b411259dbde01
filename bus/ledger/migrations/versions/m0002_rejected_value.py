"""What stood where the pointer of a rejection points."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column(
        "delivery", sa.Column("value", sa.Text(), nullable=True, comment="masked; what the pointer points at")
    )
