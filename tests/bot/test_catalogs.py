"""The check of the words passes on the real ones, and finds whatever can go wrong with them."""

from pathlib import Path

import pytest

from bot.words import LOCALES
from tests import catalogs

HOUSE = LOCALES.parents[1]


def test_the_words_are_whole_in_every_language(capsys: pytest.CaptureFixture[str]) -> None:
    """What the bot says it says in Russian and in English, placeholders and tags included."""
    result = catalogs.main()

    assert capsys.readouterr().out == "The words are whole.\n"
    assert result == 0


def test_the_whole_code_is_read() -> None:
    """Texts and plurals are found wherever in the bot they are said."""
    wanted = catalogs.ids_in(HOUSE / "bot")

    assert {"Home", "My visits", ("{n} year", "{n} years")} <= wanted


def test_make_words_reads_the_code_alike() -> None:
    """`make words` and this check must mean the same messages."""
    makefile = (HOUSE / "Makefile").read_text()

    assert " ".join(f"-k {keyword}" for keyword in catalogs.KEYWORDS) in makefile


CODE = """
print(_("Back"), _("<b>{name}</b>, room {room}"), _("{n} year", "{n} years", 5))
"""
BACK = """
msgid "Back"
msgstr "Назад"
"""
RUSSIAN = (
    r"""
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\n"

msgid "<b>{name}</b>, room {room}"
msgstr "<b>{name}</b>, каб. {room}"

msgid "{n} year"
msgid_plural "{n} years"
msgstr[0] "{n} год"
msgstr[1] "{n} года"
msgstr[2] "{n} лет"
"""
    + BACK
)


@pytest.fixture
def locales(tmp_path: Path) -> Path:
    """The whole catalog of a bot that says three things, to be spoiled."""
    (tmp_path / "locales" / "ru" / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "locales" / "ru" / "LC_MESSAGES" / "bot.po").write_text(RUSSIAN)
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "bot.py").write_text(CODE)
    return tmp_path / "locales"


def found_in(locales: Path) -> list[str]:
    return list(catalogs.problems(locales, catalogs.ids_in(locales.parent / "code")))


def test_whole_words_have_no_problems(locales: Path) -> None:
    """Russian has as many plural forms as its grammar wants, and English is in the code."""
    assert found_in(locales) == []


def test_what_is_left_of_a_catalog_is_none(locales: Path) -> None:
    """Git takes a catalog away, and leaves what was compiled of it."""
    (locales / "en" / "LC_MESSAGES").mkdir(parents=True)
    (locales / "en" / "LC_MESSAGES" / "bot.mo").touch()

    assert found_in(locales) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (BACK, "", "'Back' is not in the catalog"),
        (BACK, BACK + BACK.replace("Back", "Forth"), "'Forth' is not in the code"),
        (BACK, BACK + BACK.replace("Назад", "Обратно"), "'Back' is translated twice"),
        (BACK, BACK + '#~ msgid "Forth"\n#~ msgstr "Вперёд"', "'Forth' is obsolete"),
        ('"Назад"', '""', "'Back' is not translated"),
        (BACK, "\n#, fuzzy" + BACK, "'Back' is fuzzy"),
        (
            "каб. {room}",
            "каб. {number}",
            "has other placeholders in '<b>{name}</b>, каб. {number}'",
        ),
        ("каб. {room}", "каб.", "has other placeholders in '<b>{name}</b>, каб.'"),
        ("каб. {room}", "каб. {room", "has other placeholders in '<b>{name}</b>, каб. {room'"),
        ("</b>, каб.", "<b>, каб.", "has other tags in '<b>{name}<b>, каб. {room}'"),
        ("<b>{name}</b>, каб.", "{name}, каб.", "has other tags in '{name}, каб. {room}'"),
        ('"{n} года"', '"года"', "'{n} year' has other placeholders in 'года'"),
        ('"{n} года"', '""', "'{n} year' is not translated"),
        ('msgstr[2] "{n} лет"\n', "", "'{n} year' is not translated"),
    ],
)
def test_every_kind_of_problem_is_found(locales: Path, old: str, new: str, problem: str) -> None:
    """R36 in part: nothing untranslated or half translated gets to a person."""
    assert old in RUSSIAN
    (locales / "ru" / "LC_MESSAGES" / "bot.po").write_text(RUSSIAN.replace(old, new))

    [found] = found_in(locales)
    assert found.startswith("ru: ")
    assert found.endswith(problem)


@pytest.mark.parametrize(
    ("one", "problem"),
    [
        ("a year", "'a year' has other placeholders in 'a year'"),
        ("<b>{n}</b> year", "'<b>{n}</b> year' has other tags in '<b>{n}</b> year'"),
    ],
)
def test_the_code_says_one_and_many_alike(locales: Path, one: str, problem: str) -> None:
    """English comes from the code alone, so nothing else would compare the two."""
    (locales.parent / "code" / "bot.py").write_text(CODE.replace("{n} year", one, 1))
    catalog = locales / "ru" / "LC_MESSAGES" / "bot.po"
    catalog.write_text(RUSSIAN.replace('msgid "{n} year"', f'msgid "{one}"'))

    assert found_in(locales) == [f"the code: {problem}"]


def test_a_language_without_a_catalog_is_found(
    locales: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each problem is a line, and the check fails."""
    (locales / "ru" / "LC_MESSAGES" / "bot.po").unlink()

    assert catalogs.main(locales) == 1
    assert "ru: there is no catalog\n" in capsys.readouterr().out
