"""A child who is ill, or was in contact: danger signs first, then whom to call, then what to do."""

from collections.abc import Iterator
from dataclasses import replace

from bot.flows.common.apart import children_apart
from bot.flows.common.pages import page_of, turning
from bot.flows.common.parts import (
    danger_signs,
    doctor_and_room,
    go_home,
    home_call,
    in_list,
    moment,
    urgent,
    with_initials,
)
from bot.flows.visits.booking import taps as booking_taps
from bot.flows.visits.ill import taps
from bot.flows.visits.mine import taps as mine_taps
from bot.flows.visits.mine import views as mine_views
from bot.flows.visits.search import taps as search_taps
from bot.flows.visits.search import views as search_views
from bot.telegram.screen import Button, Screen, Style
from bot.words import Markup, _, language, say, short_date, shorten
from services.model.clinic import Clinic
from services.model.people import Child, Language
from services.model.settings.visit_kinds import KindKey, Reason
from services.model.visits import AppointmentState
from services.rules.ages import is_newborn
from services.rules.eligibility.kinds import ill_kinds
from services.visits.ill_children import IllPage
from services.visits.mine import Visit
from services.visits.search import Days, Reasons, WhichChild

MOST = 4000
"""Characters of the page: what a clinic may write besides the signed words is cut to fit."""
LEAST = 40
"""Of words that are cut: fewer say nothing."""


def page(found: IllPage, tapped: search_taps.Ill | None = None) -> Screen:
    """What the clinic says of an ill child; without what was tapped, whichever child it is."""
    clinic = found.clinic
    words = _signed(clinic, found) if clinic.signed_ill_words else _unsigned()
    calls = [*urgent(clinic), home_call(clinic, found.now)]
    registry = say(_("☎️ Registry:\n{phone}"), phone=clinic.phone)
    after = [*_about_visit(found), *_signature(clinic)]
    said = [*words]
    duty = _duty(clinic, [*said, *calls, registry, *after])
    doors = Markup("\n").join([*calls, *duty, registry])
    text = Markup("\n\n").join([*said, doors, *after])
    rows = [*_times(found), *_with_visit(found), _out(found, tapped)]
    return Screen(text, rows)


def _unsigned() -> Iterator[Markup]:
    """What is said as long as no doctor answers for the clinic's own words (R71)."""
    yield say(_("❗ Danger to life: 103 or 112"))
    yield say(
        _(
            "Is the child unwell? Please call: you will be told whether the doctor comes to you or "
            "you come in."
        )
    )


def _signed(clinic: Clinic, found: IllPage) -> Iterator[Markup]:
    """Words signed before their day was noted were signed without a list of dangers."""
    in_english = language() == Language.ENGLISH
    if clinic.ill_words_signed_on:
        own = (in_english and clinic.ill_danger_en) or clinic.ill_danger
        words = _("❗ <b>At once 103 or 112</b> if there is:\n{signs}")
        yield say(words, signs=own or danger_signs())
    else:
        yield say(_("❗ Danger to life: 103 or 112"))
    if found.newborns and found.child:
        words = _("👶 <b>Not three months old: call now</b>, whatever it is.")
        yield say(words)
    elif found.newborns:
        yield say(_("👶 <b>A baby under three months: call now</b>, whatever it is."))
    yield say("{words}", words=(in_english and clinic.ill_words_en) or clinic.ill_words)
    yield say(
        _(
            "Contact with measles or chickenpox counts as ill, too, and so does a rash or "
            "diarrhoea without fever."
        )
    )
    if in_english and not _is_english(clinic):
        yield say(_("The clinic has these words in Russian only."))


def _is_english(clinic: Clinic) -> bool:
    return bool(clinic.ill_words_en and (clinic.ill_danger_en or not clinic.ill_danger))


def _signature(clinic: Clinic) -> Iterator[Markup]:
    if not clinic.signed_ill_words:
        return
    doctor = in_list(with_initials(clinic.ill_words_signed_by))
    if clinic.ill_words_signed_on is None:
        yield say(_("<i>Approved by a doctor: {doctor}</i>"), doctor=doctor)
    else:
        yield say(
            _("<i>Approved by a doctor: {doctor}, version {version}, {day}</i>"),
            doctor=doctor,
            version=clinic.ill_words_version,
            day=short_date(clinic.ill_words_signed_on),
        )


def _duty(clinic: Clinic, beside: list[Markup]) -> list[Markup]:
    room = MOST - sum(len(line) + 2 for line in beside)
    if not clinic.duty or room < LEAST:
        return []
    return [say("🩺 {duty}", duty=shorten(clinic.duty, room))]


def _about_visit(found: IllPage) -> list[Markup]:
    visit = found.visit
    if visit is None or visit.needs_time:
        return []
    words = _("📅 {child}, {moment}: the visit is still yours.")
    return [say(words, child=in_list(visit.child.name), moment=moment(visit.slot))]


def _times(found: IllPage) -> list[list[Button]]:
    """To the hours for ill children, where there are any; never for a newborn (R71)."""
    if not found.for_time:
        return []
    clinic = found.clinic
    label = _("A time for ill children") if clinic.signed_ill_words else _("We were told to come")
    if len(found.children) == 1:
        return [[Button(label, _time_for(found.for_time[0], clinic, found.reason))]]
    return [[Button(label, taps.WhoIsIll(clinic_id=clinic.id))]]


def _time_for(child: Child, clinic: Clinic, reason: KindKey) -> taps.TimeForIll:
    return taps.TimeForIll(child_id=child.id, reason=reason, clinic_id=clinic.id)


def _with_visit(found: IllPage) -> list[list[Button]]:
    visit = found.visit
    if found.has_visits:
        return [[Button(_("My visits"), mine_taps.Visits())]]
    if visit is None:
        return []
    back = Button(_("Give our time back"), taps.AskGiveBack(appointment_id=visit.id))
    if visit.needs_time:
        return [[Button(_("Choose a time"), mine_taps.Visit(appointment_id=visit.id))], [back]]
    later = taps.WhenWell(
        child_id=visit.child.id,
        reason=visit.reason,
        moves=visit.id,
        doctor_id=visit.slot.doctor.id,
    )
    return [[Button(_("Move to when well"), later)], [back]]


def _out(found: IllPage, tapped: search_taps.Ill | None) -> list[Button]:
    """Back to where it was tapped, and home."""
    home = go_home(found.clinic.id)
    if tapped is None:
        return [home]
    if tapped.slot_id:
        need = tapped.model_dump(exclude={"clinic_id"})
        return [Button(_("Back"), booking_taps.ChooseTime(**need)), home]
    if visit_id := tapped.need.moves:
        return [Button(_("Back"), mine_taps.Visit(appointment_id=visit_id)), home]
    reasons = search_taps.Reasons(clinic_id=found.clinic.id, child_id=tapped.child_id)
    return [Button(_("Another reason"), reasons), home]


def who(found: WhichChild | Reasons, at: int = 0) -> Screen:
    """For which of several children a time is wanted."""
    clinic = found.clinic
    children = [found.child] if isinstance(found, Reasons) else found.children
    ahead = {} if isinstance(found, Reasons) else found.ahead
    part = page_of(children, at)
    called = children_apart(children, ahead, found.now)
    reason = next((kind.key for kind in ill_kinds(clinic)), KindKey(Reason.ILLNESS))
    rows = [
        [
            Button(
                called[child.id],
                search_taps.Ill(clinic_id=clinic.id, child_id=child.id, reason=Reason.ILLNESS)
                if is_newborn(child, clinic, found.now)
                else _time_for(child, clinic, reason),
            )
        ]
        for child in part.shown
    ]
    turn = turning(part, lambda to: taps.WhoIsIll(clinic_id=clinic.id, page=to))
    back = Button(_("Back"), taps.IllAtHome(clinic_id=clinic.id))
    return Screen(say(_("Who is ill?")), [*rows, *turn, [back, go_home(clinic.id)]])


def when_well(found: Days) -> Screen:
    """The ordinary move, to a later day: today the child is ill."""
    today = found.search.clinic.today(found.search.now)
    later = replace(found, days=[each for each in found.days if each.day > today])
    shown = search_views.days(later)
    heading = say(_("💚 Choose a day on which the child will be well."))
    return replace(shown, text=Markup("\n\n").join([heading, shown.text]))


def ask_give_back(found: Visit) -> Screen:
    """Asked once, as every cancelling is."""
    visit = found.visit
    if visit.needs_time or visit.state is AppointmentState.CANCELLED:
        return mine_views.ask_cancel(found)
    text = say(
        _("Give the time back? It goes to another child.\n\n{child}, {moment}\n{doctor}"),
        child=visit.child.name,
        moment=moment(visit.slot),
        doctor=doctor_and_room(visit.slot.doctor),
    )
    keep = mine_taps.Visit(appointment_id=visit.id)
    back = taps.GiveBack(appointment_id=visit.id, seen=visit.as_shown)
    return Screen(
        text,
        [
            [Button(_("Keep it"), keep, Style.PRIMARY)],
            [Button(_("Give our time back"), back, Style.DANGER)],
        ],
    )


def given_back(found: Visit) -> Screen:
    """Cancelled as any visit; and a kind word."""
    shown = mine_views.cancelled(found.visit)
    wish = say(_("💚 Get well soon! When the child is well, choose another time."))
    return replace(shown, text=Markup("\n\n").join([shown.text, wish]))
