"""A setting is one field: a copy of the house gets one more, and it is found everywhere."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[3]
FIELD = """\
    closed_saturdays: bool = field(default=False, metadata=setting(YesOrNo(), Group.BOOKING))
    limits: Limits = Limits()
"""
WORDS = """\
        "closed-saturdays": Wording("Closed on Saturdays", "Whether it is."),
        "horizon": Wording(
"""


def insert(file: Path, before: str, new: str) -> None:
    """Put a line into a file of the copy."""
    text = file.read_text("utf-8")
    assert text.count(before) == 1
    file.write_text(text.replace(before, new), "utf-8")


def run(copy: Path, *tests: str) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist")
    return subprocess.run(
        [*command, *tests], cwd=copy, capture_output=True, text=True, check=False, timeout=300
    )


@pytest.mark.process
def test_a_setting_is_one_field(tmp_path: Path) -> None:
    """R67: one line and its words are the chat's question, the file, its template, the default and
    what both databases keep. Without its words a test fails."""
    for part in ("bot", "services", "storage", "tests"):
        shutil.copytree(HOUSE / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(HOUSE / "pyproject.toml", tmp_path)
    model = tmp_path / "services/model/clinic.py"
    insert(model, "    limits: Limits = Limits()\n", FIELD)
    unworded = run(tmp_path, "tests/screens/clinic/test_wording.py")
    assert unworded.returncode == 1, unworded.stdout
    assert "closed-saturdays" in unworded.stdout

    insert(tmp_path / "bot/flows/clinic/wording.py", '        "horizon": Wording(\n', WORDS)
    scenario = "tests/services/clinic/one_more_setting.py"
    done = run(tmp_path, scenario, "tests/screens/clinic/test_wording.py")
    assert done.returncode == 0, done.stdout
