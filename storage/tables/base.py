"""What every table is."""

from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy import MetaData, String, Table
from sqlalchemy.orm import DeclarativeBase

from storage.database.types import UtcDateTime, Zone


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {datetime: UtcDateTime, ZoneInfo: Zone, str: String(200)}

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        if cls.metadata.tables[cls.__tablename__].autoincrement_column is not None:
            _never_given_twice(cls.metadata.tables[cls.__tablename__])


def table_of(row: type[Base]) -> Table:
    """For statements that are written once: without what makes them cost thrice as much, which
    is to keep what they find."""
    return row.metadata.tables[row.__tablename__]


def _never_given_twice(table: Table) -> None:
    """Otherwise SQLite gives the id of a deleted last row again, and whoever comes next inherits
    its buttons and its journal. PostgreSQL never does."""
    table.dialect_options["sqlite"]["autoincrement"] = True
