"""What holds for letters alone."""

from dataclasses import replace

import pytest

from bot.flows.messages import changes, letters
from bot.flows.visits.mine import taps
from bot.telegram.screen import Screen
from services.model.letters import (
    CardsJoined,
    CheckUpInvitation,
    ClinicMoved,
    ClinicNews,
    FamilyDid,
    GroupLetter,
    HelperLetter,
    Letter,
    QuestionsWait,
    Reminder,
    SystemAnswers,
    SystemSaid,
    TimeOffered,
    ToConfirm,
    WaitChanged,
)
from services.model.messages import Untrue
from services.model.people import Language
from services.model.slots import Slot
from tests.conftest import MONDAY_7_AM
from tests.screens.messages import BESIDE, MOTHER, every_letter
from tests.screens.values import CANCELLED, NEEDS_TIME, PENDING, SOON, VISIT

SECRETS = (
    "Анна",
    "Константинопольская",
    "Доктор 2",
    "педиатр",
    "поликлиника",
    "1001",
    "грудничк",
    "nfant",
    "болеет",
    "llness",
    "Возьмите",
    "коляской",
)
"""Who is treated, by whom, where, under which number, for what; what to bring for it, and words."""
TO_STAFF = (ToConfirm, QuestionsWait)
DISCREET = [each for each in every_letter() if getattr(each, "discreet", False)]


def said(screen: Screen) -> str:
    """All that is read without a tap."""
    labels = (button.text for row in screen.rows for button in row)
    return " ".join([str(screen.text), *labels])


def told(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


def test_every_letter_is_written() -> None:
    """Each kind of letter is among the samples."""
    assert {type(letter) for letter in every_letter()} == set(Letter.__args__)


def test_every_letter_to_a_family_can_be_discreet() -> None:
    """But for those that name nobody to anybody: what is written to many, and of joined cards."""
    able = {type(letter) for letter in DISCREET}

    assert able | {ClinicNews, CardsJoined, *TO_STAFF} == set(Letter.__args__)


@pytest.mark.parametrize("letter", DISCREET)
def test_a_discreet_letter_says_nothing_but_when_and_where(
    letter: Letter, language: Language
) -> None:
    """R40, R41: neither text nor button names child, doctor, clinic, reason or number."""
    assert told(said(letters.letter(letter))) == []


@pytest.mark.parametrize("letter", [each for each in DISCREET if isinstance(each, changes.Change)])
def test_the_file_for_the_calendar_says_nothing_before_it_is_opened(
    letter: changes.Change, language: Language
) -> None:
    """R24, R41: whoever took it once is sent a newer one; Telegram shows its name and caption."""
    taken = replace(letter, visit=replace(letter.visit, in_calendar=True))
    file = letters.enclosed(taken)

    assert file
    assert told(str(file.caption)) == []
    assert file.name == "visit-1001.ics"
    assert letters.enclosed(letter) is None


@pytest.mark.parametrize("letter", DISCREET)
def test_a_discreet_letter_leads_to_what_it_leaves_unsaid(
    letter: Letter, language: Language
) -> None:
    """One tap on each visit that it is about, so that two at one time are told apart."""
    about_none = HelperLetter | CardsJoined | ClinicNews | CheckUpInvitation
    of_list = TimeOffered | WaitChanged | GroupLetter | SystemAnswers
    if isinstance(letter, about_none | of_list | ToConfirm | QuestionsWait):
        return  # they are about no visit
    if isinstance(letter, SystemSaid) and letter.together:
        return  # one no is that of several visits: it leads to all of them, or to other times
    if isinstance(letter, Reminder):
        visits = letter.visits[:4]
    else:
        visits = letter.visits[:8] if isinstance(letter, FamilyDid) else [letter.visit]
    shown = [
        button.tap
        for row in letters.letter(letter).rows
        for button in row
        if type(button.tap) is taps.Visit
    ]

    assert shown == [taps.Visit(appointment_id=visit.id) for visit in visits]


@pytest.mark.parametrize(("before", "moved"), [(BESIDE, False), (SOON, True)])
def test_a_discreet_letter_says_what_became_another(
    before: Slot, moved: bool, language: Language
) -> None:
    """R52: two times that are the same say nothing; who or where it is with does not show."""
    letter = ClinicMoved(MOTHER, VISIT, before, MONDAY_7_AM, discreet=True)
    text = str(letters.letter(letter).text)
    assert ("Время то же" in text or "The time stays" in text) is not moved
    assert ("Было" in text or "Was:" in text) is moved
    named = str(letters.letter(replace(letter, discreet=False)).text)
    assert "Анна" in named


@pytest.mark.parametrize(
    "letter", [each for each in every_letter() if isinstance(each, CardsJoined | ClinicNews)]
)
def test_what_is_never_said_to_one_family_alone_names_none(
    letter: Letter, language: Language
) -> None:
    """Joined cards, and what a clinic tells whoever has a visit; news say whose they are."""
    if isinstance(letter, ClinicNews) and not letter.about_visit:
        return

    assert told(said(letters.letter(letter))) == []


def test_a_correction_is_as_discreet(language: Language) -> None:
    """What stands in the chat and is true no more says no more than it did."""
    visits = [VISIT, CANCELLED, NEEDS_TIME, *PENDING]
    untrue = Untrue(MOTHER, 7, visits, MONDAY_7_AM, discreet=True)

    assert told(said(changes.corrected(untrue))) == []
