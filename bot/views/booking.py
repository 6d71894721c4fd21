"""Child, doctor, time, confirm."""

from collections.abc import Sequence
from datetime import date, datetime

from bot import taps
from bot.screen import Button, Screen, Style
from bot.views.parts import brief, child_with_age, go_home, long_moment, moment
from bot.words import Markup, _, capital, clock, day, long_day, say, shorten
from services.booking import Day, DoctorRow, Doctors, Offer
from services.model import Appointment, Child, ChildId, Clinic, ClinicId, Slot, SlotId

TIMES_IN_A_ROW = 4


def choose_child(children: Sequence[Child], clinic_id: ClinicId) -> Screen:
    rows = [
        [Button(shorten(child.name, 25), taps.Doctors(clinic_id=clinic_id, child_id=child.id))]
        for child in children
    ]
    return Screen(say(_("Who is going to the doctor?")), [*rows, [go_home(clinic_id)]])


def doctors(found: Doctors) -> Screen:
    lines = [
        say("👶 {child}", child=child_with_age(found.child, found.now, found.clinic)),
        say(_("Choose a doctor")),
        *(_doctor_line(row) for row in found.doctors),
    ]
    if not any(row.earliest for row in found.doctors):
        lines.append(say(_("No free times now. The registry: {phone}"), phone=found.clinic.phone))
    rows = [
        [_doctor_button(row.earliest, found.child.id, found.now)]
        for row in found.doctors
        if row.earliest
    ]
    return Screen(Markup("\n\n").join(lines), [*rows, [go_home(found.clinic.id)]])


def times(found: Day) -> Screen:
    clinic_id = found.doctor.clinic.id
    back = Button(_("Other doctors"), taps.Doctors(clinic_id=clinic_id, child_id=found.child.id))
    who = say(
        _("{doctor}, room {room}\nfor {child}"),
        doctor=found.doctor.name,
        room=found.doctor.room,
        child=found.child.name,
    )
    if found.day is None:
        text = say(
            _("{who}\n\nNo free times now. The registry: {phone}"),
            who=who,
            phone=found.doctor.clinic.phone,
        )
        return Screen(text, [[back, go_home(clinic_id)]])
    buttons = [
        Button(clock(slot.local_start), taps.ChooseTime(child_id=found.child.id, slot_id=slot.id))
        for slot in found.slots
    ]
    text = say("{who}\n\n<b>{day}</b>", who=who, day=capital(long_day(found.day)))
    rows = [buttons[at : at + TIMES_IN_A_ROW] for at in range(0, len(buttons), TIMES_IN_A_ROW)]
    return Screen(text, [*rows, _other_days(found), [back, go_home(clinic_id)]])


def offer(found: Offer) -> Screen:
    slot = found.slot
    clinic = slot.doctor.clinic
    text = say(
        _(
            "<b>Shall I book it?</b>\n\n👶 {child}\n📅 {moment}\n🩺 {doctor}, room {room}\n"
            "📍 {clinic}, {address}"
        ),
        child=child_with_age(found.child, found.now, clinic),
        moment=capital(long_moment(slot)),
        doctor=slot.doctor.name,
        room=slot.doctor.room,
        clinic=clinic.name,
        address=clinic.address,
    )
    ids = {"child_id": found.child.id, "slot_id": slot.id}
    return Screen(
        text,
        [
            [Button(_("Not ill: book"), taps.Confirm(**ids), Style.SUCCESS)],
            [Button(_("Child is ill"), taps.Ill(clinic_id=clinic.id, **ids))],
            [Button(_("Another time"), taps.TimesNear(**ids)), go_home(clinic.id)],
        ],
    )


def ill(clinic: Clinic, child_id: ChildId, slot_id: SlotId) -> Screen:
    text = say(
        _(
            "{words}\n\nHome call, {hours}:\n{home_call}\n\nRegistry:\n{phone}\n\n"
            "Danger to life: 103 or 112"
        ),
        words=clinic.ill_words,
        home_call=clinic.home_call_phone,
        hours=clinic.home_call_hours,
        phone=clinic.phone,
    )
    back = Button(_("Back"), taps.ChooseTime(child_id=child_id, slot_id=slot_id))
    return Screen(text, [[back, go_home(clinic.id)]])


def booked(visit: Appointment) -> Screen:
    """What must stay in the chat: the answer to "am I booked or not?"."""
    rows = [
        [Button(_("My visits"), taps.Visits()), go_home(visit.slot.doctor.clinic.id)],
        [Button(_("Cancel visit"), taps.AskCancel(appointment_id=visit.id))],
    ]
    return Screen(about_visit(visit), rows, stays=True)


def about_visit(visit: Appointment) -> Markup:
    """All that a parent needs to come: when, where, to whom."""
    slot = visit.slot
    return say(
        _(
            "✅ <b>You are booked: {child}, {moment}, room {room}, № {number}</b>\n\n{doctor}\n"
            "{clinic}, {address}\nRegistry: {phone}"
        ),
        child=visit.child.name,
        moment=moment(slot),
        room=slot.doctor.room,
        number=visit.number,
        doctor=slot.doctor.name,
        clinic=slot.doctor.clinic.name,
        address=slot.doctor.clinic.address,
        phone=slot.doctor.clinic.phone,
    )


def _doctor_line(row: DoctorRow) -> Markup:
    about = say(_("<b>{name}</b>, room {room}"), name=row.doctor.name, room=row.doctor.room)
    if row.visit:
        return say(_("{doctor}\n✅ booked: {moment}"), doctor=about, moment=moment(row.visit.slot))
    if row.earliest is None:
        return say(_("{doctor}\nno free times"), doctor=about)
    return about


def _doctor_button(earliest: Slot, child_id: ChildId, now: datetime) -> Button:
    doctor = earliest.doctor
    label = brief(doctor.name.split()[0], earliest, now)
    return Button(label, taps.Times(child_id=child_id, doctor_id=doctor.id))


def _other_days(found: Day) -> list[Button]:
    def to(other: date, label: str) -> Button:
        ids = {"child_id": found.child.id, "doctor_id": found.doctor.id}
        return Button(label, taps.Times(**ids, day=other.toordinal()))

    buttons = []
    if found.earlier:
        buttons.append(to(found.earlier, f"‹ {day(found.earlier)}"))
    if found.later:
        buttons.append(to(found.later, f"{day(found.later)} ›"))
    return buttons
