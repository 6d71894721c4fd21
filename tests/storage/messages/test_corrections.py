"""Messages that stay in chats are noted many at a time, and no tap waits for it."""

from sqlalchemy import event

from services.model.clinic import Clinic
from services.model.messages import Spoken
from tests.conftest import House


async def test_many_messages_are_noted_at_once(house: House, clinic: Clinic) -> None:
    """R62: what an evening of reminders said is a handful of statements; what a message says last
    counts."""
    parent = await house.parent(77, clinic)
    child = await house.child(parent)
    doctor, *_others = await house.doctors(clinic)
    first, second = (await house.free_times(parent, child.id, doctor))[:2]
    visit = await house.book(parent, child.id, first)
    said = [Spoken(77, number, visit.id, first.id) for number in range(50)]
    told: list[str] = []
    engine = house.engines.writing.sync_engine

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        told.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    async with house.transactions.writes() as tx:
        await tx.corrections.note(said)
    event.remove(engine, "before_cursor_execute", note)
    assert len([each for each in told if "spoken" in each]) == 2

    async with house.transactions.writes() as tx:
        again = Spoken(77, 0, visit.id, second.id)
        gone = Spoken(78, 1, visit.id, first.id)
        await tx.corrections.note([said[0], again, gone])
    assert await house.count("spoken") == 50
    assert await house.count("spoken", f"slot_id = {second.id}") == 1
