"""What a clinic says of itself, value by value: its settings, and the texts that have versions."""

from dataclasses import replace
from typing import Any

from services.clinic.profiles import ClinicEntry
from services.model.clinic import LONGEST_CONSENT, SETTINGS
from services.model.consents import Purpose
from services.model.settings.kinds import Words
from services.model.settings.setting import Group, Setting
from services.rules.typed.texts import mark

SIGNED = ("ill-words", "ill-en", "ill-danger", "danger-en")
"""A signature is under these words and no others."""
SIGNED_BY = "signed-by"

CONSENTS = {str(purpose): purpose for purpose in Purpose}


def _consent(purpose: Purpose) -> Setting:
    needed = purpose is Purpose.PROCESSING
    kind = Words(LONGEST_CONSENT, needed=needed, lines=True, stays=True)
    at = (f"consents.{purpose}",)
    return Setting(str(purpose), kind, Group.TEXTS, at, ("consents", purpose), "")


TEXTS = tuple(map(_consent, Purpose))
"""One for each purpose of consent: published in versions, and so not among the settings."""
FACTS = {each.key: each for each in (*SETTINGS, *TEXTS) if each.group}
"""What a clinic can change by itself, by what names it in buttons."""
GROUPS = {group: tuple(each for each in FACTS.values() if each.group is group) for group in Group}
"""What stands on one screen."""


def value_of(fact: str, entry: ClinicEntry) -> Any:
    """What the clinic says there."""
    return FACTS[fact].of(_root(fact, entry))


def written(fact: str, entry: ClinicEntry) -> str:
    """The same in its written form."""
    return FACTS[fact].kind.write(value_of(fact, entry))


def changed(fact: str, entry: ClinicEntry, value: Any) -> ClinicEntry:
    """The clinic with another value. Who signed other words did not sign these."""
    said = FACTS[fact].put(_root(fact, entry), value)
    if isinstance(said, ClinicEntry):
        return said
    if fact in SIGNED and said.ill_texts != entry.profile.ill_texts:
        said = replace(said, ill_words_signed_by="")
    return replace(entry, profile=said)


def mark_of(fact: str, entry: ClinicEntry) -> int:
    """A number that is another one when the value is; a signature's, when what it is under is."""
    under = entry.profile.ill_texts if fact == SIGNED_BY else ("",)
    return mark("\n".join([written(fact, entry), *under]))


def _root(fact: str, entry: ClinicEntry) -> Any:
    """What the path begins in."""
    return entry if fact in CONSENTS else entry.profile
