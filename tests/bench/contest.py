"""The same question put to the house and to plain SQL, in two databases, turn by turn."""

import random
import re
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import product
from statistics import median, quantiles
from time import perf_counter
from typing import TypeAlias

from tests.bench.places import Place, Statement
from tests.bench.questions import Question

Times: TypeAlias = list[float]
"""In seconds, one of each round."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """Of two contenders, taken in each round: the median, and the middle half of the rounds."""

    low: float
    median: float
    high: float

    def __str__(self) -> str:
        digits = 2 if self.high < 10 else 0
        return f"{self.median:.{digits}f} ({self.low:.{digits}f}–{self.high:.{digits}f})"


def ratio(over: Times, under: Times) -> Ratio:
    """How many times as long as the other one a contender took."""
    ratios = [a / b for a, b in zip(over, under, strict=True)]
    # A single round is its own middle half.
    return Ratio(*quantiles(ratios if len(ratios) > 1 else 2 * ratios, n=4))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question cost in one database."""

    house: Times
    plain: Times
    statements: int
    scans: bool
    """Whether all slots or all appointments were gone through."""

    @property
    def milliseconds(self) -> float:
        """Of the house."""
        return 1000 * median(self.house)


class Contender:
    """A question at one place."""

    def __init__(self, place: Place, question: Question, plain: sqlite3.Connection) -> None:
        self._place = place
        self._question = question
        self._plain = plain
        self._said: Sequence[Statement] = []
        self._house_took: Times = []
        self._plain_took: Times = []

    async def prepare(self) -> None:
        """Listen to what the house says to the database, with the parameters.

        Asked before, it has taken down already that it was asked."""
        await self._question(self._place)
        with self._place.statements() as said:
            await self._question(self._place)
        self._said = said

    async def take_turn(self, *, as_house: bool) -> None:
        """Answer twice; the second time counts, as the first one finds the caches full of others'
        things."""
        for times in ([], self._house_took if as_house else self._plain_took):
            begun = perf_counter()
            if as_house:
                await self._question(self._place)
            else:
                self._ask_plainly()
            times.append(perf_counter() - begun)

    def _ask_plainly(self) -> None:
        for statement, parameters in self._said:
            self._plain.execute(statement, parameters).fetchall()

    def plan(self) -> list[str]:
        """How SQLite goes about it, a line each step."""
        return [
            step
            for statement, parameters in self._said
            for *_, step in self._plain.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]

    def answer(self) -> Answer:
        scans = any(re.match(r"SCAN (slots|appointments)\b", step) for step in self.plan())
        return Answer(self._house_took, self._plain_took, len(self._said), scans)


async def compete(
    small: Place, large: Place, questions: Mapping[str, Question], rounds: int
) -> dict[str, tuple[Answer, Answer]]:
    """Put every question to both, in another order in each round; how it went, small and large."""
    chance = random.Random(1)  # noqa: S311 - only the order of turns
    with ExitStack() as stack:
        plain = [stack.enter_context(place.plainly()) for place in (small, large)]
        contenders = {
            name: [
                Contender(small, question, plain[0]),
                Contender(large, question, plain[1]),
            ]
            for name, question in questions.items()
        }
        everybody = [contender for pair in contenders.values() for contender in pair]
        for contender in everybody:
            await contender.prepare()
        turns = list(product(everybody, (True, False)))
        for _ in range(rounds):
            chance.shuffle(turns)
            for contender, as_house in turns:
                await contender.take_turn(as_house=as_house)
        return {name: (pair[0].answer(), pair[1].answer()) for name, pair in contenders.items()}
