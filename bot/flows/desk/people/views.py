"""The people around a child, at the registry's desk."""

from bot.documents.typed.phones import in_words
from bot.flows.common.pages import page_of, turning
from bot.flows.common.parts import to_desk
from bot.flows.desk.people import taps
from bot.flows.desk.search.taps import ChildAtDesk
from bot.flows.families.people.views import called_apart, role, who
from bot.telegram.screen import Button, Screen, Style
from bot.words import Markup, _, capital, clock, long_date, say
from services.desk.people import OneAtDesk, PeopleAtDesk, Why
from services.model.clinic import Clinic
from services.model.people import CareLink, CareRole


def people(at: PeopleAtDesk, page: int = 0) -> Screen:
    """Who cares for the child, and what can be done about it here."""
    ids = {"post_id": at.post.id, "child_id": at.child.id}
    part = page_of(at.links, page)
    names = dict(
        zip(
            [link.person for link in at.links],
            called_apart(at.links, at.post.clinic, at.phones),
            strict=True,
        )
    )
    lines = [_line(link, names[link.person], at.post.clinic) for link in part.shown]
    rows = [
        [Button(names[link.person], taps.OneAtDesk(**ids, person_id=link.person))]
        for link in part.shown
    ]
    rows += turning(part, lambda to: taps.PeopleAtDesk(**ids, page=to))
    if at.may_have_own:
        rows.append([Button(_("Code for the teenager"), taps.CodeForChild(**ids))])
    text = [
        say(_("👪 <b>Around {child}</b>"), child=at.child.name),
        Markup("\n").join(lines) if lines else say(_("Nobody looks after the child in the bot.")),
        say(
            _(
                "A code makes a parent of equal rights: give it on documents alone. A dispute "
                "between parents is settled by documents, too."
            )
        ),
    ]
    back = Button(_("Back"), ChildAtDesk(**ids))
    return Screen(Markup("\n\n").join(text), [*rows, [back, to_desk(at.post.id)]])


def _line(link: CareLink, name: str, clinic: Clinic) -> Markup:
    day = long_date(clinic.wall(link.since).date())
    if who(link) == role(link.role):  # nobody said what the family calls them
        return say(_("• {who}, since {day}"), who=name, day=day)
    return say(_("• {who} ({role}), since {day}"), who=name, role=role(link.role), day=day)


def one(at: OneAtDesk) -> Screen:
    """One of them, and why their access is to end."""
    ids = {"post_id": at.post.id, "child_id": at.child.id}
    this = {**ids, "person_id": at.link.person}
    text = say(
        _(
            "<b>{who}</b> · {child}\n{known}\n\nWhy is the access to end? It ends at once, and "
            "the reason is taken down. Visits stay."
        ),
        who=capital(who(at.link)),
        child=at.child.name,
        known=_known_by(at),
    )
    reasons = {
        Why.ASKED: _("Asked for it"),
        Why.LOST_PHONE: _("Lost phone: all access"),
        Why.DOCUMENTS: _("By documents"),
    }
    if at.link.role is CareRole.HELPER:
        del reasons[Why.DOCUMENTS]
    rows = [
        [Button(label, taps.EndCare(**this, why=why), Style.DANGER)]
        for why, label in reasons.items()
    ]
    return Screen(text, [*rows, [Button(_("Back"), taps.PeopleAtDesk(**ids))]])


def _known_by(at: OneAtDesk) -> Markup:
    """By which the registrar makes sure who this is, before anything ends."""
    since = at.post.clinic.wall(at.link.since)
    when = say(_("Since {day}, {time}"), day=long_date(since), time=clock(since))
    if at.phone is None:
        return when
    return Markup("\n").join([when, say("☎️ {phone}", phone=in_words(at.phone))])
