"""Settings: what a person agrees to, and how they are reminded."""

from datetime import time, timedelta

from bot.flows.common import taps as common_taps
from bot.flows.common.parts import go_home, masked
from bot.flows.families.onboarding import taps as onboarding_taps
from bot.flows.families.privacy import taps as privacy_taps
from bot.flows.families.settings import taps
from bot.telegram.screen import Button, ContactRequest, Screen, Style
from bot.words import Markup, _, say
from services.families.consents import Agreement, Settings
from services.families.phones import PhonePage
from services.families.reminder_wishes import ReminderQuestion
from services.model.clinic import Clinic
from services.model.consents import Purpose
from services.model.people import Phone, ReminderWishes

EVENINGS = (17, 18, 19, 20)
"""Hours on the clinic's wall that can be chosen."""
BEFORE = (1, 2, 3, 4)
"""Hours before a visit that can be chosen."""


def ask_reminders(what: ReminderQuestion) -> Screen:
    """Asked once, below the first visit that was booked."""
    text = _reminders_asked(what)
    about = taps.AboutReminders(clinic_id=what.clinic.id, child_id=what.child_id)
    return Screen(text, [*_yes_or_no(what), [Button(_("What I agree to"), about)]])


def about_reminders(what: ReminderQuestion) -> Screen:
    """The same with the document that is agreed to."""
    text = say("{question}\n\n{text}", question=_reminders_asked(what), text=what.text.text)
    return Screen(text, _yes_or_no(what))


def _reminders_asked(what: ReminderQuestion) -> Markup:
    return say(
        _(
            "🔔 <b>Shall I remind you of the visit?</b>\n"
            "On the evening before at {evening}, and {before} before."
        ),
        evening=_hour(what.clinic.reminding.evening),
        before=_span(what.clinic.reminding.before),
    )


def _yes_or_no(what: ReminderQuestion) -> list[list[Button]]:
    clinic = what.clinic
    agree = taps.Agree(
        clinic_id=clinic.id,
        purpose=Purpose.REMINDERS,
        version=what.text.version,
        child_id=what.child_id,
    )
    decline = taps.Decline(clinic_id=clinic.id, purpose=Purpose.REMINDERS)
    return [[Button(_("Yes, remind me"), agree, Style.SUCCESS)], [Button(_("No need"), decline)]]


def reminders_on(found: Settings) -> Screen:
    """The answer to "yes, remind me"."""
    text = say(_("🔔 <b>I will remind you</b>: {when}."), when=_when(found.wishes, found.clinic))
    if found.wishes.discreet:
        words = _("Without name and doctor, for others see your screen. The settings change that.")
        text = Markup("\n").join([text, say(words)])
    return _answered(found, text)


def reminders_off(found: Settings) -> Screen:
    """The answer to "no need"."""
    text = say(
        _("All right, no reminders. If the clinic moves or cancels a visit, I will tell you.")
    )
    return _answered(found, text)


def no_news(found: Settings) -> Screen:
    """The answer to "no more news", and what still comes."""
    text = say(
        _("🔕 <b>No more news from the clinic</b>\n{clinic}\n\n{rest} {back}"),
        clinic=found.clinic.name,
        rest=_("You are still reminded of your visits, and told if the clinic changes them.")
        if Purpose.REMINDERS in found.given
        else _("If the clinic changes a visit of yours, you are told as before."),
        back=_("News can be turned on again in the settings."),
    )
    settings = Button(_("Settings"), taps.Settings(clinic_id=found.clinic.id))
    return Screen(text, [[settings, go_home(found.clinic.id)]])


def _answered(found: Settings, text: Markup) -> Screen:
    settings = Button(_("Settings"), taps.Settings(clinic_id=found.clinic.id))
    return Screen(text, [[settings, go_home(found.clinic.id)]])


def agreement(what: Agreement) -> Screen:
    """The text of one purpose, to be agreed to."""
    purpose = what.text.purpose
    text = say(
        _("<b>{purpose}</b>\n{clinic}\n\n{text}"),
        purpose=purpose_name(purpose),
        clinic=what.clinic.name,
        text=what.text.text,
    )
    agree = taps.Agree(clinic_id=what.clinic.id, purpose=purpose, version=what.text.version)
    back = taps.Settings(clinic_id=what.clinic.id)
    return Screen(
        text, [[Button(_("I consent"), agree, Style.SUCCESS)], [Button(_("Not now"), back)]]
    )


def settings(found: Settings) -> Screen:
    """Everything that can be turned on and off, each by a tap."""
    clinic_id = found.clinic.id
    reminded = Purpose.REMINDERS in found.given
    lines = [say(_("⚙️ <b>Settings</b>\n{clinic}"), clinic=found.clinic.name)]
    if reminded:
        lines.append(say("🔔 {when}", when=_when(found.wishes, found.clinic)))
    lines.append(say(_("If the clinic moves or cancels a visit, you are told in any case.")))
    lines.append(_how_much_is_said(found))
    rows = [[_switch(purpose, found)] for purpose in _in_order(found)]
    if reminded:
        rows.insert(
            1,
            [
                Button(_evening_label(found), taps.EveningHours(clinic_id=clinic_id)),
                Button(_before_label(found), taps.HoursBefore(clinic_id=clinic_id)),
            ],
        )
    if Purpose.CHECK_UPS in found.given:
        rows.append([Button(_("Whom to invite"), taps.WhomToInvite(clinic_id=clinic_id))])
    discreet = found.wishes.discreet
    if found.asks_phone:
        rows.append([Button(_phone_label(found.phone), taps.Phone(clinic_id=clinic_id))])
    rows += [
        [
            Button(
                _("Write name and doctor: {answer}").format(
                    answer=_("no") if discreet else _("yes")
                ),
                taps.Discreet(clinic_id=clinic_id, on=not discreet),
            )
        ],
        [Button(_("🔐 My data"), privacy_taps.MyData())],
        [Button(_("🌐 Language"), onboarding_taps.Languages()), go_home(clinic_id)],
    ]
    return Screen(Markup("\n\n").join(lines), rows)


def _how_much_is_said(found: Settings) -> Markup:
    """Whether notices name child and doctor, and what one looks like; the example is nobody's."""
    if found.wishes.discreet:
        words = _(
            "🔒 I write without the child's name and the doctor, so that nobody reads them off "
            "your screen:\n<i>Visit tomorrow, 10:15\n📍 {address}</i>"
        )
    else:
        words = _(
            "🔓 I write with the child's name and the doctor, and whoever sees your screen reads "
            "them:\n<i>Misha sees the doctor tomorrow, 10:15\nPetrova A. S., room\u00a012\n"
            "📍 {address}</i>"
        )
    return say(words, address=found.clinic.address)


def evening_hours(found: Settings) -> Screen:
    """When to remind on the day before."""
    rows = [
        [
            Button(
                _hour(time(hour)),
                taps.RemindInTheEvening(clinic_id=found.clinic.id, hour=hour),
            )
            for hour in EVENINGS
        ],
        [
            Button(
                _("Not in the evening"),
                taps.RemindInTheEvening(clinic_id=found.clinic.id, hour=common_taps.NEVER),
            )
        ],
        [Button(_("Back"), taps.Settings(clinic_id=found.clinic.id))],
    ]
    return Screen(say(_("When shall I remind you on the evening before?")), rows)


def hours_before(found: Settings) -> Screen:
    """How long before a visit to remind once more."""
    rows = [
        [
            Button(
                _span(timedelta(hours=hours)),
                taps.RemindBefore(clinic_id=found.clinic.id, hours=hours),
            )
            for hours in BEFORE
        ],
        [
            Button(
                _("Not on the day"),
                taps.RemindBefore(clinic_id=found.clinic.id, hours=common_taps.NEVER),
            )
        ],
        [Button(_("Back"), taps.Settings(clinic_id=found.clinic.id))],
    ]
    return Screen(say(_("How long before the visit shall I remind you once more?")), rows)


def phone(page: PhonePage) -> Screen:
    """What a number is for, and the one that is kept. Without one, `ask_phone` comes below."""
    at = page.clinic.id
    purpose = _(
        "When you call, the registry finds your visits by it. You can remove it at any time."
    )
    if page.phone is None:
        text = say(_("📞 <b>Phone</b>\n\n{purpose}"), purpose=purpose)
        return Screen(text, [[Button(_("Not now"), taps.NoPhone(clinic_id=at))]])
    text = say(
        _("📞 <b>Phone</b>: {number}\n\n{purpose}"),
        number=masked(page.phone.number),
        purpose=purpose,
    )
    remove = Button(_("Remove the number"), taps.RemovePhone(clinic_id=at))
    return Screen(text, [[remove], [Button(_("Settings"), taps.Settings(clinic_id=at))]])


def ask_phone() -> ContactRequest:
    """The button that sends the number."""
    return ContactRequest(say(_("👇 The button below sends your number.")), _("Send my number"))


def phone_given() -> Markup:
    """Said above the number that is kept now."""
    return say(_("✅ Your number is kept."))


def no_phone_given() -> Markup:
    """Said when somebody gives none."""
    return say(_("All right, it works without a number too."))


def phone_removed(page: PhonePage) -> Screen:
    """The answer to "remove"."""
    settings = Button(_("Settings"), taps.Settings(clinic_id=page.clinic.id))
    return Screen(say(_("The number is removed.")), [[settings, go_home(page.clinic.id)]])


def _phone_label(phone: Phone | None) -> str:
    if phone is None:
        return _("📞 Phone: none")
    return _("📞 Phone: {number}").format(number=masked(phone.number))


def _in_order(found: Settings) -> list[Purpose]:
    return [purpose for purpose in Purpose if purpose in found.offered]


def _switch(purpose: Purpose, found: Settings) -> Button:
    on = purpose in found.given
    label = f"{purpose_name(purpose)}: {_state(on=on)}"
    kind = taps.Withdraw if on else taps.AskToAgree
    return Button(label, kind(clinic_id=found.clinic.id, purpose=purpose))


def purpose_name(purpose: Purpose) -> str:
    """What a consent is for, in two words."""
    return {
        Purpose.PROCESSING: _("Consent"),
        Purpose.REMINDERS: _("🔔 Reminders"),
        Purpose.NEWS: _("📰 News"),
        Purpose.CHECK_UPS: _("🩺 Check-ups"),
        Purpose.PHONE_TO_CLINIC: _("📞 Phone to clinic"),
    }[purpose]


def _state(*, on: bool) -> str:
    return _("on") if on else _("off")


def _evening_label(found: Settings) -> str:
    wishes = found.wishes
    if not wishes.evening:
        return _("Evening: no")
    return _("Evening: {hour}").format(
        hour=_hour(wishes.evening_at or found.clinic.reminding.evening)
    )


def _before_label(found: Settings) -> str:
    if not found.wishes.soon:
        return _("On the day: no")
    return _("{span} before").format(span=_span(found.wishes.before or _usual(found.clinic)))


def _usual(clinic: Clinic) -> timedelta:
    return clinic.reminding.before


def _when(wishes: ReminderWishes, clinic: Clinic) -> str:
    """ "накануне в 18:00 и за 2 часа до визита"."""
    parts = []
    if wishes.evening:
        hour = _hour(wishes.evening_at or clinic.reminding.evening)
        parts.append(_("on the evening before at {hour}").format(hour=hour))
    if wishes.soon:
        span = _span(wishes.before or clinic.reminding.before)
        parts.append(_("{span} before the visit").format(span=span))
    return _(" and ").join(parts) if parts else _("never: both reminders are turned off")


def _hour(hour: time) -> str:
    return f"{hour.hour}:{hour.minute:02}"


def _span(span: timedelta) -> str:
    """ "2 часа", "30 минут"."""
    minutes = span // timedelta(minutes=1)
    if minutes % 60:
        return _("{n} minute", "{n} minutes", minutes).format(n=minutes)
    hours = minutes // 60
    return _("{n} hour", "{n} hours", hours).format(n=hours)
