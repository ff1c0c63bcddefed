"""Sentences on the banner: said once, taken back when it is over, said again to a new window."""

import pytest

from kisopt_gui.app.notices import Notices
from kisopt_gui.errors import KisOptError
from kisopt_gui.ui import theme
from kisopt_gui.ui.health.banner import Banner
from kisopt_gui.ui.texts import Texts


class LateError(KisOptError):
    """Something is late."""

    english = "{what} is late"
    korean = "{what}이(가) 늦습니다"


class Window:
    """What notices need of a window: its banner, a real one."""

    def __init__(self):
        self.banner = Banner(Texts("en"), theme.DARK)


@pytest.fixture
def rig(qapp, qtbot):
    made = {"window": Window(), "language": "en"}
    made["notices"] = Notices(lambda: made["window"], lambda: made["language"])
    yield made
    made["window"].banner.deleteLater()


def test_what_goes_on_is_said_once_and_comes_back_only_as_news(rig):
    notices, banner = rig["notices"], rig["window"].banner
    notices.tell_of("rest", LateError(what="REST"))
    assert banner.label.text() == "REST is late"
    banner.withdraw("rest")  # the user has closed it
    notices.tell_of("rest", LateError(what="REST"))
    assert banner.messages == []
    notices.tell_of("rest", LateError(what="the index"))
    assert banner.label.text() == "the index is late"


def test_what_is_over_is_taken_back(rig):
    notices, banner = rig["notices"], rig["window"].banner
    notices.tell_of("rest", LateError(what="REST"))
    notices.tell_of("rest", None)
    assert banner.messages == []
    notices.tell_of("rest", None)
    notices.tell_of("rest", LateError(what="REST"))
    assert banner.messages == ["rest"]


def test_a_new_window_is_told_what_goes_on_in_its_language(rig):
    notices = rig["notices"]
    notices.tell_of("rest", LateError(what="REST"))
    old, rig["window"], rig["language"] = rig["window"], Window(), "ko"
    notices.again()
    assert rig["window"].banner.label.text() == "REST이(가) 늦습니다"
    old.banner.deleteLater()


def test_what_happened_once_is_said_by_its_kind(rig):
    rig["notices"].tell(LateError(what="it"))
    assert rig["window"].banner.messages == ["LateError"]
