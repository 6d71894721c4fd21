"""How far ahead times are open, and when the next days open."""

from datetime import date, datetime, timedelta

from services.model.clinic import Clinic


def last_open_day(clinic: Clinic, now: datetime) -> date:
    """The last day that families can book: the horizon's own opens at the clinic's hour."""
    today = clinic.today(now)
    opened = now >= clinic.at(today, clinic.opens_at)
    return today + timedelta(days=clinic.horizon_days - (not opened))


def next_opening(clinic: Clinic, now: datetime) -> datetime:
    """When one more day opens, on the clinic's wall."""
    today = clinic.today(now)
    opened = now >= clinic.at(today, clinic.opens_at)
    return clinic.wall(clinic.at(today + timedelta(days=opened), clinic.opens_at))


def end_of_horizon(clinic: Clinic, now: datetime) -> datetime:
    """The moment up to which times are shown: midnight after the last open day of the clinic."""
    return clinic.at(last_open_day(clinic, now) + timedelta(days=1))
