"""Whoever asks whether something exists for this row means this row.

A table that stands around an EXISTS and in it once more, and under no other name, is almost always
a correlation that was forgotten: of any row it is asked then. Nothing fails, the answer is another
one, and a test with one row of each sees nothing. So no statement of the house may say that.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy.sql import operators
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.schema import Table
from sqlalchemy.sql.selectable import _from_objects  # type: ignore[attr-defined]


class ForgottenCorrelation(Exception):
    """A table is asked for anew where the row around is meant, or it has to have another name."""


@contextmanager
def correlation_watched() -> Iterator[None]:
    """Raise `ForgottenCorrelation` while such a statement is compiled."""
    visit_unary: Any = SQLCompiler.visit_unary
    set_up: Any = SQLCompiler._setup_select_stack
    at_hand: list[Any] = []
    """The EXISTS whose own SELECT comes next."""

    def in_exists(self: SQLCompiler, unary: Any, **more: Any) -> Any:
        if unary.operator is operators.exists:
            at_hand.append(unary)
        return visit_unary(self, unary, **more)

    def set_up_and_look(
        self: SQLCompiler, select: Any, compile_state: Any, entry: Any, *more: Any
    ) -> Any:
        around = set(entry["correlate_froms"])
        froms = set_up(self, select, compile_state, entry, *more)
        if at_hand:
            at_hand.clear()
            both = {each for each in _from_objects(*froms) if isinstance(each, Table)} & around
            if both:
                raise ForgottenCorrelation(", ".join(sorted(each.name for each in both)))
        return froms

    with (
        patch.object(SQLCompiler, "visit_unary", in_exists),
        patch.object(SQLCompiler, "_setup_select_stack", set_up_and_look),
    ):
        yield
