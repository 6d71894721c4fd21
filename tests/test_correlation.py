"""A correlation that was forgotten is found, and nothing else."""

import pytest
from sqlalchemy import Exists, exists, select
from sqlalchemy.orm import aliased

from storage.tables.slots import SlotRow
from storage.tables.visits import AppointmentRow
from tests.correlation import ForgottenCorrelation

OTHER = aliased(SlotRow)
MINE = AppointmentRow.slot_id == SlotRow.id


@pytest.mark.parametrize(
    "asked",
    [
        exists().where(MINE),  # the row around, by itself
        exists().where(MINE).correlate(SlotRow),
        exists(select(AppointmentRow.id).where(MINE)).correlate_except(AppointmentRow),
        exists().where(OTHER.doctor_id == SlotRow.doctor_id, OTHER.id != SlotRow.id),
    ],
)
def test_who_means_the_row_around_is_let(asked: Exists) -> None:
    """As is another row of the same table under another name."""
    str(select(SlotRow.id).where(asked))


@pytest.mark.parametrize(
    "asked",
    [
        exists().where(MINE).correlate(None),
        exists(select(AppointmentRow.id).where(MINE)).correlate_except(SlotRow),
    ],
)
def test_who_asks_of_any_row_is_told(asked: Exists) -> None:
    """Its table stands around, too."""
    with pytest.raises(ForgottenCorrelation, match="slots"):
        str(select(SlotRow.id).where(asked))
