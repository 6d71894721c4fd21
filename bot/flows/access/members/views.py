"""The clinic's people: colleagues and invitations."""

from collections.abc import Sequence
from datetime import datetime

from bot.flows.access.members import taps
from bot.flows.common.apart import colleagues_apart
from bot.flows.common.pages import page_of, turning
from bot.flows.common.parts import LONGEST_BUTTON, in_list, to_desk
from bot.flows.desk.day.views import role
from bot.telegram.screen import Button, Screen, Style
from bot.words import Markup, _, clock, say, shorten
from bot.words import day as day_words
from services.access.members import Colleague, Colleagues, Invitation, WhomToInvite
from services.model.access import Invited, Post, Role
from services.model.ids import PostId


def colleagues(found: Colleagues, page: int = 0) -> Screen:
    """Who works at the clinic, and whose link still works."""
    everybody: list[Post | Invited] = [*found.staff, *found.invited]
    part = page_of(everybody, page)
    rows = [[_opening(each, found.post.id)] for each in part.shown]
    rows += turning(part, lambda to: taps.Colleagues(post_id=found.post.id, page=to))
    invite = Button(_("Invite"), taps.WhomToInvite(post_id=found.post.id), Style.PRIMARY)
    text = Markup("\n").join(
        [
            say(_("👥 <b>Staff</b>\n{clinic}"), clinic=found.post.clinic.name),
            Markup(),
            *(_staff_line(each) for each in part.shown if isinstance(each, Post)),
            *_waiting([each for each in part.shown if isinstance(each, Invited)], found.now),
        ]
    )
    return Screen(text, [*rows, [invite], [to_desk(found.post.id)]])


def _opening(each: Post | Invited, post_id: PostId) -> Button:
    if isinstance(each, Invited):
        return Button(_withdrawing(each), taps.Withdraw(post_id=post_id, invitation=each.id))
    return Button(
        shorten(each.name or role(each), LONGEST_BUTTON),
        taps.Colleague(post_id=post_id, colleague=each.id),
    )


def _waiting(invited: Sequence[Invited], now: datetime) -> list[Markup]:
    """The links that nobody opened yet, and until when somebody can."""
    if not invited:
        return []
    heading = say(_("Links that still work:"))
    return [Markup(), heading, *(_waiting_line(each, now) for each in invited)]


def _waiting_line(each: Invited, now: datetime) -> Markup:
    zone = each.post.clinic.zone
    until = each.expires_at.astimezone(zone)
    return say(
        _("• {role} — until {day}, {time}"),
        role=_trade(each.post),
        day=day_words(until, now.astimezone(zone)),
        time=clock(until),
    )


def _withdrawing(each: Invited) -> str:
    return shorten(_("Withdraw: {role}").format(role=role(each.post)), LONGEST_BUTTON)


def _staff_line(post: Post) -> Markup:
    return say("• {name} — {role}", name=in_list(post.name), role=in_list(_trade(post)))


def _trade(post: Post) -> str:
    """The role, with the doctor's name where it is a doctor's."""
    name = role(post)
    return _("Doctor {name}").format(name=name) if post.doctor else name


def colleague(found: Colleague) -> Screen:
    """One of them, and the way out."""
    ids = {"post_id": found.post.id, "colleague": found.colleague.id}
    text = say(
        _("<b>{name}</b>\n{role}\n\nWithout access nothing of the clinic can be seen any more."),
        name=found.colleague.name,
        role=_trade(found.colleague),
    )
    back = Button(_("Back"), taps.Colleagues(post_id=found.post.id))
    return Screen(
        text, [[Button(_("Take the access back"), taps.Dismiss(**ids), Style.DANGER)], [back]]
    )


def whom_to_invite(found: WhomToInvite, page: int = 0) -> Screen:
    """For which role; a doctor by name."""
    post_id = found.post.id
    labels = colleagues_apart(found.doctors)
    part = page_of(list(zip(found.doctors, labels, strict=True)), page)
    rows = [
        [
            Button(
                label,
                taps.Invite(post_id=post_id, role=Role.DOCTOR, doctor_id=doctor.id),
            )
        ]
        for doctor, label in part.shown
    ]
    rows += turning(part, lambda to: taps.WhomToInvite(post_id=post_id, page=to))
    return Screen(
        say(_("Whom do you invite? For a doctor, tap the name.")),
        [
            [
                Button(_("Registrar"), taps.Invite(post_id=post_id, role=Role.REGISTRAR)),
                Button(_("Administrator"), taps.Invite(post_id=post_id, role=Role.ADMINISTRATOR)),
            ],
            *rows,
            [Button(_("Back"), taps.Colleagues(post_id=post_id))],
        ],
    )


def invitation(made: Invitation, post_id: PostId, link: str) -> Screen:
    """The link to pass on: whoever opens it first has the post."""
    zone = made.post.clinic.zone
    until = made.expires_at.astimezone(zone)
    text = say(
        _(
            "🔑 <b>Invitation: {role}</b>\nPass this link on to one person. It works once, until "
            "{day}, {time}.\n\n{link}"
        ),
        role=role(made.post),
        day=day_words(until),
        time=clock(until),
        link=link,
    )
    return Screen(text, [[Button(_("Staff"), taps.Colleagues(post_id=post_id))]], stays=True)
