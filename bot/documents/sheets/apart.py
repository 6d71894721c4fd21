"""Workbooks read in a process of its own, which may take no more than so much memory and time.

A workbook can ask for any amount of both in a few bytes, and its library keeps no bounds: whatever
ours overlook costs this process alone (R37). It is not tried a second time.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, time
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from bot.documents.sheets.grids import BadFile, FileTrouble, Grid, Odd, Row, Value

MOST_MEMORY = 320 * 1024**2
"""Bytes of address space; the largest sheets that are taken over need half of it."""
MOST_SECONDS = 15
"""By the clock, and so of processor time: an update has twenty."""
_AT_ONCE = BoundedSemaphore(2)
"""Others wait: so many take what there is for one as often, and no more."""
_THIS = "bot.documents.sheets.apart"
_HOUSE = Path(__file__).parents[3]
_GIVEN = ("LD_LIBRARY_PATH", "PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "PYTHONPATH")
"""What it gets of the environment: nobody's token, and no password."""


def read(data: bytes, seconds: int = MOST_SECONDS) -> list[Grid]:
    """The sheets that a workbook shows, if they can be read within so many seconds.

    Raises:
        BadFile: as `workbooks.read`, or it took more memory or time than there is for it.
    """
    try:
        with _AT_ONCE:
            ended = subprocess.run(  # noqa: S603
                [sys.executable, "-m", _THIS, str(MOST_MEMORY), str(seconds)],
                input=data,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=seconds,
                cwd=_HOUSE,
                env={name: os.environ[name] for name in _GIVEN if name in os.environ},
                check=True,
            )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        raise BadFile(FileTrouble.TOO_MUCH) from None
    answer = json.loads(ended.stdout)
    if isinstance(answer, str):
        raise BadFile(FileTrouble(answer))
    return [[Row(number, [*map(_from_json, values)]) for number, values in rows] for rows in answer]


# There


def main() -> None:
    """Read the workbook that comes in, and write what is in it or why it is not read."""
    _keep_within_bounds(*map(int, sys.argv[1:]))
    unused: dict[str, Any] = dict.fromkeys(("numpy", "PIL", "lxml"))
    sys.modules.update(unused)  # the library takes them where they are, and half a second for it
    from bot.documents.sheets import workbooks

    try:
        answer: object = [
            [(row.number, [*map(_to_json, row.values)]) for row in grid]
            for grid in workbooks.read(sys.stdin.buffer.read())
        ]
    except BadFile as bad:
        answer = bad.trouble
    json.dump(answer, sys.stdout)


def _keep_within_bounds(memory: int, seconds: int) -> None:
    try:
        import resource
    except ImportError:  # no such thing on Windows: there the clock alone ends it
        return
    bounds = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for what, most in bounds.items():
        with suppress(ValueError, OSError):  # macOS knows no bound of memory
            resource.setrlimit(what, (most, most))


def _to_json(value: Value) -> object:
    match value:
        case str():
            return value
        case Odd():
            return {"odd": value.name}
        case date():
            return {"date": value.isoformat()}
        case time():
            return {"time": value.isoformat()}


def _from_json(value: str | Mapping[str, str]) -> Value:
    if isinstance(value, str):
        return value
    [(kind, text)] = value.items()
    if kind == "odd":
        return Odd[text]
    return date.fromisoformat(text) if kind == "date" else time.fromisoformat(text)


if __name__ == "__main__":
    main()
