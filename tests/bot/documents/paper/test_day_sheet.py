"""The day on paper: whatever a child is called, the sheet is made and says the rest."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.documents.glyphs import SUBSTITUTE
from bot.documents.paper.day_sheet import ROWS_ON_A_PAGE, DaySheet, draw
from bot.documents.paper.sheets import Sheet
from tests.bot.documents.test_glyphs import ANY_TEXT
from tests.chances import so_often

NAMES = ["Миша 👶", "王小明", "राम", "שלום", "محمد", "🧸" * 60, "Ж" * 60, "$x^2$ \\alpha", "\u200b"]
NOTE = "знак, которого нет"


def a_sheet(*names: str, clinic: str = "Ромашка") -> DaySheet:
    rows = [(f"{9 + at}:15", name, "Осмотр", f"№ {1000 + at}") for at, name in enumerate(names)]
    return DaySheet("Понедельник", clinic, rows, "Записей нет.", NOTE)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is put on paper, in order."""
    found: list[str] = []
    cell = Sheet.cell

    def spy(self: Sheet, *args: Any, **kwargs: Any) -> bool:
        found.append(args[2])
        return cell(self, *args, **kwargs)

    monkeypatch.setattr(Sheet, "cell", spy)
    return found


def test_whatever_a_child_is_called_the_rest_is_there(
    written: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    """R55: each with the time and the number; that something is replaced is said on the page. No
    library tells a log of the letters of a name (R34)."""
    made = draw(a_sheet(*NAMES, clinic="Клиника 🧸 «Ромашка»"))

    assert made.startswith(b"%PDF")
    for at in range(len(NAMES)):
        assert {f"{9 + at}:15", f"№ {1000 + at}"} <= set(written)
    assert {"Миша □", "□□□", "Клиника □ «Ромашка»", "$x^2$ \\alpha", "םולש", NOTE} <= set(written)
    assert caplog.text == ""


def test_where_nothing_is_replaced_nothing_is_said_of_it(written: list[str]) -> None:
    """R55: a family that called itself □ is called so."""
    draw(a_sheet("Миша", "Зоя □"))

    assert NOTE not in written
    assert {"Миша", f"Зоя {SUBSTITUTE}"} <= set(written)


def test_a_long_day_takes_several_pages(written: list[str]) -> None:
    """R54: and each says which it is."""
    draw(a_sheet(*["Миша"] * (2 * ROWS_ON_A_PAGE + 1)))

    assert {"1 / 3", "2 / 3", "3 / 3"} <= set(written)
    assert written.count("Миша") == 2 * ROWS_ON_A_PAGE + 1


def test_each_page_says_when_it_was_printed(written: list[str]) -> None:
    """R58: what hangs at the door since morning is told from what is so now."""
    draw(replace(a_sheet(*["Миша"] * (ROWS_ON_A_PAGE + 1)), printed="напечатано в 8:05"))

    assert written.count("напечатано в 8:05") == 2


def test_an_empty_day_says_so(written: list[str]) -> None:
    """R54: no rows are a sheet, too."""
    draw(a_sheet())

    assert written == ["Понедельник", "Ромашка", "Записей нет."]


@settings(max_examples=so_often(4), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(ANY_TEXT, min_size=60, max_size=90))
def test_any_unicode_can_be_printed(names: list[str]) -> None:
    """R55: combining, from right to left, unseen, unassigned: whatever a keyboard gives."""
    assert draw(a_sheet(*names, clinic=names[0])).startswith(b"%PDF")
