"""Families who never were: made up by chance, and the same at every start."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from services.model.people import PhoneNumber

_NAMES = """
Саша Миша Артём Марк Лев Матвей Тимофей Егор Илья Кирилл Роман Степан Фёдор Глеб Арсений Давид
Тимур Амир Рустам Эмиль Алан Георгий Ваге Нурлан Ратмир Платон Савва Ярослав Даниил Никита Захар
Соня Аня Маша Даша Варя Алиса Ева Мира Полина Вика Кира Ксюша Лиза Настя Таисия Ульяна Василиса
Амина Алия Эльвира Сабина Мадина Нино Ануш Айгуль Диана Милана Есения Злата Майя Агата Вера Рита
""".split()  # noqa: SIM905 - nobody reads eighty quoted names
_FAMILY_NAMES = """
Авдеенко Алиев Багров Бойко Вахитов Гайдар Гриценко Дзюба Ермак Жарко Зуенко Ибрагим Карась
Ковальчук Кравченко Левченко Мамедли Мирзоян Назаренко Остапчук Петросян Рахмани Саакян Ткаченко
Усик Фоменко Хачатрян Цой Чхеидзе Шевчук Юн Якименко
""".split()  # noqa: SIM905 - nobody reads eighty quoted names
"""Of families who signed on paper: such as are alike for boys and girls."""

_FIRST_TELEGRAM_ID = 100_000
CROWD = range(_FIRST_TELEGRAM_ID, _FIRST_TELEGRAM_ID + 10_000)
"""Telegram ids of those among them who use it; nobody looks at their phones."""


@dataclass(frozen=True, slots=True)
class MadeUpChild:
    """A child as the bot would know them."""

    name: str
    birth_date: date


@dataclass(frozen=True, slots=True)
class Family:
    """A parent with one child or two."""

    telegram_id: int | None
    """None: they signed on paper, and are called."""
    phone: PhoneNumber | None
    children: tuple[MadeUpChild, ...]


def families(chance: Random, today: date) -> Iterator[Family]:
    """One family after the other, without an end: a quarter has two children, every eighth is
    not in the bot, every third of those who are gave its number."""
    for count, telegram_id in enumerate(CROWD):
        on_paper = chance.random() < 1 / 8
        gave = on_paper or chance.random() < 1 / 3
        surname = f"{chance.choice(_FAMILY_NAMES)} " if on_paper else ""
        names = chance.sample(_NAMES, 2 if chance.random() < 1 / 4 else 1)
        ages = _ages(chance, len(names))
        yield Family(
            None if on_paper else telegram_id,
            PhoneNumber(f"+7900{4_000_000 + count:07}") if gave else None,
            tuple(
                MadeUpChild(f"{surname}{name}", today - age)
                for name, age in zip(names, ages, strict=True)
            ),
        )


def _ages(chance: Random, count: int) -> list[timedelta]:
    """Every fifth is not yet one; siblings are at least a year apart."""
    youngest = chance.randrange(30, 330) if chance.random() < 1 / 5 else chance.randrange(400, 4400)
    return [timedelta(days=youngest + each * chance.randrange(380, 1400)) for each in range(count)]
