"""A child whose two cards became one waits once for one thing."""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime

from services.model.ids import ChildId
from services.model.waitlist.waits import Wait, WaitEnd, WaitState
from services.ports.transaction import Transaction
from services.waitlist.answering import end_wait


async def make_one_place(tx: Transaction, child_id: ChildId, now: datetime) -> None:
    """Of several places for the same children and the same kind of visit the one goes on that
    comes first, for what the family said last; the others are over, and what was kept for them
    goes on. As if it had been said of one card twice.

    Whoever calls holds the lock of the child."""
    same = defaultdict(list)
    for wait in await tx.waits.of_children([child_id]):
        children = frozenset(child.id for child in wait.children)
        same[wait.clinic.id, wait.wish.kind, children].append(wait)
    for places in same.values():
        if len(places) > 1:
            await _make_one(tx, places, now)


async def _make_one(tx: Transaction, places: list[Wait], now: datetime) -> None:
    first, *others = sorted(places, key=lambda wait: (wait.moved_up is None, wait.since, wait.id))
    last = max(places, key=lambda wait: (wait.since, wait.id))
    for each in others:
        await end_wait(tx, each, WaitEnd.JOINED, now)
    said = replace(first, wish=last.wish, state=WaitState.WAITING, unanswered=0)
    await tx.waits.change(said)
    await tx.waits.look_at(first.id, now)
