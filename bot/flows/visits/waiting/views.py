"""The list of those who wait, as families see it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.flows.common.kinds import kind_name
from bot.flows.common.pages import page_of, turning
from bot.flows.common.parts import (
    LONGEST_BUTTON,
    doctor_and_room,
    go_home,
    in_list,
    moment,
    soon,
    span,
    until,
    with_initials,
)
from bot.flows.visits.booking.views import (
    about_visit,
    booked,
    changes,
    handy,
    moved,
    not_booked_there,
)
from bot.flows.visits.mine import taps as mine_taps
from bot.flows.visits.siblings.standing import booked as booked_together
from bot.flows.visits.siblings.standing import none_booked_there
from bot.flows.visits.waiting import taps
from bot.flows.visits.waiting.wishes import wish_of
from bot.telegram.screen import Button, Screen, Style
from bot.words import Markup, _, clock, day, say, shorten, weekdays
from services.model.clinic import Clinic
from services.model.letters import TimeOffered, WaitChanged
from services.model.people import Child
from services.model.visits import MOST_TOGETHER
from services.model.waitlist.offers import RankReason, TimeOffer, TimeOfferState, Waiting
from services.model.waitlist.waits import EVERY_WEEKDAY, Wait, WaitEnd, WaitState, WaitWish
from services.visits.booking import Moved
from services.visits.siblings.booking import BookedTogether
from services.waitlist.answering import Taken
from services.waitlist.waiting import CanWait

MOST_LISTED = 6
"""Places on a page."""
MOST_NAMED = 3
"""Doctors that a line names."""


# For what


def ask(found: CanWait, asked: taps.AskWait) -> Screen:
    """What to wait for; what is chosen has a mark, and one more tap is enough."""
    wish = wish_of(asked, found)
    moving = found.moving
    lines = [
        say(_("🔔 <b>Tell me if an earlier time becomes free</b>"))
        if moving is not None
        else say(_("🔔 <b>Tell me if a time becomes free</b>")),
        say(
            "{children} · {kind}",
            children=_named(found.children),
            kind=kind_name(found.kind),
        ),
        _what_for(wish, _doctors_of(found, asked), found.clinic),
    ]
    if moving is not None:
        words = _("Your visit stays yours meanwhile: {moment}.")
        lines.append(say(words, moment=moment(moving.slot)))
    lines += _usually(found.usually)
    rows = [*_choices(found, asked), [Button(_("Wait for it"), _join(asked), Style.SUCCESS)]]
    if found.already is not None:
        lines.append(say(_("You wait already: what you say now is said anew, the place stays.")))
        rows.append([Button(_("My place"), taps.OneWait(wait_id=found.already.id))])
    return Screen(Markup("\n\n").join(lines), [*rows, [_back(asked, found.clinic)]])


def _join(asked: taps.AskWait) -> taps.Join:
    return taps.Join(**asked.model_dump())


def _choices(found: CanWait, asked: taps.AskWait) -> list[list[Button]]:
    whom = []
    if asked.doctor_id is not None:
        whom = [[_choice(_("Any doctor"), asked.model_copy(update={"doctor": 0}), asked)]]
    parts = {
        taps.Part.ANY: _("Any hours"),
        taps.Part.MORNING: _("Before 12"),
        taps.Part.EVENING: _("After 17"),
    }
    return [
        *whom,
        *_spans(found, asked),
        [
            _choice(label, asked.model_copy(update={"terms": asked.span + part}), asked)
            for part, label in parts.items()
        ],
    ]


def _spans(found: CanWait, asked: taps.AskWait) -> list[list[Button]]:
    """Up to when; what ends with the visit that is held meanwhile is one choice, or none."""
    spans = {
        taps.Span.DAYS: _("3 days"),
        taps.Span.WEEK: _("7 days"),
        taps.Span.MONTH: _("30 days"),
    }
    asks = {span: asked.model_copy(update={"terms": span + asked.part}) for span in spans}
    by_end = {wish_of(ask, found).last: span for span, ask in asks.items()}
    if len(by_end) == 1:
        return []
    return [[_choice(spans[span], asks[span], asked) for span in by_end.values()]]


def _choice(label: str, to: taps.AskWait, now: taps.AskWait) -> Button:
    return Button(f"✓ {label}" if to == now else label, to)


def _back(asked: taps.AskWait, clinic: Clinic) -> Button:
    if asked.visit_id is not None:
        return Button(_("Back"), mine_taps.Visit(appointment_id=asked.visit_id))
    return go_home(clinic.id)


def _doctors_of(found: CanWait, asked: taps.AskWait) -> list[str]:
    return [doctor.name for doctor in found.doctors if doctor.id == asked.doctor_id]


def _what_for(wish: WaitWish, doctors: Sequence[str], clinic: Clinic) -> Markup:
    """ "Петрова А. С., до 23 декабря, после 17:00"."""
    named = [in_list(with_initials(name)) for name in doctors[:MOST_NAMED]]
    whom = ", ".join(named) if doctors else _("Any doctor")
    parts = [whom, _("up to {day}").format(day=day(wish.last))]
    if wish.until_hour is not None:
        parts.append(_("before {time}").format(time=f"{wish.until_hour:%-H:%M}"))
    if wish.since_hour.hour:
        parts.append(_("after {time}").format(time=f"{wish.since_hour:%-H:%M}"))
    if wish.weekdays != EVERY_WEEKDAY:
        names = [name for number, name in enumerate(weekdays()) if wish.weekdays >> number & 1]
        parts.append(", ".join(names))
    if wish.notice != clinic.waitlist.notice:
        parts.append(_("told {span} ahead").format(span=span(wish.notice)))
    return say("{words}", words=", ".join(parts))


def _usually(how_long: timedelta | None) -> list[Markup]:
    """From the clinic's own figures, or nothing."""
    if how_long is None:
        return []
    hours = how_long.total_seconds() / 3600
    if hours < 24:
        return [say(_("Usually a time is found within a day."))]
    days = round(hours / 24)
    words = _("Usually a time is found in {n} day.", "Usually a time is found in {n} days.", days)
    return [say(words, n=days)]


# One's place


def joined(found: Waiting) -> Screen:
    """The answer to "wait for it"."""
    wait = found.wait
    lines = [
        say(_("🔔 <b>I will tell you as soon as there is a time</b>")),
        about(found),
        say(
            _(
                "As soon as a time becomes free, it is kept for those who wait, in turn. You need "
                "not look here. What is free already you can choose yourself at any moment."
            )
        ),
        *_usually(found.usually),
    ]
    return Screen(Markup("\n\n").join(lines), [*_doings(found), _way_out(wait)])


def waits(found: Sequence[Waiting], page: int = 0) -> Screen:
    """All that the family waits for."""
    if not found:
        visits_button = Button(_("My visits"), mine_taps.Visits())
        return Screen(say(_("You are waiting for no time now.")), [[visits_button]])
    if len(found) == 1:
        return one(found[0])
    part = page_of(found, page, MOST_LISTED)
    lines = [about(each) for each in part.shown]
    rows = [
        [
            Button(
                shorten("🔔 " + _called(each.wait), LONGEST_BUTTON),
                taps.OneWait(wait_id=each.wait.id),
            )
        ]
        for each in part.shown
    ]
    return Screen(
        Markup("\n\n").join([say(_("🔔 <b>Waiting for a time</b>")), *lines]),
        [
            *rows,
            *turning(part, lambda to: taps.Waits(page=to)),
            [Button(_("My visits"), mine_taps.Visits())],
        ],
    )


def _called(wait: Wait) -> str:
    return _named(wait.children)


def _named(children: Sequence[Child]) -> str:
    return ", ".join(child.name for child in children[:MOST_TOGETHER])


def one(found: Waiting) -> Screen:
    """One place in a list."""
    wait = found.wait
    lines = [say(_("🔔 <b>Waiting for a time</b>")), about(found)]
    if wait.state is WaitState.RESTING:
        lines.append(_rests())
    if wait.state is WaitState.ENDED:
        lines.append(_over(wait))
    if found.offer is not None:
        lines += [_kept(found.offer, found.offer.until, found), _why(found.offer)]
    if wait.is_live:
        lines += [*_usually(found.usually), _at_night(wait)]
    rows = _offer_rows(found.offer) if found.offer else []
    return Screen(Markup("\n\n").join(lines), [*rows, *_doings(found), _way_out(wait)])


def about(found: Waiting) -> Markup:
    """For whom and what: the lines by which a family knows its place."""
    wait = found.wait
    kind = wait.clinic.kind(wait.wish.kind)
    lines = [
        say("<b>{children}</b> · {kind}", children=in_list(_called(wait)), kind=kind_name(kind)),
        _what_for(wait.wish, found.doctors, wait.clinic),
    ]
    if found.moving is not None and found.moving.is_active:
        words = _("Your visit stays yours meanwhile: {moment}.")
        lines.append(say(words, moment=moment(found.moving.slot)))
    return Markup("\n").join(lines)


def _doings(found: Waiting) -> list[list[Button]]:
    wait = found.wait
    if not wait.is_live:
        return []
    rows = []
    if wait.state is WaitState.RESTING:
        on = taps.WaitOn(wait_id=wait.id)
        rows.append([Button(_("Wait on"), on, Style.SUCCESS)])
    label = _("✓ May be told from 6:00") if wait.early else _("May be told from 6:00")
    rows.append([Button(_("Weekdays, doctors, notice"), taps.Details(wait_id=wait.id))])
    rows.append([Button(label, taps.Early(wait_id=wait.id, on=not wait.early))])
    rows.append([_leave(wait)])
    return rows


def _at_night(wait: Wait) -> Markup:
    if wait.early:
        return say(_("🌙 Nobody is woken at night, but told from 6:00 of that morning's times."))
    return say(_("🌙 Nobody is woken at night. Of that morning's times you may be told from 6:00."))


def _leave(wait: Wait) -> Button:
    return Button(_("Wait no more"), taps.Leave(wait_id=wait.id))


def _way_out(wait: Wait) -> list[Button]:
    return [Button(_("My visits"), mine_taps.Visits()), go_home(wait.clinic.id)]


def _rests() -> Markup:
    return say(_("Several times in a row there was no answer, so nothing is offered now. Wait on?"))


def _over(wait: Wait) -> Markup:
    words = {
        WaitEnd.MET: _("There is a visit now: you wait no more."),
        WaitEnd.PASSED: _("The days for which you waited are over, and no time was found."),
        WaitEnd.LEFT: _("You wait no more."),
        WaitEnd.GIVEN_UP: _("The visit was cancelled, so you wait for no earlier one."),
        WaitEnd.JOINED: _("The child's two cards became one, and you wait once: see “My visits”."),
        WaitEnd.BY_DESK: _(
            "The registry took you off the list. Call if that is a mistake: {phone}"
        ),
    }[wait.end or WaitEnd.LEFT]
    return say(words, phone=wait.clinic.phone)


def left(wait: Wait) -> Screen:
    """The answer to "wait no more"."""
    text = say(_("🔕 <b>You wait no more</b>\nIf you need a time again, wait anew at any moment."))
    if wait.end is not WaitEnd.LEFT:
        text = say("🔕 {over}", over=_over(wait))
    return Screen(text, [_way_out(wait)])


# Offers


def time_offered(what: TimeOffered) -> Screen:
    """The letter: what is free, until when it is kept, and for how many."""
    offer = what.offer
    lines = [
        say(_("🔔 <b>A time is free: {moment}</b>"), moment=_times(offer, what.waiting.now)),
        *_whom(what),
        _kept(offer, what.until, what.waiting),
        *([] if what.discreet and offer.rank is RankReason.GROUP else [_why(offer)]),
    ]
    rows = [*_offer_rows(offer), [_leave(what.waiting.wait)]]
    return Screen(Markup("\n").join(lines), rows, stays=True)


def _times(offer: TimeOffer, now: datetime) -> str:
    first, *others = offer.slots[:MOST_TOGETHER]
    return _(" and ").join([soon(first, now), *(clock(each.local_start) for each in others)])


def _whom(what: TimeOffered) -> list[Markup]:
    """A discreet letter names nobody, and says where and not at which clinic (decision 71)."""
    clinic = what.waiting.wait.clinic
    if what.discreet:
        return [say("📍 {address}", address=clinic.address)]
    doctors = {slot.doctor.id: slot.doctor for slot in what.offer.slots[:MOST_TOGETHER]}
    return [
        say("{children}", children=_called(what.waiting.wait)),
        *(doctor_and_room(doctor) for doctor in doctors.values()),
        say("{clinic}, {address}", clinic=clinic.name, address=clinic.address),
    ]


def _kept(offer: TimeOffer, ends: datetime, found: Waiting) -> Markup:
    clinic = found.wait.clinic
    at = _end(ends, clinic, found.now)
    moving = found.moving
    if not offer.is_alone:
        words = _(
            "Offered to several families at once, {n} at most: whoever answers first gets it, up "
            "to {time}. If you are late, you lose nothing."
        )
        return say(words, n=offer.among, time=at)
    if moving is not None and moving.is_active:
        words = _(
            "Kept for you alone until {time}. Your visit on {day} stays until you take this time."
        )
        return say(words, time=at, day=day(moving.slot.local_start))
    return say(_("Kept for you alone until {time}."), time=at)


def _why(offer: TimeOffer) -> Markup:
    """What speaks for this family; it reads its own reason and no other's (R29)."""
    words = {
        RankReason.OWED: _("the clinic had to take your time away"),
        RankReason.MOVED_UP: _("the registry moved you up"),
        RankReason.LONGEST: _("you wait longest"),
        RankReason.GROUP: _("your child is in a group to which the clinic offers times earlier"),
        RankReason.RESIDENCE: _("this is your district's doctor"),
        RankReason.WAITING: _("it is your turn"),
    }[offer.rank]
    if offer.is_alone:
        return say(_("You are asked first, because {why}."), why=words)
    return say(_("You are among the first who are asked, because {why}."), why=words)


def _end(at: datetime, clinic: Clinic, now: datetime) -> str:
    """Today, the time says enough."""
    wall = clinic.wall(at)
    return clock(wall) if wall.date() == clinic.today(now) else until(at, clinic, now)


def _offer_rows(offer: TimeOffer) -> list[list[Button]]:
    take = {1: _("Take it"), 2: _("Take both")}.get(len(offer.slots), _("Take all"))
    return [
        [Button(take, taps.Take(offer_id=offer.id), Style.SUCCESS)],
        [Button(_("Does not suit"), taps.Refuse(offer_id=offer.id))],
    ]


def taken(found: Taken) -> Screen:
    """The answer to "take it": stays in the chat, as every booking does."""
    first = found.visits[0]
    if first.slot.foreign and len(found.visits) == 1:  # the clinic's system has the word
        return moved(Moved(first, found.before)) if found.before else booked(first)
    clinic = first.slot.doctor.clinic
    visits = found.visits[:MOST_TOGETHER]
    if not any(visit.is_active for visit in visits):
        return none_booked_there(visits)
    if len(visits) > 1 and all(each.is_active and not each.awaits_system for each in visits):
        return booked_together(BookedTogether(visits))
    texts = [
        about_visit(visit) if visit.is_active else not_booked_there(visit).text for visit in visits
    ]
    if found.before is not None and not first.awaits_system:  # it is theirs until the answer
        texts.append(
            say(_("The earlier time is free again: {moment}."), moment=moment(found.before))
        )
    rows = [handy(first), changes(first)] if len(found.visits) == 1 else []
    way_out = [Button(_("My visits"), mine_taps.Visits()), go_home(clinic.id)]
    return Screen(Markup("\n\n").join(texts), [*rows, way_out], stays=True, about=visits)


def refused(offer: TimeOffer) -> Screen:
    """The answer to "does not suit", whenever it comes."""
    wait = offer.wait
    words = {
        TimeOfferState.ACCEPTED: _("This time is taken already: see “My visits”."),
        TimeOfferState.LOST: _("Another family has this time. You keep your place in the list."),
        TimeOfferState.EXPIRED: _("This offer is over. You keep your place in the list."),
    }.get(offer.state, _("👌 The time goes to the next family. You keep your place in the list."))
    place = Button(_("My place"), taps.OneWait(wait_id=wait.id))
    return Screen(say(words), [[place], _way_out(wait)])


def wait_changed(what: WaitChanged) -> Screen:
    """The letter: that nothing is offered for now, or that the place is no more."""
    found = what.waiting
    wait = found.wait
    heading = _("🔔 <b>Waiting for a time</b>")
    lines = [say(heading)]
    lines.append(
        say("📍 {address}", address=wait.clinic.address) if what.discreet else about(found)
    )
    lines.append(_rests() if wait.state is WaitState.RESTING else _over(wait))
    rows = []
    if wait.state is WaitState.RESTING:
        on = taps.WaitOn(wait_id=wait.id)
        rows = [[Button(_("Wait on"), on, Style.SUCCESS)], [_leave(wait)]]
    return Screen(Markup("\n").join(lines), [*rows, _way_out(wait)], stays=True)


def rank_words(rank: RankReason) -> str:
    """Why somebody was offered a time before others."""
    return {
        RankReason.OWED: _("the clinic owes a time"),
        RankReason.MOVED_UP: _("moved up by the registry"),
        RankReason.LONGEST: _("waits longest"),
        RankReason.GROUP: _("a group of the clinic's"),
        RankReason.RESIDENCE: _("the doctor's own district"),
        RankReason.WAITING: _("in turn"),
    }[rank]
