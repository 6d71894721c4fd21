"""The desk: words typed at work, times of people without a name, families without the bot."""

import sqlalchemy as sa
from alembic import op

from storage.database.types import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("conversations") as batch:
        batch.add_column(sa.Column("post_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("topic", sa.Text(), nullable=False, server_default=""))
        batch.create_foreign_key(op.f("fk_conversations_post_id"), "staff", ["post_id"], ["id"])
    with op.batch_alter_table("conversations") as batch:
        batch.alter_column("topic", server_default=None)
    op.create_index("ix_children_birth_date", "children", ["birth_date"], unique=False)
    _taken_slots()
    _paper_consents()
    _codes()


def downgrade() -> None:
    op.drop_table("code_tries")
    op.drop_table("visit_codes")
    op.drop_table("paper_consents")
    op.drop_table("taken_slots")
    op.drop_index("ix_children_birth_date", "children")
    op.execute("DELETE FROM conversations WHERE post_id IS NOT NULL")
    with op.batch_alter_table("conversations") as batch:
        batch.drop_constraint("fk_conversations_post_id", type_="foreignkey")
        batch.drop_column("topic")
        batch.drop_column("post_id")


def _taken_slots() -> None:
    op.create_table(
        "taken_slots",
        sa.Column("slot_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("taker", sa.String(length=20), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("taken_by", sa.Integer(), nullable=True),
        sa.Column("taken_at", UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("taker IN ('caller', 'elsewhere')", name=op.f("ck_taken_slots_taker")),
        sa.ForeignKeyConstraint(["slot_id"], ["slots.id"], name=op.f("fk_taken_slots_slot_id")),
        sa.ForeignKeyConstraint(["taken_by"], ["staff.id"], name=op.f("fk_taken_slots_taken_by")),
        sa.PrimaryKeyConstraint("slot_id", name=op.f("pk_taken_slots")),
    )


def _paper_consents() -> None:
    op.create_table(
        "paper_consents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_paper_consents_clinic_id")
        ),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.id"], name=op.f("fk_paper_consents_child_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["staff.id"], name=op.f("fk_paper_consents_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_consents")),
    )
    op.create_index("ix_paper_consents_child_id", "paper_consents", ["child_id"], unique=False)
    op.create_index("ix_paper_consents_clinic_id", "paper_consents", ["clinic_id"], unique=False)


def _codes() -> None:
    op.create_table(
        "visit_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code_sha256", sa.String(length=64), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("used_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_visit_codes_clinic_id")
        ),
        sa.ForeignKeyConstraint(
            ["child_id"],
            ["children.id"],
            name=op.f("fk_visit_codes_child_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_codes")),
        sa.UniqueConstraint("code_sha256", name=op.f("uq_visit_codes_code_sha256")),
    )
    op.create_table(
        "code_tries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("tried_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_code_tries_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_tries")),
    )
    op.create_index(
        "ix_code_tries_person_id_tried_at", "code_tries", ["person_id", "tried_at"], unique=False
    )
