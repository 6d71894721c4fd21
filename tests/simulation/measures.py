"""What became of freed times, of those who waited, and of what they were told: in numbers."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tests.simulation.people import DAY, HOUR, MINUTE, Town, Want
from tests.simulation.times import Time, Times

NEAR = DAY
"""Such a time is freed shortly before it begins."""


@dataclass(frozen=True, slots=True)
class Freed:
    """A time that somebody gave back, and what became of it."""

    time: Time
    at: datetime
    filled_at: datetime | None = None
    how: str = ""
    """By whom: somebody who was told, who looked by themselves while they wanted it, or new."""
    overtook: bool = False
    """Whether somebody wanted it for longer, and could have come."""

    @property
    def is_near(self) -> bool:
        return self.time.starts_at - self.at <= NEAR

    @property
    def took(self) -> timedelta:
        assert self.filled_at
        return self.filled_at - self.at


@dataclass(frozen=True, slots=True)
class Word:
    """What became of what somebody was told of."""

    waited: timedelta
    freed: bool = False
    """Whether it was about a time that somebody had given back: others only stood free."""
    yes: bool = False
    won: bool = False
    no: bool = False


@dataclass
class Measures:
    """Of one clinic's months."""

    town: Town
    name: str
    times: list[Freed] = field(default_factory=list)
    """Those of which is known what became of them."""
    words: dict[tuple[int, Time, datetime], Word] = field(default_factory=dict)
    waits: dict[int, timedelta] = field(default_factory=dict)
    """How long it took who has what they wanted, in the end."""
    unmet: list[timedelta] = field(default_factory=list)
    """How long those waited who got no visit."""
    wants: int = 0
    letters: int = 0
    """All that was sent about waiting."""
    _open: dict[Time, Freed] = field(default_factory=dict)
    _wanting: dict[int, Want] = field(default_factory=dict)
    _told: dict[tuple[int, Time], datetime] = field(default_factory=dict)

    def arisen(self, want: Want) -> None:
        self.wants += 1
        self._wanting[want.number] = want

    def freed(self, times: Collection[Time], now: datetime) -> None:
        for each in sorted(times):
            if each.starts_at - now > 30 * MINUTE:  # afterwards nobody could book it
                self._open[each] = Freed(each, now)

    def filled(self, want: Want, times: Collection[Time], now: datetime, how: str) -> None:
        waited = now - want.at
        self.waits[want.number] = waited
        self._wanting.pop(want.number, None)
        for each in sorted(times):
            if was := self._open.pop(each, None):
                overtook = any(
                    other.at < want.at - HOUR
                    and other.does((each,), now)
                    and len(other.children) == 1
                    and each.is_open_to(now, infant=other.infant)
                    and self.town.likes(other, (each,))
                    for other in self._wanting.values()
                )
                self.times.append(Freed(each, was.at, now, how, overtook))

    def gave_up(self, want: Want, has_visit: bool, now: datetime) -> None:
        self._wanting.pop(want.number, None)
        if not has_visit:
            self.unmet.append(now - want.at)

    def told(self, want: Want, times: Times, at: datetime) -> None:
        self.letters += 1
        freed = any(each in self._open for each in times)
        self.words[want.number, times[0], at] = Word(at - want.at, freed)
        self._told[want.number, times[0]] = at

    def answered(self, want: Want, times: Times, *, yes: bool, won: bool) -> None:
        key = want.number, times[0], self._told[want.number, times[0]]
        self.words[key] = replace(self.words[key], yes=yes, won=won, no=not yes)

    def close(self, now: datetime) -> None:
        """It is over: what is free and past was wasted; what is ahead still, nobody knows."""
        self.times += [each for each in self._open.values() if each.time.starts_at <= now]

    # In numbers

    def deciles(self) -> list[float]:
        """What share of those told took it, by how long they had waited: shortest first."""
        words = sorted(self.words.values(), key=lambda word: word.waited)
        parts = [words[len(words) * n // 10 : len(words) * (n + 1) // 10] for n in range(10)]
        return [share(part, lambda word: word.won) for part in parts]

    def lines(self) -> dict[str, str]:
        """What stands in the table."""
        filled = [each for each in self.times if each.filled_at]
        near = [each for each in self.times if each.is_near]
        by_list = [each for each in filled if each.how == "told"]
        words = list(self.words.values())
        about_freed = sum(word.freed for word in words)
        late = sum(word.yes and not word.won for word in words)
        waited = sorted(self.waits.values())
        return {
            "freed times": str(len(self.times)),
            "filled": percent(len(filled), len(self.times)),
            "filled, of those freed within a day": percent(
                sum(each.filled_at is not None for each in near), len(near)
            ),
            "filled by who was told": percent(len(by_list), len(self.times)),
            "filled by who came later than others": percent(
                sum(each.overtook for each in filled), len(filled)
            ),
            "median time to fill": span([each.took for each in filled]),
            "the same, freed within a day": span([x.took for x in filled if x.is_near]),
            "wants that ended without a visit": percent(len(self.unmet), self.wants),
            "longest wait": spoken(max([*waited, *self.unmet], default=timedelta())),
            "wait, 9 of 10 within": spoken(waited[len(waited) * 9 // 10]) if waited else "–",
            "messages per filled time": ratio(self.letters, len(filled)),
            "of these about freed times": ratio(about_freed, len(filled)),
            "offers of freed times per one taken": ratio(about_freed, len(by_list)),
            "offers taken": percent(sum(word.won for word in words), len(words)),
            "said yes, and it was gone": percent(late, len(words)),
        }


def table(found: Sequence[Measures]) -> str:
    """One column for each way."""
    columns = [each.lines() for each in found]
    rows = [["", *(each.name for each in found)]]
    rows += [[name, *(column[name] for column in columns)] for name in columns[0]]
    deciles = [each.deciles() for each in found]
    rows += [
        [f"taken, wait decile {n + 1}", *(f"{100 * some[n]:.0f} %" for some in deciles)]
        for n in range(10)
    ]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if at else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )


def share(some: Iterable[Word], holds: Callable[[Word], bool]) -> float:
    each = [holds(word) for word in some]
    return sum(each) / len(each) if each else 0.0


def percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "–"


def ratio(part: int, whole: int) -> str:
    return f"{part / whole:.1f}" if whole else "–"


def span(some: Sequence[timedelta]) -> str:
    return spoken(sorted(some)[len(some) // 2]) if some else "–"


def spoken(how_long: timedelta) -> str:
    minutes = int(how_long / MINUTE)
    if minutes < 100:
        return f"{minutes} min"
    return f"{how_long / HOUR:.1f} h" if how_long < 2 * DAY else f"{how_long / DAY:.1f} d"
