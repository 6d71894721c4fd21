"""APScheduler: ticks and cron, nothing else. What is to be done stands in the database."""

from apscheduler.events import EVENT_JOB_ERROR
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

from bot.alarms import Alarms
from bot.app import Services
from services.ports import Notifier


def build_scheduler(services: Services, notifier: Notifier, alarms: Alarms) -> AsyncIOScheduler:
    """The ticks, not started. A run that was missed is made up for, once.

    Schedules every hour, as midnight comes to every clinic's zone at another one.
    """
    scheduler = AsyncIOScheduler(
        timezone="UTC",
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    scheduler.add_listener(alarms.job_failed, EVENT_JOB_ERROR)
    ticks = {
        services.clinics.refresh_schedules: CronTrigger(minute=1, timezone="UTC"),
        services.upkeep.forget_updates: CronTrigger(minute=31, timezone="UTC"),
        alarms.look: CronTrigger(second="15,45"),
    }
    for tick, when in ticks.items():
        scheduler.add_job(tick, when, id=tick.__name__)
    scheduler.add_job(
        services.notices.tell_due, CronTrigger(second=0), args=[notifier], id="tell_due"
    )
    return scheduler
