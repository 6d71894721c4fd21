"""`python -m bot journal …`: whether the journals of access are whole."""

from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path

from bot.commands.line import House, Line
from bot.commands.terminal import CannotDo, Unwell
from bot.settings import Settings
from bot.watch import logs
from services.access.audit import Verdict
from services.model.access import Head
from services.model.ids import ClinicId


def add(line: Line) -> None:
    """`journal verify` and `journal heads`."""
    journal = line.family("journal", "Who of the staff saw or changed what.")
    journal.add("verify", verify).add_argument(
        "--anchor",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="what `journal heads` printed some time ago",
    )
    journal.add("heads", heads)


async def verify(house: House, settings: Settings, options: Namespace) -> None:
    """Look whether the journals of access are whole; the bot may go on meanwhile."""
    logs.set_up(settings.log_level)
    anchors = _read_anchors(options.anchor)
    async with house.looked_at(settings) as services:
        verdicts = await services.journal.verify(anchors)
    print(*(f"{each.clinic.code}: {_state(each)}" for each in verdicts), sep="\n")
    known = {each.clinic.id for each in verdicts}
    strange = [each for each in anchors if each.clinic_id not in known]
    for head in strange:
        print(f"--anchor: {_head_line(head)}: no clinic here has the number {head.clinic_id}")
    if strange or any(verdict.broken_at for verdict in verdicts):
        raise Unwell


async def heads(house: House, settings: Settings, _options: Namespace) -> None:
    """Print the last record of each journal, to be kept in a file elsewhere."""
    logs.set_up(settings.log_level)
    async with house.looked_at(settings) as services:
        print(*map(_head_line, await services.journal.heads()), sep="\n")


def _read_anchors(files: Iterable[Path]) -> list[Head]:
    """Heads that were kept in files, as `journal heads` prints them: clinic, number, hash.

    Raises:
        CannotDo: a file cannot be read, or a line is none.
    """
    try:
        return [_read_head(line) for file in files for line in file.read_text("utf-8").splitlines()]
    except (OSError, ValueError) as error:
        raise CannotDo(
            f"--anchor: a file of lines as `journal heads` prints them is wanted ({error})"
        ) from None


def _read_head(line: str) -> Head:
    clinic, number, digest = line.split()
    return Head(ClinicId(int(clinic)), int(number), digest)


def _head_line(head: Head) -> str:
    """A head as a file keeps it."""
    return f"{head.clinic_id} {head.number} {head.hash}"


def _state(verdict: Verdict) -> str:
    """What became of a journal, for the operator."""
    if verdict.broken_at:
        return f"BROKEN at record {verdict.broken_at}: changed, missing or cut off"
    if verdict.head is None:
        return "empty"
    return f"whole, {verdict.head.number} records{_unknown(verdict)}"


def _unknown(verdict: Verdict) -> str:
    """What a newer version wrote down: its hashes are right, its words are not ours."""
    if not verdict.unknown:
        return ""
    numbers = ", ".join(map(str, verdict.unknown))
    return f"; of a newer version, with words unknown to this one: the first are {numbers}"
