"""The list of those who wait, as the registry sees it."""

from bot.flows.common.apart import kinds_apart
from bot.flows.common.kinds import kind_name
from bot.flows.common.pages import Page, page_of, turning
from bot.flows.common.parts import (
    LONGEST_BUTTON,
    in_list,
    moment,
    to_desk,
    until,
    with_initials,
)
from bot.flows.desk.booking import taps as booking_taps
from bot.flows.desk.search import taps as search_taps
from bot.flows.desk.waiting import taps
from bot.flows.visits.waiting.taps import Part, Span
from bot.flows.visits.waiting.views import rank_words
from bot.telegram.screen import Button, Screen, Style
from bot.words import Markup, _, day, say, shorten
from services.desk.errands import Aim
from services.desk.waiting.places import (
    A_PAGE,
    ChildInList,
    PlaceAtDesk,
    PlacesAtDesk,
    PutOnList,
    WhyUp,
)
from services.model.waitlist.offers import RankReason
from services.model.waitlist.waits import EVERY_WEEKDAY, Wait, WaitEnd, WaitState, WaitWish

LONGEST_NAMES = 60
MOST_CHILDREN = 4
"""Of one place, that have a button."""
MOST_KINDS = 30
MOST_PLACES = 5
"""Of one child, that its screen shows."""


def waits(found: PlacesAtDesk) -> Screen:
    """A page of the list, in its order."""
    heading = say(_("🔔 <b>Waiting for a time: {n}</b>"), n=found.count)
    lines = [heading, _order(found)]
    lines += [_line(at, each) for at, each in _numbered(found)]
    if not found.count:
        lines = [say(_("🔔 <b>Nobody is waiting for a time</b>"))]
    rows = [
        [Button(shorten(f"{at}. {_called(each.waiting.wait)}", LONGEST_BUTTON), _open(each))]
        for at, each in _numbered(found)
    ]
    freed = Button(_("Freed times"), taps.FreedAtDesk(post_id=found.post.id))
    return Screen(
        Markup("\n\n").join(lines), [*rows, *_pages(found), [freed, to_desk(found.post.id)]]
    )


def _numbered(found: PlacesAtDesk) -> list[tuple[int, PlaceAtDesk]]:
    return list(enumerate(found.shown, found.page * A_PAGE + 1))


def _pages(found: PlacesAtDesk) -> list[list[Button]]:
    part = Page(range(found.count), A_PAGE, found.page + 1)
    return turning(part, lambda to: taps.WaitsAtDesk(post_id=found.post.id, page=to))


def _order(found: PlacesAtDesk) -> Markup:
    """By what each freed time goes, in a sentence: what speaks for whom depends on its doctor."""
    waiting = found.post.clinic.waitlist
    if not (waiting.group_days or waiting.resident_days):
        return say(_("First who is owed a time, then who was moved up, then who waits longest."))
    return say(
        _(
            "First who is owed a time, then who was moved up, then who waits longest. Head starts "
            "in days: the clinic's groups {group}, the doctor's own district {resident}."
        ),
        group=waiting.group_days,
        resident=waiting.resident_days,
    )


def _open(found: PlaceAtDesk) -> taps.OneAtDesk:
    return taps.OneAtDesk(post_id=found.post.id, wait_id=found.waiting.wait.id)


def _called(wait: Wait) -> str:
    return ", ".join(child.name for child in wait.children)


def _line(at: int, found: PlaceAtDesk) -> Markup:
    return say("{at}. {about}", at=at, about=_about(found))


def _about(found: PlaceAtDesk) -> Markup:
    """Who, for what, since when, and why in this place."""
    wait = found.waiting.wait
    since = until(wait.since, wait.clinic)
    lines = [
        say(
            "<b>{children}</b> · {kind}",
            children=in_list(_called(wait), LONGEST_NAMES),
            kind=kind_name(wait.clinic.kind(wait.wish.kind)),
        ),
        say("{what}", what=_what_for(wait.wish, [with_initials(n) for n in found.waiting.doctors])),
        say(_("since {moment} · {rank}"), moment=since, rank=rank_words(found.rank)),
        *_marks(found),
    ]
    return Markup("\n").join(lines)


def _what_for(wish: WaitWish, doctors: list[str]) -> str:
    whom = in_list(", ".join(doctors), LONGEST_NAMES) if doctors else _("Any doctor")
    parts = [whom]
    if wish.last.year < 9999:  # who is owed a time waits without an end
        parts.append(_("up to {day}").format(day=day(wish.last)))
    if wish.until_hour is not None:
        parts.append(_("before {time}").format(time=f"{wish.until_hour:%-H:%M}"))
    if wish.since_hour.hour:
        parts.append(_("after {time}").format(time=f"{wish.since_hour:%-H:%M}"))
    if wish.weekdays != EVERY_WEEKDAY:
        parts.append(_("certain weekdays"))
    return ", ".join(parts)


def _marks(found: PlaceAtDesk) -> list[Markup]:
    """What the registry has to know of it before it phones."""
    waiting = found.waiting
    lines = []
    if waiting.moving is not None and waiting.moving.is_active:
        lines.append(say(_("has a visit: {moment}"), moment=moment(waiting.moving.slot)))
    if waiting.offer is not None:
        first = waiting.offer.slots[0]
        ends = until(waiting.offer.until, waiting.wait.clinic, waiting.now)
        words = _("offered: {moment}, an answer by {until}")
        lines.append(say(words, moment=moment(first), until=ends))
    if waiting.wait.state is WaitState.RESTING:
        lines.append(say(_("💤 does not answer: nothing is offered for now")))
    if not found.in_bot:
        lines.append(say(_("📵 The family is not in the bot: tell it by phone.")))
    return lines


# One place


def one(found: PlaceAtDesk) -> Screen:
    """One place, and what can be done for the family."""
    wait = found.waiting.wait
    lines = [_about(found)]
    if wait.moved_up is not None:
        when = until(wait.moved_up.at, wait.clinic)
        words = _("Moved up {moment}: {why}.")
        lines.append(say(words, moment=when, why=why_words(wait.moved_up.why)))
    if not wait.is_live:
        lines.append(_over(wait))
    rows = _doings(found) if wait.is_live else []
    cards = [
        [
            Button(
                shorten(_("Card: {child}").format(child=child.name), LONGEST_BUTTON),
                search_taps.ChildAtDesk(post_id=found.post.id, child_id=child.id),
            )
        ]
        for child in wait.children[:MOST_CHILDREN]
    ]
    return Screen(Markup("\n\n").join(lines), [*rows, *cards, _out(found)])


def _over(wait: Wait) -> Markup:
    words = {
        WaitEnd.MET: _("✅ There is a visit: they wait no more."),
        WaitEnd.PASSED: _("The days that would have done are over."),
        WaitEnd.LEFT: _("The family said that it waits no more."),
        WaitEnd.GIVEN_UP: _("The family cancelled the visit that was to be earlier."),
        WaitEnd.JOINED: _("The child's two cards became one: the family waits once."),
        WaitEnd.BY_DESK: _("The registry took the family off the list."),
    }[wait.end or WaitEnd.LEFT]
    return say(words)


def _doings(found: PlaceAtDesk) -> list[list[Button]]:
    ids = {"post_id": found.post.id, "wait_id": found.waiting.wait.id}
    rows = _give(found)
    if found.rank not in (RankReason.OWED, RankReason.MOVED_UP):
        rows.append([Button(_("Move up"), taps.AskWhyUp(**ids))])
    if not found.waiting.wait.owed:
        rows.append([Button(_("Take off the list"), taps.AskTakeOff(**ids))])
    return rows


def _give(found: PlaceAtDesk) -> list[list[Button]]:
    """The desk's own way to a time: in place of the visit that the family has, or a new one."""
    wait, moving = found.waiting.wait, found.waiting.moving
    if moving is not None and (moving.is_active or moving.needs_time):
        move = booking_taps.DoctorsAtDesk(
            post_id=found.post.id, aim=Aim.MOVE, subject=moving.id, reason=wait.wish.kind
        )
        return [[Button(_("Give a time"), move, Style.PRIMARY)]]
    children = wait.children[:MOST_CHILDREN]
    rows = []
    for child in children:
        book = booking_taps.DoctorsAtDesk(
            post_id=found.post.id, aim=Aim.BOOK, subject=child.id, reason=wait.wish.kind
        )
        label = _("Give a time")
        if len(children) > 1:
            label = shorten(_("Give a time: {child}").format(child=child.name), LONGEST_BUTTON)
        rows.append([Button(label, book, Style.PRIMARY)])
    return rows


def _out(found: PlaceAtDesk) -> list[Button]:
    whole = taps.WaitsAtDesk(post_id=found.post.id)
    return [Button(_("The whole list"), whole), to_desk(found.post.id)]


def ask_take_off(found: PlaceAtDesk) -> Screen:
    """Once more, as the place is lost by it."""
    ids = {"post_id": found.post.id, "wait_id": found.waiting.wait.id}
    told = _("The family is told by the bot.")
    if not found.in_bot:
        told = _("📵 The family is not in the bot: tell it by phone.")
    text = say(
        _("Take off the list?\n\n{about}\n\nThe place is lost. {told}"),
        about=_about(found),
        told=told,
    )
    yes = Button(_("Take off the list"), taps.TakeOff(**ids), Style.DANGER)
    return Screen(text, [[yes], [Button(_("Leave it as it is"), _open(found))]])


def ask_why_up(found: PlaceAtDesk) -> Screen:
    """Why this family comes before others: the reason stays with its place."""
    ids = {"post_id": found.post.id, "wait_id": found.waiting.wait.id}
    text = say(
        _(
            "Why does the family come before others?\n\n{about}\n\nThe reason and your name stay "
            "with the place, and the family sees in its journal that it was moved up."
        ),
        about=_about(found),
    )
    rows = [[Button(why_words(why), taps.MoveUp(**ids, why=why))] for why in WhyUp]
    return Screen(text, [*rows, [Button(_("Leave it as it is"), _open(found))]])


def why_words(why: str) -> str:
    """Why somebody was moved up."""
    return {
        WhyUp.DOCTOR: _("a doctor asks for it"),
        WhyUp.OUR_FAULT: _("we let them down"),
        WhyUp.FAR: _("they come from far away"),
        WhyUp.HEAD: _("the head decided so"),
    }[WhyUp(why)]


# A caller


def of_child(found: ChildInList) -> Screen:
    """What a caller's child waits for, and for what it can be put on the list."""
    ids = {"post_id": found.post.id, "child_id": found.child.id}
    shown = found.places[:MOST_PLACES]
    lines = [say(_("🔔 <b>{child}: waiting list</b>"), child=in_list(found.child.name))]
    lines += [_about(each) for each in shown]
    lines.append(say(_("What does the caller wait for?")))
    places = [
        [
            Button(
                shorten(_("🔔 Waits: {kind}").format(kind=_kind_of(each)), LONGEST_BUTTON),
                _open(each),
            )
        ]
        for each in shown
    ]
    called = kinds_apart(found.kinds)
    kinds = [
        [Button(called[kind.key], taps.AskPutOn(**ids, reason=kind.key))]
        for kind in found.kinds[:MOST_KINDS]
    ]
    back = Button(_("The child's card"), search_taps.ChildAtDesk(**ids))
    return Screen(Markup("\n\n").join(lines), [*places, *kinds, [back, to_desk(found.post.id)]])


def _kind_of(found: PlaceAtDesk) -> str:
    wait = found.waiting.wait
    return kind_name(wait.clinic.kind(wait.wish.kind))


def ask_put_on(found: PutOnList, asked: taps.AskPutOn) -> Screen:
    """What the caller waits for; what is chosen has a mark, and one more tap is enough."""
    doctor = next((each for each in found.doctors if each.id == asked.doctor), None)
    names = [with_initials(doctor.name)] if doctor else []
    text = say(
        _("🔔 <b>{child}</b> · {kind}\n{what}"),
        child=in_list(found.child.name),
        kind=kind_name(found.kind),
        what=_what_for(found.wish, names),
    )
    whom = Button(shorten(names[0] if names else _("Any doctor"), LONGEST_BUTTON), _whom(asked))
    return Screen(
        text,
        [
            [whom],
            [_choice(label, asked, span + asked.part) for span, label in _spans().items()],
            [_choice(label, asked, asked.span + part) for part, label in _parts().items()],
            [Button(_("Put on the list"), taps.PutOn(**_same(asked)), Style.SUCCESS)],
            [Button(_("Back"), asked.fallback()), to_desk(found.post.id)],
        ],
    )


def _spans() -> dict[Span, str]:
    return {Span.DAYS: _("3 days"), Span.WEEK: _("7 days"), Span.MONTH: _("30 days")}


def _parts() -> dict[Part, str]:
    return {
        Part.ANY: _("Any hours"),
        Part.MORNING: _("Before 12"),
        Part.EVENING: _("After 17"),
    }


def _same(asked: taps.AskPutOn, **other: object) -> dict[str, object]:
    fields = {"post_id", "child_id", "reason", "doctor", "terms"}
    return asked.model_dump(include=fields) | other


def _choice(label: str, asked: taps.AskPutOn, terms: str) -> Button:
    marked = f"✓ {label}" if terms == asked.terms else label
    return Button(marked, taps.AskPutOn(**_same(asked, terms=terms)))


def _whom(asked: taps.AskPutOn) -> taps.AskWhom:
    return taps.AskWhom(**_same(asked))


def ask_whom(found: PutOnList, asked: taps.AskWhom) -> Screen:
    """With whom."""
    part = page_of(found.doctors, asked.page)
    anybody = Button(_("Any doctor"), taps.AskPutOn(**_same(asked, doctor=0)))
    rows = [
        [
            Button(
                shorten(with_initials(doctor.name), LONGEST_BUTTON),
                taps.AskPutOn(**_same(asked, doctor=doctor.id)),
            )
        ]
        for doctor in part.shown
    ]
    pages = turning(part, lambda to: taps.AskWhom(**_same(asked, page=to)))
    text = say(_("🔔 <b>{child}</b>\nWith whom?"), child=in_list(found.child.name))
    back = Button(_("Back"), taps.AskPutOn(**_same(asked)))
    return Screen(text, [[anybody], *rows, *pages, [back, to_desk(found.post.id)]])
