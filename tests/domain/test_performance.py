"""Every dossier stands in one received and one result cell, rows balance, and rates are exact."""

import datetime as dt
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.moments import at, on
from tthc_tracker.domain.lifecycle import Channel, FinishClass
from tthc_tracker.domain.performance import (
    MEMO_COLUMNS,
    Closing,
    DossierFacts,
    Rate,
    RateName,
    ReceivedCell,
    ReceptionFacts,
    ReceptionRow,
    ResultCell,
    StatutoryRow,
    columns_of,
    finish_class,
    percentile,
    rank,
    rate,
    rates_of,
    received_cell,
    resolver_on,
    result_cell,
    tally,
    tally_reception,
    wilson_interval,
)

START, END = on("Tue 2026-09-15"), on("Mon 2026-12-14")  # the fourth statutory quarter

IN_PERIOD = DossierFacts(
    accepted_on=on("Mon 2026-11-23"), channel=Channel.ONLINE, due_at=at("Fri 2026-11-27 14:00")
)
CARRIED = replace(IN_PERIOD, accepted_on=on("Mon 2026-09-14"), due_at=at("Thu 2026-09-17 14:00"))
HOURS = replace(IN_PERIOD, is_hour_limit=True)


def closed(facts: DossierFacts, moment: str, closing: Closing = Closing.FINISHED) -> DossierFacts:
    return replace(facts, closed_at=at(moment), closing=closing)


RECEIVED = {
    "online in the period": (IN_PERIOD, ReceivedCell.ONLINE),
    "at the counter": (replace(IN_PERIOD, channel=Channel.COUNTER), ReceivedCell.DIRECT),
    "by post": (replace(IN_PERIOD, channel=Channel.POST), ReceivedCell.DIRECT),
    "on the first day": (replace(IN_PERIOD, accepted_on=START), ReceivedCell.ONLINE),
    "on the last day": (replace(IN_PERIOD, accepted_on=END), ReceivedCell.ONLINE),
    "before the first day, still open": (CARRIED, ReceivedCell.CARRIED),
    "before, finished on the first day": (closed(CARRIED, "Tue 2026-09-15 08:00"), ReceivedCell.CARRIED),
    "before, finished before": (closed(CARRIED, "Mon 2026-09-14 16:00"), None),
    "after the last day": (replace(IN_PERIOD, accepted_on=on("Tue 2026-12-15")), None),
    "without a due date": (replace(IN_PERIOD, due_at=None), None),
}


@pytest.mark.parametrize(("facts", "cell"), RECEIVED.values(), ids=RECEIVED)
def test_the_received_cell(facts: DossierFacts, cell: ReceivedCell | None) -> None:
    assert received_cell(facts, START, END) is cell


DUE_ON_THE_LAST_DAY = replace(IN_PERIOD, due_at=at("Mon 2026-12-14 07:30"))

RESULTS = {
    "the day before the due date is early": (closed(IN_PERIOD, "Thu 2026-11-26 16:59"), ResultCell.EARLY),
    "the due date after the hour is on time": (closed(IN_PERIOD, "Fri 2026-11-27 16:59"), ResultCell.ON_TIME),
    "the day after is late": (closed(IN_PERIOD, "Sat 2026-11-28 00:00"), ResultCell.LATE),
    "an hour limit on its minute is on time": (closed(HOURS, "Fri 2026-11-27 14:00"), ResultCell.ON_TIME),
    "an hour limit a minute after is late": (closed(HOURS, "Fri 2026-11-27 14:01"), ResultCell.LATE),
    "an hour limit the day before is early": (closed(HOURS, "Thu 2026-11-26 17:00"), ResultCell.EARLY),
    "finished on the last day": (closed(IN_PERIOD, "Mon 2026-12-14 23:59"), ResultCell.LATE),
    "finished after the end was open at the end": (
        closed(IN_PERIOD, "Tue 2026-12-15 00:00"),
        ResultCell.OPEN_OVERDUE,
    ),
    "open and due on the last day is within": (DUE_ON_THE_LAST_DAY, ResultCell.OPEN_WITHIN),
    "an hour limit of the last day is overdue at its end": (
        replace(DUE_ON_THE_LAST_DAY, is_hour_limit=True),
        ResultCell.OPEN_OVERDUE,
    ),
    "an hour limit of the day after is within": (
        replace(HOURS, due_at=at("Tue 2026-12-15 07:30")),
        ResultCell.OPEN_WITHIN,
    ),
    "open and past its date is overdue": (IN_PERIOD, ResultCell.OPEN_OVERDUE),
    "validly paused at the end is within": (replace(IN_PERIOD, paused_at_end=True), ResultCell.OPEN_WITHIN),
    "withdrawn counts by the date of the decision": (
        closed(IN_PERIOD, "Wed 2026-11-25 10:00", Closing.WITHDRAWN),
        ResultCell.EARLY,
    ),
    "refused late is late": (
        closed(IN_PERIOD, "Mon 2026-11-30 10:00", Closing.REFUSED),
        ResultCell.LATE,
    ),
    "without a due date there is no cell": (replace(IN_PERIOD, due_at=None), None),
    "out of scope there is no cell": (closed(CARRIED, "Mon 2026-09-14 16:00"), None),
}


@pytest.mark.parametrize(("facts", "cell"), RESULTS.values(), ids=RESULTS)
def test_the_result_cell(facts: DossierFacts, cell: ResultCell | None) -> None:
    assert result_cell(facts, START, END) is cell


def test_moments_of_another_offset_are_read_in_hanoi() -> None:
    last_minute_utc = at("Fri 2026-11-27 23:59").astimezone(dt.UTC)
    assert (
        finish_class(at("Fri 2026-11-27 14:00"), last_minute_utc, is_hour_limit=False) is FinishClass.ON_TIME
    )


COLUMNS = {
    "paused at the end": (replace(IN_PERIOD, paused_at_end=True), {"online", "open_within", "paused"}),
    "withdrawn in time": (
        closed(IN_PERIOD, "Wed 2026-11-25 10:00", Closing.WITHDRAWN),
        {"online", "early", "withdrawn", "set_aside_in_time"},
    ),
    "stopped late": (
        closed(IN_PERIOD, "Mon 2026-11-30 10:00", Closing.STOPPED),
        {"online", "late", "stopped"},
    ),
    "refused in time is a result": (
        closed(IN_PERIOD, "Wed 2026-11-25 10:00", Closing.REFUSED),
        {"online", "early", "refused"},
    ),
    "withdrawn after the end was open": (
        closed(IN_PERIOD, "Tue 2026-12-15 10:00", Closing.WITHDRAWN),
        {"online", "open_overdue"},
    ),
    "re-appointed": (
        replace(IN_PERIOD, reappointed_on=IN_PERIOD.accepted_on),
        {"online", "open_overdue", "reappointed"},
    ),
    "re-appointed after the end was not yet": (
        replace(IN_PERIOD, reappointed_on=END + dt.timedelta(days=1)),
        {"online", "open_overdue"},
    ),
    "re-appointed before a finish that was typed later": (
        replace(
            closed(IN_PERIOD, "Mon 2026-11-30 10:00", Closing.FINISHED),
            reappointed_on=END + dt.timedelta(days=1),
        ),
        {"online", "late", "reappointed"},
    ),
    "no due date": (replace(IN_PERIOD, due_at=None), {"no_due_date"}),
    "no due date and finished before": (
        replace(closed(CARRIED, "Mon 2026-09-14 16:00"), due_at=None),
        set(),
    ),
    "out of scope": (closed(CARRIED, "Mon 2026-09-14 16:00"), set()),
}


@pytest.mark.parametrize(("facts", "columns"), COLUMNS.values(), ids=COLUMNS)
def test_the_columns_in_which_a_dossier_counts(facts: DossierFacts, columns: set[str]) -> None:
    assert set(columns_of(facts, START, END)) == columns


_BASE = at("Sat 2026-08-01 00:00")
_moments = st.integers(0, 200 * 24 * 60).map(lambda minutes: _BASE + dt.timedelta(minutes=minutes))


@st.composite
def dossiers(draw: st.DrawFn) -> DossierFacts:
    accepted_at = draw(_moments)
    due_at = draw(
        st.none() | st.integers(0, 60 * 24 * 60).map(lambda m: accepted_at + dt.timedelta(minutes=m))
    )
    closed_at = draw(
        st.none() | st.integers(0, 90 * 24 * 60).map(lambda m: accepted_at + dt.timedelta(minutes=m))
    )
    return DossierFacts(
        accepted_on=accepted_at.date(),
        channel=draw(st.sampled_from(Channel)),
        due_at=due_at,
        closed_at=closed_at,
        closing=None if closed_at is None else draw(st.sampled_from(Closing)),
        is_hour_limit=draw(st.booleans()),
        paused_at_end=closed_at is None and draw(st.booleans()),
        reappointed_on=draw(st.none() | st.dates(dt.date(2026, 8, 1), dt.date(2027, 3, 1))),
    )


_ranges = st.tuples(st.dates(dt.date(2026, 8, 1), dt.date(2027, 3, 1)), st.integers(0, 120)).map(
    lambda each: (each[0], each[0] + dt.timedelta(days=each[1]))
)


@given(dossiers(), _ranges)
def test_a_dossier_in_scope_stands_in_one_received_and_one_result_cell(
    facts: DossierFacts, period: tuple[dt.date, dt.date]
) -> None:
    received, result = received_cell(facts, *period), result_cell(facts, *period)
    assert (received is not None) is (result is not None) is facts.in_scope(*period)
    counted = Counter(columns_of(facts, *period))
    assert sum(counted[cell] for cell in ReceivedCell) == sum(counted[cell] for cell in ResultCell)
    assert max(counted.values(), default=1) == 1


@settings(max_examples=50)
@given(st.lists(dossiers(), max_size=5), _ranges)
def test_every_row_balances_and_counts_each_dossier_once(
    facts: list[DossierFacts], period: tuple[dt.date, dt.date]
) -> None:
    row = tally(facts, *period)
    assert row.balances
    assert row.received == sum(each.in_scope(*period) for each in facts)
    assert row.received + row.no_due_date == sum(each.runs_in(*period) for each in facts)


@settings(max_examples=25)
@given(st.lists(dossiers(), max_size=5), st.lists(dossiers(), max_size=5))
def test_rows_add_up(some: list[DossierFacts], others: list[DossierFacts]) -> None:
    assert tally(some, START, END) + tally(others, START, END) == tally(some + others, START, END)


@settings(max_examples=50)
@given(st.lists(dossiers(), max_size=5), _ranges)
def test_what_is_open_at_the_end_is_what_the_next_period_carries_over(
    facts: list[DossierFacts], period: tuple[dt.date, dt.date]
) -> None:
    next_day = period[1] + dt.timedelta(days=1)
    following = tally(facts, next_day, next_day + dt.timedelta(days=30))
    assert tally(facts, *period).open == following.carried


@given(dossiers())
def test_the_class_at_finish_is_the_cell_of_the_period_of_the_finish(facts: DossierFacts) -> None:
    if facts.due_at is None or facts.closed_at is None or facts.closed_on is None:
        return
    cell = result_cell(facts, facts.accepted_on, facts.closed_on)
    assert cell == finish_class(facts.due_at, facts.closed_at, is_hour_limit=facts.is_hour_limit).value


def test_a_broken_row_says_so() -> None:
    assert StatutoryRow().balances
    assert not StatutoryRow(online=1).balances


def test_the_figures_of_vinh_phuc() -> None:
    row = StatutoryRow(
        online=293,
        direct=1_139,
        carried=174,
        early=1_000,
        on_time=406,
        late=4,
        open_within=190,
        open_overdue=6,
    )
    assert (row.received, row.resolved, row.open) == (1_606, 1_410, 196)
    assert row.balances
    assert rates_of(row)[RateName.ON_TIME] == Rate(1_406, 1_410, Decimal("99.72"))


def test_the_rates_of_a_row() -> None:
    row = StatutoryRow(
        online=1,
        direct=2,
        carried=9,
        early=3,
        on_time=2,
        late=1,
        open_within=4,
        open_overdue=2,
        withdrawn=2,
        stopped=1,
        set_aside_in_time=2,
    )
    assert rates_of(row) == {
        RateName.ON_TIME: Rate(5, 6, Decimal("83.33")),
        RateName.ON_TIME_COMPLETED: Rate(3, 3, Decimal("100.00")),
        RateName.OVERDUE_OPEN: Rate(2, 6, Decimal("33.33")),
        RateName.ONLINE: Rate(1, 3, Decimal("33.33")),
    }


def test_a_dossier_is_the_heirs_from_the_day_of_its_transfer_on() -> None:
    moves = [(on("Wed 2026-07-01"), 1), (on("Tue 2026-09-01"), 2)]
    days = [on(day) for day in ("Tue 2026-06-30", "Wed 2026-07-01", "Mon 2026-08-31", "Tue 2026-09-01")]
    assert [resolver_on(day, 3, moves) for day in days] == [1, 2, 2, 3]
    assert resolver_on(days[0], 3, []) == 3


def test_the_memo_has_its_columns() -> None:
    memo = StatutoryRow(paused=1, no_due_date=2).memo
    assert tuple(memo) == MEMO_COLUMNS
    assert (memo["paused"], memo["no_due_date"], memo["refused"]) == (1, 2, 0)


PERCENTS = {
    "half a hundredth goes up": (1, 800, "0.13"),
    "just under half goes down": (124_999, 1_000_000_000, "0.01"),
    "all": (7, 7, "100.00"),
    "none": (0, 7, "0.00"),
    "two thirds": (2, 3, "66.67"),
    "of nothing there is no rate": (0, 0, None),
}


@pytest.mark.parametrize(("num", "den", "percent"), PERCENTS.values(), ids=PERCENTS)
def test_a_rate_is_rounded_half_up(num: int, den: int, percent: str | None) -> None:
    assert rate(num, den) == Rate(num, den, None if percent is None else Decimal(percent))


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_rate_is_within_half_a_hundredth_of_the_truth(num: int, den: int) -> None:
    percent = rate(num, den).percent
    assert percent is not None
    assert abs(Fraction(percent) - Fraction(100 * num, den)) <= Fraction(5, 1000)


HOUR_ROUND = ReceptionFacts(
    due_on=on("Tue 2026-11-24"), late_from=at("Tue 2026-11-24 09:00"), is_hour_limit=True
)
DAY_ROUND = ReceptionFacts(
    due_on=on("Tue 2026-11-24"), late_from=at("Wed 2026-11-25 00:00"), is_hour_limit=False
)

ANSWERS = {
    "on the minute": (HOUR_ROUND, "Tue 2026-11-24 09:00", True),
    "a minute after": (HOUR_ROUND, "Tue 2026-11-24 09:01", False),
    "a day limit late that evening": (DAY_ROUND, "Tue 2026-11-24 23:59", True),
    "a day limit at midnight": (DAY_ROUND, "Wed 2026-11-25 00:00", False),
}


@pytest.mark.parametrize(("facts", "moment", "in_time"), ANSWERS.values(), ids=ANSWERS)
def test_an_answer_in_time(facts: ReceptionFacts, moment: str, in_time: bool) -> None:
    assert replace(facts, answered_at=at(moment)).answered_in_time() is in_time


def test_reception_counts_deadlines_of_the_period_answered_or_not() -> None:
    rounds = [
        replace(HOUR_ROUND, answered_at=at("Tue 2026-11-24 08:00")),
        replace(HOUR_ROUND, answered_at=at("Tue 2026-11-24 10:00")),
        HOUR_ROUND,
        DAY_ROUND,
        replace(HOUR_ROUND, dossier_closed=True),
        replace(HOUR_ROUND, due_on=on("Wed 2026-11-25")),
    ]
    day = on("Tue 2026-11-24")
    row = tally_reception(rounds, day, day, at("Tue 2026-11-24 12:00"))
    assert row == ReceptionRow(due=5, in_time=1, late=1, waiting=1, waiting_late=1, withdrawn=1)
    assert row.on_time == Rate(1, 5, Decimal("20.00"))
    assert row.balances
    assert not replace(row, late=0).balances
    assert row + row == ReceptionRow(10, 2, 2, 2, 2, 2)


def test_a_late_first_answer_stays_late_after_the_resubmission() -> None:
    first = replace(HOUR_ROUND, answered_at=at("Tue 2026-11-24 10:00"))
    again = replace(DAY_ROUND, answered_at=at("Tue 2026-11-24 15:00"))
    day = on("Tue 2026-11-24")
    row = tally_reception([first, again], day, day, at("Wed 2026-11-25 12:00"))
    assert row == ReceptionRow(due=2, in_time=1, late=1)


PERCENTILES = {
    "of nothing there is none": ({}, 50, None),
    "of no weight there is none": ({3: 0}, 50, None),
    "a single value is every percentile": ({3: 1}, 90, 3),
    "of an even number the lower middle one": ({1: 1, 2: 1, 3: 1, 4: 1}, 50, 2),
    "of an odd number the middle one": ({1: 1, 2: 1, 9: 1}, 50, 2),
    "weights count": ({1: 8, 5: 1, 20: 1}, 80, 1),
    "P90 of ten is the ninth": ({1: 8, 5: 1, 20: 1}, 90, 5),
    "P100 is the largest": ({1: 8, 5: 1, 20: 1}, 100, 20),
    "values without weight are none": ({0: 0, 1: 1}, 1, 1),
}


@pytest.mark.parametrize(("histogram", "percent", "value"), PERCENTILES.values(), ids=PERCENTILES)
def test_a_percentile_is_a_value_that_occurred(
    histogram: dict[int, int], percent: int, value: int | None
) -> None:
    assert percentile(histogram, percent) == value


@given(st.lists(st.integers(0, 50), min_size=1), st.integers(1, 100))
def test_a_percentile_is_the_nearest_rank_of_the_sorted_list(values: list[int], percent: int) -> None:
    rank_from_one = -(-len(values) * percent // 100)
    assert percentile(Counter(values), percent) == sorted(values)[rank_from_one - 1]


def test_the_wilson_interval_of_a_worked_example() -> None:
    interval = wilson_interval(8, 10)
    assert interval == pytest.approx((0.4902, 0.9433), abs=1e-4)


def test_of_nothing_there_is_no_interval() -> None:
    assert wilson_interval(0, 0) is None


@given(st.integers(1, 10_000).flatmap(lambda den: st.tuples(st.integers(0, den), st.just(den))))
def test_the_interval_holds_the_share_and_stays_between_none_and_all(counts: tuple[int, int]) -> None:
    num, den = counts
    interval = wilson_interval(num, den)
    assert interval is not None
    low, high = interval
    assert 0 <= low <= num / den + 1e-9
    assert num / den - 1e-9 <= high <= 1


def test_a_ranking_leaves_out_the_small_and_ties_share_a_place() -> None:
    ranked = rank({"b": (45, 60), "a": (30, 40), "c": (29, 29), "d": (30, 30), "e": (10, 40)})
    assert [(each.place, each.key) for each in ranked] == [(1, "d"), (2, "b"), (2, "a"), (4, "e")]
    assert ranked[0].rate == Rate(30, 30, Decimal("100.00"))
    assert ranked[0].low < 1 <= ranked[0].high


def test_without_a_floor_nothing_is_still_not_ranked() -> None:
    assert [each.key for each in rank({"a": (0, 0), "b": (0, 1)}, fewest=0)] == ["b"]


def test_what_nobody_has_answered_is_not_answered_in_time() -> None:
    assert not replace(HOUR_ROUND, answered_at=None).answered_in_time()
