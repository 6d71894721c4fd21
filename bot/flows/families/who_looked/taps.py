"""Buttons. Who of the clinics' staff saw or changed a child's data."""

from typing import Annotated

from bot.flows.common.taps import PageNumber
from bot.flows.families.children.taps import ChildCard


class WhoLooked(ChildCard, prefix="who-looked"):
    """Who of the staff saw or changed the child's data."""

    page: Annotated[int, PageNumber] = 0
