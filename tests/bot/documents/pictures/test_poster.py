"""The poster: an A4 sheet with a code that opens the bot at the clinic."""

from dataclasses import replace
from io import BytesIO

import pytest
import segno
from PIL import Image

from bot.documents.pictures.poster import HEIGHT, WIDTH, draw, fitted, width_of
from bot.documents.pictures.values import Poster

LINK = "https://t.me/romashka_demo_bot?start=cromashka"
POSTER = Poster(
    "Детская клиника «Ромашка»",
    "Запишитесь к педиатру в Telegram",
    LINK,
    ["Наведите камеру.", "Откройте бота.", "Выберите время."],
    "Регистратура: +7 495 000-00-01",
    "Данные, которые вы сообщите боту, получает клиника.",
)
UNKNOWN = replace(POSTER, clinic="Клиника 🧸 王小明 राम", registry="👨‍👩‍👧 $x$ \u200b")
LONGEST = Poster(
    "Ш" * 100,
    POSTER.call,
    f"https://t.me/{'w' * 32}?start=c{'m' * 40}",
    ["Наведите камеру телефона на код и откройте ссылку, которая на нём появится."] * 3,
    f"Регистратура: {'8' * 40}",
    POSTER.note,
)


def picture(poster: Poster) -> Image.Image:
    return Image.open(BytesIO(draw(poster, "png"))).convert("L")


def code_in(image: Image.Image, size: int) -> list[list[bool]]:
    """The squares of the code: from the top, the first things on the sheet that are dark."""
    dark = image.point(lambda shade: 255 if shade < 60 else 0)
    box = dark.getbbox()
    assert box
    top = box[1]
    corners = dark.crop((0, top, image.width, top + 3)).getbbox()
    assert corners
    left, unit = corners[0], (corners[2] - corners[0]) / size
    centres = [int((at + 0.5) * unit) for at in range(size)]
    return [
        [dark.getpixel((left + across, top + down)) == 255 for across in centres]
        for down in centres
    ]


@pytest.mark.parametrize("poster", [POSTER, LONGEST, UNKNOWN])
def test_the_code_is_that_of_the_link(poster: Poster) -> None:
    """Square for square, whatever else stands on the sheet, and can be drawn or not (R55)."""
    matrix = segno.make(poster.link, error="q", micro=False).matrix
    wanted = [[bool(dark) for dark in row] for row in matrix]

    assert code_in(picture(poster), len(matrix)) == wanted


def test_it_is_a_sheet_of_a4() -> None:
    """As a picture and for the printer."""
    image = picture(POSTER)

    assert image.width / image.height == pytest.approx(210 / 297, abs=0.001)
    assert draw(POSTER, "pdf").startswith(b"%PDF-")
    assert b"/MediaBox [ 0 0 595.3 841.9 ]" in draw(POSTER, "pdf")
    assert (WIDTH, HEIGHT) == (595.3, 841.9)


def test_the_longest_texts_stay_on_the_sheet() -> None:
    """Nothing comes near an edge: each margin is of one shade from top to bottom of its band."""
    image = picture(LONGEST)
    margin = image.width // 20

    for left in (0, image.width - margin):
        strip = image.crop((left, 0, left + margin, image.height))
        rows = [strip.crop((0, row, margin, row + 1)).getextrema() for row in range(0, 2300, 5)]
        assert all(least == most for least, most in rows)


def test_a_text_is_broken_and_made_smaller_until_it_fits() -> None:
    """Between words where it can be; nothing of it is lost, and "$" is only a letter."""
    whole = fitted("Детская $клиника$ «Ромашка»", 500, 20, most_lines=2)
    broken = fitted("Ш" * 100, 491, 32, most_lines=3, bold=True)

    assert (whole.lines, whole.size) == (["Детская $клиника$ «Ромашка»"], 20)
    assert "".join(broken.lines) == "Ш" * 100
    assert len(broken.lines) <= 3
    assert all(width_of(line, broken.size, bold=True) <= 491 for line in broken.lines)
    assert fitted("Детская клиника", 150, 20, most_lines=2).lines == ["Детская", "клиника"]
