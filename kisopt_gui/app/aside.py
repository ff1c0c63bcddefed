"""Work that may wait for the user, as a keyring that is locked does, beside everything else.

Its thread is one that nobody waits for: an unlock dialog of the desktop that stays
unanswered must not hold the end of the program.
"""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

_T = TypeVar("_T")


async def aside(work: Callable[[], _T]) -> _T:
    """Do something on a thread of its own and return what it returns, or raise what it raises."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[_T] = loop.create_future()

    def settle(result: _T | None, error: BaseException | None) -> None:
        if done.done():  # nobody waits any more
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result: _T | None = None
        error: BaseException | None = None
        try:
            result = work()
        except BaseException as raised:  # noqa: BLE001 - it is raised where it is awaited
            error = raised
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, result, error)

    leave(run)
    return await done


def leave(work: Callable[[], object]) -> None:
    """Do something on a thread of its own; what it returns is of no interest."""
    threading.Thread(target=work, name="aside", daemon=True).start()
