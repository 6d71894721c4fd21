"""What is asked: single lists and grids of the repository, and whole screens."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeAlias

from services.ports.transaction import Transaction
from services.visits.search import NEAREST
from tests.bench.places import Place
from tests.conftest import need

Question: TypeAlias = Callable[[Place], Awaitable[object]]


def _reading(query: Callable[[Transaction, Place], Awaitable[object]]) -> Question:
    """A question to a repository, in a transaction of its own."""

    async def ask(at: Place) -> object:
        async with at.house.transactions.reads() as tx:
            return await query(tx, at)

    return ask


DAYS, EARLIEST = "days of a doctor", "earliest times"

LISTS: dict[str, Question] = {
    "a row by its id": _reading(lambda tx, at: tx.clinics.get(at.clinic.id)),
    DAYS: _reading(lambda tx, at: tx.free_times.days(at.doctor.id, at.wish)),
    EARLIEST: _reading(lambda tx, at: tx.free_times.by_doctor(at.clinic.id, at.wish)),
    "earliest of all": _reading(lambda tx, at: tx.free_times.earliest(at.clinic.id, at.wish)),
    "earliest of one": _reading(
        lambda tx, at: tx.free_times.earliest(at.clinic.id, at.wish, at.doctor.id)
    ),
    "times of a day": _reading(lambda tx, at: tx.free_times.on_day(at.doctor, at.wish, at.day)),
    "nearest times": _reading(
        lambda tx, at: tx.free_times.near(
            at.doctor, at.wish, at.clinic.at(at.day) + timedelta(hours=12), NEAREST
        )
    ),
    "times of two": _reading(lambda tx, at: tx.together.times(at.clinic.id, [at.wish] * 2, 8)),
    "days of two": _reading(lambda tx, at: tx.together.days(at.clinic.id, [at.wish] * 2)),
    "doctors of two": _reading(
        lambda tx, at: tx.together.first_of_doctors(at.clinic.id, [at.wish] * 2)
    ),
}

SCREENS: dict[str, Question] = {
    "home": lambda at: at.house.services.families.home(at.parent, at.clinic.id),
    "home, newcomer": lambda at: at.house.services.families.home(at.newcomer, at.clinic.id),
    "doctors": lambda at: at.house.services.times.doctors(
        at.parent, need(at.child.id), at.clinic.id
    ),
    "days": lambda at: at.house.services.times.days(at.parent, need(at.child.id), at.doctor.id),
    "times": lambda at: at.house.services.times.day(
        at.parent, need(at.child.id), at.doctor.id, at.day
    ),
}
