"""How far ahead times are open, and when the next days open."""

from datetime import UTC, date, datetime, time, timedelta

from services.model.clinic import Clinic


def last_open_day(clinic: Clinic, now: datetime) -> date:
    """The last day that families can book: the horizon's own opens at the clinic's hour."""
    today = now.astimezone(clinic.zone).date()
    opened = now >= _opening(clinic, today)
    return today + timedelta(days=clinic.horizon_days - (not opened))


def next_opening(clinic: Clinic, now: datetime) -> datetime:
    """When one more day opens, on the clinic's wall."""
    today = now.astimezone(clinic.zone).date()
    opened = now >= _opening(clinic, today)
    return _opening(clinic, today + timedelta(days=opened)).astimezone(clinic.zone)


def _opening(clinic: Clinic, day: date) -> datetime:
    """The instant of the opening on a day: of an hour that the clock shows twice the first one, and
    one that it skips comes as much later as is skipped."""
    return datetime.combine(day, clinic.opens_at, clinic.zone).astimezone(UTC)


def end_of_horizon(clinic: Clinic, now: datetime) -> datetime:
    """The moment up to which times are shown: midnight after the last open day of the clinic."""
    return midnight(last_open_day(clinic, now) + timedelta(days=1), clinic)


def midnight(day: date, clinic: Clinic) -> datetime:
    """When a day begins on the clinic's wall."""
    return datetime.combine(day, time.min, clinic.zone).astimezone(UTC)
