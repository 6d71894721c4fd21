"""Reminders that follow other hours of their clinic are planned anew in steps."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "replannings",
        sa.Column("clinic_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("through", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_replannings_clinic_id")
        ),
        sa.PrimaryKeyConstraint("clinic_id", name=op.f("pk_replannings")),
    )


def downgrade() -> None:
    op.drop_table("replannings")
