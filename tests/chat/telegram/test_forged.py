"""Foreign ids reveal nothing and change nothing, for every tap there is."""

import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

import pytest
from aiogram.utils.i18n import I18n

from bot.flows.common import taps as common_taps
from bot.flows.visits.search import taps as search_taps
from bot.flows.visits.siblings.taps import write_ids
from services.clinic.visit_kinds import KindChange
from services.desk.errands import Aim
from services.desk.people import Why
from services.families.people import Called, Until
from services.model.access import Role
from services.model.broadcasts import Audience, Whom
from services.model.clinic import Reason
from services.model.consents import Purpose
from services.model.conversations import DoctorPart
from services.model.ids import PersonId, PostId
from services.model.people import Language
from services.model.schedule import DeviationKind, Leave
from services.model.settings.setting import Group
from services.model.visits import Matter
from storage.tables.base import Base
from tests.chat.conftest import Chat, World, come, register, world_over
from tests.conftest import House, StillClock, house_over, with_clinic
from tests.databases import Database, Shelves

SECRETS = ("Тайна", "№ 1001", "07.07.2020", "··-77", "с коляской")
"""What only the other family may see: the child's name, the visit's number, the phone, what it
asked."""


VICTIM, FORGER, STRANGER = 500, 666, 667
"""Their chats: a family with a booked visit, whose mother heads the clinic, and whose ids are 1, as
everything's here; somebody with a child of their own; and somebody who has only looked in."""


@dataclass(frozen=True)
class Scene:
    """All three of them as they stand before a tap is forged."""

    database: Database
    memory: Path
    """What Telegram shows them."""


@pytest.fixture(scope="module")
def scenes() -> dict[str, Scene]:
    """By the kind of database; to be copied: it took half of each test to get there by taps."""
    return {}


@pytest.fixture
async def scene(
    scenes: dict[str, Scene],
    shelves: Shelves,
    kind: str,
    tmp_path_factory: pytest.TempPathFactory,
    i18n: I18n,
) -> Scene:
    if kind not in scenes:
        database = await shelves.of(kind).copy(await with_clinic(shelves, kind))
        scenes[kind] = Scene(database, tmp_path_factory.mktemp("forged") / "telegram.json")
        async with (
            house_over(database, StillClock()) as house,
            world_over(house, i18n, scenes[kind].memory) as world,
        ):
            await _play(house, world)
    return scenes[kind]


async def _play(house: House, world: World) -> None:
    victim = await register(come(world, VICTIM, "Жертва"), "Тайна", "07.07.2020")
    await victim.tap("Сегодня, 9:00")
    await victim.tap("Не болеет — записать")
    for label in ("Мои записи", "Тайна ·", "Спросить"):
        await victim.tap(label)
    await victim.say("Можно с коляской?")
    assert "Вопрос отправлен" in victim.screen.text
    victim.world.telegram.share_contact(victim.user_id, phone="+79160000077")
    await victim.world.deliver()
    invitation = await house.services.members.appoint("romashka", Role.ADMINISTRATOR)
    await victim.say(f"/start i{invitation.token}")
    assert "Добро пожаловать" in victim.screen.text
    await _draft_a_leave(house)
    await _begin_a_broadcast(house)
    await register(come(world, FORGER, "Чужой"), "Свой", "01.01.2024")
    await come(world, STRANGER, "Прохожий").say("/start")


@pytest.fixture
async def database(scene: Scene, shelves: Shelves, kind: str) -> AsyncIterator[Database]:
    database = await shelves.of(kind).copy(scene.database)
    yield database
    await shelves.of(kind).drop(database)


@pytest.fixture
async def world(scene: Scene, house: House, i18n: I18n, tmp_path: Path) -> AsyncIterator[World]:
    memory = tmp_path / "telegram.json"
    shutil.copy(scene.memory, memory)
    async with world_over(house, i18n, memory) as world:
        yield world


@pytest.fixture
def victim(world: World) -> Chat:
    """What nobody else may see or change is theirs."""
    victim = Chat(world, VICTIM)
    assert "Добро пожаловать" in victim.screen.text
    return victim


@pytest.fixture
def forger(world: World) -> Chat:
    """At home in the clinic, as the victim is."""
    forger = Chat(world, FORGER)
    assert "Свой" in forger.screen.text
    return forger


@pytest.fixture
def stranger(world: World) -> Chat:
    """Without consent or child."""
    stranger = Chat(world, STRANGER)
    assert "Согласие" in stranger.screen.text
    return stranger


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


def forged(tap: type[common_taps.Tap], foreign: int = 1) -> str:
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
        "weekdays": 5,
        "topic": search_taps.Topic.GRID,
        "aim": Aim.BOOK,
        "bending": True,
        "extra": True,
        "as_asked": True,
        "done": True,
        "ill": True,
        "seen": 0,
        "fact": "name",
        "part": DoctorPart.NAME,
        "change": KindChange.HIDE,
        "group": Group.CONTACTS,
        "choice": 0,
        "came": True,
        "minutes": 20,
        "sequence": 0,
        "day": date(2026, 11, 24).toordinal(),
        "days": 1,
        "month": 0,
        "page": 1,
        "place": 1,
        "kind": DeviationKind.LEAVE,
        "whom": Whom.FAMILIES,
        "matter": Matter.NEEDS_TIME,
        "called": Called.FATHER,
        "key": 0,
        "may_book": True,
        "until": Until.WEEK,
        "hidden": True,
        "why": Why.LOST_PHONE,
        "terms": "ma",
        "is_there": True,
    }
    several = dict.fromkeys(("who", "chosen", "visits", "slots"), write_ids([foreign, 2]))
    values = {
        name: _fitting((others | several).get(name, foreign), field.annotation)
        for name, field in tap.model_fields.items()
    }
    return tap.model_validate(values).pack()


def _fitting(value: object, kind: object) -> object:
    """The value; or any of a choice of which it is none, as one name may mean different things."""
    if isinstance(kind, type) and issubclass(kind, StrEnum) and not isinstance(value, kind):
        return next(iter(kind))
    return value


def in_every_way(tap: type[common_taps.Tap]) -> list[str]:
    """With the victim's ids, from a message that stays as well, and with ids that nothing has; a
    tap without ids is the same each time."""
    ways = (forged(tap), common_taps.STAYS + forged(tap), forged(tap, LARGEST))
    return [*dict.fromkeys(ways)] if ways[0] != ways[2] else [ways[0]]


def _apart() -> Iterator[list[type[common_taps.Tap]]]:
    """A parent's taps one by one, as each may change where the forger stands; those of the staff
    change nothing for who has no post, and a world serves several."""
    yield from ([tap] for tap in of_families())
    at_work = [tap for tap in common_taps.BY_PREFIX.values() if "post_id" in tap.model_fields]
    yield from (at_work[start : start + 8] for start in range(0, len(at_work), 8))


def of_families() -> list[type[common_taps.Tap]]:
    return [tap for tap in common_taps.BY_PREFIX.values() if "post_id" not in tap.model_fields]


SOME = list(_apart())
NAMES = [" ".join(tap.__prefix__ for tap in some) for some in SOME]


@pytest.mark.parametrize("some", SOME, ids=NAMES)
async def test_a_forged_tap_reveals_and_changes_nothing(
    victim: Chat, forger: Chat, house: House, some: list[type[common_taps.Tap]]
) -> None:
    """Every tap × foreign ids: answered, without a word or a row of the other family (R30)."""
    visits = await house.count("appointments")
    before = len(victim.messages)
    seen = ""
    for data in (data for tap in some for data in in_every_way(tap)):
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
    stranger: Chat, house: House, some: list[type[common_taps.Tap]]
) -> None:
    """Somebody without consent or child gets nowhere by any tap but the consent itself (R30)."""
    stored = {"persons", "handled_updates", "conversations", "consents", "consent_events"}
    tables = set(Base.metadata.tables) - stored
    before = {table: await house.count(table) for table in tables}
    for tap in some:
        await stranger.tap_data(forged(tap))

    assert {table: await house.count(table) for table in tables} == before
    assert not [s for m in stranger.messages for s in SECRETS if s in m.text]


LINK = "INSERT INTO care (person_id, child_id, since, role, state, may_book, may_cancel, ends_at)"
GRANT_NOTHING = {
    "pending": f"{LINK} SELECT id, 1, '2026-11-01', 'helper', 'pending', true, true, NULL",
    "ended": f"{LINK} SELECT id, 1, '2026-11-01', 'parent', 'ended', true, true, '2026-11-02'",
    "ran out": f"{LINK} SELECT id, 1, '2026-11-01', 'helper', 'active', true, true, '2026-11-02'",
}
LOOKS = f"{LINK} SELECT id, 1, '2026-11-01', 'helper', 'active', false, false, NULL"
OF_FORGER = f" FROM persons WHERE telegram_id = {FORGER}"
KEPT = ("appointments", "children", "questions", "phones", "care_invitations", "holds")


@pytest.mark.parametrize("state", GRANT_NOTHING)
async def test_every_tap_of_a_link_that_grants_nothing(
    victim: Chat, forger: Chat, house: House, state: str
) -> None:
    """R30, R75: whatever of a family's is tapped, somebody whose link to the child waits or is over
    sees and changes as much as a stranger."""
    await house.database.run(GRANT_NOTHING[state] + OF_FORGER)
    seen = ""
    visits = await house.count("appointments")
    for tap in of_families():
        await forger.tap_data(forged(tap))
        seen += f"{forger.screen.text} {forger.alert}"

    assert not [secret for secret in SECRETS if secret in seen]
    assert await house.count("appointments", "state = 'booked'") == visits
    assert await house.count("children") == 2
    assert await house.count("questions", "answered_at IS NULL") == 1


async def test_every_tap_of_who_may_only_look(victim: Chat, forger: Chat, house: House) -> None:
    """R75: the child is there to be seen, and whatever is tapped, it stays as it is."""
    await house.database.run(LOOKS + OF_FORGER)
    before = {table: await rows_of(house, table) for table in KEPT}
    await forger.tap_data("card:1:1")
    assert "Тайна" in forger.screen.text
    for tap in common_taps.BY_PREFIX.values():
        await forger.tap_data(forged(tap))

    for table, rows in before.items():
        assert await rows_of(house, table) == rows, table


async def rows_of(house: House, table: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in await house.database.rows(f"SELECT * FROM {table}")]  # noqa: S608


async def test_a_deep_link_of_a_forger_is_only_a_link(victim: Chat) -> None:
    """Whatever stands behind /start is looked up, not executed (R30)."""
    for code in ("c1", "c' OR 1=1 --", "c%", "c" + "x" * 60, "c../../etc"):
        await victim.say(f"/start {code}")

        assert "По этой ссылке клиники нет" in victim.screen.text
