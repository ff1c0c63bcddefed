"""Where the window goes on the screens of now."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kisopt_gui.layouts.arrangement import (
    Area,
    Arrangement,
    Docks,
    Placement,
    Screen,
    Window,
    fitted,
    placement,
)

DESK = (Screen("DP-1", 0, 0, 2560, 1440), Screen("HDMI-1", 2560, 0, 1920, 1080))
DESK_AREAS = [Area(0, 0, 2560, 1400), Area(2560, 0, 1920, 1040)]
LAPTOP = (Screen("eDP-1", 0, 0, 1366, 768),)
LAPTOP_AREAS = [Area(0, 30, 1366, 738)]
DOCKS = Docks.of(b"docks", 1)


def test_nothing_remembered_is_no_placement():
    assert placement([], DESK, DESK_AREAS) is None


def test_on_known_screens_the_window_returns_to_where_it_was():
    spanning = Window(2000, 20, 1800, 1000, maximised=True)
    remembered = [
        Arrangement(LAPTOP, Window(0, 30, 1366, 700)),
        Arrangement(DESK, spanning, DOCKS),
    ]
    assert placement(remembered, DESK, DESK_AREAS) == Placement(spanning, DOCKS)
    assert placement(remembered, DESK[::-1], DESK_AREAS) == Placement(spanning, DOCKS)


def test_on_other_screens_the_newest_arrangement_is_made_to_fit():
    remembered = [
        Arrangement(DESK, Window(2600, 40, 1900, 1000), DOCKS),
        Arrangement((), Window(0, 0, 300, 300)),
    ]
    window, docks = placement(remembered, LAPTOP, LAPTOP_AREAS)
    assert window == Window(0, 30 + 40, 1366, 738 - 40)
    assert docks == DOCKS


def test_a_screen_that_is_gone_or_of_another_size_makes_another_set():
    remembered = [Arrangement(DESK, Window(2600, 40, 1000, 600))]
    smaller = (DESK[0], Screen("HDMI-1", 2560, 0, 1280, 720))
    for screens, areas in ((DESK[:1], DESK_AREAS[:1]), (smaller, DESK_AREAS[:1])):
        window, _ = placement(remembered, screens, areas)
        assert window == Window(780, 400, 1000, 600)


def test_a_window_that_cannot_be_reached_is_brought_back_even_on_known_screens():
    for window in (Window(9000, 50, 800, 600), Window(100, -400, 800, 600)):
        placed, _ = placement([Arrangement(DESK, window)], DESK, DESK_AREAS)
        assert fitted(placed, DESK_AREAS) == placed


def test_a_window_that_fits_stays_where_it_is():
    window = Window(2570, 10, 800, 600)
    assert fitted(window, DESK_AREAS) == window


def test_a_window_goes_to_the_screen_that_holds_most_of_it():
    assert fitted(Window(2400, 100, 1000, 600), DESK_AREAS) == Window(3020, 220, 1000, 600)


def test_a_maximised_window_stays_maximised():
    placed, _ = placement(
        [Arrangement(DESK, Window(2600, 40, 800, 600, maximised=True))], LAPTOP, LAPTOP_AREAS
    )
    assert placed.maximised


places = st.integers(-99_999, 99_999)
lengths = st.integers(1, 99_999)
areas = st.builds(Area, places, places, st.integers(200, 9999), st.integers(200, 9999))


@given(st.builds(Window, places, places, lengths, lengths), st.lists(areas, min_size=1, max_size=3))
def test_a_fitted_window_is_all_on_one_screen(window, areas):
    placed = fitted(window, areas)
    assert any(
        area.x <= placed.x
        and area.y <= placed.y
        and placed.x + placed.width <= area.x + area.width
        and placed.y + placed.height <= area.y + area.height
        for area in areas
    )
    assert placed.width <= window.width
    assert placed.height <= window.height


@given(st.binary())
def test_the_state_of_the_docks_returns_as_it_was(content):
    assert Docks.of(content, 3).content(3) == content


@pytest.mark.parametrize(
    "docks",
    [
        Docks(1, DOCKS.state, DOCKS.check + 1),
        Docks(1, DOCKS.state[:-4], DOCKS.check),
        Docks(1, "no base64", DOCKS.check),
        Docks(1, "등가", DOCKS.check),
        Docks(2, DOCKS.state, DOCKS.check),
    ],
)
def test_a_damaged_state_of_the_docks_is_never_given_to_qt(docks):
    assert docks.content(1) is None
