"""What a value that a clinic says of itself may be, how people write it, and how it is kept.

A value has one written form, which `read` takes back; what people type is read more kindly. A file
and the database keep it as plain parts, most often one: a text, a number, true or false.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from services.model.refusals.typed import (
    NotACode,
    NotANumber,
    NotAPhone,
    NotAText,
    NotOneLine,
    NotOneOf,
    NotYesOrNo,
    NumberOutOfRange,
    TextMissing,
    TextTooLong,
    UnseenCharacter,
)
from services.model.settings.texts import NOTHING, has_unseen, is_phone, length

LONGEST_PHONE = 40

Plain = str | int | float | bool | None
"""What a file and the database know."""


class Part(Protocol):
    """How one part of a value is kept."""

    def keep(self, value: Any) -> Plain:
        """The plain form."""
        ...

    def kept(self, plain: object) -> Any:
        """What a plain form means. Raises a `BadValue`: it is of another type."""
        ...

    def check(self, value: Any) -> None:
        """Raises a `BadValue` where a clinic may not say this. What is kept already is not checked:
        it was good under the bounds of its day."""
        ...


class Kind(Protocol):
    """What values of one kind may be."""

    def read(self, typed: str) -> Any:
        """The value that somebody typed. Raises a `BadValue` that says what is wanted."""
        ...

    def write(self, value: Any) -> str:
        """The value's one written form."""
        ...

    @property
    def choices(self) -> Sequence[str]:
        """Values in their written form that are offered as buttons; an empty one is none."""
        ...

    @property
    def parts(self) -> Sequence[Part]:
        """What it is kept as, in this order."""
        ...

    def split(self, value: Any) -> Sequence[Any]:
        """The value's parts; each is None where the value is."""
        ...

    def join(self, *parts: Any) -> Any:
        """The value of these parts."""
        ...


class Whole:
    """A value that is kept in one piece, and is offered by no button."""

    __slots__ = ()

    @property
    def choices(self) -> Sequence[str]:
        return ()

    @property
    def parts(self) -> Sequence[Any]:
        return (self,)

    def split(self, value: Any) -> Sequence[Any]:
        return (value,)

    def join(self, *parts: Any) -> Any:
        [value] = parts
        return value


@dataclass(frozen=True, slots=True)
class Words(Whole):
    """The clinic's own words."""

    most: int
    needed: bool = False
    lines: bool = False
    """Whether there may be several."""
    stays: bool = False
    """Whether words that are there cannot be taken away, only replaced."""

    def read(self, typed: str) -> str:
        text = typed.strip()
        if text in NOTHING:
            text = ""
        if not text and self.stays:
            raise TextMissing
        self.check(text)
        return text

    def write(self, value: str) -> str:
        return value

    def keep(self, value: str) -> str:
        return value

    def kept(self, plain: object) -> str:
        return text_of(plain)

    def check(self, value: str) -> None:
        if not value and self.needed:
            raise TextMissing
        if length(value) > self.most:
            raise TextTooLong(length(value) - self.most, self.most)
        if "\n" in value and not self.lines:
            raise NotOneLine
        if has_unseen(value):
            raise UnseenCharacter

    @property
    def choices(self) -> Sequence[str]:
        return () if self.needed or self.stays else ("",)


@dataclass(frozen=True, slots=True)
class Phone(Whole):
    """A number to be called."""

    needed: bool = True

    def read(self, typed: str) -> str:
        text = Words(LONGEST_PHONE, self.needed).read(typed)
        self.check(text)
        return text

    def write(self, value: str) -> str:
        return value

    def keep(self, value: str) -> str:
        return value

    def kept(self, plain: object) -> str:
        return text_of(plain)

    def check(self, value: str) -> None:
        Words(LONGEST_PHONE, self.needed).check(value)
        if value and not is_phone(value):
            raise NotAPhone

    @property
    def choices(self) -> Sequence[str]:
        return () if self.needed else ("",)


@dataclass(frozen=True, slots=True)
class Code(Whole):
    """What names a clinic in a link."""

    def read(self, typed: str) -> str:
        self.check(typed.strip())
        return typed.strip()

    def write(self, value: str) -> str:
        return value

    def keep(self, value: str) -> str:
        return value

    def kept(self, plain: object) -> str:
        return text_of(plain)

    def check(self, value: str) -> None:
        if not value:
            raise TextMissing
        if not re.fullmatch(r"[a-z0-9-]{2,40}", value):
            raise NotACode


@dataclass(frozen=True, slots=True)
class Number(Whole):
    """How many."""

    least: int
    most: int

    def read(self, typed: str) -> int:
        found = re.fullmatch(r"(\d{1,6})(?:\s*[^\W\d]+\.?)?", typed.strip())
        if not found:
            raise NotANumber
        self.check(int(found[1]))
        return int(found[1])

    def write(self, value: int) -> str:
        return str(value)

    def keep(self, value: int) -> int:
        return value

    def kept(self, plain: object) -> int:
        if isinstance(plain, int) and not isinstance(plain, bool):
            return plain
        raise NumberOutOfRange(self.least, self.most)

    def check(self, value: int) -> None:
        if not self.least <= value <= self.most:
            raise NumberOutOfRange(self.least, self.most)


@dataclass(frozen=True, slots=True)
class Days(Number):
    """How many days."""


@dataclass(frozen=True, slots=True)
class Percent(Number):
    """A share in percent; none is a share too."""

    least: int = field(default=0, init=False)

    def read(self, typed: str) -> int:
        if typed.strip() in NOTHING:
            return 0
        return super(Percent, self).read(typed.strip().removesuffix("%"))

    @property
    def choices(self) -> Sequence[str]:
        return ("0",)


@dataclass(frozen=True, slots=True)
class YesOrNo(Whole):
    """A choice of two."""

    def read(self, typed: str) -> bool:
        known = {"yes": True, "да": True, "no": False, "нет": False}
        try:
            return known[typed.strip().casefold()]
        except KeyError:
            raise NotYesOrNo from None

    def write(self, value: bool) -> str:
        return "yes" if value else "no"

    def keep(self, value: bool) -> bool:
        return value

    def kept(self, plain: object) -> bool:
        if isinstance(plain, bool):
            return plain
        raise NotYesOrNo

    def check(self, value: bool) -> None:
        """Either will do."""

    @property
    def choices(self) -> Sequence[str]:
        return ("yes", "no")


@dataclass(frozen=True, slots=True)
class OneOf(Whole):
    """A choice of several that have names."""

    known: type[StrEnum]

    def read(self, typed: str) -> StrEnum:
        try:
            return self.known(typed.strip())
        except ValueError:
            raise NotOneOf(self.choices) from None

    def write(self, value: StrEnum) -> str:
        return str(value)

    def keep(self, value: StrEnum) -> str:
        return str(value)

    def kept(self, plain: object) -> StrEnum:
        return self.read(text_of(plain))

    def check(self, value: StrEnum) -> None:
        """Any will do."""

    @property
    def choices(self) -> Sequence[str]:
        return tuple(self.known)


def text_of(plain: object) -> str:
    if isinstance(plain, str):
        return plain
    raise NotAText
