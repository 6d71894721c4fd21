"""Words on the screen: translation, safe filling-in, dates and ages in the person's language.

Every function here needs a language to be entered (`speaking`); outside of one it raises.
"""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from aiogram.utils.i18n import I18n, get_i18n
from aiogram.utils.i18n import gettext as _
from babel.dates import format_date, format_datetime, get_day_names, get_timezone_location
from markupsafe import Markup

from services.model.people import Language
from services.model.settings.texts import length
from services.rules.ages import Age

__all__ = [
    "Markup",
    "_",
    "age",
    "capital",
    "city",
    "clock",
    "day",
    "days_between",
    "language",
    "long_date",
    "long_day",
    "month",
    "say",
    "short_date",
    "short_day",
    "shorten",
    "speaking",
    "squeeze",
    "switching_to",
    "weekdays",
]

LOCALES = Path(__file__).parent / "locales"
OWN_NAMES = {Language.RUSSIAN: "Русский", Language.ENGLISH: "English"}
"""Languages, as who speaks them calls them."""
TRANSLATED = frozenset(Language) - {Language.ENGLISH}
"""Those with a catalog. English needs none: it is what the code says."""


class MissingCatalog(Exception):
    """The words were not compiled; the message says how to."""


def load() -> I18n:
    """The words in every language, read from disk.

    Raises:
        MissingCatalog: a translation is not there, or not compiled.
    """
    try:
        i18n = I18n(path=LOCALES, default_locale=Language.RUSSIAN, domain="bot")
    except RuntimeError as error:  # aiogram's word for a catalog without its .mo
        raise MissingCatalog("the words are not compiled: run `make setup`") from error
    if missing := TRANSLATED - set(i18n.locales):
        raise MissingCatalog(f"there are no words in {', '.join(sorted(missing))}")
    return i18n


@contextmanager
def speaking(i18n: I18n, language: Language) -> Iterator[None]:
    """Within it, words come out in this language."""
    with i18n.context(), i18n.use_locale(language):
        yield


def switching_to(language: Language) -> AbstractContextManager[None]:
    """Another language in the middle of a conversation: right after it was chosen."""
    return get_i18n().use_locale(language)


_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_TORN = re.compile(
    r"(?<=№) (?=\d)"
    rf"|(?<=\d) (?=[a-zа-яё]|{_MONTH})"  # 15 мин, 24 ноября
    r"|(?<=[a-zа-яё]) (?=(?:19|20)\d\d\b)"  # ноября 2026
    r"|(?<=\b(?:пн|вт|ср|чт|пт|сб|вс)) (?=\d)|(?<=\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)) (?=\d)"
    r"|(?<=[a-zа-яё],) (?=\d{1,2}:\d\d)"  # 26 ноября, 9:15
    r"|(?<=\bкаб\.) (?=\d)|(?<=\b[дк]\.) (?=\d)|(?<=\bкв\.) (?=\d)"
)
"""A blank at which no line may end."""


def say(template: str, **values: object) -> Markup:
    """Fill values into a translated template; whatever is not markup is escaped (R36).

    No number is torn over two lines from what it counts or belongs to; a phone's parts are, because
    Telegram's apps dial only what has plain spaces.
    """
    said = Markup(template).format(**values)  # noqa: S704 - templates are ours, values are escaped
    return Markup(_TORN.sub("\u00a0", said))  # noqa: S704 - only blanks are others


def day(moment: date, now: datetime | None = None) -> str:
    """ "чт 26 ноября"; with `now` on the same wall, "сегодня" and "завтра" where they are true."""
    return _near(moment, now) or format_date(moment, _("EEE, d\u00a0MMMM"), locale=language())


def dated(moment: date, today: date) -> str:
    """ "чт 26 ноября", with the year where it is not this one: whoever typed it left that open."""
    return day(moment) if moment.year == today.year else f"{day(moment)} {moment.year}"


def short_day(moment: date, now: datetime) -> str:
    """ "чт 26", "сегодня", "завтра"; "чт 24.12" where the number alone could be of two months."""
    pattern = "EEE d" if abs(_days_until(moment, now)) < 28 else "EEE d.MM"
    return _near(moment, now) or format_date(moment, pattern, locale=language())


def _near(moment: date, now: datetime | None) -> str | None:
    if now is None:
        return None
    return {0: _("today"), 1: _("tomorrow")}.get(_days_until(moment, now))


def _days_until(moment: date, now: datetime) -> int:
    return ((moment.date() if isinstance(moment, datetime) else moment) - now.date()).days


def long_day(moment: date) -> str:
    """ "четверг, 26 ноября"."""
    return format_date(moment, _("EEEE, d\u00a0MMMM"), locale=language())


def long_date(moment: date) -> str:
    """ "12 марта 2024"."""
    return format_date(moment, _("d\u00a0MMMM y"), locale=language())


def short_date(moment: date) -> str:
    """ "12.03.2024"."""
    return format_date(moment, "dd.MM.y", locale=language())


def days_between(first: date, last: date) -> str:
    """ "23–29 ноября", "30 ноября – 6 декабря"."""
    until = format_date(last, _("d MMMM"), locale=language())
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{until}"
    return f"{format_date(first, _('d MMMM'), locale=language())} – {until}"


def month(moment: date) -> str:
    """ "ноябрь 2026", the month by itself."""
    return format_date(moment, "LLLL y", locale=language())


def weekdays() -> list[str]:
    """ "пн" to "вс"."""
    names = get_day_names("abbreviated", context="stand-alone", locale=language())
    return [names[weekday] for weekday in range(7)]


def clock(moment: datetime) -> str:
    """ "9:15", on the wall that the moment carries."""
    return format_datetime(moment, "H:mm", tzinfo=moment.tzinfo, locale=language())


def age(value: Age) -> str:
    """ "2 года"; months are said up to three years, when they matter."""
    years = _("{n} year", "{n} years", value.years).format(n=value.years)
    months = _("{n} month", "{n} months", value.months).format(n=value.months)
    if value.years == 0:
        return months if value.months else _("under a month")
    return f"{years} {months}" if value.years < 3 and value.months else years


def capital(text: str) -> str:
    """The text with a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]


def shorten(text: str, longest: int) -> str:
    """The text, cut with an ellipsis if it would not fit: on a button, in a line of a list.

    It is counted as Telegram counts, where an emoji is two: about what it takes of a line, too.
    """
    if length(text) <= longest:
        return text
    kept = text[: longest - 1]
    while kept and length(kept) >= longest:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def squeeze(text: str, longest: int) -> str:
    """The text with both its ends, for names that differ in the last words: "Детская…на Лесной"."""
    if len(text) <= longest:
        return text
    tail = text[-(longest // 2) :].lstrip()
    return f"{text[: longest - len(tail) - 1].rstrip()}…{tail}"


def city(zone: ZoneInfo) -> str:
    """ "Екатеринбург": whose time it is."""
    return get_timezone_location(zone, locale=language(), return_city=True)


def language() -> str:
    """The one that is spoken, as Babel names it."""
    return get_i18n().current_locale
