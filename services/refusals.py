"""Why the clinic says no. Nothing was written when one of these is raised.

`bot.errors` turns each into words; a test proves that none was forgotten.
"""

from datetime import date

from services.model import Appointment


class Refusal(Exception):
    """A request that the rules of the house do not allow, in the clinic's language."""


class NotFound(Refusal):
    """There is no such thing, or it is not this person's: the two are told alike."""


class InvitationInvalid(Refusal):
    """The invitation was used, is too old, or was never given."""


class LastAdministrator(Refusal):
    """Without this one nobody could invite or dismiss anybody."""


class NoSuchClinic(Refusal):
    """A poster link names a clinic that is not here."""


class SeveralDoctors(Refusal):
    """A name is that of more than one of the clinic's doctors."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class RoomNeeded(Refusal):
    """A doctor is new to the clinic, and nobody said where they receive."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class ZoneInUse(Refusal):
    """With visits ahead, another time zone would put them at other hours."""


class AlreadyDone(Refusal):
    """This very update took effect before; what it asked for no longer stands."""


class NoConsent(Refusal):
    """The person has not agreed that this clinic keeps data about the family."""


class ConsentChanged(Refusal):
    """The text that was agreed to is no longer the clinic's text."""


class NoChild(Refusal):
    """Nothing can be booked before a child is named."""


class SlotTaken(Refusal):
    """Somebody else has this time."""

    def __init__(self, kept: Appointment | None = None) -> None:
        super().__init__()
        self.kept = kept
        """The visit that was to be moved there, and stays where it is."""


class SlotHeld(SlotTaken):
    """Another family is looking at this time just now: it may be free again in minutes."""


class SlotPassed(Refusal):
    """This time is over or has begun."""


class SlotClosed(Refusal):
    """The doctor does not receive at this time any more."""


class TooLate(Refusal):
    """The clinic takes no bookings so shortly before a visit."""


class TooFar(Refusal):
    """The clinic has not opened this day yet."""


class NotForThisReason(Refusal):
    """The doctor keeps this time for visits of another kind."""


class NotForThisAge(Refusal):
    """Visits of this kind are for younger children."""


class DayFull(Refusal):
    """The doctor receives on this day, but has no time left."""

    def __init__(self, day: date) -> None:
        super().__init__(day)
        self.day = day


class DayClosed(Refusal):
    """The doctor does not receive on this day, or it is not open for booking."""

    def __init__(self, day: date) -> None:
        super().__init__(day)
        self.day = day


class NoFreeTimes(Refusal):
    """Nobody at the clinic has a time that would do."""


class ChildIsBusy(Refusal):
    """The child has another visit at an overlapping time."""


class AlreadyWithDoctor(Refusal):
    """The child has a visit with this doctor ahead, and the clinic allows one."""

    def __init__(self, appointment: Appointment) -> None:
        super().__init__(appointment.id)
        self.appointment = appointment


class TooManyVisits(Refusal):
    """The person's children have as many visits ahead as the clinic allows."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class TooManyChildren(Refusal):
    """The person has as many children here as the clinic allows."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class VisitPassed(Refusal):
    """The visit has begun or is over: it cannot be moved or cancelled any more."""


class NotesNotKept(Refusal):
    """There is no key to encrypt a note with."""


class NotBegun(Refusal):
    """The visit's time has not come: nobody can say yet whether the child came."""


class MovedMeanwhile(Refusal):
    """The family has moved the visit since it was shown."""


class AlreadyConfirmed(Refusal):
    """The visit was confirmed: the doctor's word does not take it back."""


class VisitCancelled(Refusal):
    """The visit was cancelled before: there is nothing to move."""


class TooLateToAsk(Refusal):
    """The visit was so long ago that nothing is asked about it here any more."""


class TooManyQuestions(Refusal):
    """As many of the person's questions wait for an answer as the clinic can be asked at once."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class AlreadyAnswered(Refusal):
    """A colleague was quicker."""


class TextOnly(Refusal):
    """A photo, a voice message or a file was sent where words are wanted."""


class RulesBent(Refusal):
    """The registry has to say that it bends the clinic's rules here, and which it sees bent."""


class SearchUnclear(Refusal):
    """What was typed at the desk is neither a name with a birth date nor a visit's number."""


class TooManyTries(Refusal):
    """So many wrong codes were typed that no more are looked at today."""


class NameUnclear(Refusal):
    """What was typed is no name: empty, without a letter."""


class NameTooLong(Refusal):
    """The name does not fit."""

    def __init__(self, longest: int) -> None:
        super().__init__(longest)
        self.longest = longest


class DateUnclear(Refusal):
    """What was typed cannot be read as a date."""


class NoSuchDay(Refusal):
    """What was typed is a date, but of no calendar: 31.02."""


class BornInFuture(Refusal):
    """The birth date has not come yet."""


class NoLongerAChild(Refusal):
    """Eighteen or older: a pediatrician sees children up to their 18th birthday."""


class StreetUnknown(Refusal):
    """What was typed names no street of the clinic's districts."""


class HouseNeeded(Refusal):
    """Not the whole street belongs to one district: the house decides, and was not typed."""


class PhoneUnclear(Refusal):
    """What was written cannot be read as a phone number."""


class NotOwnPhone(Refusal):
    """The number is somebody else's: only the sender's own counts."""


class PhonesNotKept(Refusal):
    """Phone numbers are not kept here: there is no key to encrypt them."""


# What a clinic says of itself


class BadValue(Refusal):
    """What was typed cannot be the value that was asked for."""


class TextMissing(BadValue):
    """Here the clinic has to say something."""


class TextTooLong(BadValue):
    """The text would not fit on the screens that show it."""

    def __init__(self, over: int, most: int) -> None:
        super().__init__(over, most)
        self.over = over
        """Characters too many."""
        self.most = most


class NotOneLine(BadValue):
    """There is room for one line."""


class UnseenCharacter(BadValue):
    """There is a character that no screen shows."""


class NotAPhone(BadValue):
    """No number to be dialled."""


class NotANumber(BadValue):
    """No whole number."""


class NumberOutOfRange(BadValue):
    """Fewer or more than make sense."""

    def __init__(self, least: int, most: int) -> None:
        super().__init__(least, most)
        self.least = least
        self.most = most


class NotASpan(BadValue):
    """Neither minutes nor hours."""


class SpanOutOfRange(BadValue):
    """Shorter or longer than makes sense."""

    def __init__(self, least: int, most: int) -> None:
        super().__init__(least, most)
        self.least = least
        """Minutes, as `most`."""
        self.most = most


class NotATime(BadValue):
    """No time on a clock."""


class QuietUnclear(BadValue):
    """Not two times."""


class NotADegree(BadValue):
    """No place on the map."""


class NotAZone(BadValue):
    """No time zone that is known."""


class NotYesOrNo(BadValue):
    """None of what there is to choose from."""


class SameAsBefore(BadValue):
    """The clinic says so already."""


class NothingToSign(BadValue):
    """There are no words yet that a doctor could sign."""


class TypedAnew(Refusal):
    """Something else was typed since, or the question was left."""


class ChangedMeanwhile(Refusal):
    """Another administrator has changed the value since it was shown."""


class DayOver(Refusal):
    """The day is over: nothing about it can be changed any more."""


class HoursUnclear(Refusal):
    """What was typed cannot be read as hours."""


class HoursBackwards(Refusal):
    """The hours end before they begin, run into each other, or are of no clock."""


class HoursTooShort(Refusal):
    """The hours are shorter than one visit."""


class StillAbsent(Refusal):
    """The doctor does not receive on these days for another reason, too."""


class SomebodyAnswered(Refusal):
    """A family has chosen already: an absence cannot be taken back as a whole any more."""


class DraftReplaced(Refusal):
    """The change that was to be made is done, or another one has taken its place."""


class SheetGone(Refusal):
    """The sheet that was looked at is not to be had again, or is another one by now."""


class NumberDiffers(Refusal):
    """What was typed is not how many would get the broadcast."""


class NobodyToTell(Refusal):
    """Nobody would get the broadcast."""


class BroadcastOver(Refusal):
    """The broadcast was sent, or stopped for good."""
