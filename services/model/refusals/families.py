"""Why a family cannot be known in this way."""

from services.model.refusals.base import NotFound, Refusal


class NoConsent(Refusal):
    """The person has not agreed that this clinic keeps data about the family."""


class ConsentChanged(Refusal):
    """The text that was agreed to is no longer the clinic's text."""


class NoChild(Refusal):
    """Nothing can be booked before a child is named."""


class TooManyChildren(Refusal):
    """The person has as many children here as the clinic allows."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class NameUnclear(Refusal):
    """What was typed is no name: empty, without a letter, as emoji and digits are."""


class NameTooLong(Refusal):
    """The name does not fit."""

    def __init__(self, longest: int) -> None:
        super().__init__(longest)
        self.longest = longest


class NameHasNumber(Refusal):
    """There are so many digits in the name that a phone may be in it."""


class NameHasDate(Refusal):
    """There is a date in what was typed where a name alone is wanted."""


class DateUnclear(Refusal):
    """What was typed cannot be read as a date."""


class YearNeeded(DateUnclear):
    """A day and a month were typed, and the year is missing."""

    def __init__(self, typed: str) -> None:
        super().__init__(typed)
        self.typed = typed


class DayNeeded(DateUnclear):
    """A month and a year were typed, and the day is missing."""

    def __init__(self, typed: str) -> None:
        super().__init__(typed)
        self.typed = typed


class NoSuchDay(Refusal):
    """What was typed is a date, but of no calendar: 31.02."""


class BornInFuture(Refusal):
    """The birth date has not come yet."""


class NoLongerAChild(Refusal):
    """Eighteen or older: a pediatrician sees children up to their 18th birthday."""


class AlreadySaid(Refusal):
    """The question whose button was tapped was answered, or left, since."""


class StreetUnknown(Refusal):
    """What was typed names no street of the clinic's districts."""


class HouseNeeded(Refusal):
    """Not the whole street belongs to one district: the house decides, and was not typed."""


class PhoneUnclear(Refusal):
    """What was written cannot be read as a phone number."""


class MoreThanAPhone(Refusal):
    """There is something beside one phone number in what was written, and no place for it."""


class NotOwnPhone(Refusal):
    """The number is somebody else's: only the sender's own counts."""


class HelperLinkInvalid(Refusal):
    """A link for a helper was used, withdrawn, or is too old: all are told alike (R32)."""


class TooManyPeople(Refusal):
    """So many help with a child, or are invited to, that nobody else is."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class OnlyAtRegistry(Refusal):
    """No parent removes another: the registry decides on documents (R75)."""


class NotEntrusted(Refusal):
    """A helper may see the child, and not do this: a parent can."""


class GroupsNotKept(Refusal):
    """There is no key to encrypt a child's group with."""


class PhonesNotKept(Refusal):
    """Phone numbers are not kept here: there is no key to encrypt them."""


class FamilyDecides(Refusal):
    """A family has the child in the bot, or another clinic knows the child: it is not the
    registry's alone to change."""


class HadVisits(Refusal):
    """The child has or had a visit: it cannot be as if there were no such child."""


class ChildChanged(Refusal):
    """The child's name or birth date is not as it was shown."""


class FarewellChanged(Refusal):
    """Other visits, other children or another time than were shown before somebody leaves."""


class KnownAlready(Refusal):
    """There is a child of this name and birth date."""


class PhonesLocked(Refusal):
    """A number that has to be encrypted anew cannot be read: its key is not here."""


class ChildJoined(NotFound):
    """The child was entered twice, and goes on under another id."""
