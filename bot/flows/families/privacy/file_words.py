"""The words in a family's file, a line for each thing. Moments are on the wall that they carry."""

from collections.abc import Iterator
from datetime import datetime

from bot.flows.common import ages
from bot.flows.common.parts import role
from bot.flows.common.reserved import group_name
from bot.flows.families.people.views import in_words
from bot.flows.families.settings.views import purpose_name
from bot.words import _, clock, day, long_date
from services.model.access import Role
from services.model.consents import Channel
from services.model.messages import NotificationKind, NotificationState
from services.model.privacy import family_data as data
from services.model.privacy.family_data import Who
from services.model.reserved.groups import GROUPS
from services.model.visits import AppointmentState, Word


def moment(at: datetime) -> str:
    """ "12 ноября 2026, 9:15"."""
    return f"{long_date(at)}, {clock(at)}"


def visit_moment(at: datetime) -> str:
    """ "чт 12 ноября 2026, 9:15"."""
    return f"{day(at)} {at.year}, {clock(at)}"


def who(value: Who) -> str:
    """Who did something."""
    return {
        Who.YOU: _("you"),
        Who.FAMILY: _("another adult of the family"),
        Who.SOMEBODY: _("the clinic"),
        Who.NOBODY: _("nobody answered in time"),
    }[value]


def channel(value: Channel) -> str:
    """How it was agreed to."""
    return {Channel.CHAT: _("in the chat"), Channel.PAPER: _("on paper")}[value]


def state(value: AppointmentState) -> str:
    """How a visit stands."""
    return {
        AppointmentState.PENDING: _("waits for an answer"),
        AppointmentState.BOOKED: _("booked"),
        AppointmentState.CANCELLED: _("cancelled"),
        AppointmentState.FULFILLED: _("took place"),
        AppointmentState.NO_SHOW: _("did not take place"),
    }[value]


def adult(each: data.Adult) -> str:
    """Who looks after a child."""
    called = in_words(each.called)
    line = _("Looks after the child: {who}, since {date}").format(
        who=f"{who(each.who)} ({called})" if called else who(each.who), date=long_date(each.since)
    )
    return _until(line, each.ends_at)


def helping(each: data.Helping) -> str:
    """With whom the asker helps."""
    may = _("books and cancels") if each.may_book else _("looks only")
    line = _("{child}: {may}, since {date}").format(
        child=each.child, may=may, date=long_date(each.since)
    )
    line = _until(line, each.ends_at)
    return "; ".join([line, *(f"{moment(one.at)}: {one.text}" for one in each.asked)])


def _until(line: str, ends_at: datetime | None) -> str:
    return f"{line} – {long_date(ends_at)}" if ends_at else line


def noted_phone(each: data.NotedPhone) -> str:
    """A number that the registry noted."""
    return _("Phone at {clinic}, ends in {end}, noted {date}").format(
        clinic=each.clinic, end=each.ends_in or "—", date=long_date(each.given_at)
    )


def in_group(each: data.InGroup) -> str:
    """A group for which a clinic keeps times."""
    names = {str(group): group_name(group) for group in GROUPS}
    words = (
        _("Group at {clinic}: {group}, as you told it {date}, without a document; kept until {day}")
        if each.is_claim
        else _("Group at {clinic}: {group}, until {day}, put down {date}")
    )
    return words.format(
        clinic=each.clinic,
        group=names.get(each.group, "—"),
        day=long_date(each.until),
        date=long_date(each.put_at),
    )


def reminders(wishes: data.YourReminders) -> str:
    """How the asker wants to be reminded."""
    evening = wishes.evening_at.strftime("%H:%M") if wishes.evening_at else _("as the clinic does")
    before = wishes.minutes_before or _("as the clinic does")
    return _("Reminders: evening {evening}, minutes before {before}, brief {brief}").format(
        evening=evening if wishes.evening else _("no"),
        before=before if wishes.soon else _("no"),
        brief=_("yes") if wishes.discreet else _("no"),
    )


def post(each: data.YourPost) -> str:
    """That the asker works at a clinic."""
    line = _("Works at {clinic}: {role}, as {name}, since {date}").format(
        clinic=each.clinic, role=role(each.role), name=each.name, date=long_date(each.since)
    )
    return _until(line, each.until)


def search(each: data.Search) -> str:
    """When a time was looked for."""
    earliest = visit_moment(each.earliest) if each.earliest else _("nothing")
    return _("{date}: {clinic}, the earliest there was: {earliest}").format(
        date=moment(each.asked_at), clinic=each.clinic, earliest=earliest
    )


def wait(each: data.WaitTold) -> str:
    """For what the family waits or waited, and how often it was offered a time."""
    line = _("{clinic}: since {date}, for times from {first} to {last}; offers: {n}").format(
        clinic=each.clinic,
        date=moment(each.since),
        first=long_date(each.first),
        last=long_date(each.last),
        n=len(each.offers),
    )
    if each.ended_at is None:
        return line
    return _("{line}; over since {date}").format(line=line, date=moment(each.ended_at))


def check_up(each: data.CheckUpTold) -> str:
    """To which one the family was invited."""
    age, clinic = ages.in_words(each.months), each.clinic
    line = _("{age}: {clinic} invited {date}").format(
        age=age, clinic=clinic, date=moment(each.invited_at)
    )
    if each.passed_at is None:
        return line
    return _("{line}; had already, as you said {date}").format(
        line=line, date=moment(each.passed_at)
    )


def facts(visit: data.Visit) -> Iterator[str]:
    """What else is known of a visit."""
    if visit.coming_at:
        yield _("You said that you come: {date}").format(date=moment(visit.coming_at))
    if visit.confirm_by:
        yield _("Kept until {date}").format(date=moment(visit.confirm_by))
    if visit.word:
        yield _("Answered: {who}").format(who=_word(visit.word))
    if visit.needs_time:
        yield _("The clinic owes you another time")
    if visit.note_since:
        yield _(
            "The staff noted something for each other {date}; it is removed some days after the "
            "visit"
        ).format(date=moment(visit.note_since))


def _word(value: Word) -> str:
    return {
        Word.DOCTOR: role(Role.DOCTOR),
        Word.REGISTRY: role(Role.REGISTRAR),
        Word.SILENCE: who(Who.NOBODY),
    }[value]


def change(each: data.Change) -> str:
    """What became of a visit."""
    return _("{date}: {state}, {moment}, {doctor} ({who})").format(
        date=moment(each.at),
        state=state(each.state),
        moment=visit_moment(each.starts_at),
        doctor=each.doctor,
        who=who(each.by),
    )


def offered(each: data.TimeOffered) -> str:
    """A time in place of another one."""
    return _("Offered: {moment}, {doctor}, until {date}").format(
        moment=visit_moment(each.starts_at), doctor=each.doctor, date=moment(each.until)
    )


def phoned(each: data.Phoned) -> str:
    """That the registry had to phone."""
    if each.done_at is None:
        return _("On the list to phone since {date}").format(date=moment(each.wanted_at))
    return _("Phoned {date}").format(date=moment(each.done_at))


def asked(each: data.Asked) -> Iterator[str]:
    """A question and what was said to it."""
    yield _("Question, {date} ({who}): {text}").format(
        date=moment(each.at), who=who(each.by), text=each.text
    )
    for answer in each.answers:
        yield _("Answer, {date} ({role}): {text}").format(
            date=moment(answer.at), role=role(answer.role), text=answer.text
        )


def refused(each: data.Refused) -> str:
    """What was not agreed to."""
    return f"{moment(each.declined_at)}: {purpose_name(each.purpose)}, {each.clinic}"


def kept(each: data.TimeKept) -> str:
    """A time that is kept while somebody chooses."""
    return f"{visit_moment(each.starts_at)}, {each.doctor}"


def notice(each: data.Notice) -> str:
    """A message, and what became of it."""
    about = f" № {each.about_visit}" if each.about_visit else ""
    line = f"{moment(each.settled_at or each.due_at)}: {_kind(each.kind)}{about}, {_sent(each)}"
    return f"{line}\n{each.news}" if each.news else line


def _sent(each: data.Notice) -> str:
    return {
        NotificationState.PLANNED: _("to be sent"),
        NotificationState.HELD: _("to be sent"),
        NotificationState.SENT: _("sent"),
        NotificationState.PAST: _("not sent: too late"),
        NotificationState.VOID: _("not sent: no longer true"),
        NotificationState.UNREACHABLE: _("not delivered"),
        NotificationState.FAILED: _("not delivered"),
    }[each.state]


def _kind(kind: NotificationKind | str) -> str:
    named = {
        NotificationKind.BOOKED: _("booked"),
        NotificationKind.MOVED: _("another time"),
        NotificationKind.CANCELLED: _("cancelled by the clinic"),
        NotificationKind.CANCELLED_AS_ASKED: _("cancelled at your call"),
        NotificationKind.SUBSTITUTED: _("another doctor"),
        NotificationKind.NEEDS_TIME: _("another time is needed"),
        NotificationKind.STANDS_AGAIN: _("stands again"),
        NotificationKind.PLACE: _("another place"),
        NotificationKind.JOINED: _("two cards of a child became one"),
        NotificationKind.FAMILY_BOOKED: _("another adult booked"),
        NotificationKind.FAMILY_MOVED: _("another adult moved the visit"),
        NotificationKind.FAMILY_CANCELLED: _("another adult cancelled"),
        NotificationKind.HELPER_WAITS: _("a helper's link was opened"),
        NotificationKind.HELPER_ADMITTED: _("you were let help"),
        NotificationKind.HELPER_SHARED: _("somebody was let help"),
        NotificationKind.HELPER_ENDED: _("your help was ended"),
        NotificationKind.CHECK_UP: _("an invitation to a check-up"),
        NotificationKind.TIME_OFFERED: _("a time that you waited for"),
        NotificationKind.WAIT_RESTS: _("whether you still wait"),
        NotificationKind.WAIT_OVER: _("that you wait no more"),
        NotificationKind.GROUP_MARKED: _("a mark of priority was put down"),
        NotificationKind.GROUP_REFUSED: _("no document for a mark of priority was seen"),
        NotificationKind.GROUP_ENDS: _("a mark of priority ends soon"),
        NotificationKind.GROUP_TAKEN_OFF: _("a mark of priority was taken off"),
        NotificationKind.EVENING: _("reminder on the evening before"),
        NotificationKind.SOON: _("reminder on the day"),
        NotificationKind.CONFIRMED: _("confirmed"),
        NotificationKind.DECLINED: _("not confirmed"),
        NotificationKind.LAPSED: _("not confirmed in time"),
        NotificationKind.REFUSED_THERE: _("not booked: the clinic's system"),
        NotificationKind.KEPT_THERE: _("not moved: the clinic's system"),
        NotificationKind.NO_ANSWER: _("no answer of the clinic's system yet"),
        NotificationKind.SYSTEM_ANSWERS: _("that the clinic's system answers again"),
        NotificationKind.LATE: _("the doctor is late"),
        NotificationKind.ANSWER: _("answer to a question"),
        NotificationKind.NEWS: _("news of the clinic"),
        NotificationKind.TO_CONFIRM: _("at work: a visit waits"),
        NotificationKind.QUESTION: _("at work: a question"),
        NotificationKind.STILL_ASKED: _("at work: a question waits"),
    }
    return named[kind] if isinstance(kind, NotificationKind) else _("another message")
