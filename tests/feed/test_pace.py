"""The pace of one app key: limits and turns as values, with a clock of our own."""

import asyncio

import pytest

from kisopt_gui.feed.pace import FIRST_DAYS, PAPER, REAL, Bucket, Kind, Limits, Pace, Pacer, Rank


def run(pace, seconds, start=0.0):
    """Step a clock and return when which turn came."""
    came, now = [], start
    while now < start + seconds:
        turn = pace.next(now)
        if turn is not None:
            came.append((now, turn))
            continue
        due = pace.due(now)
        if due is None:
            break
        now += max(due, 1e-9)
    return came


def most_in_a_second(times):
    return max(sum(at <= other < at + 1.0 for other in times) for at in times)


@pytest.mark.parametrize(("limits", "most"), [(REAL, 18), (FIRST_DAYS, 3), (PAPER, 1)])
def test_no_second_has_more_requests_than_the_broker_allows(limits, most):
    pace = Pace(limits)
    for _ in range(400):
        pace.enter(Kind.QUOTATION, Rank.REST)
    times = [at for at, _ in run(pace, 20.0)]
    assert most_in_a_second(times) <= most
    assert len(times) >= 0.85 * 20 * most - 1


def test_boards_wait_for_a_second_and_let_others_pass():
    pace = Pace(REAL)
    for _ in range(3):
        pace.enter(Kind.BOARD, Rank.SCREEN)
    for _ in range(20):
        pace.enter(Kind.QUOTATION, Rank.REST)
    came = run(pace, 5.0)
    boards = [at for at, turn in came if turn.kind is Kind.BOARD]
    others = [at for at, turn in came if turn.kind is Kind.QUOTATION]
    assert len(boards) == 3
    assert most_in_a_second(boards) == 1
    assert len(others) == 20
    assert others[-1] < boards[-1]


def test_one_token_a_minute():
    pace = Pace(REAL)
    for _ in range(3):
        pace.enter(Kind.TOKEN, Rank.KEY)
    times = [at for at, _ in run(pace, 200.0)]
    assert times[0] == 0.0
    assert times[1] > 60.0
    assert times[2] - times[1] > 60.0


def test_what_is_on_the_screen_goes_first_and_equals_in_order():
    pace = Pace(REAL)
    entered = [pace.enter(Kind.QUOTATION, rank) for rank in (4, 2, 1, 3, 1, 2)]
    came = [turn for _, turn in run(pace, 5.0)]
    assert came == [entered[at] for at in (2, 4, 1, 5, 3, 0)]


def test_nobody_asks_while_the_broker_is_out_of_breath():
    pace = Pace(REAL)
    pace.enter(Kind.QUOTATION, Rank.SCREEN)
    pace.hold(2.0)
    assert pace.next(1.9) is None
    assert pace.due(0.5) == pytest.approx(1.5)
    assert pace.next(2.0) is not None


def test_after_a_no_it_asks_no_faster_than_a_new_customer_may():
    pace = Pace(REAL)
    pace.slow_down(FIRST_DAYS)
    for _ in range(10):
        pace.enter(Kind.QUOTATION, Rank.SCREEN)
    times = [at for at, _ in run(pace, 10.0)]
    assert times[-1] - times[0] > 9 / FIRST_DAYS.requests
    pace.slow_down(REAL)  # it stays so
    pace.enter(Kind.QUOTATION, Rank.SCREEN)
    assert pace.due(times[-1]) > 0.3


def test_who_leaves_the_queue_holds_up_nobody():
    pace = Pace(REAL)
    first, second = (pace.enter(Kind.QUOTATION, Rank.SCREEN) for _ in range(2))
    pace.leave(first)
    pace.leave(first)
    assert pace.next(0.0) == second
    assert pace.due(0.0) is None


def test_a_bucket_saves_up_no_more_than_its_size():
    bucket = Bucket(rate=2.0, size=3.0)
    taken = 0
    while bucket.due(100.0) == 0.0:
        bucket.take(100.0)
        taken += 1
    assert taken == 3
    assert bucket.due(100.0) == pytest.approx(0.5)
    assert bucket.due(1e6) == 0.0


async def test_turns_come_on_the_loop_in_the_order_of_their_ranks():
    pacer = Pacer(Limits(requests=200.0))
    came = []

    async def ask(name, rank):
        await pacer.turn(rank=rank)
        came.append(name)

    await pacer.turn()  # so that the others have to wait
    names = (("chart", Rank.CHART), ("screen", Rank.SCREEN), ("watched", Rank.WATCHED))
    async with asyncio.timeout(5):
        await asyncio.gather(*(ask(*each) for each in names))
    assert came == ["screen", "watched", "chart"]


async def test_a_turn_that_is_cancelled_is_given_to_the_next():
    pacer = Pacer(Limits(requests=20.0))
    await pacer.turn()
    task = asyncio.create_task(pacer.turn(rank=Rank.SCREEN))
    await asyncio.sleep(0)
    task.cancel()
    async with asyncio.timeout(5):
        await pacer.turn()
    assert task.cancelled() or task.cancelling()
