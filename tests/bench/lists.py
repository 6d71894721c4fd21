"""What lists, grids and screens cost: large to small, and the house to its own SQL.

The latter runs in the plain driver. What any transaction costs is seen at "a row by its id"; the
rest is the query's own.
"""

import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from time import perf_counter

from tests.bench.contest import Answer, compete, ratio
from tests.bench.filling import LARGE, SMALL, Size
from tests.bench.places import Place, a_place
from tests.bench.questions import DAYS, EARLIEST, LISTS, SCREENS
from tests.bench.rows import Row
from tests.databases import SQLITE, Shelves

ROUNDS = 100
REACH = 1.3
HEADINGS = (
    "",
    "statements",
    "small ms",
    "large ms",
    "large/small",
    "SQL large/small",
    "house/SQL small",
    "house/SQL large",
    "plan",
)
LINE = "{:<16}{:>11}{:>10}{:>10}{:>19}{:>19}{:>19}{:>19}  {}\n"


def table(answers: Mapping[str, tuple[Answer, Answer]]) -> Iterator[str]:
    """A line for each question."""
    yield LINE.format(*HEADINGS)
    for name, (small, large) in answers.items():
        yield LINE.format(
            name,
            large.statements,
            f"{small.milliseconds:.2f}",
            f"{large.milliseconds:.2f}",
            str(ratio(large.house, small.house)),
            str(ratio(large.plain, small.plain)),
            str(ratio(small.house, small.plain)),
            str(ratio(large.house, large.plain)),
            "SCAN!" if large.scans else "index",
        )
    for size, days, earliest in zip(
        ("small", "large"), answers[DAYS], answers[EARLIEST], strict=True
    ):
        yield f"{EARLIEST} / {DAYS}, {size}: {ratio(earliest.house, days.house)}\n"


def rows(answers: Mapping[str, tuple[Answer, Answer]]) -> list[Row]:
    """What must not grow with the database."""
    return [
        Row(f"{name}, large / small", ratio(large.house, small.house), at_most=REACH)
        for name, (small, large) in answers.items()
        if name in (DAYS, EARLIEST)
    ]


async def main(
    shelves: Shelves, small: Size = SMALL, large: Size = LARGE, rounds: int = ROUNDS
) -> list[Row]:
    """Lists, grids and screens, over few and over two million slots, against raw SQL."""
    async with (
        _made("small", shelves, small) as small_place,
        _made("large", shelves, large) as large_place,
    ):
        sys.stdout.write(f"{rounds} rounds\n\n")
        answers = await compete(small_place, large_place, LISTS | SCREENS, rounds)
        sys.stdout.writelines(table(answers))
        return rows(answers)


@asynccontextmanager
async def _made(name: str, shelves: Shelves, size: Size) -> AsyncIterator[Place]:
    begun = perf_counter()
    database = await shelves.of(SQLITE).fresh()
    async with a_place(database.file, size) as place:
        took = perf_counter() - begun
        sys.stdout.write(f"{name}: {size.total:,} slots, made in {took:.0f} s\n")
        yield place
