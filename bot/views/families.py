"""From /start to home."""

from collections.abc import Sequence
from datetime import datetime

from bot import taps
from bot.screen import Button, Screen, Style
from bot.views.parts import brief, child_with_age, moment, soon, with_initials
from bot.views.refusals import words_of
from bot.words import Markup, _, capital, say, shorten
from services.model import Appointment, Child, Clinic, Language, Slot
from services.places import (
    AskBirthDate,
    AskConsent,
    AskName,
    ChildAtHome,
    ChooseClinic,
    Declined,
    Home,
    Place,
)
from services.refusals import Refusal


def place(where: Place) -> Screen:
    """The screen of wherever the person stands."""
    match where:
        case ChooseClinic():
            return choose_clinic(where.clinics, where.problem)
        case AskConsent():
            return consent(where)
        case Declined():
            return declined(where.clinic)
        case AskName():
            return ask_name(where)
        case AskBirthDate():
            return ask_birth_date(where)
        case Home():
            return home(where)


def choose_clinic(clinics: Sequence[Clinic], problem: Refusal | None = None) -> Screen:
    if not clinics:
        return Screen(say(_("No clinic has opened here yet. Please come back later.")))
    lines = [say("<b>{name}</b>\n{address}", name=c.name, address=c.address) for c in clinics]
    text = say(
        _("Hello! I book visits to a pediatrician.\n\nWhich clinic do you go to?\n\n{clinics}"),
        clinics=Markup("\n\n").join(lines),
    )
    rows = [
        [Button(shorten(clinic.name, 40), taps.Enter(clinic_id=clinic.id))] for clinic in clinics
    ]
    return Screen(_again(problem, text), rows)


def consent(where: AskConsent) -> Screen:
    text = say(
        _("<b>Consent</b>\n{clinic}\n\n{text}"), clinic=where.clinic.name, text=where.text.text
    )
    agree = taps.Consent(clinic_id=where.clinic.id, version=where.text.version)
    return Screen(
        text,
        [
            [Button(_("I consent"), agree, Style.SUCCESS)],
            [Button(_("Not now"), taps.NotNow(clinic_id=where.clinic.id))],
        ],
    )


def declined(clinic: Clinic) -> Screen:
    text = say(
        _(
            "All right. Without your consent the clinic gets no data from here, and the bot cannot "
            "book. The registry can:\n\n{clinic}\n{phone}"
        ),
        clinic=clinic.name,
        phone=clinic.phone,
    )
    return Screen(
        text,
        [
            [Button(_("Back to the consent"), taps.Enter(clinic_id=clinic.id))],
            [Button(_("Another clinic"), taps.Clinics())],
        ],
    )


def ask_name(where: AskName) -> Screen:
    text = say(_("What is the child's name? Write it as you like to call them, e.g. Misha."))
    return Screen(_again(where.problem, text), [[_stop(where.clinic)]])


def ask_birth_date(where: AskBirthDate) -> Screen:
    text = say(_("When was {name} born? Write the date, e.g. 12.03.2024."), name=where.child_name)
    return Screen(_again(where.problem, text), [[_stop(where.clinic)]])


def home(where: Home) -> Screen:
    lines = [say("<b>{name}</b>", name=where.clinic.name)]
    lines += [_child_lines(row, where) for row in where.children]
    alone = len(where.children) == 1
    rows = [
        [_quick(row.child, row.earliest, where.now, alone=alone)]
        for row in where.children
        if row.earliest
    ]
    others = [Button(_("Another clinic"), taps.Clinics())] if where.others else []
    rows += [
        [Button(_("Book a visit"), taps.ChooseChild(clinic_id=where.clinic.id))],
        [Button(_("My visits"), taps.Visits())],
        [Button(_("Add a child"), taps.AddChild(clinic_id=where.clinic.id))],
        others,
    ]
    return Screen(Markup("\n\n").join(lines), rows)


def choose_language() -> Screen:
    names = {Language.RUSSIAN: "Русский", Language.ENGLISH: "English"}
    return Screen(
        say(_("Which language shall I speak?")),
        [[Button(names[language], taps.Speak(language=language))] for language in Language],
    )


def _child_lines(row: ChildAtHome, where: Home) -> Markup:
    lines = [say("👶 {child}", child=child_with_age(row.child, where.now, where.clinic))]
    lines += [_booked(visit, where.clinic) for visit in row.visits]
    if row.earliest is None:
        lines.append(say(_("No free times now. The registry: {phone}"), phone=where.clinic.phone))
    else:
        lines.append(
            say(
                _("Earliest time: {moment}, {doctor}"),
                moment=soon(row.earliest, where.now),
                doctor=row.earliest.doctor.name,
            )
        )
    return Markup("\n").join(lines)


def _booked(visit: Appointment, here: Clinic) -> Markup:
    """A visit ahead in one line; it says at which clinic if it is another one."""
    there = visit.slot.doctor.clinic
    line = say(
        _("✅ Booked: {moment}, {doctor}"),
        moment=moment(visit.slot),
        doctor=with_initials(visit.slot.doctor.name),
    )
    return line if there.id == here.id else say("{line}, {clinic}", line=line, clinic=there.name)


def _quick(child: Child, slot: Slot, now: datetime, *, alone: bool) -> Button:
    """The nearest time as one button; says for whom when there are several children."""
    label = f"🕘 {capital(soon(slot, now))}" if alone else brief(child.name, slot, now)
    tap = taps.ChooseTime(child_id=child.id, slot_id=slot.id)
    return Button(label, tap, Style.PRIMARY)


def _again(problem: Refusal | None, question: Markup) -> Markup:
    """The question, after the reason why it is asked once more."""
    return (
        say("{why}\n\n{question}", why=words_of(problem), question=question)
        if problem
        else question
    )


def _stop(clinic: Clinic) -> Button:
    return Button(_("Not now"), taps.StopTyping(clinic_id=clinic.id))
