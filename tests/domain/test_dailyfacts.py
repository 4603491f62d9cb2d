"""What a dossier adds to the days sums up to the columns that the law gives it in any period."""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.moments import HANOI, at, on
from tthc_tracker.domain.dailyfacts import (
    AGED,
    FIRST,
    LAST,
    MEASURES,
    STILL,
    Hold,
    Told,
    Took,
    added_by,
)
from tthc_tracker.domain.lifecycle import Channel, FinishClass
from tthc_tracker.domain.performance import (
    Closing,
    DossierFacts,
    ResultCell,
    columns_of,
    finish_class,
    resolver_on,
    result_cell,
)

MONDAY = on("Mon 2026-03-02")
OWN, HEIR, LAST_HEIR, DESK = 1, 2, 3, 9


def midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), HANOI)


def late(due: dt.datetime, *, hours: bool) -> dt.datetime:
    return due if hours else midnight(due.date() + dt.timedelta(days=1))


moments = st.integers(0, 60 * 48).map(lambda halves: midnight(MONDAY) + dt.timedelta(minutes=30 * halves))


@st.composite
def lives(draw: st.DrawFn) -> tuple[Told, DossierFacts]:
    """A dossier as the facts are told it and as the law counts it."""
    accepted = draw(moments)
    hours, due = draw(st.booleans()), draw(st.none() | moments)
    closed = draw(st.none() | moments)
    closed = None if closed is None else max(closed, accepted)
    second = due + dt.timedelta(days=3) if due is not None and draw(st.booleans()) else due
    approved = max(draw(moments), accepted).date() if second != due else None
    closing = None if closed is None else draw(st.sampled_from(Closing))

    def classed(by: dt.datetime | None) -> FinishClass | None:
        return None if by is None or closed is None else finish_class(by, closed, is_hour_limit=hours)

    holds = []
    for _ in range(draw(st.integers(0, 3))):
        began = draw(moments)
        ended = draw(st.none() | moments)
        holds.append(Hold(began, None if ended is None else max(ended, began), draw(st.booleans())))
    days = sorted(moment.date() for moment in draw(st.lists(moments, max_size=2)))
    moves = tuple(zip(days, [OWN, HEIR][: len(days)], strict=True))
    channel = draw(st.sampled_from(Channel))
    told = Told(
        agency=(OWN, HEIR, LAST_HEIR)[len(days)], desk=DESK, accepted_on=accepted.date(),
        online=channel is Channel.ONLINE, due_on=due and due.date(),
        late_from=due and late(due, hours=hours), overdue_from=second and late(second, hours=hours),
        closed_on=closed and closed.date(), finish_class=classed(due), second_class=classed(second),
        closing=None if closing is Closing.FINISHED else closing, reappointed_on=approved,
        holds=tuple(holds), moves=moves,
    )  # fmt: skip
    facts = DossierFacts(
        accepted_on=accepted.date(), channel=channel, due_at=due, closed_at=closed, closing=closing,
        is_hour_limit=hours, reappointed_on=approved,
    )  # fmt: skip
    return told, facts


def columns(one: Told, start: dt.date, end: dt.date, *, second: bool = False) -> dict[int, Counter[str]]:
    """The columns of a period by agency, summed from what the dossier adds to the days."""
    found: dict[int, Counter[str]] = {}
    for (agency, day), numbers in added_by(one).numbers.items():
        row = found.setdefault(agency, Counter())
        for measure, number in numbers.items():
            assert measure in MEASURES
            row[f"{measure} before"] += number if day < start else 0
            row[f"{measure} by then"] += number if day <= end else 0
            row[measure] += number if start <= day <= end else 0
    return {agency: _columns(row, second=second) for agency, row in found.items()}


def _columns(row: Counter[str], *, second: bool) -> Counter[str]:
    overdue = row["overdue by then"] + (row["second_overdue by then"] if second else 0)
    found = {name: row[name] for name in ("online", "direct", "withdrawn", "stopped", "refused")}
    found |= {
        name: row[name] + (row[f"second_{name}"] if second else 0) for name in ("early", "on_time", "late")
    }
    found |= {
        "carried": row["open before"],
        "open_overdue": overdue,
        "open_within": row["open by then"] - overdue,
        "reappointed": row["reappointed_open before"] + row["reappointed_received"],
        "no_due_date": row["undue before"] + row["undue_received"],
        "set_aside_in_time": row["set_aside_in_time"] + (row["second_set_aside"] if second else 0),
        "paused": row["paused by then"],
    }
    return Counter({name: number for name, number in found.items() if number})


def lawful(one: Told, facts: DossierFacts, start: dt.date, end: dt.date) -> Counter[str]:
    """The same by the law, with the pauses of the end of the period."""
    closes = midnight(end + dt.timedelta(days=1))
    still = [
        hold
        for hold in one.holds
        if hold.started_at < closes and (hold.ended_at is None or hold.ended_at >= closes)
    ]
    late_from = one.late_from
    held = late_from is not None and any(hold.holds and hold.started_at < late_from for hold in still)
    facts = replace(facts, paused_at_end=held)
    found = Counter(columns_of(facts, start, end))
    opened = result_cell(facts, start, end) in {ResultCell.OPEN_WITHIN, ResultCell.OPEN_OVERDUE}
    found["paused"] = int(bool(still) and opened)  # the memo tells of every pause, whatever it does
    return +found


periods_ = st.tuples(st.integers(-3, 70), st.integers(0, 40)).map(
    lambda two: (MONDAY + dt.timedelta(days=two[0]), MONDAY + dt.timedelta(days=two[0] + two[1]))
)


@given(life=lives(), period=periods_)
def test_the_days_of_a_period_sum_up_to_its_columns(
    life: tuple[Told, DossierFacts], period: tuple[dt.date, dt.date]
) -> None:
    told, facts = life
    start, end = period
    day = end if told.closed_on is None else min(told.closed_on, end)
    if any(start <= moved_on <= day for moved_on, _left in told.moves):
        return  # passed on within the period: the one thing that is no sum of days
    found = {agency: row for agency, row in columns(told, start, end).items() if row}
    wanted = lawful(told, facts, start, end)
    assert found == ({resolver_on(day, told.agency, told.moves): wanted} if wanted else {})


@given(life=lives(), day=st.integers(-3, 200).map(lambda days: MONDAY + dt.timedelta(days=days)))
def test_what_is_or_was_overdue_stood_so_at_the_age_that_it_had(
    life: tuple[Told, DossierFacts], day: dt.date
) -> None:
    told, facts = life
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for (agency, on_day), numbers in added_by(told).numbers.items():
        for name in AGED.keys() & numbers.keys() if on_day <= day else ():
            found[agency][name] += numbers[name]
        for name in STILL.keys() & numbers.keys() if on_day <= day else ():
            assert told.closed_on is None
            age = (day - on_day).days + STILL[name]
            found[agency].update({aged: numbers[name] for aged, days in AGED.items() if age >= days})
    wanted: Counter[str] = Counter()
    if told.due_on is not None and lawful(told, facts, day, day)["open_overdue"]:
        wanted.update(name for name, days in AGED.items() if (day - told.due_on).days >= days)
    holder = resolver_on(day, told.agency, told.moves)
    assert {agency: +row for agency, row in found.items() if +row} == ({holder: wanted} if wanted else {})
    assert not any(-row for row in found.values())


def test_what_was_closed_a_hundred_days_late_had_every_age_on_its_way() -> None:
    due, closed = MONDAY, MONDAY + dt.timedelta(days=100)
    told = Told(
        agency=OWN, desk=DESK, accepted_on=due, due_on=due, late_from=midnight(due + dt.timedelta(days=1)),
        closed_on=closed, finish_class=FinishClass.LATE,
    )  # fmt: skip
    aged = {
        (name, (day - due).days): number
        for (_agency, day), numbers in added_by(told).numbers.items()
        for name, number in numbers.items()
        if name in AGED
    }
    begun = {"aged_0": 1, "aged_6": 6, "aged_11": 11, "aged_31": 31, "aged_91": 91}
    assert aged == dict.fromkeys(begun.items(), 1) | {(name, 100): -1 for name in AGED}


def test_what_is_open_tells_its_age_by_the_one_day_on_which_it_becomes_overdue() -> None:
    due = MONDAY + dt.timedelta(days=10)
    late_from = midnight(due + dt.timedelta(days=1))
    told = Told(agency=OWN, desk=DESK, accepted_on=MONDAY, due_on=due, late_from=late_from)
    by_hour = replace(told, late_from=midnight(due) + dt.timedelta(hours=9))
    held = replace(told, holds=(Hold(midnight(due), midnight(due + dt.timedelta(7)), holds=True),))
    passed_on = replace(told, moves=((MONDAY, HEIR),))

    def ages(one: Told) -> dict[int, set[str]]:
        found: dict[int, set[str]] = defaultdict(set)
        for (_agency, day), numbers in added_by(one).numbers.items():
            if its := numbers.keys() & (AGED.keys() | STILL.keys()):
                found[(day - due).days] |= its
        return found

    assert ages(told) == {1: {"still_1"}}
    assert ages(by_hour) == {0: {"still_0"}}
    assert ages(held) == {7: {"aged_0", "aged_6"}, 11: {"aged_11"}, 31: {"aged_31"}, 91: {"aged_91"}}
    assert ages(passed_on)[1] == {"aged_0"}, "with whom it was on each day"


@given(life=lives(), period=periods_)
def test_every_row_balances_by_either_date(
    life: tuple[Told, DossierFacts], period: tuple[dt.date, dt.date]
) -> None:
    told = replace(life[0], moves=())
    if told.reappointed_on is not None:  # from the first day on: then the second date is that of all days
        told = replace(told, reappointed_on=told.accepted_on)
    by_second = replace(
        told, late_from=told.overdue_from, finish_class=told.second_class, reappointed_on=None
    )  # fmt: skip
    for row in columns(told, *period, second=True).values():
        received = row["online"] + row["direct"] + row["carried"]
        assert (
            received == row["early"] + row["on_time"] + row["late"] + row["open_within"] + row["open_overdue"]
        )
    alike = columns(by_second, *period)
    assert {agency: row - Counter(reappointed=1) for agency, row in alike.items()} == {
        agency: row - Counter(reappointed=1) for agency, row in columns(told, *period, second=True).items()
    }


@given(period=periods_, cut=st.integers(0, 40), life=lives())
def test_a_period_is_the_sum_of_its_parts(
    life: tuple[Told, DossierFacts], period: tuple[dt.date, dt.date], cut: int
) -> None:
    start, end = period
    middle = min(end, start + dt.timedelta(days=cut))
    told, _facts = life
    flows = ("online", "direct", "early", "on_time", "late", "withdrawn", "stopped", "refused")

    def summed(first: dt.date, last: dt.date) -> Counter[tuple[int, str]]:
        rows = columns(told, first, last)
        return +Counter({(agency, name): row[name] for agency, row in rows.items() for name in flows})

    assert summed(start, end) == summed(start, middle) + summed(middle + dt.timedelta(days=1), end)


WHOLE = Told(
    agency=OWN, desk=DESK, accepted_on=MONDAY, online=True, due_on=MONDAY, fee_due=True, paid_online=True,
    closed_on=MONDAY, finish_class=FinishClass.ON_TIME, electronic=True, took=Took(3),
    rounds=((MONDAY, "in_time"), (MONDAY, "unanswered")),
)  # fmt: skip


def test_what_begins_and_ends_on_a_day_leaves_nothing_standing() -> None:
    numbers = added_by(WHOLE).numbers
    assert {name: number for name, number in numbers[OWN, MONDAY].items() if number} == {
        "online": 1, "fee_due": 1, "paid_online": 1, "on_time": 1, "electronic_known": 1, "electronic": 1,
    }  # fmt: skip
    assert numbers[DESK, MONDAY] == {
        "reception_due": 2, "reception_in_time": 1, "reception_unanswered": 1,
    }  # fmt: skip
    assert added_by(WHOLE).lengths == {(OWN, MONDAY, Took(3)): 1}


@pytest.mark.parametrize(
    ("electronic", "measures"),
    [(None, {"electronic_unknown"}), (False, {"electronic_known"})],
)
def test_what_is_not_known_to_be_electronic_is_told_apart(
    electronic: bool | None, measures: set[str]
) -> None:
    numbers = added_by(replace(WHOLE, electronic=electronic)).numbers[OWN, MONDAY]
    assert {name for name in numbers if name.startswith("electronic")} == measures


@pytest.mark.parametrize(
    ("told", "measures"),
    [
        pytest.param({}, set(), id="nobody said"),
        pytest.param({"papers_digitised": True}, {"papers_digitised"}, id="the papers are"),
        pytest.param({"papers_digitised": False}, {"papers_undigitised"}, id="the papers are not"),
        pytest.param({"result_digitised": True}, {"result_digitised"}, id="the result is"),
        pytest.param({"result_digitised": False}, {"result_undigitised"}, id="the result is not"),
        pytest.param({"papers_digitised": True, "result_digitised": True, "due_on": None}, set(),
                     id="without a due date nothing counts"),
        pytest.param({"result_digitised": True, "finish_class": None}, set(), id="what stands in no column"),
    ],
)  # fmt: skip
def test_what_is_digitised_counts_where_it_was_received_and_where_it_was_resolved(
    told: dict[str, Any], measures: set[str]
) -> None:
    numbers = added_by(replace(WHOLE, **told)).numbers[OWN, MONDAY]
    assert {name for name in numbers if name.endswith("digitised")} == measures


def test_days_beyond_the_years_of_the_tables_stand_at_their_edge_or_never_come() -> None:
    ages_ago, never = dt.date(1, 1, 1), midnight(dt.date(9999, 12, 30))
    told = Told(agency=OWN, desk=DESK, accepted_on=ages_ago, due_on=MONDAY, late_from=never)
    assert added_by(told).numbers == {(OWN, FIRST): {"direct": 1, "open": 1}}
    closed = replace(told, closed_on=ages_ago, took=Took(4), late_from=None)
    assert added_by(closed).lengths == {(OWN, FIRST, Took(4)): 1}
    assert LAST.year == 2199


@pytest.mark.parametrize(
    ("closing", "set_aside"),
    [
        pytest.param(Closing.WITHDRAWN, 1, id="withdrawn in time by the second date only"),
        pytest.param(None, None, id="finished in time by the second date only"),
    ],
)
def test_a_second_date_moves_what_was_set_aside_in_time(
    closing: Closing | None, set_aside: int | None
) -> None:
    told = Told(
        agency=OWN, desk=DESK, accepted_on=MONDAY, due_on=MONDAY, closed_on=MONDAY + dt.timedelta(days=9),
        finish_class=FinishClass.LATE, second_class=FinishClass.ON_TIME, closing=closing,
        reappointed_on=MONDAY,
    )  # fmt: skip
    its = added_by(told).numbers[OWN, MONDAY + dt.timedelta(days=9)]
    assert (its["second_late"], its["second_on_time"], its.get("second_set_aside")) == (-1, 1, set_aside)


def test_what_was_never_accepted_adds_its_rounds_alone() -> None:
    waiting = Told(agency=OWN, desk=DESK, accepted_on=None, rounds=((MONDAY, "withdrawn"),))
    assert added_by(waiting).numbers == {(DESK, MONDAY): {"reception_due": 1, "reception_withdrawn": 1}}


def test_moments_of_another_offset_fall_on_their_local_day() -> None:
    late_from = at("Tue 2026-03-03 00:00").astimezone(dt.UTC)
    told = Told(agency=OWN, desk=DESK, accepted_on=MONDAY, due_on=MONDAY, late_from=late_from)
    assert added_by(told).numbers[OWN, on("Tue 2026-03-03")] == {"overdue": 1, "still_1": 1}


@pytest.mark.parametrize(
    ("closed", "whose"),
    [
        pytest.param(None, HEIR, id="open still: whose it was when it was approved"),
        pytest.param(0, OWN, id="finished, then passed on, then apologised for: whose finish it was"),
        pytest.param(9, HEIR, id="finished later: whose it was when it was approved"),
    ],
)
def test_an_apology_stands_on_the_day_of_its_approval_and_takes_away_that_there_was_none(
    closed: int | None, whose: int
) -> None:
    closed_on = None if closed is None else MONDAY + dt.timedelta(days=closed)
    passed_on, approved = MONDAY + dt.timedelta(days=2), MONDAY + dt.timedelta(days=4)
    told = Told(
        agency=HEIR, desk=DESK, accepted_on=MONDAY, due_on=MONDAY, closed_on=closed_on,
        finish_class=closed_on and FinishClass.LATE, moves=((passed_on, OWN),),
    )  # fmt: skip
    unapologised = [key for key, its in added_by(told).numbers.items() if "late_unapologised" in its]
    assert unapologised == ([] if closed_on is None else [(whose, closed_on)])
    for late, measure in ((False, "apologised"), (True, "apologised_late")):
        numbers = added_by(replace(told, apologised=(approved, late))).numbers
        said = {key: set(its) & {"apologised", "apologised_late"} for key, its in numbers.items()}
        assert {key: its for key, its in said.items() if its} == {(whose, approved): {measure}}
        assert not any("late_unapologised" in its for its in numbers.values())
