"""One line at the foot: words before numbers, numbers bright, trouble in colour."""

import time
from dataclasses import dataclass
from time import perf_counter

from PySide6.QtCore import QDateTime, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from kisopt_gui.market.delay import ExchangeDelay
from kisopt_gui.market.link import Link, LinkStatus
from kisopt_gui.ui import figures, session_words
from kisopt_gui.ui.controls import styled
from kisopt_gui.ui.desk import Desk

HEIGHT_PX = 26
_LATE_MS = 100.0
_LATE_S = 3.0


@dataclass
class _Item:
    word: QLabel
    value: QLabel


class StatusBar(QWidget):
    """Source, link, rate, delays, losses, bad frames, slots, last message."""

    def __init__(self, desk: Desk, source: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._records = desk.store.records  # of before this window are none of its rate
        self._counted_at = perf_counter()
        self._delay = ExchangeDelay()
        self.setFixedHeight(HEIGHT_PX)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        styled(self, "status")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(14, 0, 14, 0)
        self._row.setSpacing(6)
        self._link = self._label("ok")
        self._session = self._label("muted")
        self._row.addSpacing(14)
        self._source = self._item("status.source")
        self._source.value.setText(source)
        self._rate = self._item("status.rate")
        self._screen = self._item("status.screen")
        self._exchange = self._item("status.exchange")
        self._lost = self._item("status.lost")
        self._bad = self._item("status.bad")
        self._slots = self._item("status.slots")
        self._row.addStretch(1)
        self._thinned = self._item("status.charts")
        self._heard = self._item("status.heard")
        self._ping = self._item("status.ping")
        self.set_thinned(1)
        desk.clock.ages.connect(self._measure)
        desk.clock.second.connect(self.refresh)
        desk.clock.second.connect(self.show_session)  # not before the first paint: it reads a file
        self._session.setAccessibleName(desk.texts("session.name"))
        self.refresh()

    def set_thinned(self, times: int) -> None:
        """Say how many times the charts thin out their points; 1 says nothing."""
        text = self._desk.texts("status.charts.thinned", times=times) if times > 1 else ""
        self._thinned.value.setText(text)
        self._thinned.word.setVisible(bool(text))

    def refresh(self) -> None:
        """Show the figures of now."""
        desk, texts = self._desk, self._desk.texts
        status, store = desk.status(), desk.store
        self._show_link(status)
        now = perf_counter()
        rate = (store.records - self._records) / max(now - self._counted_at, 1e-3)
        self._records, self._counted_at = store.records, now
        self._say(self._rate, texts("status.rate.value", rate=f"{rate:,.0f}"))
        self._tip(self._rate, "status.rate.tip", total=f"{store.records:,}")
        delay = desk.clock.latency.percentiles(now)
        p50, p99 = figures.number(delay.p50, 1), figures.number(delay.p99, 1)
        self._say(
            self._screen,
            texts("status.screen.value", p50=p50, p99=p99),
            "warning" if delay.p99 > _LATE_MS else "value",
        )
        self._tip(self._screen, "status.screen.tip")
        self._show_exchange(status)
        self._show_losses(status)
        slots = f"{status.held} / {status.limit}"
        self._say(self._slots, slots, "value" if status.limit >= 41 else "warning")
        self._tip(self._slots, "status.slots.tip", held=status.held, limit=status.limit)
        self._show_heard(status, now)

    def show_session(self) -> None:
        """Say what is open, until when, and whether silence is normal now."""
        desk, texts = self._desk, self._desk.texts
        moment, session = desk.moment(), desk.session()
        if moment is None or session is None:
            _set(self._session, "", "muted")
            self._session.setToolTip("")
            return
        role = "muted" if session.silence_is_normal else "value"
        _set(self._session, session_words.line(session, moment, texts), role)
        self._session.setToolTip(session_words.tip(session, moment, texts))

    def _measure(self) -> None:
        from kisopt_gui.market.overview import newest_time

        store = self._desk.store
        arrived = max((each.received for each in store.contracts()), default=float("nan"))
        if arrived == arrived:
            self._delay.update(time.time() - (perf_counter() - arrived), newest_time(store))

    def _show_link(self, status: LinkStatus) -> None:
        texts = self._desk.texts
        role = {Link.LIVE: "ok", Link.REFUSED: "alarm", Link.STOPPED: "muted"}
        if status.link is Link.SILENT and self._is_quiet():
            role[Link.SILENT] = "muted"
        text = f"● {texts(f'link.{status.link.value}')}"
        left = status.retry_at - perf_counter()
        if status.link is Link.WAITING and left > 0:
            text += f" ({texts('status.retry', seconds=f'{left:.0f}')})"
        _set(self._link, text, role.get(status.link, "warning"))
        language = texts.language
        self._link.setToolTip(status.error.sentence(language) if status.error else "")

    def _is_quiet(self) -> bool:
        session = self._desk.session()
        return session is not None and session.silence_is_normal

    def _show_exchange(self, status: LinkStatus) -> None:
        texts, seconds = self._desk.texts, self._delay.seconds
        if seconds != seconds or status.link is not Link.LIVE:  # the delay of what comes: nothing
            self._say(self._exchange, figures.MISSING)
        elif seconds < 1:
            self._say(self._exchange, texts("status.exchange.within"))
        else:
            value = texts("status.exchange.value", seconds=figures.number(seconds, 1))
            self._say(self._exchange, value, "warning" if seconds > _LATE_S else "value")
        self._tip(self._exchange, "status.exchange.tip")

    def _show_losses(self, status: LinkStatus) -> None:
        store, texts = self._desk.store, self._desk.texts
        ledgers = [watched.ledger for watched in store.contracts()]
        lost = store.lost + status.overflow
        value = texts("status.lost.value", count=f"{lost:,}") if lost else "0"
        self._say(self._lost, value, "alarm" if lost else "value")
        self._tip(
            self._lost,
            "status.lost.tip",
            lost=f"{store.lost:,}",
            gaps=f"{store.gaps:,}",
            overflow=f"{status.overflow:,}",
            repeated=f"{sum(ledger.repeated for ledger in ledgers):,}",
            disordered=f"{sum(ledger.disordered for ledger in ledgers):,}",
        )
        self._say(self._bad, f"{store.bad:,}", "warning" if store.bad else "value")
        self._tip(self._bad, "status.bad.tip")

    def _show_heard(self, status: LinkStatus, now: float) -> None:
        if status.heard == status.heard:
            moment = QDateTime.currentDateTime().addMSecs(-int((now - status.heard) * 1000))
            self._say(self._heard, moment.toString("HH:mm:ss.zzz"))
        else:
            self._say(self._heard, figures.MISSING)
        age = figures.age(now - status.pinged, self._desk.texts.language)
        if age != figures.MISSING:
            age = self._desk.texts("status.ping.value", age=age)
        self._say(self._ping, age)

    def _label(self, role: str) -> QLabel:
        label = styled(QLabel(self), role)
        self._row.addWidget(label)
        return label

    def _item(self, word: str) -> _Item:
        item = _Item(self._label("muted"), self._label("value"))
        item.word.setText(self._desk.texts(word))
        self._row.addSpacing(14)
        item.value.setAccessibleName(self._desk.texts(word))
        return item

    def _say(self, item: _Item, text: str, role: str = "value") -> None:
        _set(item.value, text, role)

    def _tip(self, item: _Item, name: str, **facts: object) -> None:
        tip = self._desk.texts(name, **facts)
        item.word.setToolTip(tip)
        item.value.setToolTip(tip)


def _set(label: QLabel, text: str, role: str) -> None:
    if label.text() != text:
        label.setText(text)
    if label.property("role") != role:
        styled(label, role)
        label.style().unpolish(label)
        label.style().polish(label)
