"""Samples: hours and times that come and go as a sheet."""

from dataclasses import replace
from datetime import timedelta

from bot.documents.sheets.slot_rows import Reading
from bot.flows.schedule.sheets import time_views, uploads, views
from services.model.ids import SlotId
from services.model.slot_sync import Conflict, ConflictKind, Plan
from services.model.slots import Stretch
from services.schedule.listed_times import DoctorImport, Imported, SheetPreview, SheetTaken
from services.schedule.overview import SheetDesk
from tests.screens.values import (
    CLINIC,
    DOCTOR,
    IRINA,
    LARGEST,
    LATER,
    NAME,
    NEW_YEAR,
    TODAY,
    Samples,
)

DISAGREEMENTS = [
    Conflict(
        ConflictKind.TAKEN_THERE,
        Stretch(LATER.starts_at, LATER.starts_at + timedelta(minutes=15)),
        "1001",
    )
] * 30
BROKEN_HOURS = [
    Stretch(start, start + timedelta(minutes=5 + number % 7))
    for number in range(300)
    for start in [LATER.starts_at + timedelta(hours=number)]
]
"""No day like another."""
BUSY_IMPORT = DoctorImport(
    DOCTOR.name,
    "<b>12345678901234567",
    Plan(withdraw=[SlotId(1)] * 1234, conflicts=DISAGREEMENTS),
    room_before="<i>12345678901234567",
    rooms=["12345678901234567890"] * 9,
    written=[DOCTOR.name] * 2,
    gives=BROKEN_HOURS,
    left_open=BROKEN_HOURS,
)
EVERY_IMPORT = [
    (
        Imported(CLINIC, [BUSY_IMPORT] * 30, [DOCTOR] * 30, TODAY, NEW_YEAR, 12),
        Reading([], 1234, ["<b>Ф.И.О. пациента"] * 30),
    ),
    (Imported(CLINIC, [replace(BUSY_IMPORT, new=True)], [], TODAY, TODAY, 0), Reading([], 0, [])),
    (Imported(CLINIC, [DoctorImport(NAME, "1", Plan())], [], TODAY, TODAY, 0), Reading([], 0, [])),
    (Imported(CLINIC, [], [], None, None, 9), Reading([], 9, [])),
]

SAMPLES: Samples = {
    views.by_sheet: [(SheetDesk(IRINA, TODAY),)],
    time_views.preview: [
        (SheetPreview(IRINA, imported, LARGEST), rows) for imported, rows in EVERY_IMPORT
    ],
    time_views.done: [(SheetTaken(IRINA, imported),) for imported, _ in EVERY_IMPORT],
    views.unreadable: [
        (SheetDesk(IRINA, TODAY), ["Строка 2: <b>дд</b> " * 20] * (uploads.MOST_PROBLEMS + 1))
    ],
    views.template: [(b"PK",)],
    views.export: [(SheetDesk(IRINA, TODAY), b"PK")],
}
