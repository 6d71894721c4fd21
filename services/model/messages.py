"""What somebody is to be told, from when on and how urgently; and what stands in chats of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum

from services.model.broadcasts import News
from services.model.check_ups.known import Known
from services.model.clinic import Clinic
from services.model.ids import (
    AppointmentId,
    BroadcastId,
    CheckUpId,
    ChildGroupId,
    ChildId,
    ClinicId,
    HelperInvitationId,
    NotificationId,
    PersonId,
    PostId,
    SlotId,
    WaitId,
)
from services.model.people import HelperInvitation, Person, ReminderWishes
from services.model.visits import Appointment


class NotificationKind(StrEnum):
    """What somebody must be told."""

    BOOKED = "booked"
    """How a visit stands that was booked or moved, if the answer to that could not be shown."""
    MOVED = "moved"
    """The clinic gave the visit another time."""
    CANCELLED = "cancelled"
    """The clinic cancelled it."""
    CANCELLED_AS_ASKED = "cancelled-as-asked"
    """The clinic cancelled it because the family had called."""
    SUBSTITUTED = "substituted"
    """Another doctor sees the child, at the same time."""
    NEEDS_TIME = "needs-time"
    """The doctor is absent: the family chooses another time."""
    STANDS_AGAIN = "stands-again"
    """The doctor comes after all: the visit stands as before."""
    PLACE = "place"
    """The visit is in another room, at another address, or its doctor has another name."""
    JOINED = "joined"
    """The registry made one of two cards of the child."""
    EVENING = "evening"
    """The reminder on the evening before."""
    SOON = "soon"
    """The reminder some hours before."""
    CONFIRMED = "confirmed"
    """A visit that waited for the doctor's word is booked."""
    DECLINED = "declined"
    """It is not: somebody of the clinic said so."""
    LAPSED = "lapsed"
    """It is not: nobody answered in time."""
    REFUSED_THERE = "refused-there"
    """The clinic's own system said no: there is no visit."""
    KEPT_THERE = "kept-there"
    """It said no to another time: the visit stays where it was."""
    NO_ANSWER = "no-answer"
    """It has not answered in the time that was promised: nobody knows whether there is a visit."""
    TO_CONFIRM = "to-confirm"
    """For the doctor, or the registry: a visit waits for their word."""
    LATE = "late"
    """The doctor is late, or on time again."""
    QUESTION = "question"
    """To the staff: a family asks."""
    STILL_ASKED = "still-asked"
    """To the staff, once more: it waits for its answer."""
    ANSWER = "answer"
    """To who asked: the clinic has answered."""
    NEWS = "news"
    """What the clinic broadcasts."""
    FAMILY_BOOKED = "family-booked"
    """To the others who care for a child: one of them took a time."""
    FAMILY_MOVED = "family-moved"
    FAMILY_CANCELLED = "family-cancelled"
    HELPER_WAITS = "helper-waits"
    """To a parent: somebody opened the link for a helper."""
    HELPER_ADMITTED = "helper-admitted"
    """To who opened it: the parent said yes."""
    HELPER_SHARED = "helper-shared"
    """To the other parents: somebody helps from now on."""
    HELPER_ENDED = "helper-ended"
    """To who helped: a parent let it be over."""
    CHECK_UP = "check-up"
    """An invitation to the check-up of the child's age, to who agreed to such ones."""
    TIME_OFFERED = "time-offered"
    """A time became free that the family waits for: it is kept for it, or for a few."""
    WAIT_RESTS = "wait-rests"
    """Several offers went unanswered: nothing more is offered until the family says so."""
    WAIT_OVER = "wait-over"
    """The family's place in the list of those who wait is no more, and why."""
    GROUP_MARKED = "group-marked"
    """The registry put down on a document of which group a child is."""
    GROUP_REFUSED = "group-refused"
    """A parent said so, and the registry saw no document."""
    GROUP_ENDS = "group-ends"
    """What was put down ends soon."""
    SYSTEM_ANSWERS = "system-answers"
    """To who asked to be told: the clinic's own system answers again, or has not for a day."""
    GROUP_TAKEN_OFF = "group-taken-off"
    """The registry took off what was put down."""


REMINDERS = frozenset({NotificationKind.EVENING, NotificationKind.SOON})
FOR_STAFF = frozenset(
    {NotificationKind.TO_CONFIRM, NotificationKind.QUESTION, NotificationKind.STILL_ASKED}
)
"""What is told to people of the clinic, not of the family."""
OF_HELPERS = frozenset(
    {
        NotificationKind.HELPER_WAITS,
        NotificationKind.HELPER_ADMITTED,
        NotificationKind.HELPER_SHARED,
        NotificationKind.HELPER_ENDED,
    }
)
"""What is told about an invitation of a helper."""
OF_WAITS = frozenset(
    {NotificationKind.TIME_OFFERED, NotificationKind.WAIT_RESTS, NotificationKind.WAIT_OVER}
)
"""What is told about a place in the list of those who wait."""
OF_GROUPS = frozenset(
    {
        NotificationKind.GROUP_MARKED,
        NotificationKind.GROUP_REFUSED,
        NotificationKind.GROUP_ENDS,
        NotificationKind.GROUP_TAKEN_OFF,
    }
)
"""What is told about a group of a child for which a clinic keeps times."""
ANSWERS = frozenset({NotificationKind.BOOKED, NotificationKind.ANSWER})
"""What is told to who did or asked it, whether they hear of anything else or not."""


class Urgency(IntEnum):
    """Which of two messages that are due is sent first: the one with the lower number."""

    URGENT = 0
    """A visit is not what the family thinks it is."""
    REMINDER = 1
    NEWS = 2


class NotificationState(StrEnum):
    """What became of a notification."""

    PLANNED = "planned"
    HELD = "held"
    """Its broadcast is paused."""
    SENT = "sent"
    PAST = "past"
    """It could not be sent while it was of use."""
    VOID = "void"
    """What it was about was no longer so."""
    UNREACHABLE = "unreachable"
    """The person has blocked the bot, or is gone."""
    FAILED = "failed"
    """Telegram would not take it, and never will."""


@dataclass(frozen=True, slots=True)
class Planned:
    """Something that a person is to be told, about a visit or by a broadcast."""

    kind: NotificationKind
    person: PersonId
    appointment_id: AppointmentId | None
    occasion: str
    """What happened, or which moment it is about: of each it is told once."""
    due_at: datetime
    useful_until: datetime
    """It is not told at this moment or later."""
    urgency: Urgency
    bundle: str = ""
    """What is due to one person at about one time and has the same bundle is told in one message;
    without one it is told alone."""
    broadcast_id: BroadcastId | None = None
    invitation_id: HelperInvitationId | None = None
    check_up_id: CheckUpId | None = None
    wait_id: WaitId | None = None
    group_id: ChildGroupId | None = None
    clinic_id: ClinicId | None = None
    """Of what is about a clinic itself."""


@dataclass(frozen=True, slots=True)
class Notification:
    """A planned notification that was claimed, to be sent by whoever claimed it."""

    id: NotificationId
    kind: NotificationKind
    person: Person
    appointment_id: AppointmentId | None
    occasion: str
    """What happened, or which moment it is about."""
    useful_until: datetime
    urgency: Urgency
    attempts: int
    """How often it was claimed, this time included."""
    claimed_until: datetime
    """When it is everybody's again, unless it was settled. It tells this claim from later ones."""
    failures: int = 0
    """How often it could not be sent by its own fault, or without an answer."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A claimed notification that is still to be told, and the facts that it is about."""

    notification: Notification
    visit: Appointment | None
    """None: the person does not care for that child any more, has no post to see it in, or it is
    about none."""
    wishes: ReminderWishes
    post_id: PostId | None = None
    """The post in which a member of the staff is told."""
    news: "News | None" = None
    """The broadcast that it belongs to."""
    helping: "Helping | None" = None
    """The invitation of a helper that it is about, as far as the person may hear of it."""
    inviting: "Inviting | None" = None
    """The check-up that it invites to, as far as the person agrees to hear of it."""
    wait_id: WaitId | None = None
    """The place in the list that it is about, as far as the person may hear of it."""
    group: "AboutGroup | None" = None
    """The child whose group it is about, as far as the person may hear of it."""
    clinic: Clinic | None = None
    """The clinic that it is about, as long as the person lets it keep the family's data."""


@dataclass(frozen=True, slots=True)
class Inviting:
    """A check-up that somebody is invited to, and what is known by now."""

    check_up_id: CheckUpId
    clinic: Clinic
    child_id: ChildId
    birth_date: date
    months: int
    known: Known


@dataclass(frozen=True, slots=True)
class AboutGroup:
    """Whose group at which clinic something is told about; which one is nobody's to read in a
    message."""

    clinic: Clinic
    child_id: ChildId
    child_name: str = field(repr=False)
    until: date
    """The last day on which it stands as it does."""


@dataclass(frozen=True, slots=True)
class Helping:
    """An invitation of a helper as it stands, and the clinic that it leads to."""

    invitation: HelperInvitation
    clinic: Clinic


CHANGES = (
    NotificationKind.BOOKED,
    NotificationKind.MOVED,
    NotificationKind.CANCELLED,
    NotificationKind.CANCELLED_AS_ASKED,
    NotificationKind.CONFIRMED,
    NotificationKind.DECLINED,
    NotificationKind.LAPSED,
    NotificationKind.REFUSED_THERE,
    NotificationKind.KEPT_THERE,
    NotificationKind.NO_ANSWER,
    NotificationKind.SUBSTITUTED,
    NotificationKind.NEEDS_TIME,
    NotificationKind.STANDS_AGAIN,
    NotificationKind.PLACE,
    NotificationKind.FAMILY_BOOKED,
    NotificationKind.FAMILY_MOVED,
    NotificationKind.FAMILY_CANCELLED,
)
"""What is told of a visit that was changed: only the latest change is worth telling."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """That a message in somebody's private chat says when a visit is; nothing of its words."""

    chat: int
    """The person's id at Telegram."""
    message: int
    visit: AppointmentId
    slot: SlotId


@dataclass(frozen=True, slots=True)
class Answered:
    """That whoever booked or moved a visit saw in answer how it stands."""

    person: PersonId
    visit: AppointmentId
    sequence: int
    """The visit's, as it was seen: of what changed since nothing is said."""


@dataclass(frozen=True, slots=True)
class Untrue:
    """A message that stays and is not true any more."""

    person: Person
    message: int
    visits: Sequence[Appointment]
    """Whatever it speaks of, as it stands, in order of time: what is off among the rest."""
    now: datetime
    discreet: bool = False
    """Whether to say nothing but the times."""
