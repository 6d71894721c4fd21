"""Who of the clinics' staff saw or changed a child's data, in plain words."""

from itertools import groupby

from bot.flows.clinic.card import taps as card_taps
from bot.flows.common.pages import page_of, turning
from bot.flows.common.parts import go_home, role
from bot.flows.families.children import taps as children_taps
from bot.flows.families.who_looked import taps
from bot.telegram.screen import Button, Screen
from bot.words import Markup, _, clock, day, say
from services.access.audit import Seen, WhoLooked
from services.model.access import Access
from services.model.systems.values import SentPart

MOST_LINES = 20
"""On a page."""


def who_looked(found: WhoLooked, page: int = 0) -> Screen:
    """The latest first; what was read several times on a day is said once."""
    heading = say(
        _("👁 <b>Who looked: {child}</b>\nEverything that the clinic's staff saw or changed here."),
        child=found.child.name,
    )
    groups = [list(group) for _key, group in groupby(found.seen, _same)]
    part = page_of(groups, page, MOST_LINES)
    lines = [_line(group) for group in part.shown]
    if not lines:
        lines = [say(_("Nobody has looked yet."))]
    ids = {"clinic_id": found.clinic.id, "child_id": found.child.id}
    back = children_taps.ChildCard(**ids)
    wrong = card_taps.ClinicCard(clinic_id=found.clinic.id)
    return Screen(
        Markup("\n\n").join([heading, Markup("\n").join(lines), *_sent(found)]),
        [
            *turning(part, lambda to: taps.WhoLooked(**ids, page=to)),
            [Button(_("Is this a mistake?"), wrong)],
            [Button(_("Back"), back), go_home(found.clinic.id)],
        ],
    )


def _sent(found: WhoLooked) -> list[Markup]:
    """What went to the clinic's own system, to book there."""
    if not found.sent:
        return []
    lines = [
        say(
            _("• {day}, {time}: {what}"),
            day=day(each.clinic.wall(each.at)),
            time=clock(each.clinic.wall(each.at)),
            what=", ".join(_part(part) for part in SentPart if part in each.parts),
        )
        for each in found.sent
    ]
    heading = say(_("📤 <b>Sent to the clinic's system, to book there</b>"))
    return [Markup("\n").join([heading, *lines])]


def _part(part: SentPart) -> str:
    return {
        SentPart.NAME: _("name"),
        SentPart.BIRTH_DATE: _("birth date"),
        SentPart.PHONE: _("phone"),
    }[part]


def _same(seen: Seen) -> tuple[object, ...]:
    """What is told in one line: the same thing, by the same role, at one clinic on one day."""
    return seen.clinic.id, seen.role, seen.access, seen.clinic.today(seen.at)


def _line(seen: list[Seen]) -> Markup:
    last = seen[0]
    moment = last.clinic.wall(last.at)
    line = say(
        _("• {role}, {day}, {time}: {what}"),
        role=role(last.role),
        day=day(moment),
        time=clock(moment),
        what=done(last.access),
    )
    times = len(seen)
    if times == 1:
        return line
    return say(_("{line} ({n} time)", "{line} ({n} times)", times), line=line, n=times)


def done(access: Access) -> str:
    """What was seen or changed, as its family reads it."""
    return {
        Access.DAY_LIST: _("the list of the day's visits"),
        Access.VISIT: _("opened the visit"),
        Access.FOUND: _("a search by the birth date"),
        Access.CARD: _("opened the child's card"),
        Access.TIMES: _("looked for a time"),
        Access.ADDED: _("entered the child, with a consent on paper"),
        Access.CORRECTED: _("corrected the name or birth date"),
        Access.REMOVED: _("removed a child entered by mistake"),
        Access.BOOKED: _("booked a visit at your call"),
        Access.EXTRA: _("squeezed in a visit at your call"),
        Access.RULE_BENT: _("bent a rule of the clinic for this visit"),
        Access.CANCELLED: _("cancelled the visit"),
        Access.CANCELLED_AS_ASKED: _("cancelled the visit at your call"),
        Access.MOVED: _("moved the visit"),
        Access.MOVED_AS_ASKED: _("moved the visit at your call"),
        Access.WAITING: _("the list of visits that wait for an answer"),
        Access.CONFIRMED: _("confirmed the visit"),
        Access.DECLINED: _("did not confirm the visit"),
        Access.CAME: _("noted that the child came"),
        Access.MISSED: _("noted that the child did not come"),
        Access.UNMARKED: _("took back whether the child came"),
        Access.NEXT_VISIT: _("named the next visit"),
        Access.NOTED: _("wrote a note for colleagues"),
        Access.LATE: _("told you that the doctor is late"),
        Access.SUBSTITUTED: _("the doctor was absent: another one, at the same time"),
        Access.DISPLACED: _("the doctor was absent: you were asked to choose another time"),
        Access.RESTORED: _("the doctor came after all: the visit has its time again"),
        Access.ABSENCE: _("the list of visits to an absent doctor"),
        Access.PHONE: _("wrote down your phone number"),
        Access.CALLS: _("the list of families to phone"),
        Access.CALLED: _("phoned you about a change"),
        Access.WAITLIST: _("the list of those who wait for a time"),
        Access.LISTED: _("put you on the list of those who wait for a time, at your call"),
        Access.UNLISTED: _("took you off the list of those who wait for a time"),
        Access.MOVED_UP: _("moved you up in the list of those who wait for a time"),
        Access.TO_SEE: _("the list of families to see to"),
        Access.SEEN_TO: _("settled what was open about the visit"),
        Access.JOINED: _("made one of two cards of the child"),
        Access.CODE: _("a code to take the visits into the bot"),
        Access.CODE_SELF: _("a code for the child's own bot"),
        Access.PEOPLE: _("read who looks after the child"),
        Access.LINK_DOCUMENTS: _("ended an adult's access, by documents"),
        Access.LINK_ASKED: _("ended an adult's access, as they asked"),
        Access.LINK_LOST_PHONE: _("ended an adult's access, as a phone was lost"),
        Access.GROUP: _("put down a priority in booking, on a document"),
        Access.GROUP_ENDED: _("took a priority in booking off the card"),
        Access.GROUP_REFUSED: _("did not put down the group that you named: no document"),
        Access.HANDED_OUT: _("handed out the file of your data at the registry"),
        Access.IN_SYSTEM: _("read what waits for the clinic's system"),
        Access.SETTLED: _("settled how the visit stands in the clinic's system"),
        Access.QUESTION: _("read your question about the visit"),
        Access.ANSWER: _("answered your question"),
    }[access]
