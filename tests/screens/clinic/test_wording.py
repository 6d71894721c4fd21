"""Every setting has its words."""

import pytest

from bot import words
from bot.flows.clinic.wording import choice, how_to_answer, wording
from services.clinic.settings import FACTS, TEXTS
from services.model.clinic import SETTINGS
from services.model.people import Language
from services.model.settings.kinds import OneOf
from services.model.settings.setting import Setting
from tests.screens.limits import LONGEST_BUTTON


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("setting", [*SETTINGS, *TEXTS], ids=lambda setting: setting.key)
def test_a_setting_has_words(setting: Setting, language: Language) -> None:
    """What it is called, on a button too, what it is for, and how to answer."""
    with words.speaking(words.load(), language):
        told = wording(setting.key)
        assert 0 < len(told.label) <= LONGEST_BUTTON
        assert told.about
        assert how_to_answer(setting)
        if isinstance(setting.kind, OneOf):
            assert all(choice(each) for each in setting.kind.known)


def test_each_setting_has_names_of_its_own() -> None:
    """For buttons, and for the file and the database: two of one name would be one value."""
    places = [at for each in (*SETTINGS, *TEXTS) for at in each.at]

    assert len(set(places)) == len(places)
    assert len(FACTS) == sum(1 for each in (*SETTINGS, *TEXTS) if each.group)
