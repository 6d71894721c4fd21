"""When a family may be invited to a check-up."""

from datetime import date, datetime, time, timedelta

from services.model.check_ups.calendar import CheckUpCalendar
from services.model.check_ups.known import DueCheckUp, Known
from services.model.clinic import Clinic
from services.rules.check_ups.due import completed, open_at
from services.rules.quiet_hours import after_quiet

INVITED_FOR = timedelta(days=30)
"""How long after the age a family may be invited: later it is no news."""
FROM, UNTIL = time(10), time(18)
"""On the clinic's wall, on weekdays: when families are invited."""
WEEKEND = 5


def to_invite_to(clinic: Clinic, born: date, known: Known, now: datetime) -> DueCheckUp | None:
    """The same, where the family may be invited to it: soon after its age, once."""
    found = open_at(clinic, born, known, now) if clinic.check_ups.invites else None
    if found is None or known.invited >= found.months:
        return None
    return found if clinic.today(now) < found.since + INVITED_FOR else None


def birth_dates(calendar: CheckUpCalendar, today: date) -> list[tuple[date, date]]:
    """Who can be invited today was born in one of these spans, the ends included; not everybody
    born then can."""
    return [
        (completed(today - INVITED_FOR, -months - 1), completed(today, -months + 1))
        for months in calendar.ages
    ]


def may_invite_at(clinic: Clinic, now: datetime) -> datetime:
    """Now, or when families may be invited next: on a weekday, by day, in no quiet hours."""
    moment = now
    for _day in range(WEEKEND + 3):
        moment = after_quiet(moment, clinic)
        wall = clinic.wall(moment)
        if wall.weekday() < WEEKEND and FROM <= wall.time() < UNTIL:
            return moment
        ahead = wall.date() if wall.time() < FROM else wall.date() + timedelta(days=1)
        moment = clinic.at(ahead, FROM)
    return moment
