"""What children can come for, before an administrator: all kinds, one, and what is to be typed."""

from collections.abc import Iterator
from typing import Any

from bot.flows.clinic.editing import taps as editing_taps
from bot.flows.clinic.visit_kinds import taps
from bot.flows.common.apart import kinds_apart
from bot.flows.common.kinds import ages_in_words, kind_name
from bot.flows.common.pages import page_of, turning
from bot.flows.common.parts import in_rows, span, to_desk
from bot.flows.common.refusals import again
from bot.telegram.screen import Button, Screen, Style
from bot.words import Markup, _, say
from services.clinic.visit_kinds import KindCard, KindChange, KindList, KindQuestion, changes_of
from services.model.clinic import SETTINGS
from services.model.conversations import KindPart
from services.model.settings.setting import Group
from services.model.settings.visit_kinds import VisitKind, Whom


def shown(found: KindCard | KindList) -> Screen:
    return card(found) if isinstance(found, KindCard) else everything(found)


def answered(found: KindCard | KindQuestion) -> Screen:
    """What was typed: done, or asked for again."""
    return card(found) if isinstance(found, KindCard) else question(found)


def everything(found: KindList, page: int = 0) -> Screen:
    """All of them, in the order in which families see them."""
    post_id = found.post.id
    part = page_of([*enumerate(found.kinds)], page)
    lines = [say("{line}", line=_line(kind)) for _place, kind in part.shown]
    number = page if part.count > 1 else 0
    called = kinds_apart(found.kinds)
    rows = [
        [
            Button(
                called[kind.key],
                taps.OneKind(post_id=post_id, reason=kind.key),
            ),
            *(
                [
                    Button(
                        "▲",
                        taps.RaiseKind(post_id=post_id, reason=kind.key, place=place, page=number),
                    )
                ]
                if place
                else []
            ),
        ]
        for place, kind in part.shown
    ]
    title = say(_("<b>Kinds of visit</b>, in the order in which families see them"))
    return Screen(
        Markup("\n\n").join([title, Markup("\n").join(lines)]),
        [
            *rows,
            *turning(part, lambda to: taps.KindsOfVisit(post_id=post_id, page=to)),
            [
                Button(
                    _("Add a kind of visit"),
                    taps.AskKind(post_id=post_id, part=KindPart.LINE),
                    Style.SUCCESS,
                )
            ],
            [Button(_("Back"), editing_taps.ClinicDesk(post_id=post_id)), to_desk(post_id)],
        ],
    )


def _line(kind: VisitKind) -> str:
    """ "Справка в бассейн: с 3 лет, 10 минут, 500 ₽"."""
    facts = [each for each in (ages_in_words(kind), _length(kind), kind.price) if each]
    facts += [_("hidden")] if kind.hidden else [_("registry only")] if kind.at_desk else []
    name = kind_name(kind)
    return f"• {name}: {', '.join(facts)}" if facts else f"• {name}"


def _length(kind: VisitKind) -> str:
    return span(kind.length) if kind.length else ""


def card(found: KindCard) -> Screen:
    """One of them, with a button for whatever can be otherwise."""
    kind = found.kind
    done = [say(_("✅ <b>Saved</b>"))] if found.saved else []
    about = [
        say("<b>{name}</b>", name=kind_name(kind)),
        *(
            say("{label}: <b>{value}</b>", label=label, value=value)
            for label, value in _facts(kind)
        ),
    ]
    lines = [*done, Markup("\n").join(about), *_hints(found)]
    return Screen(Markup("\n\n").join(lines), [*_buttons(found), _ways_out(found)])


def _facts(kind: VisitKind) -> Iterator[tuple[str, str]]:
    if kind.name_en:
        yield _("In English"), kind.name_en
    yield _("Ages"), ages_in_words(kind) or _("every child")
    yield _("For whom"), _whom(kind.whom)
    yield _("How long"), _length(kind) or _("as the hours say")
    yield _("Price"), kind.price or "—"
    yield _("Hours"), _("named ones only") if kind.named_only else _("those for any visit, too")
    yield _("Booked"), _("by the registry only") if kind.at_desk else _("in the chat, too")
    if kind.bring:
        yield _("What to bring"), kind.bring
    if kind.hidden:
        yield _("Hidden"), _("nobody is booked for it")


def _whom(whom: Whom) -> str:
    return {
        Whom.ANYBODY: _("everybody"),
        Whom.ILL: _("children who are ill"),
        Whom.HEALTHY: _("healthy children only"),
    }[whom]


def _hints(found: KindCard) -> Iterator[Markup]:
    """What families do not see, and why."""
    kind = found.kind
    if kind.hidden:
        return
    if not found.has_hours:
        yield say(
            _(
                "⚠️ No time is long enough for it yet, so families do not see it. Write hours for "
                "it at a doctor's hours, with its name: <code>mon 9-12 {name}</code>."
            )
            if kind.length and not kind.named_only
            else _(
                "⚠️ There are no hours for it yet, so families do not see it. Write them at a "
                "doctor's hours, with its name: <code>mon 9-12 {name}</code>."
            ),
            name=kind_name(kind).lower(),
        )
    elif kind.whom is Whom.HEALTHY and not kind.named_only:
        yield say(_("In hours for any visit ill children come, too: name hours for it."))
    if kind.length:
        yield say(
            _("Families see times of {length} or longer, and no shorter ones."),
            length=span(kind.length),
        )


def _buttons(found: KindCard) -> list[list[Button]]:
    kind, ids = found.kind, {"post_id": found.post.id, "reason": found.kind.key}

    def ask(label: str, part: KindPart) -> Button:
        return Button(label, taps.AskKind(**ids, part=part))

    typed = [
        ask(_("What it is called"), KindPart.NAME),
        ask(_("Ages"), KindPart.AGES),
        ask(_("How long"), KindPart.LENGTH),
        ask(_("Price"), KindPart.PRICE),
        _prepare(found),
        ask(_("In English"), KindPart.NAME_EN),
    ]
    tapped = [Button(label, taps.ChangeKind(**ids, change=to)) for label, to in _changes(kind)]
    return [*in_rows(typed, 2), *in_rows(tapped, 2)]


def _prepare(found: KindCard) -> Button:
    """Of a kind that every clinic has it is one of the clinic's settings, with a file's key."""
    post_id = found.post.id
    for each in SETTINGS:
        if each.group is Group.PREPARATION and each.path[-1] == found.kind.key:
            return Button(_("What to bring"), editing_taps.AskFact(post_id=post_id, fact=each.key))
    ids: dict[str, Any] = {"post_id": post_id, "reason": found.kind.key}
    return Button(_("What to bring"), taps.AskKind(**ids, part=KindPart.BRING))


def _changes(kind: VisitKind) -> Iterator[tuple[str, KindChange]]:
    """What it can be instead."""
    if KindChange.ANYBODY in changes_of(kind):
        whom = {
            Whom.ANYBODY: (_("For everybody"), KindChange.ANYBODY),
            Whom.HEALTHY: (_("Healthy children only"), KindChange.HEALTHY),
            Whom.ILL: (_("For ill children"), KindChange.ILL),
        }
        yield from (said for each, said in whom.items() if each is not kind.whom)
    if kind.named_only:
        yield _("In any hours, too"), KindChange.EVERYWHERE
    else:
        yield _("In named hours only"), KindChange.NAMED
    if kind.at_desk:
        yield _("In the chat, too"), KindChange.CHAT
    else:
        yield _("By the registry only"), KindChange.DESK
    yield (_("Show"), KindChange.SHOW) if kind.hidden else (_("Hide"), KindChange.HIDE)


def _ways_out(found: KindCard) -> list[Button]:
    post_id = found.post.id
    return [Button(_("Back"), taps.KindsOfVisit(post_id=post_id)), to_desk(post_id)]


def question(found: KindQuestion) -> Screen:
    """What is to be typed, and how it stands."""
    post_id = found.post.id
    ids: dict[str, Any] = {"post_id": post_id, "part": found.part}
    if found.kind:
        ids["reason"] = found.kind.key
    text = _asked(found.part)
    if found.kind:
        text = say("<b>{name}</b>\n\n{ask}", name=kind_name(found.kind), ask=text)
    return Screen(
        again(found.problem, text),
        [[Button(_("Leave as it is"), taps.LeaveKind(**ids)), to_desk(post_id)]],
    )


def _asked(part: KindPart) -> Markup:
    return say(
        {
            KindPart.LINE: _(
                "✏️ Write what it is called; and, behind commas, for which ages, how long it "
                "takes and what it costs, if the clinic wants to say so:\n"
                "<code>Pool certificate, from 3 years, 10 min, 500 ₽</code>"
            ),
            KindPart.NAME: _("✏️ Write what it is called. A dash “-” is the bot's own word."),
            KindPart.NAME_EN: _(
                "✏️ Write what it is called in English, for families who read that. A dash “-” is "
                "nothing."
            ),
            KindPart.AGES: _(
                "✏️ Write for which ages: <code>from 3 years</code>, <code>up to 1 year</code>, "
                "<code>from 6 months to 7 years</code> or <code>everybody</code>."
            ),
            KindPart.LENGTH: _(
                "✏️ Write how long it takes: <code>15 min</code>. Times that are shorter are not "
                "offered for it. A dash “-”: as long as the hours say."
            ),
            KindPart.PRICE: _(
                "✏️ Write what it costs, as families shall read it: <code>2 400 ₽</code>. A dash "
                "“-” is nothing."
            ),
            KindPart.BRING: _(
                "✏️ Write what to bring and how to prepare. A dash “-” is what the bot says."
            ),
        }[part]
    )
