"""The children in a parent's care."""

from dataclasses import replace

from bot.flows.common import taps as common_taps
from bot.flows.common.apart import children_apart, districts_apart, told_apart
from bot.flows.common.no_shows import nearly_full
from bot.flows.common.pages import page_of, turning
from bot.flows.common.parts import LONGEST_IN_LIST, child_with_age, go_home, in_list, moment
from bot.flows.common.refusals import again
from bot.flows.families.children import taps
from bot.flows.families.groups import taps as groups_taps
from bot.flows.families.onboarding import taps as onboarding_taps
from bot.flows.families.people import taps as people_taps
from bot.flows.families.who_looked import taps as who_looked_taps
from bot.telegram.screen import Button, Screen, Style
from bot.words import Markup, _, long_date, say
from services.families.children import ChildrenPage, Removal
from services.families.places import AskAddress, ChildCard
from services.model.clinic import District
from services.rules.reserved.groups import groups_asked_for, groups_at

MOST_LISTED = 20
"""Visits that are named when a child is removed."""
MOST_BESIDE = 3
"""Brothers and sisters whose district is offered."""


def children(found: ChildrenPage, page: int = 0) -> Screen:
    clinic_id = found.clinic.id
    part = page_of(found.children, page)
    called = children_apart(found.children, found.ahead, found.now)
    wholly = children_apart(found.children, found.ahead, found.now, LONGEST_IN_LIST)
    lines = [
        say(
            "👶 {child}",
            child=child_with_age(replace(child, name=wholly[child.id]), found.now, found.clinic),
        )
        for child in part.shown
    ]
    rows = [
        [
            Button(
                called[child.id],
                taps.ChildCard(clinic_id=clinic_id, child_id=child.id),
            )
        ]
        for child in part.shown
    ]
    rows += turning(part, lambda to: taps.Children(clinic_id=clinic_id, page=to))
    add = Button(_("Add a child"), taps.AddChild(clinic_id=clinic_id))
    text = Markup("\n").join([say(_("<b>Children</b>")), *lines])
    most = found.clinic.limits.children
    if nearly_full(len(found.children), most):
        words = _("{text}\n\nChildren here: {n} of {most}, the clinic allows no more.")
        text = say(words, text=text, n=len(found.children), most=most)
    return Screen(text, [*rows, [add], [go_home(clinic_id)]])


def card(found: ChildCard) -> Screen:
    child, clinic_id = found.child, found.clinic.id
    lines = [
        say(
            _("👶 <b>{child}</b>\nBorn {birth_date}"),
            child=child_with_age(child, found.now, found.clinic),
            birth_date=long_date(child.birth_date),
        )
    ]
    if found.has_districts:
        lines.append(_whose(found.district))
    ids = {"clinic_id": clinic_id, "child_id": child.id}
    return Screen(
        Markup("\n").join(lines),
        [
            *(_for_parents(found) if found.decides else []),
            [Button(_("Around the child"), people_taps.People(**ids))],
            [Button(_("Remove from the bot"), taps.AskRemove(**ids))],
            [Button(_("Children"), taps.Children(clinic_id=clinic_id)), go_home(clinic_id)],
        ],
    )


def _for_parents(found: ChildCard) -> list[list[Button]]:
    """What helpers do not change, nor read."""
    ids = {"clinic_id": found.clinic.id, "child_id": found.child.id}
    district = [Button(_("District doctor"), taps.ChangeDistrict(**ids))]
    return [
        [
            Button(_("Name"), taps.Rename(**ids)),
            Button(_("Birth date"), taps.ChangeBirthDate(**ids)),
        ],
        district if found.has_districts else [],
        *(
            [[Button(_("Priority in booking"), groups_taps.ChildGroups(**ids))]]
            if groups_at(found.child, found.clinic, found.clinic.today(found.now))
            or groups_asked_for(found.clinic)
            else []
        ),
        [Button(_("Who looked"), who_looked_taps.WhoLooked(**ids))],
    ]


def ask_address(where: AskAddress, page: int = 0) -> Screen:
    """By address, by the doctor's name, or not at all."""
    question = say(
        _(
            "Which street and house does {name} live in? I will find the district doctor. "
            "The address is not kept.\n\nFor example: Sadovaya, 12"
        ),
        name=where.child.name,
    )
    part = page_of(where.districts, page)
    together = _live_together(where)
    called = {
        district.id: label
        for district, label in zip(where.districts, districts_apart(where.districts), strict=True)
    }
    rows = [
        [
            Button(
                called[district.id],
                taps.ChooseDistrict(child_id=where.child.id, district_id=district.id),
            )
        ]
        for district in part.shown
    ]
    ids = {"clinic_id": where.clinic.id, "child_id": where.child.id}
    rows += turning(part, lambda to: taps.ChangeDistrict(**ids, page=to))
    skip = Button(_("Skip"), onboarding_taps.StopTyping(clinic_id=where.clinic.id))
    return Screen(again(where.problem, question), [*together, *rows, [skip]])


def _live_together(where: AskAddress) -> list[list[Button]]:
    """The districts of brothers and sisters, each by one of them."""
    others = {child.district_id: child for child in where.beside if child.district_id}
    some = list(others.items())[:MOST_BESIDE]
    labels = told_apart(some, lambda pair: _("Same as {name}").format(name=pair[1].name))
    return [
        [
            Button(
                label,
                taps.ChooseDistrict(child_id=where.child.id, district_id=district_id),
                Style.PRIMARY,
            )
        ]
        for (district_id, _child), label in zip(some, labels, strict=True)
    ]


def ask_remove(found: Removal) -> Screen:
    """Ask once, and say first what becomes of the visits."""
    lines = [say(_("Remove {name} from the bot?"), name=found.child.name)]
    if found.visits:
        lines.append(say(_("These visits will be cancelled:\n{visits}"), visits=_listed(found)))
    lines.append(say(_("Past visits will no longer be shown here: they stay with the clinic.")))
    ids = {"clinic_id": found.clinic.id, "child_id": found.child.id}
    return Screen(
        Markup("\n\n").join(lines),
        [
            [Button(_("Keep"), taps.ChildCard(**ids), Style.PRIMARY)],
            [Button(_("Remove"), taps.Remove(**ids, seen=found.as_shown), Style.DANGER)],
        ],
    )


def removed(found: Removal) -> Screen:
    """What must stay in the chat: that the child is gone, and which visits with it."""
    lines = [say(_("✖️ <b>{name} is no longer in the bot</b>"), name=found.child.name)]
    if found.visits:
        lines.append(say(_("These visits are cancelled:\n{visits}"), visits=_listed(found)))
    children = Button(_("Children"), taps.Children(clinic_id=found.clinic.id))
    home = Button(_("Home"), common_taps.Start())  # with no child left, that is where one is named
    return Screen(Markup("\n\n").join(lines), [[children, home]], stays=True)


def _listed(found: Removal) -> Markup:
    lines = [
        say(
            "• {moment}, {doctor}",
            moment=moment(visit.slot),
            doctor=in_list(visit.slot.doctor.name),
        )
        for visit in found.visits[:MOST_LISTED]
    ]
    if more := len(found.visits) - len(lines):
        lines.append(say(_("and {n} more"), n=more))
    return Markup("\n").join(lines)


def _whose(district: District | None) -> Markup:
    if district is None:
        return say(_("District doctor: not known yet"))
    return say(
        _("District doctor: {doctor} ({district})"),
        doctor=district.doctor.name,
        district=district.name,
    )
