"""Whom a caller speaks of, and what the desk knows of them."""

from collections.abc import Iterator, Sequence

from bot.documents.typed.phones import in_words
from bot.flows.common.apart import LONGEST_TAIL, tailed, told_apart
from bot.flows.common.pages import page_of, turning
from bot.flows.common.parts import (
    LONGEST_BUTTON,
    brief,
    child_with_age,
    doctor_and_room,
    family_name,
    in_list,
    masked,
    moment,
    purpose,
    to_desk,
)
from bot.flows.common.refusals import again, words_of
from bot.flows.desk.booking import taps as desk_booking_taps
from bot.flows.desk.day import taps as day_taps
from bot.flows.desk.groups import taps as groups_taps
from bot.flows.desk.joining import taps as joining_taps
from bot.flows.desk.mistakes import taps as mistakes_taps
from bot.flows.desk.people import taps as people_taps
from bot.flows.desk.search import taps
from bot.flows.desk.seeing import taps as seeing_taps
from bot.flows.desk.seeing import views as seeing_views
from bot.flows.desk.waiting import taps as waiting_taps
from bot.telegram.screen import Button, Screen, Style
from bot.words import Markup, _, day, long_date, say, short_date, squeeze
from services.desk.codes import Code
from services.desk.errands import Aim
from services.desk.search import MOST_FOUND, AskPhone, AtDesk, Found, Nobody, Traits
from services.model.access import Post
from services.model.people import CareRole, Child, PhoneNumber
from services.model.visits import Appointment, Matter
from services.rules.typed.lines import ByPhone
from services.rules.typed.texts import mark

MOST_PHONES = 5
MOST_TO_SEE = 5
"""Of a child: what else there is stands on the list of those to see to."""


def nobody(found: Nobody) -> Screen:
    """Why nothing could be looked up, and what can."""
    text = say(
        _("{problem}\n\nType the child's name and birth date, the visit's number or the phone."),
        problem=words_of(found.problem),
    )
    return Screen(text, [[to_desk(found.post.id)]])


def found(result: Found) -> Screen:
    """Several children, or none who has the name."""
    shown = result.children[:MOST_FOUND]
    lines = [_who_was_found(result), *(_child_line(child, result) for child in shown)]
    named = zip(shown, _called(shown, result), strict=True)
    rows = [[_open(result.post, child, label)] for child, label in named]
    if more := result.more + len(result.children) - len(shown):
        lines.append(say(_more(result), n=more))
    if result.may_be_entered:
        lines.append(
            say(_("Book only with a consent signed on paper. Or take a time without a name."))
        )
        add = taps.AddAtDesk(post_id=result.post.id, line=mark(result.line))
        nameless = desk_booking_taps.DoctorsAtDesk(post_id=result.post.id, aim=Aim.TAKE)
        rows.append([Button(_("Signed: enter the child"), add, Style.PRIMARY)])
        rows.append([Button(_("A time without a name"), nameless)])
    return Screen(Markup("\n\n").join(lines), [*rows, [to_desk(result.post.id)]])


def _more(result: Found) -> str:
    """What tells more apart than what was typed."""
    if isinstance(result.query, ByPhone):
        return _("And {n} more: type the name and the birth date.")
    if result.query.name:
        return _("And {n} more: type the phone, or the visit's number.")
    return _("And {n} more: type the name, too.")


def _who_was_found(result: Found) -> Markup:
    if isinstance(result.query, ByPhone):
        number = in_words(result.query.number)
        if result.children:
            return say(_("🔎 {phone}: which one?"), phone=number)
        return say(_("🔎 No family here gave the number {phone}."), phone=number)
    born = long_date(result.query.birth_date)
    if result.by_name:
        return say(_("🔎 Born {day}, which one?"), day=born)
    if not result.query.name:
        return say(_("🔎 Nobody here was born {day}."), day=born)
    if not result.children:
        return say(_("🔎 Not here yet: {name}, {day}."), name=result.query.name, day=born)
    return say(
        _("🔎 No {name} born {day}. On that day:"),
        name=result.query.name,
        day=born,
    )


def _child_line(child: Child, result: Found) -> Markup:
    name = say("👶 {child}", child=child.name)
    if isinstance(result.query, ByPhone):
        name = say(_("{child}, born {day}"), child=name, day=long_date(child.birth_date))
    if traits := result.traits.get(child.id):
        known = Markup(" · ").join(_known(traits)) or say(_("nothing else is known"))
        return Markup("\n").join([name, known])
    return name


def _known(traits: Traits) -> Iterator[Markup]:
    if traits.phone:
        yield say("☎️ {phone}", phone=masked(traits.phone))
    if traits.district:
        yield say(_("district: {name}"), name=in_list(traits.district.name))
    if traits.following:
        yield say("📅 {moment}", moment=moment(traits.following.slot))


def _called(children: Sequence[Child], result: Found) -> list[str]:
    """The name; of namesakes with the birth date, else with what the registry knows besides."""

    def born(child: Child) -> str:
        return tailed(child.name, short_date(child.birth_date))

    def known(child: Child) -> str:
        traits = result.traits.get(child.id)
        if traits and traits.phone:
            return tailed(child.name, _end_of(traits.phone))
        if traits and traits.following:
            return brief(child.name, traits.following.slot, result.now)
        if traits and traits.district:
            return tailed(child.name, squeeze(traits.district.name, LONGEST_TAIL))
        return born(child)

    return told_apart(children, lambda child: child.name, born, known)


def _end_of(number: PhoneNumber) -> str:
    """ "··45-67": enough to hear whether it is the caller's."""
    return f"··{number[-4:-2]}-{number[-2:]}"


def _open(post: Post, child: Child, label: str) -> Button:
    return Button(label, taps.ChildAtDesk(post_id=post.id, child_id=child.id))


def card(at: AtDesk, page: int = 0) -> Screen:
    """A child as the registry knows them, and what a caller can want."""
    part = page_of(at.visits, page)
    lines = [
        say(
            _("👶 <b>{child}</b>\nBorn {day}"),
            child=child_with_age(at.child, at.now, at.post.clinic),
            day=long_date(at.child.birth_date),
        ),
        *([_unheard(at.unheard)] if at.unheard else []),
        *(_visit_line(visit) for visit in part.shown),
        *(seeing_views.line(each, at.now) for each in at.to_see[:MOST_TO_SEE]),
        *(_settled_line(visit) for visit in at.settled[:MOST_TO_SEE]),
        *([say(_("👥 This child seems to have two cards."))] if at.entered_twice else []),
        *([] if at.in_bot else [say(_("📵 The family is not in the bot: tell it by phone."))]),
        *(say("☎️ {phone}", phone=in_words(phone)) for phone in at.phones[:MOST_PHONES]),
    ]
    ids = {"post_id": at.post.id, "child_id": at.child.id}
    phone = [[Button(_("The family's phone"), taps.AskPhone(**ids))]] if at.wants_phone else []
    if at.wants_groups:
        phone.append([Button(_("Priority in booking"), groups_taps.GroupsAtDesk(**ids))])
    if at.post.clinic.waitlist.on:
        phone.append([Button(_("On the waiting list"), waiting_taps.ChildInList(**ids))])
    if at.may_be_corrected:
        phone.append([Button(_("Correct or remove"), mistakes_taps.AskCorrect(**ids))])
    second = joining_taps.SecondCards(**ids)
    rows = [
        [Button(_("Book"), desk_booking_taps.ReasonsAtDesk(**ids), Style.PRIMARY)],
        *([_open_visit(at, visit)] for visit in part.shown),
        *turning(part, lambda to: taps.ChildAtDesk(**ids, page=to)),
        *([seeing_views.open_button(at.post.id, each, at.now)] for each in at.to_see[:MOST_TO_SEE]),
        *([_open_settled(at, visit)] for visit in at.settled[:MOST_TO_SEE]),
        *phone,
        [
            Button(_("Code for the family"), taps.GiveCode(**ids)),
            Button(_("Around the child"), people_taps.PeopleAtDesk(**ids)),
        ],
        [Button(_("A second card"), second), to_desk(at.post.id)],
    ]
    return Screen(Markup("\n\n").join(lines), rows)


def _unheard(words: str) -> Markup:
    return say(_("❔ The card does not say “{words}”: ask whether it is this child."), words=words)


def _visit_line(visit: Appointment) -> Markup:
    return say(
        _("📅 <b>{moment}</b>, № {number}\n{doctor} · {reason}"),
        moment=moment(visit.slot),
        number=visit.number,
        doctor=doctor_and_room(visit.slot.doctor, briefly=True),
        reason=purpose(visit),
    )


def _settled_line(visit: Appointment) -> Markup:
    return say(
        _("✅ <b>{moment}</b>, № {number}\nhas no time; settled with the family"),
        moment=moment(visit.slot),
        number=visit.number,
    )


def _open_settled(at: AtDesk, visit: Appointment) -> Button:
    tap = seeing_taps.OneToSee(
        post_id=at.post.id, appointment_id=visit.id, matter=Matter.NEEDS_TIME
    )
    return Button(
        f"✅ {brief(family_name(visit.slot.doctor), visit.slot, at.now, LONGEST_BUTTON - 2)}", tap
    )


def _open_visit(at: AtDesk, visit: Appointment) -> Button:
    tap = day_taps.StaffVisit(post_id=at.post.id, appointment_id=visit.id)
    return Button(brief(family_name(visit.slot.doctor), visit.slot, at.now), tap)


def ask_phone(where: AskPhone) -> Screen:
    """The family's number, for when something has to be said."""
    question = say(_("☎️ {child}: type the family's phone number."), child=where.child.name)
    back = taps.ChildAtDesk(post_id=where.post.id, child_id=where.child.id)
    return Screen(again(where.problem, question), [[Button(_("Back"), back)]])


def code(given: Code) -> Screen:
    """What the registry says over the phone, or shows."""
    digits = given.digits
    until = given.post.clinic.wall(given.expires_at)
    words = (
        _(
            "🔑 <b>{code}</b>\n{child}\n\nThe teenager opens the bot, agrees and types this "
            "number: their own visits are there. Parents keep theirs. It works once, until {day}."
        )
        if given.role is CareRole.SELF
        else _(
            "🔑 <b>{code}</b>\n{child}\n\nThe parent opens the bot, agrees and types this number: "
            "the visits are there, with reminders. It works once, until {day}."
        )
    )
    text = say(
        words,
        code=" ".join((digits[:3], digits[3:6], digits[6:])),
        child=given.child.name,
        day=day(until),
    )
    back = taps.ChildAtDesk(post_id=given.post.id, child_id=given.child.id)
    return Screen(text, [[Button(_("Back"), back), to_desk(given.post.id)]])
