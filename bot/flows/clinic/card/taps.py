"""Buttons. A clinic: its phones, the way there, and what to do today."""

from typing import Annotated

from bot.flows.common.taps import Id, PageNumber, Tap
from services.model.ids import ClinicId


class Clinics(Tap, prefix="clinics"):
    """The list of clinics."""

    page: Annotated[int, PageNumber] = 0


class ClinicCard(Tap, prefix="about"):
    """The clinic: phones, address, how to get there."""

    clinic_id: Annotated[ClinicId, Id]


class Map(ClinicCard, prefix="map"):
    """The clinic as a place on the map."""


class NeededToday(ClinicCard, prefix="today"):
    """What to do when the child needs a doctor today and nothing is free."""
