"""Which card may be of the same child; two of them side by side; and that they are one."""

from bot.flows.common.pages import page_of, turning
from bot.flows.common.parts import (
    LONGEST_BUTTON,
    brief,
    child_with_age,
    in_list,
    moment,
    to_desk,
    with_initials,
)
from bot.flows.common.refusals import again
from bot.flows.desk.day import taps as day_taps
from bot.flows.desk.joining import taps
from bot.flows.desk.search import taps as search_taps
from bot.telegram.screen import Button, Screen, Style
from bot.words import Markup, _, long_date, say, short_date, shorten
from services.desk.joining.cards import Card, Part, Side, TwoCards, decided, side_of
from services.desk.joining.joining import Joined, SecondCards
from services.model.people import Child
from services.model.visits import Appointment

MOST_CLASHES = 5
"""Of visits that have to be changed before: with these done, the others are shown."""


def second_cards(found: SecondCards, page: int = 0) -> Screen:
    """Who may be the same child, or whom to type."""
    part = page_of(found.likely, page)
    lines = [
        say(
            _(
                "👥 <b>Which card is also of this child?</b>\n{child}, {born}\n\n"
                "Type its name and birth date, or a visit's number."
            ),
            child=in_list(found.child.name),
            born=short_date(found.child.birth_date),
        )
    ]
    if found.likely:
        lines.append(say(_("Or is it one of these?")))
    rows = [[_open(found, each)] for each in part.shown]
    ids = {"post_id": found.post.id, "child_id": found.child.id}
    rows += turning(part, lambda to: taps.SecondCards(**ids, page=to))
    back = Button(_("Back"), search_taps.ChildAtDesk(**ids))
    text = again(found.problem, Markup("\n\n").join(lines))
    return Screen(text, [*rows, [back, to_desk(found.post.id)]])


def found(result: SecondCards | TwoCards) -> Screen:
    """What a typed line brought: one card beside the first, or several to choose from, or none."""
    return two_cards(result) if isinstance(result, TwoCards) else second_cards(result)


def _open(found: SecondCards, other: Child) -> Button:
    born = short_date(other.birth_date)
    label = f"{shorten(other.name, LONGEST_BUTTON - 3 - len(born))} · {born}"
    return Button(
        label,
        taps.TwoCards(post_id=found.post.id, child_id=found.child.id, other_id=other.id),
    )


def two_cards(two: TwoCards) -> Screen:
    """What each says, what is to be decided, and what cannot be undone."""
    lines = [
        say(_("👥 <b>Two cards of one child?</b>")),
        _card(two, two.kept),
        _card(two, two.other),
        *_what_stands_against(two),
        *_what_follows(two),
    ]
    rows = [*_choices(two), *_visits(two)]
    if not (two.clashes or two.undecided):
        join = taps.Join(**_ids(two), choice=two.choice, seen=two.as_shown)
        rows.append([Button(_("One child: join"), join, Style.DANGER)])
    kept = search_taps.ChildAtDesk(post_id=two.post.id, child_id=two.kept.child.id)
    return Screen(
        Markup("\n\n").join(lines), [*rows, [Button(_("Leave two"), kept), to_desk(two.post.id)]]
    )


def _ids(two: TwoCards) -> dict[str, int]:
    return {
        "post_id": two.post.id,
        "child_id": two.kept.child.id,
        "other_id": two.other.child.id,
    }


def _card(two: TwoCards, card: Card) -> Markup:
    ahead = len(card.ahead_at(two.post.clinic.id, two.now))
    adults = len(card.adults)
    facts = [
        long_date(card.child.birth_date),
        *([card.district.name] if card.district else []),
        *([card.phone] if card.phone else []),
        _("{n} adult in the bot", "{n} adults in the bot", adults).format(n=adults)
        if adults
        else _("not in the bot"),
        _("{n} visit ahead", "{n} visits ahead", ahead).format(n=ahead)
        if ahead
        else _("no visits ahead"),
    ]
    return say("👶 <b>{child}</b>\n{facts}", child=in_list(card.child.name), facts="\n".join(facts))


def _what_stands_against(two: TwoCards) -> list[Markup]:
    """What has to be done or decided before."""
    lines = []
    if two.clashes:
        lines.append(say(_("⛔️ Two visits at one time: move or cancel one of them first.")))
        if any(not _is_here(two, each) for pair in two.clashes for each in pair):
            lines.append(say(_("One of them is at another clinic: the family knows which.")))
    if two.undecided:
        lines.append(say(_("❓ The cards differ: tap what is right, by the documents.")))
    return lines


def _what_follows(two: TwoCards) -> list[Markup]:
    """What somebody should know before it is done."""
    lines = [
        say(
            _("⚠️ To the same doctor twice: {doctor}. Both stay unless you cancel one."),
            doctor=with_initials(each.slot.doctor.name),
        )
        for each in two.with_one_doctor[:1]
    ]
    if two.too_many:
        lines.append(
            say(
                _("⚠️ Visits ahead: {n}, more than a family can have here by itself."),
                n=two.too_many,
            )
        )
    if two.repeats:
        lines.append(
            say(
                _("An old visit was entered twice, on {moment}: one of the two is cancelled."),
                moment=moment(two.repeats[0].slot),
            )
        )
    if two.kept.adults | two.other.adults:
        lines.append(
            say(
                _(
                    "🔒 All adults of both cards will see everything about the child. Join only "
                    "with the documents at hand: it cannot be taken apart again."
                )
            )
        )
    else:
        lines.append(say(_("It cannot be taken apart again.")))
    return lines


def _choices(two: TwoCards) -> list[list[Button]]:
    """A row for each difference, with what each card says."""
    return [
        [_choice(two, part, Side.KEPT), _choice(two, part, Side.OTHER)] for part in two.conflicts
    ]


def _choice(two: TwoCards, part: Part, side: Side) -> Button:
    card = two.kept if side is Side.KEPT else two.other
    chosen = "●" if side_of(two.choice, part) is side else "○"
    said = {
        Part.NAME: card.child.name,
        Part.BORN: short_date(card.child.birth_date),
        Part.DISTRICT: card.district.name if card.district else "",
        Part.PHONE: card.phone or "",
    }[part]
    tap = taps.TwoCards(**_ids(two), choice=decided(two.choice, part, side))
    return Button(shorten(f"{chosen} {said}", LONGEST_BUTTON), tap)


def _visits(two: TwoCards) -> list[list[Button]]:
    """Those of the clinic's own that are in the way, or may be one too many."""
    pairs = two.clashes[:MOST_CLASHES]
    shown = [each for pair in pairs for each in pair if _is_here(two, each)]
    shown += two.with_one_doctor[:MOST_CLASHES]
    return [[_visit(two, each)] for each in {visit.id: visit for visit in shown}.values()]


def _is_here(two: TwoCards, visit: Appointment) -> bool:
    return visit.slot.doctor.clinic.id == two.post.clinic.id


def _visit(two: TwoCards, visit: Appointment) -> Button:
    tap = day_taps.StaffVisit(post_id=two.post.id, appointment_id=visit.id)
    return Button(brief(visit.child.name, visit.slot, two.now), tap)


def joined(one: Joined) -> Screen:
    """There is one card, and who is told of it."""
    lines = [
        say(
            _("✅ <b>One card: {child}</b>\nBorn {day}"),
            child=child_with_age(one.child, one.now, one.post.clinic),
            day=long_date(one.child.birth_date),
        ),
        say(_("Visits ahead: {n}"), n=one.visits),
        *([say(_("📱 The bot tells the family, without names."))] if one.told else []),
    ]
    card = search_taps.ChildAtDesk(post_id=one.post.id, child_id=one.child.id)
    return Screen(
        Markup("\n\n").join(lines),
        [[Button(_("Open the card"), card, Style.PRIMARY)], [to_desk(one.post.id)]],
    )
