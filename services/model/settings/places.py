"""Settings that are a place on the map, or a zone of time."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from services.model.refusals.typed import NotADegree, NotAZone
from services.model.settings.kinds import Part, Whole, text_of
from services.model.settings.texts import NOTHING

ZONES = (
    "Europe/Kaliningrad",
    "Europe/Moscow",
    "Europe/Samara",
    "Asia/Yekaterinburg",
    "Asia/Omsk",
    "Asia/Novosibirsk",
    "Asia/Krasnoyarsk",
    "Asia/Irkutsk",
    "Asia/Yakutsk",
    "Asia/Vladivostok",
    "Asia/Magadan",
    "Asia/Kamchatka",
)
"""Russia's, from west to east; any other can be typed."""


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the map, latitude first: "55.77, 37.61"."""

    made: Callable[[float, float], Any]
    """A position of a latitude and a longitude."""

    def read(self, typed: str) -> Any:
        text = " ".join(typed.split())
        if text in NOTHING or not text:
            return None
        degrees = r"([+-]?\d{1,3}(?:[.,]\d{1,12})?)"
        found = re.fullmatch(rf"{degrees}\s*[,;\s]\s*{degrees}", text)
        if not found:
            raise NotADegree
        told = [round(float(each.replace(",", ".")), 6) for each in found.groups()]
        for part, value in zip(self.parts, told, strict=True):
            part.check(value)
        return self.made(*told)

    def write(self, value: Any) -> str:
        return f"{value.latitude:.6f}, {value.longitude:.6f}" if value else ""

    @property
    def choices(self) -> Sequence[str]:
        return ("",)

    @property
    def parts(self) -> Sequence[Part]:
        return (_Degrees(90), _Degrees(180))

    def split(self, value: Any) -> Sequence[float | None]:
        return (value.latitude, value.longitude) if value else (None, None)

    def join(self, *parts: Any) -> Any:
        return None if None in parts else self.made(*parts)


@dataclass(frozen=True, slots=True)
class _Degrees:
    most: int

    def keep(self, value: float | None) -> float | None:
        return value

    def kept(self, plain: object) -> float | None:
        if plain is None:
            return None
        if isinstance(plain, int | float) and not isinstance(plain, bool):
            return float(plain)
        raise NotADegree(self.most)

    def check(self, value: float | None) -> None:
        if value is not None and not -self.most <= value <= self.most:  # "not a number" is neither
            raise NotADegree(self.most)


@dataclass(frozen=True, slots=True)
class Zone(Whole):
    """An IANA time zone."""

    def read(self, typed: str) -> ZoneInfo:
        key = typed.strip()
        if not re.fullmatch(r"[A-Za-z_]+(?:/[A-Za-z0-9_+-]+){1,2}", key) or len(key) > 40:
            raise NotAZone
        try:
            return ZoneInfo(key)
        except (KeyError, ValueError, OSError):
            raise NotAZone from None

    def write(self, value: ZoneInfo) -> str:
        return value.key

    def keep(self, value: ZoneInfo) -> str:
        return value.key

    def kept(self, plain: object) -> ZoneInfo:
        if text_of(plain) in available_timezones():
            return ZoneInfo(text_of(plain))
        raise NotAZone

    def check(self, value: ZoneInfo) -> None:
        """Any will do."""

    @property
    def choices(self) -> Sequence[str]:
        return ZONES
