"""What else a clinic says of itself. Nobody's signature is made up: the ill-child words of clinics
that are there are told again once a doctor's name is given."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_NEW = ("ill_words_signed_by", "urgent_phone", "doctors_confirm", "cancellation", "legal_basis")


def upgrade() -> None:
    with op.batch_alter_table("clinics") as batch:
        for name in ("ill_words_signed_by", "urgent_phone"):
            batch.add_column(_text(name, 200, ""))
        batch.add_column(
            sa.Column("doctors_confirm", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch.add_column(_text("cancellation", 200, ""))
        batch.add_column(_text("legal_basis", 20, "consent"))
    with op.batch_alter_table("clinics") as batch:
        for name in _NEW:
            batch.alter_column(name, server_default=None)
        batch.create_check_constraint(
            op.f("ck_clinics_legal_basis"), "legal_basis IN ('consent', 'secrecy')"
        )


def _text(name: str, length: int, default: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False, server_default=default)


def downgrade() -> None:
    op.execute("DELETE FROM conversations WHERE asked = 'clinic-fact'")
    with op.batch_alter_table("clinics") as batch:
        batch.drop_constraint(op.f("ck_clinics_legal_basis"), type_="check")
        for name in reversed(_NEW):
            batch.drop_column(name)
