"""Calendar files: what a parent's calendar reads out of them."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from bot.documents.calendar import calendar_file, file_name
from services.model.clinic import Clinic, Doctor, Position, Reason
from services.model.ids import AppointmentId, ChildId, ClinicId, DoctorId, SlotId
from services.model.people import Child
from services.model.slots import Slot, Stretch
from services.model.visits import Appointment, AppointmentState

STATES = AppointmentState
MOSCOW = ZoneInfo("Europe/Moscow")
BERLIN = ZoneInfo("Europe/Berlin")
BOOKED_AT = datetime(2026, 11, 23, 4, 0, 7, tzinfo=UTC)
NINE = datetime(2026, 11, 24, 9, tzinfo=MOSCOW)


def a_slot(starts: datetime, minutes: int = 15, position: Position | None = None) -> Slot:
    """A slot at a clinic in the zone of its start."""
    zone = starts.tzinfo
    assert isinstance(zone, ZoneInfo)
    clinic = Clinic(
        id=ClinicId(1),
        code="romashka",
        name="Клиника «Ромашка»",
        zone=zone,
        address="ул. Садовая, 7",
        phone="+7 495 000-00-01",
        home_call_phone="+7 495 000-00-02",
        home_call_hours="7:30–12:00",
        ill_words="Вызовите врача на дом.",
        position=position,
    )
    doctor = Doctor(DoctorId(1), clinic, "Петрова Анна Сергеевна", "12")
    start = starts.astimezone(UTC)
    stretch = Stretch(start, start + timedelta(minutes=minutes))
    return Slot(SlotId(1), doctor, stretch, open=True, taken=True)


def a_visit(slot: Slot, state: AppointmentState = STATES.BOOKED) -> Appointment:
    return Appointment(
        id=AppointmentId(1),
        child=Child(ChildId(1), "Миша", date(2024, 3, 12)),
        slot=slot,
        state=state,
        reason=Reason.CONSULTATION,
        uid="5f0c8a52-58a9-4c8e-9d0a-0f3a3b1c7f10",
        sequence=0,
        changed_at=BOOKED_AT,
    )


def file_of(
    visit: Appointment,
    summary: str = "Педиатр",
    location: str = "Клиника «Ромашка», ул. Садовая, 7, кабинет 12",
    description: str = "Приём № 1001",
) -> bytes:
    return calendar_file(visit, summary=summary, location=location, description=description)


def read(file: bytes) -> tuple[Calendar, Event]:
    """The calendar in a file, and its only event."""
    calendar = Calendar.from_ical(file)
    assert isinstance(calendar, Calendar)
    [event] = calendar.events
    return calendar, event


def stretch_of(event: Event, zone: tzinfo | None = None) -> Stretch:
    """The instants that an event begins and ends at; in another zone than it names, if given."""
    start, end = event.start, event.end
    assert isinstance(start, datetime)
    assert isinstance(end, datetime)
    if zone:
        start, end = start.replace(tzinfo=zone), end.replace(tzinfo=zone)
    return Stretch(start.astimezone(UTC), end.astimezone(UTC))


@pytest.fixture
def in_tokyo() -> Iterator[None]:
    """The server's own clock is set to Tokyo's time."""
    with pytest.MonkeyPatch.context() as server:
        server.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()


# When


@pytest.mark.usefixtures("in_tokyo")
@pytest.mark.parametrize(
    "starts",
    [
        NINE,
        datetime(2026, 11, 24, 9, tzinfo=ZoneInfo("Asia/Yekaterinburg")),
        datetime(2026, 3, 28, 9, tzinfo=BERLIN),  # the day before the clock goes forward
        datetime(2026, 3, 29, 9, tzinfo=BERLIN),
        datetime(2026, 10, 24, 9, tzinfo=BERLIN),  # the day before it goes back
        datetime(2026, 10, 25, 9, tzinfo=BERLIN),
        datetime(2026, 12, 31, 23, 50, tzinfo=MOSCOW),  # into the new year
        datetime(2027, 1, 1, tzinfo=MOSCOW),
        datetime(2041, 7, 1, 9, tzinfo=BERLIN),
    ],
    ids=str,
)
def test_a_calendar_shows_the_time_of_the_visit(starts: datetime) -> None:
    """R14, R24: the same instant as in the chat, on the clinic's wall, whatever the server's zone.

    It is so for a calendar that knows the zone by name as for one that trusts the file alone.
    """
    assert time.tzname == ("JST", "JST")
    slot = a_slot(starts)

    calendar, event = read(file_of(a_visit(slot)))

    [described] = calendar.timezones
    assert stretch_of(event) == slot.stretch
    assert stretch_of(event, described.to_tz(lookup_tzid=False)) == slot.stretch
    assert event.start == starts


@pytest.mark.parametrize("name", ["Europe/Moscow", "Asia/Yekaterinburg", "Europe/Berlin"])
def test_the_zone_is_named_and_described(name: str) -> None:
    """R24: start and end name the clinic's zone, and the file says which zone that is."""
    file = file_of(a_visit(a_slot(NINE.replace(tzinfo=ZoneInfo(name)))))

    calendar, _ = read(file)

    assert [zone.tz_name for zone in calendar.timezones] == [name]
    assert f"\r\nDTSTART;TZID={name}:20261124T090000\r\n" in file.decode()
    assert f"\r\nDTEND;TZID={name}:20261124T091500\r\n" in file.decode()


@pytest.mark.parametrize("fold", [0, 1])
def test_a_time_that_comes_twice_is_not_mistaken(fold: int) -> None:
    """R14: in the night when the clock goes back, 2:30 comes twice; each is told apart."""
    slot = a_slot(datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=fold), minutes=40)

    _, event = read(file_of(a_visit(slot)))

    assert stretch_of(event) == slot.stretch


# What becomes of a visit


def test_a_changed_visit_takes_the_place_of_the_old_one() -> None:
    """R24: moved and then cancelled, it keeps its UID while SEQUENCE rises and the change dates."""
    booked = a_visit(a_slot(NINE))
    moved = replace(
        booked,
        slot=a_slot(NINE + timedelta(days=1)),
        sequence=1,
        changed_at=BOOKED_AT + timedelta(hours=1),
    )
    cancelled = replace(
        moved, state=STATES.CANCELLED, sequence=2, changed_at=BOOKED_AT + timedelta(hours=2)
    )
    story = [booked, moved, cancelled]

    events = [read(file_of(visit))[1] for visit in story]

    assert [event.uid for event in events] == [booked.uid] * 3
    assert [event.sequence for event in events] == [0, 1, 2]
    assert [event.stamp for event in events] == [visit.changed_at for visit in story]
    assert [event.last_modified for event in events] == [visit.changed_at for visit in story]
    assert [event.start for event in events] == [visit.slot.local_start for visit in story]


@pytest.mark.parametrize(
    ("state", "method", "status"),
    [
        (STATES.PENDING, "PUBLISH", "TENTATIVE"),
        (STATES.BOOKED, "PUBLISH", "CONFIRMED"),
        (STATES.CANCELLED, "CANCEL", "CANCELLED"),
        (STATES.FULFILLED, "PUBLISH", "CONFIRMED"),
        (STATES.NO_SHOW, "PUBLISH", "CONFIRMED"),
    ],
)
def test_a_calendar_knows_how_the_visit_stands(
    state: AppointmentState, method: str, status: str
) -> None:
    """R24: a visit that is not final is tentative, a cancelled one is taken off the calendar."""
    calendar, event = read(file_of(a_visit(a_slot(NINE), state)))

    assert (calendar.method, event.status) == (method, status)


def test_every_state_has_a_file() -> None:
    """R24: no state was forgotten."""
    assert all(file_of(a_visit(a_slot(NINE), state)) for state in STATES)


# What is said


def test_the_words_are_the_callers_and_no_others() -> None:
    """R24: a calendar is often shared; of the child it tells only what the caller wrote."""
    visit = a_visit(a_slot(NINE))
    file = file_of(visit)

    _, event = read(file)

    assert event.summary == "Педиатр"
    assert event.location == "Клиника «Ромашка», ул. Садовая, 7, кабинет 12"
    assert event.description == "Приём № 1001"
    unfolded = file.decode().replace("\r\n ", "")
    assert visit.child.name not in unfolded
    assert "2024" not in unfolded
    assert visit.reason not in unfolded
    assert "Миша" in file_of(visit, summary="Миша: педиатр").decode()


def test_the_map_finds_the_clinic() -> None:
    """A clinic that gave its place on the map is found there; of another nothing is said."""
    placed = file_of(a_visit(a_slot(NINE, position=Position(55.7558, 37.6173))))
    unplaced = file_of(a_visit(a_slot(NINE)))

    assert b"\r\nGEO:55.7558;37.6173\r\n" in placed
    assert b"GEO" not in unplaced


TYPED = [
    "Кабинет 12; вход со двора, этаж 2",
    "Первая строка\nВторая строка\n\nПосле пустой",
    r"C:\New\notes, \n и \N, \; и \\ в конце \ ".strip(),
    "END:VEVENT\nBEGIN:VALARM\nATTENDEE:mailto:boris@example.org",
    '"Кавычки" и двоеточие: да',
    "👶🏽 👨‍👩‍👧 🇷🇺" * 20,
    "Очень длинно " * 100,
    "",
]


@pytest.mark.parametrize("typed", TYPED)
def test_typed_text_arrives_as_it_was_typed(typed: str) -> None:
    """R24: commas, line breaks, backslashes, Cyrillic and emoji survive, and add no property."""
    _, event = read(file_of(a_visit(a_slot(NINE)), typed, typed, typed))

    assert [event.summary, event.location, event.description] == [typed] * 3
    assert "ATTENDEE" not in event
    assert event.subcomponents == []


PIECES = st.text(st.characters(exclude_categories=["Cc", "Cs"])) | st.sampled_from(
    ["\n", "\t", "\\", r"\n", r"\N", ",", ";", ":", '"', "\n "]
)


@given(st.lists(PIECES).map("".join))
def test_any_printable_text_survives(typed: str) -> None:
    """R24: whatever people type is read back letter by letter."""
    file = file_of(a_visit(a_slot(NINE)), typed, typed, typed)

    _, event = read(file)

    assert [event.summary, event.location, event.description] == [typed] * 3
    assert all(len(line) <= 75 for line in file.split(b"\r\n"))


def test_what_is_not_printable_is_left_out() -> None:
    """R24: control characters have no place in a calendar file; every line break is one."""
    _, event = read(file_of(a_visit(a_slot(NINE)), "При\x00ём\x1b\x7f", "1\r\n2\r3\n4"))

    assert event.summary == "Приём"
    assert event.location == "1\n2\n3\n4"


# The file


@pytest.mark.parametrize("typed", TYPED)
def test_lines_are_short_and_end_as_they_should(typed: str) -> None:
    """R24: UTF-8, CRLF and at most 75 octets a line, and no letter is cut in two."""
    file = file_of(a_visit(a_slot(NINE)), typed, typed, typed)

    lines = [line.decode() for line in file.split(b"\r\n")]
    assert all(len(line.encode()) <= 75 for line in lines)
    assert not {"\r", "\n"} & set("".join(lines))
    assert (lines[0], lines[-2:]) == ("BEGIN:VCALENDAR", ["END:VCALENDAR", ""])
    assert "VERSION:2.0" in lines


def test_the_same_visit_makes_the_same_file() -> None:
    """R24: nothing in the file depends on when or where it was made."""
    assert file_of(a_visit(a_slot(NINE))) == file_of(a_visit(a_slot(NINE)))


def test_the_file_is_called_by_the_number_of_the_visit() -> None:
    """What is said over the phone finds the file, and its name tells nothing of the child."""
    assert file_name(a_visit(a_slot(NINE))) == "visit-1001.ics"
