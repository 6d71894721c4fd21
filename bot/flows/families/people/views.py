"""The people around a child."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType

from bot.flows.common import taps as common_taps
from bot.flows.common.apart import tailed, told_apart
from bot.flows.common.pages import page_of, turning
from bot.flows.common.parts import LONGEST_BUTTON, LONGEST_IN_LIST, go_home, in_list
from bot.flows.common.refusals import again
from bot.flows.families.children.taps import ChildCard
from bot.flows.families.onboarding.taps import Enter
from bot.flows.families.people import taps
from bot.flows.visits.preparing import proxy
from bot.telegram.screen import Button, Screen, Style
from bot.words import Markup, _, capital, clock, long_date, say, short_date, shorten
from bot.words import day as day_words
from services.families.people import (
    Asked,
    AskWord,
    Called,
    HelperLink,
    OnePerson,
    Opened,
    People,
    Plan,
    Until,
)
from services.model.clinic import Clinic
from services.model.ids import PersonId
from services.model.letters import HelperLetter
from services.model.messages import NotificationKind
from services.model.people import CareLink, CareRole, HelperInvitation, PhoneNumber

SUBJECTS = (
    Called.MOTHER,
    Called.FATHER,
    Called.GRANDMOTHER,
    Called.GRANDFATHER,
    Called.NANNY,
)


def word(called: Called) -> str:
    """What families call somebody, where it is one of the common words."""
    return {
        Called.MOTHER: _("mum"),
        Called.FATHER: _("dad"),
        Called.GRANDMOTHER: _("grandmother"),
        Called.GRANDFATHER: _("grandfather"),
        Called.NANNY: _("nanny"),
        Called.OWN_WORDS: _("somebody else"),
    }[called]


def in_words(called: str) -> str:
    """The same as it is kept: a key, or the family's own words; empty where nobody said."""
    if not called.startswith("@"):
        return called
    try:
        return word(Called(called.removeprefix("@")))
    except ValueError:  # a newer version's
        return ""


def who(link: CareLink) -> str:
    """How somebody is called to the others of the family."""
    return in_words(link.called) or role(link.role)


def called_apart(
    links: Sequence[CareLink],
    clinic: Clinic,
    phones: Mapping[PersonId, PhoneNumber] = MappingProxyType({}),
    most: int = LONGEST_BUTTON,
) -> list[str]:
    """How each is called; two who are called alike by the end of the phone, or since when (R59)."""

    def name(link: CareLink) -> str:
        return capital(who(link))

    def by_phone(link: CareLink) -> str:
        phone = phones.get(link.person)
        return tailed(name(link), f"··{phone[-2:]}", most) if phone else name(link)

    def by_day(link: CareLink) -> str:
        return tailed(name(link), short_date(clinic.wall(link.since)), most)

    def by_hour(link: CareLink) -> str:
        since = clinic.wall(link.since)
        return tailed(name(link), f"{short_date(since)}, {clock(since)}", most)

    return told_apart(links, name, by_phone, by_day, by_hour, most=most)


def role(value: CareRole) -> str:
    """What somebody is to the child."""
    return {
        CareRole.PARENT: _("parent"),
        CareRole.HELPER: _("helper"),
        CareRole.SELF: _("the child"),
    }[value]


def people(found: People, page: int = 0) -> Screen:
    """Who cares for the child, and who is invited to."""
    ids = {"clinic_id": found.clinic.id, "child_id": found.child.id}
    back = [Button(_("Back"), ChildCard(**ids)), go_home(found.clinic.id)]
    heading = say(_("👪 <b>Around {child}</b>"), child=found.child.name)
    if found.mine.role is CareRole.HELPER:
        return Screen(Markup("\n\n").join([heading, _mine(found)]), [back])
    everybody: list[CareLink | HelperInvitation] = [*found.others, *found.waiting]
    part = page_of(everybody, page)
    names = dict(
        zip(
            [link.person for link in found.others],
            called_apart(found.others, found.clinic),
            strict=True,
        )
    )
    lines = [
        say("• {who}", who=_me(found.mine)),
        *(_line(each, found, names) for each in part.shown),
    ]
    rows = [[_opening(each, found, names)] for each in part.shown]
    rows += turning(part, lambda to: taps.People(**ids, page=to))
    text = [heading, Markup("\n").join(lines)]
    if any(link.role is not CareRole.HELPER for link in found.others):
        text.append(_equal_rights())
    if found.may_invite:
        rows.append([Button(_("Let somebody help"), taps.WhoHelps(**ids), Style.PRIMARY)])
    rows.append([Button(_("Who I am to the child"), taps.WhoAmI(**ids))])
    return Screen(Markup("\n\n").join(text), [*rows, back])


def _me(mine: CareLink) -> str:
    called = in_words(mine.called) or role(mine.role)
    return _("{who} — you").format(who=capital(called))


def _mine(found: People) -> Markup:
    return say(
        _("You help: {rights}.\nTo stop helping, remove the child from your bot."),
        rights=_rights(found.clinic, found.mine),
    )


def _equal_rights() -> Markup:
    return say(
        _(
            "Parents have equal rights: neither can remove the other. A parent is added, and a "
            "dispute is settled, at the registry, by documents."
        )
    )


def _rights(clinic: Clinic, of: CareLink | HelperInvitation) -> str:
    may = _("books and cancels") if of.may_book else _("looks only")
    if of.ends_at is None:
        return may
    last = clinic.wall(of.ends_at) - timedelta(seconds=1)
    return _("{may}, until {day}").format(may=may, day=long_date(last.date()))


def _line(
    each: CareLink | HelperInvitation, found: People, names: Mapping[PersonId, str]
) -> Markup:
    if isinstance(each, HelperInvitation):
        called = in_list(capital(in_words(each.called)))
        if each.waits_for_word:
            return say(_("• {who}: somebody opened the link — is it them?"), who=called)
        return say(_("• {who}: the link was not opened yet"), who=called)
    called = names[each.person]
    if each.role is not CareRole.HELPER:
        return say("• {who}", who=called)
    return say("• {who}: {rights}", who=called, rights=_rights(found.clinic, each))


def _opening(
    each: CareLink | HelperInvitation, found: People, names: Mapping[PersonId, str]
) -> Button:
    ids = {"clinic_id": found.clinic.id, "child_id": found.child.id}
    if isinstance(each, HelperInvitation):
        label = capital(in_words(each.called))
        return Button(
            shorten(f"❔ {label}", LONGEST_BUTTON), taps.WhoOpened(**ids, invitation=each.id)
        )
    tap = taps.OnePerson(**ids, person_id=each.person)
    return Button(names[each.person], tap)


def who_am_i(found: People) -> Screen:
    """What the others read where the person did something."""
    ids = {"clinic_id": found.clinic.id, "child_id": found.child.id}
    text = say(
        _("Who are you to {child}? The others read it where you book or cancel a visit."),
        child=found.child.name,
    )
    rows = [[Button(capital(word(each)), taps.CallMe(**ids, called=each))] for each in SUBJECTS]
    return Screen(text, [*rows, [Button(_("Back"), taps.People(**ids))]])


def who_helps(found: People) -> Screen:
    """Who is to be invited."""
    ids = {"clinic_id": found.clinic.id, "child_id": found.child.id}
    text = say(
        _(
            "Who is to help with {child}? I will make a link for one person.\n\nA second parent "
            "with equal rights is added at the registry, by documents."
        ),
        child=found.child.name,
    )
    rows = [[Button(capital(word(each)), taps.HowFar(**ids, called=each))] for each in SUBJECTS]
    own = Button(_("In my own words"), taps.OwnWord(**ids))
    return Screen(text, [*rows, [own], [Button(_("Back"), taps.People(**ids))]])


def ask_word(asked: AskWord) -> Screen:
    """What the family calls them is to be typed."""
    question = say(
        _("What do you call the person who is to help with {child}? For example: aunt Olya"),
        child=asked.child.name,
    )
    back = taps.WhoHelps(clinic_id=asked.clinic.id, child_id=asked.child.id)
    return Screen(again(asked.problem, question), [[Button(_("Back"), back)]])


def typed(found: Plan | AskWord) -> Screen:
    return ask_word(found) if isinstance(found, AskWord) else how_far(found)


def _planned(plan: Plan) -> str:
    return plan.words or word(plan.called)


def how_far(plan: Plan) -> Screen:
    """Whether they may book, too."""
    ids = _of_plan(plan)
    text = say(
        _("{who}, {child}: what may they do?"),
        who=capital(_planned(plan)),
        child=plan.child.name,
    )
    return Screen(
        text,
        [
            [Button(_("Book and cancel"), taps.HowLong(**ids, may_book=True))],
            [Button(_("Only look"), taps.HowLong(**ids, may_book=False))],
            [Button(_("Back"), _to_whom(plan))],
        ],
    )


def _of_plan(plan: Plan) -> dict[str, object]:
    return {
        "clinic_id": plan.clinic.id,
        "child_id": plan.child.id,
        "called": plan.called,
        "key": plan.key,
    }


def _to_whom(plan: Plan) -> taps.WhoHelps:
    return taps.WhoHelps(clinic_id=plan.clinic.id, child_id=plan.child.id)


def how_long(plan: Plan) -> Screen:
    """For how long."""
    ids = {**_of_plan(plan), "may_book": bool(plan.may_book)}
    words = {
        Until.WEEK: _("A week"),
        Until.MONTH: _("A month"),
        Until.SUMMER: _("To the end of summer"),
        Until.NO_END: _("Until I say so"),
    }
    text = say(
        _("{who}, {child}: for how long? You can end it at any time."),
        who=capital(_planned(plan)),
        child=plan.child.name,
    )
    rows = [[Button(label, taps.MakeLink(**ids, until=until))] for until, label in words.items()]
    return Screen(text, [*rows, [Button(_("Back"), _to_whom(plan))]])


def link(made: HelperLink, url: str) -> Screen:
    """The link to pass on."""
    invitation = made.invitation
    until = made.clinic.wall(invitation.expires_at)
    text = say(
        _(
            "🔗 <b>A link for: {who}</b>\n{child} — {rights}\n\nSend it to this one person. It "
            "works once, until {day}, {time}. When it is opened, I will ask you whether it is "
            "them; until you say yes, they see nothing.\n\n{link}"
        ),
        who=in_words(invitation.called),
        child=invitation.child.name,
        rights=_rights(made.clinic, invitation),
        day=day_words(until),
        time=clock(until),
        link=url,
    )
    back = taps.People(clinic_id=made.clinic.id, child_id=invitation.child.id)
    return Screen(text, [[Button(_("Around the child"), back)]], stays=True)


def opened(found: Opened) -> Screen:
    """What whoever opened a link reads: of the child nothing, as they may be anybody."""
    home = Button(_("To the start"), common_taps.Start())
    if found.is_own:
        return Screen(
            say(_("This is your own link. Send it to the one it is for: it works once.")), [[home]]
        )
    if found.is_in:
        return Screen(say(_("You are in already: the child is on your start screen.")), [[home]])
    words = _("✉️ Thank you. I have asked who invited you; once they say yes, I will write to you.")
    return Screen(say(words), [[home]])


def who_opened(asked: Asked) -> Screen:
    """Whether who opened a link is who it was meant for."""
    invitation = asked.invitation
    ids = {"clinic_id": asked.clinic.id, "child_id": invitation.child.id}
    one = {**ids, "invitation": invitation.id}
    back = [Button(_("Around the child"), taps.People(**ids))]
    withdraw = Button(_("Withdraw the link"), taps.Refuse(**one), Style.DANGER)
    if not invitation.waits_for_word:
        text = say(
            _("🔗 <b>{who}</b>: the link was not opened yet. It is shown only once."),
            who=capital(in_words(invitation.called)),
        )
        return Screen(text, [[withdraw], back])
    return Screen(_question(invitation, asked.clinic), [*_answers(asked.clinic, invitation), back])


def _question(invitation: HelperInvitation, clinic: Clinic) -> Markup:
    return say(
        _(
            "❔ <b>The link was opened by “{name}”</b>\nIs this {child}'s {who}? They will see the "
            "birth date and the visits ({rights}).\n\nIf you are not sure, call them first."
        ),
        name=in_list(invitation.opened_name or "—", LONGEST_IN_LIST),
        child=invitation.child.name,
        who=in_words(invitation.called),
        rights=_rights(clinic, invitation),
    )


def _answers(clinic: Clinic, invitation: HelperInvitation) -> list[list[Button]]:
    one = {
        "clinic_id": clinic.id,
        "child_id": invitation.child.id,
        "invitation": invitation.id,
    }
    return [
        [Button(_("Yes, it is"), taps.Admit(**one), Style.PRIMARY)],
        [Button(_("No, let nobody in"), taps.Refuse(**one), Style.DANGER)],
    ]


def admitted(found: Asked) -> Screen:
    """What stays in the chat: who may see the child from now on."""
    invitation = found.invitation
    text = say(
        _("✅ <b>{child}: {who} helps now</b>\nMay: {rights}. You can end it at any time."),
        who=in_words(invitation.called),
        child=invitation.child.name,
        rights=_rights(found.clinic, invitation),
    )
    back = taps.People(clinic_id=found.clinic.id, child_id=invitation.child.id)
    return Screen(text, [[Button(_("Around the child"), back)]], stays=True)


def one(found: OnePerson) -> Screen:
    """Somebody else who cares for the child, and the way out for a helper."""
    ids = {"clinic_id": found.clinic.id, "child_id": found.child.id}
    back = [Button(_("Back"), taps.People(**ids))]
    heading = say("<b>{who}</b> · {child}", who=capital(who(found.link)), child=found.child.name)
    if found.link.role is not CareRole.HELPER:
        return Screen(Markup("\n\n").join([heading, _equal_rights()]), [back])
    text = Markup("\n").join([heading, say("{rights}", rights=_rights(found.clinic, found.link))])
    end = taps.Revoke(**ids, person_id=found.link.person)
    return Screen(text, [[Button(_("End the help"), end, Style.DANGER)], back])


# Letters


def helper_letter(what: HelperLetter) -> Screen:
    """How an invitation of a helper stands."""
    return {
        NotificationKind.HELPER_WAITS: _waits,
        NotificationKind.HELPER_ADMITTED: _is_in,
        NotificationKind.HELPER_SHARED: _shared,
        NotificationKind.HELPER_ENDED: _ended,
    }[what.kind](what)


def _waits(what: HelperLetter) -> Screen:
    invitation, clinic = what.helping.invitation, what.helping.clinic
    if what.discreet:
        tap = taps.WhoOpened(
            clinic_id=clinic.id, child_id=invitation.child.id, invitation=invitation.id
        )
        text = say(_("❔ Your link was opened: I have to ask you something."))
        return Screen(text, [[Button(_("Look"), tap)]], stays=True)
    return Screen(_question(invitation, clinic), _answers(clinic, invitation), stays=True)


def _is_in(what: HelperLetter) -> Screen:
    invitation, clinic = what.helping.invitation, what.helping.clinic
    enter = Button(_("Begin"), Enter(clinic_id=clinic.id), Style.PRIMARY)
    if what.discreet:
        words = _("✅ You are let in.\nYou may: {rights}.")
        return Screen(say(words, rights=_rights(clinic, invitation)), [[enter]], stays=True)
    text = say(
        _("✅ <b>You help with {child} now</b>\nYou may: {rights}.\n\n{proxy}"),
        child=invitation.child.name,
        rights=_rights(clinic, invitation),
        proxy=proxy(),
    )
    return Screen(text, [[enter]], stays=True)


def _shared(what: HelperLetter) -> Screen:
    invitation, clinic = what.helping.invitation, what.helping.clinic
    ids = {"clinic_id": clinic.id, "child_id": invitation.child.id}
    look = [[Button(_("Around the child"), taps.People(**ids))]]
    if what.discreet:
        return Screen(say(_("👪 Somebody else helps with a child now.")), look, stays=True)
    text = say(
        _("👪 <b>{child}: {who} helps now</b>\nMay: {rights}. Any parent can end it."),
        who=in_words(invitation.called),
        child=invitation.child.name,
        rights=_rights(clinic, invitation),
    )
    return Screen(text, look, stays=True)


def _ended(what: HelperLetter) -> Screen:
    """That it is over, and no reason: who asks for one knows whom to ask."""
    home = [[Button(_("Home"), common_taps.Start())]]
    if what.discreet:
        text = say(_("🔚 Your access to a child's visits is over. Nothing more comes about them."))
        return Screen(text, home, stays=True)
    text = say(
        _("🔚 <b>{child}: your access to the visits is over</b>\nNothing more comes about them."),
        child=what.helping.invitation.child.name,
    )
    return Screen(text, home, stays=True)
