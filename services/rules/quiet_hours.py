"""A clinic's quiet hours, and the hours between them."""

from datetime import datetime, timedelta

from services.model.clinic import Clinic


def after_quiet(moment: datetime, clinic: Clinic) -> datetime:
    """The moment itself, or the end of the clinic's quiet hours if it is in them."""
    quiet = clinic.quiet
    over_midnight = timedelta(days=quiet.ends < quiet.starts)
    today = clinic.today(moment)
    for day in (today - timedelta(days=1), today):
        ends = clinic.at(day + over_midnight, quiet.ends)
        if clinic.at(day, quiet.starts) <= moment < ends:
            return ends
    return moment


def after_waking(moment: datetime, span: timedelta, clinic: Clinic) -> datetime:
    """The moment that comes so much later by a clock that stands still in quiet hours."""
    if clinic.quiet.starts == clinic.quiet.ends:
        return moment + span
    begins = after_quiet(moment, clinic)
    while begins + span > (ends := _next_quiet(begins, clinic)):
        span -= ends - begins
        begins = after_quiet(ends, clinic)
    return begins + span


def _next_quiet(moment: datetime, clinic: Clinic) -> datetime:
    """When quiet hours begin next."""
    today = clinic.at(clinic.today(moment), clinic.quiet.starts)
    if today > moment:
        return today
    tomorrow = clinic.today(moment) + timedelta(days=1)
    return clinic.at(tomorrow, clinic.quiet.starts)
