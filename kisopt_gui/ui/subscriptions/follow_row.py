"""The switch that lets the slots follow the money, and a look at who would rotate if it moved."""

from collections.abc import Mapping
from datetime import date
from itertools import zip_longest

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSpinBox, QVBoxLayout, QWidget

from kisopt_gui.market.contract import PRODUCTS
from kisopt_gui.market.rotation import Reason, Turn
from kisopt_gui.ui import figures
from kisopt_gui.ui.controls import Chip, Segments, TextButton, styled
from kisopt_gui.ui.desk import Desk
from kisopt_gui.ui.following import MOST_EACH_SIDE
from kisopt_gui.ui.subscriptions.filters import Filters
from kisopt_gui.wire.control import Key

_MOVES = {"-2": -2.0, "-1": -1.0, "+1": 1.0, "+2": 2.0}
_MOST_LINES = 8


class FollowRow(QWidget):
    """A chip and a number; below, folded, what would rotate."""

    def __init__(self, desk: Desk, filters: Filters, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._filters = filters
        styled(self, "range")
        texts = desk.texts
        self.switch = Chip(texts("subs.follow"))
        self.switch.setToolTip(texts("subs.follow_long"))
        self.each_side = QSpinBox()
        self.each_side.setRange(0, MOST_EACH_SIDE)
        self.each_side.setValue(desk.following.each_side)
        self.each_side.setFixedWidth(44)
        self.each_side.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.each_side.setAccessibleName(texts("subs.follow_each"))
        self.each_side.setToolTip(texts("subs.follow_each"))
        self.what = styled(QLabel(), "muted")
        self.what.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.unfold = TextButton(texts("subs.what_if"))
        self.unfold.setCheckable(True)
        self.unfold.setToolTip(texts("subs.what_if_long"))
        self.moves = Segments([(name, _percent(name)) for name in _MOVES], "+1")
        self.told = QLabel()
        self.told.setTextFormat(Qt.TextFormat.RichText)
        self.told.setWordWrap(True)
        self.told.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.folded = QWidget()
        self._lay_out()
        self.folded.hide()
        self.switch.clicked.connect(self._choose)
        self.each_side.valueChanged.connect(self._take_number)
        self.unfold.toggled.connect(self._unfold)
        self.moves.chosen.connect(lambda _move: self.refresh())
        desk.following.planned.connect(self.refresh)
        desk.clock.second.connect(self.refresh)
        self.refresh()

    def state(self) -> dict[str, object]:
        """What a layout keeps: whether and what is followed."""
        following = self._desk.following
        return {
            "on": following.on,
            "each_side": following.each_side,
            "product": following.product,
            "expiry": following.expiry.isoformat() if following.expiry is not None else "",
        }

    def restore(self, state: Mapping[str, object]) -> None:
        """Take up what a layout kept; what cannot be understood follows nothing."""
        on, each_side, product = state.get("on"), state.get("each_side"), state.get("product")
        try:
            expiry = date.fromisoformat(str(state.get("expiry")))
        except ValueError:
            expiry = None
        known = isinstance(product, str) and product in PRODUCTS and expiry is not None
        number = each_side if type(each_side) is int else self._desk.following.each_side
        self._desk.following.follow(
            str(product) if known else "",
            expiry if known else None,
            number,
            on=known and on is True,
        )
        self._show_choice()

    def refresh(self) -> None:
        """Follow the master file, and say who would rotate if that is unfolded."""
        following, texts = self._desk.following, self._desk.texts
        self._roll_over()
        name, day = self._followed()
        self.what.setText(day)
        self.what.setToolTip(f"{name} {day}".strip())
        self.unfold.setEnabled(following.on)
        if not following.on and self.unfold.isChecked():
            self.unfold.setChecked(False)
        if self.folded.isVisibleTo(self):
            self._tell(following.what_if(_MOVES[self.moves.current]))
        around = sum(why is Reason.MONEY for why in following.reasons.values())
        dwelling = sum(why is Reason.DWELL for why in following.reasons.values())
        words = texts("subs.follow_long")
        if following.on:
            words += f"\n{name} {day}"
            facts = {"around": around, "dwelling": dwelling, "out": len(following.left_out)}
            words += "\n" + texts("subs.follow_count", **facts)
        self.switch.setToolTip(words)

    # ------------------------------------------------------------------

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.switch)
        row.addWidget(styled(QLabel("±"), "muted"))
        row.addWidget(self.each_side)
        row.addWidget(self.what, 1)
        row.addWidget(self.unfold)
        inner = QVBoxLayout(self.folded)
        inner.setContentsMargins(0, 6, 0, 0)
        inner.setSpacing(6)
        inner.addWidget(self.moves)
        inner.addWidget(self.told)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.folded)

    def _choose(self, on: bool) -> None:
        """Follow what the chips above name, or stop."""
        following = self._desk.following
        place = self._filters.narrowest
        if on and place is not None:
            product, expiry = place
            following.follow(product.key, expiry, self.each_side.value(), on=True)
        else:
            following.follow(following.product, following.expiry, self.each_side.value(), on=False)
        self._show_choice()

    def _take_number(self, each_side: int) -> None:
        following = self._desk.following
        following.follow(following.product, following.expiry, each_side, on=following.on)
        self.refresh()

    def _show_choice(self) -> None:
        self.each_side.blockSignals(True)
        self.each_side.setValue(self._desk.following.each_side)
        self.each_side.blockSignals(False)
        self.switch.setChecked(self._desk.following.on)
        self.refresh()

    def _roll_over(self) -> None:
        """An expiry that is not listed any more gives way to the next of its product."""
        following, master = self._desk.following, self._desk.master()
        product = PRODUCTS.get(following.product)
        if not following.on or master is None or product is None or following.expiry is None:
            return
        listed = master.expiries(product)
        if listed and following.expiry not in listed:
            later = [day for day in listed if day > following.expiry]
            following.follow(product.key, (later or listed)[0], following.each_side, on=True)

    def _followed(self) -> tuple[str, str]:
        """Product and day that are followed, "" if nothing is."""
        following, texts = self._desk.following, self._desk.texts
        product, day = PRODUCTS.get(following.product), following.expiry
        if not following.on or product is None or day is None:
            return "", ""
        name = texts.pick(product.korean, product.english)
        return name, f"{day.month}/{day.day}"

    def _unfold(self, shown: bool) -> None:
        self.folded.setVisible(shown)
        self.refresh()

    def _tell(self, turn: Turn) -> None:
        texts, tokens = self._desk.texts, self._desk.tokens
        pairs = list(zip_longest(self._in_order(turn.out), self._in_order(turn.into)))
        move = _percent(self.moves.current)
        if not pairs:
            self.told.setText(
                f'<span style="color:{tokens.muted}">{texts("subs.what_if_none", move=move)}</span>'
            )
            return
        cell = "<td style='padding-right:10px; color:{}'>{}</td>".format
        rows = "".join(
            f"<tr>{cell(tokens.muted, self._name(out))}{cell(tokens.muted, '→')}"
            f"{cell(tokens.text, self._name(into))}</tr>"
            for out, into in pairs[:_MOST_LINES]
        )
        head = texts("subs.what_if_count", move=move, out=len(turn.out), into=len(turn.into))
        more = len(pairs) - _MOST_LINES
        end = f"<br>{texts('subs.what_if_more', n=more)}" if more > 0 else ""
        self.told.setText(
            f'<span style="color:{tokens.muted}">{head}</span>'
            f"<table cellspacing='0' cellpadding='1'>{rows}</table>"
            f'<span style="color:{tokens.muted}">{end}</span>'
        )

    def _in_order(self, keys: tuple[Key, ...]) -> list[Key]:
        """Lowest strike first, as one reads; what has none comes last."""

        def place(key: Key) -> tuple[bool, float, str]:
            contract = self._desk.contract(key)
            strike = contract.strike if contract is not None else float("nan")
            known = strike == strike
            return not known, strike if known else 0.0, key.code

        return sorted(keys, key=place)

    def _name(self, key: Key | None) -> str:
        return self._desk.label(key) if key is not None else figures.MISSING


def _percent(move: str) -> str:
    return f"{move.replace('-', figures.MINUS)} %"
