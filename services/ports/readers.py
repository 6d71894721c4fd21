"""The clock, and readers of what people type."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol, TypeAlias

from services.model.people import PhoneNumber
from services.model.schedule import Reception, ScheduleRule
from services.model.settings.visit_kinds import KindKey, VisitKind

Clock: TypeAlias = Callable[[], datetime]
"""Tells the present moment in aware UTC; in tests it stands still."""

DateReader: TypeAlias = Callable[[str], date]
"""Reads a date as people type it; raises `DateUnclear` or `NoSuchDay`."""


PhoneReader: TypeAlias = Callable[[str], PhoneNumber]
"""Reads a phone number as people write it; raises `PhoneUnclear`."""


ZoneReader: TypeAlias = Callable[[str], str]
"""Gives the key of a time zone that is called by a city; other words as they are."""


class Reader(Protocol):
    """Makes hours and days of typed words."""

    def day(
        self,
        typed: str,
        visit: timedelta,
        reasons: frozenset[KindKey],
        standing: Sequence[Reception] = (),
        kinds: Sequence[VisitKind] = (),
    ) -> Sequence[Reception]:
        """Hours on one day; none is a day off. What is not said of visits is as given; a break
        alone is one in the standing hours. Hours behind which one of the kinds stands are for that.

        Raises:
            HoursUnclear, HoursBackwards, HoursTooShort: they are none.
            BreakOutside: there are no standing hours at that time.
        """
        ...

    def rules(
        self,
        typed: str,
        today: date,
        visit: timedelta,
        standing: Sequence[ScheduleRule] = (),
        kinds: Sequence[VisitKind] = (),
    ) -> tuple[date, Sequence[ScheduleRule]]:
        """From what day on, and the rules that count then; a break alone, or hours for a kind of
        visit alone, are some in the standing rules, of which nothing else changes.

        Raises:
            BreakOutside: there are no hours at that time.
            HoursUnclear, HoursBackwards, HoursTooShort, DateUnclear, NoSuchDay, DayOver: there
                are none.
        """
        ...

    def days(self, typed: str, today: date) -> tuple[date, date]:
        """The first and the last day. Raises `DateUnclear`, `NoSuchDay`, `DayOver`."""
        ...
