"""What happened to each freed time, and what it comes to: a list, and a picture."""

from datetime import timedelta

from babel.numbers import format_decimal

from bot.documents.pictures.values import Bar, Bars
from bot.flows.common.pages import Page, turning
from bot.flows.common.parts import in_list, moment, span, to_desk, until, with_initials
from bot.flows.desk.waiting import taps
from bot.telegram.screen import Button, Picture, Screen
from bot.words import Markup, _, days_between, language, say
from services.desk.waiting.history import A_PAGE, LOOKED_BACK, FreedTimes
from services.model.waitlist.history import FreedStory
from services.model.waitlist.offers import FreedState, FreedWhy

LONGEST_DOCTOR = 40
A_MINUTE = timedelta(minutes=1)


def freed(found: FreedTimes) -> Screen:
    """A page of what was freed lately, the latest first, below what it comes to."""
    heading = say(_("🔓 <b>Freed times: {n} in 30 days</b>"), n=found.count)
    lines = [heading, Markup("\n").join(say("{line}", line=line) for line in sums(found))]
    lines += [_story(each) for each in found.shown]
    part = Page(range(found.count), A_PAGE, found.page + 1)
    pages = turning(part, lambda to: taps.FreedAtDesk(post_id=found.post.id, page=to))
    drawn = Button(_("As a picture"), taps.FreedPicture(post_id=found.post.id))
    picture = [[drawn]] if found.figures.settled else []
    if found.count:
        picture.append([Button(_("As a sheet (XLSX)"), taps.FreedSheet(post_id=found.post.id))])
    return Screen(Markup("\n\n").join(lines), [*pages, *picture, _out(found)])


def _out(found: FreedTimes) -> list[Button]:
    whole = taps.WaitsAtDesk(post_id=found.post.id)
    return [Button(_("Waiting list"), whole), to_desk(found.post.id)]


def _story(each: FreedStory) -> Markup:
    """Which time, when and why it was freed, to how many it was offered, what came of it."""
    clinic = each.slot.doctor.clinic
    return say(
        _("<b>{moment}</b>, {doctor}\nfree {freed}: {why}\n{offers}; {end}"),
        moment=moment(each.slot),
        doctor=in_list(with_initials(each.slot.doctor.name), LONGEST_DOCTOR),
        freed=until(each.freed_at, clinic),
        why=why_words(each.why),
        offers=_offers(each.offers),
        end=_end(each),
    )


def _offers(count: int) -> str:
    if not count:
        return _("offered to nobody")
    return _("offered to {n} family", "offered to {n} families", count).format(n=count)


def _end(each: FreedStory) -> str:
    if each.took is not None:
        return _("taken after {span}").format(span=_lasted(each.took))
    return state_words(each.state)


def state_words(state: FreedState) -> str:
    """What became of a time."""
    return {
        FreedState.OPEN: _("goes through the list now"),
        FreedState.TAKEN: _("taken"),
        FreedState.PUBLIC: _("open to everybody"),
        FreedState.GONE: _("no free time any more"),
    }[state]


def why_words(why: FreedWhy) -> str:
    """How a time became free."""
    return {
        FreedWhy.CANCELLED: _("cancelled or moved"),
        FreedWhy.DECLINED: _("not confirmed"),
        FreedWhy.UNTAKEN: _("kept for a family that did not take it"),
        FreedWhy.GIVEN_BACK: _("given back"),
        FreedWhy.NEW: _("new in the schedule"),
        FreedWhy.RELEASED: _("kept times were opened"),
        FreedWhy.STANDING: _("was free when somebody came to wait"),
    }[why]


def _lasted(value: timedelta) -> str:
    """In minutes up to two hours, then in whole hours."""
    short = timedelta(minutes=max(1, value // A_MINUTE))
    return span(
        short if short < timedelta(hours=2) else timedelta(hours=short // timedelta(hours=1))
    )


# What it comes to


def sums(found: FreedTimes) -> list[str]:
    """A line for each figure that is known."""
    figures = found.figures
    filled = _("Filled from the list: {taken} of {all}, {percent} %").format(
        taken=figures.taken, all=figures.settled, percent=_share(found)
    )
    lines = [filled if figures.settled else _("No time has gone through the list yet")]
    if figures.to_fill is not None:
        lines.append(_("Half of them within {span}").format(span=_lasted(figures.to_fill)))
    if figures.offers_per_fill is not None:
        per_fill = format_decimal(figures.offers_per_fill, format="0.0", locale=language())
        lines.append(_("Offers per filled time: {n}").format(n=per_fill))
    if figures.longest is not None:
        longest = _lasted(figures.longest)
        if figures.longest >= timedelta(days=1):
            days = figures.longest // timedelta(days=1)
            longest = _("{n} day", "{n} days", days).format(n=days)
        lines.append(_("Waits longest now: {span}").format(span=longest))
    return lines


def _share(found: FreedTimes) -> int:
    """Rounded down: all are filled when none is left."""
    figures = found.figures
    return 100 * figures.taken // figures.settled if figures.settled else 0


def picture(found: FreedTimes, drawn: bytes) -> Picture:
    """The picture, and below it in words what stands on it."""
    lines = [say("🔔 <b>{days}</b>", days=days_of(found))]
    lines += [say("• {line}", line=line) for line in sums(found)]
    name = f"waitlist-{found.post.clinic.code}-{found.now:%Y-%m-%d}.png"
    back = Button(_("Freed times"), taps.FreedAtDesk(post_id=found.post.id))
    return Picture(name, drawn, Markup("\n").join(lines), [[back], _out(found)])


def bars(found: FreedTimes) -> Bars:
    """What is to be drawn."""
    figures = found.figures
    lines = sums(found)
    rows = [
        Bar(lines[0], [figures.taken], figures.settled),
        Bar(
            _("Offers accepted: {yes} of {all}").format(yes=figures.accepted, all=figures.offers),
            [figures.accepted],
            figures.offers,
        ),
    ]
    about = _("of the freed times were filled from the list")
    return Bars(found.post.clinic.name, days_of(found), f"{_share(found)} %", about, rows)


def days_of(found: FreedTimes) -> str:
    """Which days it is about."""
    clinic = found.post.clinic
    return days_between(clinic.today(found.now - LOOKED_BACK), clinic.today(found.now))
