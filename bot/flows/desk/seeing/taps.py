"""Buttons. Families whom the registry has to see to, and when each is."""

from typing import Annotated

from pydantic import Field

from bot.flows.common.taps import Id, Tap
from bot.flows.desk.day.taps import AtWork, Desk
from services.model.ids import AppointmentId
from services.model.visits import Matter


class ToSee(AtWork, prefix="to-see"):
    """Families to see to."""

    page: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)


class OneToSee(AtWork, prefix="see-one"):
    """One of them."""

    appointment_id: Annotated[AppointmentId, Id]
    matter: Matter

    def fallback(self) -> Tap:
        return ToSee(post_id=self.post_id)


class SeenTo(OneToSee, prefix="seen-to"):
    """It is settled, or is not after all."""

    sequence: Annotated[int, Field(ge=0, le=2**31 - 1)]
    done: bool
