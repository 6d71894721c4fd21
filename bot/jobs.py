"""APScheduler: ticks and cron, nothing else. What is to be done stands in the database."""

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

from services.clinics import Clinics
from services.upkeep import Upkeep


def build_scheduler(clinics: Clinics, upkeep: Upkeep) -> AsyncIOScheduler:
    """The ticks, not started. A run that was missed is made up for, once.

    Every hour, as midnight comes to every clinic's zone at another one.
    """
    scheduler = AsyncIOScheduler(
        timezone="UTC",
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    scheduler.add_job(clinics.extend_schedules, CronTrigger(minute=1, timezone="UTC"))
    scheduler.add_job(upkeep.forget_updates, CronTrigger(minute=31, timezone="UTC"))
    return scheduler
