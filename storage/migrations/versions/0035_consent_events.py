"""What became of each consent, a row for each time. What was known before is written down with its
moments; on which ground the clinic worked then is not known, so that is its present one."""

import sqlalchemy as sa
from alembic import op

from storage.database.types import UtcDateTime

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

INTO = """
    INSERT INTO consent_events (clinic_id, person_id, consent_id, paper_consent_id, purpose,
        version, text_sha256, action, channel, post_id, legal_basis, at) """
IN_CHAT = """
    SELECT consents.clinic_id, person_id, consents.id, NULL, purpose, version, text_sha256,
        '{action}', 'chat', NULL, legal_basis, {at}
    FROM consents JOIN clinics ON clinics.id = consents.clinic_id
    WHERE {at} IS NOT NULL ORDER BY consents.id"""
ON_PAPER = """
    SELECT paper_consents.clinic_id, NULL, NULL, paper_consents.id, 'processing', version,
        text_sha256, '{action}', '{channel}', {post}, legal_basis, {at}
    FROM paper_consents JOIN clinics ON clinics.id = paper_consents.clinic_id
    WHERE {at} IS NOT NULL ORDER BY paper_consents.id"""
SAID_NO = """
    SELECT declined_consents.clinic_id, person_id, NULL, NULL, purpose, version, NULL,
        'declined', 'chat', NULL, legal_basis, declined_at
    FROM declined_consents JOIN clinics ON clinics.id = declined_consents.clinic_id
    ORDER BY declined_at"""
KNOWN = (
    IN_CHAT.format(action="given", at="given_at"),
    ON_PAPER.format(action="given", channel="paper", post="recorded_by", at="recorded_at"),
    SAID_NO,
    IN_CHAT.format(action="withdrawn", at="withdrawn_at"),
    ON_PAPER.format(action="withdrawn", channel="chat", post="NULL", at="withdrawn_at"),
)


def upgrade() -> None:
    op.create_table(
        "consent_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer()),
        sa.Column("consent_id", sa.Integer()),
        sa.Column("paper_consent_id", sa.Integer()),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text_sha256", sa.String(64)),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("post_id", sa.Integer()),
        sa.Column("legal_basis", sa.String(20), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_consent_events"),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="fk_consent_events_clinic_id"),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_consent_events_person_id"),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consents.id"], name="fk_consent_events_consent_id"
        ),
        sa.ForeignKeyConstraint(
            ["paper_consent_id"], ["paper_consents.id"], name="fk_consent_events_paper_consent_id"
        ),
        sa.ForeignKeyConstraint(["post_id"], ["staff.id"], name="fk_consent_events_post_id"),
        sa.UniqueConstraint("consent_id", "action", name="uq_consent_events_consent_id_action"),
        sa.UniqueConstraint(
            "paper_consent_id", "action", name="uq_consent_events_paper_consent_id_action"
        ),
        sa.CheckConstraint(
            "action IN ('given', 'declined', 'withdrawn')", name=op.f("ck_consent_events_action")
        ),
        sa.CheckConstraint("channel IN ('chat', 'paper')", name=op.f("ck_consent_events_channel")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_consent_events_person_id", "consent_events", ["person_id"])
    for known in KNOWN:
        op.execute(INTO + known)


def downgrade() -> None:
    op.drop_index("ix_consent_events_person_id", table_name="consent_events")
    op.drop_table("consent_events")
