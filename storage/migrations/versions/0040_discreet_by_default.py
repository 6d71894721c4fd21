"""Notices are discreet for whoever did not ask for more."""

from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Until now "named" was the default, which a row also keeps of whoever chose an hour alone: that
    # they wanted names is not known of anybody, and who is treated is a medical secret.
    op.execute("UPDATE reminder_wishes SET discreet = true WHERE NOT discreet")


def downgrade() -> None:
    # They were told that nobody is named: the version before keeps to it, too.
    op.execute(
        "INSERT INTO reminder_wishes"
        " (person_id, evening, evening_at, soon, before_minutes, discreet)"
        " SELECT id, true, NULL, true, NULL, true FROM persons"
        " WHERE id IN (SELECT person_id FROM consents)"
        " AND id NOT IN (SELECT person_id FROM reminder_wishes)"
    )
