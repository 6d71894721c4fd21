"""Who waits for a time, which times became free, what is offered to whom; notices of it."""

import sqlalchemy as sa
from alembic import op

from storage.database.types import UtcDateTime

revision = "0054"
down_revision = "0052"
branch_labels = None
depends_on = None

SUBJECT_BEFORE = (
    "appointment_id IS NOT NULL OR broadcast_id IS NOT NULL OR invitation_id IS NOT NULL"
    " OR check_up_id IS NOT NULL"
)
SUBJECT = f"{SUBJECT_BEFORE} OR wait_id IS NOT NULL"
OF_WAITS = (
    (
        "CONSTRAINT uq_notifications_wait_id_person_id_kind_occasion"
        " UNIQUE (wait_id, person_id, kind, occasion)"
    ),
    (
        "CONSTRAINT fk_notifications_wait_id"
        " FOREIGN KEY(wait_id) REFERENCES waits (id) ON DELETE CASCADE"
    ),
)
LAST = "\n)"
"""How the text of a table ends, and nothing before its end."""
OPEN = sa.text("state = 'open'")
WAITING = sa.text("state = 'waiting'")
NOT_OVER = sa.text("state <> 'ended'")
MET = sa.text("ended_as = 'met'")
RELEASED = sa.text("released_at IS NOT NULL")
LIVE = sa.text("state IN ('made', 'sent')")
THE_OWED = """
    INSERT INTO waits (clinic_id, kind, any_doctor, first_day, last_day, weekdays, since_minute,
        notice, visit_id, owed, since, state, look_at)
    SELECT slots.clinic_id, appointments.reason, {yes}, slots.day, {for_ever}, 127, 0,
        180, appointments.id, {yes}, appointments.changed_at, 'waiting',
        appointments.changed_at
    FROM appointments JOIN slots ON slots.id = appointments.slot_id
    WHERE appointments.needs_time"""
"""Who was owed a time before there was a list stands in it, too."""
THEIR_CHILDREN = """
    INSERT INTO wait_children (wait_id, child_id, place)
    SELECT waits.id, appointments.child_id, 0
    FROM waits JOIN appointments ON appointments.id = waits.visit_id"""


def upgrade() -> None:
    _make_waits()
    _make_freed_times()
    _make_offers()
    _let_notifications_be_about_waits()
    op.create_index(
        "ix_slots_released_at",
        "slots",
        ["released_at"],
        sqlite_where=RELEASED,
        postgresql_where=RELEASED,
    )
    for_ever = "DATE '9999-12-31'" if _is_postgresql() else "'9999-12-31'"
    yes = "true" if _is_postgresql() else "1"
    op.execute(THE_OWED.format(yes=yes, for_ever=for_ever))
    op.execute(THEIR_CHILDREN)


def downgrade() -> None:
    op.drop_index("ix_slots_released_at", "slots")
    op.execute("DELETE FROM notifications WHERE wait_id IS NOT NULL")
    _let_notifications_be_about_none()
    for table in (
        "wait_offer_times",
        "wait_offers",
        "freed_times",
        "wait_doctors",
        "wait_children",
        "waits",
    ):
        op.drop_table(table)


def _moment(name: str, *, wanted: bool = True) -> sa.Column[object]:
    return sa.Column(name, UtcDateTime(timezone=True), nullable=not wanted)


def _make_waits() -> None:
    op.create_table(
        "waits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer()),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("any_doctor", sa.Boolean(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("weekdays", sa.SmallInteger(), nullable=False),
        sa.Column("since_minute", sa.SmallInteger(), nullable=False),
        sa.Column("until_minute", sa.SmallInteger()),
        sa.Column("notice", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer()),
        sa.Column("owed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("early", sa.Boolean(), server_default=sa.false(), nullable=False),
        _moment("since"),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("unanswered", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        _moment("look_at", wanted=False),
        _moment("ended_at", wanted=False),
        sa.Column("ended_as", sa.String(20)),
        sa.Column("moved_up_by", sa.Integer()),
        _moment("moved_up_at", wanted=False),
        sa.Column("moved_up_why", sa.String(200)),
        sa.Column("put_by", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_waits"),
        sa.CheckConstraint("state IN ('waiting', 'resting', 'ended')", name=op.f("ck_waits_state")),
        sa.CheckConstraint(
            "(state = 'ended') = (ended_as IS NOT NULL)", name=op.f("ck_waits_ended")
        ),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_waits_days")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="fk_waits_clinic_id"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name="fk_waits_person_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["appointments.id"], name="fk_waits_visit_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["moved_up_by"], ["staff.id"], name="fk_waits_moved_up_by"),
        sa.ForeignKeyConstraint(["put_by"], ["staff.id"], name="fk_waits_put_by"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_waits_person_id", "waits", ["person_id"])
    op.create_index("ix_waits_visit_id", "waits", ["visit_id"])
    op.create_index("ix_waits_ended_at", "waits", ["ended_at"])
    op.create_index(
        "ix_waits_waiting",
        "waits",
        ["clinic_id", "last_day"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    op.create_index(
        "ix_waits_look_at",
        "waits",
        ["look_at"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    op.create_index(
        "ix_waits_live",
        "waits",
        ["clinic_id", "since"],
        sqlite_where=NOT_OVER,
        postgresql_where=NOT_OVER,
    )
    op.create_index(
        "ix_waits_met",
        "waits",
        ["clinic_id", "ended_at"],
        sqlite_where=MET,
        postgresql_where=MET,
    )
    op.create_table(
        "wait_children",
        sa.Column("wait_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("child_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("wait_id", "child_id", name="pk_wait_children"),
        sa.ForeignKeyConstraint(
            ["wait_id"], ["waits.id"], name="fk_wait_children_wait_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.id"], name="fk_wait_children_child_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_wait_children_child_id", "wait_children", ["child_id"])
    op.create_table(
        "wait_doctors",
        sa.Column("wait_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("doctor_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("wait_id", "doctor_id", name="pk_wait_doctors"),
        sa.ForeignKeyConstraint(
            ["wait_id"], ["waits.id"], name="fk_wait_doctors_wait_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["doctor_id"], ["doctors.id"], name="fk_wait_doctors_doctor_id"),
    )


def _make_freed_times() -> None:
    op.create_table(
        "freed_times",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(20), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        _moment("freed_at"),
        _moment("held_from"),
        _moment("until"),
        _moment("next_at"),
        _moment("settled_at", wanted=False),
        sa.PrimaryKeyConstraint("id", name="pk_freed_times"),
        sa.CheckConstraint(
            "state IN ('open', 'taken', 'public', 'gone')", name=op.f("ck_freed_times_state")
        ),
        sa.ForeignKeyConstraint(["slot_id"], ["slots.id"], name="fk_freed_times_slot_id"),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="fk_freed_times_clinic_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_freed_times_settled_at", "freed_times", ["settled_at"])
    op.create_index(
        "ix_freed_times_clinic_id_freed_at_why_state_settled_at",
        "freed_times",
        ["clinic_id", "freed_at", "why", "state", "settled_at"],
    )
    op.create_index(
        "uq_freed_times_open_slot",
        "freed_times",
        ["slot_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index(
        "ix_freed_times_open",
        "freed_times",
        ["next_at"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def _make_offers() -> None:
    op.create_table(
        "wait_offers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wait_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("rank", sa.String(20), nullable=False),
        sa.Column("among", sa.SmallInteger(), nullable=False),
        sa.Column("lasts", sa.Integer(), nullable=False),
        _moment("latest"),
        _moment("made_at"),
        _moment("sent_at", wanted=False),
        _moment("until"),
        _moment("settled_at", wanted=False),
        sa.PrimaryKeyConstraint("id", name="pk_wait_offers"),
        sa.CheckConstraint(
            "state IN ('made', 'sent', 'accepted', 'refused', 'expired', 'lost', 'unreached')",
            name=op.f("ck_wait_offers_state"),
        ),
        sa.ForeignKeyConstraint(
            ["wait_id"], ["waits.id"], name="fk_wait_offers_wait_id", ondelete="CASCADE"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_wait_offers_wait_id", "wait_offers", ["wait_id"])
    op.create_index(
        "uq_wait_offers_live",
        "wait_offers",
        ["wait_id"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.create_index(
        "ix_wait_offers_live",
        "wait_offers",
        ["until"],
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.create_table(
        "wait_offer_times",
        sa.Column("offer_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("slot_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("freed_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("offer_id", "slot_id", name="pk_wait_offer_times"),
        sa.ForeignKeyConstraint(
            ["offer_id"],
            ["wait_offers.id"],
            name="fk_wait_offer_times_offer_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["slot_id"], ["slots.id"], name="fk_wait_offer_times_slot_id"),
        sa.ForeignKeyConstraint(
            ["freed_id"], ["freed_times.id"], name="fk_wait_offer_times_freed_id"
        ),
    )
    op.create_index("ix_wait_offer_times_slot_id", "wait_offer_times", ["slot_id"])
    op.create_index("ix_wait_offer_times_freed_id", "wait_offer_times", ["freed_id"])


def _let_notifications_be_about_waits() -> None:
    op.execute("ALTER TABLE notifications ADD COLUMN wait_id INTEGER")
    if _is_postgresql():
        op.execute(
            "ALTER TABLE notifications DROP CONSTRAINT ck_notifications_subject,"
            f" ADD CONSTRAINT ck_notifications_subject CHECK ({SUBJECT}),"
            f" ADD {', ADD '.join(OF_WAITS)}"
        )
    else:
        more = "".join(f", {constraint}" for constraint in OF_WAITS)
        _make_anew(
            "notifications",
            {f"({SUBJECT_BEFORE})": f"({SUBJECT})", LAST: f"{more}{LAST}"},
        )


def _let_notifications_be_about_none() -> None:
    if _is_postgresql():
        op.execute(
            "ALTER TABLE notifications DROP CONSTRAINT ck_notifications_subject,"
            f" ADD CONSTRAINT ck_notifications_subject CHECK ({SUBJECT_BEFORE}),"
            + ",".join(f" DROP CONSTRAINT {each.split()[1]}" for each in OF_WAITS)
        )
    else:
        more = "".join(f", {constraint}" for constraint in OF_WAITS)
        _make_anew("notifications", {f"({SUBJECT})": f"({SUBJECT_BEFORE})", f"{more}{LAST}": LAST})
    op.execute("ALTER TABLE notifications DROP COLUMN wait_id")


def _make_anew(table: str, changes: dict[str, str]) -> None:
    """SQLite changes a constraint in no other way. Nothing points at the table, and no trigger
    stands on it; no id is given twice.

    Raises:
        RuntimeError: the table is not what we made.
    """
    found = sa.text("SELECT type, sql FROM sqlite_master WHERE tbl_name = :table AND sql <> ''")
    parts = op.get_bind().execute(found, {"table": table}).all()
    [made] = [sql for kind, sql in parts if kind == "table"]
    if any(kind == "trigger" for kind, _ in parts):
        raise RuntimeError(f"{table} has a trigger")
    for before, after in changes.items():
        if made.count(before) != 1:
            raise RuntimeError(f"{table} has no {before}")
        made = made.replace(before, after)
    info = op.get_bind().execute(sa.text(f"PRAGMA table_info({table})"))
    columns = ", ".join(name for _, name, *_ in info)
    op.execute(f"ALTER TABLE {table} RENAME TO {table}_before")
    op.execute(made)
    op.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table}_before")  # noqa: S608
    op.execute(f"DELETE FROM sqlite_sequence WHERE name = '{table}'")  # noqa: S608
    op.execute(f"UPDATE sqlite_sequence SET name = '{table}' WHERE name = '{table}_before'")  # noqa: S608
    op.execute(f"DROP TABLE {table}_before")
    for kind, sql in parts:
        if kind == "index":
            op.execute(sql)


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
