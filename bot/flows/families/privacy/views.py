"""My data: what is kept, in words; the consents; what it means to leave."""

from collections.abc import Sequence
from datetime import datetime

from bot.flows.common.pages import page_of, turning
from bot.flows.common.parts import LONGEST_BUTTON, in_list, masked, moment, span
from bot.flows.common.taps import Start
from bot.flows.families.privacy import taps
from bot.flows.families.settings.taps import Withdraw
from bot.flows.families.settings.views import purpose_name
from bot.flows.families.who_looked.taps import WhoLooked
from bot.telegram.screen import Button, Screen, Style
from bot.words import Markup, _, clock, long_date, say, shorten
from services.model.consents import Purpose
from services.model.ids import ClinicId
from services.model.privacy.family_data import Agreed
from services.model.privacy.overview import ChildInShort, Overview
from services.model.visits import Appointment
from services.privacy.erasing import Erased, Farewell
from services.privacy.leaving import Departure
from services.privacy.own_data import FileLink

MOST_LISTED = 10
"""Children, and visits that are cancelled: the rest is counted."""
LONGEST_TEXT = 3000
"""Of a document on the screen."""


def my_data(found: Overview) -> Screen:
    """What is kept about the family, in short, and what can be done with it."""
    lines = [say(_("🔐 <b>My data</b>"))]
    if not found.agrees and not found.children:
        lines.append(
            say(_("Nothing is kept but your Telegram number and language: there is no consent."))
        )
    lines += [_child(each) for each in found.children[:MOST_LISTED]]
    if found.phone:
        lines.append(say(_("📞 Your phone: {number}"), number=masked(found.phone.number)))
    if found.agrees:
        lines.append(say(_("Diagnoses, complaints, addresses and policies are not kept at all.")))
    if at := found.erased_from:
        lines.append(say(_("🗑 Everything will be erased on {when}."), when=_moment(at)))
    return Screen(Markup("\n\n").join(lines), _ways(found))


def _ways(found: Overview) -> list[list[Button]]:
    rows = [[Button(_("📄 Take it along"), taps.AskExport())]]
    if found.agreed_last_at:
        rows += [_who_looked(each, found.agreed_last_at) for each in found.children[:MOST_LISTED]]
        rows.append([Button(_("✍️ My consents"), taps.Consents())])
    if found.erased_from:
        rows.append([Button(_("Do not erase"), taps.KeepData(), Style.PRIMARY)])
    else:
        rows.append([Button(_("🗑 Erase everything"), taps.AskErase())])
    return [*rows, [Button(_("Home"), Start())]]


def _who_looked(child: ChildInShort, at: ClinicId) -> list[Button]:
    label = shorten(_("👁 Who looked: {child}").format(child=child.name), LONGEST_BUTTON)
    return [Button(label, WhoLooked(clinic_id=at, child_id=child.id))]


def _child(child: ChildInShort) -> Markup:
    facts = [_("{n} visit", "{n} visits", child.visits).format(n=child.visits)]
    if asked := child.questions:
        facts.append(_("{n} question", "{n} questions", asked).format(n=asked))
    return say(
        _("👶 <b>{name}</b>, born {date}\n{facts}"),
        name=in_list(child.name),
        date=long_date(child.birth_date),
        facts=", ".join(facts),
    )


def ask_export(by_link: bool = False) -> Screen:
    """Said before the file is given: what is in it, and that it is not to be passed on."""
    text = say(
        _(
            "📄 <b>All that the bot keeps about your family</b>\n\n"
            "One file that opens on the phone: children, visits with their history, questions, "
            "consents, who looked, messages sent.\n\n"
            "⚠️ The history of visits is in it: do not pass it on."
        )
    )
    return Screen(
        text,
        [
            [Button(_("Give me the file"), taps.Export(), Style.PRIMARY)],
            *([[Button(_("🔗 As a link for an hour"), taps.ExportLink())]] if by_link else []),
            [Button(_("Back"), taps.MyData())],
        ],
    )


def file_link(files_url: str | None, link: FileLink | None) -> Screen:
    """The link, which is said once; without one the way to another."""
    if not files_url or not link:
        return ask_export(by_link=bool(files_url))
    text = say(
        _(
            "🔗 <b>Your file, by a link</b>\n\n{link}\n\nIt works once, until {when}. "
            "Whoever has the link can take the file: do not pass it on."
        ),
        link=f"{files_url}/{link.token}",
        when=_moment(link.until),
    )
    return Screen(text, [[Button(_("Back"), taps.MyData())]])


def consents(found: Sequence[Agreed], page: int = 0) -> Screen:
    """Each with its date, to be opened; the latest first."""
    part = page_of(list(reversed(found)), page)
    rows = [
        [Button(_label(each), taps.ConsentGiven(consent_id=each.id))]
        for each in part.shown
        if each.id
    ]
    text = say(
        _(
            "✍️ <b>My consents</b>\n\n✅ stands, ✖️ withdrawn. "
            "Open one to read it again or to withdraw it."
        )
    )
    rows += turning(part, lambda to: taps.Consents(page=to))
    return Screen(text, [*rows, [Button(_("Back"), taps.MyData())]])


def _label(each: Agreed) -> str:
    sign = "✖️" if each.withdrawn_at else "✅"
    return shorten(f"{sign} {purpose_name(each.purpose)} · {each.clinic}", LONGEST_BUTTON)


def consent(found: Agreed) -> Screen:
    """What was agreed to, when, in which words."""
    text = say(
        _("<b>{purpose}</b>\n{clinic}\n\n{state}, version {version}{receipt}\n\n{text}"),
        purpose=purpose_name(found.purpose),
        clinic=found.clinic,
        state=_state(found),
        version=found.version,
        receipt=_receipt(found),
        text=shorten(found.text, LONGEST_TEXT),
    )
    rows = []
    if found.withdrawn_at is None:
        rows.append([_withdraw(found)])
    return Screen(text, [*rows, [Button(_("Back"), taps.Consents())]])


def _state(found: Agreed) -> Markup:
    if found.withdrawn_at is None:
        return say(_("✅ Given {date}"), date=long_date(found.given_at))
    return say(
        _("✖️ Given {date}, withdrawn {until}"),
        date=long_date(found.given_at),
        until=long_date(found.withdrawn_at),
    )


def _receipt(found: Agreed) -> Markup:
    """The number of what was done last, by which the clinic finds it."""
    if not found.history:  # written by a version before
        return Markup("")
    return Markup("\n") + say(_("Receipt № {number}"), number=found.history[-1].number)


def _withdraw(found: Agreed) -> Button:
    clinic_id = found.clinic_id
    if found.purpose is Purpose.PROCESSING:
        return Button(_("Withdraw"), taps.AskLeave(clinic_id=clinic_id), Style.DANGER)
    return Button(_("Withdraw"), Withdraw(clinic_id=clinic_id, purpose=found.purpose))


def ask_leave(found: Departure) -> Screen:
    """What it means to withdraw the main consent, before it is done."""
    lines = [
        say(_("✋ <b>Withdraw the consent to keep data?</b>\n{clinic}"), clinic=found.clinic.name)
    ]
    if found.visits:
        lines.append(say(_("Cancelled at once:\n{visits}"), visits=_listed(found.visits)))
    if found.owed:
        lines.append(say(_("The clinic will look for no other time for you.")))
    if found.shared:
        names = ", ".join(in_list(child.name) for child in found.shared[:MOST_LISTED])
        lines.append(
            say(_("{names}: the visits stay, another adult of the family is here."), names=names)
        )
    lines.append(
        say(
            _(
                "Then you cannot book here, and nothing more is sent. What the clinic has to keep "
                "of past visits by law stays with it."
            )
        )
    )
    leave = taps.Leave(clinic_id=found.clinic.id, seen=found.as_shown)
    return Screen(
        Markup("\n\n").join(lines),
        [
            [Button(_("Keep"), taps.MyData(), Style.PRIMARY)],
            [Button(_("Withdraw"), leave, Style.DANGER)],
        ],
    )


def left(found: Departure) -> Screen:
    """The receipt: it stays in the chat."""
    at = found.clinic.wall(found.at)
    lines = [
        say(
            _("✋ <b>The consent is withdrawn</b>\n{clinic}\n{date}, {time}"),
            clinic=found.clinic.name,
            date=long_date(at),
            time=clock(at),
        )
    ]
    if found.visits:
        lines.append(say(_("These visits are cancelled:\n{visits}"), visits=_listed(found.visits)))
    lines.append(say(_("To come back, open the clinic again: you will be asked anew.")))
    return Screen(
        Markup("\n\n").join(lines),
        [[Button(_("My data"), taps.MyData()), Button(_("Home"), Start())]],
        stays=True,
    )


def ask_erase(found: Farewell) -> Screen:
    """What goes at once, what goes in a day, what stays and why."""
    lines = [say(_("🗑 <b>Erase everything about you?</b>"))]
    if found.visits:
        lines.append(say(_("Cancelled at once:\n{visits}"), visits=_listed(found.visits)))
    lines.append(_what_goes(found))
    if found.shared:
        names = ", ".join(in_list(child.name) for child in found.shared[:MOST_LISTED])
        lines.append(say(_("{names}: stays with the other adult, your part goes."), names=names))
    lines.append(
        say(
            _(
                "What stays: times of past visits without names, and bare facts of the journal of "
                "access. The clinic keeps the medical record by law: this bot never had it. "
                "This chat you clear yourself."
            )
        )
    )
    if found.at_work:
        lines.append(say(_("Your work at the clinic is not touched.")))
    return Screen(
        Markup("\n\n").join(lines),
        [
            [Button(_("Keep"), taps.MyData(), Style.PRIMARY)],
            [Button(_("📄 Take it along first"), taps.AskExport())],
            [Button(_("Erase"), taps.Erase(seen=found.as_shown), Style.DANGER)],
        ],
    )


def _what_goes(found: Farewell) -> Markup:
    names = ", ".join(in_list(child.name) for child in found.alone[:MOST_LISTED])
    if names:
        what = say(_("{names}, the phone, questions, reminders, waiting messages"), names=names)
    else:
        what = say(_("the phone, questions, reminders"))
    if not found.wait:
        return say(_("Erased within a minute: {what}. It cannot be taken back."), what=what)
    return say(
        _("Time to change your mind: {wait}. Then erased: {what}."),
        wait=span(found.wait),
        what=what,
    )


def erasing(found: Farewell) -> Screen:
    """That it is on its way, and how to change one's mind: it stays in the chat."""
    if found.until is None:  # it was done, or taken back, before this tap arrived
        return kept(False)
    lines = [
        say(
            _("🗑 <b>Everything will be erased on {when}</b>\nUntil then you can change your mind."),
            when=_moment(found.until),
        )
    ]
    if found.visits:
        lines.append(say(_("These visits are cancelled:\n{visits}"), visits=_listed(found.visits)))
    lines.append(
        say(_("Consents are withdrawn. Nothing more is sent, but a word when it is done."))
    )
    return Screen(
        Markup("\n\n").join(lines),
        [[Button(_("Do not erase"), taps.KeepData(), Style.PRIMARY)]],
        stays=True,
    )


def kept(was_asked: bool) -> Screen:
    """The answer to a change of mind."""
    if was_asked:
        text = say(_("Nothing is erased. Consents stay withdrawn: I ask anew when you come back."))
    else:
        text = say(_("There is nothing to take back any more."))
    return Screen(text, [[Button(_("My data"), taps.MyData()), Button(_("Home"), Start())]])


def erased(found: Erased) -> Screen:
    """The receipt, the last that is said: it names nobody."""
    text = say(
        _(
            "🗑 <b>Everything about your family is erased</b>\nReceipt № {number}, {when}\n\n"
            "Clear this chat yourself if you wish. Whoever comes back begins anew: /start"
        ),
        number=found.act.number,
        when=_moment(found.at),
    )
    return Screen(text, [[Button(_("Home"), Start())]], stays=True)


def emptied() -> Screen:
    """What a message that spoke of a visit says when its family is erased."""
    text = say(_("🗑 A visit was spoken of here. It is erased."))
    return Screen(text, [[Button(_("Home"), Start())]], stays=True)


def _listed(visits: Sequence[Appointment]) -> Markup:
    lines = [
        say(
            "• {child}: {moment}, {doctor}",
            child=in_list(visit.child.name),
            moment=moment(visit.slot),
            doctor=in_list(visit.slot.doctor.name),
        )
        for visit in visits[:MOST_LISTED]
    ]
    if more := len(visits) - len(lines):
        lines.append(say(_("and {n} more"), n=more))
    return Markup("\n").join(lines)


def _moment(at: datetime) -> str:
    return f"{long_date(at)}, {clock(at)}"
