"""Hours as a registrar types them into the chat, on one line: "9-12 по 15", "пн ср пт 8-14, чёт
9-12, с 1 декабря"; and the same line written for them to be changed.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import groupby, pairwise
from typing import TypeAlias

from bot.documents.typed.dates import read_days
from bot.documents.typed.hours import (
    SIDE,
    BadHours,
    HoursTrouble,
    Part,
    Span,
    fits,
    fold,
    is_beyond,
    read_breaks,
    read_hours,
    reception_of,
    spans_of,
    with_breaks,
    write_spans,
)
from bot.documents.typed.kind_hours import DAY_PARTS, SaidForKinds, for_kinds, with_hours_for
from bot.documents.typed.kind_words import KindNames, names_of
from bot.documents.typed.reserved_words import PATTERN as KEPT
from bot.documents.typed.unread import naming_unread
from bot.documents.typed.weekdays import DASH, WEEKDAYS, WORKDAYS, weekdays_in
from services.model.clinic import Side
from services.model.refusals.schedule import (
    BreakOutside,
    HoursBackwards,
    HoursTooShort,
    HoursUnclear,
)
from services.model.reserved.times import ReservedFor
from services.model.schedule import Reception, ScheduleRule
from services.model.settings.visit_kinds import KindKey, VisitKind

_MINUTES = re.compile(
    r"(?<![\s,;(])[\s,;(]*(?:\b(?:по|каждые|every)\s+)?\b(\d{1,3})\s*(?:минут\w*|мин\b\.?|min(?:utes)?\b\.?)\)?"
)
_BARE_MINUTES = re.compile(r"(?<![\s,;])[\s,;]*\b(?:по|каждые|every)\s+(\d{1,3})(?=[\s.,;]|$)")
_MOST_BARE = 4
"""Places in a line at which "по 15" may say how long a visit takes."""
_DAY = (
    r"(?:\d{1,2}[./]\d{1,2}(?:[./]\d{2,4})?|\d{1,2}\s+[^\W\d]{3,}(?:\s+\d{4})?"
    r"|сегодня|завтра|послезавтра|today|tomorrow)"
)
_SINCE = [
    re.compile(rf"(?<![\s,;])[\s,;]*\b(?:с|со|from|since)\s+({_DAY})[\s.]*$"),
    re.compile(rf"^\s*(?:с|со|from|since)\s+({_DAY})(?!{DASH}|\s*(?:до|по|to|till)\b)[\s,;:]+"),
]
"""From what day: at the end, or at the beginning where it is no hour of something."""
_BESIDE_HOURS = (*_SINCE, _MINUTES, _BARE_MINUTES, WEEKDAYS)
"""What a line says besides hours."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a line of hours says in some language; the reader knows these words in all of them."""

    weekdays: Sequence[str]
    """"пн" to "вс"."""
    even: str
    odd: str
    day_off: str
    minutes: str
    """"по {n} мин"."""
    kinds: Mapping[KindKey, str] = field(default_factory=dict)
    """What hours are for."""
    kept: Mapping[ReservedFor, str] = field(default_factory=dict)
    """For whom they are kept: "резерв для малышей"."""


class TypedHours:
    """Implements `services.ports.readers.Reader`."""

    def day(
        self,
        typed: str,
        visit: timedelta,
        reasons: frozenset[KindKey],
        standing: Sequence[Reception] = (),
        kinds: Sequence[VisitKind] = (),
    ) -> Sequence[Reception]:
        names = names_of(kinds)
        with naming_unread(typed, _beside(names)):
            if said := for_kinds(_folded(typed), names, DAY_PARTS):
                return self._day_for(said, visit, reasons, standing)
            return self._day(typed, visit, reasons, standing)

    def _day_for(
        self,
        said: SaidForKinds,
        visit: timedelta,
        reasons: frozenset[KindKey],
        standing: Sequence[Reception],
    ) -> Sequence[Reception]:
        rest = self._day(said.rest, visit, reasons, standing) if said.rest else []
        own = [
            each
            for clause in said.clauses
            for said_of in self._day(clause.text, clause.length or visit, clause.keys, ())
            for each in [replace(said_of, kept_for=clause.kept_for)]
        ]
        if not own:
            raise HoursUnclear
        pauses = [span for each in own for span in spans_of(each)]
        left = [cut for each in rest if (cut := with_breaks(each, pauses))]
        return sorted([*left, *own], key=lambda each: each.hours.starts)

    def _day(
        self,
        typed: str,
        visit: timedelta,
        reasons: frozenset[KindKey],
        standing: Sequence[Reception],
    ) -> Sequence[Reception]:
        folded = _folded(typed)
        if pauses := _breaks(folded):
            return _cut(standing, pauses)
        text, minutes = _without_minutes(folded)
        spans = _whole_day(text)
        visit = minutes or visit
        return [reception_of(part, visit, reasons) for part in [spans] if _checked(part, visit)]

    def rules(
        self,
        typed: str,
        today: date,
        visit: timedelta,
        standing: Sequence[ScheduleRule] = (),
        kinds: Sequence[VisitKind] = (),
    ) -> tuple[date, Sequence[ScheduleRule]]:
        names = names_of(kinds)
        with naming_unread(typed, _beside(names)):
            whole, since = _without_day(_folded(typed), today)
            if said := for_kinds(whole, names, WEEKDAYS):
                return since, self._rules_for(said, since, visit, standing)
            return since, self._rules(whole, since, visit, standing)

    def _rules_for(
        self,
        said: SaidForKinds,
        since: date,
        visit: timedelta,
        standing: Sequence[ScheduleRule],
    ) -> Sequence[ScheduleRule]:
        """Hours for some visits alone are some in the standing hours, as a break alone is."""
        if said.rest:
            rules = [*self._rules(said.rest, since, visit, standing)]
        else:
            rules = _from(standing, since)
        for clause in said.clauses:
            own = self._rules(clause.text, since, clause.length or visit, ())
            if not own:
                raise HoursUnclear
            rules = with_hours_for(clause, own, rules)
        return rules

    def _rules(
        self, whole: str, since: date, visit: timedelta, standing: Sequence[ScheduleRule]
    ) -> Sequence[ScheduleRule]:
        pauses, text = _breaks_first(whole)
        if pauses and not text:
            return _cut_rules(_from(standing, since), pauses)
        sections = [_Section.read(days, said) for days, said in _sections(text)]
        if not sections or (len(sections) > 1 and sections[0].is_off_for_others):
            raise HoursUnclear  # "не принимает пн 9-12" closes Monday, or all else?
        usual = next((each.visit for each in reversed(sections) if each.visit), visit)
        found = _Week()
        for section in sections:
            found.add(section, section.visit or usual)
        given = found.rules(since)
        if any(is_beyond(pause, rule.reception) for rule in given for pause in pauses):
            raise HoursUnclear  # "обед 11-13, пн 9-12": the hours were meant to be others
        return _cut_rules(given, pauses) if pauses else given

    def days(self, typed: str, today: date) -> tuple[date, date]:
        return read_days(typed, today)


def _beside(names: KindNames | None) -> tuple[re.Pattern[str], ...]:
    """What a line says besides hours."""
    return (KEPT, names.pattern, *_BESIDE_HOURS) if names else (KEPT, *_BESIDE_HOURS)


def _folded(typed: str) -> str:
    """Raises `HoursUnclear`."""
    try:
        return fold(typed)
    except BadHours:
        raise HoursUnclear from None


def _checked(spans: tuple[Span, ...], visit: timedelta) -> bool:
    """Whether there are hours. Raises `HoursTooShort` if no visit has room in them."""
    if spans and not fits(spans, visit):
        raise HoursTooShort
    return bool(spans)


def _whole_day(text: str) -> tuple[Span, ...]:
    match _parts(text):
        case [Part(Side.ALL, spans)]:
            return spans
    raise HoursUnclear


def _parts(text: str) -> list[Part]:
    try:
        return read_hours(text.strip(" ,;:\n"))
    except BadHours as bad:
        raise HoursUnclear if bad.trouble is HoursTrouble.UNCLEAR else HoursBackwards from None


def _without_minutes(text: str) -> tuple[str, timedelta | None]:
    """The text without how long a visit takes. "9 по 12" are hours, "9-12 по 15" has minutes."""
    found = _MINUTES.search(text)
    if not found and _is_unclear(text):
        found = _bare_minutes(text)
    if not found:
        return text, None
    if not int(found[1]):
        raise HoursUnclear
    return _left_of(text, found), timedelta(minutes=int(found[1]))


def _bare_minutes(text: str) -> re.Match[str] | None:
    """ "8-14 по 15, обед 11-12": the last that leaves hours, or else the last."""
    found = list(_BARE_MINUTES.finditer(text))[: -_MOST_BARE - 1 : -1]
    clear = (each for each in found if not _is_unclear(_left_of(text, each)))
    return next(clear, next(iter(found), None))


def _left_of(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"


def _is_unclear(text: str) -> bool:
    try:
        read_hours(text.strip(" ,;:\n"))
    except BadHours:
        return True
    return False


# Breaks for hours that are said elsewhere


def _breaks(text: str) -> tuple[Span, ...]:
    """What is said, if it is breaks alone. Raises `HoursBackwards`."""
    try:
        return read_breaks(text)
    except BadHours:
        raise HoursBackwards from None


def _breaks_first(text: str) -> tuple[tuple[Span, ...], str]:
    """Breaks of all days, named before any of them, and what follows."""
    named = [found for pattern in (WEEKDAYS, SIDE) if (found := pattern.search(text))]
    until = min((found.start() for found in named), default=len(text))
    pauses = _breaks(text[:until])
    return (pauses, text[until:].strip(" .,;")) if pauses else ((), text)


def _cut(standing: Iterable[Reception], pauses: tuple[Span, ...]) -> list[Reception]:
    """The hours without the breaks. Raises `BreakOutside`, `HoursTooShort`."""
    hours = list(standing)
    left = [with_breaks(each, pauses) for each in hours]
    kept = [each for each in left if each and _checked(spans_of(each), each.visit)]
    if [spans_of(each) for each in kept] == [spans_of(each) for each in hours]:
        raise BreakOutside
    return kept


def _cut_rules(rules: Sequence[ScheduleRule], pauses: tuple[Span, ...]) -> list[ScheduleRule]:
    """Rules without the breaks; those at another time stay. Raises as `_cut`."""
    _cut([rule.reception for rule in rules], pauses)
    return [
        replace(rule, reception=left)
        for rule in rules
        if (left := with_breaks(rule.reception, pauses))
    ]


def _from(rules: Iterable[ScheduleRule], since: date) -> list[ScheduleRule]:
    """What counts of the rules from a day on."""
    return [
        replace(rule, valid_from=max(rule.valid_from, since))
        for rule in rules
        if rule.valid_until is None or rule.valid_until >= since
    ]


# A line of rules


def _without_day(text: str, today: date) -> tuple[str, date]:
    """The text without the day from which it counts, which is today if none is named."""
    for pattern in _SINCE:
        if found := pattern.search(text):
            first, _ = read_days(found[1], today)
            return text[: found.start()] + text[found.end() :], first
    return text, today


def _sections(text: str) -> Iterable[tuple[str, str]]:
    """Weekdays, and what is said of them; without weekdays at the beginning."""
    named = list(WEEKDAYS.finditer(text))
    starts = [0, *(found.end() for found in named)]
    ends = [*(found.start() for found in named), len(text)]
    days = ["", *(found[0] for found in named)]
    return [
        (said_of, text[start:end])
        for said_of, start, end in zip(days, starts, ends, strict=True)
        if said_of or text[start:end].strip(" ,;:\n")
    ]


@dataclass(frozen=True, slots=True)
class _Section:
    """What is said between two groups of weekdays."""

    weekdays: frozenset[int]
    parts: Sequence["_Said"]
    """Of these weekdays."""
    others: Sequence["_Said"]
    """Of the weekdays from Monday to Friday that are not named: "пн 8-14, чёт 9-12"."""
    visit: timedelta | None
    """How long a visit takes where nothing else is said: the last that is."""

    @property
    def is_off_for_others(self) -> bool:
        """Whether it is said, of no weekday, that the doctor does not receive."""
        return not self.weekdays and not any(part.spans for part, _visit in self.others)

    @classmethod
    def read(cls, days: str, said: str) -> "_Section":
        weekdays = weekdays_in(days)
        first, *sided = (_without_minutes(piece) for piece in _by_side(said))
        visit = next((minutes for _, minutes in reversed([first, *sided]) if minutes), None)
        always = _said(*first) if first[0].strip(" ,;:\n") else []
        by_side = [each for piece in sided for each in _said(*piece)]
        if not always and not by_side:
            raise HoursUnclear
        if not weekdays:
            return cls(weekdays, [], [*always, *by_side], visit)
        if always:
            return cls(weekdays, always, by_side, visit)
        return cls(weekdays, by_side, [], visit)


_Said: TypeAlias = tuple[Part, timedelta | None]
"""Hours, and how long a visit takes in them if that is said beside."""


def _by_side(text: str) -> list[str]:
    """What is said of all days, and then of even and of odd ones."""
    edges = [0, *(found.start() for found in SIDE.finditer(text)), len(text)]
    return [text[begins:ends] for begins, ends in pairwise(edges)]


def _said(text: str, visit: timedelta | None) -> list[_Said]:
    if parts := _parts(text):
        return [(part, visit) for part in parts]
    raise HoursUnclear


_Hours = tuple[tuple[Span, ...], timedelta]


class _Week:
    """What a line says of each weekday, and of those that it does not name."""

    def __init__(self) -> None:
        self._days: dict[int, dict[Side, _Hours]] = {}
        self._others: dict[Side, _Hours] = {}

    def add(self, section: _Section, visit: timedelta) -> None:
        for weekday in sorted(section.weekdays):
            _note(self._days.setdefault(weekday, {}), section.parts, visit)
        _note(self._others, section.others, visit)

    def rules(self, since: date) -> list[ScheduleRule]:
        left = [day for day in WORKDAYS if day not in self._days]
        if self._others and not left:
            raise HoursUnclear
        said = {**self._days, **dict.fromkeys(left, self._others)}
        grouped: dict[tuple[Side, _Hours], set[int]] = {}
        for weekday, sides in sorted(said.items()):
            for side, hours in sides.items():
                grouped.setdefault((side, hours), set()).add(weekday)
        return [
            ScheduleRule(reception_of(spans, visit), since, None, frozenset(weekdays), side)
            for (side, (spans, visit)), weekdays in grouped.items()
            if spans
        ]


def _note(told: dict[Side, _Hours], parts: Sequence[_Said], usual: timedelta) -> None:
    for part, said in parts:
        if part.side in told or (told and Side.ALL in {part.side, *told}):
            raise HoursUnclear  # the same day twice
        visit = said or usual
        _checked(part.spans, visit)
        told[part.side] = (part.spans, visit)


# And back


def write_rules(rules: Sequence[ScheduleRule], words: Words) -> str:
    """ "пн–пт 8:00–14:00; сб чёт 9:00–12:00 по 15 мин": what `TypedHours.rules` reads as the same,
    but for rules that hold only later, or end."""
    if not rules:
        return words.day_off
    visits = {rule.reception.visit for rule in rules}
    alike = len(visits) == 1 and not any(_purposes(rule.reception, words) for rule in rules)
    said = "; ".join(
        " ".join(
            [
                write_weekdays(rule.weekdays, words),
                *_side(rule.days, words),
                write_reception(rule.reception, words if not alike else None),
                *_purposes(rule.reception, words),
            ]
        )
        for rule in rules
    )
    return f"{said} {_minutes(visits.pop(), words)}" if alike else said


def write_reception(reception: Reception, words: Words | None) -> str:
    """ "8:00–11:00, 15:00–18:00 по 15 мин"; the minutes only with words for them."""
    spans = write_spans(spans_of(reception))
    return f"{spans} {_minutes(reception.visit, words)}" if words else spans


def write_receptions(receptions: Sequence[Reception], words: Words) -> str:
    """Hours of a day on one line."""
    if not receptions:
        return words.day_off
    alike = len({reception.visit for reception in receptions}) == 1
    parts = [write_reception(each, None if alike else words) for each in receptions]
    line = ", ".join(parts)
    return f"{line} {_minutes(receptions[0].visit, words)}" if alike else line


def write_weekdays(weekdays: Iterable[int], words: Words) -> str:
    """ "пн–ср пт"."""
    runs = groupby(enumerate(sorted(weekdays)), lambda each: each[1] - each[0])
    return " ".join(_run([day for _, day in run], words) for _, run in runs)


def _run(days: Sequence[int], words: Words) -> str:
    named = [words.weekdays[day] for day in days]
    return f"{named[0]}–{named[-1]}" if len(named) > 2 else " ".join(named)


def _side(side: Side, words: Words) -> list[str]:
    named: Mapping[Side, str] = {Side.EVEN: words.even, Side.ODD: words.odd}
    return [named[side]] if side in named else []


def _purposes(reception: Reception, words: Words) -> list[str]:
    named = [name for key, name in words.kinds.items() if key in reception.reasons]
    kept = [name for whom, name in words.kept.items() if whom is reception.kept_for]
    return [*([" + ".join(named)] if named else []), *kept]


def _minutes(visit: timedelta, words: Words) -> str:
    return words.minutes.format(n=visit // timedelta(minutes=1))
