"""A clinic's quiet hours, and the hours between them."""

from datetime import UTC, date, datetime, time, timedelta

from services.model.clinic import Clinic


def on_wall(day: date, hour: time, clinic: Clinic) -> datetime:
    """The instant of an hour on a day: of one that the clock shows twice the first, and one that it
    skips comes as much later as is skipped."""
    return datetime.combine(day, hour, clinic.zone).astimezone(UTC)


def after_quiet(moment: datetime, clinic: Clinic) -> datetime:
    """The moment itself, or the end of the clinic's quiet hours if it is in them."""
    quiet = clinic.quiet
    over_midnight = timedelta(days=quiet.ends < quiet.starts)
    today = moment.astimezone(clinic.zone).date()
    for day in (today - timedelta(days=1), today):
        ends = on_wall(day + over_midnight, quiet.ends, clinic)
        if on_wall(day, quiet.starts, clinic) <= moment < ends:
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
    today = on_wall(moment.astimezone(clinic.zone).date(), clinic.quiet.starts, clinic)
    if today > moment:
        return today
    tomorrow = moment.astimezone(clinic.zone).date() + timedelta(days=1)
    return on_wall(tomorrow, clinic.quiet.starts, clinic)
