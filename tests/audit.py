"""Whether something that the bot or its tests are made of is known to be vulnerable; run by
`make check`.

Who is offline, or whose mirror knows no advisories, is told so and goes on: only what is known to
be vulnerable fails.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence

LOCKS = ("requirements.lock", "requirements-dev.lock")
PATIENCE = 120
"""Seconds for all of it."""
ASKED = (
    *(sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip"),
    *("--format", "json", "--progress-spinner", "off", "--timeout", "10"),
)
UNREACHABLE = (
    "Could not connect",
    "ConnectionError",
    "Timeout",
    "timed out",
    "Max retries",
    "HTTP",
)
"""What pip-audit says in some way when nobody answers."""


class NotAudited(Exception):
    """Nobody could be asked; the message is a line for whoever runs the check."""


def told(answer: str, complaint: str) -> Sequence[dict[str, object]]:
    """What is known of each dependency.

    Raises:
        NotAudited: nobody answered.
        ValueError: the audit itself is broken.
    """
    try:
        found: Sequence[dict[str, object]] = json.loads(answer)["dependencies"]
    except (ValueError, KeyError):
        last = (complaint.strip().splitlines() or ["nothing was said"])[-1]
        if any(each in complaint for each in UNREACHABLE):
            raise NotAudited(last) from None
        raise ValueError(last) from None
    return found


def vulnerable(found: Sequence[dict[str, object]]) -> Iterator[str]:
    """A line for each advisory."""
    for each in found:
        advisories = each.get("vulns", [])
        assert isinstance(advisories, list)
        for known in advisories:
            fixed = ", ".join(known["fix_versions"]) or "nowhere yet"
            yield f"{each['name']} {each['version']}: {known['id']}, mended in {fixed}"


def _ask() -> Sequence[dict[str, object]]:
    wanted = [part for lock in LOCKS for part in ("-r", lock)]
    try:
        asked = subprocess.run(
            [*ASKED, *wanted], capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise NotAudited(f"there was no answer within {PATIENCE} seconds") from None
    return told(asked.stdout, asked.stderr)


def said(found: Sequence[dict[str, object]]) -> list[str]:
    """What the audit came to, in lines; the last one counts."""
    lines = list(vulnerable(found))
    unknown = sum("skip_reason" in each for each in found)
    counted = f"{len(found) - unknown} of {len(found)} dependencies were audited"
    beside = f"; {unknown} are not known where they were asked for" if unknown else ""
    return [*lines, f"{counted}: {len(lines)} advisories{beside}."]


def main() -> int:
    """The exit code: 1 where something is vulnerable, or the audit is broken."""
    try:
        lines = said(_ask())
    except NotAudited as trouble:
        code, lines = 0, [f"The dependencies were NOT audited: {trouble}"]
    except ValueError as trouble:
        code, lines = 1, [f"The audit of the dependencies is broken: {trouble}"]
    else:
        code = 1 if len(lines) > 1 else 0
    sys.stdout.write("\n".join([*lines, ""]))
    return code


if __name__ == "__main__":
    sys.exit(main())
