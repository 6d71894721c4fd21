"""A setting: one field of a frozen dataclass, whose metadata is all that there is to know of it.

The chat's screens, the clinic's file, its template and the database follow from `settings_of`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass, replace
from enum import StrEnum
from typing import Any

from services.model.settings.kinds import Kind, Plain

_KEY = "setting"


class Group(StrEnum):
    """Settings that stand on one screen. Short: it stands in buttons."""

    CONTACTS = "contacts"
    BOOKING = "booking"
    RESERVED = "reserved"
    WAITLIST = "waitlist"
    CONFIRMING = "confirming"
    REMINDERS = "reminders"
    QUESTIONS = "questions"
    TEXTS = "texts"
    PREPARATION = "prepare"
    CHECK_UPS = "check-ups"
    NO_SHOWS = "no-shows"

    @property
    def section(self) -> str:
        """Where they stand in the file, with its point; empty: above all sections."""
        return {
            Group.CONTACTS: "",
            Group.CONFIRMING: f"{Group.BOOKING.value}.",
            Group.TEXTS: "",
            Group.PREPARATION: "preparation.",
            Group.CHECK_UPS: "check_ups.",
            Group.NO_SHOWS: "no_shows.",
        }.get(self, f"{self.value}.")


@dataclass(frozen=True, slots=True)
class Setting:
    """A value that a clinic says of itself."""

    key: str
    """Names it in buttons, for good."""
    kind: Kind
    group: Group | None
    """Whose screen it stands on; None: on none, it is set once and for all."""
    at: tuple[str, ...]
    """Names each of its parts in the file and in the database, for good: "booking.hold_minutes"."""
    path: tuple[Any, ...]
    """Where its value stands, from the dataclass on."""
    default: Any = MISSING
    wanted: bool = False
    """Whether a file has to say it. A new setting is not wanted: older files can be entered."""
    noted: bool = False
    """Whether the house notes it by itself: no file says it, and nobody is asked."""

    def of(self, said: Any) -> Any:
        """Its value in what a clinic says."""
        for step in self.path:
            said = said.get(step, "") if isinstance(said, Mapping) else getattr(said, step)
        return said

    def put(self, said: Any, value: Any) -> Any:
        """What a clinic says, with another value there."""
        return _put(said, self.path, value)

    def keep(self, value: Any) -> dict[str, Plain]:
        """The plain form of a value, part by part."""
        parts = zip(self.kind.parts, self.kind.split(value), strict=True)
        return dict(zip(self.at, (part.keep(each) for part, each in parts), strict=True))

    def kept(self, plain: Mapping[str, object]) -> Any:
        """The value that is kept, unchecked; its default where it is not.

        Raises:
            BadValue: what is kept is of another type.
        """
        if any(each not in plain for each in self.at):
            return self.default
        parts = zip(self.kind.parts, self.at, strict=True)
        return self.kind.join(*(part.kept(plain[each]) for part, each in parts))


def setting(
    kind: Kind,
    group: Group | None,
    *,
    key: str = "",
    at: str | tuple[str, ...] = "",
    wanted: bool = False,
    noted: bool = False,
    each: Mapping[Any, str] | None = None,
) -> Mapping[str, Any]:
    """The metadata of a field that is a setting.

    Args:
        kind: What its values may be.
        group: Whose screen it stands on; None: on none.
        key: Names it in buttons; by default the field's name with hyphens.
        at: Where it stands in the file; by default the field's name, in the group's section.
        wanted: Whether a file has to say it.
        noted: Whether the house notes it by itself.
        each: Of a field that is a mapping: its keys, each of them a setting, named so in buttons.
    """
    at = (at,) if isinstance(at, str) else at
    return {_KEY: _Told(kind, group, key, at, wanted, noted, each)}


@dataclass(frozen=True, slots=True)
class _Told:
    kind: Kind
    group: Group | None
    key: str
    at: tuple[str, ...]
    wanted: bool
    noted: bool
    each: Mapping[Any, str] | None

    @property
    def section(self) -> str:
        return self.group.section if self.group else ""


def settings_of(said: type) -> tuple[Setting, ...]:
    """Every setting of a dataclass and of the dataclasses in it, in their order."""
    return tuple(_found((), [(each, _usual(each)) for each in fields(said)]))


def _found(path: tuple[Any, ...], of: Iterable[tuple[Field[Any], Any]]) -> Iterator[Setting]:
    for each, usual in of:
        told: _Told | None = each.metadata.get(_KEY)
        here = (*path, each.name)
        if told and told.each:
            yield from _one_for_each(told, here)
        elif told:
            yield _one(told, each.name, here, usual)
        elif is_dataclass(usual):
            yield from _found(here, [(one, getattr(usual, one.name)) for one in fields(usual)])


def _usual(of: Field[Any]) -> Any:
    return of.default if of.default_factory is MISSING else of.default_factory()


def _one_for_each(told: _Told, path: tuple[Any, ...]) -> Iterator[Setting]:
    for step, key in (told.each or {}).items():
        at = (f"{told.section}{step}",)
        yield Setting(key, told.kind, told.group, at, (*path, step), "", told.wanted)


def _one(told: _Told, name: str, path: tuple[Any, ...], default: Any) -> Setting:
    at = tuple(each or f"{told.section}{name}" for each in told.at)
    key = told.key or name.replace("_", "-")
    return Setting(key, told.kind, told.group, at, path, default, told.wanted, told.noted)


def arguments(of: type, values: Iterable[tuple[Setting, Any]]) -> dict[str, Any]:
    """What the dataclass is made of, so that it has these values."""
    told: dict[str, Any] = {}
    usual = {each.name: _usual(each) for each in fields(of) if each.init}
    for each, value in values:
        name, *rest = each.path
        told[name] = _put(told.get(name, usual[name]), rest, value) if rest else value
    return told


def _put(value: Any, path: Iterable[Any], new: Any) -> Any:
    step, *rest = path
    if isinstance(value, Mapping):
        return {key: each for key, each in {**value, step: new}.items() if each}
    inner = _put(getattr(value, step), rest, new) if rest else new
    return replace(value, **{step: inner})
