"""Questions about a visit: asked by the family, answered once, told to whom they concern."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from services.families.places import PATIENCE
from services.messages.questions import LONGEST_QUESTION
from services.model.access import Access, Role
from services.model.clinic import Clinic, Doctor
from services.model.conversations import AboutVisit, Searching
from services.model.ids import ClinicId, PersonId, PostId, QuestionId
from services.model.letters import ClinicAnswered, Letter, QuestionsWait
from services.model.messages import Urgency
from services.model.people import Person
from services.model.privacy.retention import USUAL_DAYS, Kept
from services.model.questions import Answer, Question
from services.model.refusals.base import NotFound, Refusal
from services.model.refusals.clinic import TypedAnew
from services.model.refusals.families import NoConsent
from services.model.refusals.questions import (
    AlreadyAnswered,
    TextOnly,
    TooLateToAsk,
    TooManyQuestions,
)
from services.model.refusals.typed import TextMissing, TextTooLong, UnseenCharacter
from services.model.refusals.visits import VisitCancelled
from services.model.visits import Appointment, AppointmentState
from services.rules.questions import ASKED_AFTER, MOST_OPEN, check_askable
from services.runtime.use_case import effect_of
from services.visits.question_views import (
    Answered,
    AskAbout,
    AskAnswer,
    Doubt,
    OpenQuestion,
    Sent,
    Unsent,
)
from services.visits.questions import SHOWN
from storage.database.transaction import inside_transaction
from tests.conftest import CONSENT, PETROVA, SEVERYANKA, House
from tests.playing import played
from tests.services.conftest import Employee, Family, employ, families, run_sql
from tests.values import a_slot, a_visit, on_wall

WITH_PRAM = "Можно с коляской?"
YES = "Да, вход со двора."


@dataclass
class Letters:
    """A notifier that remembers what it told to whom."""

    told: list[Letter] = field(default_factory=list)

    async def permit(self, person: Person, urgency: Urgency) -> None: ...

    async def tell(self, letter: Letter) -> None:
        assert not inside_transaction()
        self.told.append(letter)

    def take(self) -> list[tuple[PersonId, Letter]]:
        """What was told since the last look."""
        told, self.told = self.told, []
        return [(letter.person.id, letter) for letter in told]


@pytest.fixture
def letters() -> Letters:
    return Letters()


@played
async def lena(house: House, clinic: Clinic) -> Employee:
    """Another registrar."""
    return await employ(house, Role.REGISTRAR, 204)


@played
async def doctor_petrova(house: House, petrova: Doctor) -> Employee:
    return await employ(house, Role.DOCTOR, 203, doctor=petrova)


@played
async def visit(house: House, anna: Family, petrova: Doctor) -> Appointment:
    """Миша with Петрова, today at 9:00."""
    return await house.book(
        anna.parent,
        anna.child.id,
        (await house.free_times(anna.parent, anna.child.id, petrova))[0],
    )


async def ask(house: House, family: Family, visit: Appointment, words: str = WITH_PRAM) -> Question:
    await house.services.questions.begin(family.parent, visit.id)
    sent = await house.services.questions.ask(family.parent, words)
    assert isinstance(sent, Sent)
    return sent.question


async def begin(house: House, who: Employee, question: Question) -> AskAnswer:
    return await house.services.questions.begin_answer(who.person, who.post, question.id)


async def answer(house: House, who: Employee, question: Question, words: str = YES) -> Answered:
    await begin(house, who, question)
    return await house.services.questions.answer(who.person, words)


async def tell(house: House, letters: Letters) -> list[tuple[PersonId, Letter]]:
    await house.services.notices.tell_due(letters)
    return letters.take()


async def doctors_answer(house: House) -> None:
    entry = await house.services.profiles.entered("romashka")
    profile = replace(entry.profile, doctors_answer=True)
    await house.services.profiles.enter(replace(entry, profile=profile))


async def journal_of(house: House, family: Family) -> list[Access | str]:
    async with house.transactions.reads() as tx:
        records = await tx.journal.of_child(family.child.id, 100)
    return [record.entry.access for record in reversed(records)]


async def thread_of(house: House, family: Family, visit: Appointment) -> list[Question]:
    return list((await house.services.mine.visit(family.parent, visit.id)).thread)


# Asking


async def test_a_question_is_asked_and_answered(
    house: House, anna: Family, visit: Appointment, tamara: Employee, letters: Letters
) -> None:
    """R39: the thread stays with the visit, for both sides; reading and answering are taken down,
    and what is told at work names neither the child nor the words."""
    question = await ask(house, anna, visit)
    assert (question.text, question.is_waiting, question.to_doctor) == (WITH_PRAM, True, False)
    assert await house.count("conversations", f"person_id = {anna.parent}") == 0

    [(told, letter)] = await tell(house, letters)
    assert isinstance(letter, QuestionsWait)
    assert (told, letter.post.id, letter.again) == (tamara.person, tamara.post, False)
    assert WITH_PRAM not in repr(letter)
    assert await journal_of(house, anna) == []

    desk = await house.services.workday.desk(tamara.person)
    assert desk.questions == 1
    waiting = await house.services.questions.waiting(tamara.person, tamara.post)
    assert [each.id for each, _visit in waiting.questions] == [question.id]
    done = await answer(house, tamara, question)
    assert isinstance(done, OpenQuestion)
    assert done.sent
    assert [each.text for each in done.question.answers] == [YES]
    assert await journal_of(house, anna) == [Access.QUESTION, Access.QUESTION, Access.ANSWER]

    [(told, letter)] = await tell(house, letters)
    assert isinstance(letter, ClinicAnswered)
    assert (told, letter.answer.text, letter.answer.role) == (anna.parent, YES, Role.REGISTRAR)
    assert await tell(house, letters) == []
    assert [each.answers[0].text for each in await thread_of(house, anna, visit)] == [YES]
    at_desk = await house.services.workday.visit(tamara.person, tamara.post, visit.id)
    assert [each.text for each in at_desk.thread] == [WITH_PRAM]
    assert (await journal_of(house, anna))[-2:] == [Access.VISIT, Access.QUESTION]
    assert (await house.services.workday.desk(tamara.person)).questions == 0
    assert await house.services.typing.whose(tamara.person) == Searching()  # typing searches again


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("", TextMissing),
        ("  \n ", TextMissing),
        ("я" * (LONGEST_QUESTION + 1), TextTooLong),
        ("😀" * (LONGEST_QUESTION // 2 + 1), TextTooLong),
        ("плохой\x07знак", UnseenCharacter),
        (None, TextOnly),
    ],
)
async def test_words_that_will_not_do_are_asked_for_again(
    house: House,
    anna: Family,
    visit: Appointment,
    tamara: Employee,
    words: str | None,
    problem: type[Refusal],
) -> None:
    """R37: of both sides; a photo or a voice message, too. The next words are taken."""
    questions = house.services.questions
    await questions.begin(anna.parent, visit.id)
    again = await questions.ask(anna.parent, words)
    assert isinstance(again, AskAbout)
    assert isinstance(again.problem, problem)
    sent = await questions.ask(anna.parent, "я" * LONGEST_QUESTION)
    assert isinstance(sent, Sent)

    await begin(house, tamara, sent.question)
    asked = await questions.answer(tamara.person, words)
    assert isinstance(asked, AskAnswer)
    assert isinstance(asked.problem, problem)
    done = await questions.answer(tamara.person, YES)
    assert isinstance(done, OpenQuestion)
    assert await house.count("answers") == 1


async def test_only_so_many_wait(
    house: House, anna: Family, visit: Appointment, tamara: Employee
) -> None:
    """R51: one person's, at one clinic; an answer makes room."""
    asked = [await ask(house, anna, visit, f"Вопрос {number}") for number in range(MOST_OPEN)]
    with pytest.raises(TooManyQuestions):
        await house.services.questions.begin(anna.parent, visit.id)
    assert await house.count("questions") == MOST_OPEN
    await answer(house, tamara, asked[0])
    await ask(house, anna, visit)


async def test_two_chats_of_one_parent_do_not_ask_too_much(
    house: House, anna: Family, visit: Appointment
) -> None:
    """R51: two messages at once leave one question, as one was asked for."""
    await house.services.questions.begin(anna.parent, visit.id)
    results = await asyncio.gather(
        *(house.services.questions.ask(anna.parent, WITH_PRAM) for _ in range(5)),
        return_exceptions=True,
    )
    assert sum(isinstance(each, Sent) for each in results) == 1
    assert sum(isinstance(each, NotFound) for each in results) == 4
    assert await house.count("questions") == 1


async def test_a_question_is_forgotten_after_a_while(
    house: House, anna: Family, visit: Appointment
) -> None:
    """ "Thank you" an hour later is no question."""
    questions = house.services.questions
    await questions.begin(anna.parent, visit.id)
    asked = await house.services.typing.whose(anna.parent)
    assert asked == AboutVisit(visit.id, anna.child.id)
    house.clock.now += PATIENCE
    assert await house.services.typing.whose(anna.parent) is None
    with pytest.raises(NotFound):
        await questions.ask(anna.parent, "Спасибо")
    await questions.begin(anna.parent, visit.id)
    left = await questions.leave(anna.parent, visit.id)
    assert (left.visit.id, await house.services.typing.whose(anna.parent)) == (visit.id, None)
    assert await house.count("questions") == 0


def test_until_when_there_is_something_to_ask() -> None:
    """Before the visit, and some days after it; not about one that is off."""
    visit = a_visit(a_slot(on_wall("2026-11-23 09:00")))
    ends_at = visit.slot.stretch.ends_at
    check_askable(visit, ends_at + ASKED_AFTER - timedelta(seconds=1))
    with pytest.raises(TooLateToAsk):
        check_askable(visit, ends_at + ASKED_AFTER)
    with pytest.raises(VisitCancelled):
        check_askable(replace(visit, state=AppointmentState.CANCELLED), ends_at)


async def test_nobody_asks_about_another_family_s_visit(
    house: House, anna: Family, boris: Family, visit: Appointment, tamara: Employee
) -> None:
    """R30, R40: nor without a consent that stands; what was asked under it is nobody's then."""
    questions = house.services.questions
    for wrong in (questions.begin, questions.leave):
        with pytest.raises(NotFound):
            await wrong(boris.parent, visit.id)
    question = await ask(house, anna, visit)
    withdrawn = "UPDATE consents SET withdrawn_at = given_at WHERE person_id = :person"
    await run_sql(house, withdrawn, person=anna.parent)
    with pytest.raises(NoConsent):
        await questions.begin(anna.parent, visit.id)
    assert await thread_of(house, anna, visit) == []
    with pytest.raises(NotFound):
        await questions.open(tamara.person, tamara.post, question.id)
    assert (await house.services.workday.desk(tamara.person)).questions == 0


async def test_what_was_asked_for_is_gone_by_then(
    house: House, anna: Family, visit: Appointment
) -> None:
    """R12: the visit was cancelled while the parent was typing."""
    await house.services.questions.begin(anna.parent, visit.id)
    await house.services.mine.cancel(anna.parent, visit.id)
    with pytest.raises(VisitCancelled):
        await house.services.questions.ask(anna.parent, WITH_PRAM)
    assert await house.count("questions") == 0


# Who may answer


async def test_the_doctor_is_asked_where_the_clinic_wants_it(
    house: House,
    anna: Family,
    visit: Appointment,
    tamara: Employee,
    doctor_petrova: Employee,
    letters: Letters,
) -> None:
    """The doctor is told; the registry sees it, too, and hears of what was left lying."""
    before = await ask(house, anna, visit)
    with pytest.raises(NotFound):
        await begin(house, doctor_petrova, before)
    seen = await house.services.questions.open(
        doctor_petrova.person, doctor_petrova.post, before.id
    )
    assert not seen.may_answer  # their visit, and not theirs to answer
    await answer(house, tamara, before)
    await tell(house, letters)

    await doctors_answer(house)
    question = await ask(house, anna, visit, "Карту брать?")
    assert question.to_doctor
    assert [person for person, _ in await tell(house, letters)] == [doctor_petrova.person]
    for who in (doctor_petrova, tamara):
        assert (await house.services.workday.desk(who.person)).questions == 1
    house.clock.forward(hours=4)
    again = await tell(house, letters)
    assert {person for person, _ in again} == {doctor_petrova.person, tamara.person}
    assert all(isinstance(letter, QuestionsWait) and letter.again for _, letter in again)

    done = await answer(house, doctor_petrova, question)
    assert isinstance(done, OpenQuestion)
    assert done.question.answers[0].role is Role.DOCTOR
    assert await house.count("conversations", f"person_id = {doctor_petrova.person}") == 0


async def test_without_the_doctor_in_the_bot_the_registry_is_asked(
    house: House, anna: Family, visit: Appointment, kim: Doctor, letters: Letters
) -> None:
    """Another doctor does not count; where nobody is a registrar the head of the clinic is told."""
    irina = await employ(house, Role.ADMINISTRATOR, 201)
    await employ(house, Role.DOCTOR, 203, doctor=kim)
    await doctors_answer(house)
    question = await ask(house, anna, visit)
    assert not question.to_doctor
    assert [person for person, _ in await tell(house, letters)] == [irina.person]


async def test_each_call_checks_the_post(
    house: House,
    anna: Family,
    visit: Appointment,
    tamara: Employee,
    kim: Doctor,
) -> None:
    """R30: another clinic's staff, another doctor, a parent, the dismissed, a colleague's post."""
    question = await ask(house, anna, visit)
    await house.services.clinics.open(SEVERYANKA, CONSENT, [PETROVA])
    stranger = await employ(house, Role.ADMINISTRATOR, 299, "severyanka")
    other_doctor = await employ(house, Role.DOCTOR, 205, doctor=kim)
    left = await employ(house, Role.REGISTRAR, 206)
    async with house.transactions.writes() as tx:
        await tx.staff.end(left.post, house.clock())
    parent = Employee(anna.parent, PostId(1))
    borrowed = Employee(stranger.person, tamara.post)
    questions = house.services.questions
    for who in (stranger, other_doctor, left, parent, borrowed):
        for refused in (
            questions.open(who.person, who.post, question.id),
            questions.begin_answer(who.person, who.post, question.id),
            questions.reply(who.person, who.post, question.id, 0, YES),
            questions.send(who.person, who.post, question.id, 0, 1),
            questions.answer(who.person, YES),
        ):
            with pytest.raises(NotFound):
                await refused
    for who in (left, parent, borrowed):
        with pytest.raises(NotFound):
            await questions.waiting(who.person, who.post)
    for who in (stranger, other_doctor):
        assert (await questions.waiting(who.person, who.post)).count == 0
    with pytest.raises(NotFound):
        await questions.open(tamara.person, tamara.post, QuestionId(77))
    assert await house.count("answers") == await house.count("access_records") == 0


async def test_who_was_dismissed_is_not_told(
    house: House, anna: Family, visit: Appointment, tamara: Employee, letters: Letters
) -> None:
    """R17: from the present facts."""
    await ask(house, anna, visit)
    async with house.transactions.writes() as tx:
        await tx.staff.end(tamara.post, house.clock())
    assert await tell(house, letters) == []
    assert await house.count("notifications", "state = 'void'") == 1


# Two at once


async def test_the_first_answer_wins(
    house: House, anna: Family, visit: Appointment, tamara: Employee, lena: Employee
) -> None:
    """R05: two of the staff at once: one is sent, the other is told, and adds to it knowingly."""
    question = await ask(house, anna, visit)
    for who in (tamara, lena):
        await begin(house, who, question)
    results = await asyncio.gather(
        house.services.questions.answer(tamara.person, "Да."),
        house.services.questions.answer(lena.person, "Можно."),
    )
    [sent] = [each for each in results if isinstance(each, OpenQuestion)]
    [unsent] = [each for each in results if isinstance(each, Unsent)]
    assert unsent.doubt is Doubt.OVERTAKEN
    assert [each.text for each in unsent.question.answers] == [sent.question.answers[0].text]
    assert await house.count("answers") == await notified(house, anna) == 1

    late = lena if unsent.post.id == lena.post else tamara
    ids = (late.person, late.post, question.id)
    added = await house.services.questions.send(*ids, 1, unsent.mark)
    assert isinstance(added, OpenQuestion)
    assert {each.text for each in added.question.answers} == {"Да.", "Можно."}
    assert await notified(house, anna) == 2
    with pytest.raises(TypedAnew):  # the button is still there
        await house.services.questions.send(*ids, 1, unsent.mark)
    assert await house.count("answers") == 2


async def notified(house: House, family: Family) -> int:
    return await house.count("notifications", f"kind = 'answer' AND person_id = {family.parent}")


async def test_the_database_judges_who_was_first(
    house: House, anna: Family, visit: Appointment, tamara: Employee
) -> None:
    """R05: whoever would write beside the rule is refused."""
    question = await ask(house, anna, visit)
    async with house.transactions.writes() as tx:
        post = await tx.staff.get(tamara.post)
        await tx.questions.answer(question, post, YES, house.clock())
    async with house.transactions.writes() as tx:
        with pytest.raises(AlreadyAnswered):
            await tx.questions.answer(question, post, "Нет.", house.clock())
    assert await house.count("answers") == 1


async def test_an_answer_is_added_to_knowingly(
    house: House, anna: Family, visit: Appointment, tamara: Employee, lena: Employee
) -> None:
    """Who opened it answered adds at once; who was overtaken meanwhile is asked."""
    question = await ask(house, anna, visit)
    await answer(house, tamara, question)
    await begin(house, lena, question)
    await answer(house, tamara, question, "И лифт есть.")
    overtaken = await house.services.questions.answer(lena.person, "Пандус слева.")
    assert isinstance(overtaken, Unsent)
    left = await house.services.questions.open(lena.person, lena.post, question.id)
    assert len(left.question.answers) == 2
    with pytest.raises(TypedAnew):  # it was left unsent
        await house.services.questions.send(lena.person, lena.post, question.id, 2, overtaken.mark)


async def test_a_reply_in_telegram_answers(
    house: House, anna: Family, visit: Appointment, tamara: Employee, lena: Employee
) -> None:
    """It says how many answers were seen; the one that comes second is kept and not sent."""
    question = await ask(house, anna, visit)
    questions = house.services.questions
    done = await questions.reply(tamara.person, tamara.post, question.id, 0, YES)
    assert isinstance(done, OpenQuestion)
    late = await questions.reply(lena.person, lena.post, question.id, 0, "Нет.")
    assert isinstance(late, Unsent)
    picture = await questions.reply(lena.person, lena.post, question.id, 1, None)
    assert isinstance(picture, AskAnswer)
    added = await questions.answer(lena.person, "Пандус слева.")
    assert isinstance(added, OpenQuestion)
    assert [each.text for each in added.question.answers] == [YES, "Пандус слева."]


@pytest.mark.parametrize(
    "words", ["Соня 05.05.2021", "№ 1001", "1001", "8 916 123-45-67", "12.03.2024"]
)
async def test_a_search_is_not_sent_to_a_family(
    house: House, anna: Family, visit: Appointment, tamara: Employee, words: str
) -> None:
    """R30: somebody calls while an answer is open; one child's name must not go to another
    family. Meant as an answer it is one tap."""
    question = await ask(house, anna, visit)
    unsent = await answer(house, tamara, question, words)
    assert isinstance(unsent, Unsent)
    assert unsent.doubt is Doubt.LIKE_A_SEARCH
    assert await house.count("answers") == 0
    ids = (tamara.person, tamara.post, question.id)
    assert isinstance(await house.services.questions.send(*ids, 0, unsent.mark), OpenQuestion)


@pytest.mark.parametrize(
    "words", ["Приходите 24 ноября 2026", "Звоните: 8 916 123-45-67", "Справка № 1001 готова"]
)
async def test_an_answer_with_numbers_is_an_answer(
    house: House, anna: Family, visit: Appointment, tamara: Employee, words: str
) -> None:
    """A day ahead, a phone among words."""
    question = await ask(house, anna, visit)
    assert isinstance(await answer(house, tamara, question, words), OpenQuestion)


async def test_an_answer_long_after_is_asked_about(
    house: House, anna: Family, visit: Appointment, tamara: Employee
) -> None:
    """What is typed half an hour later may be for somebody else."""
    question = await ask(house, anna, visit)
    await begin(house, tamara, question)
    house.clock.now += PATIENCE
    unsent = await house.services.questions.answer(tamara.person, YES)
    assert isinstance(unsent, Unsent)
    assert unsent.doubt is Doubt.LATE
    again = await house.services.questions.answer(tamara.person, YES)  # typed once more, now
    assert isinstance(again, OpenQuestion)


# Delivered twice


async def test_an_update_asks_and_answers_once(
    house: House, anna: Family, visit: Appointment, tamara: Employee
) -> None:
    """R45: delivered again, even while the next question or answer is being typed."""
    questions = house.services.questions
    for _ in range(2):
        with effect_of(1):
            await questions.begin(anna.parent, visit.id)
    with effect_of(2):
        sent = await questions.ask(anna.parent, WITH_PRAM)
    assert isinstance(sent, Sent)
    with effect_of(2), pytest.raises(NotFound):
        await questions.ask(anna.parent, WITH_PRAM)
    await questions.begin(anna.parent, visit.id)
    with effect_of(2):
        await questions.ask(anna.parent, WITH_PRAM)
    assert await house.count("questions") == 1

    await begin(house, tamara, sent.question)
    with effect_of(3):
        await questions.answer(tamara.person, YES)
    await begin(house, tamara, sent.question)
    with effect_of(3):
        shown = await questions.answer(tamara.person, YES)
    assert isinstance(shown, OpenQuestion)
    with effect_of(3):
        await questions.reply(tamara.person, tamara.post, sent.question.id, 1, YES)
        await questions.send(tamara.person, tamara.post, sent.question.id, 1, 7)
    assert await house.count("answers") == await notified(house, anna) == 1


# When it is told


async def test_quiet_hours_are_kept_on_both_sides(
    house: House, anna: Family, petrova: Doctor, tamara: Employee, letters: Letters
) -> None:
    """R22: asked at night, told in the morning; so is the answer. Questions of one night are one
    message."""
    slots = await house.free_times(anna.parent, anna.child.id, petrova)
    tomorrow = [slot for slot in slots if slot.starts_at > house.clock()]
    visit = await house.book(anna.parent, anna.child.id, tomorrow[-1])
    house.clock.now = on_wall("2026-11-23 22:00")
    first = await ask(house, anna, visit)
    await ask(house, anna, visit, "А вдвоём?")
    assert await tell(house, letters) == []
    await answer(house, tamara, first)
    assert await tell(house, letters) == []

    house.clock.now = on_wall("2026-11-24 07:00")
    told = dict(await tell(house, letters))
    assert set(told) == {anna.parent, tamara.person}
    asked = told[tamara.person]
    assert isinstance(asked, QuestionsWait)
    assert len(asked.visits) == 1  # the other one has its answer


async def test_what_waits_is_reminded_of_once_in_the_day(
    house: House, anna: Family, visit: Appointment, tamara: Employee, letters: Letters
) -> None:
    """After the clinic's own hours, not in quiet ones; not of what was answered."""
    house.clock.now = on_wall("2026-11-23 19:00")
    first = await ask(house, anna, visit)
    second = await ask(house, anna, visit, "А вдвоём?")
    [(person, letter)] = await tell(house, letters)
    assert isinstance(letter, QuestionsWait)
    assert (person, len(letter.visits), letter.question_id) == (tamara.person, 2, first.id)
    await answer(house, tamara, second)
    await tell(house, letters)
    house.clock.now = on_wall("2026-11-23 23:00")
    assert await tell(house, letters) == []
    house.clock.now = on_wall("2026-11-24 07:00")
    [(_, again)] = await tell(house, letters)
    assert isinstance(again, QuestionsWait)
    assert (again.again, again.question_id) == (True, first.id)
    house.clock.forward(days=2)
    assert await tell(house, letters) == []


async def test_who_asked_and_left_is_not_told(
    house: House, anna: Family, visit: Appointment, tamara: Employee, letters: Letters
) -> None:
    """R17, R40: with the last adult the texts are gone."""
    question = await ask(house, anna, visit)
    await answer(house, tamara, question)
    clinic_id = visit.slot.doctor.clinic.id
    await house.services.children.remove(anna.parent, clinic_id, anna.child.id)
    assert await house.count("questions") == await house.count("answers") == 0
    assert await tell(house, letters) == []


async def test_another_adult_keeps_the_thread(
    house: House, anna: Family, boris: Family, visit: Appointment
) -> None:
    """Both parents read it; it stays while one of them is there."""
    both = "INSERT INTO care (person_id, child_id, since) VALUES (:person, :child, '2026-11-23')"
    await run_sql(house, both, person=boris.parent, child=anna.child.id)
    await ask(house, anna, visit)
    assert [each.text for each in await thread_of(house, boris, visit)] == [WITH_PRAM]
    await house.services.children.remove(
        anna.parent, ClinicId(visit.slot.doctor.clinic.id), anna.child.id
    )
    assert len(await thread_of(house, boris, visit)) == 1


# What is kept


async def test_texts_are_kept_for_some_months_after_the_visit(
    house: House, anna: Family, visit: Appointment, tamara: Employee
) -> None:
    """R40: dropped by the upkeep with their answers, and not a moment before."""
    await answer(house, tamara, await ask(house, anna, visit))
    house.clock.now = visit.slot.stretch.ends_at + timedelta(days=USUAL_DAYS[Kept.QUESTIONS])
    assert await house.services.retention.forget(Kept.QUESTIONS) == 0
    house.clock.forward(seconds=1)
    assert await house.services.retention.forget(Kept.QUESTIONS) == 1
    assert await house.count("answers") == 0


async def test_texts_go_with_the_visit(house: House, anna: Family, visit: Appointment) -> None:
    """R40: the database sees to it, whoever removes the visit."""
    await ask(house, anna, visit)
    async with house.engines.writing.begin() as connection:
        for table in ("notifications", "appointment_changes", "appointments"):
            await connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - our own names
    assert await house.count("questions") == 0


def test_no_text_gets_into_what_a_log_prints() -> None:
    """R34: whoever logs one of the values learns nothing of the words."""
    visit = a_visit(a_slot(on_wall("2026-11-23 09:00")))
    said = Answer(Role.REGISTRAR, YES, visit.changed_at)
    question = Question(
        QuestionId(1), visit.id, PersonId(1), False, WITH_PRAM, visit.changed_at, [said]
    )
    assert not [words for words in (WITH_PRAM, YES) if words in repr(Sent(visit, question))]


async def test_a_long_list_is_bounded(
    house: House, clinic: Clinic, petrova: Doctor, tamara: Employee
) -> None:
    """R39: the longest waiting; each who is shown is taken down, and nobody else."""
    some = await families(house, clinic, SHOWN + 1)
    for family in some:
        offer = await house.services.booking.earliest(family.parent, family.need, clinic.id)
        visit = await house.book(family.parent, family.child.id, offer.slot)
        await ask(house, family, visit)
        house.clock.forward(seconds=1)
    found = await house.services.questions.waiting(tamara.person, tamara.post)
    children = [visit.child.id for _, visit in found.questions]
    assert children == [family.child.id for family in some[:SHOWN]]
    assert found.count == SHOWN + 1
    assert await house.count("access_records") == SHOWN
