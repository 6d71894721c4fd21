"""From /start to home."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.flows.clinic.card import taps as card_taps
from bot.flows.common import taps as common_taps
from bot.flows.common.apart import children_apart, clinics_apart, told_apart
from bot.flows.common.no_shows import counted, nearly_full
from bot.flows.common.pages import page_of, turning
from bot.flows.common.parts import (
    LONGEST_IN_LIST,
    as_of,
    brief,
    child_with_age,
    ill_label,
    moment,
    needed_today,
    soon,
    whose_time,
    with_initials,
)
from bot.flows.common.refusals import again
from bot.flows.families.check_ups.views import possible, to_check_up
from bot.flows.families.children import taps as children_taps
from bot.flows.families.children.views import ask_address, card
from bot.flows.families.onboarding import taps
from bot.flows.families.onboarding.outages import asked_at_home, said_at_home
from bot.flows.families.settings import taps as settings_taps
from bot.flows.visits.booking import taps as booking_taps
from bot.flows.visits.ill import taps as ill_taps
from bot.flows.visits.mine import taps as mine_taps
from bot.flows.visits.mine.views import choose_others
from bot.flows.visits.search import taps as search_taps
from bot.flows.visits.search.views import away
from bot.telegram.screen import Button, Screen, Style
from bot.words import OWN_NAMES, Markup, _, capital, say, short_date
from services.desk.codes import WrongCode
from services.families.home import ChildAtHome, Home
from services.families.places import (
    AskAddress,
    AskBirthDate,
    AskConsent,
    AskIfKnown,
    AskName,
    ChildCard,
    ChooseClinic,
    Declined,
    Place,
)
from services.model.clinic import Clinic, LegalBasis
from services.model.people import Language
from services.model.refusals.base import Refusal
from services.model.slots import Slot
from services.model.visits import Appointment
from services.rules.typed.texts import mark

MOST_CHILDREN = 4
"""On a page of home: each with what it has and could have."""
MOST_VISITS = 3
"""Of a child there; “My visits” has all."""


def place(where: Place, page: int = 0) -> Screen:
    """The screen of wherever the person stands; of a list, the page."""
    if isinstance(where, AskAddress):
        return ask_address(where, page)
    return _SCREENS[type(where)](where)


def claimed(result: Place | WrongCode) -> Screen:
    """What a code from the registry led to."""
    if isinstance(result, AskConsent):
        shown = place(result)
        words = say(_("The code is right. First the consent; then type it once more."))
        return Screen(say("{words}\n\n{text}", words=words, text=shown.text), shown.rows)
    if not isinstance(result, WrongCode):
        return place(result)
    text = say(
        _("There is no such code, or not any more. Ask the registry for a new one."),
    )
    return Screen(text, [[Button(_("To the start"), common_taps.Start())]])


def choose_clinic(
    clinics: Sequence[Clinic], problem: Refusal | None = None, page: int = 0
) -> Screen:
    if not clinics:
        return Screen(say(_("No clinic has opened here yet. Please come back later.")))
    part = page_of(clinics, page)
    lines = [say("<b>{name}</b>\n{address}", name=c.name, address=c.address) for c in part.shown]
    text = say(
        _("Hello! I book visits to a pediatrician.\n\nWhich clinic do you go to?\n\n{clinics}"),
        clinics=Markup("\n\n").join(lines),
    )
    called = dict(zip((clinic.id for clinic in clinics), clinics_apart(clinics), strict=True))
    rows = [[Button(called[clinic.id], taps.Enter(clinic_id=clinic.id))] for clinic in part.shown]
    turn = turning(part, lambda to: card_taps.Clinics(page=to))
    return Screen(again(problem, text), [*rows, *turn])


def consent(where: AskConsent) -> Screen:
    """The text on the way in. The button is called what its tap is by the clinic's legal basis."""
    consents = where.clinic.legal_basis is LegalBasis.CONSENT
    words = (
        _("{who}\n\n<b>Consent</b>\n{text}")
        if consents
        else _("{who}\n\n<b>How your data are handled</b>\n{text}")
    )
    who = say(
        _("Hello! Here you book a pediatrician at {clinic}, without a call. First, please read:"),
        clinic=where.clinic.name,
    )
    text = say(words, who=who, text=where.text.text)
    agree = taps.Consent(clinic_id=where.clinic.id, version=where.text.version)
    return Screen(
        text,
        [
            [Button(_("I consent") if consents else _("I have read it"), agree, Style.SUCCESS)],
            [Button(_("Not now"), taps.NotNow(clinic_id=where.clinic.id))],
        ],
    )


def declined(clinic: Clinic) -> Screen:
    consents = clinic.legal_basis is LegalBasis.CONSENT
    words = (
        _(
            "All right. Without your consent the clinic gets no data from here, and the bot cannot "
            "book. The registry can:\n\n{clinic}\n{phone}"
        )
        if consents
        else _(
            "All right. Until you go on, the clinic gets no data from here, and the bot cannot "
            "book. The registry can:\n\n{clinic}\n{phone}"
        )
    )
    text = say(words, clinic=clinic.name, phone=clinic.phone)
    back = _("Back to the consent") if consents else _("Back")
    return Screen(
        text,
        [
            [Button(back, taps.Enter(clinic_id=clinic.id))],
            [Button(_("Another clinic"), card_taps.Clinics())],
        ],
    )


def ask_name(where: AskName) -> Screen:
    if where.words:
        return _is_it_a_name(where)
    if where.child:
        question = say(
            _("What shall I call {name} from now on? Write the name, e.g. Sasha."),
            name=where.child.name,
        )
    else:
        question = say(
            _("What is the child's name? Write it as you like to call them, e.g. Misha.")
        )
    return Screen(again(where.problem, question), [[_stop(where.clinic)]])


def _is_it_a_name(where: AskName) -> Screen:
    """What may be a greeting, or two children, is not taken for a name unasked (R60)."""
    text = say(
        _("“{words}”\n\nIs this the child's name? If not, write the name alone."),
        words=where.words,
    )
    yes = taps.NameIsRight(words=mark(where.words))
    return Screen(text, [[Button(_("Yes, that is the name"), yes)], [_stop(where.clinic)]])


def ask_birth_date(where: AskBirthDate) -> Screen:
    question = say(
        _("When was {name} born? Write the date, e.g. 12.03.2024."), name=where.child_name
    )
    return Screen(again(where.problem, question), [[_stop(where.clinic)]])


def ask_if_known(where: AskIfKnown) -> Screen:
    """Two of one birth date and much the same name: a second card, or a second child (R53)."""
    text = say(
        _("{child}, born {day}, is here already. Is “{name}” the same child?"),
        child=where.child.name,
        day=short_date(where.child.birth_date),
        name=where.child_name,
    )
    name = mark(where.child_name)
    same, other = taps.SameChild(words=name), taps.AnotherChild(words=name)
    return Screen(
        again(where.problem, text),
        [
            [Button(_("Yes, the same"), same, Style.PRIMARY)],
            [Button(_("No, another child"), other)],
        ],
    )


def home(where: Home, page: int = 0) -> Screen:
    clinic_id = where.clinic.id
    part = page_of(where.children, page, MOST_CHILDREN)
    lines = [say("<b>{name}</b>", name=where.clinic.name)]
    children = [row.child for row in where.children]
    ahead = {row.child.id: row.visits for row in where.children}
    called = children_apart(children, ahead, where.now, LONGEST_IN_LIST)
    lines += [_child_lines(row, where, called[row.child.id]) for row in part.shown]
    if where.is_away:
        lines.append(said_at_home(where))
    elif where.read_at:
        lines.append(as_of(where.clinic, where.read_at))
    if nearly_full(where.visits_here, where.clinic.limits.visits):
        lines.append(
            say(
                _("Visits ahead here: {n} of {most}, the clinic allows no more at once."),
                n=where.visits_here,
                most=where.clinic.limits.visits,
            )
        )
    owed = [visit for row in part.shown if row.may_book for visit in row.owed[:MOST_VISITS]]
    rows = [
        *(asked_at_home(where) if where.is_away else []),
        *choose_others(owed, where.now),
        *_quick(where, [row for row in part.shown if row.earliest]),
        *_to_check_ups(where, part.shown),
        *turning(part, lambda to: taps.Home(clinic_id=clinic_id, page=to)),
    ]
    if where.lacking:
        rows.append([needed_today(clinic_id)])
    if any(row.may_book for row in where.children):
        rows.append([Button(_("Book a visit"), search_taps.ChooseChild(clinic_id=clinic_id))])
    rows.append([Button(ill_label(), ill_taps.IllAtHome(clinic_id=clinic_id))])
    rows += [
        [
            Button(_("My visits"), mine_taps.Visits()),
            Button(_("Children"), children_taps.Children(clinic_id=clinic_id)),
        ],
        [
            Button(_("Clinic"), card_taps.ClinicCard(clinic_id=clinic_id)),
            Button(_("Settings"), settings_taps.Settings(clinic_id=clinic_id)),
        ],
    ]
    return Screen(Markup("\n\n").join(lines), rows)


def help_words(clinic: Clinic | None) -> Screen:
    """What the bot does, who can be called, and what to do with an ill child."""
    lines = [
        say(
            _(
                "I book visits to a pediatrician at your clinic.\n\n"
                "• The button with a time books the nearest visit in two taps.\n"
                "• “Book a visit” leads through reason, doctor, day and time.\n"
                "• “My visits” is where to move or cancel one.\n"
                "• “Settings” turn reminders on and off.\n"
                "• /privacy: what is kept about you, and erasing it."
            )
        ),
        say(
            _(
                "🤒 Nobody reads this chat: I cannot tell what to do with an ill child.\n"
                "❗ Danger to life: 103 or 112"
            )
        ),
    ]
    rows = []
    if clinic:
        lines.append(say("☎️ {name}:\n{phone}", name=clinic.name, phone=clinic.phone))
        rows.append([needed_today(clinic.id)])
    lines.append(say(_("/menu is always the way home, /cancel leaves a question unanswered.")))
    return Screen(Markup("\n\n").join(lines), [*rows, [Button(_("Home"), common_taps.Start())]])


def help_at_work() -> Screen:
    """For who works at a clinic and is no parent here."""
    text = say(
        _(
            "At the desk, /clinic, everything is done by buttons.\n\n"
            "• The registry just types who calls: a name and a birth date, a phone, or a visit's "
            "number.\n"
            "• A doctor sees the day, confirms visits, answers questions, and says who came and "
            "that it gets late.\n"
            "• An administrator changes hours, doctors, staff and what the clinic tells of itself, "
            "and sends news.\n\n"
            "/cancel leaves a question unanswered."
        )
    )
    return Screen(text, [[Button(_("Home"), common_taps.Start())]])


def unwell(where: Place) -> Screen:
    """The answer to words that may be about an illness: whom to call, and no advice."""
    lines = [
        say(_("❗ Danger to life: 103 or 112")),
        say(
            _(
                "Nobody reads this chat, and I give no advice. If the child is unwell, call: the "
                "clinic's phones and the doctor on duty are behind the button."
            )
        ),
    ]
    clinic = clinic_of(where)
    rows = [[needed_today(clinic.id)]] if clinic else []
    if clinic:
        lines.append(say("☎️ {name}:\n{phone}", name=clinic.name, phone=clinic.phone))
    return Screen(Markup("\n\n").join(lines), [*rows, [Button(_("Home"), common_taps.Start())]])


def clinic_of(where: Place) -> Clinic | None:
    """The clinic that a place is at; none where one is still to be chosen."""
    return None if isinstance(where, ChooseClinic) else where.clinic


def nobody_reads(*, thanked: bool) -> str:
    """Said above where somebody stands who typed what nobody asked for."""
    if thanked:
        return _("You are welcome! Stay healthy.")
    return _("Nobody reads this chat: everything is done by the buttons below.")


def not_read_again() -> Screen:
    """The answer to a message that was edited."""
    text = say(_("I do not read a message again once it is edited. Please write it anew."))
    return Screen(text, [[Button(_("Go on"), common_taps.Here())]])


def choose_language() -> Screen:
    return Screen(
        say(_("Which language shall I speak?")),
        [
            *[
                [Button(OWN_NAMES[language], taps.Speak(language=language))]
                for language in Language
            ],
            [Button(_("Home"), common_taps.Start())],
        ],
    )


def _child_lines(row: ChildAtHome, where: Home, called: str) -> Markup:
    who = child_with_age(replace(row.child, name=called), where.now, where.clinic)
    lines = [say("👶 {child}", child=who)]
    lines += [_booked(visit, where) for visit in row.visits[:MOST_VISITS]]
    lines += [
        say(_("⏳ Needs another time instead of {moment}"), moment=moment(visit.slot))
        for visit in row.owed[:MOST_VISITS]
    ]
    more = [*row.owed[MOST_VISITS:], *row.visits[MOST_VISITS:]]
    if more:
        lines.append(say(_("and {n} more under “My visits”"), n=len(more)))
    if row.own and row.own.instead_of:
        lines.append(away(row.own))
    elif row.own and row.own.of_district:
        doctor = with_initials(row.own.doctor.name)
        lines.append(say(_("District doctor: {doctor}"), doctor=doctor))
    return Markup("\n").join([*lines, *_could_have(row, where)])


def _could_have(row: ChildAtHome, where: Home) -> Iterator[Markup]:
    """What the child could have, or why it could not."""
    if row.missed:
        yield counted(row.missed, where.clinic)
    if row.check_up:
        yield possible(row.check_up)
    if row.earliest:
        yield _earliest(row, row.earliest, where.now)
    elif row.is_grown_up:
        yield say(_("A pediatrician sees children under 18."))
    elif row in where.lacking:
        yield say(_("No free times now. The registry: {phone}"), phone=where.clinic.phone)


def _earliest(row: ChildAtHome, slot: Slot, now: datetime) -> Markup:
    """The nearest time; it says with whom if that was not said in the line above."""
    line = say(_("Earliest time: {moment}"), moment=soon(slot, now))
    if row.own and row.own.of_district and row.own.doctor.id == slot.doctor.id:
        return line
    return say("{line}, {doctor}", line=line, doctor=with_initials(slot.doctor.name))


def _booked(visit: Appointment, where: Home) -> Markup:
    """A visit ahead in one line; it says at which clinic if it is another one, and by which clocks
    if these differ among the family's visits."""
    here, there = where.clinic, visit.slot.doctor.clinic
    time_of = whose_time([each for row in where.children for each in row.visits], here)
    words = _("✅ Booked: {moment}, {doctor}")
    if visit.is_pending:
        words = _("⏳ Waits for the doctor: {moment}, {doctor}")
    if visit.awaits_system:
        words = _("⏳ The clinic has been asked: {moment}, {doctor}")
    line = say(
        words,
        moment=soon(visit.slot, where.now) + time_of(visit),
        doctor=with_initials(visit.slot.doctor.name),
    )
    return line if there.id == here.id else say("{line}, {clinic}", line=line, clinic=there.name)


def _quick(where: Home, rows: Sequence[ChildAtHome]) -> list[list[Button]]:
    """The nearest time of each as one button; says for whom when there are several children."""
    free = [(row.child, row.earliest) for row in rows if row.earliest]
    reasons = [row.reason for row in rows if row.earliest]
    ahead = {row.child.id: row.visits for row in where.children}
    named = children_apart([row.child for row in where.children], ahead, where.now)
    if len(where.children) == 1:
        labels = [f"🕘 {capital(soon(slot, where.now))}" for _child, slot in free]
    else:
        labels = told_apart(
            free,
            lambda each: brief(each[0].name, each[1], where.now),
            lambda each: brief(named[each[0].id], each[1], where.now),
            lambda each: named[each[0].id],
        )
    return [
        [
            Button(
                label,
                booking_taps.ChooseTime(child_id=child.id, reason=reason, slot_id=slot.id),
                Style.PRIMARY,
            )
        ]
        for (child, slot), reason, label in zip(free, reasons, labels, strict=True)
    ]


def _to_check_ups(where: Home, shown: Sequence[ChildAtHome]) -> list[list[Button]]:
    """For whom a check-up is possible at its age; says for whom when there are several children."""
    ahead = {row.child.id: row.visits for row in where.children}
    named = children_apart([row.child for row in where.children], ahead, where.now)
    alone = len(where.children) == 1
    return [
        [to_check_up(where.clinic.id, row.child.id, "" if alone else named[row.child.id])]
        for row in shown
        if row.check_up and row.may_book and not row.missed
    ]


def _stop(clinic: Clinic) -> Button:
    return Button(_("Not now"), taps.StopTyping(clinic_id=clinic.id))


_SCREENS: dict[type, Callable[[Any], Screen]] = {
    ChooseClinic: lambda where: choose_clinic(where.clinics, where.problem),
    AskConsent: consent,
    Declined: lambda where: declined(where.clinic),
    AskName: ask_name,
    AskBirthDate: ask_birth_date,
    AskIfKnown: ask_if_known,
    ChildCard: card,
    Home: home,
}
