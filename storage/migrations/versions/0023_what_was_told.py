"""Of a notification it is known how often it was itself at fault that it was not sent."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE notifications ADD COLUMN failures INTEGER DEFAULT 0 NOT NULL")


def downgrade() -> None:
    op.drop_column("notifications", "failures")
