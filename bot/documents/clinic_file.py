"""A clinic as a TOML file that its people fill in, read as a whole.

What may stand in it, and where, its settings say (`services/model/clinic.py`).
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import MISSING, dataclass, field, replace
from difflib import get_close_matches
from enum import StrEnum, auto
from typing import Any

from bot.documents.streets import read_street
from services.clinic.opening import NewDistrict
from services.clinic.profiles import ClinicEntry, DoctorEntry
from services.clinic.settings import TEXTS
from services.model.clinic import LONGEST_LINE, LONGEST_NAME, SETTINGS, ClinicProfile
from services.model.refusals.typed import BadValue, TextMissing
from services.model.settings.kind_parts import KEY, parts_of, with_parts
from services.model.settings.kinds import Code, Part, Phone, Words
from services.model.settings.setting import Setting, arguments
from services.model.settings.visit_kinds import KindKey, VisitKind
from services.rules.names import name_key

MOST_BYTES = 1_000_000
_NAME = Words(LONGEST_NAME, needed=True)
_ROOM = Words(20, needed=True)
_STREET = Words(LONGEST_LINE, needed=True)


class Trouble(StrEnum):
    """What is wrong with how the file is made. What is wrong with a value, its kind says."""

    TOO_LARGE = auto()
    NOT_UTF8 = auto()
    NOT_TOML = auto()
    UNKNOWN = auto()
    """A key that means nothing here."""
    NOT_A_SECTION = auto()
    NOT_SECTIONS = auto()
    """`[[doctor]]`, as many as there are, is wanted."""
    NOT_TEXTS = auto()
    BAD_STREET = auto()
    TWICE = auto()
    """A doctor, a district or a kind of visit that was there before."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that has to be mended in the file, and where."""

    trouble: Trouble | BadValue
    key: str = ""
    """As "booking.horizon_days", or "doctor[2].room" of the second doctor."""
    value: str = ""
    """What stands there."""
    line: int | None = None
    """Where the file could not be read any further."""
    meant: str = ""
    """The key that an unknown one is nearest to."""


class BadClinicFile(Exception):
    """The file cannot be entered; all that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self.problems = problems


def read(data: bytes) -> ClinicEntry:
    """The clinic in a file; without kinds of visit where it is silent about them.

    Raises:
        BadClinicFile: something in it is wrong; nothing of it is to be used.
    """
    problems: list[Problem] = []
    file = _Table(_parsed(data), problems)
    said = list(_said(file, SETTINGS))
    texts = [(each.path[1], text) for each, text in _said(file, TEXTS)]
    kinds = _kinds(file)
    doctors = _doctors(file)
    file.finish(file.known)
    if problems:
        raise BadClinicFile(problems)
    profile = replace(ClinicProfile(**arguments(ClinicProfile, said)), kinds=kinds)
    return ClinicEntry(profile, {purpose: text for purpose, text in texts if text}, doctors)


def _parsed(data: bytes) -> dict[str, Any]:
    if len(data) > MOST_BYTES:
        raise BadClinicFile([Problem(Trouble.TOO_LARGE)])
    try:
        return tomllib.loads(data.decode("utf-8-sig"))  # Notepad puts a mark before the text
    except UnicodeDecodeError:
        raise BadClinicFile([Problem(Trouble.NOT_UTF8)]) from None
    except (ValueError, RecursionError) as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else None
        raise BadClinicFile([Problem(Trouble.NOT_TOML, line=line)]) from None


class _Table:
    """A section of the file. What is asked for is taken out of it; what is left is unknown."""

    def __init__(self, rest: dict[str, Any], problems: list[Problem], path: str = "") -> None:
        self._rest = rest
        self._problems = problems
        self._path = path
        self._asked: list[str] = []
        self._parts: list[_Table] = []

    @property
    def known(self) -> list[str]:
        """Every key that was asked for, here and within."""
        here = [self._path + key for key in self._asked]
        return [*here, *(key for part in self._parts for key in part.known)]

    def finish(self, known: Sequence[str]) -> None:
        """Name every key that nobody asked for, and what may have been meant."""
        for key in self._rest:
            meant = _nearest(key, self._asked) or _elsewhere(key, known)
            self._problems.append(Problem(Trouble.UNKNOWN, self._path + key[:60], meant=meant))
        for part in self._parts:
            part.finish(known)

    def take(self, key: str, otherwise: Any = None) -> Any:
        """What stands there, and is not unknown from now on; a text without what surrounds it."""
        self._asked.append(key)
        found = self._rest.pop(key, otherwise)
        return found.strip() if isinstance(found, str) else found

    def wrong(self, trouble: Trouble | BadValue, key: str, value: object = "") -> None:
        self._problems.append(Problem(trouble, self._path + key, _shown(value)))

    def table(self, key: str) -> "_Table":
        """A section within; one that is missing is empty, so that each key of it is named."""
        found = self.take(key, {})
        if not isinstance(found, dict):
            self.wrong(Trouble.NOT_A_SECTION, key)
            found = {}
        return self._part(found, f"{key}.")

    def tables(self, key: str) -> list["_Table"]:
        found = self.take(key, [])
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            self.wrong(Trouble.NOT_SECTIONS, key)
            found = []
        return [self._part(each, f"{key}[{at}].") for at, each in enumerate(found, 1)]

    def _part(self, found: dict[str, Any], name: str) -> "_Table":
        part = _Table(found, self._problems, self._path + name)
        self._parts.append(part)
        return part

    def checked(self, key: str, kind: Part, plain: object) -> Any:
        """What a plain value means; None, and that is said, where it will not do."""
        try:
            value = kind.kept(plain)
            kind.check(value)
        except BadValue as problem:
            self.wrong(problem, key, plain)
            return None
        return value

    def text(self, key: str, kind: Words) -> str:
        return self.checked(key, kind, self.take(key, "")) or ""

    def texts(self, key: str, kind: Words) -> list[str]:
        """The texts of a list."""
        found = self.take(key, [])
        if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
            self.wrong(Trouble.NOT_TEXTS, key)
            return []
        return [
            self.checked(f"{key}[{at}]", kind, each.strip()) or ""
            for at, each in enumerate(found, 1)
        ]


def _shown(value: object) -> str:
    """A value in a problem: one short line."""
    text = " ".join(str(value).split())
    return text if len(text) <= 60 else f"{text[:59]}…"


def _nearest(key: str, known: Sequence[str]) -> str:
    """The one of the section's keys that looks like it; empty if none does."""
    return next(iter(get_close_matches(key, known, n=1)), "")


def _elsewhere(key: str, known: Sequence[str]) -> str:
    """The key of this name in another section, written out; empty if there is none."""
    return next((each for each in known if each.rpartition(".")[2] == key), "")


def sections(settings: Sequence[Setting]) -> dict[str, list[Setting]]:
    """The settings as they stand in the file: "" is above all sections."""
    found: dict[str, list[Setting]] = {"": []}
    for each in settings:
        found.setdefault(each.at[0].rpartition(".")[0], []).append(each)
    return found


def _said(file: _Table, settings: Sequence[Setting]) -> Iterator[tuple[Setting, Any]]:
    """What the file says of each; where it says nothing that will do, there is a problem."""
    for section, theirs in sections(settings).items():
        table = file.table(section) if section else file
        for each in theirs:
            yield each, _value(table, each)


def _value(table: _Table, setting: Setting) -> Any:
    is_text = isinstance(setting.kind, Words | Phone | Code)
    keys = [at.rpartition(".")[2] for at in setting.at]
    found = [None if each == "" and not is_text else each for each in map(table.take, keys)]
    if found == [None] * len(found) and setting.default is not MISSING and not setting.wanted:
        return setting.default
    values = []
    for key, part, plain in zip(keys, setting.kind.parts, found, strict=True):
        if plain is None:
            table.wrong(TextMissing(), key)
        else:
            values.append(table.checked(key, part, plain))
    return setting.kind.join(*values) if len(values) == len(keys) and None not in values else None


@dataclass(slots=True)
class _Seen:
    """Names, each of which is there once."""

    keys: set[str] = field(default_factory=set)

    def check(self, table: _Table, name: str, key: str, at: str = "name") -> None:
        if name and key in self.keys:
            table.wrong(Trouble.TWICE, at, name)
        self.keys.add(key)


def _kinds(file: _Table) -> tuple[VisitKind, ...]:
    """The kinds of visit, in order; a new one has no key yet."""
    kinds, keys, names = [], _Seen(), _Seen()
    for table in file.tables("kind"):
        key = table.checked("key", KEY, table.take("key", ""))
        told = {name: table.take(name) for name in parts_of(key or KindKey())}
        if key is None:
            continue
        keys.check(table, key, key, "key")
        said = {
            name: value
            for name, part in parts_of(key).items()
            if (plain := "" if told[name] is None and name == "name" else told[name]) is not None
            if (value := table.checked(name, part, plain)) is not None
        }
        kind = with_parts(key, said)
        names.check(table, kind.name, name_key(kind.name))
        kinds.append(kind)
    return tuple(kinds)


def _doctors(file: _Table) -> list[DoctorEntry]:
    doctors, names, districts = [], _Seen(), _Seen()
    for table in file.tables("doctor"):
        name = table.text("name", _NAME)
        names.check(table, name, name_key(name))
        room = table.text("room", _ROOM)
        theirs = [_district(each, districts) for each in table.tables("district")]
        doctors.append(DoctorEntry(name, room, theirs))
    return doctors


def _district(table: _Table, seen: _Seen) -> NewDistrict:
    name = table.text("name", _NAME)
    seen.check(table, name, name_key(name))
    streets = []
    for at, text in enumerate(table.texts("streets", _STREET), 1):
        if street := read_street(text):
            streets.append(street)
        elif text:
            table.wrong(Trouble.BAD_STREET, f"streets[{at}]", text)
    return NewDistrict(name, tuple(streets))
