"""A dossier that was passed on stands where it was at the end of the period, and in both memo columns."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from random import Random
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text

from tests.support.moments import HANOI, at, on
from tests.support.screens import counted
from tests.support.statisticsdata import AGENCIES, IDS, Known, hand_on, plant
from tthc_tracker.domain import periods
from tthc_tracker.domain.deadlines import PausePolicy
from tthc_tracker.domain.lifecycle import State
from tthc_tracker.domain.performance import DossierFacts, StatutoryRow, columns_of, percentile, result_cell
from tthc_tracker.domain.permissions import EVERYTHING, Scope
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import Pause
from tthc_tracker.queries.statistics import Statistics, counted_live, statutory
from tthc_tracker.queries.statisticscells import ADDING_UP, By, Cell, Question
from tthc_tracker.queries.statisticslists import Behind, page, total
from tthc_tracker.queries.statisticstrends import Month, months, overdue_by_age

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tthc_tracker.extensions import Database

FIRST, LAST = on("Fri 2026-05-01"), on("Wed 2026-09-30")
NOW = at("Thu 2026-12-31 12:00")
LEVELS = {code: level.value for code, level, _ in AGENCIES}
BELOW = {"": list(IDS), "H50": [code for code in IDS if code.startswith("H50")]} | {
    code: [code] for code in IDS if code != "H50"
}
OF_A_DATE = (Cell.EARLY, Cell.ON_TIME, Cell.LATE, Cell.OPEN_WITHIN, Cell.OPEN_OVERDUE)
Columns = dict[str, list[str]]  # column → codes of dossiers, once for each time they count


@dataclass(frozen=True)
class History:
    """What one dossier is and where it went: the agency of every day, told forwards."""

    known: Known
    dossier: Dossier
    pause: Pause | None
    hops: tuple[tuple[dt.date, str], ...]

    def holder(self, day: dt.date) -> str:
        """Whose it was on a day."""
        return [self.known.agency, *(heir for moved_on, heir in self.hops if moved_on <= day)][-1]

    def facts(self, end: dt.date) -> DossierFacts:
        """As the law counts it, with the pause of the end of the period."""
        late_from = self.dossier.late_from
        holds = self.paused(end) and late_from is not None and self.pause is not None
        valid = (
            holds
            and self.pause.policy is not PausePolicy.RUNS
            and not self.pause.imported
            and self.pause.started_at < late_from
        )
        return replace(self.known.facts, paused_at_end=valid)

    def paused(self, end: dt.date) -> bool:
        """Whether a pause of any kind was open."""
        closes = dt.datetime.combine(end + dt.timedelta(days=1), dt.time(), HANOI)
        pause = self.pause
        return (
            pause is not None
            and pause.started_at < closes
            and (pause.ended_at is None or pause.ended_at >= closes)
        )

    def columns(self, start: dt.date, end: dt.date) -> list[tuple[str, str]]:
        """Every column it counts in, each with the agency in whose row."""
        facts = self.facts(end)
        day = end if facts.closed_on is None else min(facts.closed_on, end)
        found = {*columns_of(facts, start, end)} - {"paused"}
        still_open = result_cell(facts, start, end) in {"open_within", "open_overdue"}
        own = [(column, self.holder(day)) for column in found]
        if still_open and self.paused(end):
            own.append(("paused", self.holder(day)))
        return own + (self._moves(start, end) if facts.due_at is not None else [])

    def _moves(self, start: dt.date, end: dt.date) -> list[tuple[str, str]]:
        facts, moves, holder = self.known.facts, [], self.known.agency
        for moved_on, heir in self.hops:
            ran = facts.accepted_on <= moved_on and (facts.closed_on is None or moved_on <= facts.closed_on)
            if ran and start <= moved_on <= end:
                moves += [("transferred_out", holder), ("transferred_in", heir)]
            holder = heir
        return moves

    def key(self, by: By, agency: str) -> str:
        """The row of that agency's column."""
        if by is By.LEVEL:
            return LEVELS[agency]
        return agency if by is By.AGENCY else getattr(self.known, by.value)


Told = tuple["Session", list[History]]


def _told(
    session: "Session", known: list[Known], hops: dict[int, list[tuple[dt.date, str]]]
) -> list[History]:
    kept = select(Dossier).where(Dossier.state != State.CANCELLED).order_by(Dossier.id)
    pauses = {pause.dossier_id: pause for pause in session.execute(select(Pause)).scalars()}
    return [
        History(own, dossier, pauses.get(dossier.id), tuple(hops.get(dossier.id, ())))
        for own, dossier in zip(known, session.execute(kept).scalars(), strict=True)
    ]


def _walk(session: "Session", random: Random, first: dt.date) -> dict[int, list[tuple[dt.date, str]]]:
    """Send two in five through one or two heirs from a day on, whenever they are said to have ended."""
    found = {}
    for dossier_id in session.execute(select(Dossier.id).order_by(Dossier.id)).scalars().all():
        if random.random() < 0.4:
            days = sorted(
                first + dt.timedelta(days=random.randrange(120)) for _ in range(random.choice([1, 1, 2]))
            )
            found[dossier_id] = [(day, random.choice(list(IDS))) for day in days]
            hand_on(session, dossier_id, found[dossier_id])
    return found


@pytest.fixture
def told(database: "Database") -> Iterator[Told]:
    random = Random(28)
    with database.transaction() as session:
        known = plant(session, random, 250, FIRST, LAST, NOW)
        hops = _walk(session, random, FIRST)
    with database.reading() as session:
        yield session, _told(session, known, hops)


def _questions(number: int, seed: int) -> Iterator[Question]:
    random = Random(seed)
    for _ in range(number):
        start = FIRST + dt.timedelta(days=random.randrange(120))
        end = start + dt.timedelta(days=random.choice([0, 6, 30, 91]))
        few = frozenset(random.sample(list(IDS.values()), 3))
        scope = random.choice([EVERYTHING, EVERYTHING, Scope(all=False, agency_ids=few)])
        yield Question(start, end, random.choice(ADDING_UP), scope, random.choice(list(BELOW)))


def _seen(histories: list[History], question: Question) -> list[History]:
    scope = question.scope
    return [
        one for one in histories if scope.all or IDS[one.holder(NOW.date())] in scope.agency_ids
    ]  # what one may see goes by the present agency


def _recount(histories: list[History], question: Question) -> dict[str, Columns]:
    rows: dict[str, Columns] = defaultdict(lambda: defaultdict(list))
    for one in _seen(histories, question):
        for column, agency in one.columns(question.start, question.end):
            if agency in BELOW[question.agency]:
                rows[one.key(question.by, agency)][column].append(one.dossier.code)
    return rows


def _row(columns: Columns) -> StatutoryRow:
    return StatutoryRow(**{column: len(codes) for column, codes in columns.items()})


def test_every_row_is_what_the_days_of_its_dossiers_come_to(told: Told) -> None:
    session, histories = told
    moved = 0
    for question in _questions(40, seed=6):
        table, wanted = statutory(session, question, NOW), _recount(histories, question)
        assert {line.key: line.row for line in table.rows} == {key: _row(row) for key, row in wanted.items()}
        assert table.total.row == sum((line.row for line in table.rows), StatutoryRow())
        assert all(line.row.balances for line in (*table.rows, table.total))
        moved += table.total.row.transferred_out
    assert moved > 50


def test_every_number_has_exactly_its_dossiers_behind_it(told: Told) -> None:
    session, histories = told
    for question in [replace(each, by=By.AGENCY) for each in _questions(3, seed=7)]:
        rows = _recount(histories, question)
        total: Columns = defaultdict(list)
        for row in rows.values():
            for column, codes in row.items():
                total[column] += codes
        for key, row in {**rows, "": total}.items():
            for column in row.keys() - {"set_aside_in_time"}:
                found = page(session, Behind(question, key, Cell(column)), NOW, size=1000).rows
                assert sorted(line.code for line in found) == sorted({*row[column]}), (key, column)
                own = column not in {"transferred_in", "transferred_out"} and key
                assert not own or {line.agency_code for line in found} == {key}


def test_lengths_second_dates_and_ages_go_by_the_same_row(told: Told) -> None:
    session, histories = told
    for question in [replace(each, by=By.AGENCY) for each in _questions(12, seed=8)]:
        table = statutory(session, question, NOW)
        tenths: dict[str, Counter[int]] = defaultdict(Counter)
        for one in _seen(histories, question):
            own, closed_on = one.dossier, one.dossier.closed_on
            if (
                closed_on is not None
                and question.start <= closed_on <= question.end
                and own.state in {State.FINISHED, State.RETURNED}
                and own.worked_minutes is not None
                and one.holder(closed_on) in BELOW[question.agency]
            ):
                tenths[one.holder(closed_on)][(own.worked_minutes + 24) // 48] += 1
        medians = {line.key: line.median_days and int(line.median_days * 10) for line in table.rows}
        assert medians == {key: percentile(tenths[key], 50) for key in medians}
        second = statutory(session, replace(question, second=True), NOW)
        assert {line.key: line.row.received for line in second.rows} == {
            line.key: line.row.received for line in table.rows
        }
        assert all(line.row.balances for line in second.rows)
        for line, cell in product((*second.rows, second.total), OF_A_DATE):
            behind = Behind(replace(question, second=True), line.key or "", cell)
            assert total(session, behind, NOW) == getattr(line.row, cell.value), behind
        ages = overdue_by_age(session, question, NOW)
        assert sum(band.number for band in ages) == table.total.row.open_overdue


def test_each_month_of_the_trend_goes_by_its_own_end(told: Told) -> None:
    session, histories = told
    for agency in ("", "H50", "H50.20"):
        question = Question(FIRST, NOW.date(), By.AGENCY, EVERYTHING, agency)
        assert months(session, question, NOW)[-8:] == tuple(
            _month(histories, periods.month(2026, number), BELOW[agency]) for number in range(5, 13)
        )


def _month(histories: list[History], month: periods.Period, below: list[str]) -> Month:
    numbers: Counter[str] = Counter()
    for one in histories:
        for column, agency in one.columns(month.start, month.end):
            numbers[column] += agency in below
    return Month(
        month.year, month.number, numbers["online"] + numbers["direct"],
        numbers["early"] + numbers["on_time"] + numbers["late"],
        numbers["open_within"] + numbers["open_overdue"],
    )  # fmt: skip


def _without_moment(table: Statistics) -> tuple[object, ...]:
    return table.rows, table.total


def test_a_period_that_ended_before_a_transfer_stays_as_it_was(database: "Database") -> None:
    end = on("Mon 2026-09-14")
    asked = [
        Question(start, end, by, EVERYTHING, agency)
        for start in (on("Mon 2026-06-15"), end)
        for by in By
        for agency in BELOW
    ]
    with database.transaction() as session:
        plant(session, Random(29), 150, FIRST, LAST, NOW)
        before = [_without_moment(statutory(session, question, NOW)) for question in asked]
        assert _walk(session, Random(30), end + dt.timedelta(days=1))
        assert [_without_moment(statutory(session, question, NOW)) for question in asked] == before


def test_where_nothing_has_been_transferred_since_one_look_at_an_index_tells(database: "Database") -> None:
    question = Question(on("Mon 2026-06-15"), on("Mon 2026-09-14"), By.AGENCY, EVERYTHING, "H50")
    with database.transaction() as session:
        plant(session, Random(31), 20, FIRST, LAST, NOW)
        first = session.execute(select(Dossier.id).limit(1)).scalar_one()
        hand_on(session, first, [(question.start - dt.timedelta(days=1), "H50.20")])
        for table in (statutory, counted_live):
            table(session, question, NOW)  # what a process remembers is read by now
            with counted() as ran:
                table(session, question, NOW)
            looked = [" ".join(one.split())[:13] for one in ran if "dossier_transfer" in one]
            assert looked == ["SELECT EXISTS"]
        if session.get_bind().dialect.name == "sqlite":
            asked = "SELECT EXISTS (SELECT * FROM dossier_transfer WHERE moved_on >= '2026-06-15')"
            plan = " ".join(row[-1] for row in session.execute(text(f"EXPLAIN QUERY PLAN {asked}")))
            assert "USING COVERING INDEX ix_dossier_transfer_moved_on" in plan or (
                "USING INDEX ix_dossier_transfer_moved_on" in plan
            )
