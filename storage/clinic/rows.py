"""Clinics and doctors as their rows are read and written."""

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row

from services.model.clinic import NOTED, SETTINGS, Clinic, ClinicProfile, Doctor
from services.model.ids import ClinicId, DoctorId
from services.model.settings.kinds import Plain
from services.model.settings.setting import arguments
from storage.clinic import columns, visit_kinds
from storage.tables.clinic import ClinicRow, DoctorRow

_BY_COLUMN = ("code", "name", "zone")
"""Asked for and sorted by: these have columns of their own for good."""
_SETTINGS = tuple(each for each in (*SETTINGS, *NOTED) if each.key not in _BY_COLUMN)
_KNOWN = frozenset(at for each in _SETTINGS for at in each.at)
"""What is read of `settings`: a newer version may keep there what is no plain value."""


def to_clinic(row: ClinicRow | Row[*tuple[Any, ...]]) -> Clinic:
    said = tuple((at, plain) for at, plain in (row.settings or {}).items() if at in _KNOWN)
    return _clinic(
        row.id,
        row.code,
        row.name,
        row.zone,
        row.times_apart,
        row.own_system,
        said,
        columns.of(row),
        row.visit_kinds,
    )


@lru_cache(maxsize=256)
def _clinic(
    row_id: int,
    code: str,
    name: str,
    zone: ZoneInfo,
    times_apart: bool,
    own_system: bool,
    said: tuple[tuple[str, Any], ...],
    by_column: tuple[object, ...],
    kinds: str | None,
) -> Clinic:
    """A list of visits names one clinic in each of its rows: it is made once."""
    plain = {**dict(said), **columns.said(by_column)}
    settings = [(each, each.kept(plain)) for each in _SETTINGS]
    return Clinic(
        **{**arguments(Clinic, settings), "code": code, "name": name, "zone": zone},
        kinds=visit_kinds.of(kinds),
        id=ClinicId(row_id),
        times_apart=times_apart,
        own_system=own_system,
    )


def row_of(
    profile: ClinicProfile, there: Mapping[str, Any] | None, kinds: str | None = None
) -> dict[str, Any]:
    """What a row says of a clinic that has said so much before; None: it is new, and says all.

    A setting that was never touched stays away, so that it follows another default.
    """
    told: dict[str, Plain] = {}
    for each in _SETTINGS:
        value = each.of(profile)
        if there is None or value != each.default or _any_in(each.at, there):
            told |= each.keep(value)
    return {
        **{name: getattr(profile, name) for name in _BY_COLUMN},
        **columns.values(profile),
        "settings": {**(there or {}), **told},
        "visit_kinds": visit_kinds.to_text(profile.kinds, kinds),
    }


def _any_in(keys: Collection[str], there: Mapping[str, Any]) -> bool:
    return any(key in there for key in keys)


def to_doctor(row: DoctorRow | Row[*tuple[Any, ...]], clinic: Clinic) -> Doctor:
    return Doctor(DoctorId(row.id), clinic, row.name, row.room)
