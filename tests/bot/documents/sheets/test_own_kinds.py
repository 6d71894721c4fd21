"""Rows of a sheet for a kind of visit that the clinic added itself."""

from datetime import date

import pytest

from bot.documents.sheets import schedule_sheets, timetable
from bot.documents.sheets.rows import BadSheet
from services.model.settings.visit_kinds import USUAL_KINDS, KindKey, VisitKind

POOL = VisitKind(KindKey("k9"), name="Справка в бассейн")
SHEET = "Врач;Кабинет;Минут;Пн;Для чего\nПетрова Анна Сергеевна;12;10;9-12;справка в бассейн\n"


def test_a_row_is_for_what_the_clinic_calls_so() -> None:
    """What the export of its timetable says can be sent back; another clinic knows no such word."""
    since = date(2026, 11, 23)
    found = schedule_sheets.read(SHEET.encode(), since, kinds=(*USUAL_KINDS, POOL))
    assert isinstance(found, timetable.Reading)
    [rule] = found.timetables[0].rules

    assert rule.reception.reasons == {POOL.key}
    with pytest.raises(BadSheet):
        schedule_sheets.read(SHEET.encode(), since)
