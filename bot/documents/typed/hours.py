"""Hours as people write them on a door: "8:00–14:00", "8.00-11.00, 15-18", "выходной"."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum, auto
from itertools import pairwise

from services.model.clinic import Hours, Side
from services.model.reserved.times import ReservedFor
from services.model.schedule import Reception
from services.model.settings.visit_kinds import KindKey

_DAY = 24 * 60
_OFF = {"выходной", "вых", "нет приема", "не принимает", "day off", "off", "closed"}
_OFF_WORDS = re.compile(rf"\b(?:{'|'.join(sorted(_OFF, key=len, reverse=True))})\b")
_DASH = re.compile(r"\s*(?:[‐‑‒–—―−-]|\b(?:до|по|to|till)\b)\s*")
SIDE = re.compile(
    r"(?:по\s+)?\b(нечет|чет(?!в)|odd|even(?!ing))[\w.]*(?:\s+(?:дни|дням|числа|числам|days))?:?"
)
"""Where hours on even or odd days begin, in text without capitals and ё."""
_SIDES = {"нечет": Side.ODD, "чет": Side.EVEN, "odd": Side.ODD, "even": Side.EVEN}
_NO_PAUSE = re.compile(
    r"\b(?:без\s+(?:обеда|перерыва)|(?:no|without(?:\s+a)?)\s+(?:lunch|break))\b"
)
_PAUSE = re.compile(
    r"\b(?:(?:с|со|with)\s+)?(?:(?:обеденн[а-я]+\s+)?перерыв[а-я]*(?:\s+на\s+обед)?|обед(?:ом)?"
    r"|(?:a\s+)?(?:lunch\s+break|lunch|break))\b:?"
)
_TIME = r"\d{1,2}(?:[:.]?[0-5]\d)?"
_DASHED_TIME = r"\d{1,2}-[0-5][05]"
_SPAN = rf"(?:(?:с|from)\s+)?(?:{_DASHED_TIME}-{_DASHED_TIME}|{_TIME}-{_TIME})(?!\d|[:.-]\d)"
_BETWEEN = r"(?:[\s,;/()+]|\bи\b|\band\b|\.$)*"
_SPANS = re.compile(rf"{_BETWEEN}(?:{_SPAN}{_BETWEEN})*")
_NUMBERS = re.compile(r"\d+")
LONGEST_LINE = 500
"""Characters: a week with every day said twice has fewer."""


class HoursTrouble(StrEnum):
    """What is wrong with hours."""

    UNCLEAR = auto()
    NO_SUCH_TIME = auto()
    """25:00."""
    BACKWARDS = auto()
    """They end before they begin, or run into each other."""


class BadHours(Exception):
    """What is written is not hours."""

    def __init__(self, trouble: HoursTrouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From one minute of the day to another."""

    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class Part:
    """Hours on all, even or odd days, in order, a break between each two; none is a day off."""

    side: Side
    spans: tuple[Span, ...]


def fold(text: str) -> str:
    """The text without capitals, ё and letters that only look different, blanks being single: no
    pattern goes through a run of them from each of its places.

    Raises:
        BadHours: it is longer than any hours are.
    """
    if len(text) > LONGEST_LINE:
        raise BadHours(HoursTrouble.UNCLEAR)
    folded = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    return re.sub(r"\s+", " ", folded)


def without_hours(text: str, mark: str) -> str:
    """Folded text in which all that hours are written with is replaced by a mark."""
    for pattern in (SIDE, _NO_PAUSE, _PAUSE, _OFF_WORDS):
        text = pattern.sub(mark, text)
    return re.sub(_SPAN, mark, _DASH.sub("-", text))


def read_hours(text: str) -> list[Part]:
    """What is written; nothing where there is nothing, or only a dash.

    Raises:
        BadHours: it is something else.
    """
    folded = fold(text)
    if not folded.strip(" -‐‑‒–—―−."):
        return []
    always, *sided = SIDE.split(folded)
    parts = [Part(Side.ALL, _spans(always))] if always.strip(" ,;\n") else []
    parts += [
        Part(_SIDES[word], _spans(rest)) for word, rest in zip(sided[::2], sided[1::2], strict=True)
    ]
    sides = {part.side for part in parts}
    if len(sides) < len(parts) or (Side.ALL in sides and len(sides) > 1):
        raise BadHours(HoursTrouble.UNCLEAR)
    return parts


def _spans(text: str) -> tuple[Span, ...]:
    """The hours without their breaks."""
    if text.strip(" .,;\n") in _OFF:
        return ()
    before, *after = (_listed(piece) for piece in _PAUSE.split(_plain(text)))
    if not all(after):
        raise BadHours(HoursTrouble.UNCLEAR)
    working = _in_order([*before, *(span for spans in after for span in spans[1:])])
    if not working:
        raise BadHours(HoursTrouble.UNCLEAR)
    pauses = _in_order([spans[0] for spans in after])
    if any(not _is_between(pause, working) for pause in pauses):
        raise BadHours(HoursTrouble.UNCLEAR)  # the hours were meant to be others
    left = _without(working, pauses)
    if not left:
        raise BadHours(HoursTrouble.UNCLEAR)
    return left


def _is_between(pause: Span, working: Sequence[Span]) -> bool:
    """Whether a break lies in the hours, or between two of them."""
    return working[0].begins <= pause.begins and pause.ends <= working[-1].ends


def read_breaks(text: str) -> tuple[Span, ...]:
    """Breaks, where nothing but breaks is written: "обед 11-11:30"; nothing where there is more.

    Raises:
        BadHours: they end before they begin, or no day has such a time.
    """
    before, *after = _PAUSE.split(_plain(fold(text)))
    if before.strip(" .,;") or not all(map(_SPANS.fullmatch, after)):
        return ()
    pauses = [_listed(piece) for piece in after]
    if any(len(each) != 1 for each in pauses):
        return ()  # "обед 11-11:30, 8-14" has hours, too
    return tuple(_in_order([each[0] for each in pauses]))


def _plain(text: str) -> str:
    """With one kind of dash, and without words for no break."""
    return _DASH.sub("-", _NO_PAUSE.sub(" ", text))


def is_beyond(pause: Span, reception: Reception) -> bool:
    """Whether a break begins in the hours and ends after them, or the other way round."""
    whole = _span_of(reception.hours)
    meets = pause.begins < whole.ends and whole.begins < pause.ends
    return meets and not _is_between(pause, [whole])


def _listed(text: str) -> list[Span]:
    if not _SPANS.fullmatch(text):
        raise BadHours(HoursTrouble.UNCLEAR)
    return [_span(found[0]) for found in re.finditer(_SPAN, text)]


def _span(text: str) -> Span:
    sides = text.split("-")
    if len(sides) == 4:  # 8-00-14-00
        sides = [":".join(sides[:2]), ":".join(sides[2:])]
    begins, ends = (_minute(side) for side in sides)
    return Span(begins, ends or _DAY)


def _minute(text: str) -> int:
    numbers = _NUMBERS.findall(text)
    if len(numbers) == 1 and len(numbers[0]) > 2:  # 800, or 8 with small zeros
        numbers = [numbers[0][:-2], numbers[0][-2:]]
    hour, minute = int(numbers[0]), int(numbers[1]) if len(numbers) > 1 else 0
    if hour * 60 + minute > _DAY:
        raise BadHours(HoursTrouble.NO_SUCH_TIME)
    return hour * 60 + minute


def _in_order(spans: Sequence[Span]) -> Sequence[Span]:
    if any(span.begins >= span.ends for span in spans) or any(
        one.ends > next_one.begins for one, next_one in pairwise(spans)
    ):
        raise BadHours(HoursTrouble.BACKWARDS)
    return spans


def _without(spans: Iterable[Span], pauses: Iterable[Span]) -> tuple[Span, ...]:
    """What is left of the hours between the breaks; hours that touch are one."""
    left = list(spans)
    for pause in pauses:
        left = [
            piece
            for span in left
            for piece in (
                Span(span.begins, min(span.ends, pause.begins)),
                Span(max(span.begins, pause.ends), span.ends),
            )
            if piece.begins < piece.ends
        ]
    joined: list[Span] = []
    for span in left:
        if joined and joined[-1].ends == span.begins:
            joined.append(Span(joined.pop().begins, span.ends))
        else:
            joined.append(span)
    return tuple(joined)


# And back


def reception_of(
    spans: Sequence[Span],
    visit: timedelta,
    reasons: frozenset[KindKey] = frozenset(),
    kept_for: ReservedFor | None = None,
) -> Reception:
    """The hours as the doctor's; there are some."""
    breaks = tuple(_hours(one.ends, other.begins) for one, other in pairwise(spans))
    whole = _hours(spans[0].begins, spans[-1].ends)
    return Reception(whole, visit, breaks, reasons, kept_for)


def with_breaks(reception: Reception, pauses: Iterable[Span]) -> Reception | None:
    """The same without these minutes; None where nothing is left."""
    left = _without(spans_of(reception), pauses)
    if not left:
        return None
    return reception_of(left, reception.visit, reception.reasons, reception.kept_for)


def spans_of(reception: Reception) -> tuple[Span, ...]:
    """The doctor's hours without their breaks."""
    whole = _span_of(reception.hours)
    pauses = sorted(_span_of(pause) for pause in reception.breaks)
    if whole.begins >= whole.ends:
        return ()
    return _without([whole], (pause for pause in pauses if pause.begins < pause.ends))


def fits(spans: Iterable[Span], visit: timedelta) -> bool:
    """Whether there is a visit in these hours."""
    return any(timedelta(minutes=span.ends - span.begins) >= visit for span in spans)


def write_spans(spans: Iterable[Span]) -> str:
    """ "8:00–11:00, 15:00–18:00"."""
    return ", ".join(f"{_clock(span.begins)}–{_clock(span.ends)}" for span in spans)


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"


def _hours(begins: int, ends: int) -> Hours:
    return Hours(_time(begins), _time(ends))


def _time(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)


def _span_of(hours: Hours) -> Span:
    begins, ends = (each.hour * 60 + each.minute for each in (hours.starts, hours.ends))
    return Span(begins, ends or _DAY)
