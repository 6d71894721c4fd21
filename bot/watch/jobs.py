"""APScheduler: ticks and cron, nothing else. What is to be done stands in the database."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import TypeAlias

import structlog
from apscheduler.events import EVENT_JOB_ERROR
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.app import Services
from bot.clock import now
from bot.telegram.owing import EVERY as OWED_EVERY
from bot.telegram.owing import OwedAnswers
from bot.telegram.sending import TelegramNotifier
from bot.watch.alarms import Alarms
from bot.watch.broadcasting import EVERY, Broadcasting
from bot.watch.erasing import EraseDue
from bot.watch.watching import Watch
from services.access.audit import Journal
from services.desk.kept.figures import PriorityFigures
from services.messages.retelling import Retelling
from services.messages.sending import Notices
from services.ports.readers import Clock
from services.ports.sending import Notifier
from services.schedule.wall_times import WallTimes
from services.systems.operating import OwnSystems
from services.upkeep.retention import Retention
from services.waitlist.looking import Looking

log = structlog.get_logger()

Tick: TypeAlias = Callable[[], Awaitable[object]]

TICK = 2
"""Seconds between two looks for what is due to be told; a due moment in between wakes earlier."""


def build_scheduler(
    services: Services,
    notifier: TelegramNotifier,
    broadcasting: Broadcasting,
    erase_due: EraseDue,
    owed: OwedAnswers,
    alarms: Alarms,
    clock: Clock,
    watch: Watch | None = None,
) -> AsyncIOScheduler:
    """The ticks, not started. A run that was missed is made up for, once.

    Schedules every hour, as midnight comes to every clinic's zone at another one. `clock` is the
    services', which the demo moves forward.
    """
    scheduler = AsyncIOScheduler(
        timezone="UTC",
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    scheduler.add_listener(alarms.job_failed, EVENT_JOB_ERROR)
    ticks: dict[Tick, CronTrigger | IntervalTrigger] = {
        services.clinics.refresh_schedules: CronTrigger(minute=1, timezone="UTC"),
        services.upkeep.forget_updates: CronTrigger(minute=31, timezone="UTC"),
        services.upkeep.forget_codes: CronTrigger(minute=37, timezone="UTC"),
        services.upkeep.forget_typing: CronTrigger(minute=43, timezone="UTC"),
        services.corrections.write_down: CronTrigger(second="*/10"),  # waits for no correction
        services.corrections.forget_said: CronTrigger(hour=2, minute=49, timezone="UTC"),
        services.word.settle: CronTrigger(second="5,35"),
        services.clinics.follow: CronTrigger(second="*/10"),
        services.profiles.remind_anew: CronTrigger(second="*/10"),
        services.passing.pass_on: IntervalTrigger(seconds=TICK),
        services.looking.look_around: CronTrigger(second="10"),
        alarms.look: CronTrigger(second="15,45"),
    }
    named: dict[str, tuple[Tick, CronTrigger | IntervalTrigger]] = {
        **{tick.__name__: (tick, when) for tick, when in ticks.items()},
        "anchor_journals": (
            partial(_anchor_journals, services.journal),
            CronTrigger(minute=7, timezone="UTC"),
        ),
        "forget": (
            partial(_forget, services.retention),
            CronTrigger(hour=2, minute=37, timezone="UTC"),
        ),
        "note_clocks": (
            partial(_note_clocks, services.wall_times),
            CronTrigger(minute=11, timezone="UTC"),
        ),
        "tell_due": (
            partial(_tell_due, scheduler, services.notices, notifier, clock),
            IntervalTrigger(seconds=TICK),
        ),
        "invite_to_check_ups": (services.check_ups.invite, CronTrigger(second="25,55")),
        "retell": (partial(_retell, services.retelling), CronTrigger(second="*/5")),
        "correct_messages": (
            partial(services.corrections.tick, notifier),
            CronTrigger(second="*/10"),
        ),
        "broadcasting": (broadcasting.tick, IntervalTrigger(seconds=EVERY)),
        "erasing": (erase_due.tick, CronTrigger(second="20")),
        "owed_answers": (owed.tick, IntervalTrigger(seconds=OWED_EVERY)),
        "system_errands": (services.system_errands.tick, IntervalTrigger(seconds=TICK)),
        "system_mirror": (services.system_mirror.tick, CronTrigger(second="*/5")),
        "watch_priorities": (
            partial(_watch_priorities, services.priority_figures, watch),
            CronTrigger(minute="*/5", second="50"),
        ),
        "watch_systems": (
            partial(_watch_systems, services.own_systems, alarms, watch),
            CronTrigger(second="10,40"),
        ),
        "watch_waitlist": (
            partial(_watch_waitlist, services.looking, alarms, watch),
            CronTrigger(second="50"),
        ),
    }
    for name, (tick, when) in named.items():
        # What the process before left undone somebody waits for by now.
        first = {"next_run_time": now()} if isinstance(when, IntervalTrigger) else {}
        scheduler.add_job(partial(_until_stopped, tick), when, id=name, name=name, **first)
    return scheduler


async def _until_stopped(tick: Tick) -> None:
    """A stop breaks off what is on its way: that is no failure, and the next process goes on."""
    with suppress(asyncio.CancelledError):
        await tick()


async def _anchor_journals(journal: Journal) -> None:
    """Write the head of each journal into the log, where the database's own hand does not reach."""
    for head in await journal.heads():
        log.info("journal", clinic=head.clinic_id, number=head.number, hash=head.hash)


async def _forget(retention: Retention) -> None:
    """Forget what is past its life, and say in numbers what that was."""
    gone = await retention.forget_all()
    log.info("past its life", **{kept.value: count for kept, count in gone.items() if count})


async def _note_clocks(wall_times: WallTimes) -> None:
    """Say that this process makes times by other clocks than those of what is stored (R57)."""
    for zone in await wall_times.note_further():
        log.warning("the clocks of a zone are others here: start the bot anew", zone=zone)


async def _watch_systems(systems: OwnSystems, alarms: Alarms, watch: Watch | None) -> None:
    found = await systems.health()
    alarms.systems(found)
    (watch or Watch()).systems(found)


async def _watch_priorities(figures: PriorityFigures, watch: Watch | None) -> None:
    if watch is not None:
        watch.priorities(await figures.all())


async def _watch_waitlist(looking: Looking, alarms: Alarms, watch: Watch | None) -> None:
    found = await looking.health()
    alarms.waitlist(found)
    (watch or Watch()).waitlist(found)


async def _retell(retelling: Retelling) -> None:
    """Have everybody told where visits are by now, step by step: taps come in between."""
    while await retelling.retell():
        pass


async def _tell_due(
    scheduler: AsyncIOScheduler, notices: Notices, notifier: Notifier, clock: Clock
) -> None:
    """Tell what is due, and come again at the next due moment if that is before the next tick."""
    await notices.tell_due(notifier)
    upcoming = await notices.upcoming()
    wait = upcoming - clock() if upcoming else None
    if wait is not None and timedelta() < wait < timedelta(seconds=TICK):
        scheduler.modify_job("tell_due", next_run_time=now() + wait)
