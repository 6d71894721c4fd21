"""Hours of reception as JSON: they are read and written whole, and never asked for in SQL."""

from datetime import time, timedelta
from typing import Any

from sqlalchemy import JSON, Dialect, TypeDecorator

from services.model.clinic import Hours
from services.model.reserved.times import ReservedFor
from services.model.schedule import Reception
from services.model.settings.visit_kinds import KindKey

_MINUTE = timedelta(minutes=1)
_WHOM = {str(whom): whom for whom in ReservedFor}
"""What a newer version keeps for whom this one does not know is everybody's."""


def _to_json(reception: Reception) -> dict[str, Any]:
    kept = {} if reception.kept_for is None else {"kept_for": str(reception.kept_for)}
    return {
        "hours": _hours_to_json(reception.hours),
        "visit": reception.visit // _MINUTE,
        "breaks": [_hours_to_json(pause) for pause in reception.breaks],
        "reasons": sorted(reception.reasons),
        **kept,
    }


def _from_json(value: dict[str, Any]) -> Reception:
    return Reception(
        hours=_hours_from_json(value["hours"]),
        visit=value["visit"] * _MINUTE,
        breaks=tuple(_hours_from_json(pause) for pause in value["breaks"]),
        reasons=frozenset(KindKey(reason) for reason in value["reasons"]),
        kept_for=_WHOM.get(value.get("kept_for", "")),
    )


def _hours_to_json(hours: Hours) -> list[str]:
    return [f"{hours.starts:%H:%M}", f"{hours.ends:%H:%M}"]


def _hours_from_json(value: list[str]) -> Hours:
    return Hours(*(time.fromisoformat(each) for each in value))


class ReceptionJson(TypeDecorator[Reception]):
    """One reception."""

    impl = JSON
    cache_ok = True

    def process_bind_param(
        self, value: Reception | None, dialect: Dialect
    ) -> dict[str, Any] | None:
        return None if value is None else _to_json(value)

    def process_result_value(
        self, value: dict[str, Any] | None, dialect: Dialect
    ) -> Reception | None:
        return None if value is None else _from_json(value)


class ReceptionsJson(TypeDecorator[list[Reception]]):
    """Several receptions, in order."""

    impl = JSON
    cache_ok = True

    def process_bind_param(
        self, value: list[Reception] | None, dialect: Dialect
    ) -> list[dict[str, Any]]:
        return [_to_json(reception) for reception in value or []]

    def process_result_value(
        self, value: list[dict[str, Any]] | None, dialect: Dialect
    ) -> list[Reception]:
        return [_from_json(reception) for reception in value or []]
