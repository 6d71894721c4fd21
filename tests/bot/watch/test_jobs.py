"""Ticks end with the process, and nobody takes that for a failure."""

import asyncio
from functools import partial
from types import SimpleNamespace
from typing import Any

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import now
from bot.watch.jobs import _until_stopped, build_scheduler
from tests.conftest import House


async def test_a_tick_that_a_stop_breaks_off_has_not_failed() -> None:
    """R45: no alarm and no error in the log speaks of it; what really fails is told."""
    begun, ended = asyncio.Event(), asyncio.Event()
    heard: list[JobExecutionEvent] = []

    async def hang() -> None:
        begun.set()
        await asyncio.Event().wait()

    async def fail() -> None:
        raise ValueError

    def hear(event: JobExecutionEvent) -> None:
        heard.append(event)
        ended.set()

    scheduler = AsyncIOScheduler(timezone="UTC")
    scheduler.add_listener(hear, EVENT_JOB_ERROR | EVENT_JOB_EXECUTED)
    scheduler.start()
    scheduler.add_job(partial(_until_stopped, fail), id="fail")
    await ended.wait()
    scheduler.add_job(partial(_until_stopped, hang), id="hang")
    await begun.wait()
    scheduler.shutdown()
    await asyncio.sleep(0)

    assert [(each.job_id, type(each.exception)) for each in heard if each.exception] == [
        ("fail", ValueError)
    ]


async def test_what_the_process_before_left_is_looked_at_in_the_first_moment(house: House) -> None:
    """R12, R18: an answer that is owed, or a letter that is due, waits for no second; what comes
    by the clock comes by the clock."""

    async def tick() -> None:
        pass

    anything: Any = SimpleNamespace(tick=tick, look=tick, job_failed=lambda _event: None)
    scheduler = build_scheduler(
        house.services, anything, anything, anything, anything, anything, house.clock
    )
    scheduler.start(paused=True)
    ahead = {job.id for job in scheduler.get_jobs() if job.next_run_time > now()}
    scheduler.shutdown()

    assert not ahead & {"owed_answers", "tell_due", "broadcasting", "pass_on", "system_errands"}
    assert {"refresh_schedules", "forget"} <= ahead
