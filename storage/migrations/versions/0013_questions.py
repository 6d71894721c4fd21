"""What families ask about their visits, and what they are answered."""

import sqlalchemy as sa
from alembic import op

from storage.database.types import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_NEW = ("doctors_answer", "answer_within_minutes")


def upgrade() -> None:
    with op.batch_alter_table("clinics") as batch:
        batch.add_column(
            sa.Column("doctors_answer", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch.add_column(
            sa.Column("answer_within_minutes", sa.Integer(), nullable=False, server_default="240")
        )
    with op.batch_alter_table("clinics") as batch:
        for name in _NEW:
            batch.alter_column(name, server_default=None)
    _questions()
    _answers()


def _questions() -> None:
    op.create_table(
        "questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("to_doctor", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("answered_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointments.id"],
            name=op.f("fk_questions_appointment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_questions_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
    )
    op.create_index("ix_questions_appointment_id", "questions", ["appointment_id"], unique=False)
    op.create_index("ix_questions_person_id", "questions", ["person_id"], unique=False)
    op.create_index(
        "ix_questions_waiting",
        "questions",
        ["asked_at"],
        unique=False,
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )


def _answers() -> None:
    op.create_table(
        "answers",
        sa.Column("question_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["questions.id"],
            name=op.f("fk_answers_question_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["post_id"], ["staff.id"], name=op.f("fk_answers_post_id")),
        sa.PrimaryKeyConstraint("question_id", "number", name=op.f("pk_answers")),
    )


def downgrade() -> None:
    op.execute("DELETE FROM conversations WHERE asked IN ('about-visit', 'answer')")
    op.execute("DELETE FROM notifications WHERE kind IN ('question', 'still-asked', 'answer')")
    op.drop_table("answers")
    op.drop_table("questions")
    with op.batch_alter_table("clinics") as batch:
        for name in reversed(_NEW):
            batch.drop_column(name)
