"""Whose typed words are: the open question's, else of who types."""

from collections.abc import Callable
from typing import get_args

from bot.flows.typed.whose import WORDLESS, WORDS
from services.model.access import Role
from services.model.conversations import Topic
from tests.chat.conftest import Chat
from tests.chat.desk.test_day import employ
from tests.conftest import House
from tests.playing import played

NOT_READ = "Сейчас ответа не ждут: эти слова никто не прочитает."
ONLY_WORDS = "Я понимаю только слова и кнопки."
MISHA_LINE = "Миша 12.03.2024"


@played
async def tamara(enter: Callable[..., Chat], house: House) -> Chat:
    return await employ(house, enter(202, "Тамара"), Role.REGISTRAR)


@played
async def irina(enter: Callable[..., Chat], house: House) -> Chat:
    return await employ(house, enter(201, "Ирина"), Role.ADMINISTRATOR)


@played
async def doctor(enter: Callable[..., Chat], house: House) -> Chat:
    """Петрова herself, in the bot."""
    clinic, *_ = await house.services.families.clinics()
    petrova = next(each for each in await house.doctors(clinic) if "Петрова" in each.name)
    chat = enter(203, "Анна Сергеевна")
    invitation = await house.services.members.appoint("romashka", Role.DOCTOR, petrova.id)
    await chat.say(f"/start i{invitation.token}")
    return chat


async def forget(house: House) -> None:
    """As after a change of hours, or as if another version had written what was asked."""
    await house.database.run("DELETE FROM conversations")


async def send_dice(chat: Chat) -> None:
    private = {"id": chat.user_id, "type": "private"}
    sender = {"id": chat.user_id, "is_bot": False, "first_name": "Кто-то"}
    dice = {"emoji": "🎲", "value": 1}
    note = {"message_id": 900, "date": 1, "chat": private, "from": sender, "dice": dice}
    chat.world.telegram.push({"message": note})
    await chat.world.deliver()


def test_each_question_has_somebody_who_takes_the_answer() -> None:
    """And one alone, with words and without: whoever adds a question has to say."""
    everybody = {*get_args(Topic), *Role, None}
    for table in (WORDS, WORDLESS):
        those = [each for _, those in table for each in those]
        assert len(those) == len(set(those))
        assert set(those) == everybody


async def test_a_registrar_who_was_asked_nothing_searches(
    tamara: Chat, anna: Chat, house: House
) -> None:
    """R38: a caller does not wait until /clinic is typed."""
    assert anna.user_id
    await forget(house)
    await tamara.say(MISHA_LINE)
    assert "Миша, 2 года 8 месяцев" in tamara.screen.text

    await forget(house)
    await tamara.say("916123456")  # nine digits are whom to look for here, and no code
    assert "код" not in tamara.screen.text.lower()
    assert await house.count("code_tries") == 0


async def test_after_a_change_was_dropped_words_are_a_search(tamara: Chat, anna: Chat) -> None:
    """Whatever was being done before, the desk is the desk."""
    assert anna.user_id
    await tamara.say("/clinic")
    await tamara.tap("Расписание")
    await tamara.tap("Петрова")
    await tamara.tap("Отпуск")
    await tamara.tap("Назад")
    await tamara.say(MISHA_LINE)
    assert "Миша, 2 года 8 месяцев" in tamara.screen.text


async def test_a_doctor_s_words_out_of_place_lead_to_work(doctor: Chat) -> None:
    """R32: not to the parents' greeting."""
    await doctor.say("здравствуйте")
    assert doctor.screen.text.startswith(NOT_READ)
    assert "Петрова А. С." in doctor.screen.text
    assert "Приём сегодня" in "".join(doctor.labels)


async def test_an_administrator_s_words_out_of_place_lead_to_work(
    irina: Chat, anna: Chat, house: House
) -> None:
    """Nothing was looked up; from the desk on, what is typed is whom to look for."""
    assert anna.user_id
    await forget(house)
    await irina.say(MISHA_LINE)
    assert irina.screen.text.startswith(NOT_READ)
    assert "Кто звонит?" in irina.screen.text

    await irina.say(MISHA_LINE)
    assert "Миша, 2 года 8 месяцев" in irina.screen.text


async def test_a_parent_s_words_out_of_place_lead_home(anna: Chat, house: House) -> None:
    """Who has a child here types as a parent, though they work here: work begins with a tap."""
    await employ(house, anna, Role.REGISTRAR)
    await forget(house)
    await anna.say("здравствуйте")
    assert "Миша, 2 года" in anna.screen.text
    assert NOT_READ not in anna.screen.text


async def test_a_doctor_may_bring_a_code(doctor: Chat, house: House) -> None:
    """R41: nine digits are a code for whoever may be a parent, at work or not."""
    await doctor.say("123 456 789")
    assert NOT_READ not in doctor.screen.text
    assert await house.count("code_tries") == 1


async def test_the_open_question_comes_before_the_role(irina: Chat, house: House) -> None:
    """What an administrator types for the clinic is not looked for at the desk."""
    await irina.say("/clinic")
    for label in ("Клиника", "Контакты", "Название"):
        await irina.tap(label)
    await irina.say(MISHA_LINE)
    assert MISHA_LINE in irina.screen.text
    assert await house.count("access_records") == 0


async def test_a_command_comes_before_the_open_question(irina: Chat, house: House) -> None:
    """Known or not: it is no name of a clinic, and leaves the question (decision 2)."""
    for command in ("/clinic", "/anything"):
        await irina.say("/clinic")
        for label in ("Клиника", "Контакты", "Название"):
            await irina.tap(label)
        await irina.say(command)
        assert "Кто звонит?" in irina.screen.text
        assert await house.count("conversations", "asked = 'clinic-fact'") == 0


async def test_a_sticker_at_work_leaves_the_question(irina: Chat, doctor: Chat) -> None:
    """What was asked stays asked; who was asked nothing is at work, and no parent."""
    await irina.say("/clinic")
    for label in ("Клиника", "Контакты", "Название"):
        await irina.tap(label)
    await send_dice(irina)
    assert irina.screen.text == ONLY_WORDS
    await irina.say("Роза")
    assert "Роза" in irina.screen.text

    await send_dice(doctor)
    assert doctor.screen.text.startswith(ONLY_WORDS)
    assert "Петрова А. С." in doctor.screen.text
