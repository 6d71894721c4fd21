"""Chances that are the same for whoever asks the same question."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from statistics import NormalDist
from typing import TypeVar

T = TypeVar("T")
_USUAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Chance:
    """One seed, and an answer to each question: in whichever order they come, however often."""

    seed: int

    def of(self, *question: object) -> float:
        """Evenly from 0 up to, but without, 1."""
        words = repr((self.seed, *question)).encode()
        return int.from_bytes(blake2b(words, digest_size=7).digest()) / 2**56

    def happens(self, share: float, *question: object) -> bool:
        return self.of(*question) < share

    def one(self, some: Sequence[T], *question: object) -> T:
        return some[int(self.of(*question) * len(some))]

    def some(self, mean: float, *question: object) -> int:
        """A whole number, the one below or above."""
        return int(mean + self.of(*question))

    def pause(self, mean: timedelta, *question: object) -> timedelta:
        """Until something that may happen at any moment."""
        return mean * -math.log(1 - self.of(*question))

    def delay(self, median: timedelta, spread: float, *question: object) -> timedelta:
        """Half of them are shorter, and some are very much longer (log-normal)."""
        return median * math.exp(spread * _USUAL.inv_cdf(max(self.of(*question), 1e-9)))
