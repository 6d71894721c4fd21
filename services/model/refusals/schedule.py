"""Why hours, or a sheet of them, are not taken."""

from collections.abc import Sequence

from services.model.refusals.base import Refusal


class SeveralDoctors(Refusal):
    """A name is that of more than one of the clinic's doctors."""

    def __init__(self, name: str, rows: Sequence[int] = ()) -> None:
        super().__init__()
        self.name = name
        self.rows = rows
        """Where it is written, if in a sheet."""


class DoctorUnclear(Refusal):
    """A name may be that of somebody who is written otherwise, and nobody guesses."""

    def __init__(self, name: str, rows: Sequence[int], perhaps: Sequence[str]) -> None:
        super().__init__()
        self.name = name
        self.rows = rows
        """Where it is written, if in a sheet."""
        self.perhaps = perhaps
        """Who it may be."""


class DaysApart(Refusal):
    """Days were typed that do not follow each other, where one stretch is wanted."""


class RoomsDiffer(Refusal):
    """A sheet calls one doctor by several names, and has them in several rooms."""

    def __init__(self, name: str, rows: Sequence[int]) -> None:
        super().__init__()
        self.name = name
        self.rows = rows


class RoomNeeded(Refusal):
    """A doctor is new to the clinic, and nobody said where they receive."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class DayOver(Refusal):
    """The day is over: nothing about it can be changed any more."""


class HoursUnclear(Refusal):
    """What was typed cannot be read as hours."""

    def __init__(self, part: str = "") -> None:
        """`part` is what of it could not, where that can be told."""
        super().__init__()
        self.part = part


class HoursBackwards(Refusal):
    """The hours end before they begin, run into each other, or are of no clock."""


class HoursTooShort(Refusal):
    """The hours are shorter than one visit."""


class BreakOutside(Refusal):
    """A break is at a time at which the doctor does not receive anyway."""


class DraftReplaced(Refusal):
    """The change that was to be made is done, or another one has taken its place."""


class SheetGone(Refusal):
    """The sheet that was looked at is not to be had again, or is another one by now."""
