"""Which check-up is possible, the invitation to it, and for whom there are invitations."""

from bot.flows.common import ages
from bot.flows.common.apart import children_apart
from bot.flows.common.pages import page_of, turning
from bot.flows.common.parts import go_home
from bot.flows.families.check_ups import taps
from bot.flows.families.settings import taps as settings_taps
from bot.flows.visits.search import taps as search_taps
from bot.telegram.screen import Button, Screen
from bot.words import Markup, _, say, shorten
from services.families.check_ups import InvitedFor, Said
from services.model.check_ups.known import DueCheckUp
from services.model.clinic import Reason
from services.model.ids import ChildId, ClinicId
from services.model.letters import CheckUpInvitation

LONGEST_NAME = 12
"""Of a child on a button that says more than the name."""


def possible(check_up: DueCheckUp) -> Markup:
    """A line of the child's on home."""
    words = (
        _("🩺 {age}: an in-depth check-up is possible")
        if check_up.in_depth
        else _("🩺 {age}: a check-up is possible")
    )
    return say(words, age=ages.in_words(check_up.months))


def to_check_up(clinic_id: ClinicId, child_id: ChildId, name: str = "") -> Button:
    """The way to its doctors; says for whom where that is not clear."""
    label = _("To a check-up")
    if name:
        label = _("Check-up: {name}").format(name=shorten(name, LONGEST_NAME))
    return Button(label, _doctors(clinic_id, child_id))


def _doctors(clinic_id: ClinicId, child_id: ChildId) -> search_taps.Doctors:
    return search_taps.Doctors(clinic_id=clinic_id, child_id=child_id, reason=Reason.CHECK_UP)


def invitation(what: CheckUpInvitation) -> Screen:
    """The letter. No child is named; whoever is discreet reads neither age nor clinic."""
    clinic = what.clinic
    words = (
        _("🩺 <b>Time for an in-depth check-up at {age}</b>")
        if what.in_depth
        else _("🩺 <b>Time for a check-up at {age}</b>")
    )
    lines = [
        say(_("🩺 <b>Time for a check-up</b>"))
        if what.discreet
        else say(words, age=ages.in_words(what.months)),
        say(_("This is an invitation, not a doctor's order.")),
        say("📍 {address}", address=clinic.address)
        if what.discreet
        else say("{clinic}, {address}", clinic=clinic.name, address=clinic.address),
    ]
    return Screen(
        Markup("\n").join(lines),
        [
            [Button(_("Book a visit"), _doctors(clinic.id, what.child_id))],
            [Button(_("Had it already"), taps.Passed(check_up_id=what.check_up_id))],
            [Button(_("Do not suggest"), taps.DoNotInvite(check_up_id=what.check_up_id))],
        ],
        stays=True,
    )


def passed(found: Said) -> Screen:
    """The answer to "had it already"."""
    text = say(_("👍 Noted: the check-up at {age} was had."), age=ages.in_words(found.months))
    return Screen(text, [[go_home(found.clinic.id)]])


def not_invited(found: Said) -> Screen:
    """The answer to "do not suggest", and where that is taken back."""
    text = say(
        _(
            "🔕 <b>No more invitations to check-ups for {child}</b>\nThe home screen does not "
            "speak of them either. The settings change that; booking works as before."
        ),
        child=found.child.name,
    )
    ids = {"clinic_id": found.clinic.id}
    again = taps.Invite(**ids, child_id=found.child.id, on=True)
    settings = Button(_("Settings"), settings_taps.Settings(**ids))
    return Screen(text, [[Button(_("Invite again"), again)], [settings, go_home(found.clinic.id)]])


def invited(found: InvitedFor, page: int = 0) -> Screen:
    """Each child with a switch; by which order the ages are, below."""
    clinic = found.clinic
    part = page_of(found.children, page)
    called = children_apart(found.children, {}, found.now, LONGEST_NAME)
    text = say(
        _(
            "🩺 <b>Check-ups</b>\nFor whom shall I invite you, once at each age? A child who is "
            "off is not spoken of on the home screen either."
        )
    )
    about = say(_("Ages: {ages}"), ages=ages.in_line(clinic.check_ups.ages) or "—")
    lines = [text, about]
    if clinic.check_ups.source:
        lines.append(say("{source}", source=clinic.check_ups.source))
    rows = []
    for child in part.shown:
        on = child.id not in found.unwanted
        state = _("on") if on else _("off")
        tap = taps.Invite(clinic_id=clinic.id, child_id=child.id, on=not on)
        rows.append([Button(f"{called[child.id]}: {state}", tap)])
    rows += turning(part, lambda to: settings_taps.WhomToInvite(clinic_id=clinic.id, page=to))
    settings = Button(_("Settings"), settings_taps.Settings(clinic_id=clinic.id))
    return Screen(Markup("\n\n").join(lines), [*rows, [settings, go_home(clinic.id)]])
