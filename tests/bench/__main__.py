"""`python -m tests.bench [NAME ...]`: what things cost, as ratios, since machines differ.

Machines are noisy, too: contenders take turns in one run, and what is told is the median of the
rounds, in brackets their middle half. In the end all ratios stand together, with the reach that the
house set itself.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Sequence

from tests.bench import booking, lists, meanwhile, memory, pacing, quotas, sending, start, taps
from tests.bench.rows import Row, table
from tests.databases import Shelves, shelves_on_disk

BENCHMARKS: dict[str, Callable[[Shelves], Awaitable[list[Row]]]] = {
    "lists": lists.main,
    "quotas": quotas.main,
    "taps": taps.main,
    "booking": booking.main,
    "start": start.main,
    "memory": memory.main,
    "pacing": pacing.main,
    "sending": sending.main,
    "meanwhile": meanwhile.main,
}


def main() -> None:
    """Run what is named on the command line, or everything."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description=__doc__,
        epilog="\n".join(f"{name:<11}{_subject(name)}" for name in BENCHMARKS),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="all of them by default")
    names = parser.parse_args().names or list(BENCHMARKS)
    if unknown := set(names) - set(BENCHMARKS):
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    asyncio.run(_run(names))


def _subject(name: str) -> str:
    return (BENCHMARKS[name].__doc__ or "").splitlines()[0]


async def _run(names: Sequence[str]) -> None:
    load, *_ = os.getloadavg()
    rows: list[Row] = []
    with shelves_on_disk(durable=True) as shelves:
        for name in names:
            sys.stdout.write(f"{name}: {_subject(name)}\n\n")
            rows += await BENCHMARKS[name](shelves)
            sys.stdout.write("\n")
    sys.stdout.writelines(table(rows, load))


if __name__ == "__main__":
    main()
