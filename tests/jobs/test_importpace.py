"""How many rows an import writes at a time: all in their order, few where somebody sends forms too."""

import datetime as dt
import itertools
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy.orm import Session

from tests.support import pacing
from tests.support.moments import at
from tests.support.sending import dossier
from tthc_tracker.extensions import Database
from tthc_tracker.jobs.importpace import ALONE_AFTER, AT_FIRST, AT_ONCE, FEWEST, LONG, MOST, SHORT, Units
from tthc_tracker.jobs.importpipeline import ReaderEndedError
from tthc_tracker.models.account import User
from tthc_tracker.services import importreading, leases, submissions
from tthc_tracker.services.importreading import ReadRow

NOW = at("Mon 2026-11-23 08:00")


class Hands:
    """A clock that goes on by what each unit is said to take."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def batches(many: int, of: int = 1000) -> Iterator[list[ReadRow]]:
    """Rows that are told apart by their number."""
    one = importreading.read(0, dossier(1))
    for start in range(0, many * of, of):
        yield [one._replace(number=number) for number in range(start, start + of)]


def taken(
    database: Database, units: Units, clock: Hands, row_takes: float, beside: Callable[[list[int]], object]
) -> tuple[list[int], list[int]]:
    """The sizes of the units, and the numbers of their rows; `beside`: what is done between two of them."""
    sizes, numbers = list[int](), list[int]()
    for rows in units:
        with database.transaction() as session:
            units.begun(session)
            clock.at += len(rows) * row_takes
        sizes.append(len(rows))
        numbers += [row.number for row in rows]
        beside(sizes)
    return sizes, numbers


def send_form(session: Session, user_id: int, *, minute: int) -> None:
    """As somebody at a desk does."""
    key, now = f"{minute:032}", NOW + dt.timedelta(minutes=minute)
    submissions.claim(session, key, user_id=user_id, action="receive", content="", now=now)


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_units_grow_beside_the_scheduler_for_it_is_nobody_who_waits(
    database: Database, database_url: str
) -> None:
    other, clock = Database(), Hands()
    other.bind(database_url)

    def renew(_: list[int]) -> None:
        with other.transaction() as session:
            leases.acquire(session, "scheduler", "someone")

    sizes, _ = taken(database, Units(batches(20), clock), clock, 0.00015, renew)
    other.dispose()
    assert int(LONG / 0.00015) in sizes


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_units_grow_while_nobody_else_writes_and_are_few_rows_as_soon_as_somebody_does(
    database: Database, database_url: str
) -> None:
    other, clock, row_takes = Database(), Hands(), 0.00015
    other.bind(database_url)
    few, largest = int(SHORT / row_takes), int(LONG / row_takes)
    with other.transaction() as session:
        clerk = User(username="motcua", email="motcua@example.vn", full_name="Nguyễn Thị Hoà", created_at=NOW)
        session.add(clerk)
        session.flush()
        send_form(session, clerk.id, minute=0)

    def receive(sizes: list[int]) -> None:
        if sizes[-1] == largest and largest not in sizes[:-1]:
            with other.transaction() as session:
                send_form(session, clerk.id, minute=1)

    sizes, numbers = taken(database, Units(batches(60), clock), clock, row_takes, receive)
    other.dispose()
    assert numbers == list(range(60_000))
    came = sizes.index(largest) + 1
    before, after = sizes[:came], sizes[came:]
    assert before[0] == FEWEST
    # Who came waited for one. Those after him wait for half as long, for a quarter, … and soon for a moment.
    for size, following in itertools.pairwise(after[:7]):
        assert following <= max(size // 2, few)
    settled = list(itertools.takewhile(lambda size: size <= few, after[7:]))
    assert sum(settled) * row_takes > ALONE_AFTER * 0.7
    assert max(after) > 2 * few


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_where_nobody_waits_for_the_end_a_unit_is_as_large_as_is_good(database: Database) -> None:
    clock = Hands()
    sizes, numbers = taken(database, Units(batches(3), clock), clock, 0.01, lambda _: None)
    assert (sizes[0], set(sizes[1:-1]), numbers) == (FEWEST, {AT_ONCE}, list(range(3000)))


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_what_is_written_already_is_only_looked_at_and_the_rest_follows(database: Database) -> None:
    units, clock = Units(batches(5)), Hands()
    seen = [row.number for rows in units.first(1234) for row in rows]
    _, written = taken(database, units, clock, 0.0, lambda _: None)
    assert (seen, written) == (list(range(1234)), list(range(1234, 5000)))


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_file_that_is_gone_on_with_keeps_to_few_rows_for_a_second_like_any_other(
    database: Database,
) -> None:
    clock, row_takes = Hands(), 0.00015
    units = Units(batches(20), clock)
    for _ in units.first(1000):
        clock.at += 60  # to look at what is written takes longer than that second
    sizes, _ = taken(database, units, clock, row_takes, lambda _: None)
    few = list(itertools.takewhile(lambda size: size <= SHORT / row_takes, sizes))
    assert sum(few) * row_takes >= AT_FIRST * 0.9
    assert max(sizes) > 10 * max(few)


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_rows_before_a_fault_are_written_and_then_it_is_told(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Iterator[list[ReadRow]]:
        yield from batches(1, of=7)
        raise ReaderEndedError

    pacing.fixed(monkeypatch, MOST)
    units, written = Units(broken()), list[int]()
    it = iter(units)
    with database.transaction() as session:
        units.begun(session)
        written += [row.number for row in next(it)]
    with pytest.raises(ReaderEndedError):
        next(it)
    assert written == list(range(7))
