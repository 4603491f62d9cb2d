"""`python -m tests.bench.law`: due dates a second on one core, bare in a batch and with steps."""

import random
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

from tests.domain.calendars import DAYS_2026, office
from tthc_tracker.domain.deadlines import due_batch, reckon
from tthc_tracker.domain.localtime import VIETNAM
from tthc_tracker.domain.timelimit import LimitUnit, TimeLimit

CASES = 100_000
ROUNDS = 3
CALENDAR = office(DAYS_2026, published=tuple(range(2019, 2027)), provisional=(2027, *range(2028, 2040)))
SHAPES = {
    "working days": [TimeLimit(Decimal(count), LimitUnit.WORKING_DAY) for count in range(1, 31)],
    "working days, a limit of years": [TimeLimit(Decimal(2000), LimitUnit.WORKING_DAY)],
    "parts of a working day": [
        TimeLimit(Decimal(count) / 4, LimitUnit.WORKING_DAY) for count in (1, 2, 3, 6, 10)
    ],
    "working hours": [TimeLimit(Decimal(count), LimitUnit.WORKING_HOUR) for count in (2, 4, 8, 24)],
    "calendar days": [TimeLimit(Decimal(count), LimitUnit.CALENDAR_DAY) for count in (7, 15, 30, 60)],
    "months": [TimeLimit(Decimal(count), LimitUnit.MONTH) for count in (1, 2, 3, 6)],
}

Case = tuple[datetime, TimeLimit]


def cases_of(limits: list[TimeLimit]) -> list[Case]:
    dice = random.Random(2)
    first = datetime.combine(date(2026, 1, 1), datetime.min.time(), VIETNAM)
    return [(first + timedelta(minutes=dice.randrange(500_000)), dice.choice(limits)) for _ in range(CASES)]


def a_second(work: Callable[[], int]) -> float:
    """The best of a few rounds, in pieces a second."""
    best = 0.0
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        done = work()
        best = max(best, done / (time.perf_counter() - begun))
    return best


def bare(cases: list[Case]) -> int:
    return sum(1 for _ in due_batch(cases, CALENDAR))


def stepwise(cases: list[Case]) -> int:
    return sum(bool(reckon(start, limit, CALENDAR).steps) for start, limit in cases)


def figures() -> dict[str, tuple[float, float]]:
    """For each shape of limit: bare due dates a second in a batch, and due dates with steps a second."""
    found = {}
    for name, limits in SHAPES.items():
        cases = cases_of(limits)
        found[name] = (
            a_second(lambda some=cases: bare(some)),
            a_second(lambda some=cases[:20_000]: stepwise(some)),
        )
    return found


def main() -> None:
    print(f"{'due dates a second, one core':<34}{'bare, batch':>14}{'with steps':>14}")
    for name, (in_batch, with_steps) in figures().items():
        print(f"{name:<34}{in_batch:>14,.0f}{with_steps:>14,.0f}")
    print(f"{'goal':<34}{200_000:>14,}{20_000:>14,}")


if __name__ == "__main__":
    main()
