"""What 1С answers, wrapped in «Ответ». An empty list comes as an empty text, a number as a text."""

from datetime import datetime, timedelta
from typing import TypeVar

import msgspec

from bot.systems.first_bit.grid import Span

_NOTHING = datetime(1, 1, 1)  # noqa: DTZ001 - in no zone
"""From which 1С counts a length of time, and which stands for no date at all."""
_SHORTEST = timedelta(minutes=1)
_LONGEST = timedelta(days=1)
"""Of a stretch of work; what is longer is no day of a doctor's."""


class Period(msgspec.Struct):
    starts_at: datetime = msgspec.field(name="ВремяНачала")
    """On the clinic's wall, in no zone; so are all below."""
    ends_at: datetime = msgspec.field(name="ВремяОкончания")
    clinic: str = msgspec.field(name="Клиника", default="")


class Periods(msgspec.Struct):
    all: list[Period] | Period | str | None = msgspec.field(name="ПериодГрафика", default=None)


class Stretches(msgspec.Struct):
    free: Periods | str | None = msgspec.field(name="СвободноеВремя", default=None)
    taken: Periods | str | None = msgspec.field(name="ЗанятоеВремя", default=None)


class Employee(msgspec.Struct):
    """The schedule of an employee in one clinic."""

    id: str = msgspec.field(name="СотрудникID")
    clinic: str = msgspec.field(name="Клиника", default="")
    stretches: Stretches | str | None = msgspec.field(name="ПериодыГрафика", default=None)
    free: list[Period] | Period | str | None = msgspec.field(name="ПериодГрафика", default=None)
    """In place of both where only free time was asked for."""
    usual: str | None = msgspec.field(name="ДлительностьПриема", default=None)

    @property
    def length(self) -> timedelta:
        """How long a visit to this employee usually takes; zero: it is not set."""
        try:
            length = datetime.fromisoformat(self.usual or "").replace(tzinfo=None) - _NOTHING
        except ValueError:
            return timedelta()
        return length if length >= _SHORTEST else timedelta()

    def spans(self) -> tuple[list[Span], list[Span]]:
        """The stretches that are free, and those that are taken or breaks."""
        known = self.stretches if isinstance(self.stretches, Stretches) else Stretches()
        free = [*_spans(known.free), *_spans(Periods(self.free))]
        return free, _spans(known.taken)


class Schedules(msgspec.Struct):
    all: list[Employee] | Employee | str | None = msgspec.field(name="ГрафикДляСайта", default=None)


class Done(msgspec.Struct):
    """What became of a request."""

    result: str | bool = msgspec.field(name="Результат", default="")
    trouble: str | None = msgspec.field(name="ОписаниеОшибки", default=None)
    guid: str | None = msgspec.field(name="УИД", default=None)
    status: str | int | None = msgspec.field(name="Статус", default=None)

    @property
    def is_done(self) -> bool:
        return str(self.result).casefold() in {"true", "истина", "1"}


_T = TypeVar("_T")


def answer_in(body: bytes, kind: type[_T]) -> _T:
    """What stands in «Ответ».

    Raises:
        ValueError: nothing of the kind does.
    """

    class Wrapped(msgspec.Struct):
        answer: kind = msgspec.field(name="Ответ")  # type: ignore[valid-type]

    return msgspec.json.decode(body, type=Wrapped).answer


def listed(all: list[_T] | _T | str | None) -> list[_T]:
    """Several, one or none, however it is written."""
    if isinstance(all, list):
        return all
    return [] if all is None or isinstance(all, str) else [all]


def _spans(periods: Periods | str | None) -> list[Span]:
    if not isinstance(periods, Periods):
        return []
    spans = [
        (each.starts_at.replace(tzinfo=None), each.ends_at.replace(tzinfo=None))
        for each in listed(periods.all)
    ]
    return [
        (begins, ends)
        for begins, ends in spans
        if _NOTHING + _LONGEST < begins < ends and ends - begins <= _LONGEST
    ]
