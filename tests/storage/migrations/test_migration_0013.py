"""Questions come to a database that is in use, and go again."""

from datetime import timedelta

import pytest

from services.model.access import Role
from services.model.clinic import Clinic
from services.model.conversations import Answering, Conversation
from services.model.ids import QuestionId
from storage.database.migrate import migrate
from tests.conftest import House, StillClock, house_over
from tests.databases import BOTH
from tests.services.conftest import employ
from tests.storage.files import tables_of
from tests.storage.migrations.test_migrations import go, look


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_questions_come_and_go(house: House, clinic: Clinic, clock: StillClock) -> None:
    """Down and up again over a clinic with a visit that was asked about: the visit stays; what the
    old code does not know is gone, questions being typed included. Clinics are as new ones are."""
    database, questions = house.database, house.services.questions
    anna = await house.parent(101, clinic)
    child = await house.child(anna)
    slot, *_ = await house.free_times(anna, child.id, (await house.doctors(clinic))[1])
    visit = await house.book(anna, child.id, slot)
    tamara = await employ(house, Role.REGISTRAR, 202)
    await questions.begin(anna, visit.id)
    await questions.ask(anna, "Можно с коляской?")
    await questions.begin(anna, visit.id)
    typing = Conversation(Answering(QuestionId(1), 0), clinic.id, clock(), tamara.post)
    async with house.transactions.writes() as tx:
        await tx.conversations.ask(tamara.person, typing)
    await database.run("UPDATE clinics SET doctors_answer = true, answer_within_minutes = 60")
    await house.engines.dispose()
    columns = await look(database, tables_of)

    await go(database, "0012")
    older = await look(database, tables_of)
    assert {"questions", "answers"} & set(older) == set()
    assert await database.rows("SELECT * FROM conversations") == []
    assert {kind for (kind,) in await database.rows("SELECT kind FROM notifications")} == {"booked"}

    await migrate(database.url)
    assert await look(database, tables_of) == columns
    assert await database.rows("SELECT * FROM questions") == []
    async with house_over(database, clock) as after:
        found = await after.services.profiles.clinic("romashka")
        assert (found.doctors_answer, found.answer_within) == (False, timedelta(hours=4))
        again = await after.services.mine.visit(anna, visit.id)
        assert (again.visit.id, list(again.thread)) == (visit.id, [])
