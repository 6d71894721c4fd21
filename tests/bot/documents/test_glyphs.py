"""What a font lacks is replaced, and the rest of the text stays."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.documents.glyphs import SUBSTITUTE, drawable

KNOWN = {*"Мишаёй", SUBSTITUTE}

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@pytest.mark.parametrize(
    ("typed", "drawn"),
    [
        ("Миша 👶", "Миша □"),
        ("王小明", "□□□"),
        ("राम", "□□"),  # the vowel belongs to its consonant
        ("👨‍👩‍👧 Миша", "□ Миша"),
        ("👋🏽 Миша", "□ Миша"),
        ("❤️", "□"),
        ("Ми\u200bша\u2066\ufeff", "Миша"),
        ("и\u0306", "й"),
        ("Миша\nМаша", "Миша Маша"),
        ("\u200b", "□"),
        ("", ""),
    ],
)
def test_each_sign_that_the_font_lacks_is_one_substitute(typed: str, drawn: str) -> None:
    """R55: also one that is made of several; what has no shape of its own is left out."""
    assert drawable(typed, lambda letter: letter in KNOWN) == drawn


@given(ANY_TEXT)
def test_only_what_the_font_has_is_drawn(typed: str) -> None:
    """R55: of any text there is something to be seen, in one line, and what it knows is there."""
    drawn = drawable(typed, KNOWN.__contains__)

    assert set(drawn) <= KNOWN | {" "}
    assert bool(drawn) == bool(typed.strip())
    composed = unicodedata.normalize("NFC", typed)
    for letter in "Мша":
        assert drawn.count(letter) == composed.count(letter)
