"""Links of an hour by which somebody takes their file along."""

import sqlalchemy as sa
from alembic import op

from storage.database.types import UtcDateTime

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "export_links",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("token_sha256", sa.String(64), nullable=False),
        sa.Column("expires_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_export_links"),
        sa.UniqueConstraint("token_sha256", name="uq_export_links_token_sha256"),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_export_links_person_id"),
    )


def downgrade() -> None:
    op.drop_table("export_links")
