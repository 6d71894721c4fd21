"""One text to many families: only to who agreed, confirmed by its number, and told once to each."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest

from services.broadcasts import carrying_out as broadcasts_of
from services.broadcasts.carrying_out import Broadcasts
from services.broadcasts.progress import NewsPreview, NewsQuestion, Progress
from services.broadcasts.writing import LONGEST_NEWS, MOST_DAYS
from services.messages.sending import BATCH
from services.model.access import Role
from services.model.broadcasts import Audience, BroadcastState, Reach, Whom
from services.model.clinic import Clinic, Doctor
from services.model.consents import Purpose
from services.model.conversations import Conversation, NewsDraft
from services.model.ids import BroadcastId, PersonId, PostId
from services.model.letters import ClinicCancelled, ClinicNews, Letter
from services.model.messages import NotificationState, Urgency
from services.model.people import Person
from services.model.refusals.base import NotFound
from services.model.refusals.broadcasts import BroadcastOver, NobodyToTell, NumberDiffers
from services.model.refusals.typed import TextMissing, TextTooLong, UnseenCharacter
from services.ports.sending import NotNow, Unreachable
from services.runtime.use_case import effect_of
from storage.database.transaction import inside_transaction
from tests.conftest import CONSENTS, ROMASHKA, House
from tests.services.conftest import Employee, Family, employ, families, open_clinic, slots_of

WATER = "В пятницу не будет воды. Приходите <с> водой & полотенцем."
FAMILIES = Audience(Whom.FAMILIES)
MONDAY = date(2026, 11, 23)
PLANNED = NotificationState.PLANNED


@dataclass
class Letters:
    """A notifier that remembers what it told, and fails for whom it is told to."""

    told: list[Letter] = field(default_factory=list)
    failing: dict[PersonId, Exception] = field(default_factory=dict)
    meanwhile: Callable[[], Awaitable[object]] | None = None
    """What happens once, after the first message; the others wait for it."""
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def permit(self, person: Person, urgency: Urgency) -> None:
        """At once."""

    async def tell(self, letter: Letter) -> None:
        assert not inside_transaction()
        if error := self.failing.get(letter.person.id):
            raise error
        async with self.turn:
            self.told.append(letter)
            happens, self.meanwhile = self.meanwhile, None
            if happens:
                await happens()

    @property
    def persons(self) -> list[PersonId]:
        return [letter.person.id for letter in self.told]


@pytest.fixture(autouse=True)
async def asking_clinic(house: House, clinic: Clinic) -> None:
    """Ромашка, which asks for a consent to news."""
    await house.services.clinics.open(ROMASHKA, CONSENTS, [])


@pytest.fixture(autouse=True)
def noon(house: House) -> None:
    """Monday, 10:00 in Moscow: no quiet hours."""
    house.clock.forward(hours=3)


@pytest.fixture
def broadcasts(house: House) -> Broadcasts:
    return house.services.broadcasts


async def agree(house: House, clinic: Clinic, *persons: PersonId) -> None:
    for person in persons:
        await house.services.consents.agree(person, clinic.id, Purpose.NEWS, version=1)


async def crowd(house: House, clinic: Clinic, count: int) -> list[PersonId]:
    """So many parents who agreed to news."""
    some = [family.parent for family in await families(house, clinic, count)]
    await agree(house, clinic, *some)
    return some


async def reach(house: House, by: Employee, audience: Audience) -> Reach:
    return (await house.services.broadcasts.ask(by.person, by.post, audience)).reach


async def begin(
    house: House, by: Employee, audience: Audience = FAMILIES, text: str = WATER
) -> Progress:
    """Write it and confirm it, as the chat does."""
    broadcasts = house.services.broadcasts
    await broadcasts.ask(by.person, by.post, audience)
    shown = await broadcasts.typed(by.person, text)
    assert isinstance(shown, NewsPreview)
    begun = await broadcasts.typed(by.person, str(shown.reach.recipients))
    assert isinstance(begun, Progress)
    return begun


async def carry_on(house: House) -> None:
    while await house.services.broadcasts.carry_on():
        pass


async def deliver(house: House, letters: Letters) -> int:
    """The ticks: rows follow the state, what is due is sent, and what is over is noticed."""
    await carry_on(house)
    sent = await house.services.notices.tell_due(letters)
    await carry_on(house)
    return sent


async def now_of(house: House, by: Employee, begun: Progress) -> Progress:
    return await house.services.broadcasts.progress(by.person, by.post, begun.broadcast.id)


# Whom


async def test_only_who_agreed_to_news_is_told(
    house: House, clinic: Clinic, irina: Employee, anna: Family, boris: Family
) -> None:
    """Consent to news is asked for by itself: who gave none is counted, and not written to."""
    vera = await house.parent(103, clinic)
    await agree(house, clinic, anna.parent, vera)
    async with house.transactions.writes() as tx:
        await tx.families.lost(vera, house.clock())
    assert await reach(house, irina, FAMILIES) == Reach(1, 1, 1)

    begun, letters = await begin(house, irina), Letters()
    assert await deliver(house, letters) == 1
    [told] = letters.told
    assert isinstance(told, ClinicNews)
    assert (told.person.id, told.clinic.id, told.text) == (anna.parent, clinic.id, WATER)
    assert not told.about_visit
    after = await now_of(house, irina, begun)
    assert (after.sent, after.left, after.broadcast.state) == (1, 0, BroadcastState.DONE)
    assert after.broadcast.settled_at == house.clock()


async def test_a_consent_to_another_clinic_s_news_is_none(
    house: House, irina: Employee, anna: Family
) -> None:
    """Nor is one that was taken back."""
    other = await open_clinic(house, consents=CONSENTS)
    await house.services.families.consent(anna.parent, other.id, version=1)
    await agree(house, other, anna.parent)

    assert await reach(house, irina, FAMILIES) == Reach(0, 1, 0)


async def test_a_district_is_told_by_where_its_children_live(
    house: House, clinic: Clinic, irina: Employee, anna: Family, boris: Family, petrova: Doctor
) -> None:
    """A child's district is what is known of its address."""
    await agree(house, clinic, anna.parent, boris.parent)
    async with house.transactions.writes() as tx:
        district = await tx.districts.add(petrova, "участок 1", [])
        await tx.families.change_child(replace(boris.child, district_id=district.id))
    audience = Audience(Whom.DISTRICT, district.id)
    assert await reach(house, irina, audience) == Reach(1, 0, 0)

    letters = Letters()
    begun = await begin(house, irina, audience)
    await deliver(house, letters)
    assert letters.persons == [boris.parent]
    assert begun.subject == district


async def test_a_doctor_s_patients_were_there_in_the_last_year_or_are_booked(
    house: House,
    clinic: Clinic,
    irina: Employee,
    anna: Family,
    boris: Family,
    petrova: Doctor,
    kim: Doctor,
) -> None:
    """Who cancelled was not there; who came to another doctor is another doctor's."""
    await agree(house, clinic, anna.parent, boris.parent)
    slots = await house.free_times(anna.parent, anna.child.id, petrova)
    visit = await house.book(anna.parent, anna.child.id, slots[0])
    theirs = Audience(Whom.PATIENTS, petrova.id)
    assert await reach(house, irina, theirs) == Reach(1, 0, 0)
    assert await reach(house, irina, Audience(Whom.PATIENTS, kim.id)) == Reach(0, 0, 0)

    house.clock.forward(days=300)
    assert await reach(house, irina, theirs) == Reach(1, 0, 0)
    house.clock.forward(days=66)
    assert await reach(house, irina, theirs) == Reach(0, 0, 0)
    house.clock.forward(days=-366)
    await house.services.mine.cancel(anna.parent, visit.id)
    assert await reach(house, irina, theirs) == Reach(0, 0, 0)


@pytest.fixture
async def booked(house: House, anna: Family, boris: Family, petrova: Doctor) -> Letters:
    """Анна comes on Monday at 10:45 and Борис on Tuesday at 9:00; nobody agreed to news."""
    house.clock.forward(hours=-3)
    monday = await house.free_times(anna.parent, anna.child.id, petrova)
    visits = [await house.book(anna.parent, anna.child.id, monday[7])]
    times = await house.services.times.day(
        boris.parent, boris.need, petrova.id, MONDAY + timedelta(days=1)
    )
    visits.append(await house.book(boris.parent, boris.child.id, times.slots[0]))
    for family, visit in zip((anna, boris), visits, strict=True):
        await house.answered(family.parent, visit)
    house.clock.forward(hours=3)
    return Letters()


def visits_on(*days: int, whom: Whom = Whom.VISITS) -> Audience:
    first, last = (MONDAY + timedelta(days=day) for day in days)
    return Audience(whom, first=first, last=last)


async def test_who_comes_on_some_days_is_told_of_a_change_without_a_consent_to_news(
    house: House, irina: Employee, anna: Family, boris: Family, booked: Letters
) -> None:
    """It is their visit: it goes to everybody who is booked then, and before news."""
    assert await reach(house, irina, visits_on(0, 1)) == Reach(2, 0, 0)
    assert await reach(house, irina, visits_on(1, 1)) == Reach(1, 0, 0)
    assert await reach(house, irina, visits_on(2, 9)) == Reach(0, 0, 0)
    assert await reach(house, irina, visits_on(0, 1, whom=Whom.DAYS)) == Reach(0, 2, 0)

    begun = await begin(house, irina, visits_on(0, 1))
    await deliver(house, booked)
    assert sorted(booked.persons) == sorted([anna.parent, boris.parent])
    assert all(isinstance(each, ClinicNews) and each.about_visit for each in booked.told)
    assert (await now_of(house, irina, begun)).sent == 2
    assert await house.count("notifications", "urgency = 1 AND appointment_id IS NOT NULL") == 2


async def test_who_cancels_meanwhile_is_not_told_of_the_visit(
    house: House, irina: Employee, anna: Family, boris: Family, booked: Letters
) -> None:
    """The message is made from the present facts (R17)."""
    begun = await begin(house, irina, visits_on(0, 1))
    await carry_on(house)
    [visit] = (await house.services.mine.visits(anna.parent)).visits
    await house.services.mine.cancel(anna.parent, visit.id)
    await deliver(house, booked)

    assert booked.persons == [boris.parent]
    after = await now_of(house, irina, begun)
    assert (after.sent, after.dropped, after.left) == (1, 1, 0)


# Writing and confirming


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("  ", TextMissing),
        ("ж" * (LONGEST_NEWS + 1), TextTooLong),
        ("&" * (LONGEST_NEWS // 5 + 1), TextTooLong),
        ("😀" * (LONGEST_NEWS // 2 + 1), TextTooLong),
        ("звонок\x07", UnseenCharacter),
    ],
)
async def test_a_text_that_will_not_do_is_asked_for_again(
    broadcasts: Broadcasts, irina: Employee, words: str, problem: type[Exception]
) -> None:
    """It has to fit into one message with every sign of it escaped (R36)."""
    await broadcasts.ask(irina.person, irina.post, FAMILIES)
    answer = await broadcasts.typed(irina.person, words)

    assert isinstance(answer, NewsQuestion)
    assert isinstance(answer.problem, problem)


async def test_another_text_replaces_the_one_that_was_shown(
    house: House, clinic: Clinic, broadcasts: Broadcasts, irina: Employee, anna: Family
) -> None:
    """A number after a text is a number; before it, and with words, it is the text."""
    await agree(house, clinic, anna.parent)
    await broadcasts.ask(irina.person, irina.post, FAMILIES)
    for words in ("112", "Кабинет 1"):
        shown = await broadcasts.typed(irina.person, words)
        assert isinstance(shown, NewsPreview)
        assert shown.text == words
    assert isinstance(begun := await broadcasts.typed(irina.person, " 1 "), Progress)
    assert begun.broadcast.text == "Кабинет 1"


async def test_only_the_number_that_is_right_sends_it(
    house: House, clinic: Clinic, broadcasts: Broadcasts, irina: Employee, anna: Family
) -> None:
    """Another number sends nothing; nor does the one that was shown, when it is another by now."""
    await agree(house, clinic, anna.parent)
    await broadcasts.ask(irina.person, irina.post, FAMILIES)
    await broadcasts.typed(irina.person, WATER)
    answers = [await broadcasts.typed(irina.person, "2")]
    await crowd(house, clinic, 1)
    answers += [await broadcasts.typed(irina.person, words) for words in ("1", "3")]

    for answer in answers:
        assert isinstance(answer, NewsPreview)
        assert isinstance(answer.problem, NumberDiffers)
        assert answer.text == WATER
    assert await house.count("broadcasts") == 0
    assert isinstance(await broadcasts.typed(irina.person, "2"), Progress)


async def test_nobody_is_no_audience(broadcasts: Broadcasts, irina: Employee, house: House) -> None:
    """Zero confirms nothing."""
    await broadcasts.ask(irina.person, irina.post, FAMILIES)
    await broadcasts.typed(irina.person, WATER)
    answer = await broadcasts.typed(irina.person, "0")

    assert isinstance(answer, NewsPreview)
    assert isinstance(answer.problem, NobodyToTell)
    assert await house.count("broadcasts") == 0


async def test_one_confirmation_is_one_broadcast(
    house: House, clinic: Clinic, broadcasts: Broadcasts, irina: Employee, anna: Family
) -> None:
    """R45: the update comes again after a crash, and the number is typed twice."""
    await agree(house, clinic, anna.parent)
    await broadcasts.ask(irina.person, irina.post, FAMILIES)
    await broadcasts.typed(irina.person, WATER)
    with effect_of(7):
        begun = await broadcasts.typed(irina.person, "1")
        assert isinstance(begun, Progress)
        await broadcasts.shown(begun.broadcast.id, 55)
    for update in (7, 8):
        with effect_of(update), pytest.raises(NotFound):  # it is words for the desk by now
            await broadcasts.typed(irina.person, "1")

    assert await house.count("broadcasts", "message_id = 55") == 1


# Sending


async def test_a_failing_recipient_stops_nobody(
    house: House, clinic: Clinic, irina: Employee
) -> None:
    """R20: who blocked the bot is marked, who cannot be reached now is tried again."""
    some = await crowd(house, clinic, 5)
    begun, letters = await begin(house, irina), Letters()
    letters.failing = {some[0]: Unreachable(), some[1]: NotNow(timedelta(minutes=2))}
    assert await deliver(house, letters) == 3
    now = await now_of(house, irina, begun)
    assert (now.sent, now.blocked, now.left) == (3, 1, 1)
    assert now.broadcast.state is BroadcastState.SENDING
    assert await reach(house, irina, FAMILIES) == Reach(4, 0, 1)

    letters.failing.clear()
    house.clock.forward(minutes=2)
    assert await deliver(house, letters) == 1
    now = await now_of(house, irina, begun)
    assert (now.sent, now.left, now.broadcast.state) == (4, 0, BroadcastState.DONE)


async def test_who_refuses_news_meanwhile_gets_none(
    house: House, clinic: Clinic, irina: Employee
) -> None:
    """A consent that is taken back stops at once what it allowed."""
    some = await crowd(house, clinic, 2)
    begun, letters = await begin(house, irina), Letters()
    await carry_on(house)
    await house.services.consents.withdraw(some[0], clinic.id, Purpose.NEWS)
    await deliver(house, letters)

    assert letters.persons == [some[1]]
    after = await now_of(house, irina, begun)
    assert (after.sent, after.dropped, after.broadcast.state) == (1, 1, BroadcastState.DONE)


async def test_planning_goes_on_where_it_was_interrupted(
    house: House, clinic: Clinic, irina: Employee, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R47: a few rows in each transaction; a process that dies in between leaves nobody out, and
    nobody twice."""
    monkeypatch.setattr(broadcasts_of, "STEP", 2)
    some = await crowd(house, clinic, 5)
    begun, letters = await begin(house, irina), Letters()
    assert await house.services.broadcasts.carry_on()
    assert await house.count("notifications") == 2
    assert (await now_of(house, irina, begun)).left == 5
    await house.services.notices.tell_due(letters)
    assert (await now_of(house, irina, begun)).left == 3

    after_the_crash = Broadcasts(house.transactions, house.clock)
    while await after_the_crash.carry_on():
        pass
    await house.services.notices.tell_due(letters)
    assert sorted(letters.persons) == some


async def test_a_pause_holds_and_a_resume_sends_the_rest_once(
    house: House, clinic: Clinic, irina: Employee, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is on its way at the pause arrives; of the others nobody is told until it goes on."""
    monkeypatch.setattr(broadcasts_of, "STEP", 7)
    some = await crowd(house, clinic, 30)
    begun, letters = await begin(house, irina), Letters()
    ids = irina.person, irina.post, begun.broadcast.id

    async def pause() -> None:
        await house.services.broadcasts.pause(*ids)

    letters.meanwhile = pause
    await deliver(house, letters)
    told = len(letters.told)
    assert 1 <= told <= BATCH
    now = await now_of(house, irina, begun)
    assert (now.sent, now.left, now.broadcast.state) == (told, 30 - told, BroadcastState.PAUSED)
    assert now.count(NotificationState.HELD) == 30 - told
    house.clock.forward(hours=2)
    assert await deliver(house, letters) == 0

    await house.services.broadcasts.resume(*ids)
    assert await deliver(house, letters) == 30 - told
    assert sorted(letters.persons) == some
    assert (await now_of(house, irina, begun)).broadcast.state is BroadcastState.DONE


async def test_a_stop_is_for_good(
    house: House, clinic: Clinic, irina: Employee, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the middle of being planned, too; doing it twice changes nothing, and nothing starts it
    again."""
    monkeypatch.setattr(broadcasts_of, "STEP", 4)
    await crowd(house, clinic, 10)
    begun, letters = await begin(house, irina), Letters()
    await house.services.broadcasts.carry_on()
    await house.services.notices.tell_due(letters)
    ids = irina.person, irina.post, begun.broadcast.id
    await house.services.broadcasts.stop(*ids)
    await house.services.broadcasts.stop(*ids)
    assert await deliver(house, letters) == 0

    after = await now_of(house, irina, begun)
    assert (after.sent, after.dropped, after.left) == (4, 6, 0)
    assert after.broadcast.state is BroadcastState.STOPPED
    assert after.broadcast.settled_at
    for again in (house.services.broadcasts.resume, house.services.broadcasts.pause):
        with pytest.raises(BroadcastOver):
            await again(*ids)


async def test_an_urgent_message_overtakes_a_broadcast(
    house: House, clinic: Clinic, irina: Employee, anna: Family, petrova: Doctor
) -> None:
    """R25: a visit that the clinic cancels in the middle of it waits for what is claimed already
    and for nobody else."""
    house.clock.forward(hours=-3)
    slots = await house.free_times(anna.parent, anna.child.id, petrova)
    visit = await house.book(anna.parent, anna.child.id, slots[7])
    await house.answered(anna.parent, visit)
    house.clock.forward(hours=3)
    tamara = await employ(house, Role.REGISTRAR, 202)
    await crowd(house, clinic, 5 * BATCH)
    await begin(house, irina)
    letters = Letters()

    async def cancel() -> None:
        await house.services.desk.cancel(tamara.person, tamara.post, visit.id)

    letters.meanwhile = cancel
    await deliver(house, letters)
    kinds = [type(letter) for letter in letters.told]
    assert kinds.count(ClinicNews) == 5 * BATCH
    assert kinds.index(ClinicCancelled) <= BATCH


async def test_news_come_in_the_morning_and_a_change_of_a_visit_when_it_must(
    house: House, clinic: Clinic, irina: Employee, anna: Family, boris: Family, booked: Letters
) -> None:
    """R22: quiet hours are kept, but for a visit that begins too soon after them."""
    await agree(house, clinic, anna.parent)
    house.clock.forward(hours=12)  # Monday, 22:00; Борис comes at 9:00
    news = await begin(house, irina)
    await begin(house, irina, visits_on(1, 1), "Завтра вход со двора.")
    assert news.sleeps_until == house.clock() + timedelta(hours=9)
    await deliver(house, booked)
    assert booked.persons == [boris.parent]

    house.clock.forward(hours=9)
    await deliver(house, booked)
    assert booked.persons == [boris.parent, anna.parent]


async def test_a_broadcast_is_not_late(house: House, clinic: Clinic, irina: Employee) -> None:
    """Thousands are due at one moment: that they wait is no alarm."""
    await crowd(house, clinic, 2)
    await begin(house, irina)
    await carry_on(house)
    house.clock.forward(minutes=30)

    assert await house.services.notices.upcoming() == house.clock() - timedelta(minutes=30)
    assert await house.services.notices.lateness() == timedelta()


async def test_news_of_last_week_are_none(house: House, clinic: Clinic, irina: Employee) -> None:
    """What could not be told for so long is given up, and said so."""
    await crowd(house, clinic, 2)
    begun, letters = await begin(house, irina), Letters()
    await carry_on(house)
    house.clock.forward(days=7)
    assert await deliver(house, letters) == 0
    assert (await now_of(house, irina, begun)).failed == 2


# Telling the author


async def test_one_process_tells_the_author_and_another_goes_on(
    house: House, clinic: Clinic, irina: Employee
) -> None:
    """Where its message is, is known after a crash; how it ended is told until it was."""
    await crowd(house, clinic, 1)
    begun = await begin(house, irina)
    one, other = (Broadcasts(house.transactions, house.clock) for _ in range(2))
    assert await one.to_tell() == []  # the answer to the number is just being sent
    await one.shown(begun.broadcast.id, 77)
    [told] = await one.to_tell()
    assert (told.broadcast.message_id, told.post_id) == (77, irina.post)
    assert told.broadcast.author.telegram_id == 201
    assert await other.to_tell() == []

    house.clock.forward(seconds=10)
    assert len(await other.to_tell()) == 1
    await deliver(house, Letters())
    [told] = await other.to_tell()
    assert told.broadcast.settled_at
    await other.reported(begun.broadcast.id)
    assert await other.to_tell() == []


async def test_a_message_that_was_never_sent_is_made_up_for(
    house: House, clinic: Clinic, irina: Employee
) -> None:
    """The process died between the confirmation and its answer."""
    await crowd(house, clinic, 1)
    await begin(house, irina)
    house.clock.forward(seconds=15)

    [told] = await house.services.broadcasts.to_tell()
    assert told.broadcast.message_id is None


async def test_who_is_dismissed_is_told_of_no_broadcast_any_more(
    house: House, clinic: Clinic, irina: Employee
) -> None:
    """R32: it goes on to the families; its counts are the clinic's own."""
    await crowd(house, clinic, 1)
    begun = await begin(house, irina)
    broadcasts = house.services.broadcasts
    await broadcasts.shown(begun.broadcast.id, 77)
    assert len(await broadcasts.to_tell()) == 1
    chief = await employ(house, Role.ADMINISTRATOR, 206)
    await house.services.members.dismiss(chief.person, chief.post, irina.post)
    assert await broadcasts.to_tell() == []
    letters = Letters()
    await deliver(house, letters)
    assert len(letters.told) == 1
    assert await broadcasts.to_tell() == []


async def test_the_latest_are_listed(house: House, clinic: Clinic, irina: Employee) -> None:
    """Leaving a draft forgets it."""
    await crowd(house, clinic, 1)
    for text in ("первая", "вторая"):
        await begin(house, irina, text=text)
    broadcasts = house.services.broadcasts
    await broadcasts.ask(irina.person, irina.post, FAMILIES)
    page = await broadcasts.page(irina.person, irina.post)

    assert [each.text for each in page.latest] == ["вторая", "первая"]
    with pytest.raises(NotFound):
        await broadcasts.typed(irina.person, WATER)


# Who may


async def every_use_case(
    broadcasts: Broadcasts, person: PersonId, post: PostId, one: BroadcastId
) -> list[Awaitable[object]]:
    return [
        broadcasts.page(person, post),
        broadcasts.whom_to_tell(person, post, Whom.DISTRICT),
        broadcasts.ask(person, post, FAMILIES),
        broadcasts.progress(person, post, one),
        broadcasts.pause(person, post, one),
        broadcasts.resume(person, post, one),
        broadcasts.stop(person, post, one),
    ]


async def test_only_the_clinic_s_administrators_may(
    house: House, clinic: Clinic, broadcasts: Broadcasts, irina: Employee, petrova: Doctor
) -> None:
    """R30: neither its registrar or doctor, nor another clinic's administrator, nor with a foreign
    post."""
    await crowd(house, clinic, 1)
    begun = (await begin(house, irina)).broadcast.id
    await open_clinic(house)
    others = [
        await employ(house, Role.REGISTRAR, 202),
        await employ(house, Role.DOCTOR, 203, doctor=petrova),
        Employee((await employ(house, Role.REGISTRAR, 204)).person, irina.post),
    ]
    for other in others:
        for asked in await every_use_case(broadcasts, other.person, other.post, begun):
            with pytest.raises(NotFound):
                await asked
    registrar = others[0]
    topic = NewsDraft(Audience(Whom.FAMILIES))
    asked_before = Conversation(topic, clinic.id, house.clock(), registrar.post)
    async with house.transactions.writes() as tx:
        await tx.conversations.ask(registrar.person, asked_before)
    with pytest.raises(NotFound):
        await broadcasts.typed(registrar.person, "Завтра не будет воды.")
    elsewhere = await employ(house, Role.ADMINISTRATOR, 205, clinic="other")
    for use_case in (broadcasts.progress, broadcasts.pause, broadcasts.resume, broadcasts.stop):
        with pytest.raises(NotFound):
            await use_case(elsewhere.person, elsewhere.post, begun)
    for audience in (
        Audience(Whom.PATIENTS, petrova.id),
        Audience(Whom.DISTRICT, 1),
        Audience(Whom.DAYS),
        visits_on(1, 0),
        visits_on(0, MOST_DAYS),
    ):
        with pytest.raises(NotFound):
            await broadcasts.ask(elsewhere.person, elsewhere.post, audience)


async def test_who_is_dismissed_sends_nothing_any_more(
    house: House, clinic: Clinic, broadcasts: Broadcasts, irina: Employee
) -> None:
    """The post is looked at again when the number is typed (R32)."""
    await crowd(house, clinic, 1)
    await broadcasts.ask(irina.person, irina.post, FAMILIES)
    await broadcasts.typed(irina.person, WATER)
    chief = await employ(house, Role.ADMINISTRATOR, 206)
    await house.services.members.dismiss(chief.person, chief.post, irina.post)

    with pytest.raises(NotFound):
        await broadcasts.typed(irina.person, "1")
    assert await house.count("broadcasts") == 0


async def test_another_visit_of_the_day_is_reason_enough(
    house: House, clinic: Clinic, irina: Employee, petrova: Doctor
) -> None:
    """Of two children the first one's visit went meanwhile; the second one still comes."""
    house.clock.forward(hours=3)
    parent = await house.parent(700, clinic)
    first, second = await house.child(parent, "Первый"), await house.child(parent, "Второй")
    times = await slots_of(house, petrova, Family(parent, first), date(2026, 11, 24))
    gone = await house.book(parent, first.id, times[0])
    await house.book(parent, second.id, times[5])
    await house.database.run("DELETE FROM notifications")
    begun = await begin(house, irina, visits_on(0, 1))
    await carry_on(house)
    await house.services.mine.cancel(parent, gone.id)
    await deliver(house, Letters())
    after = await now_of(house, irina, begun)
    assert (after.sent, after.dropped) == (1, 0)
