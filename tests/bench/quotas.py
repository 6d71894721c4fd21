"""What times that are kept for some children cost a list: asked for, and not asked for."""

import random
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from time import perf_counter, process_time

from services.model.reserved.times import ReservedFor
from storage.schedule.reserved import code_of
from tests.bench.filling import LARGE, Size
from tests.bench.places import Place, place_at
from tests.bench.questions import LISTS
from tests.bench.rows import Row
from tests.databases import BOTH, SQLITE, Shelves

ROUNDS = 60
REACH = 1.3
ONE_IN = 5
"""Of the times ahead so many one is kept, for three kinds of children by turns."""
KEPT = (ReservedFor.URGENT, ReservedFor.INFANTS, ReservedFor.DISTRICT)
ASKED = [name for name in LISTS if name != "a row by its id"]
LINE = "{:<18}{:>12}{:>12}{:>20}\n"


async def main(shelves: Shelves, size: Size = LARGE, rounds: int = ROUNDS) -> list[Row]:
    """Lists over two million slots, some of them kept, by who asks for them and who does not."""
    found = []
    for kind in BOTH:
        database = await shelves.of(kind).fresh()
        begun = perf_counter()
        async with place_at(database.url, size) as place:
            await _keep_some(place)
            took = perf_counter() - begun
            sys.stdout.write(f"{kind}: {size.total:,} slots, made in {took:.0f} s\n\n")
            found += await _compare(place, kind, rounds)
    return found


async def _keep_some(place: Place) -> None:
    today = place.clinic.today(place.house.clock())
    for number, whom in enumerate(KEPT):
        await place.house.database.run(
            f"UPDATE slots SET reserved_for = {code_of(whom)}, released_at = starts_at"  # noqa: S608
            f" WHERE id % {ONE_IN * len(KEPT)} = {ONE_IN * number} AND day >= '{today}'"
        )
    await place.house.database.run("ANALYZE")


async def _compare(place: Place, kind: str, rounds: int) -> list[Row]:
    """Each question by turns; on SQLite the processor's time counts, which others take none of."""
    clock: Callable[[], float] = process_time if kind == SQLITE else perf_counter
    anybody = replace(place, wish=replace(place.wish, rights=None))
    places = (place, anybody)
    took: dict[tuple[str, int], list[float]] = {each: [] for each in product(ASKED, (0, 1))}
    turns = list(took)
    chance = random.Random(1)  # noqa: S311 - only the order of turns
    for _ in range(rounds + 1):  # the first one fills the caches
        chance.shuffle(turns)
        for name, which in turns:
            for _again in range(2):
                begun = clock()
                await LISTS[name](places[which])
                spent = clock() - begun
            took[name, which].append(spent)
    sys.stdout.write(LINE.format("", "kept, ms", "without, ms", "kept/without"))
    rows = []
    for name in ASKED:
        kept, without = (_low(took[name, which][1:]) for which in (0, 1))
        told = f"{1000 * kept:.2f}", f"{1000 * without:.2f}", f"{kept / without:.2f}"
        sys.stdout.write(LINE.format(name, *told))
        rows.append(Row(f"{name}, {kind}: kept / without", kept / without, at_most=REACH))
    sys.stdout.write("\n")
    return rows


def _low(times: list[float]) -> float:
    """The lower quartile: what was disturbed least."""
    return sorted(times)[len(times) // 4]
