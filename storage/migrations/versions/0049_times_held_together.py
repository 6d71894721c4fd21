"""Several times are held for one family at once: brothers and sisters come together."""

from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

ONE_EACH = "uq_holds_person_id"
FIRST_OF_EACH = """
    DELETE FROM holds WHERE slot_id NOT IN (SELECT min(slot_id) FROM holds GROUP BY person_id)"""
"""The code before knows one hold a person. It lasts minutes, and the booking does not need it."""


def upgrade() -> None:
    with op.batch_alter_table("holds") as batch:
        batch.drop_constraint(ONE_EACH, type_="unique")
    op.create_index("ix_holds_person_id", "holds", ["person_id"])


def downgrade() -> None:
    op.drop_index("ix_holds_person_id", "holds")
    op.execute(FIRST_OF_EACH)
    with op.batch_alter_table("holds") as batch:
        batch.create_unique_constraint(ONE_EACH, ["person_id"])
