"""The adapters that there are, each loaded when the first clinic that needs it is asked."""

from bot.systems.known import Adapter, KnownSystems
from bot.systems.talking.authorising import Keys
from bot.systems.talking.wire import Wire
from services.model.systems.values import SystemKind, SystemSettings
from services.ports.readers import Clock
from services.ports.systems.clinic_system import ClinicSystem


def build(keys: Keys, clock: Clock) -> KnownSystems:
    """Ways to all kinds of systems over one session; `close()` it at the end."""
    wire = Wire(clock)

    def fhir(settings: SystemSettings) -> ClinicSystem:
        from bot.systems.fhir.adapter import Fhir

        return Fhir(settings, keys, wire, clock)

    def first_bit(settings: SystemSettings) -> ClinicSystem:
        from bot.systems.first_bit.adapter import FirstBit

        return FirstBit(settings, keys, wire, clock)

    adapters: dict[SystemKind, Adapter] = {
        SystemKind.FHIR: fhir,
        SystemKind.FIRST_BIT: first_bit,
    }
    return KnownSystems(adapters, close=wire.close)
