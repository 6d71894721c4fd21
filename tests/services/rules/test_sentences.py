"""What is a name goes through unasked; what may be a sentence is asked about, and never refused."""

import pytest

from bot.documents.typed.dates import read_date
from services.rules.typed.lines import may_be_a_sentence, read_child

NAMES = """
Мария-Луиза | Ли | Ын | Анна Мария | де ла Круз Мигель | миша | Абу Бакр ибн Хасан | О'Коннор Шон
О’Коннор Шон | Миша | МИША ИВАНОВ | Миша иванов | Соня петрова | Ким Чен Ын | Но Му Хён | На Хи-док
Ян Ю | Ли Ян До | Иванов И. И. | Иванов Я. Ю. | Жан-Люк д'Арк | Jean-Luc d'Arc | Мария да Силва
Maria da Silva | Людвиг ван дер Берг | Отто фон Браун | Алиев Турал Рашид оглы | Алиева Лейла кызы
Людмила | Камила Белова | Марат | Ахмет | Эдит Пиаф | Ибрагим | Артём | Серафим | Мурат Азат | Ия
Лось Пётр | Головин Иван | Животов Лев | Пятница Ольга | Середа Иван | Гость Илья | Май Ким
王小明 | राम कुमार | Миша 👶 | Августина Март | Нелли Али | Лали Махарадзе | Юсуф бин Рашид
Анастасия-виктория | Даниил Черных | Ольга Долгих | Тимофей шевченко | Сергей Ткачук | Ева
Аль-Хасан Омар | Мамаев Сын-Чоль | Иванова Анна Сергеевна | петрова | Эльмир Уулу | Бо Ду
Ван Гог Тео | Вите | Гете | Ганс Смит | Жанна д’Арк | Юсеф эль Масри | Айгуль Тулеген кызы | Zoë
Can Yılmaz | Никита | Агата | Юнус | Ринат | Осень | Лета | Мишель | Рашель Бенедикт | Кети Ломадзе
"""
SENTENCES = """
Болит горло | болит горло | БОЛИТ ГОРЛО | Болит Горло | Температура высокая | высокая температура
Кашель третий день | кашель | Горло красное | Сильный кашель | Хочу записаться | Записать Мишу
Запишите меня | Можно к врачу | Здравствуйте | Добрый день | Подскажите расписание | Помогите
Не могу записаться | Когда приём | Миша болеет | Соня температурит | Миша и Соня | Соня 5 лет
мой сын | Мама Миши | Это Миша | Нужна справка | Справка в сад | Прививка от кори | Завтра утром
Он кашляет | Перенести запись | Отменить | ребёнку плохо | плохо себя чувствует | Где вы находитесь
Сын | да | спасибо | @misha | Миша. Он болеет | Ребёнок заболел | Двойня | my son | Hello
He has a fever | My child coughs | миша иванов из сада | один два три четыре пять шесть
Какой врач принимает | Меня зовут Анна | Поднялась температура | Чешется спина | Хотелось бы завтра
Ветрянка | ПЛОХО | Плачет | Алё | сын Миша | Сыну плохо | зубы режутся | Петрова приём | I need help
"""


def listed(words: str) -> list[str]:
    return [each.strip() for line in words.split("\n") for each in line.split("|") if each.strip()]


@pytest.mark.parametrize("name", listed(NAMES))
def test_a_name_goes_through_unasked(name: str) -> None:
    """R60: nobody is asked about a name because it is rare, foreign, short or written small."""
    assert read_child(name, read_date) == (name, None)
    assert not may_be_a_sentence(name)


@pytest.mark.parametrize("words", listed(SENTENCES))
def test_a_sentence_is_asked_about(words: str) -> None:
    """R60: it may be a name all the same, so that it is not refused."""
    name, _ = read_child(words, read_date)
    assert may_be_a_sentence(name)
