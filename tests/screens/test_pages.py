"""A list has an end: its pages, where it is opened, and the ways on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flows.common.pages import first_from, page_of, turning
from bot.flows.common.taps import BY_PREFIX, PAGE, read
from bot.flows.visits.mine.taps import Visits


def labels(many: int, wanted: int) -> list[str]:
    rows = turning(page_of(range(many), wanted), lambda to: Visits(page=to))
    return [button.text for row in rows for button in row]


@given(
    many=st.integers(0, 500),
    most=st.sampled_from([4, 10, 20, 40]),
    abreast=st.sampled_from([1, 4]),
    useful=st.integers(0, 499),
)
def test_the_pages_hold_everything_once(many: int, most: int, abreast: int, useful: int) -> None:
    """R54: nothing is left out, nothing is there twice, none is longer than it may be; a list that
    is opened shows what is of use."""
    everything = list(range(many))
    opened = page_of(everything, 0, most, abreast=abreast, useful=min(useful, max(many - 1, 0)))
    pages = [
        page_of(everything, number, most, abreast=abreast).shown
        for number in range(1, opened.count + 1)
    ]

    assert [each for page in pages for each in page] == everything
    assert all(len(page) <= most for page in pages)
    assert all(pages) or not everything
    assert not everything or min(useful, many - 1) in opened.shown
    assert page_of(everything, 9999, most, abreast=abreast).number == opened.count


@pytest.mark.parametrize(
    ("many", "wanted", "shown"),
    [
        (10, 0, []),
        (11, 0, ["1 / 2", "2 ›"]),
        (11, 2, ["‹ 1", "2 / 2"]),
        (50, 3, ["« 1", "‹ 2", "3 / 5", "4 ›", "5 »"]),
        (50, 99, ["« 1", "‹ 4", "5 / 5"]),
    ],
)
def test_the_row_leads_to_the_pages_beside_and_to_both_ends(
    many: int, wanted: int, shown: list[str]
) -> None:
    """R54: where there is one page there is no row."""
    assert labels(many, wanted) == shown


def test_a_button_from_before_there_were_pages_opens_the_list() -> None:
    """R12: and a button of today that wants no page is the same to the version before."""
    assert read("visits") == Visits()
    assert Visits().pack() == "visits"
    assert read("+visits:3") == read("visits:3") == Visits(page=3)


@pytest.mark.parametrize("tap", [tap for tap in BY_PREFIX.values() if PAGE in tap.model_fields])
def test_a_page_stands_last(tap: type) -> None:
    """R12: what stood in a button before keeps its place, so that old data is read as it was."""
    assert list(tap.model_fields)[-1] == PAGE  # type: ignore[attr-defined]


def test_a_day_is_opened_at_a_time_of_it() -> None:
    """R54: at the first that is not before; in the evening at the last."""
    assert [first_from([541, 556, 571], near) for near in (0, 541, 542, 571, 900)] == [
        *(0, 0, 1, 2, 2)
    ]
