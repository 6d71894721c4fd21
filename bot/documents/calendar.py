"""A visit as a calendar file: iCalendar (RFC 5545), sent in the manner of iTIP (RFC 5546)."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event
from icalendar.prop import vText

from services.model.visits import Appointment, AppointmentState

PRODUCT = "-//pediatrician-bot//calendar//EN"

_STATUS = {
    AppointmentState.PENDING: "TENTATIVE",
    AppointmentState.BOOKED: "CONFIRMED",
    AppointmentState.CANCELLED: "CANCELLED",
    AppointmentState.FULFILLED: "CONFIRMED",
    AppointmentState.NO_SHOW: "CONFIRMED",
}
"""What a calendar calls each state (RFC 5545, 3.8.1.11); it has no words for what is over."""

_ESCAPED = str.maketrans(
    dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127], "")
    | {"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"}
)
"""TEXT as RFC 5545, 3.3.11 wants it; control characters have no place in it at all."""


class _Text(vText):
    r"""Typed text as it is: the library's own takes the letters `\N` for a line break."""

    def to_ical(self) -> bytes:
        lines = self.replace("\r\n", "\n").replace("\r", "\n")
        return lines.translate(_ESCAPED).encode()


def calendar_file(visit: Appointment, *, summary: str, location: str, description: str) -> bytes:
    """The visit as it stands, for any calendar: UTF-8, CRLF, lines of at most 75 octets.

    A file with the same UID and a higher SEQUENCE takes the place of the earlier one, or takes the
    visit off the calendar when it was cancelled (RFC 5546, 2.1.4, 3.2.1 and 3.2.5). There is no
    ORGANIZER: the visit is on one person's calendar and nobody is invited (RFC 5545, 3.8.4.3).

    Start and end are on the clinic's wall, with its zone; DTSTAMP and LAST-MODIFIED are UTC.
    The texts are in the reader's language. Nothing else in the file tells of the child.
    """
    cancelled = visit.state is AppointmentState.CANCELLED
    clinic = visit.slot.doctor.clinic
    event = Event()
    event.add("UID", visit.uid)
    event.add("SEQUENCE", visit.revision)
    event.add("DTSTAMP", visit.revised_at)
    event.add("LAST-MODIFIED", visit.revised_at)
    event.add("DTSTART", _on_wall(visit.slot.stretch.starts_at, clinic.zone))
    event.add("DTEND", _on_wall(visit.slot.stretch.ends_at, clinic.zone))
    event.add("STATUS", _STATUS[visit.state])
    event.add("SUMMARY", _Text(summary))
    event.add("LOCATION", _Text(location))
    event.add("DESCRIPTION", _Text(description))
    if clinic.position:
        event.add("GEO", (clinic.position.latitude, clinic.position.longitude))

    calendar = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", "CANCEL" if cancelled else "PUBLISH")
    calendar.add_component(event)
    year = visit.slot.local_start.year
    # That year's changes of the clock are all that the visit needs.
    calendar.add_missing_timezones(date(year, 1, 1), date(year + 1, 1, 1))
    file: bytes = calendar.to_ical()
    return file


def file_name(visit: Appointment) -> str:
    """What the file is called: by the number that is said over the phone."""
    return f"visit-{visit.number}.ics"


def _on_wall(moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment in the clinic's zone; in UTC when the wall shows that time for the second time.

    A local time that comes twice is read as the first one (RFC 5545, 3.3.5).
    """
    on_wall = moment.astimezone(zone)
    return moment.astimezone(UTC) if on_wall.fold else on_wall
