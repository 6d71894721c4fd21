"""A line that somebody typed, read as what it says; what was not read is not stored (R60)."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from services.model.ids import AppointmentId
from services.model.people import PhoneNumber
from services.model.refusals.desk import SearchUnclear
from services.model.refusals.families import (
    DateUnclear,
    MoreThanAPhone,
    NameHasDate,
    NameHasNumber,
    NoSuchDay,
    PhoneUnclear,
)
from services.model.visits import FIRST_VISIT_NUMBER
from services.ports.readers import DateReader, PhoneReader
from services.rules.names import tidy_name, words_of

_NUMBER = re.compile(r"(?:№|#|n)?\s*(\d{4,7})", re.IGNORECASE)
_PHONE = re.compile(r"\+?\d(?:[\s().\u2010-\u2015-]*\d){9,14}")
DIGITS_OF_PHONE = 10
LONGEST_LINE = 200
"""Characters: a name, a date and some words around them have fewer."""
FEWEST_DIGITS_OF_PHONE = 5
"""So many in a name may be somebody's number."""
MOST_DIGITS_OF_PHONE = 15
"""E.164."""
MOST_WORDS_IN_DATE = 5
""" "12 марта 2024 года рождения"."""
MOST_WORDS = 40
"""Beyond them, no name and date is looked for."""
_OF_DATE = frozenset({"др", "дата", "рождения", "рожд", "род", "родился", "родилась", "born", "on"})
"""Words beside a birth date that say what it is."""
_OF_PHONE = re.compile(
    r"\b(?:номер|тел(?:ефон)?|моб(?:ильный)?|phone|tel|mobile)\b[.:]?", re.IGNORECASE
)
MOST_WORDS_IN_NAME = 5
_OF_A_SENTENCE = re.compile(r"[!?;:…@]|\w{3,}\.\s")
_NOT_OF_NAMES = frozenset(
    re.findall(
        r"\w+",
        """
    здравствуйте здраствуйте привет добрый доброе доброго день утро вечер спасибо пожалуйста алло
    хочу хотим хотела хотел хотелось надо нужно нужен нужна нужны можно запишите запись прием врач
    врача врачу педиатр педиатру педиатра доктор доктору регистратура оператор меню помощь отмена
    сын сына сыну сыночка сыночек дочь дочка дочку дочери дочке ребенок ребенка ребенку дети детей
    мальчик девочка двойня близнецы мама папа бабушка брат сестра внук внука внучка внучку
    мой моя мою моего моей моему меня мне мы нас нам наш нашего нашу зовут его ее это она они
    что как где когда почему куда кто сколько очень уже еще есть был была было были будет будем если
    болит болят болеет заболел заболела тошнит знобит кашель насморк сопли температура температурит
    горло живот голова ухо рвота понос сыпь аллергия прививка прививку прививки справка справку
    анализ анализы осмотр консультация талон ветрянка ангина орви грипп отит тошнота плохо але хелп
    плачет документы вопрос тест позже больничный завтра сегодня вчера срочно придем перенести
    да нет не ок окей
    hello hi hey please thanks thank want would need book appointment my our son daughter child kid
    is the yes no ok okay has have hurts sore throat fever cough doctor tomorrow today with
    """,
    )
)
"""Folded as `words_of` does."""
_VERB = re.compile(
    r"\w+(?:ться|тся|шься|лся|лась|лось|лись|[аяуюеои]ешь|ишь|[аяуе]ю|усь|юсь|[аяуе]ет|[аяуе]ют|"
    r"[йь]те|\w{2}[еи]те|[чш]ет|\w[иаяеу]ть)"
)
"""Endings that no name has, nor a family name; of those that some have (Марат, Людмила), none."""
_PARTICLES = frozenset(
    re.findall(
        r"\w+",
        """
    ибн бин бен бинт аль эль ад ас аш ар ан абу умм оглы оглу кызы кизи гызы заде хан бек бей уулу
    де да ди до дю дель делла дос дас ду ла ле лос фон цу цур ван ден дер тер тен ап о
    ibn bin ben bint al el abu oglu ogly kizi kyzy zade de da di do du del della dos das la le los
    von zu zur van den der ter ten ap y e o
    """,
    )
)
"""Small words in the middle of names."""
_OF_FAMILIES = re.compile(
    r"\w+(?:[ое]в|[ое]ва|[иы]н|[иы]на|[сц]кий|[сц]кая|[сц]кой|[ое]вич|[ое]вна|ична|ич|ко|[ую]к|ян|"
    r"дзе|швили|[иы]х)"
)
"""As family names and patronymics end: some write them small."""
_OF_TWO = frozenset({"и", "and"})
"""Between two names; И. is an initial."""


@dataclass(frozen=True, slots=True)
class ByNumber:
    """A visit's number was typed."""

    appointment_id: AppointmentId


@dataclass(frozen=True, slots=True)
class ByBirth:
    """A birth date was typed, perhaps with a name."""

    name: str
    """Empty: none was typed."""
    birth_date: date


@dataclass(frozen=True, slots=True)
class ByPhone:
    """A phone number was typed."""

    number: PhoneNumber = field(repr=False)  # nobody's to see in a log (R34)


Query: TypeAlias = ByNumber | ByBirth | ByPhone


def read_query(typed: str, read_date: DateReader, read_phone: PhoneReader) -> Query:
    """Read a line such as "Миша 12.03.2024", "№ 4821", "8 916 123-45-67".

    Raises:
        SearchUnclear: there is neither a number nor a birth date in it.
        NoSuchDay: there is a date that no calendar has.
        NameTooLong, NameUnclear, NameHasNumber, NameHasDate: what is beside the date is no name.
    """
    line = " ".join(typed.split())
    if len(line) > LONGEST_LINE:
        raise SearchUnclear
    if found := _NUMBER.fullmatch(line):
        number = int(found[1]) - FIRST_VISIT_NUMBER + 1
        if 0 < number < 2**31:
            return ByNumber(AppointmentId(number))
    if _digits(line) >= DIGITS_OF_PHONE:
        with suppress(PhoneUnclear):
            return ByPhone(read_phone(line))
    name, born = _name_and_date(line, read_date)
    if born is None:
        return ByPhone(_phone_among_words(line, read_phone))
    return ByBirth(_read_name(name.replace(",", " "), read_date) if name else "", born)


def _phone_among_words(line: str, read_phone: PhoneReader) -> PhoneNumber:
    """The number of "Иванова 8 916 123-45-67, бабушка": whoever looks for somebody loses nothing by
    the words beside it. Raises `SearchUnclear`."""
    for found in _PHONE.finditer(line):
        with suppress(PhoneUnclear):
            return read_phone(found[0])
    raise SearchUnclear


def read_child(typed: str, read_date: DateReader) -> tuple[str, date | None]:
    """A child's name, and the birth date if it is typed with it: "Павел Новиков 7 мая 2022 г.".

    Whether the name may be none after all, `may_be_a_sentence` says.

    Raises:
        NameUnclear, NameTooLong: there is no name in it, or too long a one.
        NameHasNumber, NameHasDate: there is more in it than that.
        NoSuchDay: there is a date that no calendar has.
    """
    name, born = _name_and_date(typed, read_date)
    return _read_name(name, read_date), born


def read_only_name(typed: str, read_date: DateReader) -> str:
    """A name where nothing else is wanted.

    Raises what `read_child` raises; a date is one too many."""
    name, born = read_child(typed, read_date)
    if born:
        raise NameHasDate
    return name


def may_be_a_sentence(name: str) -> bool:
    """Whether somebody has to be asked if this is a name: it greets, wishes, names two, counts.

    It asks and never refuses: a tap says that it is one. A sentence gives itself away by its small
    letters; the lists are for what is written in capitals, or is one word.
    """
    parts = name.split()
    return (
        bool(_OF_A_SENTENCE.search(name))
        or any(map(str.isdigit, name))
        or len(parts) > MOST_WORDS_IN_NAME
        or not _OF_TWO.isdisjoint(parts)
        or any(map(_is_of_a_sentence, words_of(" ".join(_without_particles(parts)))))
        or _is_written_small(parts)
    )


def read_only_phone(typed: str, read_phone: PhoneReader) -> PhoneNumber:
    """A phone number that stands alone, or after "тел.".

    Raises:
        MoreThanAPhone: there is something else that would be lost.
        PhoneUnclear: it is no number.
    """
    said = _OF_PHONE.sub(" ", typed)
    if _digits(said) and (
        any(map(str.isalpha, said)) or _digits(said) > MOST_DIGITS_OF_PHONE or "\n" in said.strip()
    ):
        raise MoreThanAPhone
    return read_phone(said)


def has_number(name: str) -> bool:
    """Whether a phone, or a date, may be in a name."""
    return _digits(name) >= FEWEST_DIGITS_OF_PHONE


def _digits(text: str) -> int:
    return sum(character.isdigit() for character in text)


def _read_name(typed: str, read_date: DateReader) -> str:
    name = tidy_name(typed)
    if _name_and_date(name, read_date)[1]:
        raise NameHasDate
    if has_number(name):
        raise NameHasNumber
    return name


def _name_and_date(typed: str, read_date: DateReader) -> tuple[str, date | None]:
    """What is beside a date, and the date. Raises `NoSuchDay`: the only one is in no calendar."""
    words = typed.replace(",", ", ").split()[: MOST_WORDS + 1]
    if len(words) > MOST_WORDS:
        return typed, None
    unreal: NoSuchDay | None = None
    for said, rest in _parts(words):
        try:
            born = read_date(said)
        except DateUnclear:
            continue
        except NoSuchDay as problem:
            unreal = problem
            continue
        beside = [word for word in rest if "".join(words_of(word)) not in _OF_DATE]
        return " ".join(beside).strip(" ,;:-–—"), born
    if unreal:
        raise unreal
    return typed, None


def _parts(words: list[str]) -> Iterator[tuple[str, list[str]]]:
    """What may be a date, and all else; the longest first: "12 марта 2024" before "12"."""
    for length in range(MOST_WORDS_IN_DATE, 0, -1):
        for start in range(len(words) - length + 1):
            said = " ".join(word.strip(",;()") for word in words[start : start + length])
            yield said, words[:start] + words[start + length :]


def _is_of_a_sentence(word: str) -> bool:
    return word in _NOT_OF_NAMES or bool(_VERB.fullmatch(word))


def _without_particles(parts: list[str]) -> list[str]:
    """ "Мария да Силва": in the middle it is no "yes"."""
    return [*parts[:1], *(part for part in parts[1:-1] if part not in _PARTICLES), *parts[1:][-1:]]


def _is_written_small(parts: list[str]) -> bool:
    """Whether several words begin small as those of a sentence do; one word alone says nothing."""
    small = [_begins_small(part) for part in parts]
    if len(parts) == 1 or not any(small):
        return False
    if all(small):
        return True
    rest = [part for part, is_small in zip(parts, small, strict=True) if is_small]
    return any(part not in _PARTICLES and not _OF_FAMILIES.fullmatch(part) for part in rest)


def _begins_small(part: str) -> bool:
    """Of a script that has capitals, and no "д'Арк" or "d'Arc"."""
    return part[0].islower() and "'" not in part[:3] and "’" not in part[:3]
