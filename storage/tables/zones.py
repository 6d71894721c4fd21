"""By which clocks the instants of stored times were made."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class ZoneRow(Base):
    """What the clocks of a zone that clinics are in were known to show."""

    __tablename__ = "zones"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    clock: Mapped[str] = mapped_column(Text)
    """A `WallClock` as JSON: from when on how many seconds ahead of UTC, and until when."""
    noted_at: Mapped[datetime]
