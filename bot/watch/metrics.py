"""Figures for Prometheus. No name, text, token or id of a person is among them (R34)."""

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from bot.telegram.handling import KINDS, Handling
from bot.watch.watching import Watch
from services.desk.kept.figures import Priorities
from services.model.messages import NotificationKind, NotificationState
from services.model.refusals.base import Refusal
from services.model.waitlist.history import ListHealth
from services.systems.operating import Health

__all__ = ["CONTENT_TYPE_LATEST", "Metrics"]

QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""Seconds that buckets end at."""


_PRIORITIES = {
    "kept": ("reserved_times", "Times ahead that are kept for somebody still."),
    "opened": ("reserved_times_opened", "Times ahead that the registry opened early."),
    "claims": ("group_claims_waiting", "Groups that parents named and nobody answered."),
    "invited": ("check_ups_invited", "Invitations to check-ups of thirty days."),
    "ill_words_unsigned": ("ill_page_unsigned", "1: no doctor signed the ill child's page."),
    "ill_words_due": ("ill_page_review_due", "1: a doctor is to look at it again."),
}
"""Fields of `Priorities` as figures."""


class Metrics(Watch):
    """Counts what it hears, in a registry of its own."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._updates = Counter(
            "pediatrician_updates", "Updates that came.", ["kind", "outcome"], registry=registry
        )
        self._dead_letters = Counter(
            "pediatrician_dead_letters", "Updates that were set aside.", registry=registry
        )
        self._refusals = Counter(
            "pediatrician_refusals", "Refusals, by what was wrong.", ["kind"], registry=registry
        )
        self._notifications = Counter(
            "pediatrician_notifications",
            "Reminders and notices, by what became of them.",
            ["kind", "outcome"],
            registry=registry,
        )
        self._handlers = Histogram(
            "pediatrician_handler_seconds",
            "How long handlers took.",
            ["handler"],
            registry=registry,
            buckets=QUICK,
        )
        self._database = Histogram(
            "pediatrician_database_seconds",
            "How long transactions took, waiting included.",
            ["kind"],
            registry=registry,
            buckets=QUICK,
        )

        self._system_age, self._system_waits, self._system_stuck = (
            Gauge(f"pediatrician_system_{name}", about, ["clinic"], registry=registry)
            for name, about in {
                "age_seconds": "How old the times of a clinic's own system are.",
                "waiting": "Visits that wait for a clinic's own system.",
                "stuck": "Visits that only people can settle.",
            }.items()
        )

        self._priorities = {
            name: Gauge(f"pediatrician_{metric}", about, ["clinic"], registry=registry)
            for name, (metric, about) in _PRIORITIES.items()
        }

        self._waitlist = {
            name: Gauge(f"pediatrician_waitlist_{name}", about, registry=registry)
            for name, about in {
                "waiting": "Places in the lists of those who wait for a time.",
                "resting": "Places that rest: several offers went unanswered.",
                "oldest_seconds": "How long the one has a place who has it longest.",
                "freed": "Freed times on their way through the lists.",
                "offers": "Offers that can be accepted.",
                "late_seconds": "How long a freed time has been waiting to be passed on.",
            }.items()
        }

    def waitlist(self, found: ListHealth) -> None:
        oldest = found.oldest.total_seconds() if found.oldest else 0
        for name, value in {
            "waiting": found.waiting,
            "resting": found.resting,
            "oldest_seconds": oldest,
            "freed": found.open,
            "offers": found.offers,
            "late_seconds": found.late.total_seconds(),
        }.items():
            self._waitlist[name].set(value)

    def systems(self, found: Sequence[Health]) -> None:
        for each in found:
            code = each.system.clinic.code
            if each.age is not None:
                self._system_age.labels(code).set(each.age.total_seconds())
            self._system_waits.labels(code).set(each.queue.waiting)
            self._system_stuck.labels(code).set(each.queue.stuck)

    def priorities(self, found: Sequence[Priorities]) -> None:
        for each in found:
            for name, gauge in self._priorities.items():
                gauge.labels(each.clinic.code).set(getattr(each, name))

    def follow(self, handling: Handling) -> None:
        """Show, too, what a process has in hand."""
        in_hand = Gauge(
            "pediatrician_updates_in_hand", "Updates being handled.", registry=self._registry
        )
        in_hand.set_function(lambda: len(handling.in_hand))
        silence = Gauge(
            "pediatrician_telegram_silence_seconds",
            "Since Telegram was last heard; with a webhook, since it last brought something.",
            registry=self._registry,
        )
        silence.set_function(lambda: handling.silence)

    def update(self, kind: str, outcome: str) -> None:
        known = kind if kind in KINDS else "other"
        self._updates.labels(known, outcome).inc()
        if outcome == "set aside":
            self._dead_letters.inc()

    def refused(self, refusal: Refusal) -> None:
        self._refusals.labels(type(refusal).__name__).inc()

    def notified(self, kind: NotificationKind, state: NotificationState) -> None:
        self._notifications.labels(kind, state).inc()

    def handled(self, handler: str, seconds: float) -> None:
        self._handlers.labels(handler).observe(seconds)

    def transaction(self, kind: str, seconds: float) -> None:
        self._database.labels(kind).observe(seconds)

    def exposition(self) -> bytes:
        """Everything, as Prometheus reads it."""
        return generate_latest(self._registry)
