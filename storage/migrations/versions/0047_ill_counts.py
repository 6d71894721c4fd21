"""How many children a day were said to be ill: numbers of a clinic, and no child.

Words that a doctor signed before stay signed. Which version that is, and since when, nobody noted,
and nothing is made up: they are to be looked at anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ill_counts",
        sa.Column("clinic_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("step", sa.String(20), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", "day", "step", name="pk_ill_counts"),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="fk_ill_counts_clinic_id"),
    )


def downgrade() -> None:
    op.drop_table("ill_counts")
