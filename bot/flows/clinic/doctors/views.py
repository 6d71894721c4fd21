"""A clinic's doctors, for its administrators: all of them, one, and what is changed."""

from collections.abc import Iterator
from typing import Any

from bot.flows.clinic.doctors import taps
from bot.flows.clinic.editing import taps as editing_taps
from bot.flows.common.pages import page_of, turning
from bot.flows.common.parts import LONGEST_BUTTON, in_list, to_desk, told_of
from bot.flows.common.refusals import again
from bot.flows.schedule.hours import taps as hours_taps
from bot.flows.schedule.hours.lines import LONGEST_RULES, week_in_words
from bot.telegram.screen import Button, Screen, Style
from bot.words import Markup, _, say, shorten
from services.clinic.doctors import (
    Answer,
    DoctorCard,
    DoctorList,
    DoctorProposal,
    DoctorQuestion,
    Shown,
)
from services.model.clinic import Doctor
from services.model.conversations import DoctorPart

MOST_DISTRICTS = 10
MOST_ALIKE = 3
"""That are named one by one."""


def shown(found: Shown) -> Screen:
    """All doctors, or the one that was changed."""
    return card(found) if isinstance(found, DoctorCard) else everyone(found)


def everyone(found: DoctorList, page: int = 0) -> Screen:
    """All doctors, each with a button."""
    post_id = found.post.id
    shown_here = page_of(found.doctors, page)
    lines = [
        say(_("{doctor}, room\u00a0{room}"), doctor=in_list(each.name), room=each.room)
        for each in shown_here.shown
    ]
    rows = [
        [
            Button(
                shorten(each.name, LONGEST_BUTTON),
                taps.DoctorCard(post_id=post_id, doctor_id=each.id),
            )
        ]
        for each in shown_here.shown
    ]
    add = taps.AskDoctor(post_id=post_id, doctor_id=0, part=DoctorPart.NAME)
    text = Markup("\n").join(lines) or say(_("There are no doctors here yet."))
    return Screen(
        Markup("\n\n").join([say("<b>{title}</b>", title=_("Doctors")), text]),
        [
            *rows,
            *turning(shown_here, lambda n: taps.ClinicDoctors(post_id=post_id, page=n)),
            [Button(_("Add a doctor"), add)],
            [Button(_("Back"), editing_taps.ClinicDesk(post_id=post_id)), to_desk(post_id)],
        ],
    )


def card(found: DoctorCard) -> Screen:
    """A doctor, and what can be changed."""
    doctor, post_id = found.doctor, found.post.id
    done = [say(_("✅ <b>Saved</b>"))] if found.saved else []
    facts = say(
        _("👩‍⚕️ <b>{doctor}</b>\nRoom: {room}\nDistricts: {districts}\nHours: {hours}"),
        doctor=doctor.name,
        room=doctor.room,
        districts=_districts(found),
        hours=_hours(found),
    )
    change = {
        part: taps.AskDoctor(post_id=post_id, doctor_id=doctor.id, part=part) for part in DoctorPart
    }
    return Screen(
        Markup("\n\n").join([*done, facts]),
        [
            [
                Button(_("Name"), change[DoctorPart.NAME]),
                Button(_("Room"), change[DoctorPart.ROOM]),
            ],
            [_to_hours(found)],
            [Button(_("Back"), taps.ClinicDoctors(post_id=post_id)), to_desk(post_id)],
        ],
    )


def _districts(found: DoctorCard) -> str:
    names = [in_list(each.name) for each in found.districts[:MOST_DISTRICTS]]
    more = ["…"] if len(found.districts) > MOST_DISTRICTS else []
    return ", ".join([*names, *more]) or "—"


def _hours(found: DoctorCard) -> str:
    if not found.rules:
        return _("not given yet")
    return shorten(week_in_words(found.rules, found.today, found.post.clinic.kinds), LONGEST_RULES)


def _to_hours(found: DoctorCard) -> Button:
    """To give hours, where there are none; else to look at them."""
    ids: dict[str, Any] = {"post_id": found.post.id, "doctor_id": found.doctor.id}
    if found.rules:
        return Button(_("Hours"), hours_taps.WeekHours(**ids))
    return Button(_("Give hours"), hours_taps.AskRules(**ids), Style.SUCCESS)


def answered(found: Answer) -> Screen:
    """What was typed: as a proposal, or what is to be typed now."""
    return proposal(found) if isinstance(found, DoctorProposal) else question(found)


def question(found: DoctorQuestion) -> Screen:
    """What the name or the room shall be."""
    ids = _ids(found.post.id, found.doctor, found.part)
    return Screen(
        again(found.problem, _asked(found)),
        [[Button(_("Leave as it is"), taps.LeaveDoctor(**ids)), to_desk(found.post.id)]],
    )


def _asked(found: DoctorQuestion) -> Markup:
    is_name = found.part is DoctorPart.NAME
    if found.doctor is None:
        if is_name:
            return say(_("<b>A new doctor</b>\n\nWrite the full name: Ivanova Maria Petrovna"))
        words = _("<b>A new doctor</b>\n{doctor}\n\nWhich room? Write its number.")
        return say(words, doctor=found.name)
    words = (
        _("<b>{doctor}</b>\n\nWrite the full name as it shall be.")
        if is_name
        else _("<b>{doctor}</b>\nRoom now: {room}\n\nWrite the new room.")
    )
    return say(words, doctor=found.doctor.name, room=found.doctor.room)


def proposal(found: DoctorProposal) -> Screen:
    """What it was, what it will be and what follows, before it is saved."""
    ids = _ids(found.post.id, found.before, found.part)
    save = taps.SaveDoctor(**ids, before=found.seen, after=found.typed)
    label = _("It is somebody else: save") if found.alike else _("Save")
    return Screen(
        Markup("\n\n").join([_change(found), *_follows(found)]),
        [
            [Button(label, save, Style.SUCCESS)],
            *_as_a_spelling(found, save),
            [Button(_("Leave as it is"), taps.LeaveDoctor(**ids)), to_desk(found.post.id)],
        ],
    )


def _change(found: DoctorProposal) -> Markup:
    doctor = found.before
    if doctor is None:
        words = _("<b>A new doctor</b>\n{doctor}, room\u00a0{room}\n\nHours are given after that.")
        return say(words, doctor=found.name, room=found.room)
    before, after = (
        (doctor.name, found.name) if found.part is DoctorPart.NAME else (doctor.room, found.room)
    )
    words = _("<b>{label}</b>\n\nWas: {before}\n\nWill be: {after}")
    return say(words, label=doctor.name, before=before, after=after)


def _follows(found: DoctorProposal) -> Iterator[Markup]:
    if found.alike:
        names = [in_list(each.name) for each in found.alike[:MOST_ALIKE]]
        yield say(
            _("⚠️ The clinic has a doctor called alike: {names}. Is it the same person?"),
            names=", ".join(names),
        )
    if found.told and found.part is DoctorPart.ROOM:
        yield say("🔔 {told}", told=told_of(found.told))
    elif found.told:
        visits = _("{n} visit ahead", "{n} visits ahead", found.told).format(n=found.told)
        yield say(_("🔔 Families are told of the other name: {visits}."), visits=visits)


def _as_a_spelling(found: DoctorProposal, save: taps.SaveDoctor) -> list[list[Button]]:
    """Where families would be told, the way to say that nothing but the spelling is new."""
    if not found.told:
        return []
    return [[Button(_("Misspelt: tell nobody"), taps.CorrectDoctor(**save.model_dump()))]]


def _ids(post_id: int, doctor: Doctor | None, part: DoctorPart) -> dict[str, Any]:
    return {"post_id": post_id, "doctor_id": doctor.id if doctor else 0, "part": part}
