"""`python -m bot clinic …`: a clinic by a file."""

from pathlib import Path

import pytest

from bot.documents import clinic_writing
from tests.bot.commands.running import CommandLine, start


@pytest.fixture
def bot(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path)


def filled_in(folder: Path) -> Path:
    """The template as a clinic fills it in."""
    file = folder / "clinic.toml"
    text = clinic_writing.template()
    for key, value in {
        "code": "vasilek",
        "name": "Клиника «Василёк»",
        "address": "ул. Полевая, 1",
        "phone": "+7 000 000-00-01",
        "hours": "7:30–12:00",
    }.items():
        text = text.replace(f'\n{key} = ""\n', f'\n{key} = "{value}"\n')
    text = text.replace('phone = ""', 'phone = "+7 000 000-00-02"')
    text = text.replace('ill_words = """\n', 'ill_words = """\nВызовите врача.\n')
    text = text.replace('processing = """\n', 'processing = """\nСогласие на обработку.\n')
    file.write_text(
        text.replace("# [[doc", "[[doc")
        .replace('# name = "Ф', 'name = "Ф')
        .replace('# room = "12"', 'room = "12"'),
        "utf-8",
    )
    return file


def test_a_clinic_is_entered_shown_changed_and_listed(bot: CommandLine, tmp_path: Path) -> None:
    """What is shown can be entered, and changes nothing; a change is said before it is made."""
    made = bot("clinic", "template", "empty.toml")
    assert (made.code, made.said) == (0, "The template is in empty.toml.\n")
    assert (tmp_path / "empty.toml").read_text("utf-8") == clinic_writing.template()
    file = filled_in(tmp_path)
    asked = bot("clinic", "enter", file.name)
    assert (asked.code, asked.complained) == (
        2,
        "There is nobody to ask: use --yes. Nothing was changed.\n",
    )

    entered = bot("clinic", "enter", file.name, "--yes")
    assert entered.code == 0, entered.complained
    assert "Клиника «Василёк» (vasilek), новая клиника:" in entered.said
    assert "Фамилия Имя Отчество, каб.\u00a012 (новый врач)" in entered.said
    assert "Клиника внесена." in entered.said
    assert (bot("clinic", "list")).said == "vasilek  Клиника «Василёк»\n"

    shown = bot("clinic", "show", "vasilek")
    file.write_text(shown.said, "utf-8")
    assert "В клинике уже всё так" in (bot("clinic", "enter", file.name)).said

    file.write_text(
        shown.said.replace("horizon_days = 14", "horizon_days = 21")
        .replace('key = "check-up"', 'key = "check-up"\nprice = "2 400 ₽"')
        .replace("[[kind]]\nkey", '[[kind]]\nname = "Справка в бассейн"\n\n[[kind]]\nkey', 1),
        "utf-8",
    )
    changed = bot("clinic", "enter", file.name, "--yes")
    assert changed.said.splitlines() == [
        "Клиника «Василёк» (vasilek):",
        "  booking.horizon_days: 14 → 21",
        '  kind.k9.name: — → "Справка в бассейн"',
        '  kind.check-up.price: — → "2 400 ₽"',
        "  ill_words: семьи не увидят этих слов, пока их не подпишет врач",
        "  Расписание пересчитаю за несколько минут.",
        "Клиника изменена.",
    ]


def test_a_bad_file_changes_nothing(bot: CommandLine, tmp_path: Path) -> None:
    """Exit code 2, and a line for everything that is to be mended."""
    file = filled_in(tmp_path)
    text = file.read_text("utf-8").replace("horizon_days = 14", "horizon_days = 999")
    file.write_text(text.replace("Europe/Moscow", "Europe/Nowhere", 2), "utf-8")
    file.write_text(file.read_text("utf-8") + "\nextra = 1\n", "utf-8")
    ended = bot("clinic", "enter", file.name, "--yes")

    assert ended.code == 2
    assert ended.complained.splitlines() == [
        "zone: «Europe/Nowhere»: нужен часовой пояс, например Europe/Moscow.",
        "booking.horizon_days: «999»: нужно целое число от 1 до 180.",
        "doctor[1].extra: такого ключа здесь нет.",
        "Ничего не изменено.",
    ]
    assert (bot("clinic", "list")).said.strip() == ""


@pytest.mark.process
async def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """As a process: one line and exit code 2, and nothing that frightens."""
    process = await start(tmp_path, "clinic", "enter", "nowhere.toml")
    said, complained = await process.communicate()

    assert (process.returncode, said) == (2, b"")
    assert complained == b"nowhere.toml cannot be read: No such file or directory.\n"


def test_a_file_is_checked_and_nothing_is_changed(bot: CommandLine, tmp_path: Path) -> None:
    """Without a database, beside what is there, and when it is bad: exit codes 0, 0 and 2."""
    file = filled_in(tmp_path)
    alone = bot("clinic", "check", file.name)
    assert (alone.code, alone.said, alone.complained) == (0, "Файл можно внести.\n", "")

    bot("clinic", "enter", file.name, "--yes")
    same = bot("clinic", "check", file.name)
    assert (same.code, "В клинике уже всё так" in same.said) == (0, True)
    text = file.read_text("utf-8")
    file.write_text(text.replace("horizon_days = 14", "horizon_days = 21"), "utf-8")
    other = bot("clinic", "check", file.name)
    assert other.said.splitlines() == [
        "Клиника «Василёк» (vasilek):",
        "  booking.horizon_days: 14 → 21",
        "  ill_words: семьи не увидят этих слов, пока их не подпишет врач",
        "  Расписание пересчитаю за несколько минут.",
        "Файл можно внести.",
    ]
    assert "horizon_days = 14" in bot("clinic", "show", "vasilek").said

    file.write_text(text.replace("horizon_days = 14", "horizon_day = 14"), "utf-8")
    bad = bot("clinic", "check", file.name)
    assert (bad.code, bad.complained.splitlines()) == (
        2,
        [
            "booking.horizon_days: не заполнено.",
            "booking.horizon_day: такого ключа здесь нет; может быть, «horizon_days»?",
            "Ничего не изменено.",
        ],
    )


def test_a_poster_is_made(bot: CommandLine, tmp_path: Path) -> None:
    """As PDF and PNG; not over another file, nor of a clinic that is not there."""
    bot("clinic", "enter", filled_in(tmp_path).name, "--yes")
    name_of_bot = ("--bot", "@romashka_demo_bot")
    for name, begins in (("poster.pdf", b"%PDF"), ("poster.png", b"\x89PNG")):
        made = bot("clinic", "poster", "vasilek", name, *name_of_bot)
        assert (made.code, made.complained) == (0, "")
        assert "It opens https://t.me/romashka_demo_bot?start=cvasilek" in made.said
        assert (tmp_path / name).read_bytes().startswith(begins)

    again = bot("clinic", "poster", "vasilek", "poster.pdf", *name_of_bot)
    other = bot("clinic", "poster", "nobody", "other.pdf", *name_of_bot)
    kind = bot("clinic", "poster", "vasilek", "poster.docx", *name_of_bot)
    assert (again.code, other.code, kind.code) == (2, 2, 2)
    assert "is there already, and is not written over" in again.complained
    assert "There is no clinic with the code nobody" in other.complained
    assert "ends neither in .pdf nor in .png" in kind.complained
    assert not (tmp_path / "other.pdf").exists()
