"""Broadcasts before their authors: whom, what, how many, and how far."""

from collections.abc import Sequence
from datetime import date, timedelta

from bot.flows.broadcasts import taps
from bot.flows.common.apart import colleagues_apart, named_districts_apart
from bot.flows.common.pages import ROWS, page_of, turning
from bot.flows.common.parts import LONGEST_BUTTON, in_rows, to_desk, with_initials
from bot.flows.common.refusals import words_of
from bot.flows.desk.day import taps as day_taps
from bot.telegram.screen import Button, Screen, Style
from bot.words import Markup, _, clock, day, days_between, say, shorten
from services.broadcasts.progress import (
    BroadcastsPage,
    NewsPreview,
    NewsQuestion,
    Progress,
    Subject,
    WhomToTell,
)
from services.broadcasts.writing import LONGEST_NEWS, MOST_DAYS
from services.model.broadcasts import Audience, Broadcast, BroadcastState, Reach, Whom
from services.model.clinic import District, Doctor
from services.model.ids import PostId

DAYS_AHEAD = 12
"""Days that can be chosen, today included."""
IN_A_ROW = 2
LONGEST_QUOTE = 100
"""Characters of the text that say which broadcast it is."""
SIGNS = {
    BroadcastState.SENDING: "▶️",
    BroadcastState.PAUSED: "⏸",
    BroadcastState.STOPPED: "⏹",
    BroadcastState.DONE: "✅",
}


# Writing one


def page(found: BroadcastsPage) -> Screen:
    """Whom to tell, and what was told lately."""
    ids = {"post_id": found.post.id}
    text = say(
        _(
            "📣 <b>Broadcast</b>\n{clinic}\n\nWhom shall I write to? News go only to who agreed "
            "to get them."
        ),
        clinic=found.post.clinic.name,
    )
    rows = [
        [Button(_("All families"), taps.AskNews(**ids, whom=Whom.FAMILIES), Style.PRIMARY)],
        [
            Button(_("A district"), taps.WhomToTell(**ids, whom=Whom.DISTRICT)),
            Button(_("A doctor's patients"), taps.WhomToTell(**ids, whom=Whom.PATIENTS)),
        ],
        [Button(_("Who comes on a day"), taps.WhomToTell(**ids, whom=Whom.DAYS))],
        [Button(_("Their visit changes"), taps.WhomToTell(**ids, whom=Whom.VISITS))],
        *([_open(each, found.post.id)] for each in found.latest[:ROWS]),
        [to_desk(found.post.id)],
    ]
    return Screen(text, rows)


def _open(found: Broadcast, post_id: PostId) -> Button:
    label = shorten(f"{SIGNS[found.state]} {' '.join(found.text.split())}", LONGEST_BUTTON)
    return Button(label, taps.Broadcast(post_id=post_id, broadcast_id=found.id))


def whom_to_tell(found: WhomToTell, page: int = 0) -> Screen:
    """Which district, which doctor, or which day."""
    back = [Button(_("Back"), taps.Broadcasts(post_id=found.post.id))]
    if found.whom is Whom.DISTRICT:
        words = _("Which district?") if found.districts else _("The clinic has no districts yet.")
        labels = named_districts_apart(found.districts)
        return Screen(say(words), [*_named(found, found.districts, labels, page), back])
    if found.whom is Whom.PATIENTS:
        words = _("Whose patients? Who was there in the last year, or is booked.")
        labels = colleagues_apart(found.doctors)
        return Screen(say(words), [*_named(found, found.doctors, labels, page), back])
    if found.whom is Whom.VISITS:
        words = _(
            "On which day do visits change? This goes to everybody who is booked then, without a "
            "consent to news: write of nothing else."
        )
    else:
        words = _("Who comes on which day?")
    return Screen(say(words), [*_days(found), back])


def _named(
    found: WhomToTell, everyone: Sequence[District | Doctor], labels: Sequence[str], page: int
) -> list[list[Button]]:
    ids = {"post_id": found.post.id, "whom": found.whom}
    part = page_of(list(zip(everyone, labels, strict=True)), page)
    rows = [[Button(label, taps.AskNews(**ids, subject=each.id))] for each, label in part.shown]
    return [*rows, *turning(part, lambda to: taps.WhomToTell(**ids, page=to))]


def _days(found: WhomToTell) -> list[list[Button]]:
    days = [found.now.date() + timedelta(days=number) for number in range(DAYS_AHEAD)]
    buttons = [
        Button(
            day(each, found.now),
            taps.AskNews(post_id=found.post.id, whom=found.whom, day=each.toordinal()),
        )
        for each in days
    ]
    return in_rows(buttons, IN_A_ROW)


def question(found: NewsQuestion) -> Screen:
    """What shall be told?"""
    lines = [
        say("📣 <b>{whom}</b>", whom=_whom(found.audience, found.subject)),
        _reached(found.reach),
        say(
            _(
                "Write the text in one message, up to {most} characters. Everybody gets the same: "
                "name no child."
            ),
            most=LONGEST_NEWS,
        ),
    ]
    if found.problem:
        lines.insert(0, say("⚠️ {words}", words=words_of(found.problem)))
    rows = [
        *_whom_to_phone(found),
        [Button(_("Back"), taps.Broadcasts(post_id=found.post.id))],
    ]
    if more := _one_day_more(found):
        rows.insert(0, [more])
    return Screen(Markup("\n\n").join(lines), rows)


def _one_day_more(found: NewsQuestion) -> Button | None:
    first, last = found.audience.first, found.audience.last
    if first is None or last is None or (last - first).days + 2 > MOST_DAYS:
        return None
    more = taps.AskNews(
        post_id=found.post.id,
        whom=found.audience.whom,
        day=first.toordinal(),
        days=(last - first).days + 2,
    )
    return Button(_("And {day}").format(day=day(last + timedelta(days=1))), more)


def preview(found: NewsPreview) -> Screen:
    """Below the message as it arrives: who gets it, when, and how to send it."""
    lines = [
        say(
            _("👆 <b>This is how it arrives</b>\n{whom}"), whom=_whom(found.audience, found.subject)
        ),
        _reached(found.reach),
        *_when(found),
        _how_to_send(found.reach),
    ]
    if found.problem:
        lines.insert(0, say("⚠️ {words}", words=words_of(found.problem)))
    back = Button(_("Do not send"), taps.Broadcasts(post_id=found.post.id))
    return Screen(Markup("\n\n").join(lines), [*_whom_to_phone(found), [back]])


def _whom_to_phone(found: NewsQuestion | NewsPreview) -> list[list[Button]]:
    """Who is not in the bot is marked in the lists of the days that it is about."""
    first = found.audience.first
    if not found.reach.not_in_bot or first is None:
        return []
    tap = day_taps.Day(post_id=found.post.id, day=first.toordinal())
    return [[Button(_("📵 Whom to phone"), tap)]]


def _reached(reach: Reach) -> Markup:
    lines = [say(_("Get it: <b>{n}</b>"), n=reach.recipients)]
    if reach.without_consent:
        lines.append(say(_("Without a consent to news: {n}"), n=reach.without_consent))
    if reach.unreachable:
        lines.append(say(_("Have blocked the bot: {n}"), n=reach.unreachable))
    if count := reach.not_in_bot:
        words = _("Not in the bot: {n} child more", "Not in the bot: {n} children more", count)
        lines.append(say(words, n=count))
    return Markup("\n").join(lines)


def _when(found: NewsPreview) -> list[Markup]:
    if not found.audience.needs_consent:
        words = _(
            "No consent is needed, as their visit changes. It goes before news, and at night only "
            "if the visit is soon."
        )
        return [say(words)]
    if found.begins_at == found.now:
        return []
    begins = clock(found.post.clinic.wall(found.begins_at))
    return [say(_("It is night: it begins at {time}."), time=begins)]


def _how_to_send(reach: Reach) -> Markup:
    if not reach.recipients:
        return say(_("Nobody would get it. Another text replaces this one."))
    return say(
        _("To send it, type the number: <b>{n}</b>\nAnother text replaces this one."),
        n=reach.recipients,
    )


# While it is sent


def told(found: Progress) -> Screen:
    """How far it is, or how it ended."""
    return report(found) if found.broadcast.settled_at else progress(found)


def progress(found: Progress) -> Screen:
    """How far it is: the message that renews itself."""
    lines = [
        say(
            _("<b>{state}</b>\n{whom}"),
            state=_state(found),
            whom=_whom(found.broadcast.audience, found.subject),
        ),
        Markup("\n").join([*_numbers(found), *_left(found)]),
        _quote(found.broadcast),
    ]
    return Screen(Markup("\n\n").join(lines), [_controls(found)])


def report(found: Progress) -> Screen:
    """How it ended, in numbers."""
    stopped = found.broadcast.state is BroadcastState.STOPPED
    state = _("⏹ Broadcast stopped") if stopped else _("✅ Broadcast sent")
    numbers = _numbers(found)
    if found.dropped:
        words = _("Not sent: {n}") if stopped else _("No longer wanted or of use: {n}")
        numbers.append(say(words, n=found.dropped))
    lines = [
        say(
            _("<b>{state}</b>\n{whom}"),
            state=state,
            whom=_whom(found.broadcast.audience, found.subject),
        ),
        Markup("\n").join(numbers),
        _quote(found.broadcast),
    ]
    again = Button(_("Broadcasts"), taps.Broadcasts(post_id=found.post_id))
    return Screen(Markup("\n\n").join(lines), [[again, to_desk(found.post_id)]])


def _state(found: Progress) -> str:
    if found.broadcast.state is BroadcastState.PAUSED:
        return _("⏸ Paused")
    if found.broadcast.state is BroadcastState.STOPPED:
        return _("⏹ Being stopped")
    if found.sleeps_until:
        morning = clock(found.broadcast.clinic.wall(found.sleeps_until))
        return _("🌙 It is night: goes on at {time}").format(time=morning)
    return _("▶️ Being sent")


def _numbers(found: Progress) -> list[Markup]:
    lines = [say(_("Sent: <b>{n}</b> of {total}"), n=found.sent, total=found.broadcast.total)]
    if found.blocked:
        lines.append(say(_("Have blocked the bot: {n}"), n=found.blocked))
    if found.failed:
        lines.append(say(_("Did not arrive: {n}"), n=found.failed))
    return lines


def _left(found: Progress) -> list[Markup]:
    if not found.left:
        return []
    if found.broadcast.state is BroadcastState.PAUSED or found.sleeps_until:
        return [say(_("Left: {n}"), n=found.left)]
    minutes = -(-found.to_go // timedelta(minutes=1))
    time = _("about {n} minute", "about {n} minutes", minutes).format(n=minutes)
    return [say(_("Left: {n}, {time}"), n=found.left, time=time)]


def _controls(found: Progress) -> list[Button]:
    ids = {"post_id": found.post_id, "broadcast_id": found.broadcast.id}
    if found.broadcast.state is BroadcastState.PAUSED:
        return [
            Button(_("Go on"), taps.ResumeNews(**ids), Style.SUCCESS),
            Button(_("Stop for good"), taps.StopNews(**ids), Style.DANGER),
        ]
    if found.broadcast.state is BroadcastState.STOPPED:
        return [to_desk(found.post_id)]
    return [Button(_("Pause"), taps.PauseNews(**ids)), to_desk(found.post_id)]


def _quote(found: Broadcast) -> Markup:
    return say("«{text}»", text=shorten(" ".join(found.text.split()), LONGEST_QUOTE))


def _whom(audience: Audience, subject: Subject) -> str:
    if isinstance(subject, District):
        return _("Families of the district: {name}").format(name=subject.name)
    if subject is not None:
        return _("Patients: {doctor}").format(doctor=with_initials(subject.name))
    if audience.first is None or audience.last is None:
        return _("All families of the clinic")
    days = _days_of(audience.first, audience.last)
    if audience.whom is Whom.VISITS:
        return _("Whose visit changes: {days}").format(days=days)
    return _("Who comes: {days}").format(days=days)


def _days_of(first: date, last: date) -> str:
    return day(first) if first == last else days_between(first, last)
