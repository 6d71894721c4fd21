"""Samples: how much of the time is taken; as a picture and as a sheet."""

from dataclasses import replace
from datetime import date

from bot.flows.desk.occupancy import views
from services.desk.occupancy import Asked, Load
from services.model.slots import DayLoad
from tests.conftest import MONDAY_7_AM
from tests.screens.values import CLINIC, DOCTOR, IRINA, KIM, Samples

LOAD = Load(
    CLINIC,
    date(2026, 11, 23),
    date(2026, 12, 31),
    [DOCTOR, KIM],
    {(DOCTOR.id, date(2026, 11, 25)): DayLoad(998, 1)},
    [Asked(date(2026, 11, 23), 999, 998)],
    MONDAY_7_AM,
)
NOBODY = replace(LOAD, doctors=[], days={}, asked=[])
LARGE = replace(LOAD, doctors=[DOCTOR] * 201)
MET = replace(LOAD, asked=[Asked(date(2026, 11, 23), 2, 2)])

SHUT = replace(
    LOAD,
    days={
        (DOCTOR.id, date(2026, 11, 25)): DayLoad(2, 0, closed=True),
        (KIM.id, date(2026, 11, 25)): DayLoad(0, 0, closed=True),
    },
)

LOADS = [LOAD, NOBODY, LARGE, MET, SHUT]

SAMPLES: Samples = {
    views.picture: [(each, IRINA.id, b"png") for each in LOADS],
    views.sheet: [(each, b"PK") for each in LOADS],
}
