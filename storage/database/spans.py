"""How long something takes, asked of either database."""

from typing import Any

from sqlalchemy import Float
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class seconds_between(FunctionElement[float]):  # noqa: N801 - reads as the function that it is
    """From one instant to a later one."""

    type = Float()
    inherit_cache = True


@compiles(seconds_between)
def _by_extract(element: seconds_between, compiler: SQLCompiler, **kw: Any) -> str:
    first, last = element.clauses
    ends, starts = compiler.process(last, **kw), compiler.process(first, **kw)
    return f"extract(epoch FROM {ends} - {starts})"


@compiles(seconds_between, "sqlite")
def _by_strftime(element: seconds_between, compiler: SQLCompiler, **kw: Any) -> str:
    first, last = element.clauses
    ends, starts = compiler.process(last, **kw), compiler.process(first, **kw)
    return f"(CAST(strftime('%s', {ends}) AS INTEGER) - CAST(strftime('%s', {starts}) AS INTEGER))"
