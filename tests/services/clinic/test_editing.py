"""A clinic changed value by value by its administrators; on both databases."""

import asyncio
from dataclasses import replace
from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.clinic.editing import FactQuestion, Proposal
from services.model.access import Role
from services.model.clinic import NOTED, Clinic, Doctor, Hours, LegalBasis, Position, Reason
from services.model.consents import Purpose
from services.model.conversations import ClinicFact, Conversation
from services.model.ids import PostId
from services.model.refusals.base import NotFound
from services.model.refusals.clinic import (
    ChangedMeanwhile,
    NothingToSign,
    SameAsBefore,
    TypedAnew,
    ZoneInUse,
)
from services.model.refusals.typed import NotAPhone, TextMissing, TextTooLong
from services.runtime.use_case import effect_of
from tests.conftest import CONSENTS, ROMASHKA, SEVERYANKA, House
from tests.playing import played
from tests.services.conftest import Employee, Family, employ


@played
async def lena(house: House, clinic: Clinic) -> Employee:
    """Heads it too."""
    return await employ(house, Role.ADMINISTRATOR, 204)


async def typed(house: House, who: Employee, fact: str, words: str) -> Proposal | FactQuestion:
    await house.services.clinic_desk.ask(who.person, who.post, fact)
    return await house.services.clinic_desk.typed(who.person, words)


async def proposed(house: House, who: Employee, fact: str, words: str) -> Proposal:
    answer = await typed(house, who, fact, words)
    assert isinstance(answer, Proposal), answer
    return answer


async def save(house: House, who: Employee, shown: Proposal) -> None:
    desk = house.services.clinic_desk
    await desk.save(who.person, who.post, shown.fact, shown.before, shown.after)


async def stored(house: House) -> Any:
    return (await house.services.profiles.entered("romashka")).profile


@pytest.mark.parametrize(
    ("fact", "words", "name", "value"),
    [
        ("name", " Клиника «Роза» ", "name", "Клиника «Роза»"),
        ("phone", "8 (800) 555-35-35, доб. 2", "phone", "8 (800) 555-35-35, доб. 2"),
        ("urgent", "+7 495 000-00-03", "urgent_phone", "+7 495 000-00-03"),
        ("map", "55,77; 37.61", "position", Position(55.77, 37.61)),
        ("zone", "Asia/Omsk", "zone", ZoneInfo("Asia/Omsk")),
        ("horizon", "21 день", "horizon_days", 21),
        ("opens", "8.30", "opens_at", time(8, 30)),
        ("notice", "2 часа", "notice", timedelta(hours=2)),
        ("hold", "0", "hold", timedelta(0)),
        ("offer", "3 часа", "offer", timedelta(hours=3)),
        ("one-visit", "нет", "one_visit_per_doctor", False),
        ("confirm", "да", "doctors_confirm", True),
        ("cancelling", "За два часа.", "cancellation", "За два часа."),
        ("quiet", "с 22 до 6:30", "quiet", Hours(time(22), time(6, 30))),
        ("quiet", "-", "quiet", Hours(time(0), time(0))),
        ("answers", "да", "doctors_answer", True),
        ("waits", "2 ч", "answer_within", timedelta(hours=2)),
        ("basis", "secrecy", "legal_basis", LegalBasis.SECRECY),
        ("signed-by", "Ким О. В.", "ill_words_signed_by", "Ким О. В."),
        ("p-vaccine", "Карту.", "preparation", {Reason.VACCINATION: "Карту."}),
    ],
)
async def test_a_value_is_typed_seen_and_saved(
    house: House, irina: Employee, fact: str, words: str, name: str, value: object
) -> None:
    """Nothing is written before it is saved, and nothing but that value then."""
    before = await stored(house)
    shown = await proposed(house, irina, fact, words)
    assert await stored(house) == before
    assert getattr(shown.change.after.profile, name) == value

    await save(house, irina, shown)
    now = await stored(house)
    noted = {each.path[0]: each.of(now) for each in NOTED}
    assert now == replace(before, **{name: value}, **noted)
    assert await house.count("conversations") == 0


@pytest.mark.parametrize(
    ("fact", "words", "problem"),
    [
        ("phone", "12-34", NotAPhone),
        ("phone", "-", TextMissing),
        ("name", "Ш" * 101, TextTooLong),
        ("name", ROMASHKA.name, SameAsBefore),
        ("processing", "—", TextMissing),
    ],
)
async def test_what_will_not_do_is_asked_for_again(
    house: House, irina: Employee, fact: str, words: str, problem: type[Exception]
) -> None:
    """With the reason; and what was typed before it can be saved no more."""
    shown = await proposed(house, irina, "name", "Роза")
    answer = await typed(house, irina, fact, words)

    assert isinstance(answer, FactQuestion)
    assert isinstance(answer.problem, problem)
    with pytest.raises(TypedAnew):
        await save(house, irina, shown)
    assert (await house.services.clinic_desk.typed(irina.person, "12345")) != answer


async def test_how_many_characters_are_too_many(house: House, irina: Employee) -> None:
    """As Telegram counts them: a smiling face is two."""
    answer = await typed(house, irina, "news", "😀" * 1750 + "яя")

    assert isinstance(answer, FactQuestion)
    assert isinstance(answer.problem, TextTooLong)
    assert (answer.problem.over, answer.problem.most) == (2, 3500)


async def test_a_consent_text_is_the_next_version(house: House, irina: Employee) -> None:
    """The first of a purpose is version 1; it cannot be taken away again."""
    news = await proposed(house, irina, "news", CONSENTS[Purpose.NEWS])
    assert news.change.versions == {Purpose.NEWS: 1}
    await save(house, irina, news)
    data = await proposed(house, irina, "processing", "Новый\nтекст.")
    assert data.change.versions == {Purpose.PROCESSING: 2}
    await save(house, irina, data)

    async with house.transactions.reads() as tx:
        text = await tx.consents.text(data.post.clinic.id, Purpose.PROCESSING)
    assert (text.version, text.text) == (2, "Новый\nтекст.")
    answer = await typed(house, irina, "news", "-")
    assert isinstance(answer, FactQuestion)
    assert isinstance(answer.problem, TextMissing)


async def test_other_words_are_not_signed(house: House, irina: Employee) -> None:
    """Whoever signed the old ones did not see these; and nobody signs what is not there."""
    assert (await stored(house)).signed_ill_words == ROMASHKA.ill_words
    await save(house, irina, await proposed(house, irina, "ill-words", "Позвоните нам."))
    assert (await stored(house)).ill_words_signed_by == ""
    assert (await stored(house)).signed_ill_words == ""

    await save(house, irina, await proposed(house, irina, "signed-by", "Ким О. В."))
    assert (await stored(house)).signed_ill_words == "Позвоните нам."
    await save(house, irina, await proposed(house, irina, "ill-words", "-"))
    answer = await typed(house, irina, "signed-by", "Ким О. В.")
    assert isinstance(answer, FactQuestion)
    assert isinstance(answer.problem, NothingToSign)


async def test_a_signature_is_for_the_words_that_were_shown(
    house: House, irina: Employee, lena: Employee
) -> None:
    """If they are changed meanwhile, the doctor's name does not get under the new ones."""
    shown = await proposed(house, irina, "signed-by", "Ким О. В.")
    await save(house, lena, await proposed(house, lena, "ill-words", "Другие слова."))

    with pytest.raises(ChangedMeanwhile):
        await save(house, irina, shown)
    assert (await stored(house)).signed_ill_words == ""


async def test_an_old_button_never_saves_a_newer_typing(house: House, irina: Employee) -> None:
    """Nor one of another value, nor of a question that was left."""
    old = await proposed(house, irina, "name", "Роза")
    new = await proposed(house, irina, "name", "Астра")
    with pytest.raises(TypedAnew):
        await save(house, irina, old)
    other = replace(new, fact="address")
    with pytest.raises(TypedAnew):
        await save(house, irina, other)

    await house.services.clinic_desk.leave(irina.person, irina.post)
    with pytest.raises(TypedAnew):
        await save(house, irina, new)
    assert (await stored(house)).name == ROMASHKA.name


async def test_what_another_administrator_changed_is_not_written_over(
    house: House, irina: Employee, lena: Employee
) -> None:
    """Told in words; what was typed stays beside the new value. Other values go through."""
    shown = await proposed(house, irina, "phone", "+7 495 111-11-11")
    await save(house, lena, await proposed(house, lena, "phone", "+7 495 222-22-22"))
    with pytest.raises(ChangedMeanwhile):
        await save(house, irina, shown)
    assert (await stored(house)).phone == "+7 495 222-22-22"

    desk = house.services.clinic_desk
    again = await desk.proposal(irina.person, irina.post, "phone")
    assert isinstance(again, Proposal)
    assert again.change.before
    assert again.change.before.profile.phone == "+7 495 222-22-22"
    await save(house, lena, await proposed(house, lena, "name", "Роза"))
    await save(house, irina, again)
    assert ((await stored(house)).phone, (await stored(house)).name) == ("+7 495 111-11-11", "Роза")


async def test_two_administrators_save_at_once(
    house: House, irina: Employee, lena: Employee
) -> None:
    """Of one value one wins and the other is told; of two values both are saved, none is lost."""
    for number in range(5):
        both = [
            await proposed(house, who, "phone", f"+7 495 {number}{n}0-00-00")
            for n, who in enumerate((irina, lena), 1)
        ]
        ended = await asyncio.gather(
            *(save(house, who, each) for who, each in zip((irina, lena), both, strict=True)),
            return_exceptions=True,
        )
        assert [type(each) for each in ended].count(ChangedMeanwhile) == 1
        assert ended.count(None) == 1

        way = await proposed(house, irina, "way", f"Вход {number}.")
        duty = await proposed(house, lena, "duty", f"Каб. {number}.")
        await asyncio.gather(save(house, irina, way), save(house, lena, duty))
        now = await stored(house)
        assert (now.directions, now.duty) == (f"Вход {number}.", f"Каб. {number}.")


async def test_a_save_that_is_delivered_again_is_done_once(house: House, irina: Employee) -> None:
    """R45: the replay shows how things stand, also after the value was changed once more."""
    shown = await proposed(house, irina, "name", "Роза")
    with effect_of(1):
        await save(house, irina, shown)
    await save(house, irina, await proposed(house, irina, "name", "Астра"))
    with effect_of(1):
        await save(house, irina, shown)

    assert (await stored(house)).name == "Астра"


async def test_the_rules_of_the_file_hold_here_too(
    house: House, irina: Employee, anna: Family, petrova: Doctor
) -> None:
    """The zone stays while there are visits ahead, whether they were there when it was typed or
    came before it was saved."""
    shown = await proposed(house, irina, "zone", "Asia/Omsk")
    slot = (await house.free_times(anna.parent, anna.child.id, petrova))[0]
    await house.book(anna.parent, anna.child.id, slot)
    with pytest.raises(ZoneInUse):
        await save(house, irina, shown)
    answer = await typed(house, irina, "zone", "Asia/Omsk")

    assert isinstance(answer, FactQuestion)
    assert isinstance(answer.problem, ZoneInUse)
    assert (await stored(house)).zone == ROMASHKA.zone


async def test_a_longer_horizon_opens_its_days_and_reminders_follow(
    house: House, irina: Employee, anna: Family, petrova: Doctor
) -> None:
    """R21: what was said before."""
    before = await house.count("slots")
    await save(house, irina, await proposed(house, irina, "horizon", "28"))
    await house.services.clinics.follow()
    assert await house.count("slots") > before

    slot = (await house.free_times(anna.parent, anna.child.id, petrova))[0]
    await house.book(anna.parent, anna.child.id, slot)
    shown = await proposed(house, irina, "evening", "19")
    assert shown.change.reminded_anew == 1


async def test_only_administrators_of_the_clinic_change_it(house: House, irina: Employee) -> None:
    """R30: a registrar, a doctor's colleague of another clinic, somebody dismissed: all are told
    that there is no such thing, at every step."""
    shown = await proposed(house, irina, "name", "Роза")
    await house.services.clinics.open(SEVERYANKA, CONSENTS, [])
    registrar = await employ(house, Role.REGISTRAR, 202)
    stranger = await employ(house, Role.ADMINISTRATOR, 203, "severyanka")
    desk, fact = house.services.clinic_desk, "name"
    strangers: list[tuple[Employee, PostId]] = [
        (registrar, registrar.post),
        (registrar, irina.post),
        (stranger, irina.post),
    ]
    for who, post in strangers:
        for attempt in (
            lambda who=who, post=post: desk.page(who.person, post),
            lambda who=who, post=post: desk.ask(who.person, post, fact),
            lambda who=who, post=post: desk.leave(who.person, post),
            lambda who=who, post=post: desk.choose(who.person, post, "confirm", 0),
            lambda who=who, post=post: desk.proposal(who.person, post, fact),
            lambda who=who, post=post: desk.save(who.person, post, fact, shown.before, shown.after),
        ):
            with pytest.raises(NotFound):
                await attempt()
        with pytest.raises(NotFound):
            await desk.typed(who.person, "Роза")
    assert (await stored(house)).name == ROMASHKA.name


async def test_a_question_alone_opens_nothing(house: House, clinic: Clinic) -> None:
    """R30: whatever a registrar was asked, however it came about, the role counts."""
    registrar = await employ(house, Role.REGISTRAR, 202)
    topic = ClinicFact("name", "Роза")
    asked = Conversation(topic, clinic.id, house.clock(), registrar.post)
    async with house.transactions.writes() as tx:
        await tx.conversations.ask(registrar.person, asked)
    desk = house.services.clinic_desk

    with pytest.raises(NotFound):
        await desk.typed(registrar.person, "Роза")
    with pytest.raises(NotFound):
        await desk.proposal(registrar.person, registrar.post, "name")


async def test_who_was_dismissed_saves_nothing(
    house: House, irina: Employee, lena: Employee
) -> None:
    """R30: neither what was typed before, nor what is typed now."""
    shown = await proposed(house, irina, "name", "Роза")
    await house.services.members.dismiss(lena.person, lena.post, irina.post)

    with pytest.raises(NotFound):
        await save(house, irina, shown)
    with pytest.raises(NotFound):
        await house.services.clinic_desk.typed(irina.person, "Астра")
    assert (await stored(house)).name == ROMASHKA.name


async def test_a_choice_that_is_not_offered(house: House, irina: Employee) -> None:
    """R30: a forged number of a button leads nowhere."""
    with pytest.raises(NotFound):
        await house.services.clinic_desk.choose(irina.person, irina.post, "confirm", 7)
    with pytest.raises(NotFound):
        await house.services.clinic_desk.choose(irina.person, irina.post, "name", 0)
