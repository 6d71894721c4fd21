"""A clinic's file written: each setting beneath what it is, in Russian. Read again it is the same.

What is about a whole section stands in `clinic.template.toml`; a section that is not there gets a
heading of its own.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import MISSING
from pathlib import Path
from textwrap import wrap
from typing import Any
from zoneinfo import ZoneInfo

import tomlkit

from bot import words
from bot.documents.clinic_file import sections
from bot.documents.streets import write_street
from bot.flows.clinic.wording import choice, wording
from bot.flows.common.kinds import usual_name
from bot.words import _
from services.clinic.profiles import ClinicEntry, DoctorEntry
from services.clinic.settings import TEXTS
from services.model.clinic import LONGEST_NOTE, SETTINGS, ClinicProfile
from services.model.people import Language
from services.model.reserved.times import STARTING
from services.model.settings.ages import Ages
from services.model.settings.kind_parts import plain_parts
from services.model.settings.kinds import Days, Number, OneOf, Percent, Phone, Plain, Words, YesOrNo
from services.model.settings.moments import QuietHours, Span
from services.model.settings.places import Place, Zone
from services.model.settings.setting import Setting
from services.model.settings.visit_kinds import VisitKind

_FRAME = Path(__file__).with_name("clinic.template.toml")
_MARK = re.compile(r"^\{([a-z_]*)\}$", re.MULTILINE)
_WIDTH = 98
_ELSEWHERE = {"map.latitude": 55.7558, "map.longitude": 37.6173}
"""Stands commented in the file of a clinic that says nothing there."""
_EXAMPLE = """\
# [[doctor]]
# name = "Фамилия Имя Отчество"
# room = "12"
#
#   [[doctor.district]]
#   name = "участок 1"
#   streets = [
#     "ул. Садовая, нечётные",
#     "пр. Мира, до 40",
#   ]
"""


def template() -> str:
    """The file to be filled in."""
    empty: dict[str, Any] = {each.path[0]: "" for each in SETTINGS if each.default is MISSING}
    empty["zone"] = ZoneInfo("Europe/Moscow")
    nobody = ClinicProfile(**empty, reserved=STARTING)
    return write(ClinicEntry(nobody, {}))


def write(entry: ClinicEntry) -> str:
    """The file of a clinic, comments included."""
    said, frame = values(entry), _FRAME.read_text("utf-8")
    found = sections((*SETTINGS, *TEXTS))
    with words.speaking(words.load(), Language.RUSSIAN):
        written = {section: _section(theirs, said) for section, theirs in found.items()}
        written["kinds"] = "\n\n".join(map(_kind, entry.profile.kinds))
    framed = set(_MARK.findall(frame))
    others = [f"[{each}]\n{text}" for each, text in written.items() if each and each not in framed]
    written |= {"others": "\n\n".join(others), "doctors": _doctors(entry.doctors)}
    written["top"] = written[""]
    filled = _MARK.sub(lambda mark: written[mark[1]], frame)
    return f"{filled.rstrip()}\n"


def values(entry: ClinicEntry) -> dict[str, str]:
    """Each key with its value as TOML, but for the doctors; none where the clinic says none."""
    said: dict[str, str] = {}
    for each in SETTINGS:
        said |= _literals(each, each.of(entry.profile))
    for each in TEXTS:
        said |= _literals(each, each.of(entry))
    return said


def _literals(setting: Setting, value: object) -> dict[str, str]:
    kind = setting.kind
    long = isinstance(kind, Words) and kind.lines and kind.most > LONGEST_NOTE
    kept = setting.keep(value).items()
    return {at: _literal(plain, long=long) for at, plain in kept if plain is not None}


def _literal(value: Plain, *, long: bool = False) -> str:
    if isinstance(value, str):
        if not long and "\n" not in value:
            return tomlkit.string(value).as_string()
        text = tomlkit.string(value, multiline=True).as_string()
        return text if text[3:4] == "\n" else f'"""\n{text[3:]}'  # the first line break is no text
    return tomlkit.item(value).as_string()


# What stands above each value


def _section(settings: Iterable[Setting], said: dict[str, str]) -> str:
    return "\n".join(line for each in settings for line in _lines(each, said))


def _lines(setting: Setting, said: dict[str, str]) -> Iterator[str]:
    told = wording(setting.key)
    label = told.label if told.label.endswith((".", ":")) else f"{told.label}."
    about = " ".join([label, told.about, *_bounds(setting)])
    yield from (f"# {line}" for line in wrap(about, _WIDTH, break_on_hyphens=False))
    for at in setting.at:
        key = at.rpartition(".")[2]
        yield f"{key} = {said[at]}" if at in said else f"# {key} = {_ELSEWHERE[at]}"


def _bounds(setting: Setting) -> Iterator[str]:
    """What may stand there, as far as the file's reader has to know it."""
    kind = setting.kind
    if isinstance(kind, OneOf):
        yield "; ".join(f'"{each}" — {choice(each)}' for each in kind.known) + "."
    elif isinstance(kind, Zone):
        yield ", ".join(kind.choices) + "."
    elif said := _FORMS.get(type(kind)):
        yield said().format(kind=kind)
    if isinstance(kind, Words | Phone) and not kind.needed:
        yield _('"" is allowed.')


_FORMS: dict[type, Callable[[], str]] = {
    Words: lambda: _("Up to {kind.most} characters."),
    Days: lambda: _("From {kind.least} to {kind.most}."),
    Number: lambda: _("From {kind.least} to {kind.most}."),
    Percent: lambda: _("In percent, from 0 to {kind.most}."),
    Span: lambda: _("In minutes, from {kind.least} to {kind.most}."),
    YesOrNo: lambda: _("true is yes, false is no."),
    QuietHours: lambda: _("Two equal times: never."),
    Ages: lambda: _('As "1-12 мес., 1 г. 3 мес., 2-17 лет"; "" is none.'),
    Place: lambda: _("In degrees; both lines can be left out."),
}


# Kinds of visit


def kind_values(kinds: Iterable[VisitKind]) -> dict[str, str]:
    """What the file says of them, as "kind.check-up.price", with its values as TOML."""
    return {
        f"kind.{kind.key}.{name}": _literal(plain)
        for kind in kinds
        for name, plain in plain_parts(kind).items()
    }


def _kind(kind: VisitKind) -> str:
    lines = ["[[kind]]", f"key = {_literal(str(kind.key))}"]
    for name, plain in plain_parts(kind).items():
        common = "" if plain or name != "name" else f"  # {usual_name(kind.key)}"
        lines.append(f"{name} = {_literal(plain)}{common}")
    return "\n".join(lines)


# Doctors


def _doctors(doctors: Sequence[DoctorEntry]) -> str:
    return "\n".join(map(_doctor, doctors)) or _EXAMPLE


def _doctor(doctor: DoctorEntry) -> str:
    lines = ["[[doctor]]", f"name = {_literal(doctor.name)}", f"room = {_literal(doctor.room)}", ""]
    for district in doctor.districts:
        streets = (f"    {_literal(write_street(part))}," for part in district.addresses)
        named = f"  name = {_literal(district.name)}"
        lines += ["  [[doctor.district]]", named, "  streets = [", *streets, "  ]", ""]
    return "\n".join(lines)
