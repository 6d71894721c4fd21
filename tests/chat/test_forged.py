"""Foreign ids reveal nothing and change nothing, for every tap there is."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest

from bot import taps
from services.clinic_facts import Fact, Group
from services.desk import Aim
from services.model import (
    Audience,
    DeviationKind,
    Language,
    Leave,
    PersonId,
    PostId,
    Purpose,
    Reason,
    Role,
    Whom,
)
from storage.tables import Base
from tests.chat.conftest import Chat, register
from tests.conftest import House

SECRETS = ("Тайна", "№ 1001", "07.07.2020", "··-77", "с коляской")
"""What only the other family may see: the child's name, the visit's number, the phone, what it
asked."""


@pytest.fixture
async def victim(enter: Callable[..., Chat], house: House) -> Chat:
    """A family with a booked visit, whose mother heads the clinic; its ids are 1, as everything's
    here."""
    victim = await register(enter(500, "Жертва"), "Тайна", "07.07.2020")
    await victim.tap("Сегодня, 9:00")
    await victim.tap("Не болеет — записать")
    for label in ("Мои записи", "Тайна ·", "Спросить"):
        await victim.tap(label)
    await victim.say("Можно с коляской?")
    assert "Вопрос отправлен" in victim.screen.text
    victim.world.telegram.share_contact(victim.user_id, phone="+79160000077")
    await victim.world.deliver()
    invitation = await house.services.staff.appoint("romashka", Role.ADMINISTRATOR)
    await victim.say(f"/start i{invitation.token}")
    assert "Добро пожаловать" in victim.screen.text
    await _draft_a_leave(house)
    await _begin_a_broadcast(house)
    return victim


async def _draft_a_leave(house: House) -> None:
    """There are days to take back, and a change that waits for its "yes"."""
    async with house.transactions.reads() as tx:
        [clinic] = await tx.clinics.all()
    doctor = (await house.doctors(clinic))[0]
    day = date(2027, 1, 11)
    await house.services.clinics.add_leave(doctor, Leave(day, day))
    await house.services.hours.close_day(PersonId(1), PostId(1), doctor.id, day)


async def _begin_a_broadcast(house: House) -> None:
    """There is one to be read, paused and stopped."""
    async with house.transactions.writes() as tx:
        post = await tx.staff.get(PostId(1))
        await tx.broadcasts.add(post, Audience(Whom.FAMILIES), "Тайна", 1, house.clock())


LARGEST = 2**31 - 1


def forged(tap: type[taps.Tap], foreign: int) -> Iterator[str]:
    """The tap's data with a foreign id in every place at once."""
    others: dict[str, object] = {
        "language": Language.RUSSIAN,
        "reason": Reason.CONSULTATION,
        "purpose": Purpose.REMINDERS,
        "role": Role.ADMINISTRATOR,
        "all_day": True,
        "discreet": False,
        "on": True,
        "hour": 18,
        "hours": 2,
        "topic": taps.Topic.GRID,
        "aim": Aim.BOOK,
        "bending": True,
        "extra": True,
        "as_asked": True,
        "done": True,
        "ill": True,
        "seen": 0,
        "fact": Fact.NAME,
        "group": Group.CONTACTS,
        "choice": 0,
        "came": True,
        "minutes": 20,
        "sequence": 0,
        "day": date(2026, 11, 24).toordinal(),
        "days": 1,
        "month": 0,
        "kind": DeviationKind.LEAVE,
        "whom": Whom.FAMILIES,
    }
    values = {name: others.get(name, foreign) for name in tap.model_fields}
    yield tap.model_validate(values).pack()
    yield taps.STAYS + tap.model_validate(values).pack()


def _apart() -> Iterator[list[type[taps.Tap]]]:
    """A parent's taps one by one, as each may change where the forger stands; those of the staff
    change nothing for who has no post, and a world serves several."""
    at_work = [tap for tap in taps.BY_PREFIX.values() if "post_id" in tap.model_fields]
    yield from ([tap] for tap in taps.BY_PREFIX.values() if tap not in at_work)
    yield from (at_work[start : start + 8] for start in range(0, len(at_work), 8))


SOME = list(_apart())
NAMES = [" ".join(tap.__prefix__ for tap in some) for some in SOME]


@pytest.mark.parametrize("some", SOME, ids=NAMES)
async def test_a_forged_tap_reveals_and_changes_nothing(
    victim: Chat, enter: Callable[..., Chat], house: House, some: list[type[taps.Tap]]
) -> None:
    """Every tap × foreign ids: answered, without a word or a row of the other family (R30)."""
    forger = await register(enter(666, "Чужой"), "Свой", "01.01.2024")
    visits = await house.count("appointments")
    before = len(victim.messages)
    seen = ""
    for foreign in (1, 77, LARGEST):
        for data in (data for tap in some for data in forged(tap, foreign)):
            await forger.tap_data(data)
            seen += f"{forger.screen.text} {forger.alert}"

    assert not [secret for secret in SECRETS if secret in seen]
    assert len(victim.messages) == before
    assert await house.count("appointments", "state = 'booked'") == visits
    assert await house.count("care") == 2
    assert await house.count("phones") == 1
    assert await house.count("questions", "answered_at IS NULL") == 1
    assert await house.count("answers") == 0
    assert await house.count("staff", "until IS NULL") == 1
    assert await house.count("invitations") == 1
    assert await house.count("access_records") == 0
    assert await house.count("leaves") == 1
    assert await house.count("broadcasts", "state = 'sending'") == 1
    assert await house.count("schedule_exceptions") + await house.count("holidays") == 0


@pytest.mark.parametrize("some", SOME, ids=NAMES)
async def test_a_stranger_s_forged_tap_stores_nothing(
    victim: Chat, enter: Callable[..., Chat], house: House, some: list[type[taps.Tap]]
) -> None:
    """Somebody without consent or child gets nowhere by any tap but the consent itself (R30)."""
    stranger = enter(667, "Прохожий")
    await stranger.say("/start")
    tables = set(Base.metadata.tables) - {"persons", "handled_updates", "consents", "conversations"}
    before = {table: await house.count(table) for table in tables}
    for data in (data for tap in some for data in forged(tap, 1)):
        await stranger.tap_data(data)

    assert {table: await house.count(table) for table in tables} == before
    assert not [s for m in stranger.messages for s in SECRETS if s in m.text]


async def test_a_deep_link_of_a_forger_is_only_a_link(victim: Chat, house: House) -> None:
    """Whatever stands behind /start is looked up, not executed (R30)."""
    for code in ("c1", "c' OR 1=1 --", "c%", "c" + "x" * 60, "c../../etc"):
        await victim.say(f"/start {code}")

        assert "По этой ссылке клиники нет" in victim.screen.text
