"""What a notification says once its turn has come: what it is about is looked at again, and may
be no news any more (R17, R19, R22)."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeAlias

from services.messages import questions
from services.messages.groups import group_letter
from services.messages.planning import may_be_told
from services.messages.system_answers import system_letter
from services.messages.visit_letters import written
from services.messages.waits import wait_letter
from services.model.broadcasts import BroadcastState, News
from services.model.letters import (
    CheckUpInvitation,
    ClinicNews,
    GroupLetter,
    HelperLetter,
    Letter,
    SystemAnswers,
    TimeOffered,
    WaitChanged,
)
from services.model.messages import (
    FOR_STAFF,
    OF_GROUPS,
    OF_HELPERS,
    OF_WAITS,
    REMINDERS,
    Helping,
    Notification,
    NotificationKind,
    NotificationState,
    Standing,
)
from services.model.people import Scope
from services.model.visits import Appointment, AppointmentState
from services.ports.transaction import Transaction
from services.rules.check_ups.due import open_at
from services.rules.check_ups.inviting import may_invite_at
from services.rules.quiet_hours import after_quiet
from services.rules.reach import is_on

_OFF = frozenset(
    {
        NotificationKind.CANCELLED,
        NotificationKind.CANCELLED_AS_ASKED,
        NotificationKind.DECLINED,
        NotificationKind.LAPSED,
        NotificationKind.REFUSED_THERE,
        NotificationKind.FAMILY_CANCELLED,
    }
)
"""What is told of a visit that is none any more."""

_WHILE_AHEAD = frozenset(
    {
        NotificationKind.BOOKED,
        NotificationKind.PLACE,
        NotificationKind.FAMILY_BOOKED,
        NotificationKind.FAMILY_MOVED,
    }
)
"""What is told of a visit that waits for the doctor's word, too."""

_AT_ONCE = frozenset(
    {
        NotificationKind.BOOKED,
        NotificationKind.CANCELLED_AS_ASKED,
        NotificationKind.LATE,
        NotificationKind.REFUSED_THERE,
        NotificationKind.KEPT_THERE,
        NotificationKind.NO_ANSWER,
    }
)
"""What is an answer, or about the next hours."""

_WAITED_FOR_BY_NOBODY = frozenset({NotificationKind.HELPER_SHARED, NotificationKind.HELPER_ENDED})
"""What is told of helpers to who did not ask."""

_WHENEVER: dict[NotificationKind, Callable[[Appointment], bool]] = {
    **dict.fromkeys(_OFF, lambda visit: visit.state is AppointmentState.CANCELLED),
    **dict.fromkeys(questions.KINDS, lambda _visit: True),  # whatever became of the visit
    NotificationKind.JOINED: lambda _visit: True,  # it stands for the child
    NotificationKind.MOVED: lambda visit: visit.is_active,
    NotificationKind.NEEDS_TIME: lambda visit: visit.needs_time,
    NotificationKind.TO_CONFIRM: lambda visit: visit.is_pending,
    NotificationKind.NO_ANSWER: lambda visit: visit.awaits_system,
    # nobody is told who is in already
    NotificationKind.LATE: lambda visit: visit.state is AppointmentState.BOOKED,
}
"""Of what is worth telling even once the visit's time has come: whether it still is so."""

_MORE_TO_READ = OF_WAITS | {NotificationKind.SYSTEM_ANSWERS}
"""What is told of no visit, by facts that are read once its turn has come."""

ALONE = (CheckUpInvitation, TimeOffered, WaitChanged, GroupLetter, SystemAnswers)
"""Letters about no visit: each is told alone, and made where its fact is read."""

Said: TypeAlias = tuple[Letter, Sequence[Notification]]
"""A letter, and what it tells."""
Unsaid: TypeAlias = tuple[Notification, NotificationState | datetime]
"""What is not told, and why not or when it is."""


async def said(
    tx: Transaction, standing: Sequence[Standing], now: datetime
) -> tuple[Said | None, list[Unsaid]]:
    """What is to be told in one message, if anything still is; and what is not."""
    alive: list[tuple[Standing, Appointment]] = []
    unsaid: list[Unsaid] = []
    for each in standing:
        fact = await _fact(tx, each, now)
        if isinstance(fact, Helping):  # told alone, too
            return (_of_helper(each, fact, now), [each.notification]), unsaid
        if isinstance(fact, ALONE):
            return (fact, [each.notification]), unsaid
        if isinstance(fact, News):  # told alone: news are in no bundle
            return (_news(each, fact), [each.notification]), unsaid
        if isinstance(fact, Appointment):
            alive.append((each, fact))
        else:
            unsaid.append((each.notification, fact))
    if not alive:
        return None, unsaid
    return (await written(tx, alive, now), [each.notification for each, _ in alive]), unsaid


async def _fact(
    tx: Transaction, standing: Standing, now: datetime
) -> (
    Appointment
    | News
    | Helping
    | CheckUpInvitation
    | TimeOffered
    | WaitChanged
    | GroupLetter
    | SystemAnswers
    | NotificationState
    | datetime
):
    """The visit or the news to be told; or why not, or when it is (R17, R19, R22)."""
    due, visit = standing.notification, standing.visit
    if due.person.unreachable:
        return NotificationState.UNREACHABLE
    if now >= due.useful_until:
        return NotificationState.PAST
    if standing.news or due.kind in _MORE_TO_READ or due.kind in _ABOUT_NO_VISIT:
        return await _of_no_visit(tx, standing, now)
    if visit is None or not _is_true(due.kind, visit, now):
        return NotificationState.VOID
    if due.kind in questions.KINDS and not await questions.is_worth_telling(tx, due, visit):
        return NotificationState.VOID
    may_be_sent = await _may_be_sent(tx, due.kind, visit, now)
    if may_be_sent > now:
        return min(may_be_sent, due.useful_until)
    return visit


async def _of_no_visit(
    tx: Transaction, standing: Standing, now: datetime
) -> (
    News
    | Helping
    | CheckUpInvitation
    | TimeOffered
    | WaitChanged
    | GroupLetter
    | SystemAnswers
    | NotificationState
    | datetime
):
    kind = standing.notification.kind
    if standing.news:
        return await _news_fact(tx, standing, standing.news, now)
    if kind in OF_WAITS:
        return await wait_letter(tx, standing, now)
    if kind is NotificationKind.SYSTEM_ANSWERS:
        return await system_letter(tx, standing, now)
    return _ABOUT_NO_VISIT[kind](standing, now)


def _helping_fact(standing: Standing, now: datetime) -> Helping | NotificationState | datetime:
    """Who waits for it is answered at once; whoever does not hears of it after quiet hours."""
    helping = standing.helping
    if helping is None:
        return NotificationState.VOID
    if standing.notification.kind in _WAITED_FOR_BY_NOBODY:
        may_be_sent = after_quiet(now, helping.clinic)
        if may_be_sent > now:
            return min(may_be_sent, standing.notification.useful_until)
    return helping


def _check_up_fact(
    standing: Standing, now: datetime
) -> CheckUpInvitation | NotificationState | datetime:
    """The invitation, while the check-up is possible and seems not to be had, by day (R40)."""
    inviting, due = standing.inviting, standing.notification
    if inviting is None or not inviting.clinic.check_ups.invites:
        return NotificationState.VOID
    clinic = inviting.clinic
    check_up = open_at(clinic, inviting.birth_date, inviting.known, now)
    if check_up is None or check_up.months != inviting.months:
        return NotificationState.VOID
    may_be_sent = may_invite_at(clinic, now)
    if may_be_sent > now:
        return min(may_be_sent, due.useful_until)
    return CheckUpInvitation(
        due.person,
        inviting.check_up_id,
        inviting.child_id,
        clinic,
        check_up.months,
        check_up.in_depth,
        standing.wishes.discreet,
    )


def _of_helper(standing: Standing, fact: Helping, now: datetime) -> HelperLetter:
    due = standing.notification
    return HelperLetter(due.person, due.kind, fact, now, standing.wishes.discreet)


async def _news_fact(
    tx: Transaction, standing: Standing, news: News, now: datetime
) -> News | NotificationState | datetime:
    """What was broadcast, while it is, to who still agrees or still has such a visit."""
    if news.state is BroadcastState.PAUSED:
        return NotificationState.HELD
    if news.state is BroadcastState.STOPPED:
        return NotificationState.VOID
    if news.audience.needs_consent:
        may_be_sent = after_quiet(now, news.clinic) if news.agreed else None
    else:
        visit = await _meant(tx, standing, news, now)
        may_be_sent = may_be_told(news.clinic, visit.slot.starts_at, now) if visit else None
    if may_be_sent is None:
        return NotificationState.VOID
    return news if may_be_sent <= now else min(may_be_sent, standing.notification.useful_until)


async def _meant(
    tx: Transaction, standing: Standing, news: News, now: datetime
) -> Appointment | None:
    """The visit that it was written for, or another one of the person's on these days."""
    named = standing.visit
    if named and named.is_active and is_on(named, news.audience):
        return named
    person = standing.notification.person.id
    children = await tx.families.children(cared_for_by=person, scope=Scope.TOLD)
    ids = [child.id for child in children]
    planned = await tx.appointments.planned(ids, after=now, shown_to=person)
    here = (visit for visit in planned if visit.slot.doctor.clinic.id == news.clinic.id)
    return next((visit for visit in here if is_on(visit, news.audience)), None)


def _news(standing: Standing, news: News) -> ClinicNews:
    about_visit = not news.audience.needs_consent
    return ClinicNews(standing.notification.person, news.clinic, news.text, about_visit)


def _is_true(kind: NotificationKind, visit: Appointment, now: datetime) -> bool:
    if is_so := _WHENEVER.get(kind):
        return is_so(visit)
    if kind in _WHILE_AHEAD:
        return visit.is_active and visit.slot.starts_at > now
    return visit.state is AppointmentState.BOOKED and visit.slot.starts_at > now


async def _may_be_sent(
    tx: Transaction, kind: NotificationKind, visit: Appointment, now: datetime
) -> datetime:
    """Now, or when quiet hours are over; what the family did or asked for itself is an answer."""
    clinic = visit.slot.doctor.clinic
    if kind in _AT_ONCE:
        return now
    calm = (NotificationKind.ANSWER, NotificationKind.JOINED)
    if kind in REMINDERS or kind in FOR_STAFF or kind in calm:
        return after_quiet(now, clinic)
    starts_at = visit.slot.starts_at
    before = await tx.appointments.moved_from(visit.id)
    if kind is NotificationKind.MOVED and before and before.starts_at > now:
        starts_at = min(starts_at, before.starts_at)  # when the family thinks that it is
    return may_be_told(clinic, starts_at, now)


_ABOUT_NO_VISIT: dict[
    NotificationKind,
    Callable[
        [Standing, datetime],
        Helping | CheckUpInvitation | GroupLetter | NotificationState | datetime,
    ],
] = {
    **dict.fromkeys(OF_GROUPS, group_letter),
    **dict.fromkeys(OF_HELPERS, _helping_fact),
    NotificationKind.CHECK_UP: _check_up_fact,
}
