"""The bot speaks two languages from one catalog: Russian is translated, English is in the code."""

from datetime import date
from pathlib import Path
from shutil import copytree

import pytest
from aiogram.utils.i18n import I18n

from bot import words
from bot.words import (
    MissingCatalog,
    _,
    age,
    day,
    long_date,
    long_day,
    say,
    speaking,
    switching_to,
)
from services.model.people import Language
from services.rules.ages import Age

THURSDAY = date(2026, 11, 26)


@pytest.fixture
def locales(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The catalog as a fresh clone has it, whatever an older one left in this working tree."""
    copytree(words.LOCALES / "ru", tmp_path / "ru")
    monkeypatch.setattr(words, "LOCALES", tmp_path)
    return tmp_path


@pytest.fixture
def i18n(locales: Path) -> I18n:
    return words.load()


@pytest.mark.parametrize(
    ("years", "english", "russian"),
    [
        (1, "1 year 1 month", "1 год 1 месяц"),
        (2, "2 years 1 month", "2 года 1 месяц"),
        (5, "5 years", "5 лет"),
        (21, "21 years", "21 год"),
    ],
)
def test_a_number_has_its_plural(i18n: I18n, years: int, english: str, russian: str) -> None:
    """Each language counts by its own grammar."""
    with speaking(i18n, Language.ENGLISH):
        assert age(Age(years, 1)) == english
    with speaking(i18n, Language.RUSSIAN):
        assert age(Age(years, 1)) == russian


def test_none_are_many_in_english(i18n: I18n) -> None:
    """ "0 years", not "0 year"."""
    with speaking(i18n, Language.ENGLISH):
        assert _("{n} year", "{n} years", 0) == "{n} years"


def test_the_language_changes_in_the_middle(i18n: I18n) -> None:
    """To the one without a catalog and back, as when it is chosen in the settings."""
    with speaking(i18n, Language.RUSSIAN):
        with switching_to(Language.ENGLISH):
            assert _("My visits") == "My visits"
            with switching_to(Language.RUSSIAN):
                assert _("My visits") == "Мои записи"
        assert _("My visits") == "Мои записи"


def test_a_date_is_written_by_the_language(i18n: I18n) -> None:
    """The number of a day is not left alone at the end of a line."""
    with speaking(i18n, Language.ENGLISH):
        assert day(THURSDAY) == "Thu, 26\u00a0November"
        assert long_day(THURSDAY) == "Thursday, 26\u00a0November"
        assert long_date(THURSDAY) == "26\u00a0November 2026"
    with speaking(i18n, Language.RUSSIAN):
        assert day(THURSDAY) == "чт\u00a026\u00a0ноября"


def test_words_that_are_not_compiled_are_missed(locales: Path) -> None:
    """Without `make setup` the bot does not start, and says what to do."""
    (locales / "ru" / "LC_MESSAGES" / "bot.mo").unlink()

    with pytest.raises(MissingCatalog, match="run `make setup`"):
        words.load()


def test_a_translation_that_is_not_there_is_missed(locales: Path) -> None:
    """Without Russian nobody is spoken to in English instead."""
    for file in (locales / "ru" / "LC_MESSAGES").iterdir():
        file.unlink()

    with pytest.raises(MissingCatalog, match="no words in ru"):
        words.load()


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("№ 1001", "№~1001"),
        ("15 мин до 24 ноября 2026", "15~мин до 24~ноября~2026"),
        ("пн 23 ноября, 9:15", "пн~23~ноября,~9:15"),
        ("Mon 23 Nov, 9:15", "Mon~23~Nov,~9:15"),
        ("Свободно: 9:15, 10:00, 11:30", "Свободно: 9:15, 10:00, 11:30"),
        ("каб. 12, Лесная ул., д. 5, кв. 7", "каб.~12, Лесная ул., д.~5, кв.~7"),
        ("☎️ +7 916 123-45-67", "☎️ +7 916 123-45-67"),
        ("2 года 8 месяцев", "2~года 8~месяцев"),
    ],
)
def test_no_number_is_torn_from_what_it_counts(said: str, kept: str) -> None:
    """R61: at the end of a line it means nothing; only a phone stays as it can be dialled."""
    assert say("{words}", words=said).replace("\u00a0", "~") == kept
    assert say(said).replace("\u00a0", "~") == kept
