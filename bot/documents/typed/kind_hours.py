"""Hours for some visits alone, in a typed line: "пн 9-12 по 10 малыши"."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.documents.typed.hours import Span, fits, spans_of, with_breaks
from bot.documents.typed.kind_words import KindNames
from bot.documents.typed.reserved_words import PATTERN, kept_in
from services.model.clinic import Side
from services.model.reserved.times import ReservedFor
from services.model.schedule import Reception, ScheduleRule
from services.model.settings.visit_kinds import KindKey

DAY_PARTS = re.compile(";")
"""Parts what is said of one day: "9-12; 13-15 малыши"."""


@dataclass(frozen=True, slots=True)
class Clause:
    """Hours that are for some visits alone."""

    text: str
    keys: frozenset[KindKey]
    length: timedelta | None
    """How long such a visit takes, where the clinic says so."""
    kept_for: ReservedFor | None = None
    """For whom they are kept."""

    def named(self, reception: Reception) -> Reception:
        """Hours with what the clause says of them."""
        return replace(reception, reasons=self.keys, kept_for=self.kept_for)


@dataclass(frozen=True, slots=True)
class SaidForKinds:
    """A line, parted in such hours and the others."""

    clauses: Sequence[Clause]
    rest: str


def for_kinds(text: str, names: KindNames | None, begins: re.Pattern[str]) -> SaidForKinds | None:
    """What of a folded line is for some visits alone: the hours before their name, from the last
    place on where days are named; None: nothing is.

    Args:
        begins: where what is said of some days begins.
    """
    clauses, rest, at = [], "", 0
    for found in _named(text, names):
        before = text[at : found.start()]
        place = max((each.start() for each in begins.finditer(before)), default=0)
        kept_for = kept_in(found[0])
        keys = names.keys_in(found[0]) if names and not kept_for else frozenset[KindKey]()
        lengths = {names.lengths.get(key) for key in keys} if names else set()
        length = lengths.pop() if len(lengths) == 1 else None
        clauses.append(Clause(before[place:].strip(" ,;"), keys, length, kept_for))
        rest += before[:place]
        at = found.end()
    return SaidForKinds(clauses, (rest + text[at:]).strip(" .,;")) if clauses else None


def _named(text: str, names: KindNames | None) -> list[re.Match[str]]:
    """Where it is said for what, or for whom, hours are; "резерв малыши" names no kind."""
    kept = list(PATTERN.finditer(text))
    kinds = [
        each
        for each in (names.pattern.finditer(text) if names else ())
        if not any(each.start() < other.end() and other.start() < each.end() for other in kept)
    ]
    return sorted([*kept, *kinds], key=lambda each: each.start())


def with_hours_for(
    clause: Clause, own: Iterable[ScheduleRule], rules: Sequence[ScheduleRule]
) -> list[ScheduleRule]:
    """The rules with hours for these visits: what stood at their time makes room, and what was for
    the same visits on these days is said anew."""
    named = [replace(rule, reception=clause.named(rule.reception)) for rule in own]
    left = [*rules]
    for each in named:
        left = [cut for rule in left for cut in _beside(rule, each)]
    return [*left, *named]


def _beside(rule: ScheduleRule, own: ScheduleRule) -> Iterator[ScheduleRule]:
    """What is left of a rule beside hours that others have."""
    days = rule.weekdays & own.weekdays
    apart = Side.ALL not in {rule.days, own.days} and rule.days is not own.days
    if not days or apart:
        yield rule
        return
    if others := rule.weekdays - days:
        yield replace(rule, weekdays=others)
    side = own.days if rule.days is Side.ALL else rule.days
    if rule.days is not side:
        other = Side.ODD if side is Side.EVEN else Side.EVEN
        yield replace(rule, weekdays=days, days=other)
    mine, theirs = rule.reception, own.reception
    if (mine.reasons, mine.kept_for) == (theirs.reasons, theirs.kept_for):
        return
    if left := _without(rule.reception, spans_of(own.reception)):
        yield replace(rule, weekdays=days, days=side, reception=left)


def _without(reception: Reception, pauses: Sequence[Span]) -> Reception | None:
    left = with_breaks(reception, pauses)
    return left if left and fits(spans_of(left), left.visit) else None
