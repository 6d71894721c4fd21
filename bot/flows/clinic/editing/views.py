"""What a clinic says of itself, for its administrators: in short, in groups, and value by value."""

from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location

from bot.flows.clinic.editing import taps
from bot.flows.common.parts import LONGEST_BUTTON, reason, span, to_desk
from bot.flows.common.refusals import again
from bot.flows.desk.day import taps as day_taps
from bot.telegram.screen import Button, Document, Screen, Style
from bot.words import Markup, _, language, say, shorten
from services.clinic.editing import Answer, ClinicPage, FactQuestion, Proposal
from services.clinic.profiles import ClinicEntry
from services.clinic.settings import CONSENTS, GROUPS, PREPARATION, Fact, Group, kind_of, value_of
from services.model.clinic import ClinicProfile, Hours, LegalBasis, Position, Unanswered
from services.model.ids import PostId

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
        *to_be_done(profile),
    ]
    groups = [_open(group, post_id) for group in GROUPS if group is not Group.PREPARATION]
    rows = [groups[at : at + 2] for at in range(0, len(groups), 2)]
    return Screen(
        Markup("\n\n").join(lines),
        [
            *rows,
            [
                Button(_("Poster"), taps.ClinicPoster(post_id=post_id)),
                Button(_("Desk"), day_taps.Desk(post_id=post_id)),
            ],
        ],
    )


def to_be_done(profile: ClinicProfile) -> list[Markup]:
    """What the clinic has begun and not finished."""
    if profile.ill_words == profile.signed_ill_words:
        return []
    return [
        say(_("⚠️ The words for an ill child are not signed by a doctor: families do not see them."))
    ]


def group(found: ClinicPage, shown: Group, saved: Fact | None = None) -> Screen:
    """The values of a group, each with a button; what was just saved is said above."""
    post_id = found.post.id
    facts = [
        say(
            "{label}: <b>{value}</b>",
            label=label(fact),
            value=shorten(" ".join(words_for(fact, found.entry).split()), LONGEST_FACT),
        )
        for fact in GROUPS[shown]
    ]
    buttons = [
        Button(label(fact), taps.AskFact(post_id=post_id, fact=fact)) for fact in GROUPS[shown]
    ]
    rows = [buttons[at : at + 2] for at in range(0, len(buttons), 2)]
    if shown is Group.TEXTS:
        rows.append([_open(Group.PREPARATION, post_id)])
    done = [say(_("✅ <b>Saved: {label}</b>"), label=label(saved))] if saved else []
    text = Markup("\n\n").join([*done, say("<b>{group}</b>", group=_name(shown)), _lines(facts)])
    return Screen(text, [*rows, [_back(shown, post_id), to_desk(post_id)]])


def saved(found: ClinicPage, fact: Fact) -> Screen:
    """The group, after a value in it was saved."""
    return group(found, group_of(fact), fact if found.saved else None)


def _back(shown: Group, post_id: PostId) -> Button:
    if shown is Group.PREPARATION:
        return Button(_("Back"), taps.ClinicGroup(post_id=post_id, group=Group.TEXTS))
    return Button(_("Back"), taps.ClinicDesk(post_id=post_id))


def group_of(fact: Fact) -> Group:
    """Where a value stands."""
    return next(group for group, facts in GROUPS.items() if fact in facts)


def answered(found: Answer) -> Screen:
    """What was typed or chosen: as a proposal, or asked for again."""
    return proposal(found) if isinstance(found, Proposal) else question(found)


def question(found: FactQuestion) -> Screen:
    """What the value is, how it stands, and what it shall be."""
    fact, ids = found.fact, {"post_id": found.post.id, "fact": found.fact}
    present = words_for(fact, found.entry)
    text = say(
        _("<b>{label}</b>\n{about}\n\nNow: {value}\n\n{ask}"),
        label=label(fact),
        about=about(fact),
        value=shorten(present, LONGEST_BESIDE) if found.problem else present,
        ask=_ask(fact),
    )
    return Screen(
        again(found.problem, text),
        [
            *_choices(found, ids),
            [Button(_("Leave as it is"), taps.LeaveFact(**ids)), to_desk(found.post.id)],
        ],
    )


def _choices(found: FactQuestion, ids: dict[str, Any]) -> list[list[Button]]:
    """Values to be tapped, but for the present one; what can be left out can be removed."""
    kind, present = kind_of(found.fact), value_of(found.fact, found.entry)
    buttons = [
        Button(_on_button(words), taps.ChooseFact(**ids, choice=at))
        for at, words in enumerate(kind.choices)
        if kind.read(words) != present
    ]
    return [buttons[at : at + 2] for at in range(0, len(buttons), 2)]


def _on_button(words: str) -> str:
    if "/" in words:
        return _city(ZoneInfo(words))
    known = {
        "": _("Remove"),
        "yes": _("Yes"),
        "no": _("No"),
        LegalBasis.CONSENT: _choice(LegalBasis.CONSENT),
        LegalBasis.SECRECY: _choice(LegalBasis.SECRECY),
        Unanswered.BOOKED: _choice(Unanswered.BOOKED),
        Unanswered.GIVEN_BACK: _choice(Unanswered.GIVEN_BACK),
    }
    return known[words]


def proposal(found: Proposal) -> Screen:
    """What it was, what it will be and what follows, before it is saved."""
    fact = found.fact
    ids = {"post_id": found.post.id, "fact": fact}
    before = words_for(fact, found.change.before) if found.change.before else "—"
    text = say(
        _("<b>{label}</b>\n\nWas: {before}\n\nWill be: {after}"),
        label=label(fact),
        before=shorten(before, LONGEST_BESIDE),
        after=words_for(fact, found.change.after),
    )
    save = taps.SaveFact(**ids, before=found.before, after=found.after)
    return Screen(
        Markup("\n\n").join([text, *_follows(found)]),
        [
            [Button(_("Save"), save, Style.SUCCESS)],
            [Button(_("Leave as it is"), taps.LeaveFact(**ids)), to_desk(found.post.id)],
        ],
    )


def _follows(found: Proposal) -> Iterator[Markup]:
    """What saving does beside."""
    change, profile = found.change, found.change.after.profile
    for version in change.versions.values():
        yield say(_published(version), version=version)
    if change.reminded_anew:
        visits = _("{n} visit ahead", "{n} visits ahead", change.reminded_anew)
        yield say(
            _("Reminders are planned anew: {visits}"), visits=visits.format(n=change.reminded_anew)
        )
    if found.fact is Fact.ILL_WORDS and profile.ill_words:
        yield say(_("Families see these words once a doctor has signed them: “Signed by”."))
    if found.fact is Fact.SIGNED_BY and profile.ill_words_signed_by:
        yield say(_("Families will see:\n\n{words}"), words=profile.ill_words)
    if found.fact is Fact.BASIS:
        yield say(
            _(
                "Check that the text about data is of that kind. Families who have tapped below it "
                "are not asked again."
            )
        )


def _published(version: int) -> str:
    if version == 1:
        return _("The text is published as version 1: families can agree to it from then on.")
    return _(
        "The text is published as version {version}: families agree to it from then on. "
        "Consents that were given stand."
    )


# Values in words


def words_for(fact: Fact, entry: ClinicEntry) -> str:
    """A value as people read it."""
    value = value_of(fact, entry)
    if fact is Fact.HORIZON:
        return _days(value)
    return _shown(value)


def _shown(value: Any) -> str:
    match value:
        case bool():
            return _("yes") if value else _("no")
        case LegalBasis() | Unanswered():
            return _choice(value)
        case timedelta():
            return span(value)
        case time():
            return _time(value)
        case Hours():
            return _quiet(value)
        case Position():
            return f"{value.latitude:g}, {value.longitude:g}"
        case ZoneInfo():
            return f"{_city(value)} ({value.key})"
    return str(value or "—")


def _choice(value: LegalBasis | Unanswered) -> str:
    return {
        LegalBasis.CONSENT: _("The parent's consent"),
        LegalBasis.SECRECY: _("Medical secrecy"),
        Unanswered.BOOKED: _("The visit is booked"),
        Unanswered.GIVEN_BACK: _("The time is given back"),
    }[value]


def _city(zone: ZoneInfo) -> str:
    """ "Москва"; cut to a button, where a zone that was typed has a long name."""
    name = get_timezone_location(zone.key, locale=language(), return_city=True)
    return shorten(name, LONGEST_BUTTON)


def _time(value: time) -> str:
    return f"{value.hour}:{value.minute:02}"


def _quiet(value: Hours) -> str:
    if value.starts == value.ends:
        return _("none")
    return f"{_time(value.starts)}–{_time(value.ends)}"


def _days(count: int) -> str:
    return _("{n} day", "{n} days", count).format(n=count)


# What each is called, and what it is


def _name(shown: Group) -> str:
    return {
        Group.CONTACTS: _("Contacts"),
        Group.BOOKING: _("Booking"),
        Group.REMINDERS: _("Reminders"),
        Group.QUESTIONS: _("Questions"),
        Group.TEXTS: _("Texts"),
        Group.PREPARATION: _("What to bring"),
    }[shown]


def label(fact: Fact) -> str:
    """What a value is called, on its button too."""
    if fact in PREPARATION:
        return reason(PREPARATION[fact])
    return {
        Fact.NAME: _("Clinic's name"),
        Fact.ADDRESS: _("Address"),
        Fact.DIRECTIONS: _("How to get in"),
        Fact.POSITION: _("Point on the map"),
        Fact.ZONE: _("Time zone"),
        Fact.PHONE: _("Registry's phone"),
        Fact.HOME_CALL_PHONE: _("Phone for home calls"),
        Fact.HOME_CALL_HOURS: _("Hours of home calls"),
        Fact.URGENT_PHONE: _("Urgent phone"),
        Fact.DUTY: _("Duty doctor"),
        Fact.HORIZON: _("Open ahead"),
        Fact.OPENS_AT: _("A new day opens at"),
        Fact.NOTICE: _("Booking closes before"),
        Fact.HOLD: _("A time is kept for"),
        Fact.OFFER: _("Other times are kept"),
        Fact.ONE_VISIT: _("One visit per doctor"),
        Fact.CHILDREN: _("Most children"),
        Fact.VISITS: _("Most visits ahead"),
        Fact.CONFIRM: _("Doctor confirms"),
        Fact.CONFIRM_WITHIN: _("Time to confirm"),
        Fact.CONFIRM_BEFORE: _("Confirm ahead by"),
        Fact.UNANSWERED: _("Without an answer"),
        Fact.CANCELLATION: _("When cancelling"),
        Fact.EVENING: _("On the evening before"),
        Fact.BEFORE: _("Before the visit"),
        Fact.QUIET: _("Quiet hours"),
        Fact.DOCTORS_ANSWER: _("Doctors answer"),
        Fact.ANSWER_WITHIN: _("Remind to answer after"),
        Fact.BASIS: _("Legal basis"),
        Fact.ILL_WORDS: _("If the child is ill"),
        Fact.SIGNED_BY: _("Signed by"),
        Fact.TO_PROCESSING: _("Text about data"),
        Fact.TO_REMINDERS: _("Text about reminders"),
        Fact.TO_NEWS: _("Text about news"),
        Fact.TO_CHECK_UPS: _("Text about check-ups"),
    }[fact]


def about(fact: Fact) -> str:
    """What a value is for, in a sentence or two."""
    if fact in PREPARATION:
        return _("How to prepare for this visit. Without your words the bot says the usual ones.")
    if fact in CONSENTS and fact is not Fact.TO_PROCESSING:
        return _("A document of its own. The bot asks for it only where there is a text.")
    return {
        Fact.NAME: _("As parents know it."),
        Fact.ADDRESS: _("Families see it with every visit."),
        Fact.DIRECTIONS: _("Which entrance, where prams stay."),
        Fact.POSITION: _("Families open it in their maps."),
        Fact.ZONE: _("It cannot be changed while there are visits ahead."),
        Fact.PHONE: _("Families see it with every visit, and where nothing is free."),
        Fact.HOME_CALL_PHONE: _("Where a doctor is called to the home."),
        Fact.HOME_CALL_HOURS: _("When calls are taken, in your own words."),
        Fact.URGENT_PHONE: _("Whom to call at the clinic when it cannot wait, beside 103 and 112."),
        Fact.DUTY: _("Who sees a child today when every time is taken."),
        Fact.HORIZON: _("How many days ahead can be booked, today not counted."),
        Fact.OPENS_AT: _("The last of these days opens at this hour."),
        Fact.NOTICE: _("How long before its start a visit can be booked at the latest."),
        Fact.HOLD: _("While a family reads before it books."),
        Fact.OFFER: _("When a doctor is absent: how long a family has to choose."),
        Fact.ONE_VISIT: _("Whether a child has only one visit ahead to the same doctor."),
        Fact.CHILDREN: _("In the care of one adult."),
        Fact.VISITS: _("Of all the children of one adult together."),
        Fact.CONFIRM: _(
            "Whether what a family books waits for the doctor's word. What the registry books does "
            "not; neither does a visit so near that there is no time to ask."
        ),
        Fact.CONFIRM_WITHIN: _("How long the doctor has to answer. Quiet hours do not count."),
        Fact.CONFIRM_BEFORE: _("The answer comes at least so long before the visit."),
        Fact.UNANSWERED: _("What follows if nobody answers in time. The family is told."),
        Fact.CANCELLATION: _("What you ask of who cancels, in one line."),
        Fact.EVENING: _("When families are reminded, unless they wish otherwise."),
        Fact.BEFORE: _("How long before the visit they are reminded once more."),
        Fact.QUIET: _("The bot writes nothing then, unless it cannot wait."),
        Fact.DOCTORS_ANSWER: _(
            "Whether a parent's question about a visit goes to its doctor, who has to be in the "
            "bot. The registry sees and answers all of them in any case."
        ),
        Fact.ANSWER_WITHIN: _("Who can answer is reminded once, outside quiet hours."),
        Fact.BASIS: _("Why the clinic may keep data (152-FZ, art. 10). Your lawyer knows."),
        Fact.ILL_WORDS: _("103 and 112, home call and registry stand beside by themselves."),
        Fact.SIGNED_BY: _(
            "The doctor who approved the words for an ill child. Without a name families do not "
            "see them: the bot asks them to call."
        ),
        Fact.TO_PROCESSING: _("Every family sees it first; without it nobody can book."),
    }[fact]


def _ask(fact: Fact) -> str:
    """How to answer."""
    return {
        Fact.POSITION: _("Send a location, or write latitude and longitude: 55.77, 37.61"),
        Fact.ZONE: _("Choose one, or write it: Europe/Moscow"),
        Fact.PHONE: _("Write the number: +7 495 000-00-01"),
        Fact.HOME_CALL_PHONE: _("Write the number: +7 495 000-00-01"),
        Fact.URGENT_PHONE: _("Write the number: +7 495 000-00-01"),
        Fact.HORIZON: _("Write a number."),
        Fact.CHILDREN: _("Write a number."),
        Fact.VISITS: _("Write a number."),
        Fact.NOTICE: _("Write how long: 30 minutes, 2 h"),
        Fact.HOLD: _("Write how long: 3 minutes; 0 is not at all"),
        Fact.OFFER: _("Write how long: 2 hours"),
        Fact.BEFORE: _("Write how long: 90 minutes, 2 h"),
        Fact.DOCTORS_ANSWER: _("Choose:"),
        Fact.ANSWER_WITHIN: _("Write how long: 90 minutes, 2 h"),
        Fact.OPENS_AT: _("Write a time: 8 or 8:30"),
        Fact.EVENING: _("Write a time: 8 or 8:30"),
        Fact.QUIET: _("Write from when until when: 21-7"),
        Fact.ONE_VISIT: _("Choose:"),
        Fact.CONFIRM: _("Choose:"),
        Fact.UNANSWERED: _("Choose:"),
        Fact.CONFIRM_WITHIN: _("Write how long: 90 minutes, 2 h"),
        Fact.CONFIRM_BEFORE: _("Write how long: 90 minutes, 2 h"),
        Fact.BASIS: _("Choose:"),
        Fact.SIGNED_BY: _("Write the doctor's full name."),
    }.get(fact) or _("Write it as it shall be.")


def poster_file(code: str, drawn: bytes) -> Document:
    """The poster, to be printed."""
    return Document(
        f"poster-{code}.pdf", drawn, say(_("The poster, an A4 sheet. Its code opens the bot here."))
    )


def _lines(lines: list[Markup]) -> Markup:
    return Markup("\n").join(lines)


def _open(shown: Group, post_id: PostId) -> Button:
    return Button(_name(shown), taps.ClinicGroup(post_id=post_id, group=shown))
