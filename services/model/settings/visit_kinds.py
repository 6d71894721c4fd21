"""Kinds of visit: what a child can come to a clinic for. The clinic's data, with these defaults."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import ReprEnum, StrEnum
from typing import Any

MOST_KINDS = 30
"""Of a clinic, hidden ones included: a time has a bit for each, and none is given twice."""


class KindKey(str):
    """Names a kind of visit at its clinic for good: in buttons, sheets, files and on visits."""

    __slots__ = ()

    @property
    def number(self) -> int:
        """Which of the clinic's kinds it is, from 1 on; it only rises. 0: it is none."""
        if self in _NUMBERS:
            return _NUMBERS[self]
        own = re.fullmatch(rf"{_OWN}([1-9]\d?)", self, re.ASCII)
        number = int(own[1]) if own else 0
        return number if len(Reason) < number <= MOST_KINDS else 0

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, handler: Callable[[Any], Any]) -> Any:
        """To whoever keeps values as JSON it is the text that it is."""
        made = {"type": "no-info", "function": cls}
        return {"type": "function-after", "function": made, "schema": handler(str)}


def key_of(number: int) -> KindKey:
    """What names the kind with this number."""
    return [*Reason][number - 1] if number <= len(Reason) else KindKey(f"{_OWN}{number}")


_OWN = "k"
"""Before the number of a kind that a clinic added itself."""


class Reason(KindKey, ReprEnum):
    """The kinds that every clinic has: as much as routing needs, and nothing of the complaint."""

    ILLNESS = "illness"
    CONSULTATION = "consultation"
    REPEAT = "repeat"
    AFTER_ILLNESS = "after-illness"
    CHECK_UP = "check-up"
    VACCINATION = "vaccination"
    """The examination before it."""
    INFANT_DAY = "infant-day"
    """The clinic's hours for healthy children under one year."""
    CERTIFICATE = "certificate"
    """Or a referral."""


_NUMBERS: dict[str, int] = {str(reason): number for number, reason in enumerate(Reason, 1)}
"""Their bits stand in databases: the order of `Reason` never changes."""


class Whom(StrEnum):
    """Which children a kind of visit is for."""

    ANYBODY = "any"
    ILL = "ill"
    HEALTHY = "healthy"


@dataclass(frozen=True, slots=True)
class VisitKind:
    """What a child can come for, as a clinic arranges it. What is empty the bot's words say."""

    key: KindKey
    name: str = ""
    """In the clinic's own words."""
    name_en: str = ""
    since: int = 0
    """The age from which on a child can come, in months."""
    until: int | None = None
    """The age before which, in months; None: for as long as it is a child."""
    whom: Whom = Whom.ANYBODY
    length: timedelta | None = None
    """How long a time has to be at least, and is said to be; None: as long as the hours say."""
    price: str = ""
    """In the clinic's words: "2 400 ₽", "по ДМС"."""
    bring: str = ""
    """How to prepare; for a kind that every clinic has it is a setting of the clinic's."""
    named_only: bool = False
    """Whether it takes place only in hours that name it, and not in those for any visit too: there
    ill children come."""
    at_desk: bool = False
    """Whether only the registry books it."""
    hidden: bool = False
    """Whether nobody books it any more. Visits that were booked for it keep it."""

    @property
    def is_everywhere(self) -> bool:
        """Whether every clinic has it, and the bot has words for it."""
        return self.key in _NUMBERS


USUAL_KINDS = tuple(
    VisitKind(
        reason,
        until=12 if reason is Reason.INFANT_DAY else None,
        whom={Reason.ILLNESS: Whom.ILL, Reason.INFANT_DAY: Whom.HEALTHY}.get(reason, Whom.ANYBODY),
        named_only=reason is Reason.INFANT_DAY,
    )
    for reason in Reason
)
"""Those of a clinic that has said nothing of them, in their order."""


def usual(key: KindKey) -> VisitKind:
    """A kind as it is where the clinic says nothing of it."""
    return next((kind for kind in USUAL_KINDS if kind.key == key), VisitKind(key))


def next_key(kinds: Iterable[VisitKind]) -> KindKey | None:
    """What names one more kind; None: there is no room for one."""
    number = max(len(Reason), *(kind.key.number for kind in kinds)) + 1
    return key_of(number) if number <= MOST_KINDS else None
