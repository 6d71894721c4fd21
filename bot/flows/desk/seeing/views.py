"""Families whom the registry has to see to: a page of the list, and one of them."""

from datetime import datetime

from bot.documents.typed.phones import in_words
from bot.flows.common.pages import Page, turning
from bot.flows.common.parts import (
    LONGEST_BUTTON,
    brief,
    child_with_age,
    doctor_and_room,
    long_moment,
    moment,
    purpose,
    to_desk,
    until,
    with_initials,
)
from bot.flows.common.taps import Tap
from bot.flows.desk.booking import taps as booking_taps
from bot.flows.desk.calls import taps as calls_taps
from bot.flows.desk.day import taps as day_taps
from bot.flows.desk.groups import taps as groups_taps
from bot.flows.desk.seeing import taps
from bot.flows.visits.questions import taps as questions_taps
from bot.telegram.screen import Button, Screen, Style
from bot.words import Markup, _, capital, clock, say, shorten
from services.desk.errands import Aim
from services.desk.to_see import A_PAGE, TICKED, OneToSee, ToSeeTo
from services.model.clinic import Clinic
from services.model.ids import PostId
from services.model.visits import Matter, ToSee

LONGEST_NAME = 40
"""Characters of a child's name in a list."""
MOST_PHONES = 5
_MARKS = {
    Matter.NEEDS_TIME: "🕘",
    Matter.OUTSIDE: "🚪",
    Matter.TO_CALL: "📞",
    Matter.PENDING: "⏳",
    Matter.QUESTION: "💬",
    Matter.CLAIM: "🏷",
}


def to_see(found: ToSeeTo) -> Screen:
    """What there is of each matter, and a page of families, the next visits first."""
    if not found.count:
        return Screen(say(_("✅ <b>Nobody waits for you now</b>")), [[to_desk(found.post.id)]])
    heading = say(_("❗️ <b>To do now: {n}</b>"), n=found.count)
    counts = [
        say("{mark} {words}: {n}", mark=mark, words=_kind(matter), n=found.counts[matter])
        for matter, mark in _MARKS.items()
        if found.counts.get(matter)
    ]
    lines = [line(each, found.now) for each in found.shown]
    summary = Markup("\n").join([heading, *counts])
    rows = [[open_button(found.post.id, each, found.now)] for each in found.shown]
    return Screen(
        Markup("\n\n").join([summary, *lines]),
        [*rows, *_pages(found), [to_desk(found.post.id)]],
    )


def _kind(matter: Matter) -> str:
    return {
        Matter.NEEDS_TIME: _("without a time"),
        Matter.OUTSIDE: _("outside the hours"),
        Matter.TO_CALL: _("to phone"),
        Matter.PENDING: _("wait for the doctor"),
        Matter.QUESTION: _("questions"),
        Matter.CLAIM: _("documents for a group"),
    }[matter]


def _pages(found: ToSeeTo) -> list[list[Button]]:
    """The way to the pages beside; the list counts them from 0."""
    part = Page(range(found.count), A_PAGE, found.page + 1)
    return turning(part, lambda to: taps.ToSee(post_id=found.post.id, page=to - 1))


def line(each: ToSee, now: datetime) -> Markup:
    """Whom it is about, and what waits."""
    visit = each.visit
    return say(
        "{mark} <b>{moment}</b> · {child}\n{words}",
        mark=_MARKS[each.matter],
        moment=moment(visit.slot),
        child=shorten(visit.child.name, LONGEST_NAME),
        words=_words(each, now),
    )


def _words(each: ToSee, now: datetime) -> str:
    visit = each.visit
    doctor = with_initials(visit.slot.doctor.name)
    if each.matter is Matter.NEEDS_TIME and each.kept_until:
        words = _("needs another time; chooses until {until}")
        return words.format(until=_end(each.kept_until, visit.slot.doctor.clinic, now))
    return {
        Matter.NEEDS_TIME: _("needs another time; none is kept any more"),
        Matter.OUTSIDE: _("{doctor} does not receive then"),
        Matter.TO_CALL: _("does not know of the change"),
        Matter.PENDING: _("waits for the word: {doctor}"),
        Matter.QUESTION: _("a question waits for an answer"),
        Matter.CLAIM: _("will show a document for a group"),
    }[each.matter].format(doctor=doctor)


def _end(at: datetime, clinic: Clinic, now: datetime) -> str:
    """Today, the time says enough."""
    wall = clinic.wall(at)
    return clock(wall) if wall.date() == clinic.today(now) else until(at, clinic, now)


def open_button(post_id: PostId, each: ToSee, now: datetime) -> Button:
    """Where it is settled."""
    mark, visit = _MARKS[each.matter], each.visit
    words = brief(visit.child.name, visit.slot, now, LONGEST_BUTTON - 2)
    return Button(f"{mark} {words}", _where(post_id, each))


def _where(post_id: PostId, each: ToSee) -> Tap:
    visit_id = each.visit.id
    if each.matter in TICKED:
        return taps.OneToSee(post_id=post_id, appointment_id=visit_id, matter=each.matter)
    if each.matter is Matter.TO_CALL:
        return calls_taps.Calls(post_id=post_id)
    if each.matter is Matter.CLAIM:
        return groups_taps.GroupsAtDesk(post_id=post_id, child_id=each.visit.child.id)
    if each.question_id:
        return questions_taps.Question(post_id=post_id, question_id=each.question_id)
    return day_taps.StaffVisit(post_id=post_id, appointment_id=visit_id)


def one(found: OneToSee) -> Screen:
    """A family that needs a time, or whose visit is outside the hours; and the tick."""
    visit = found.what.visit
    text = say(
        "{state}\n\n<b>{child}</b>\n{moment}, № {number}\n{doctor}\n{reason}{phones}",
        state=_("✅ Settled") if found.done else _state(found),
        child=child_with_age(visit.child, found.now, found.post.clinic),
        moment=capital(long_moment(visit.slot)),
        number=visit.number,
        doctor=doctor_and_room(visit.slot.doctor),
        reason=purpose(visit),
        phones=Markup().join(
            say("\n☎️ {phone}", phone=in_words(phone)) for phone in found.phones[:MOST_PHONES]
        ),
    )
    ids = {"post_id": found.post.id, "appointment_id": visit.id}
    to_list = Button(_("To the list"), taps.ToSee(post_id=found.post.id))
    return Screen(
        text,
        [
            *_ways(found),
            [Button(_("Open the visit"), day_taps.StaffVisit(**ids))],
            [to_list, to_desk(found.post.id)],
        ],
    )


def _state(found: OneToSee) -> str:
    return f"{_MARKS[found.what.matter]} {capital(_words(found.what, found.now))}"


def _ways(found: OneToSee) -> list[list[Button]]:
    """Another time, or a tick; one that was ticked off can come back."""
    visit, matter = found.what.visit, found.what.matter
    tick = taps.SeenTo(
        post_id=found.post.id,
        appointment_id=visit.id,
        matter=matter,
        sequence=visit.sequence,
        done=not found.done,
    )
    if found.done:
        is_so = visit.needs_time if matter is Matter.NEEDS_TIME else visit.is_active
        return [[Button(_("Back on the list"), tick)]] if is_so else []
    move = booking_taps.DayAtDesk(
        post_id=found.post.id,
        aim=Aim.MOVE,
        subject=visit.id,
        reason=visit.reason,
        doctor_id=visit.slot.doctor.id,
    )
    settled = _("✓ It may stay so") if matter is Matter.OUTSIDE else _("✓ Settled with the family")
    return [[Button(_("Another time"), move, Style.PRIMARY)], [Button(settled, tick)]]
