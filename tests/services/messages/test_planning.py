"""When families are told: the two reminders, what leaves one out, and quiet hours."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from services.messages.planning import (
    FRESH,
    LEAST_AHEAD,
    TIME_TO_REACT,
    about_change,
    may_be_told,
    reminders,
)
from services.model.clinic import Clinic, Hours, Reminding
from services.model.ids import PersonId
from services.model.messages import REMINDERS, NotificationKind, Urgency
from services.model.people import ReminderWishes
from services.model.visits import Appointment, AppointmentState
from services.rules.quiet_hours import after_quiet
from tests.chances import so_often
from tests.values import a_clinic, a_doctor, a_slot, a_visit, on_wall

ANNA = PersonId(1)
EVENING, SOON = NotificationKind.EVENING, NotificationKind.SOON
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
NEVER_QUIET = Hours(time(0), time(0))
BERLIN = ZoneInfo("Europe/Berlin")
"""Its clocks went on an hour at 2:00 on 2026-03-29, and back an hour at 3:00 on 2026-10-25."""


def on(wall: str, clinic: Clinic | None = None, changed_at: datetime = LONG_AGO) -> Appointment:
    """A visit that begins when the clinic's clock shows this, booked long ago."""
    clinic = clinic or a_clinic()
    slot = a_slot(on_wall(wall, clinic), doctor=a_doctor(clinic=clinic))
    return replace(a_visit(slot), changed_at=changed_at)


def due(visit: Appointment, wishes: ReminderWishes | None = None) -> dict[NotificationKind, str]:
    """When the clinic's clock shows what as a reminder is due."""
    zone = visit.slot.doctor.clinic.zone
    return {
        each.kind: f"{each.due_at.astimezone(zone):%Y-%m-%d %H:%M}"
        for each in reminders(visit, ANNA, wishes or ReminderWishes())
    }


# The two moments


def test_a_family_is_reminded_on_the_evening_before_and_two_hours_before() -> None:
    """R19: each while it is of use: the first until the second, and that until the visit."""
    visit = on("2026-11-26 10:30")
    evening, soon = reminders(visit, ANNA, ReminderWishes())

    assert due(visit) == {EVENING: "2026-11-25 18:00", SOON: "2026-11-26 08:30"}
    assert evening.useful_until == soon.due_at
    assert soon.useful_until == visit.slot.starts_at
    for each in (evening, soon):
        assert (each.person, each.appointment_id) == (ANNA, visit.id)
        assert each.urgency is Urgency.REMINDER


@pytest.mark.parametrize(
    ("zone", "wall", "evening", "soon"),
    [
        # The same instant, on the wall of three clinics.
        ("Europe/Moscow", "2026-11-26 10:30", "2026-11-25 15:00", "2026-11-26 05:30"),
        ("Asia/Yekaterinburg", "2026-11-26 12:30", "2026-11-25 13:00", "2026-11-26 05:30"),
        ("America/New_York", "2026-11-26 02:30", "2026-11-25 23:00", "2026-11-26 05:30"),
        # Before, over and after the clocks go on.
        ("Europe/Berlin", "2026-03-28 09:00", "2026-03-27 17:00", "2026-03-28 06:00"),
        ("Europe/Berlin", "2026-03-29 09:00", "2026-03-28 17:00", "2026-03-29 05:00"),
        ("Europe/Berlin", "2026-03-29 04:00", "2026-03-28 17:00", "2026-03-29 00:00"),
        ("Europe/Berlin", "2026-03-30 09:00", "2026-03-29 16:00", "2026-03-30 05:00"),
        # Before, over and after they go back.
        ("Europe/Berlin", "2026-10-24 09:00", "2026-10-23 16:00", "2026-10-24 05:00"),
        ("Europe/Berlin", "2026-10-25 09:00", "2026-10-24 16:00", "2026-10-25 06:00"),
        ("Europe/Berlin", "2026-10-25 04:00", "2026-10-24 16:00", "2026-10-25 01:00"),
        ("Europe/Berlin", "2026-10-26 09:00", "2026-10-25 17:00", "2026-10-26 06:00"),
    ],
)
def test_the_evening_is_by_the_clinics_clock_and_the_hours_are_real_ones(
    zone: str, wall: str, evening: str, soon: str
) -> None:
    """R13, R14: 18:00 on the wall of its zone, whatever the clocks do; two hours are two hours."""
    visit = on(wall, a_clinic(zone=ZoneInfo(zone), quiet=NEVER_QUIET))

    assert [
        f"{each.due_at:%Y-%m-%d %H:%M}" for each in reminders(visit, ANNA, ReminderWishes())
    ] == [
        evening,
        soon,
    ]
    assert all(each.due_at.tzinfo is UTC for each in reminders(visit, ANNA, ReminderWishes()))


@pytest.mark.parametrize(
    ("wall", "expected"),
    [
        ("2026-03-30 09:00", "2026-03-29 01:30"),  # the clock goes from 2:00 to 3:00: at 3:30
        ("2026-10-26 09:00", "2026-10-25 00:30"),  # it shows 2:30 twice: the first time
    ],
)
def test_an_hour_that_the_clock_skips_or_shows_twice(wall: str, expected: str) -> None:
    """R13: a skipped hour comes as much later, of two the first one counts."""
    visit = on(wall, a_clinic(zone=BERLIN, quiet=NEVER_QUIET))
    evening, _soon = reminders(visit, ANNA, ReminderWishes(evening_at=time(2, 30)))

    assert f"{evening.due_at:%Y-%m-%d %H:%M}" == expected


def test_a_clinic_reminds_when_it_likes() -> None:
    """R21: its own hour and its own span count where the family wishes nothing else."""
    clinic = a_clinic(reminding=Reminding(time(19, 30), timedelta(hours=3)))

    assert due(on("2026-11-26 11:00", clinic)) == {
        EVENING: "2026-11-25 19:30",
        SOON: "2026-11-26 08:00",
    }


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        (ReminderWishes(), {EVENING: "2026-11-25 18:00", SOON: "2026-11-26 08:30"}),
        (
            ReminderWishes(evening_at=time(20)),
            {EVENING: "2026-11-25 20:00", SOON: "2026-11-26 08:30"},
        ),
        (
            ReminderWishes(evening_at=time(0)),
            {EVENING: "2026-11-25 07:00", SOON: "2026-11-26 08:30"},
        ),
        (
            ReminderWishes(before=timedelta(hours=1)),
            {EVENING: "2026-11-25 18:00", SOON: "2026-11-26 09:30"},
        ),
        (ReminderWishes(evening=False), {SOON: "2026-11-26 08:30"}),
        (ReminderWishes(evening=False, evening_at=time(20)), {SOON: "2026-11-26 08:30"}),
        (ReminderWishes(soon=False), {EVENING: "2026-11-25 18:00"}),
        (
            ReminderWishes(soon=False, before=timedelta(hours=1)),
            {EVENING: "2026-11-25 18:00"},
        ),
        (ReminderWishes(evening=False, soon=False), {}),
        (
            ReminderWishes(discreet=True),
            {EVENING: "2026-11-25 18:00", SOON: "2026-11-26 08:30"},
        ),
        # Nobody is reminded when the visit begins, or after that.
        (ReminderWishes(before=timedelta(0)), {EVENING: "2026-11-25 18:00"}),
        (ReminderWishes(before=timedelta(hours=-1)), {EVENING: "2026-11-25 18:00"}),
    ],
)
def test_a_family_is_reminded_as_it_wishes(
    wishes: ReminderWishes, expected: dict[NotificationKind, str]
) -> None:
    """R21: at another hour, another span before, or not at all; midnight is an hour too."""
    assert due(on("2026-11-26 10:30"), wishes) == expected


def test_without_a_second_one_the_evenings_is_of_use_until_the_visit() -> None:
    """R19: late in the morning it is better than nothing."""
    visit = on("2026-11-26 10:30")
    [evening] = reminders(visit, ANNA, ReminderWishes(soon=False))

    assert evening.useful_until == visit.slot.starts_at


# A visit that everybody has just heard of


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ("2026-11-25 16:00", {EVENING, SOON}),
        ("2026-11-25 16:01", {SOON}),  # at 18:00 it is fresh in everybody's mind
        ("2026-11-25 23:00", {SOON}),
        ("2026-11-26 06:30", {SOON}),
        ("2026-11-26 06:31", set()),
        ("2026-11-26 10:00", set()),
    ],
)
def test_who_has_just_booked_is_not_reminded(changed: str, expected: set[NotificationKind]) -> None:
    """R19: a reminder within two hours of the booking or the move is left out."""
    assert due(on("2026-11-26 10:30", changed_at=on_wall(changed))).keys() == expected


def test_a_visit_is_fresh_by_the_moment_at_which_the_reminder_would_come() -> None:
    """R22: booked at 5:30, it is reminded of after quiet hours at 7:00, which is soon enough."""
    visit = on("2026-11-26 08:00", changed_at=on_wall("2026-11-26 05:30"))

    assert due(visit) == {}
    assert due(replace(visit, changed_at=on_wall("2026-11-26 05:00"))) == {SOON: "2026-11-26 07:00"}


# Quiet hours


@pytest.mark.parametrize(
    ("wall", "wishes", "expected"),
    [
        (
            "2026-11-26 09:00",
            ReminderWishes(),
            {EVENING: "2026-11-25 18:00", SOON: "2026-11-26 07:00"},
        ),
        (
            "2026-11-26 08:15",
            ReminderWishes(),
            {EVENING: "2026-11-25 18:00", SOON: "2026-11-26 07:00"},
        ),
        (
            "2026-11-26 07:30",
            ReminderWishes(),
            {EVENING: "2026-11-25 18:00", SOON: "2026-11-26 07:00"},
        ),
        ("2026-11-26 07:29", ReminderWishes(), {EVENING: "2026-11-25 18:00"}),
        ("2026-11-26 23:30", ReminderWishes(), {EVENING: "2026-11-25 18:00"}),
        # An evening that is quiet already comes in the morning, unless the second one does then.
        (
            "2026-11-26 10:30",
            ReminderWishes(evening_at=time(21)),
            {EVENING: "2026-11-26 07:00", SOON: "2026-11-26 08:30"},
        ),
        (
            "2026-11-26 10:30",
            ReminderWishes(evening_at=time(20, 59)),
            {EVENING: "2026-11-25 20:59", SOON: "2026-11-26 08:30"},
        ),
        ("2026-11-26 09:00", ReminderWishes(evening_at=time(22)), {SOON: "2026-11-26 07:00"}),
        ("2026-11-26 07:20", ReminderWishes(evening_at=time(22)), {}),
    ],
)
def test_a_reminder_waits_for_the_end_of_quiet_hours(
    wall: str, wishes: ReminderWishes, expected: dict[NotificationKind, str]
) -> None:
    """R22: and is left out if that is less than half an hour before the visit."""
    assert due(on(wall), wishes) == expected


def test_an_evenings_reminder_that_the_morning_brings_is_still_told_once() -> None:
    """R19: without a second one it is of use until the visit, quiet hours or not."""
    visit = on("2026-11-26 10:30")
    [evening] = reminders(visit, ANNA, ReminderWishes(soon=False, evening_at=time(23)))

    assert evening.due_at == on_wall("2026-11-26 07:00")
    assert evening.useful_until == visit.slot.starts_at


def test_reminders_of_one_day_at_one_clinic_come_together() -> None:
    """R23: by the clinic's day, whatever day it is elsewhere, and never those of two clinics."""
    late, early = on("2026-11-26 00:30"), on("2026-11-26 23:30")
    next_day = on("2026-11-27 00:30")
    far = on("2026-11-26 10:30", replace(a_clinic(), id=2))  # type: ignore[arg-type]
    bundles = [
        {each.bundle for each in reminders(visit, ANNA, ReminderWishes())}
        for visit in (late, early, next_day, far)
    ]

    assert bundles[0] == bundles[1]
    assert len({*bundles[0], *bundles[2], *bundles[3]}) == 3


def test_a_reminder_is_about_one_time_of_a_visit() -> None:
    """R17, R21: of another time it is another reminder, and of the same time the same."""
    visit = on("2026-11-26 10:30")
    later = on("2026-11-26 10:45")

    def occasions(visit: Appointment) -> set[str]:
        return {each.occasion for each in reminders(visit, ANNA, ReminderWishes())}

    assert occasions(visit) == occasions(replace(visit, sequence=7))
    assert not occasions(visit) & occasions(later)


# Whatever the clinic, the visit and the wishes

ZONES = st.sampled_from(
    [
        "Europe/Moscow",
        "Asia/Kamchatka",
        "Europe/Berlin",
        "America/New_York",
        "America/Havana",  # changes its clocks at midnight
        "Australia/Lord_Howe",  # by half an hour
        "Pacific/Kiritimati",
    ]
).map(ZoneInfo)
CHANGES_OF_CLOCKS = [
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 3, 8, 5, tzinfo=UTC),
    datetime(2026, 11, 1, 5, tzinfo=UTC),
    datetime(2026, 4, 4, 15, tzinfo=UTC),
    datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
]
HOURS_OF_DAY = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    """Some instant, often near one at which clocks change somewhere."""
    begins = draw(st.sampled_from([*CHANGES_OF_CLOCKS, datetime(2026, 11, 25, tzinfo=UTC)]))
    return begins + timedelta(minutes=draw(st.integers(-3 * 24 * 60, 3 * 24 * 60)))


def leaves_time(quiet: Hours) -> bool:
    """Whether some hours of each day are not quiet, even on one that lacks an hour."""
    starts, ends = (
        timedelta(hours=at.hour, minutes=at.minute) for at in (quiet.starts, quiet.ends)
    )
    return (ends - starts) % timedelta(days=1) <= timedelta(hours=22)


CLINICS = st.builds(
    lambda zone, quiet, reminding: a_clinic(zone=zone, quiet=quiet, reminding=reminding),
    ZONES,
    st.builds(Hours, HOURS_OF_DAY, HOURS_OF_DAY).filter(leaves_time),
    st.builds(Reminding, HOURS_OF_DAY, st.integers(1, 48).map(lambda n: timedelta(minutes=30 * n))),
)
WISHES = st.builds(
    ReminderWishes,
    evening=st.booleans(),
    evening_at=st.none() | HOURS_OF_DAY,
    soon=st.booleans(),
    before=st.none() | st.integers(-2, 60).map(lambda n: timedelta(minutes=30 * n)),
    discreet=st.booleans(),
)


def is_quiet(moment: datetime, clinic: Clinic) -> bool:
    """By looking at the quiet hours that begin on the days around."""
    quiet = clinic.quiet
    if quiet.starts == quiet.ends:
        return False
    today = moment.astimezone(clinic.zone).date()
    for first in (today - timedelta(days=days) for days in (-1, 0, 1, 2)):
        last = first + timedelta(days=quiet.ends < quiet.starts)
        begins = datetime.combine(first, quiet.starts, clinic.zone).astimezone(UTC)
        ends = datetime.combine(last, quiet.ends, clinic.zone).astimezone(UTC)
        if begins <= moment < ends:
            return True
    return False


@settings(max_examples=so_often(500))
@given(
    clinic=CLINICS,
    starts_at=moments(),
    wishes=WISHES,
    changed_before=st.integers(0, 7 * 24 * 60),
)
def test_whatever_is_wished_nobody_is_bothered(
    clinic: Clinic, starts_at: datetime, wishes: ReminderWishes, changed_before: int
) -> None:
    """R17, R19, R22: at most one of a kind; none in quiet hours, too soon, or too late."""
    slot = a_slot(starts_at, doctor=a_doctor(clinic=clinic))
    visit = replace(a_visit(slot), changed_at=starts_at - timedelta(minutes=changed_before))
    planned = reminders(visit, ANNA, wishes)
    by_kind = {each.kind: each for each in planned}

    assert len(by_kind) == len(planned)
    assert by_kind.keys() <= REMINDERS
    for each in planned:
        assert not is_quiet(each.due_at, clinic)
        assert visit.changed_at + FRESH <= each.due_at <= starts_at - LEAST_AHEAD
        assert each.due_at < each.useful_until <= starts_at
        assert len(each.bundle) <= 40
        assert len(each.occasion) <= 20
    if EVENING in by_kind:
        soon = by_kind.get(SOON)
        assert by_kind[EVENING].useful_until == (soon.due_at if soon else starts_at)
        assert wishes.evening
    if SOON in by_kind:
        assert wishes.soon


@settings(max_examples=so_often(300))
@given(clinic=CLINICS, starts_at=moments())
def test_whoever_booked_in_time_is_reminded(clinic: Clinic, starts_at: datetime) -> None:
    """R19, R48: of every visit that can be spoken of outside of quiet hours there is a reminder."""
    slot = a_slot(starts_at, doctor=a_doctor(clinic=clinic))
    visit = replace(a_visit(slot), changed_at=LONG_AGO)
    soon = starts_at - clinic.reminding.before
    assume(not is_quiet(soon, clinic))

    assert soon in {each.due_at for each in reminders(visit, ANNA, ReminderWishes())}
    assert reminders(visit, ANNA, ReminderWishes(evening=False, soon=False)) == []


@pytest.mark.parametrize(
    ("quiet", "moment", "expected"),
    [
        ("21:00 07:00", "2026-11-25 20:59", "2026-11-25 20:59"),
        ("21:00 07:00", "2026-11-25 21:00", "2026-11-26 07:00"),
        ("21:00 07:00", "2026-11-25 23:59", "2026-11-26 07:00"),
        ("21:00 07:00", "2026-11-26 00:00", "2026-11-26 07:00"),
        ("21:00 07:00", "2026-11-26 06:59", "2026-11-26 07:00"),
        ("21:00 07:00", "2026-11-26 07:00", "2026-11-26 07:00"),
        ("13:00 15:00", "2026-11-26 12:59", "2026-11-26 12:59"),
        ("13:00 15:00", "2026-11-26 14:00", "2026-11-26 15:00"),
        ("13:00 15:00", "2026-11-26 15:00", "2026-11-26 15:00"),
        ("00:00 07:00", "2026-11-26 00:00", "2026-11-26 07:00"),
        ("00:00 07:00", "2026-11-25 23:59", "2026-11-25 23:59"),
        ("21:00 00:00", "2026-11-25 22:00", "2026-11-26 00:00"),
        ("21:00 00:00", "2026-11-26 00:00", "2026-11-26 00:00"),
        ("07:00 07:00", "2026-11-26 07:00", "2026-11-26 07:00"),
        ("07:00 07:00", "2026-11-26 03:00", "2026-11-26 03:00"),
    ],
)
def test_quiet_hours_go_over_midnight_or_do_not_or_are_none(
    quiet: str, moment: str, expected: str
) -> None:
    """R22: they begin with their first minute and are over with their last."""
    clinic = a_clinic(quiet=Hours(*map(time.fromisoformat, quiet.split())))

    assert after_quiet(on_wall(moment), clinic) == on_wall(expected)


def test_quiet_hours_are_by_the_clinics_clock() -> None:
    """R14, R22: at one moment it is 20:30 in Moscow and 22:30 in Yekaterinburg."""
    moment = on_wall("2026-11-25 20:30")
    yekaterinburg = a_clinic(zone=ZoneInfo("Asia/Yekaterinburg"))

    assert after_quiet(moment, a_clinic()) == moment
    assert after_quiet(moment, yekaterinburg) == on_wall("2026-11-26 07:00", yekaterinburg)


@pytest.mark.parametrize(
    ("quiet", "moment", "expected"),
    [
        # 2:00 to 3:00 is skipped: hours that end at 2:30 end at 3:30.
        ("21:00 02:30", "2026-03-29 00:30", "2026-03-29 01:30"),
        ("21:00 02:30", "2026-03-29 01:15", "2026-03-29 01:30"),
        ("21:00 02:30", "2026-03-29 01:30", "2026-03-29 01:30"),
        # 2:00 to 3:00 comes twice: hours begin and end in the first.
        ("21:00 02:30", "2026-10-25 00:15", "2026-10-25 00:30"),
        ("21:00 02:30", "2026-10-25 01:15", "2026-10-25 01:15"),
        ("02:30 07:00", "2026-10-25 00:15", "2026-10-25 00:15"),
        ("02:30 07:00", "2026-10-25 00:45", "2026-10-25 06:00"),
        ("02:30 07:00", "2026-10-25 01:15", "2026-10-25 06:00"),
    ],
)
def test_quiet_hours_of_a_night_on_which_clocks_change(
    quiet: str, moment: str, expected: str
) -> None:
    """R13, R22: their ends are what such hours are everywhere in the house; here in UTC."""
    clinic = a_clinic(zone=BERLIN, quiet=Hours(*map(time.fromisoformat, quiet.split())))
    at, then = (datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (moment, expected))

    assert after_quiet(at, clinic) == then


@settings(max_examples=so_often(500))
@given(clinic=CLINICS, moment=moments())
@example(a_clinic(quiet=Hours(time(7), time(7))), on_wall("2026-11-25 07:00"))
def test_after_quiet_hours_it_is_not_quiet(clinic: Clinic, moment: datetime) -> None:
    """R13, R22: who need not wait does not; who must waits until it is not quiet, and no longer."""
    told = after_quiet(moment, clinic)

    assert (told == moment) == (not is_quiet(moment, clinic))
    assert not is_quiet(told, clinic)
    assert after_quiet(told, clinic) == told
    if told > moment:
        assert is_quiet(told - timedelta(minutes=1), clinic)
        assert told - moment <= timedelta(hours=25)


# What a clinic changes


@pytest.mark.parametrize(
    ("now", "starts_at", "expected"),
    [
        ("2026-11-25 12:00", "2026-11-25 13:00", "2026-11-25 12:00"),
        ("2026-11-25 12:00", "2026-12-05 13:00", "2026-11-25 12:00"),
        ("2026-11-25 22:00", "2026-11-25 23:00", "2026-11-25 22:00"),
        ("2026-11-25 22:00", "2026-11-26 09:00", "2026-11-25 22:00"),
        ("2026-11-25 22:00", "2026-11-26 09:59", "2026-11-25 22:00"),
        ("2026-11-25 22:00", "2026-11-26 10:00", "2026-11-26 07:00"),
        ("2026-11-25 22:00", "2026-11-27 09:00", "2026-11-26 07:00"),
        ("2026-11-26 03:00", "2026-11-26 09:59", "2026-11-26 03:00"),
        ("2026-11-26 03:00", "2026-11-26 10:00", "2026-11-26 07:00"),
        ("2026-11-26 07:00", "2026-11-26 10:00", "2026-11-26 07:00"),
    ],
)
def test_a_change_by_the_clinic_waits_for_the_morning_if_that_is_time_enough(
    now: str, starts_at: str, expected: str
) -> None:
    """R22: three hours are left to react, or quiet hours are broken."""
    assert may_be_told(a_clinic(), on_wall(starts_at), on_wall(now)) == on_wall(expected)


@settings(max_examples=so_often(300))
@given(clinic=CLINICS, now=moments(), ahead=st.integers(-60, 3 * 24 * 60))
def test_quiet_hours_are_broken_only_for_what_cannot_wait(
    clinic: Clinic, now: datetime, ahead: int
) -> None:
    """R22: told in quiet hours, it begins too soon after them; put off, there is time to react."""
    starts_at = now + timedelta(minutes=ahead)
    told = may_be_told(clinic, starts_at, now)

    if told == now:
        assert not is_quiet(now, clinic) or starts_at < after_quiet(now, clinic) + TIME_TO_REACT
    else:
        assert is_quiet(now, clinic)
        assert told == after_quiet(now, clinic)
        assert starts_at - told >= TIME_TO_REACT


CHANGED: list[Callable[[Appointment], Appointment]] = [
    lambda visit: replace(visit, sequence=visit.sequence + 1),
    lambda visit: replace(visit, sequence=visit.sequence + 1, state=AppointmentState.CANCELLED),
]


@pytest.mark.parametrize("changed", CHANGED)
def test_each_change_is_told_by_itself(changed: Callable[[Appointment], Appointment]) -> None:
    """R17: while somebody may still come, before all reminders, and together with nothing else."""
    visit = on("2026-11-26 10:30")
    now = on_wall("2026-11-25 12:00")
    first = about_change(NotificationKind.MOVED, visit, ANNA, now)
    second = about_change(NotificationKind.MOVED, changed(visit), ANNA, now)

    assert first.useful_until == visit.slot.stretch.ends_at
    assert first.urgency < Urgency.REMINDER
    assert first.bundle == ""
    assert first.occasion != second.occasion
