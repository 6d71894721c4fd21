"""What `make check` says of dependencies that are known to be vulnerable, and of being offline."""

import json
import subprocess
from typing import Any

import pytest

from tests import audit

CLEAN = {"name": "aiohttp", "version": "3.14.5", "vulns": []}
UNKNOWN = {"name": "aiogram", "skip_reason": "Dependency not found on PyPI"}
BAD = {
    "name": "aiohttp",
    "version": "3.8.0",
    "vulns": [{"id": "PYSEC-2024-24", "fix_versions": ["3.9.2"]}],
}


@pytest.mark.parametrize(
    ("dependencies", "complaint", "code", "words"),
    [
        ([CLEAN], "", 0, "1 of 1 dependencies were audited: 0 advisories."),
        ([CLEAN, UNKNOWN], "", 0, "1 are not known where they were asked for."),
        ([BAD, UNKNOWN], "", 1, "aiohttp 3.8.0: PYSEC-2024-24, mended in 3.9.2"),
        (None, "ERROR: Could not connect to PyPI", 0, "NOT audited: ERROR: Could not connect"),
        (None, "usage: pip-audit", 1, "is broken: usage: pip-audit"),
        (None, "", 1, "is broken: nothing was said"),
    ],
)
def test_what_is_vulnerable_fails_and_being_offline_is_told(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    dependencies: list[dict[str, Any]] | None,
    complaint: str,
    code: int,
    words: str,
) -> None:
    """R68: nobody takes silence for health, and nobody is kept from working on a train."""
    answer = "" if dependencies is None else json.dumps({"dependencies": dependencies})

    def answered(*_said: Any, **_how: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess([], 1, answer, complaint)

    monkeypatch.setattr(subprocess, "run", answered)
    assert audit.main() == code
    assert words in capsys.readouterr().out


def test_an_audit_that_takes_too_long_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """R68: a network that swallows everything is no network."""

    def hang(*_said: Any, **_how: Any) -> None:
        raise subprocess.TimeoutExpired("pip-audit", 1)

    monkeypatch.setattr(subprocess, "run", hang)
    assert audit.main() == 0
