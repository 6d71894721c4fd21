"""What a kind of visit is made of, as a clinic's file keeps it: a key of the file, and its kind."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from services.model.clinic import LONGEST_NOTE
from services.model.refusals.typed import NotOneOf
from services.model.settings.kind_lines import LENGTH, PRICE, read_ages, read_name, write_ages
from services.model.settings.kinds import OneOf, Part, Words, YesOrNo, text_of
from services.model.settings.visit_kinds import (
    MOST_KINDS,
    KindKey,
    Reason,
    VisitKind,
    Whom,
    key_of,
    usual,
)

BRING = Words(LONGEST_NOTE, lines=True)


@dataclass(frozen=True, slots=True)
class KeyOfKind:
    """What names a kind for good; an empty one is none yet."""

    def keep(self, value: KindKey) -> str:
        return str(value)

    def kept(self, plain: object) -> KindKey:
        return KindKey(text_of(plain))

    def check(self, value: KindKey) -> None:
        if value and not value.number:
            own = map(key_of, (len(Reason) + 1, MOST_KINDS))
            raise NotOneOf((*Reason, *own))


@dataclass(frozen=True, slots=True)
class NameOfKind:
    """What a kind is called: such that a cell of a sheet can name it."""

    needed: bool = False

    def keep(self, value: str) -> str:
        return value

    def kept(self, plain: object) -> str:
        return text_of(plain)

    def check(self, value: str) -> None:
        read_name(value, needed=self.needed)


@dataclass(frozen=True, slots=True)
class AgesOfKind:
    """From which age on and before which, in months, in words: "с 3 лет до 7 лет"."""

    def keep(self, value: tuple[int, int | None]) -> str:
        return write_ages(*value)

    def kept(self, plain: object) -> tuple[int, int | None]:
        return read_ages(text_of(plain))

    def check(self, value: tuple[int, int | None]) -> None:
        """What can be read will do."""


class _OwnDoor(OneOf):
    """The ill child's own door stays one (R71)."""

    def check(self, value: object) -> None:
        if value is not Whom.ILL:
            raise NotOneOf((str(Whom.ILL),))


KEY = KeyOfKind()
_NAME = NameOfKind()
_PARTS: Mapping[str, tuple[str, Part]] = {
    "name": ("name", _NAME),
    "name_en": ("name_en", _NAME),
    "ages": ("ages", AgesOfKind()),
    "whom": ("whom", OneOf(Whom)),
    "minutes": ("length", LENGTH),
    "price": ("price", PRICE),
    "bring": ("bring", BRING),
    "named_hours_only": ("named_only", YesOrNo()),
    "registry_only": ("at_desk", YesOrNo()),
    "hidden": ("hidden", YesOrNo()),
}


def parts_of(key: KindKey) -> Mapping[str, Part]:
    """What a file may say of a kind, and how; nothing of it has to be there but a name of its own.

    What to bring to a visit that every clinic has is a setting of the clinic's."""
    parts = {name: part for name, (_, part) in _PARTS.items()}
    if key in set(Reason):
        del parts["bring"]
    else:
        parts["name"] = NameOfKind(needed=True)
    if key == Reason.ILLNESS:
        parts["whom"] = _OwnDoor(Whom)
    return parts


def plain_parts(kind: VisitKind) -> dict[str, Any]:
    """What a file says of a kind: what it is called, and what is not as it is usually."""
    common = usual(kind.key)
    return {
        name: part.keep(value)
        for name, part in parts_of(kind.key).items()
        if (value := _value(kind, name)) != _value(common, name) or name == "name"
        if value is not None
    }


def with_parts(key: KindKey, said: Mapping[str, Any]) -> VisitKind:
    """A kind as a file says; what it is silent about is as usual."""
    kind = usual(key)
    for name, value in said.items():
        if name == "ages":
            kind = replace(kind, since=value[0], until=value[1])
        else:
            kind = replace(kind, **{_PARTS[name][0]: value})
    return kind


def _value(kind: VisitKind, name: str) -> Any:
    return (kind.since, kind.until) if name == "ages" else getattr(kind, _PARTS[name][0])
