"""A doctor signs what is said of an ill child: version and day follow."""

from dataclasses import replace
from datetime import date
from typing import Any

from services.clinic.signing import signed
from services.model.clinic import ClinicProfile
from tests.conftest import ROMASHKA

MONDAY, LATER = date(2026, 11, 23), date(2027, 11, 23)


def of(profile: ClinicProfile) -> tuple[int, date | None]:
    return profile.ill_words_version, profile.ill_words_signed_on


def test_other_words_or_another_doctor_are_another_version() -> None:
    """R71: the English words and the list of dangers, too; without a name there is no day."""
    first = signed(None, ROMASHKA, MONDAY)
    assert of(first) == (1, MONDAY)
    for other in ("ill_words", "ill_words_en", "ill_danger", "ill_danger_en"):
        words: dict[str, Any] = {other: "Иное."}
        assert of(signed(first, replace(first, **words), LATER)) == (2, LATER)
    draft = signed(first, replace(first, ill_words_signed_by=""), LATER)
    assert of(draft) == (1, None)
    assert of(signed(draft, replace(draft, ill_words_signed_by="Ким"), LATER)) == (2, LATER)


def test_what_is_not_signed_anew_stays_as_it_was() -> None:
    """A file knows neither version nor day, and takes neither away; a phone is not signed."""
    first = signed(None, ROMASHKA, MONDAY)
    assert of(signed(first, replace(ROMASHKA, phone="8 800 000-00-00"), LATER)) == (1, MONDAY)
    assert signed(ROMASHKA, ROMASHKA, LATER) == ROMASHKA
    assert of(signed(None, replace(ROMASHKA, ill_words_signed_by=""), MONDAY)) == (0, None)


def test_the_same_words_signed_again_are_the_same_version_of_another_day() -> None:
    """Whoever signed before this was noted begins with the first version."""
    again = replace(ROMASHKA, ill_words_signed_on=LATER)
    assert of(signed(signed(None, ROMASHKA, MONDAY), again, LATER)) == (1, LATER)
    assert of(signed(ROMASHKA, again, LATER)) == (1, LATER)


def test_after_a_year_they_are_to_be_looked_at_again() -> None:
    """R71; at once where nobody noted when they were signed; a draft is another matter."""
    first = signed(None, ROMASHKA, MONDAY)
    assert not first.ill_words_are_due(date(2027, 11, 22))
    assert first.ill_words_are_due(LATER)
    assert ROMASHKA.ill_words_are_due(MONDAY)
    draft = replace(first, ill_words_signed_by="")
    assert not draft.ill_words_are_due(LATER)
    assert draft.ill_words_are_draft
    assert replace(draft, ill_words="", ill_danger="• Судороги").ill_words_are_draft
