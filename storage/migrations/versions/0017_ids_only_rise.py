"""Ids only rise on SQLite, too: not even that of a deleted last row is given again.

Only the text of the tables is edited, by the steps that SQLite gives for changes that touch no row
(https://sqlite.org/lang_altertable.html): AUTOINCREMENT is a word in it, and a line in
`sqlite_sequence`. To make the tables anew would copy two million slots, and lose triggers.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLES = [
    "absences",
    "addresses",
    "broadcasts",
    "children",
    "clinics",
    "code_tries",
    "consents",
    "districts",
    "doctors",
    "holidays",
    "invitations",
    "leaves",
    "notifications",
    "paper_consents",
    "persons",
    "phones",
    "questions",
    "schedule_exceptions",
    "schedule_rules",
    "slots",
    "staff",
    "visit_codes",
]
"""All that number their rows, but for visits, which always only rose."""
GIVEN_AGAIN = "PRIMARY KEY (id)"
GIVEN_ONCE = "PRIMARY KEY (id AUTOINCREMENT)"

NAMED = [
    ("children", "SELECT max(child_id) FROM access_records"),
    ("staff", "SELECT max(post_id) FROM access_records"),
    ("appointments", "SELECT max(appointment_id) FROM access_records"),
]
"""Where an id is named although its row may be gone; everywhere else a foreign key keeps it."""
DEVIATIONS = {"hours": "schedule_exceptions", "leave": "leaves", "holiday": "holidays"}
"""By what an absence calls them, by which it takes its days back."""
UNKNOWN = 1000
"""How many more may have been deleted without a trace but the buttons in somebody's chat."""


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        return  # its sequences only rise
    _say(connection, GIVEN_AGAIN, GIVEN_ONCE)
    used = connection.scalar(sa.text("SELECT EXISTS (SELECT 1 FROM persons)"))
    floors = {table: _number(connection, f"SELECT max(id) FROM {table}") for table in TABLES}  # noqa: S608
    floors["appointments"] = _number(
        connection, "SELECT max(seq) FROM sqlite_sequence WHERE name = 'appointments'"
    )
    for table, named in [*NAMED, *_undone_by_absences(connection)]:
        floors[table] = max(floors[table], _number(connection, named))
    for table, floor in floors.items():
        passed_over = UNKNOWN if used and table != "appointments" else 0
        if floor + passed_over:
            connection.execute(
                sa.text("DELETE FROM sqlite_sequence WHERE name = :table"), {"table": table}
            )
            connection.execute(
                sa.text("INSERT INTO sqlite_sequence VALUES (:table, :floor)"),
                {"table": table, "floor": floor + passed_over},
            )


def downgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        return
    _say(connection, GIVEN_ONCE, GIVEN_AGAIN)
    op.execute("DELETE FROM sqlite_sequence WHERE name <> 'appointments'")


def _say(connection: sa.Connection, before: str, after: str) -> None:
    """Change a word in the text of the tables, and let SQLite read it anew.

    Raises:
        RuntimeError: a table is not what we made.
    """
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    for table in TABLES:
        changed = connection.execute(
            sa.text(
                "UPDATE sqlite_master SET sql = replace(sql, :before, :after)"
                " WHERE type = 'table' AND name = :table AND instr(sql, :before) > 0"
            ),
            {"before": before, "after": after, "table": table},
        )
        if changed.rowcount != 1:
            raise RuntimeError(f"{table} has no {before}")
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")  # for other connections
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")  # for this one
    wrong = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
    if wrong != "ok":
        raise RuntimeError(f"after the schema was edited: {wrong}")


def _number(connection: sa.Connection, query: str) -> int:
    return connection.scalar(sa.text(query)) or 0


def _undone_by_absences(connection: sa.Connection) -> list[tuple[str, str]]:
    closures = connection.scalars(sa.text("SELECT closure FROM absences")).all()
    return [
        (DEVIATIONS[kind], f"SELECT {int(number)}")
        for closure in closures
        for kind, number in json.loads(closure).get("deviations", [])
    ]
