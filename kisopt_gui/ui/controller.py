"""What happens when the user or the feed does something: the only place with coroutines.

Slots here are short: they hand wishes to the feed and put its sentences on the
banner. An error that is not the user's goes to ``sys.excepthook``, which logs
it and says so.
"""

from collections.abc import Callable
from time import perf_counter

from PySide6.QtCore import QObject
from qasync import asyncSlot

from kisopt_gui.errors import KisOptError
from kisopt_gui.market.link import Link, LinkStatus
from kisopt_gui.market.rotation import Rotation
from kisopt_gui.ui import session_words
from kisopt_gui.ui.desk import Desk
from kisopt_gui.ui.health.banner import Banner, Level
from kisopt_gui.ui.ports import FeedPort, Subscriptions
from kisopt_gui.ui.rotation_controller import RotationController
from kisopt_gui.wire.control import Key
from kisopt_gui.wire.session import State


class FeedController(QObject):
    """Carries the watchlist to the feed, and the feed's state to the banner."""

    def __init__(
        self,
        desk: Desk,
        feed: FeedPort,
        banner: Banner,
        parent: QObject | None = None,
        rotation: Rotation | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._feed = feed
        self._banner = banner
        self._sent: list[Key] = []
        self._told: dict[str, str] = {}
        self._rotation = RotationController(desk, rotation, self)
        self._rotation.changed.connect(self.send_wishes)
        desk.watchlist.changed.connect(self.send_wishes)
        desk.clock.second.connect(self.tell)
        banner.action_requested.connect(self._act)

    @asyncSlot()
    async def send_wishes(self) -> None:
        """Tell the feed who should hold a slot: pins first, then the rest in order."""
        keys = self._rotation.wished()
        if keys != self._sent:
            self._sent = keys
            await self._ask(lambda connection: connection.watch(keys))

    @asyncSlot()
    async def forget_cap(self) -> None:
        """Try the documented number of slots again."""
        await self._ask(lambda connection: connection.forget_cap())

    @asyncSlot()
    async def reconnect(self) -> None:
        """Connect now."""
        await self._ask(lambda connection: connection.reconnect())

    @asyncSlot(object)
    async def retry(self, key: Key) -> None:
        """Ask again for a key that was refused."""
        await self._ask(lambda connection: connection.retry(key))

    def tell(self) -> None:
        """Put what the user must know of the link on the banner, take back what is over."""
        status = self._desk.status()
        self._tell_link(status)
        self._tell_slots(status)
        self._tell_calendar()
        texts = self._desk.texts
        if status.overflow:
            text = texts("banner.overflow", count=f"{status.overflow:,}")
            self._say_once("overflow", text, Level.ALARM)
        for tr_id, width in status.drift:
            text = texts("banner.drift", tr_id=tr_id, width=width)
            self._say_once(f"drift {tr_id}", text, Level.INFO)

    def _tell_link(self, status: LinkStatus) -> None:
        texts = self._desk.texts
        if self._tell_quiet(status):
            self._banner.withdraw("link")
            return
        if status.link is Link.LIVE:
            self._banner.withdraw("link")
            return
        reason = status.error.sentence(texts.language) if status.error is not None else ""
        if self._desk.store.records:  # what the user sees is the last that came
            reason = texts("banner.lost", reason=reason)
        button = texts("banner.reconnect")
        if status.link is Link.STOPPED:
            self._banner.say("link", texts("banner.stopped"), Level.ALARM)
        elif status.link is Link.REFUSED:
            self._banner.say("link", reason, Level.ALARM, button)
        elif status.link is Link.SILENT:
            text = texts("banner.silent", seconds=f"{perf_counter() - status.heard:.0f}")
            self._banner.say("link", text, Level.ALARM, button)
        elif status.link is Link.WAITING:
            self._banner.say("link", reason, Level.ALARM, button)

    def _tell_quiet(self, status: LinkStatus) -> bool:
        """Say calmly that nothing comes where nothing has to; whether that is so."""
        desk = self._desk
        session, moment = desk.session(), desk.moment()
        silent = status.link is Link.SILENT and session is not None and moment is not None
        if not silent or session is None or moment is None or not session.silence_is_normal:
            self._told.pop("quiet", None)
            self._banner.withdraw("quiet")
            return False
        line = session_words.line(session, moment, desk.texts)
        text = desk.texts("session.quiet", session=line)
        self._say_once("quiet", text, Level.INFO)
        return True

    def _tell_calendar(self) -> None:
        problem = self._desk.calendar_problem()
        if problem is not None:
            text = problem.sentence(self._desk.texts.language)
            self._say_once("calendar", text, Level.WARNING)

    def _tell_slots(self, status: LinkStatus) -> None:
        waiting = sum(slot.state is State.WANTED for slot in status.slots)
        if status.link is Link.LIVE and waiting and status.held >= status.limit:
            text = self._desk.texts("banner.queued", limit=status.limit, count=waiting)
            self._say_once("queued", text, Level.INFO)
        else:
            self._told.pop("queued", None)
            self._banner.withdraw("queued")

    def _say_once(self, name: str, text: str, level: Level) -> None:
        """Say something that goes on; what the user has closed comes back only as news."""
        if self._told.get(name) != text:
            self._told[name] = text
            self._banner.say(name, text, level)

    def _act(self, name: str) -> None:
        if name == "link":
            self.reconnect()

    async def _ask(self, ask: Callable[[Subscriptions], None]) -> None:
        try:
            await self._feed.call(ask)
        except KisOptError as error:
            self._banner.say("feed", error.sentence(self._desk.texts.language))
