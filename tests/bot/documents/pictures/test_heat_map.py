"""The heat map: one cell a doctor's day, legible, and always a photo that Telegram takes."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from PIL import Image, ImageColor

from bot.documents.pictures import heat_map
from bot.documents.pictures.drawing import drawn
from bot.documents.pictures.heat_map import draw
from bot.documents.pictures.values import Cell, Chart, Week
from bot.sandbox.api.limits import checked_photo
from tests.bot.documents.test_glyphs import ANY_TEXT
from tests.chances import so_often

DAYS = ["пн 23", "вт 24", "ср 25", "чт 26", "пт 27", "сб 28", "вс 29"]
SHADES = [ImageColor.getrgb(shade) for _, _, shade, _ in heat_map._SHADES]
CLOSED = ImageColor.getrgb(heat_map._CLOSED)
HATCHING = ImageColor.getrgb(heat_map._HATCHING)
WHITE = (255, 255, 255)


def a_week(*rows: Sequence[Cell | None]) -> Week:
    return Week("23–29 ноября", DAYS, rows)


ONE_DOCTOR = Chart(
    "Детская клиника «Ромашка»",
    "Загрузка, 24–28 ноября",
    ["Петрова А. С."],
    [a_week([None, Cell(0, 24), Cell(11, 24), Cell(12, 24), Cell(23, 24), Cell(24, 24), Cell()])],
    "Доля занятого времени",
    "нет приёма",
    "закрыто",
)


def corner(image: Image.Image, column: int) -> set[tuple[int, ...]]:
    """The colours in a corner of a cell of the only row, where nothing is written."""
    scale = image.width / heat_map.WIDTH
    left = (heat_map._MARGIN + heat_map._NAMES + column * heat_map._COLUMN + 4) * scale
    below_the_row = heat_map._BETWEEN_WEEKS + heat_map._LEGEND + heat_map._MARGIN
    bottom = image.height - (below_the_row + 4) * scale
    box = image.crop((int(left), int(bottom) - 8, int(left) + 30, int(bottom)))
    return {colour for _, colour in box.getcolors(10_000)}  # type: ignore[union-attr,misc]


def picture(chart: Chart) -> Image.Image:
    return Image.open(BytesIO(draw(chart))).convert("RGB")


def test_a_shade_says_how_full_a_day_is() -> None:
    """Darker is fuller, and only all of it is full; no reception is hatched; no day is nothing."""
    image = picture(ONE_DOCTOR)

    assert corner(image, 0) == {WHITE}
    assert [corner(image, column) for column in range(1, 6)] == [{shade} for shade in SHADES]
    assert {CLOSED, HATCHING} <= corner(image, 6)


def test_a_closed_day_is_no_full_one() -> None:
    """A visit that is left on a day that was closed makes no darkest shade of it."""
    week = a_week([Cell(1, 1, closed=True), Cell(0, 0, closed=True), *([None] * 5)])
    image = picture(replace(ONE_DOCTOR, weeks=[week]))

    assert [corner(image, column) for column in (0, 1)] == [{CLOSED}, {CLOSED}]


def test_one_of_many_is_not_nothing() -> None:
    """One taken of two hundred is less than a percent, and a visit all the same."""
    week = a_week([Cell(1, 200), *([None] * 6)])

    assert corner(picture(replace(ONE_DOCTOR, weeks=[week])), 0) == {SHADES[1]}


def lightness(colour: tuple[int, ...]) -> float:
    """Relative luminance (WCAG 2.2)."""
    linear = [
        part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in colour[:3]
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    lighter, darker = sorted((lightness(one), lightness(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_shades_differ_for_whoever_sees_few_colours() -> None:
    """Each is clearly darker than the one before, and what is written on it can be read."""
    assert all(
        contrast(lighter, darker) >= 1.3 and lightness(lighter) > lightness(darker)
        for lighter, darker in pairwise(SHADES)
    )
    for _, _, shade, ink in heat_map._SHADES:
        assert contrast(ImageColor.getrgb(shade), ImageColor.getrgb(ink)) >= 4.5


@pytest.mark.parametrize(("doctors", "weeks"), [(0, 1), (1, 6), (14, 2), (200, 1)])
def test_telegram_takes_it_however_large_the_clinic(doctors: int, weeks: int) -> None:
    """R37: at most 10 MB, 10000 pixels of both sides and twenty times as high as wide."""
    row = [Cell(99, 100)] * 7
    longest = "Константинопольская-Задунайская А. К."
    chart = Chart(
        "Государственная <детская> & $поликлиника$ № 12, филиал на Садовой-Кудринской улице",
        ONE_DOCTOR.subtitle,
        [longest] * doctors,
        [a_week(*[row] * doctors)] * weeks,
        ONE_DOCTOR.legend,
        ONE_DOCTOR.closed,
        ONE_DOCTOR.closed_day,
    )
    found = checked_photo(draw(chart))

    assert found.width == 1080 or found.height == pytest.approx(heat_map.HIGHEST, abs=1)


async def test_two_are_drawn_at_once() -> None:
    """In threads, and alike: nobody waits on the loop, and none spoils the other's settings."""
    one, other = await asyncio.gather(drawn(ONE_DOCTOR), drawn(ONE_DOCTOR))

    assert one == other


@settings(max_examples=so_often(4), deadline=None, suppress_health_check=list(HealthCheck))
@given(ANY_TEXT, ANY_TEXT)
def test_any_unicode_is_drawn(clinic: str, doctor: str) -> None:
    """R55: a name that the font lacks is no reason to have no picture."""
    draw(replace(ONE_DOCTOR, title=clinic or "🧸", doctors=[doctor or "王小明 🧸"]))
