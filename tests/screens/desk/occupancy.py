"""Samples: how much of the time is taken; as a picture and as a sheet."""

from dataclasses import replace
from datetime import date

from bot.flows.desk.occupancy import month, views
from services.desk.month import Month
from services.desk.occupancy import Asked, Load
from services.model.slots import Counted, DayLoad
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

MONTH = Month(
    CLINIC,
    date(2026, 11, 1),
    date(2026, 11, 30),
    Counted(412, 130, 480, 14, 205, 61, 9, 38, 12),
    542,
    700,
    MONDAY_7_AM,
)
EMPTY_MONTH = replace(MONTH, counted=Counted(*[0] * 9), taken=0, open=0)
LOADS = [replace(LOAD, has_month=True), LOAD, NOBODY, LARGE, MET, SHUT]

SAMPLES: Samples = {
    views.picture: [(each, IRINA.id, b"png") for each in LOADS],
    month.month_picture: [(each, IRINA.id, b"png") for each in (MONTH, EMPTY_MONTH)],
    views.sheet: [(each, b"PK") for each in LOADS],
}
