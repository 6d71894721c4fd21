"""Ages at which a check-up is due, in words and in one line."""

from bot.words import _, age
from services.model.settings.ages import YEAR, Run, runs
from services.rules.ages import Age


def in_words(months: int) -> str:
    """ "6 месяцев", "1 год 3 месяца"."""
    return age(Age(*divmod(months, YEAR)))


def in_line(ages: tuple[int, ...]) -> str:
    """ "1–12 мес., 1 г. 3 мес., 2–17 лет"."""
    return ", ".join(map(_run, runs(ages)))


def _run(run: Run) -> str:
    first, last = run.first, run.last
    if run.in_years:
        return _span(first // YEAR, last // YEAR, _years(last // YEAR))
    if first == last and first > YEAR:
        return f"{_years(first // YEAR)} {_months(first % YEAR)}"
    return _span(first, last, _months(last))


def _span(first: int, last: int, ends: str) -> str:
    return ends if first == last else f"{first}\u2013{ends}"


def _years(years: int) -> str:
    return _("{n} yr", "{n} yrs", years).format(n=years)


def _months(months: int) -> str:
    return _("{n} mo.", "{n} mos.", months).format(n=months)
