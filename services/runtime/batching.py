"""Work that costs as much for many as for one, done for all who ask at about the same time."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class Together(Generic[Asked, Answer]):
    """Whoever asks while it is being done for others is answered with all who ask meanwhile.

    It begins after they asked, for all of them: nobody is answered by what was found earlier. Where
    it fails for several it is done for each alone, so that a mistake is told to whose it is.
    """

    def __init__(self, do: Callable[[Sequence[Asked]], Awaitable[Sequence[Answer]]]) -> None:
        """`do` gives an answer to each who asked, in the same order."""
        self._do = do
        self._asking: list[tuple[Asked, asyncio.Future[Answer]]] = []
        self._doing: asyncio.Task[None] | None = None

    async def __call__(self, asked: Asked) -> Answer:
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._asking.append((asked, answer))
        if self._doing is None or self._doing.done():
            self._doing = asyncio.create_task(self._go_on())
        return await answer

    async def _go_on(self) -> None:
        everybody: list[tuple[Asked, asyncio.Future[Answer]]] = []
        try:
            while self._asking:
                await self._gather()
                everybody, self._asking = self._asking, []
                await self._answer(everybody)
        except BaseException as end:
            # Who does it for all dies, as at the end of the process: nobody may wait for ever.
            _end_with(end, [*everybody, *self._asking])
            self._asking = []
            raise

    async def _gather(self) -> None:
        """Let those ask, too, who were woken at the same time."""
        known = 0
        while len(self._asking) > known:
            known = len(self._asking)
            await asyncio.sleep(0)

    async def _answer(self, asking: Sequence[tuple[Asked, asyncio.Future[Answer]]]) -> None:
        try:
            answers = await self._do([asked for asked, _ in asking])
        except Exception as error:  # noqa: BLE001 - whoever asked is told
            if len(asking) > 1:
                for each in asking:
                    await self._answer([each])
            elif not asking[0][1].done():  # nobody waits for it if it is
                asking[0][1].set_exception(error)
        else:
            for (_, answer), given in zip(asking, answers, strict=True):
                if not answer.done():
                    answer.set_result(given)


def _end_with(end: BaseException, asking: Sequence[tuple[Asked, asyncio.Future[Answer]]]) -> None:
    for _, answer in asking:
        if answer.done():
            continue
        if isinstance(end, asyncio.CancelledError):
            answer.cancel()
        else:
            answer.set_exception(end)
