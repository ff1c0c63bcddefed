"""Chips for product and expiry: what the search and the range are narrowed to."""

from datetime import date

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLayout, QMenu, QVBoxLayout, QWidget

from kisopt_gui.market.contract import PRODUCTS, Product
from kisopt_gui.market.master import Master
from kisopt_gui.ui.controls import Chip, TextButton, styled
from kisopt_gui.ui.desk import Desk
from kisopt_gui.ui.subscriptions.flow import Flow

NEAREST = 3
"""Expiries that have a chip of their own; the others are in the menu behind them."""


class Filters(QWidget):
    """At most one product, and of it at most one expiry.

    A chip that is on goes off when it is pressed again, which stops the
    narrowing. Before the master file has come there is nothing to choose.

    Signals:
        changed: Another product or expiry holds.
    """

    changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        styled(self, "filters")
        self._desk = desk
        self._master: Master | None = None
        self._product: Product | None = None
        self._expiry: date | None = None
        self._wanted: tuple[str, str] | None = None
        self._product_chips: dict[Product, Chip] = {}
        self._expiry_chips: dict[date, Chip] = {}
        self._expiries_of: Product | None = None
        self._products = Flow(spacing=4)
        self._expiries = Flow(spacing=4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(self._products)
        column.addLayout(self._expiries)
        self.refresh()

    @property
    def product(self) -> Product | None:
        """The product that holds, None for all."""
        return self._product

    @property
    def expiry(self) -> date | None:
        """The last trading day that holds, None for all."""
        return self._expiry

    @property
    def narrowest(self) -> tuple[Product, date] | None:
        """What a range is added of: what holds, else the nearest; None if nothing is listed."""
        if self._master is None:
            return None
        for product in [self._product] if self._product else self._master.products():
            expiries = self._master.expiries(product)
            if expiries:
                return product, self._expiry if self._expiry in expiries else expiries[0]
        return None

    def refresh(self) -> None:
        """Follow the master file."""
        master = self._desk.master()
        if master is self._master:
            return
        first = self._master is None
        self._master = master
        products = master.products() if master is not None else []
        if first and products:
            self._settle(products)
        elif self._product not in products:
            self._product = None
        self._keep_listed()
        self._sync()
        self.changed.emit()

    def choose(self, product: Product | None, expiry: date | None = None) -> None:
        """Let another product and expiry hold."""
        self._product, self._expiry = product, expiry
        self._keep_listed()
        self._sync()
        self.changed.emit()

    def state(self) -> dict[str, object]:
        """What a layout keeps."""
        if self._master is None and self._wanted is not None:
            return {"product": self._wanted[0], "expiry": self._wanted[1]}
        return {
            "product": self._product.key if self._product else "",
            "expiry": self._expiry.isoformat() if self._expiry else "",
        }

    def restore(self, product: str, expiry: str) -> None:
        """Take up what a layout kept, now or when the master file comes."""
        self._wanted = (product, expiry)
        if self._master is not None:
            self._settle(self._master.products())
            self._keep_listed()
            self._sync()
            self.changed.emit()

    # ------------------------------------------------------------------

    def _settle(self, products: list[Product]) -> None:
        """Begin with what the layout kept, else with the first product and its nearest expiry."""
        master = self._master
        if self._wanted is None and master is not None and products:
            self._product = products[0]
            self._expiry = next(iter(master.expiries(products[0])), None)
        elif self._wanted is not None:
            key, day = self._wanted
            product = PRODUCTS.get(key)
            self._product = product if product in products else None
            try:
                self._expiry = date.fromisoformat(day) if day else None
            except ValueError:
                self._expiry = None
        self._wanted = None

    def _keep_listed(self) -> None:
        if self._master is None or self._product is None:
            self._expiry = None
        elif self._expiry is not None and self._expiry not in self._master.expiries(self._product):
            # An expiry that has passed: the one after it is what is meant now.
            later = [day for day in self._master.expiries(self._product) if day > self._expiry]
            self._expiry = next(iter(later), None)

    def _sync(self) -> None:
        """Show what holds. Chips that stay are the same widgets, so the focus stays on them."""
        products = self._master.products() if self._master is not None else []
        if list(self._product_chips) != products:
            _clear(self._products)
            self._product_chips = {product: self._product_chip(product) for product in products}
        for product, chip in self._product_chips.items():
            chip.setChecked(product is self._product)
        labels = self._labels()
        days = list(labels)
        near = days[:NEAREST]
        if self._expiry is not None and self._expiry not in near:
            near[-1] = self._expiry
        if [self._product, *self._expiry_chips] != [self._expiries_of, *near]:
            self._expiries_of = self._product
            _clear(self._expiries)
            self._expiry_chips = {day: self._expiry_chip(day, labels[day]) for day in near}
            if len(days) > len(near):
                self._expiries.addWidget(self._more(len(days) - len(near)))
        for day, chip in self._expiry_chips.items():
            chip.setChecked(day == self._expiry)

    def _product_chip(self, product: Product) -> Chip:
        texts = self._desk.texts
        chip = Chip(texts.pick(product.korean, product.english), self)
        chip.setAccessibleDescription(texts("subs.products"))
        chip.clicked.connect(lambda on: self._press_product(product, on=on))
        self._products.addWidget(chip)
        return chip

    def _expiry_chip(self, day: date, label: str) -> Chip:
        chip = Chip(label, self)
        chip.setAccessibleDescription(self._desk.texts("subs.expiries"))
        chip.clicked.connect(lambda on: self.choose(self._product, day if on else None))
        self._expiries.addWidget(chip)
        return chip

    def _more(self, count: int) -> TextButton:
        texts = self._desk.texts
        more = TextButton(texts("subs.more", n=count), parent=self)
        more.setToolTip(texts("subs.more_long", n=count))
        more.setAccessibleName(texts("subs.more_long", n=count))
        more.clicked.connect(lambda: self._open_menu(more))
        return more

    def _labels(self) -> dict[date, str]:
        """Expiries of the product in order, and how they are called."""
        if self._master is None or self._product is None:
            return {}
        language = self._desk.texts.language
        days = self._master.expiries(self._product)
        labels = {
            contract.expiry: contract.expiry_label(language)
            for contract in self._master.contracts.values()
            if contract.product is self._product
        }
        return {day: labels[day] for day in days}

    def _open_menu(self, button: QWidget) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for day, label in self._labels().items():
            if day not in self._expiry_chips:
                action = QAction(label, menu)
                action.triggered.connect(lambda _on=False, day=day: self.choose(self._product, day))
                menu.addAction(action)
        menu.popup(button.mapToGlobal(QPoint(0, button.height() + 2)))

    def _press_product(self, product: Product, *, on: bool) -> None:
        expiries = self._master.expiries(product) if on and self._master is not None else []
        self.choose(product if on else None, next(iter(expiries), None))


def _clear(layout: QLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
