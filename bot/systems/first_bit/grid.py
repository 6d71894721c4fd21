"""Free stretches of a doctor's day, cut into times."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

Span: TypeAlias = tuple[datetime, datetime]


def cut(free: Sequence[Span], taken: Sequence[Span], length: timedelta) -> list[Span]:
    """The times of a length that lie wholly in free stretches.

    They are counted from where the doctor's work begins, breaks and visits included, and not from
    where a visit happens to end: so a time is the same one whoever books before it.
    """
    open_ = _joined(free)
    begin = [since for since, _ in open_]
    return [
        time
        for begins, ends in _joined([*free, *taken])
        for time in _steps(begins, ends, length)
        if (last := bisect_right(begin, time[0])) and time[1] <= open_[last - 1][1]
    ]


def _steps(begins: datetime, ends: datetime, length: timedelta) -> Iterator[Span]:
    while begins + length <= ends:
        yield begins, begins + length
        begins += length


def _joined(spans: Sequence[Span]) -> list[Span]:
    """The same stretches, with those in one that touch or overlap."""
    joined: list[Span] = []
    for begins, ends in sorted(span for span in spans if span[0] < span[1]):
        if joined and begins <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], ends)
        else:
            joined.append((begins, ends))
    return joined
