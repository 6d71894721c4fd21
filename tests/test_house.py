"""The habits of the house, checked where a reader could overlook a slip."""

import ast
import importlib
import inspect
import pkgutil
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import pytest
from aiogram.dispatcher.event.handler import FilterObject
from aiogram.filters import Filter
from aiogram.utils.i18n import I18n
from annotated_types import Le

import services
from bot import words
from bot.app import Services, build_dispatcher
from bot.flows.common import taps as common_taps
from bot.flows.common.refusals import words_of
from bot.telegram.middlewares import Patience
from services.clinic.settings import FACTS
from services.model.people import Language
from services.model.refusals.access import AnotherDoctorsPost
from services.model.refusals.base import Refusal
from services.model.refusals.families import (
    DayNeeded,
    NameTooLong,
    TooManyChildren,
    TooManyPeople,
    YearNeeded,
)
from services.model.refusals.questions import TooManyQuestions
from services.model.refusals.schedule import (
    DoctorUnclear,
    RoomNeeded,
    RoomsDiffer,
    SeveralDoctors,
)
from services.model.refusals.typed import (
    KindUnclear,
    NotOneOf,
    NumberOutOfRange,
    SpanOutOfRange,
    TextTooLong,
)
from services.model.refusals.visits import (
    AlreadyWithDoctor,
    DayClosed,
    DayFull,
    KindAtDesk,
    MissedTooOften,
    NotYetThisAge,
    SystemAway,
    TimeReserved,
    TimeTooShort,
    TooManyVisits,
)
from services.model.refusals.waitlist import TooManyWaits
from services.model.reserved.times import OpensLater, Reservation, ReservedFor
from services.model.settings.no_shows import Missed, NoShows
from services.model.settings.visit_kinds import KindKey, Reason, VisitKind
from services.ports.transaction import Transactions
from services.runtime.use_case import use_case
from tests.conftest import StillClock
from tests.values import a_clinic, a_doctor, a_slot, a_visit, on_wall

HOUSE = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def i18n() -> I18n:
    return words.load()


# Use cases


def public_coroutines(module: ModuleType) -> dict[str, Any]:
    """What a module's own classes offer to be awaited, by name."""
    return {
        f"{owner.__name__}.{name}": method
        for _, owner in inspect.getmembers(module, inspect.isclass)
        if owner.__module__ == module.__name__
        for name, method in inspect.getmembers(owner, inspect.iscoroutinefunction)
        if not name.startswith("_")
    }


def is_use_case(method: Any) -> bool:
    """Whether a method was made by `use_case`: then it runs the code that shields."""

    @use_case
    async def example() -> None: ...

    return method.__code__ is cast("Any", example).__code__


SERVICES = [
    module
    for found in pkgutil.walk_packages(services.__path__, "services.")
    if not found.name.startswith(("services.ports", "services.runtime"))
    if public_coroutines(module := importlib.import_module(found.name))
]
"""Every module that offers something to be awaited."""
TALKS_TO_TELEGRAM = {"Notices.tell_due", "Notices.finish", "Corrections.tick"}
"""Made of many use cases, with Telegram in between: a stop is told to them in another way."""


def test_the_services_are_found() -> None:
    """The next test misses none: the bot is made of these and of no others."""
    built = Services(cast("Transactions", None), StillClock())

    assert {module.__name__ for module in SERVICES} == {
        type(each).__module__ for each in vars(built).values()
    }


@pytest.mark.parametrize("module", SERVICES, ids=lambda module: module.__name__)
def test_every_public_coroutine_of_a_service_is_a_use_case(module: ModuleType) -> None:
    """R46: whatever the bot can await of a service is shielded from cancellation."""
    offered = public_coroutines(module)
    for name in TALKS_TO_TELEGRAM:
        offered.pop(name, None)

    assert offered
    assert [name for name, method in offered.items() if not is_use_case(method)] == []


# Handlers


def observed(i18n: I18n) -> Iterator[tuple[str, Any]]:
    """Everything that the dispatcher may call with an update, and where it is registered."""
    built = Services(cast("Transactions", None), StillClock())
    patience = Patience(90, StillClock())
    dispatcher = build_dispatcher(built, i18n, Language.RUSSIAN, patience)
    for router in dispatcher.chain_tail:
        for event, observer in router.observers.items():
            where = f"{router.name}.{event}"
            own_filters = observer._handler.filters or []
            handlers = [found.callback for found in observer.handlers]
            filters = [f for found in observer.handlers for f in found.filters or []]
            middlewares = [*observer.middleware, *observer.outer_middleware]
            called = [*handlers, *map(callback_of, [*own_filters, *filters]), *middlewares]
            yield from ((where, each) for each in called)
        at_either_end = [*router.startup.handlers, *router.shutdown.handlers]
        yield from ((router.name, found.callback) for found in at_either_end)


def callback_of(found: FilterObject) -> Any:
    """What runs when a filter is asked: for an object, its `__call__`."""
    return found.callback.__call__ if isinstance(found.callback, Filter) else found.callback


def is_coroutine_function(called: Any) -> bool:
    return inspect.iscoroutinefunction(called) or inspect.iscoroutinefunction(
        getattr(called, "__call__", None)  # noqa: B004 - the method itself is looked at
    )


def test_nothing_that_handles_an_update_is_synchronous(i18n: I18n) -> None:
    """R49: a synchronous handler or filter would run in a thread, at four times the cost."""
    called = list(observed(i18n))

    assert len(called) > 40
    assert [f"{where}: {each}" for where, each in called if not is_coroutine_function(each)] == []


# What only one place may do


ONE_PLACE_ONLY = {
    "datetime.now": {"bot/clock.py", "bot/sandbox/"},
    "datetime.utcnow": set[str](),
    "datetime.today": set[str](),
    "date.today": set[str](),
    "time.time": set[str](),
    "time.sleep": set[str](),
    ".commit": {"storage/database/transaction.py", "storage/database/one_visit.py"},
    ".rollback": {"storage/database/one_visit.py"},
}
"""Calls, and the files or folders that may make them."""


def calls_in(source: str) -> set[str]:
    """Which of the calls of `ONE_PLACE_ONLY` the source makes."""
    called = [node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    written = [ast.unparse(function) for function in called]
    return {
        call
        for call in ONE_PLACE_ONLY
        if any(name == call or name.endswith(f".{call.removeprefix('.')}") for name in written)
    }


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("datetime.now(UTC)", {"datetime.now"}),
        ("datetime.datetime.now()", {"datetime.now"}),
        ("async def f():\n    await session.commit()", {".commit"}),
        ("time.sleep(1)", {"time.sleep"}),
        ("now()", set()),
        ("asyncio.sleep(1)", set()),
        ("'datetime.now()'", set()),
    ],
)
def test_a_forbidden_call_is_found(source: str, found: set[str]) -> None:
    """The next test sees what it looks for, however it is imported, and nothing else."""
    assert calls_in(source) == found


def test_the_clock_and_the_commit_are_in_one_place() -> None:
    """R13, R45: nobody but the clock asks for the time, nobody but the transaction commits."""
    sources = [
        path for top in ("bot", "services", "storage") for path in (HOUSE / top).rglob("*.py")
    ]
    made = {
        (call, str(path.relative_to(HOUSE)))
        for path in sources
        for call in calls_in(path.read_text())
    }
    forbidden = [
        (call, path) for call, path in made if not path.startswith(tuple(ONE_PLACE_ONLY[call]))
    ]

    assert forbidden == []
    assert {
        ("datetime.now", "bot/clock.py"),
        (".commit", "storage/database/transaction.py"),
    } <= made


# What is loaded late


LOADED_LATE = {
    "openpyxl": {"bot.documents.sheets.workbooks"},
    "matplotlib": {
        "bot.documents.pictures.poster",
        "bot.documents.pictures.month",
        "bot.documents.pictures.heat_map",
    },
    "fpdf": {"bot.documents.paper.sheets", "bot.documents.paper.day_sheet"},
    "joserfc": {"bot.systems.talking.signing", "bot.systems.talking.smart"},
    "msgspec": {
        "bot.systems.fhir.adapter",
        "bot.systems.fhir.patients",
        "bot.systems.fhir.refusing",
        "bot.systems.fhir.resources",
        "bot.systems.fhir.server",
        "bot.systems.fhir.switches",
        "bot.systems.fhir.times",
        "bot.systems.fhir.visits",
        "bot.systems.first_bit.adapter",
        "bot.systems.first_bit.answers",
        "bot.systems.first_bit.base",
        "bot.systems.talking.smart",
    },
}
"""Libraries that take their time, and the modules that alone use each, or are made of those."""


def loaded_at_once(source: str) -> set[str]:
    """What a module imports when it is imported itself: not what its functions do."""
    found = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
    return found


def test_a_start_waits_for_no_library_that_few_need() -> None:
    """What draws and calculates is loaded by who wants a file, and not by every command; what
    speaks to clinics' systems by the first clinic that has one."""
    modules = {
        ".".join(path.relative_to(HOUSE).with_suffix("").parts): loaded_at_once(path.read_text())
        for path in (HOUSE / "bot").rglob("*.py")
    }
    for library, only in LOADED_LATE.items():
        users = {
            name
            for name, loaded in modules.items()
            if library in {each.partition(".")[0] for each in loaded}
        }
        at_once = {name for name, loaded in modules.items() if only & loaded}
        assert users <= only
        assert only <= users | at_once
        assert at_once - only == set()


# Who imports whom


def imports_of(path: Path, modules: Collection[str]) -> set[str]:
    """The modules of the house that a file imports, wherever in it that is said."""
    named: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            named |= {name.name for name in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{name.name}" for name in node.names}
            named |= inner & set(modules) or {node.module}
    return named & set(modules)


def rounds_of(graph: Mapping[str, set[str]]) -> list[str]:
    """Whatever is left when everything that leads nowhere is taken away, again and again."""
    left = dict(graph)
    while ends := [name for name, to in left.items() if not to & left.keys() - {name}]:
        for name in ends:
            del left[name]
    return sorted(left)


def test_a_circle_is_found() -> None:
    """The next test sees one that goes over several, and no chain for one."""
    assert rounds_of({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}) == ["a", "b", "c", "d"]
    assert rounds_of({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def test_nobody_imports_in_a_circle() -> None:
    """Not even by an import inside a function, which would hide it from whoever reads the head."""
    paths = {
        ".".join(path.relative_to(HOUSE).with_suffix("").parts).removesuffix(".__init__"): path
        for top in ("bot", "services", "storage")
        for path in (HOUSE / top).rglob("*.py")
    }

    assert rounds_of({name: imports_of(path, paths) for name, path in paths.items()}) == []


def test_who_cares_for_whom_is_asked_in_one_place() -> None:
    """R75: no statement but those of storage/families/care.py can forget that a link of care may be
    pending or over. The table is named there, and where tables are made."""
    may = {"storage/families/care.py", "storage/tables/families.py"}
    by_hand = re.compile(r"""CareRow|(FROM|JOIN|INTO|UPDATE) care\b|["']care["']""")
    named = {
        str(file.relative_to(HOUSE))
        for file in (HOUSE / "storage").rglob("*.py")
        if "migrations" not in file.parts and by_hand.search(file.read_text())
    }

    assert named == may


ROOM = 14
"""Files in a folder beside its `__init__`: with more, a subject is missing."""


def test_no_room_is_too_full() -> None:
    """A newcomer takes in what a folder holds at a glance; migrations are read by their numbers."""
    rooms = Counter(
        str(path.parent.relative_to(HOUSE))
        for top in ("bot", "services", "storage")
        for path in (HOUSE / top).rglob("*.py")
        if path.name != "__init__.py" and path.parent.name != "versions"
    )

    assert {room: count for room, count in rooms.items() if count > ROOM} == {}


def test_no_room_is_empty() -> None:
    """What was moved out leaves no door behind."""
    rooms = [
        path.parent
        for top in ("bot", "services", "storage")
        for path in (HOUSE / top).rglob("__init__.py")
    ]

    assert [room for room in rooms if len([*room.rglob("*.py")]) == 1] == []


# Taps


TAPS = list(common_taps.BY_PREFIX.values())


def largest(tap: type[common_taps.Tap]) -> common_taps.Tap:
    """The tap with the longest data that it can have."""
    values: dict[str, object] = {}
    for name, field in tap.model_fields.items():
        kind: object = field.annotation
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            values[name] = max(kind, key=len)
        elif kind is bool:
            values[name] = True
        elif name == "reason":
            values[name] = max(Reason, key=len)  # a clinic's own have names of three letters
        elif kind is str:
            values[name] = (field.examples or [max(FACTS, key=len)])[0]  # ids, or a setting's key
        else:
            [values[name]] = [bound.le for bound in field.metadata if isinstance(bound, Le)]
    return tap(**values)


@pytest.mark.parametrize("tap", TAPS)
def test_a_button_holds_its_tap(tap: type[common_taps.Tap]) -> None:
    """R12: with the largest ids the data fits into Telegram's 64 bytes, and is read back."""
    meant = largest(tap)
    data = common_taps.STAYS + meant.pack()

    assert len(data.encode()) <= 64
    assert common_taps.read(data) == common_taps.read(meant.pack()) == meant


@pytest.mark.parametrize("tap", TAPS)
def test_every_refused_tap_leads_somewhere(tap: type[common_taps.Tap]) -> None:
    """R12: the fallbacks of a tap come to an end, and the end is the start."""
    way = [largest(tap)]
    while following := way[-1].fallback():
        assert len(way) < len(TAPS)
        way.append(following)

    assert way[-1] == common_taps.Here()


@pytest.mark.parametrize(
    "data",
    [
        *(
            "",
            "+",
            "-",
            ":",
            "nonsense",
            "home",
            "home:",
            "home:x",
            "home:0",
            "home:-1",
            "home:1:2:3",
        ),
        *(
            "home:2147483648",
            "home:1.5",
            "speak:uz",
            "times:1:consultation:0:1:99999999",
            "times:1:holiday:0:1:9999",
            "😀",
            "visit:" + "9" * 58,
        ),
    ],
)
def test_data_that_nobody_gave_out_is_an_unknown_tap(data: str) -> None:
    """R12, R30: forged or forgotten data is answered in words, and never breaks anything."""
    with pytest.raises(common_taps.UnknownTap):
        common_taps.read(data)


# Refusals


LATER = on_wall("2026-09-29 18:00")
POOL = VisitKind(KindKey("k9"), name="Медицинская справка для сада и бассейна", since=203)
ARGUMENTS: dict[type[Refusal], tuple[Any, ...]] = {
    AnotherDoctorsPost: (replace(a_doctor(), name="Петрова Анна Сергеевна" * 8),),
    AlreadyWithDoctor: (a_visit(a_slot(on_wall("2026-09-30 09:00"))),),
    NameTooLong: (60,),
    YearNeeded: ("12 сентября " * 8,),
    DayNeeded: ("сентябрь " * 11,),
    TextTooLong: (123, 3500),
    NumberOutOfRange: (1, 180),
    SpanOutOfRange: (0, 10080),
    NotOneOf: (("booked", "given-back"),),
    DoctorUnclear: ("Петрова А. С." * 8, (1000, 1001), ["Петрова Анна Сергеевна" * 8] * 9),
    RoomsDiffer: ("Петрова Анна Сергеевна" * 8, (1000, 1001)),
    RoomNeeded: ("Петрова Анна Сергеевна" * 8,),
    SeveralDoctors: ("Петрова Анна Сергеевна" * 8,),
    TooManyChildren: (8,),
    TooManyPeople: (10,),
    TooManyQuestions: (3,),
    TooManyWaits: (8,),
    TooManyVisits: (8,),
    MissedTooOften: (Missed(12, NoShows(after=10, months=36)), "8" * 40),
    DayFull: (date(2026, 9, 30), [OpensLater(each, LATER, 21) for each in ReservedFor], LATER),
    TimeReserved: (Reservation(ReservedFor.DISTRICT, LATER), on_wall("2026-09-28 09:00")),
    NotYetThisAge: (POOL, "Александра-Виктория " * 3, date(2028, 9, 30)),
    TimeTooShort: (timedelta(minutes=235),),
    KindAtDesk: ("8" * 40,),
    SystemAway: (a_clinic(),),
    KindUnclear: ("какая-то справка " * 8,),
    DayClosed: (date(2026, 9, 30),),
}


def every_refusal(base: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for refusal in base.__subclasses__():
        yield refusal
        yield from every_refusal(refusal)


@pytest.mark.parametrize("at_work", [False, True])
@pytest.mark.parametrize("refusal", list(every_refusal()))
def test_every_refusal_has_words_in_every_language(
    refusal: type[Refusal], i18n: I18n, *, at_work: bool
) -> None:
    """R12: why the clinic says no fits into an alert of 200 characters, in each language; also to
    whoever works there (R66)."""
    said = set()
    for language in Language:
        with words.speaking(i18n, language):
            said.add(words_of(refusal(*ARGUMENTS.get(refusal, ())), at_work=at_work))

    assert len(said) == len(Language)
    assert all(0 < len(text) <= 200 for text in said)
    assert not any("{" in text for text in said)
