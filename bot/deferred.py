"""aiogram, loaded so that each of its models is built when it is first used.

aiogram asks pydantic to put the building of its types off, and then has each of four hundred built
at import, with all that can stand inside it: five sixths of the time and two thirds of the memory
of an import, for the few dozen that a bot ever meets. Here nothing is built at import; whatever is
used is built then, with the same names at hand, once, in some milliseconds.
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal, Optional, Union

from pydantic import BaseModel


def load_aiogram() -> None:
    """Load it so, unless somebody loaded it already; to be called before anything imports it."""
    if "aiogram" in sys.modules:
        return
    with _nothing_built():
        import aiogram.client.default
        import aiogram.methods
        import aiogram.types
    names = {
        "List": list,
        "Optional": Optional,
        "Union": Union,
        "Literal": Literal,
        "Default": aiogram.client.default.Default,
        **_exported(aiogram.types),
        **_exported(aiogram.methods),
    }
    bases = (aiogram.types.TelegramObject, aiogram.methods.TelegramMethod, aiogram.methods.Response)
    for base in bases:
        _build_with(base, names)
    # What every bot meets, so that its first update does not wait for it.
    aiogram.types.Update.model_rebuild()


@contextmanager
def _nothing_built() -> Iterator[None]:
    """Whatever model is defined meanwhile is not built, even if it is asked to be."""
    build = BaseModel.__dict__["model_rebuild"]
    BaseModel.model_rebuild = classmethod(lambda _cls, **_how: None)  # type: ignore[assignment,method-assign]
    BaseModel.model_config["defer_build"] = True
    try:
        yield
    finally:
        BaseModel.model_rebuild = build  # type: ignore[method-assign]
        BaseModel.model_config.pop("defer_build")


def _exported(module: Any) -> Mapping[str, Any]:
    return {name: getattr(module, name) for name in module.__all__}


def _build_with(base: type[BaseModel], names: Mapping[str, Any]) -> None:
    """Have models of a kind built with names that their own modules do not know."""
    build = BaseModel.__dict__["model_rebuild"].__func__

    def model_rebuild(cls: type[BaseModel], /, **how: Any) -> bool | None:
        return build(cls, **{"_types_namespace": names, **how})  # type: ignore[no-any-return]

    base.model_rebuild = classmethod(model_rebuild)  # type: ignore[assignment,method-assign]
