"""When the doctor can be called home, read from the clinic's own words for it."""

import re
from dataclasses import dataclass
from datetime import datetime, time

from services.model.clinic import Clinic

_TIME = r"(\d{1,2})(?:[:.](\d{2}))?"
_HOURS = re.compile(rf"(?<![\d:.]){_TIME}\s*(?:-|–|—|до)\s*{_TIME}(?![\d:.])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HomeCalls:
    """Hours in which calls are taken, on the clinic's wall."""

    first: time
    last: time

    def are_over(self, wall: datetime) -> bool:
        """Whether it is too late for today."""
        return wall.time() >= self.last

    def are_taken(self, wall: datetime) -> bool:
        return self.first <= wall.time() < self.last


def home_calls(clinic: Clinic) -> HomeCalls | None:
    """The hours, where the clinic's words name one stretch of a day: "7:30–12:00", "с 8 до 12".

    Whatever says more ("пн–пт 8–14, сб 9–12") is not understood, and nothing is said about it.
    """
    found = _HOURS.findall(clinic.home_call_hours)
    if len(found) != 1 or len(re.findall(r"\d+(?:[:.]\d{2})?", clinic.home_call_hours)) != 2:
        return None
    first, last = _time(*found[0][:2]), _time(*found[0][2:])
    return HomeCalls(first, last) if first and last and first < last else None


def _time(hour: str, minute: str) -> time | None:
    try:
        return time(int(hour), int(minute or 0))
    except ValueError:
        return None
