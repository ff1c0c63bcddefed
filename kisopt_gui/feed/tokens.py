"""The access token of an app key: one at a time, kept, and renewed once when it is refused."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from time import time

from kisopt_gui.feed.pace import Kind, Pacer, Rank
from kisopt_gui.feed.refusals import TokenDeadError, TokenTooSoonError
from kisopt_gui.feed.rest import Token, token

SAME_FOR_S = 6 * 3600.0
"""For so long the broker issues the same token again (docs/spec/PROTOCOL.md section 3)."""


@dataclass(frozen=True, slots=True)
class AppKey:
    """Who asks. Key and secret are secrets.

    Attributes:
        key: The app key.
        secret: The app secret.
        custtype: "P" person, "B" company.
    """

    key: str = field(repr=False)
    secret: str = field(repr=False)
    custtype: str = "P"


class Tokens:
    """The access token of one app key.

    Args:
        http: Address of the broker's HTTP service.
        app: Who asks.
        pacer: The queue of the app key.
        kept: A token that was kept from an earlier run, None if there is none.
        keep: Called with each new token: one is issued a minute, and the broker writes to the
            customer's phone each time.
    """

    def __init__(
        self,
        http: str,
        app: AppKey,
        pacer: Pacer,
        kept: Token | None = None,
        keep: Callable[[Token], None] = lambda _: None,
    ) -> None:
        self._http = http
        self._app = app
        self._pacer = pacer
        self._token = kept
        self._keep = keep
        self._asking = asyncio.Lock()
        self._replaced = self._dead_until = float("-inf")

    async def current(self) -> Token:
        """Return the token, a new one if there is none that is good.

        Raises:
            KisOptError: None can be had.
            TokenDeadError: The one that replaced a refused token was refused too.
        """
        async with self._asking:
            if time() < self._dead_until:
                raise TokenDeadError
            if self._token is None or not self._token.is_good(time()):
                self._token = None
                try:
                    self._token = await self._issue()
                except TokenTooSoonError:  # another program had one; the pace waits a minute
                    self._token = await self._issue()
                self._keep(self._token)
            return self._token

    async def _issue(self) -> Token:
        await self._pacer.turn(Kind.TOKEN, Rank.KEY)
        return await token(self._http, self._app.key, self._app.secret)

    def forget(self, refused: Token) -> None:
        """Have the broker's refusal of a token make place for a new one, once in six hours.

        Asked again sooner the broker issues the one that it refuses, with a message to the
        customer's phone each time.
        """
        if self._token is not refused:  # an answer to a question of before
            return
        self._token, now = None, time()
        if now - self._replaced < SAME_FOR_S:
            self._dead_until = now + SAME_FOR_S
        self._replaced = now
