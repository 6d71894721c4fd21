"""Which adapter speaks to which kind of system. What is imported here is imported at the start."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.systems.talking.guarding import Guarded
from services.model.ids import ClinicId
from services.model.systems.values import SystemKind, SystemSettings
from services.ports.systems.clinic_system import ClinicSystem


async def _nothing() -> None:
    """What is open without an adapter."""


Adapter: TypeAlias = Callable[[SystemSettings], ClinicSystem]
"""Makes the way to one system; raises `ValueError` where the settings cannot be."""


@dataclass
class KnownSystems:
    """Implements `services.ports.systems.clinic_system.ClinicSystems`."""

    adapters: Mapping[SystemKind, Adapter]
    close: Callable[[], Awaitable[None]] = _nothing
    """Lets go what the adapters hold open; they may be used again all the same."""
    _made: dict[ClinicId, tuple[SystemSettings, ClinicSystem]] = field(default_factory=dict)

    def of(self, clinic_id: ClinicId, settings: SystemSettings) -> ClinicSystem:
        made = self._made.get(clinic_id)
        if made and made[0] == settings:
            return made[1]
        if settings.kind not in self.adapters:
            raise ValueError(f"nobody here speaks to a system of the kind {settings.kind.value}")
        system = Guarded(self.adapters[settings.kind](settings))
        self._made[clinic_id] = settings, system
        return system
