"""Every button there is, typed, like the URL map of a site.

A tap carries all that it means, so a keyboard works after any restart and however old it is. Ids
come back from outside: they are user input, and the services authorise each of them every time.
"""

from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Self

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from services.broadcasts.writing import MOST_DAYS
from services.clinic.settings import Fact, Group
from services.desk.absence_report import LONGEST_ABSENCE, Absent
from services.desk.errands import Aim, Errand
from services.model.access import Role
from services.model.broadcasts import Audience, Whom
from services.model.clinic import Reason
from services.model.consents import Purpose
from services.model.ids import (
    AbsenceId,
    AppointmentId,
    BroadcastId,
    ChildId,
    ClinicId,
    DeviationId,
    DistrictId,
    DoctorId,
    PostId,
    QuestionId,
    SlotId,
)
from services.model.people import Language
from services.model.refusals.base import Refusal
from services.model.schedule import DeviationKind
from services.model.visits import Need

STAYS = "+"
"""Stands before the data of a button whose message is not to be edited away."""

_LARGEST = 2**31 - 1
_Id = Field(ge=1, le=_LARGEST)
NEVER = 24
"""Stands for no hour."""
_IdOrNone = Field(ge=0, le=_LARGEST)
"""0 stands for none: buttons have no room to leave a field out."""
_FIRST_DAY, _LAST_DAY = date(2000, 1, 1).toordinal(), date(2999, 12, 31).toordinal()
"""Of a schedule, as proleptic ordinals."""
_ScheduleDay = Field(ge=_FIRST_DAY, le=_LAST_DAY)


class UnknownTap(Refusal):
    """A button that the bot does not know, or knew once."""


class Tap(CallbackData, prefix="-"):
    """A button's meaning."""

    def fallback(self) -> "Tap | None":
        """Where to lead the person when this tap is refused; None: there is no further back."""
        return Here()

    @classmethod
    def unpack(cls, value: str) -> Self:
        return super().unpack(value.removeprefix(STAYS))


def read(data: str) -> Tap:
    """The tap behind a button's data.

    Raises:
        UnknownTap: it is none of ours, or not any more.
    """
    prefix = data.removeprefix(STAYS).split(Tap.__separator__)[0]
    try:
        return BY_PREFIX[prefix].unpack(data)
    except (KeyError, ValueError, TypeError):
        raise UnknownTap from None


class Here(Tap, prefix="here"):
    """Where the person stands; an open question stays open."""

    def fallback(self) -> None:
        return None


class Start(Tap, prefix="start"):
    """Where the person stands; what was being typed is forgotten."""


class Clinics(Tap, prefix="clinics"):
    """The list of clinics."""


class Enter(Tap, prefix="clinic"):
    """Go to a clinic: consent, child or home, whichever is next."""

    clinic_id: Annotated[ClinicId, _Id]

    def fallback(self) -> Tap:
        return Clinics()


class Consent(Tap, prefix="consent"):
    """Agree to the clinic's text, in the version that was shown."""

    clinic_id: Annotated[ClinicId, _Id]
    version: Annotated[int, _Id]

    def fallback(self) -> Tap:
        return Enter(clinic_id=self.clinic_id)


class NotNow(Tap, prefix="not-now"):
    """Do not agree."""

    clinic_id: Annotated[ClinicId, _Id]

    def fallback(self) -> Tap:
        return Clinics()


class Home(Tap, prefix="home"):
    """The home screen of a clinic."""

    clinic_id: Annotated[ClinicId, _Id]

    def fallback(self) -> Tap:
        return Enter(clinic_id=self.clinic_id)


class ClinicCard(Tap, prefix="about"):
    """The clinic: phones, address, how to get there."""

    clinic_id: Annotated[ClinicId, _Id]


class Map(ClinicCard, prefix="map"):
    """The clinic as a place on the map."""


class NeededToday(ClinicCard, prefix="today"):
    """What to do when the child needs a doctor today and nothing is free."""


# Children


class Children(Tap, prefix="children"):
    """The children in the person's care."""

    clinic_id: Annotated[ClinicId, _Id]

    def fallback(self) -> Tap:
        return Enter(clinic_id=self.clinic_id)


class AddChild(Children, prefix="add-child"):
    """Name one more child."""

    def fallback(self) -> Tap:
        return Children(clinic_id=self.clinic_id)


class ChildCard(Children, prefix="card"):
    """One child."""

    child_id: Annotated[ChildId, _Id]

    def fallback(self) -> Tap:
        return Children(clinic_id=self.clinic_id)


class Rename(ChildCard, prefix="rename"):
    """Give a child another name."""


class WhoLooked(ChildCard, prefix="who-looked"):
    """Who of the staff saw or changed the child's data."""


class ChangeBirthDate(ChildCard, prefix="born"):
    """Correct a birth date."""


class ChangeDistrict(ChildCard, prefix="district"):
    """Say anew where a child lives, or who the doctor is."""


class AskRemove(ChildCard, prefix="ask-remove"):
    """Ask once whether to remove a child."""


class Remove(ChildCard, prefix="remove"):
    """Remove a child."""


class ChooseDistrict(Tap, prefix="belongs"):
    """Say by the doctor's name where a child belongs."""

    child_id: Annotated[ChildId, _Id]
    district_id: Annotated[DistrictId, _Id]


class StopTyping(Tap, prefix="stop"):
    """Leave the open question unanswered."""

    clinic_id: Annotated[ClinicId, _Id]


# Finding a time


class ChooseChild(Tap, prefix="child"):
    """Say for whom to book; with one child, straight to the reasons."""

    clinic_id: Annotated[ClinicId, _Id]

    def fallback(self) -> Tap:
        return Enter(clinic_id=self.clinic_id)


class Reasons(Tap, prefix="reasons"):
    """Say why a child comes."""

    clinic_id: Annotated[ClinicId, _Id]
    child_id: Annotated[ChildId, _Id]

    def fallback(self) -> Tap:
        return Enter(clinic_id=self.clinic_id)


class _Search(Tap, prefix="-search"):
    """What all taps carry that look for a time."""

    child_id: Annotated[ChildId, _Id]
    reason: Reason
    moves: Annotated[int, _IdOrNone] = 0
    """The visit that is to be moved."""

    @property
    def need(self) -> Need:
        return Need(self.child_id, self.reason, AppointmentId(self.moves) if self.moves else None)

    def fallback(self) -> Tap:
        return Visit(appointment_id=AppointmentId(self.moves)) if self.moves else Here()


class Doctors(_Search, prefix="doctors"):
    """The clinic's doctors, for a child."""

    clinic_id: Annotated[ClinicId, _Id]

    def fallback(self) -> Tap:
        return Enter(clinic_id=self.clinic_id)


class AnyDoctor(Doctors, prefix="any"):
    """The first time that any doctor has."""

    def fallback(self) -> Tap:
        return Doctors(**self.model_dump())


class Days(_Search, prefix="days"):
    """The nearest days on which a doctor has times."""

    doctor_id: Annotated[DoctorId, _Id]


class Month(Days, prefix="month"):
    """A month of a doctor, as a grid."""

    month: Annotated[int, Field(ge=0, le=9999 * 12 + 11)] = 0
    """Months since the beginning of our era; 0 is the nearest with times."""

    @property
    def first(self) -> date | None:
        """The month's first day."""
        return date(self.month // 12, self.month % 12 + 1, 1) if self.month >= 12 else None


class Times(Days, prefix="times"):
    """A doctor's times on a day."""

    day: Annotated[int, Field(ge=1, le=date.max.toordinal())]
    """The day's proleptic ordinal."""

    @property
    def on(self) -> date:
        return date.fromordinal(self.day)

    def fallback(self) -> Tap:
        return Days(**self.model_dump(exclude={"day"}))


class TimesNear(_Search, prefix="near"):
    """The times around one that could not be had."""

    slot_id: Annotated[SlotId, _Id]


class ChooseTime(TimesNear, prefix="time"):
    """Look at one time before booking it: it is held meanwhile."""

    def fallback(self) -> Tap:
        return TimesNear(**self.model_dump())


class Confirm(ChooseTime, prefix="book"):
    """ "Не болеет — записать": book it."""


class MoveTo(ChooseTime, prefix="move"):
    """Give the visit this time instead of its own."""


class Ill(_Search, prefix="ill"):
    """ "Ребёнок болеет": what the clinic says to that, whatever became of any time meanwhile."""

    clinic_id: Annotated[ClinicId, _Id]
    slot_id: Annotated[int, _IdOrNone] = 0
    """The time that was being looked at."""


class Topic(StrEnum):
    """What a label among the buttons means."""

    GRID = "grid"
    MORNING = "morning"
    DAY = "day"
    EVENING = "evening"


class Explain(Tap, prefix="what"):
    """Say what a label among the buttons means; the screen stays."""

    topic: Topic


# Visits


class Visits(Tap, prefix="visits"):
    """The visits ahead."""


class PastVisits(Visits, prefix="past"):
    """The visits that are over, or were cancelled."""


class Visit(Tap, prefix="visit"):
    """One visit."""

    appointment_id: Annotated[AppointmentId, _Id]

    def fallback(self) -> Tap:
        return Visits()


class CalendarFile(Visit, prefix="calendar"):
    """The visit as a file for the person's calendar."""


class AskCancel(Visit, prefix="ask-cancel"):
    """Ask once whether to cancel."""

    def fallback(self) -> Tap:
        return Visit(appointment_id=self.appointment_id)


class Cancel(Visit, prefix="cancel"):
    """Cancel a visit."""

    def fallback(self) -> Tap:
        return Visit(appointment_id=self.appointment_id)


class TakeOffered(Visit, prefix="take"):
    """Take a time that is kept for the family of a visit that needs one."""

    slot_id: Annotated[SlotId, _Id]

    def fallback(self) -> Tap:
        return Visit(appointment_id=self.appointment_id)


class DeclineSubstitute(Visit, prefix="decline-sub"):
    """ "Не подходит": not with the substitute; the visit stays until something else is chosen."""

    def fallback(self) -> Tap:
        return Visit(appointment_id=self.appointment_id)


class Coming(Visit, prefix="coming"):
    """ "Придём", on a reminder."""

    all_day: bool = False
    """Whether it is about all visits of the family's that day at the clinic."""
    discreet: bool = False
    """Whether the reminder says nothing but the times, and goes on to do so."""

    def fallback(self) -> Tap:
        return Visit(appointment_id=self.appointment_id)


class AskAbout(Visit, prefix="ask"):
    """Ask the clinic something about a visit."""

    def fallback(self) -> Tap:
        return Visit(appointment_id=self.appointment_id)


class LeaveAsking(AskAbout, prefix="ask-not"):
    """Ask nothing after all."""

    ill: bool = False
    """Whether the child is ill: then to what the clinic says of that."""


# The clinic's people


class _Work(Tap, prefix="-work"):
    """What all taps of the staff carry: in which of their posts they act."""

    post_id: Annotated[PostId, _Id]

    def fallback(self) -> Tap:
        return Start()


class Desk(_Work, prefix="desk"):
    """Where a member of staff begins."""


class Day(_Work, prefix="day"):
    """How many visits each doctor has on a day."""

    day: Annotated[int, Field(ge=0, le=date.max.toordinal())] = 0
    """The day's proleptic ordinal; 0 is today."""

    @property
    def on(self) -> date | None:
        return date.fromordinal(self.day) if self.day else None

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)


class DayList(_Work, prefix="day-list"):
    """A doctor's visits on a day."""

    doctor_id: Annotated[DoctorId, _Id]
    day: Annotated[int, Field(ge=1, le=date.max.toordinal())]

    @property
    def on(self) -> date:
        return date.fromordinal(self.day)

    def fallback(self) -> Tap:
        return Day(post_id=self.post_id, day=self.day)


class Load(_Work, prefix="load"):
    """How full the weeks ahead are, as a picture."""

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)


class LoadSheet(Load, prefix="load-sheet"):
    """The same as a sheet."""


class StaffVisit(_Work, prefix="at-visit"):
    """One visit as the staff see it."""

    appointment_id: Annotated[AppointmentId, _Id]

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)


class AskStaffCancel(StaffVisit, prefix="at-ask-cancel"):
    """Ask once whether the clinic cancels a visit."""


class StaffCancel(StaffVisit, prefix="at-cancel"):
    """Cancel a visit at the desk."""

    as_asked: bool = False
    """Whether the family called for it; otherwise the clinic decided."""

    def fallback(self) -> Tap:
        return StaffVisit(post_id=self.post_id, appointment_id=self.appointment_id)


class Mark(StaffVisit, prefix="at-mark"):
    """Note whether the child came."""

    came: bool

    def fallback(self) -> Tap:
        return StaffVisit(post_id=self.post_id, appointment_id=self.appointment_id)


class Unmark(StaffVisit, prefix="at-unmark"):
    """Take back what was noted."""

    def fallback(self) -> Tap:
        return StaffVisit(post_id=self.post_id, appointment_id=self.appointment_id)


class AskNote(StaffVisit, prefix="at-note"):
    """Type a note that only colleagues see."""

    def fallback(self) -> Tap:
        return StaffVisit(post_id=self.post_id, appointment_id=self.appointment_id)


class AskLate(_Work, prefix="ask-late"):
    """By how much a doctor is late today."""

    doctor_id: Annotated[DoctorId, _Id]

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)


class Late(AskLate, prefix="late"):
    """Have the families told."""

    minutes: Annotated[int, Field(ge=0, le=120)]


class Waiting(_Work, prefix="waiting"):
    """What waits for the doctor's word."""

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)


class ConfirmVisit(StaffVisit, prefix="at-yes"):
    """Let a visit that waits be booked."""

    sequence: Annotated[int, _IdOrNone]
    """As it was shown: what was moved meanwhile is not answered."""

    def fallback(self) -> Tap:
        return Waiting(post_id=self.post_id)


class AskDecline(StaffVisit, prefix="at-ask-no"):
    """Ask once whether it is declined."""

    def fallback(self) -> Tap:
        return Waiting(post_id=self.post_id)


class DeclineVisit(AskDecline, prefix="at-no"):
    """Give its time back."""

    sequence: Annotated[int, _IdOrNone]


class Colleagues(_Work, prefix="staff"):
    """Who works at the clinic."""

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)


class Colleague(Colleagues, prefix="colleague"):
    """One of them."""

    colleague: Annotated[PostId, _Id]

    def fallback(self) -> Tap:
        return Colleagues(post_id=self.post_id)


class Dismiss(Colleague, prefix="dismiss"):
    """End somebody's post."""


class WhomToInvite(Colleagues, prefix="whom"):
    """Choose for which role somebody is invited."""


class Invite(Colleagues, prefix="invite"):
    """Make a link for one new colleague."""

    role: Role
    doctor_id: Annotated[int, _IdOrNone] = 0

    def fallback(self) -> Tap:
        return Colleagues(post_id=self.post_id)


# The registry's desk


class ChildAtDesk(_Work, prefix="at-child"):
    """A child as the registry knows them."""

    child_id: Annotated[ChildId, _Id]

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)


class AddAtDesk(_Work, prefix="at-add"):
    """Enter the child of the line that was typed last: the paper is signed."""

    line: Annotated[int, _Id]
    """Names the line, see `services.marks`."""

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)


class GiveCode(ChildAtDesk, prefix="at-code"):
    """A code by which the family takes the visits into the bot."""

    def fallback(self) -> Tap:
        return ChildAtDesk(post_id=self.post_id, child_id=self.child_id)


class AskPhone(ChildAtDesk, prefix="at-phone"):
    """Type the family's number."""

    def fallback(self) -> Tap:
        return ChildAtDesk(post_id=self.post_id, child_id=self.child_id)


class ReasonsAtDesk(ChildAtDesk, prefix="at-why"):
    """Why the child comes."""

    def fallback(self) -> Tap:
        return ChildAtDesk(post_id=self.post_id, child_id=self.child_id)


class _Errand(_Work, prefix="-errand"):
    """What all taps carry that look for a time at the desk."""

    aim: Aim
    subject: Annotated[int, _IdOrNone] = 0
    """The child, or the visit that is moved."""
    reason: Reason = Reason.CONSULTATION

    @property
    def errand(self) -> Errand:
        return Errand(self.aim, self.subject, self.reason)

    def fallback(self) -> Tap:
        if self.aim in (Aim.MOVE, Aim.NEXT):
            return StaffVisit(post_id=self.post_id, appointment_id=AppointmentId(self.subject))
        if self.aim is Aim.BOOK:
            return ChildAtDesk(post_id=self.post_id, child_id=ChildId(self.subject))
        return Desk(post_id=self.post_id)


class DoctorsAtDesk(_Errand, prefix="at-who"):
    """The clinic's doctors and what they have."""


class DaysAtDesk(_Errand, prefix="at-d"):
    """A doctor's days."""

    doctor_id: Annotated[DoctorId, _Id]


class DayAtDesk(DaysAtDesk, prefix="at-t"):
    """A doctor's times on a day, those that are gone included."""

    day: Annotated[int, Field(ge=0, le=date.max.toordinal())] = 0
    """The day's proleptic ordinal; 0 is the nearest with a free time."""

    @property
    def on(self) -> date | None:
        return date.fromordinal(self.day) if self.day else None

    def fallback(self) -> Tap:
        return DoctorsAtDesk(**self.model_dump(exclude={"doctor_id", "day"}))


class TimeAtDesk(_Errand, prefix="at-s"):
    """Look at one time before it is given."""

    slot_id: Annotated[SlotId, _Id]

    def fallback(self) -> Tap:
        return DoctorsAtDesk(**self.model_dump(include={"post_id", "aim", "subject", "reason"}))


class GiveTime(TimeAtDesk, prefix="at-g"):
    """Give it: book, move or take."""

    bending: bool = False
    """Whether rules of the clinic are knowingly bent."""
    extra: bool = False
    """Whether it is squeezed in beside another visit."""
    as_asked: bool = True
    """Of a visit that is moved: whether the family called for it."""

    def fallback(self) -> Tap:
        return TimeAtDesk(
            **self.model_dump(include={"post_id", "aim", "subject", "reason", "slot_id"})
        )


class TakenTime(_Work, prefix="at-taken"):
    """A time of somebody whom we do not know."""

    slot_id: Annotated[SlotId, _Id]

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)


class GiveBack(TakenTime, prefix="at-back"):
    """Let families have it again."""


class Calls(_Work, prefix="calls"):
    """Families whom the registry has to phone."""

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)


class Called(Calls, prefix="called"):
    """Somebody phoned one of them about a change of their visit, or did not after all."""

    appointment_id: Annotated[AppointmentId, _Id]
    sequence: Annotated[int, Field(ge=0, le=2**31 - 1)]
    done: bool

    def fallback(self) -> Tap:
        return Calls(post_id=self.post_id)


class DaySheet(DayList, prefix="at-sheet"):
    """A doctor's day as a sheet to print."""


# The absent doctor


class WhoIsAbsent(_Work, prefix="who-absent"):
    """Choose the doctor who does not come."""

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)


class WhenAbsent(WhoIsAbsent, prefix="when-absent"):
    """Choose the days, or type them."""

    doctor_id: Annotated[DoctorId, _Id]

    def fallback(self) -> Tap:
        return WhoIsAbsent(post_id=self.post_id)


class AbsencePlans(WhenAbsent, prefix="absent"):
    """What can be done about it."""

    day: Annotated[int, _ScheduleDay]
    """The first one's proleptic ordinal."""
    days: Annotated[int, Field(ge=1, le=LONGEST_ABSENCE)]

    @property
    def absent(self) -> Absent:
        first = date.fromordinal(self.day)
        return Absent(self.doctor_id, first, first + timedelta(days=self.days - 1))

    def fallback(self) -> Tap:
        return WhenAbsent(post_id=self.post_id, doctor_id=self.doctor_id)


class LookAtAbsence(AbsencePlans, prefix="absence-how"):
    """Look at what it does with this substitute, or with none."""

    substitute: Annotated[int, _IdOrNone] = 0

    @property
    def absent(self) -> Absent:
        chosen = DoctorId(self.substitute) if self.substitute else None
        return replace(super().absent, substitute=chosen)


class MakeAbsence(LookAtAbsence, prefix="absence-do"):
    """Do it."""


class AbsenceReport(_Work, prefix="absence"):
    """What became of whom."""

    absence_id: Annotated[AbsenceId, _Id]

    def fallback(self) -> Tap:
        return WhoIsAbsent(post_id=self.post_id)


class UndoAbsence(AbsenceReport, prefix="absence-undo"):
    """Give every visit its time back."""

    def fallback(self) -> Tap:
        return AbsenceReport(post_id=self.post_id, absence_id=self.absence_id)


_Mark = Field(ge=0, le=2**32 - 1)

# Questions of families


class Questions(_Work, prefix="q-all"):
    """What waits for an answer."""

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)


class Question(Questions, prefix="q"):
    """One question."""

    question_id: Annotated[QuestionId, _Id]

    def fallback(self) -> Tap:
        return Questions(post_id=self.post_id)


class AnswerQuestion(Question, prefix="q-answer"):
    """Type an answer."""

    seen: Annotated[int, Field(ge=0, le=9999)] = 0
    """How many answers it had when this was shown, for a reply in Telegram's own way."""

    def fallback(self) -> Tap:
        return Question(post_id=self.post_id, question_id=self.question_id)


class SendAnswer(AnswerQuestion, prefix="q-send"):
    """Send the words that were kept."""

    words: Annotated[int, _Mark]


# What the clinic says of itself


class ClinicDesk(_Work, prefix="c-desk"):
    """What the clinic says of itself, in short."""

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)


class ClinicGroup(ClinicDesk, prefix="c-group"):
    """Values that stand together, each with a button."""

    group: Group

    def fallback(self) -> Tap:
        return ClinicDesk(post_id=self.post_id)


class AskFact(ClinicDesk, prefix="c-ask"):
    """One value: what it is, and what it shall be."""

    fact: Fact

    def fallback(self) -> Tap:
        return ClinicDesk(post_id=self.post_id)


class LeaveFact(AskFact, prefix="c-leave"):
    """Leave the value as it is."""


class ChooseFact(AskFact, prefix="c-choose"):
    """One of the values that are offered."""

    choice: Annotated[int, Field(ge=0, le=99)]

    def fallback(self) -> Tap:
        return AskFact(post_id=self.post_id, fact=self.fact)


class ProposedFact(AskFact, prefix="c-new"):
    """What was typed last, to be saved or not."""

    def fallback(self) -> Tap:
        return AskFact(post_id=self.post_id, fact=self.fact)


class SaveFact(AskFact, prefix="c-save"):
    """Save what was typed, if it and the value that it replaces are still those that were shown."""

    before: Annotated[int, _Mark]
    after: Annotated[int, _Mark]

    def fallback(self) -> Tap:
        return ProposedFact(post_id=self.post_id, fact=self.fact)


class ClinicPoster(ClinicDesk, prefix="c-poster"):
    """The clinic's poster as a file."""


# The clinic's hours


class ClinicHours(_Work, prefix="hours"):
    """The hours of all doctors on a day."""

    day: Annotated[int, Field(ge=0, le=_LAST_DAY)] = 0
    """0, and whatever no schedule has, is today."""

    @property
    def on(self) -> date | None:
        return date.fromordinal(self.day) if self.day >= _FIRST_DAY else None

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)


class WeekHours(ClinicHours, prefix="week"):
    """A doctor's hours in a week with a day in it."""

    doctor_id: Annotated[DoctorId, _Id]

    def fallback(self) -> Tap:
        return ClinicHours(post_id=self.post_id)


class AskDayHours(_Work, prefix="ask-hours"):
    """Type other hours for a day."""

    doctor_id: Annotated[DoctorId, _Id]
    day: Annotated[int, _ScheduleDay]

    @property
    def on(self) -> date:
        return date.fromordinal(self.day)

    def fallback(self) -> Tap:
        return WeekHours(post_id=self.post_id, doctor_id=self.doctor_id, day=self.day)


class CloseDay(AskDayHours, prefix="close-day"):
    """Look at what it does if a doctor does not receive on a day."""


class AskRules(_Work, prefix="ask-rules"):
    """Type new hours for all weeks."""

    doctor_id: Annotated[DoctorId, _Id]

    def fallback(self) -> Tap:
        return WeekHours(post_id=self.post_id, doctor_id=self.doctor_id)


class AskLeave(AskRules, prefix="ask-leave"):
    """Type the days of a leave."""


class AskHoliday(_Work, prefix="ask-holiday"):
    """Type the days on which the clinic is closed."""

    def fallback(self) -> Tap:
        return ClinicHours(post_id=self.post_id)


class Ahead(_Work, prefix="ahead"):
    """The days ahead that are not as the rules say, of a doctor or of all."""

    doctor_id: Annotated[int, _IdOrNone] = 0

    def fallback(self) -> Tap:
        return ClinicHours(post_id=self.post_id)


class Undo(_Work, prefix="undo"):
    """Look at what it does to take such days back."""

    kind: DeviationKind
    deviation_id: Annotated[DeviationId, _Id]

    def fallback(self) -> Tap:
        return Ahead(post_id=self.post_id)


class _OfDraft(_Work, prefix="-draft"):
    """What all taps carry that act on the change that was looked at."""

    mark: Annotated[int, _Id]
    """Of the draft: another one by now is not acted on."""

    def fallback(self) -> Tap:
        return ClinicHours(post_id=self.post_id)


class WhoCovers(_OfDraft, prefix="who-covers"):
    """Choose who sees the children during a leave."""


class Cover(_OfDraft, prefix="covers"):
    """Look at the leave with this substitute, or with none."""

    doctor_id: Annotated[int, _IdOrNone] = 0
    on: bool = False
    """Whether the substitute receives in the hours of the doctor on leave, too."""


class Apply(_OfDraft, prefix="apply"):
    """Make the change."""


class TakeTimes(_OfDraft, prefix="take-times"):
    """Let the times agree with the sheet that was looked at."""


class Discard(_Work, prefix="discard"):
    """Make no change: back to the doctor's week, or to all doctors."""

    doctor_id: Annotated[int, _IdOrNone] = 0

    def fallback(self) -> Tap:
        return ClinicHours(post_id=self.post_id)


class Sheets(_Work, prefix="sheets"):
    """How timetables come from a sheet, and go to one."""

    def fallback(self) -> Tap:
        return ClinicHours(post_id=self.post_id)


class SheetTemplate(Sheets, prefix="template"):
    """An empty sheet, explained, as a file."""


class SheetExport(Sheets, prefix="export"):
    """The timetables as they stand, as a file."""


# Broadcasts


class Broadcasts(_Work, prefix="news"):
    """Where a broadcast begins; what was being written is forgotten."""

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)


class WhomToTell(Broadcasts, prefix="news-whom"):
    """Choose the district, the doctor or the day."""

    whom: Whom

    def fallback(self) -> Tap:
        return Broadcasts(post_id=self.post_id)


class AskNews(WhomToTell, prefix="news-ask"):
    """Type what these families shall be told."""

    subject: Annotated[int, _IdOrNone] = 0
    day: Annotated[int, Field(ge=0, le=_LAST_DAY)] = 0
    """The first of the days; 0, and whatever no schedule has, is none."""
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = 1

    @property
    def audience(self) -> Audience:
        if self.day < _FIRST_DAY:
            return Audience(self.whom, self.subject)
        first = date.fromordinal(self.day)
        return Audience(self.whom, self.subject, first, first + timedelta(days=self.days - 1))


class Broadcast(Broadcasts, prefix="news-one"):
    """How far a broadcast is."""

    broadcast_id: Annotated[BroadcastId, _Id]

    def fallback(self) -> Tap:
        return Broadcasts(post_id=self.post_id)


class PauseNews(Broadcast, prefix="news-pause"):
    """Send no more of it for now."""

    def fallback(self) -> Tap:
        return Broadcast(post_id=self.post_id, broadcast_id=self.broadcast_id)


class ResumeNews(PauseNews, prefix="news-on"):
    """Go on sending it."""


class StopNews(PauseNews, prefix="news-stop"):
    """Send no more of it, for good."""


# Settings


class Settings(Tap, prefix="settings"):
    """What the person agreed to at a clinic, and how they are reminded."""

    clinic_id: Annotated[ClinicId, _Id]

    def fallback(self) -> Tap:
        return Enter(clinic_id=self.clinic_id)


class _OfPurpose(Settings, prefix="-purpose"):
    """What all taps carry that are about one purpose."""

    purpose: Purpose

    def fallback(self) -> Tap:
        return Settings(clinic_id=self.clinic_id)


class AskToAgree(_OfPurpose, prefix="ask-agree"):
    """Show the text of a purpose."""


class Agree(_OfPurpose, prefix="agree"):
    """Agree to it, in the version that was shown."""

    version: Annotated[int, _Id]
    child_id: Annotated[int, _IdOrNone] = 0
    """With whose visit it was asked for; then the answer is short."""


class Decline(_OfPurpose, prefix="decline"):
    """ "Не нужно": do not ask again."""


class Withdraw(_OfPurpose, prefix="withdraw"):
    """Take an agreement back."""


class NoNews(Settings, prefix="no-news"):
    """ "Не присылать новости", on every broadcast."""

    def fallback(self) -> Tap:
        return Settings(clinic_id=self.clinic_id)


class EveningHours(Settings, prefix="evenings"):
    """Choose when to be reminded on the evening before."""

    def fallback(self) -> Tap:
        return Settings(clinic_id=self.clinic_id)


class RemindInTheEvening(EveningHours, prefix="evening"):
    """Be reminded on the evening before, at an hour or never."""

    hour: Annotated[int, Field(ge=0, le=NEVER)]


class HoursBefore(EveningHours, prefix="befores"):
    """Choose how long before a visit to be reminded once more."""


class RemindBefore(EveningHours, prefix="before"):
    """Be reminded so many hours before, or not once more."""

    hours: Annotated[int, Field(ge=1, le=NEVER)]


class Discreet(EveningHours, prefix="discreet"):
    """Let messages say nothing but the time, or all."""

    on: bool


class Phone(EveningHours, prefix="phone"):
    """The person's phone number, and what it is for; without one, it is asked for."""


class NoPhone(EveningHours, prefix="no-phone"):
    """Give no number; its keyboard is put away."""


class RemovePhone(EveningHours, prefix="drop-phone"):
    """Have one's number removed."""


class Languages(Tap, prefix="languages"):
    """Choose a language."""


class Speak(Tap, prefix="speak"):
    """Speak another language."""

    language: Language


def _every(base: type[Tap]) -> list[type[Tap]]:
    return [found for child in base.__subclasses__() for found in (child, *_every(child))]


BY_PREFIX = {
    tap.__prefix__: tap for tap in _every(Tap) if not tap.__prefix__.startswith(Tap.__prefix__)
}
