"""The tables reckoned by SQL are those the law reckons one by one, and every number has its dossiers."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, text, update

from tests.support.moments import at, on
from tests.support.statisticsdata import IDS, Known, plant
from tthc_tracker.domain.lifecycle import Channel
from tthc_tracker.domain.performance import (
    RateName,
    ReceptionRow,
    ResultCell,
    StatutoryRow,
    result_cell,
    tally,
    tally_reception,
)
from tthc_tracker.domain.periods import parse_period
from tthc_tracker.domain.permissions import EVERYTHING, NOTHING, Scope
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries import deskcounts, statistics, statisticscounting, statisticsends, statisticslists
from tthc_tracker.queries import statisticscells as cells
from tthc_tracker.queries.statistics import statutory
from tthc_tracker.queries.statisticscells import ADDING_UP, By, Cell, Question

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tthc_tracker.extensions import Database

START, END = on("Mon 2026-06-15"), on("Mon 2026-09-14")
AFTER = at("Tue 2026-09-15 00:00")  # the period has just ended
ASK = Question(START, END, By.AGENCY, EVERYTHING)

Planted = tuple["Session", list[Known]]


@pytest.fixture
def planted(database: "Database") -> Iterator[Planted]:
    with database.transaction() as session:
        known = plant(session, Random(2026), 400, on("Fri 2026-05-01"), on("Wed 2026-09-30"), AFTER)
    with database.reading() as session:
        yield session, known


def _expected(known: list[Known]) -> StatutoryRow:
    """By the law; but the memo of the paused counts every open pause, whatever it does to the clock."""
    opened = {ResultCell.OPEN_WITHIN, ResultCell.OPEN_OVERDUE}
    paused = sum(each.paused_at_all and result_cell(each.facts, START, END) in opened for each in known)
    return replace(tally([each.facts for each in known], START, END), paused=paused)


def test_every_row_of_every_grouping_is_what_the_law_counts(planted: Planted) -> None:
    session, known = planted
    for by in ADDING_UP:
        table = statutory(session, replace(ASK, by=by), AFTER)
        wanted = {
            key: _expected([each for each in known if getattr(each, by.value) == key])
            for key in {getattr(each, by.value) for each in known}
        }
        assert {line.key: line.row for line in table.rows} == {
            key: row for key, row in wanted.items() if row != StatutoryRow()
        }
        assert table.total.row == _expected(known)
        assert all(line.row.balances for line in (*table.rows, table.total))


def test_each_month_is_a_table_of_its_own_and_its_numbers_lead_to_its_dossiers(planted: Planted) -> None:
    session, known = planted
    ask = replace(ASK, by=By.MONTH)
    table = statutory(session, ask, AFTER)
    assert table.total == statutory(session, ASK, AFTER).total
    assert [(line.key, line.label) for line in table.rows] == [
        (f"2026-{month:02}", f"Tháng {month}/2026") for month in (6, 7, 8, 9)
    ]
    assert sum(line.row.online + line.row.direct for line in table.rows) == (
        table.total.row.online + table.total.row.direct
    )
    assert table.rows[0].row.carried == table.total.row.carried
    for line in table.rows:
        month = parse_period(line.key or "")
        assert month is not None
        first, last = max(month.start, START), min(month.end, END)
        wanted = tally([each.facts for each in known], first, last)
        assert (line.row.received, line.row.carried) == (wanted.received, wanted.carried)
        assert (line.row.resolved, line.row.late) == (wanted.resolved, wanted.late)
        for cell in (Cell.RECEIVED, Cell.CARRIED, Cell.LATE, Cell.OPEN_OVERDUE, Cell.NO_DUE_DATE):
            behind = statisticslists.Behind(ask, line.key or "", cell)
            assert statisticslists.count(session, behind, AFTER).number == getattr(line.row, cell), cell
            assert statisticslists.row_label(session, behind) == line.label
        due = statisticslists.Behind(ask, line.key or "", Cell.RECEPTION_DUE)
        clocks = [row.reception_due_at for row in statisticslists.page(session, due, AFTER, size=999).rows]
        assert clocks
        assert all(at and first <= at.date() <= last for at in clocks)
    whole = statisticslists.Behind(ask, "", Cell.CARRIED)
    assert statisticslists.count(session, whole, AFTER).number == table.total.row.carried


def test_months_to_come_are_no_rows(planted: Planted) -> None:
    session, _known = planted
    year = replace(ASK, by=By.MONTH, end=on("Thu 2026-12-31"))
    assert [line.key for line in statutory(session, year, AFTER).rows][-1] == "2026-09"


def test_of_every_row_the_list_holds_what_was_counted(planted: Planted) -> None:
    session, _known = planted
    for by in (By.CHANNEL, By.SOURCE, By.UNIT):
        ask = replace(ASK, by=by)
        rows = statutory(session, ask, AFTER).rows
        assert len(rows) > 1, by
        for line in rows:
            for cell in (Cell.RECEIVED, Cell.LATE, Cell.OPEN):
                behind = statisticslists.Behind(ask, line.key or "", cell)
                assert statisticslists.count(session, behind, AFTER).number == getattr(line.row, cell)
                assert statisticslists.row_label(session, behind) == line.label != line.key


def test_levels_from_the_table_by_agency_are_the_table_by_level(planted: Planted) -> None:
    session, _known = planted
    ask = replace(ASK, by=By.LEVEL)
    assert statistics.levels_of(session, statutory(session, ASK, AFTER), ask) == statutory(
        session, ask, AFTER
    )


def test_the_sectors_of_each_level_add_up_to_its_row(planted: Planted) -> None:
    session, _known = planted
    levels = statutory(session, replace(ASK, by=By.LEVEL), AFTER).rows
    assert len(levels) == 3
    for line in levels:
        ask = replace(ASK, by=By.SECTOR, level=str(line.key))
        beneath = statutory(session, ask, AFTER)
        assert sum((each.row for each in beneath.rows), StatutoryRow()) == beneath.total.row == line.row
        behind = statisticslists.Behind(ask, str(beneath.rows[0].key), Cell.RECEIVED)
        assert statisticslists.count(session, behind, AFTER).number == beneath.rows[0].row.received
    nowhere = statutory(session, replace(ASK, level="phuong"), AFTER)
    assert nowhere.total.row == StatutoryRow()


def test_the_planted_dossiers_reach_every_column(planted: Planted) -> None:
    session, _known = planted
    row = statutory(session, ASK, AFTER).total.row
    never = {"transferred_in", "transferred_out"}
    assert not [name for name in row.__slots__ if name not in never and not getattr(row, name)]


def test_reception_goes_by_the_desk(planted: Planted) -> None:
    session, known = planted
    table = statutory(session, ASK, AFTER)
    wanted = {
        desk: tally_reception(
            [row for each in known if each.desk == desk for row in each.rounds], START, END, AFTER
        )
        for desk in IDS
    }
    assert {line.key: line.reception for line in table.reception_rows} == {
        desk: row for desk, row in wanted.items() if row.due
    }
    total = table.total.reception
    assert total == sum(wanted.values(), ReceptionRow())
    assert total.balances
    earlier = sum(len(each.rounds) - 1 for each in known if each.rounds)
    assert earlier > 50, "resubmissions are among them"


def test_an_agency_means_its_subtree_and_the_scope_narrows_it(planted: Planted) -> None:
    session, known = planted
    below = [each for each in known if each.agency.startswith("H50")]
    assert statutory(session, replace(ASK, agency="H50"), AFTER).total.row == _expected(below)
    communes = Scope(all=False, agency_ids=frozenset({IDS["H50.20"]}))
    own = [each for each in known if each.agency == "H50.20"]
    assert statutory(session, replace(ASK, agency="H50", scope=communes), AFTER).total.row == _expected(own)
    for empty in (replace(ASK, agency="X99"), replace(ASK, scope=NOTHING)):
        assert statutory(session, empty, AFTER).total.row == StatutoryRow()


def test_every_number_has_as_many_dossiers_behind_it(planted: Planted) -> None:
    session, known = planted
    table = statutory(session, ASK, AFTER)
    row, total = table.total.row, table.total
    numbers = {
        Cell.RECEIVED: row.received,
        Cell.ONLINE: row.online,
        Cell.DIRECT: row.direct,
        Cell.CARRIED: row.carried,
        Cell.RESOLVED: row.resolved,
        Cell.EARLY: row.early,
        Cell.ON_TIME: row.on_time,
        Cell.LATE: row.late,
        Cell.IN_TIME: row.early + row.on_time,
        Cell.FILED: row.online + row.direct,
        Cell.ACCEPTED: sum(START <= each.facts.accepted_on <= END for each in known),
        Cell.ACCEPTED_ONLINE: sum(
            START <= each.facts.accepted_on <= END and each.facts.channel is Channel.ONLINE for each in known
        ),
        Cell.LATE_OR_OVERDUE: row.late + row.open_overdue,
        Cell.UNPLACED: row.no_due_date,
        Cell.COMPLETED: total.rates[RateName.ON_TIME_COMPLETED].den,
        Cell.COMPLETED_IN_TIME: total.rates[RateName.ON_TIME_COMPLETED].num,
        Cell.FEE_DUE: total.online_payment.den,
        Cell.PAID_ONLINE: total.online_payment.num,
        Cell.OPEN: row.open,
        Cell.OPEN_WITHIN: row.open_within,
        Cell.OPEN_OVERDUE: row.open_overdue,
        Cell.PAUSED: row.paused,
        Cell.WITHDRAWN: row.withdrawn,
        Cell.STOPPED: row.stopped,
        Cell.REFUSED: row.refused,
        Cell.REAPPOINTED: row.reappointed,
        Cell.NO_DUE_DATE: row.no_due_date,
        Cell.BROKEN: 0,
        Cell.ELECTRONIC: total.electronic.num,
        Cell.ELECTRONIC_KNOWN: total.electronic.den,
        Cell.ELECTRONIC_UNKNOWN: total.electronic_unknown,
        Cell.PAPERS_DIGITISED: total.components.num,
        Cell.PAPERS_KNOWN: total.components.den,
        Cell.RESULT_DIGITISED: total.results.num,
    }
    assert {cell: _behind(session, cell) for cell in numbers} == numbers
    assert 0 < total.results_unknown < total.results.den - total.results.num
    assert numbers[Cell.FEE_DUE] > numbers[Cell.PAID_ONLINE] > 0
    told_elsewhere = statisticslists.OF_ROUNDS | cells.OF_TRANSFER | statisticsends.CELLS | deskcounts.CELLS
    assert set(Cell) - set(numbers) == told_elsewhere


def test_a_number_of_rounds_has_each_of_them_behind_it(planted: Planted) -> None:
    session, _known = planted
    its = statutory(session, ASK, AFTER).total.reception
    numbers = {cell: getattr(its, cell.removeprefix("reception_")) for cell in cells.OF_RECEPTION}
    numbers[Cell.RECEPTION_PAST] = its.late + its.waiting_late
    dossiers: dict[Cell, int] = {}
    for cell, number in numbers.items():
        behind = statisticslists.Behind(ASK, "", cell)
        assert statisticslists.count(session, behind, AFTER).number == number, cell
        rows, after = [], ""
        while True:
            page = statisticslists.page(session, behind, AFTER, after=after, size=7)
            rows += page.rows
            if not (after := page.after):
                break
        clocks = [(row.code, row.reception_due_at) for row in rows]
        assert [code for code, _ in clocks] == sorted(code for code, _ in clocks)
        lines = statisticslists.all_lines(session, behind, AFTER)
        assert lines is not None
        assert statisticslists.of_lines(session, behind, lines, AFTER) == tuple(rows), "as a file has them"
        assert len(rows) == number, cell
        assert all(due and START <= due.date() <= END for _, due in clocks)
        dossiers[cell] = len({row.code for row in rows})
    assert numbers[Cell.RECEPTION_DUE] > dossiers[Cell.RECEPTION_DUE], "some came again"


def _behind(session: "Session", cell: Cell) -> int:
    span = cells.span_of(START, END, AFTER)
    pauses = cells.open_pauses(span)
    statement = (
        select(func.count())
        .select_from(Dossier)
        .outerjoin(pauses, pauses.c.dossier_id == Dossier.id)
        .where(cells.in_cell(cell, span, pauses, cells.result_cell(span, pauses)))
    )
    found: int = session.execute(statement).scalar_one()
    return found


def test_a_finish_without_its_class_breaks_the_identity_and_says_so(
    planted: Planted, database: "Database"
) -> None:
    first = (
        planted[0]
        .execute(
            select(func.min(Dossier.id)).where(Dossier.finish_class.is_not(None), Dossier.closed_on == END)
        )
        .scalar_one()
    )
    with database.transaction() as session:  # what no verb of the product does
        session.execute(update(Dossier).where(Dossier.id == first).values(finish_class=None))
        row = statutory(session, ASK, AFTER).total.row
        assert not row.balances
        assert _behind(session, Cell.BROKEN) == row.received - row.resolved - row.open == 1


def test_a_day_that_has_not_come_is_not_overdue_yet(planted: Planted) -> None:
    session, _known = planted
    now = at("Tue 2026-08-04 10:00")
    table = statutory(session, ASK, now)
    assert table.as_of == on("Tue 2026-08-04")
    overdue = select(func.count()).where(
        Dossier.accepted_at.is_not(None),
        Dossier.accepted_on <= now.date(),
        Dossier.late_from < now,
        (Dossier.closed_on.is_(None)) | (Dossier.closed_on > now.date()),
        Dossier.state != "cancelled",
    )
    assert 0 < table.total.row.open_overdue <= session.execute(overdue).scalar_one()
    assert table.total.row.balances


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_quarter_reads_no_whole_table_of_dossiers(planted: Planted) -> None:
    session, _known = planted
    resolver = Dossier.resolving_agency_id.expression
    span = cells.span_of(START, END, AFTER)
    asked = statisticscounting._Asked(session, ASK, span, None)
    statement = statisticscounting._cells(asked, resolver)
    compiled = statement.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    plan = [row[-1] for row in session.execute(text(f"EXPLAIN QUERY PLAN {compiled}"))]
    assert len([line for line in plan if "SEARCH dossier USING INDEX ix_dossier_closed_on" in line]) == 3
    assert not [line for line in plan if line.startswith("SCAN dossier")]
