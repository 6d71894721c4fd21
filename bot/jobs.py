"""APScheduler: ticks and cron, nothing else. What is to be done stands in the database."""

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

from bot.app import Services
from services.ports import Notifier


def build_scheduler(services: Services, notifier: Notifier) -> AsyncIOScheduler:
    """The ticks, not started. A run that was missed is made up for, once.

    Schedules every hour, as midnight comes to every clinic's zone at another one.
    """
    scheduler = AsyncIOScheduler(
        timezone="UTC",
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    scheduler.add_job(services.clinics.refresh_schedules, CronTrigger(minute=1, timezone="UTC"))
    scheduler.add_job(services.upkeep.forget_updates, CronTrigger(minute=31, timezone="UTC"))
    scheduler.add_job(services.notices.tell_due, CronTrigger(second=0), args=[notifier])
    return scheduler
