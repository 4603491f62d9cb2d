"""The guards of the scheduler: a clock that jumps, a process gone dead."""

from threading import Event

import pytest

from tthc_tracker.jobs.guards import ClockGuard, Watchdog


class Clocks:
    """A wall and a monotonic clock."""

    def __init__(self) -> None:
        self.wall, self.monotonic = 1_000_000.0, 50.0

    def pass_by(self, seconds: float, *, jump: float = 0.0) -> None:
        self.monotonic += seconds
        self.wall += seconds + jump


@pytest.mark.parametrize(
    ("jump", "minutes"),
    [
        pytest.param(0.0, 0, id="time passes as it should"),
        pytest.param(300.0, 0, id="a correction of minutes"),
        pytest.param(36_000.0, 600, id="ten hours ahead"),
        pytest.param(-3_600.0, -60, id="an hour back"),
    ],
)
def test_a_jump_holds_the_mails_until_the_next_quiet_tick(jump: float, minutes: int) -> None:
    clocks, holding = Clocks(), Event()
    guard = ClockGuard(holding, lambda: clocks.wall, lambda: clocks.monotonic)
    clocks.pass_by(20, jump=jump)
    assert (guard.tick(), holding.is_set()) == (minutes, minutes != 0)
    clocks.pass_by(20)
    assert (guard.tick(), holding.is_set()) == (0, False)


def test_a_process_is_given_up_when_a_sign_of_life_is_missed_twice() -> None:
    ended: list[int] = []
    watchdog = Watchdog(lambda: "pulse", Event(), ended.append)
    suspected = watchdog.look("")
    assert (suspected, ended) == ("pulse", [])
    watchdog.look(suspected)
    assert ended == [70]


def test_a_process_that_was_only_stopped_for_a_while_lives_on() -> None:
    signs, ended = iter(["pulse", "", "pulse"]), list[int]()
    watchdog = Watchdog(lambda: next(signs), Event(), ended.append)
    suspected = ""
    for _ in range(3):
        suspected = watchdog.look(suspected)
    assert ended == []
