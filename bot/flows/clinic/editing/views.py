"""What a clinic says of itself, for its administrators: in short, in groups, and value by value."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from bot.flows.clinic.doctors import taps as doctors_taps
from bot.flows.clinic.editing import taps
from bot.flows.clinic.visit_kinds import taps as kinds_taps
from bot.flows.clinic.wording import choice, how_to_answer, name_of, wording
from bot.flows.common import ages
from bot.flows.common.parts import (
    LONGEST_BUTTON,
    danger_signs,
    span,
    times_follow,
    to_desk,
    told_of,
)
from bot.flows.common.refusals import again
from bot.flows.desk.day import taps as day_taps
from bot.telegram.screen import Button, Document, Screen, Style
from bot.words import Markup, _, capital, city, say, short_date, shorten
from services.clinic.editing import Answer, ClinicPage, FactQuestion, Proposal
from services.clinic.profiles import ClinicEntry
from services.clinic.settings import FACTS, GROUPS, SIGNED, SIGNED_BY, value_of
from services.model.clinic import ClinicProfile, Hours, Position
from services.model.ids import PostId
from services.model.settings.ages import Ages
from services.model.settings.kinds import Days, Kind, OneOf, Percent
from services.model.settings.setting import Group

LONGEST_FACT = 80
"""Characters of a value in a list."""
LONGEST_BESIDE = 150
"""Of a value beside words that may be as long as a message has room for."""


def page(found: ClinicPage) -> Screen:
    """The clinic in short, and the way to each group."""
    profile, post_id = found.entry.profile, found.post.id
    lines = [
        say(
            _("🏥 <b>{clinic}</b>\n{address}\n☎️ {phone}"),
            clinic=profile.name,
            address=profile.address,
            phone=profile.phone,
        ),
        say(
            _("🗓 Open ahead: {days}\n🔔 Reminders: {evening}, {before} before"),
            days=_days(profile.horizon_days),
            evening=_time(profile.reminding.evening),
            before=span(profile.reminding.before),
        ),
        *to_be_done(profile, found.now),
    ]
    groups = [_open(group, post_id) for group in Group if group is not Group.PREPARATION]
    rows = [groups[at : at + 2] for at in range(0, len(groups), 2)]
    return Screen(
        Markup("\n\n").join(lines),
        [
            *rows,
            [
                Button(_("Doctors"), doctors_taps.ClinicDoctors(post_id=post_id)),
                Button(_("Kinds of visit"), kinds_taps.KindsOfVisit(post_id=post_id)),
            ],
            [
                Button(_("Poster"), taps.ClinicPoster(post_id=post_id)),
                Button(_("Desk"), day_taps.Desk(post_id=post_id)),
            ],
        ],
    )


def to_be_done(profile: ClinicProfile, now: datetime) -> list[Markup]:
    """What the clinic has begun and not finished, or is to look at anew."""
    if profile.ill_words_are_draft:
        words = _(
            "⚠️ The words for an ill child are not signed by a doctor: families do not see them."
        )
        return [say(words)]
    if profile.ill_words_are_due(profile.today(now)):
        words = _(
            "🗓 It is time to look at the words for an ill child again: show them to the doctor, "
            "then Clinic → Texts → Signed by."
        )
        return [say(words)]
    return []


def group(found: ClinicPage, shown: Group, saved: str | None = None) -> Screen:
    """The values of a group, each with a button; what was just saved is said above."""
    post_id = found.post.id
    facts = [each.key for each in GROUPS[shown]]
    lines = [
        say(
            "{label}: <b>{value}</b>",
            label=wording(fact).label,
            value=shorten(" ".join(words_for(fact, found.entry).split()), LONGEST_FACT),
        )
        for fact in facts
    ]
    buttons = [
        Button(wording(fact).label, taps.AskFact(post_id=post_id, fact=fact)) for fact in facts
    ]
    rows = [buttons[at : at + 2] for at in range(0, len(buttons), 2)]
    if shown is Group.TEXTS:
        rows.append([_open(Group.PREPARATION, post_id)])
    done = [say(_("✅ <b>Saved: {label}</b>"), label=wording(saved).label)] if saved else []
    text = Markup("\n\n").join([*done, say("<b>{group}</b>", group=name_of(shown)), _lines(lines)])
    return Screen(text, [*rows, [_back(shown, post_id), to_desk(post_id)]])


def saved(found: ClinicPage, fact: str) -> Screen:
    """The group, after a value in it was saved."""
    return group(found, group_of(fact), fact if found.saved else None)


def _back(shown: Group, post_id: PostId) -> Button:
    if shown is Group.PREPARATION:
        return Button(_("Back"), taps.ClinicGroup(post_id=post_id, group=Group.TEXTS))
    return Button(_("Back"), taps.ClinicDesk(post_id=post_id))


def group_of(fact: str) -> Group:
    """Where a value stands."""
    return next(group for group, facts in GROUPS.items() if FACTS[fact] in facts)


def answered(found: Answer) -> Screen:
    """What was typed or chosen: as a proposal, or asked for again."""
    return proposal(found) if isinstance(found, Proposal) else question(found)


def question(found: FactQuestion) -> Screen:
    """What the value is, how it stands, and what it shall be."""
    fact, ids = found.fact, {"post_id": found.post.id, "fact": found.fact}
    present = words_for(fact, found.entry)
    text = say(
        _("<b>{label}</b>\n{about}\n\nNow: {value}\n\n{ask}"),
        label=wording(fact).label,
        about=wording(fact).about,
        value=shorten(present, LONGEST_BESIDE) if found.problem else present,
        ask=how_to_answer(FACTS[fact]),
    )
    if fact == SIGNED_BY and (since := signed_since(found.entry.profile)):
        text = say("{text}\n{since}", text=text, since=since)
    return Screen(
        again(found.problem, text),
        [
            *_sign_again(found),
            *_choices(found, ids),
            [Button(_("Leave as it is"), taps.LeaveFact(**ids)), to_desk(found.post.id)],
        ],
    )


def signed_since(profile: ClinicProfile) -> str:
    """Which version of the words for an ill child is signed, and since when."""
    if profile.ill_words_signed_on is None:
        return ""
    return _("Version {version}, {day}").format(
        version=profile.ill_words_version, day=short_date(profile.ill_words_signed_on)
    )


def _sign_again(found: FactQuestion) -> list[list[Button]]:
    """Once a year, or whenever the doctor looked at the same words anew."""
    if found.fact != SIGNED_BY or not found.entry.profile.ill_words_signed_by:
        return []
    return [[Button(_("The doctor checked: right"), taps.SignAgain(post_id=found.post.id))]]


def _choices(found: FactQuestion, ids: dict[str, Any]) -> list[list[Button]]:
    """Values to be tapped, but for the present one; what can be left out can be removed."""
    kind, present = FACTS[found.fact].kind, value_of(found.fact, found.entry)
    buttons = [
        Button(_on_button(kind, words), taps.ChooseFact(**ids, choice=at))
        for at, words in enumerate(kind.choices)
        if kind.read(words) != present
    ]
    return [buttons[at : at + 2] for at in range(0, len(buttons), 2)]


def _on_button(kind: Kind, words: str) -> str:
    if isinstance(kind, OneOf):
        return choice(kind.read(words))
    if "/" in words:
        return shorten(city(ZoneInfo(words)), LONGEST_BUTTON)
    return {"": _("Remove"), "0": capital(_("none")), "yes": _("Yes"), "no": _("No")}[words]


def proposal(found: Proposal) -> Screen:
    """What it was, what it will be and what follows, before it is saved."""
    fact = found.fact
    ids = {"post_id": found.post.id, "fact": fact}
    before = words_for(fact, found.change.before) if found.change.before else "—"
    text = say(
        _("<b>{label}</b>\n\nWas: {before}\n\nWill be: {after}"),
        label=wording(fact).label,
        before=shorten(before, LONGEST_BESIDE),
        after=words_for(fact, found.change.after),
    )
    save = taps.SaveFact(**ids, before=found.before, after=found.after)
    return Screen(
        Markup("\n\n").join([text, *_follows(found)]),
        [
            [Button(_("Save"), save, Style.SUCCESS)],
            *_as_a_spelling(found, save),
            [Button(_("Leave as it is"), taps.LeaveFact(**ids)), to_desk(found.post.id)],
        ],
    )


def _as_a_spelling(found: Proposal, save: taps.SaveFact) -> list[list[Button]]:
    """Where families would be told, the way to say that nothing but the spelling is new."""
    if not found.change.told:
        return []
    return [[Button(_("Misspelt: tell nobody"), taps.CorrectFact(**save.model_dump()))]]


def _follows(found: Proposal) -> Iterator[Markup]:
    """What saving does beside."""
    change, profile = found.change, found.change.after.profile
    for version in change.versions.values():
        yield say(_published(version), version=version)
    if change.told:
        yield say("🔔 {told}", told=told_of(change.told))
    if change.reminded_anew:
        visits = _("{n} visit ahead", "{n} visits ahead", change.reminded_anew)
        yield say(
            _("Reminders are planned anew: {visits}"), visits=visits.format(n=change.reminded_anew)
        )
    if change.makes_times_anew:
        yield say(times_follow(closed=change.moves_clocks))
    yield from _signing(found.fact, profile)
    if found.fact == "basis":
        yield say(
            _(
                "Check that the text about data is of that kind. Families who have tapped below it "
                "are not asked again."
            )
        )


def _signing(fact: str, profile: ClinicProfile) -> Iterator[Markup]:
    """Who sees the words for an ill child."""
    if fact in SIGNED and profile.ill_words_are_draft:
        yield say(_("Families see these words once a doctor has signed them: “Signed by”."))
    if fact == SIGNED_BY and profile.ill_words_signed_by:
        words = _("Families will see:\n\n{words}")
        yield say(words, words=profile.ill_words)
        yield say(_("Before it, 103 or 112 if there is:\n{signs}"), signs=_danger(profile))
        if profile.ill_words_en:
            yield say(_("The doctor answers for the English words, too."))


def _danger(profile: ClinicProfile) -> str:
    return profile.ill_danger or danger_signs()


def _published(version: int) -> str:
    if version == 1:
        return _("The text is published as version 1: families can agree to it from then on.")
    return _(
        "The text is published as version {version}: families agree to it from then on. "
        "Consents that were given stand."
    )


# Values in words


def words_for(fact: str, entry: ClinicEntry) -> str:
    """A value as people read it."""
    value = value_of(fact, entry)
    if isinstance(FACTS[fact].kind, Days):
        return _days(value)
    if isinstance(FACTS[fact].kind, Ages):
        return ages.in_line(value) or "—"
    if isinstance(FACTS[fact].kind, Percent):
        return f"{value} %" if value else _("none")
    return _shown(value)


def _shown(value: Any) -> str:
    match value:
        case bool():
            return _("yes") if value else _("no")
        case StrEnum():
            return choice(value)
        case timedelta():
            return span(value)
        case time():
            return _time(value)
        case Hours():
            return _quiet(value)
        case Position():
            return f"{value.latitude:g}, {value.longitude:g}"
        case ZoneInfo():
            return f"{shorten(city(value), LONGEST_BUTTON)} ({value.key})"
    return str(value or "—")


def _time(value: time) -> str:
    return f"{value.hour}:{value.minute:02}"


def _quiet(value: Hours) -> str:
    if value.starts == value.ends:
        return _("none")
    return f"{_time(value.starts)}–{_time(value.ends)}"


def _days(count: int) -> str:
    return _("{n} day", "{n} days", count).format(n=count)


def poster_file(code: str, drawn: bytes) -> Document:
    """The poster, to be printed."""
    return Document(
        f"poster-{code}.pdf", drawn, say(_("The poster, an A4 sheet. Its code opens the bot here."))
    )


def _lines(lines: list[Markup]) -> Markup:
    return Markup("\n").join(lines)


def _open(shown: Group, post_id: PostId) -> Button:
    return Button(name_of(shown), taps.ClinicGroup(post_id=post_id, group=shown))
