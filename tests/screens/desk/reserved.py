"""Samples: what is kept of a doctor's day."""

from dataclasses import replace
from datetime import date

from bot.flows.desk.reserved import views
from services.desk.kept.times import KeptOfDay
from services.model.ids import SlotId
from services.model.reserved.times import Reservation, ReservedFor
from tests.conftest import MONDAY_7_AM
from tests.screens.values import DOCTOR, IRINA, Samples
from tests.values import a_slot, on_wall

TUESDAY_9 = a_slot(on_wall("2026-11-24 09:00"), doctor=DOCTOR)
KEPT = [
    replace(TUESDAY_9, reservation=Reservation(whom, on_wall("2026-11-23 18:00")))
    for whom in ReservedFor
]
OPENED = replace(TUESDAY_9, id=SlotId(7), reservation=Reservation(ReservedFor.URGENT, MONDAY_7_AM))

SAMPLES: Samples = {
    views.kept: [
        (KeptOfDay(IRINA, DOCTOR, date(2026, 11, 24), KEPT, MONDAY_7_AM),),
        (
            KeptOfDay(
                IRINA,
                DOCTOR,
                date(2026, 11, 24),
                [],
                MONDAY_7_AM,
                {OPENED.id: "Ирина"},
                [OPENED],
            ),
        ),
    ]
}
