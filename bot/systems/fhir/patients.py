"""Who a child is there: found exactly once, or made by the clinic's rule."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode

from bot.systems.fhir.resources import HumanName, Read
from bot.systems.fhir.resources import Patient as Card
from bot.systems.fhir.server import Server
from services.model.systems.values import (
    ForeignRef,
    Patient,
    PatientRule,
    Refused,
    SentPart,
    SystemSettings,
)
from services.ports.systems.clinic_system import SystemRefused
from services.rules.names import words_of

_ESCAPED = str.maketrans({each: f"\\{each}" for each in "\\,$|"})
"""https://hl7.org/fhir/R4/search.html#escaping."""
_ENOUGH = 2
"""Words of a name: a given name and a birth date are those of several children."""


class Patients:
    """Finds a child by name and birth date, the two things that a family is sure to have said."""

    def __init__(self, server: Server, settings: SystemSettings) -> None:
        needed = {SentPart.NAME, SentPart.BIRTH_DATE}
        if not needed <= settings.sends:
            raise ValueError("sends: name and birth-date, by which FHIR finds a child, are needed")
        self._server = server
        self._rule = settings.patients
        self._says_phone = SentPart.PHONE in settings.sends

    async def find(self, patient: Patient) -> str:
        """The id of the child's card.

        Raises:
            SystemRefused: there is none, or several that may be the child's.
        """
        before = patient.ref
        is_here = before and self.ref(before.value) == before  # or it is another server's number
        known = await self._server.read(Card, before.value) if before and is_here else None
        if known and known.it.active is not False:
            return known.id
        asked = _asked(patient)
        found = await self._server.search(Card, asked)
        likely = [card for card in found if _may_be(card, patient)]
        if not likely and self._rule is PatientRule.CREATE:
            made, _ = await self._server.create(
                Card, self._card(patient), urlencode(asked, quote_via=quote)
            )
            likely = [made]
        match [card for card in likely if _is(card, patient)]:
            case [card] if len(likely) == 1:
                return card.id
        raise SystemRefused(Refused.UNKNOWN_PATIENT)

    def ref(self, id: str) -> ForeignRef | None:
        """The card as the house keeps it."""
        return ForeignRef(f"{self._server.url}/Patient", id) if id else None

    def _card(self, patient: Patient) -> dict[str, Any]:
        card: dict[str, Any] = {
            "resourceType": "Patient",
            "active": True,
            "name": [{"text": patient.name}],
            "birthDate": patient.birth_date.isoformat(),
        }
        if self._says_phone and patient.phone:
            card["telecom"] = [{"system": "phone", "value": patient.phone}]
        return card


def _asked(patient: Patient) -> Sequence[tuple[str, str]]:
    """Each word of the name begins one of the card's: https://hl7.org/fhir/R4/search.html#string."""
    names = [("name", word.translate(_ESCAPED)) for word in patient.name.split()]
    return [("birthdate", patient.birth_date.isoformat()), *names]


def _may_be(card: Read[Card], patient: Patient) -> bool:
    """Whether nothing that the family said is otherwise there."""
    wanted = set(words_of(patient.name))
    return (
        card.it.active is not False
        and card.it.birthDate == patient.birth_date.isoformat()
        and any(wanted <= known for known in _names(card))
    )


def _is(card: Read[Card], patient: Patient) -> bool:
    """Whether it is the child's for sure: a single name says so only where the card has no more."""
    wanted = set(words_of(patient.name))
    return any(
        wanted == known or (wanted <= known and len(wanted) >= _ENOUGH) for known in _names(card)
    )


def _names(card: Read[Card]) -> list[set[str]]:
    return [set(words_of(_whole(name))) for name in card.it.name or ()]


def _whole(name: HumanName) -> str:
    parts = " ".join([name.family or "", *(name.given or ())]).strip()
    return parts or name.text or ""
