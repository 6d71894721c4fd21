"""The file that a family takes along, as it is documented."""

from pathlib import Path

from bot.flows.families.privacy.family_file import adapter
from bot.flows.families.privacy.file_words import moment
from tests.conftest import MONDAY_7_AM
from tests.screens.families.privacy import EVERYTHING

DOCUMENTED = (Path(__file__).parents[3] / "docs" / "export.md").read_text("utf-8")


def test_every_field_is_documented() -> None:
    """`docs/export.md` names each value, and each of its fields in the value's own row (R74)."""
    schema = adapter().json_schema()
    rows = {line.split("`")[1]: line for line in DOCUMENTED.splitlines() if line.startswith("| `")}
    values = {name: each for name, each in schema["$defs"].items() if "properties" in each}

    assert values.keys() == rows.keys()
    for name, value in values.items():
        assert [each for each in value["properties"] if f"`{each}`" not in rows[name]] == []
    assert [each for each in schema["properties"] if f"`{each}`" not in DOCUMENTED] == []


def test_what_is_written_is_read_again() -> None:
    """The JSON says the same as the value that it was made of (R74)."""
    written = adapter().dump_json(EVERYTHING)

    assert adapter().validate_json(written) == EVERYTHING


def test_a_moment_has_its_year(language: object) -> None:
    """The file is read years later."""
    assert "2026" in moment(MONDAY_7_AM)
