"""What a time limit may be."""

from decimal import Decimal

import pytest

from tthc_tracker.domain.errors import InvalidLimit
from tthc_tracker.domain.timelimit import LimitUnit, TimeLimit, whole_minutes

DAY, HOUR = LimitUnit.WORKING_DAY, LimitUnit.WORKING_HOUR


@pytest.mark.parametrize(
    ("amount", "unit"),
    [
        pytest.param(Decimal(-1), DAY, id="less than nothing"),
        pytest.param(Decimal("NaN"), DAY, id="not a number"),
        pytest.param(Decimal("Infinity"), DAY, id="without end"),
        pytest.param(Decimal("1E+13"), DAY, id="beyond reason"),
        pytest.param(Decimal("1E+999999"), DAY, id="far beyond reason"),
        pytest.param(Decimal("0.001"), HOUR, id="three decimals"),
        pytest.param(Decimal("1E-999999"), HOUR, id="a million decimals"),
        pytest.param(Decimal("1.5"), LimitUnit.CALENDAR_DAY, id="a part of a calendar day"),
        pytest.param(Decimal(0), LimitUnit.CALENDAR_DAY, id="no calendar day"),
        pytest.param(Decimal("0.5"), LimitUnit.MONTH, id="a part of a month"),
        pytest.param(True, DAY, id="a truth value"),
        pytest.param(1.5, DAY, id="a float"),
        pytest.param("3", DAY, id="a text"),
        pytest.param(Decimal(3), "fortnight", id="a unit that is not one"),
    ],
)
def test_what_cannot_be_a_limit_is_refused(amount: Decimal, unit: LimitUnit) -> None:
    with pytest.raises(InvalidLimit):
        TimeLimit(amount, unit)


@pytest.mark.parametrize(
    ("amount", "unit", "by_the_hour", "same_day"),
    [
        pytest.param(Decimal(3), DAY, False, False, id="whole working days"),
        pytest.param(Decimal("3.00"), DAY, False, False, id="whole working days with zeros"),
        pytest.param(Decimal(0), DAY, False, True, id="the same day"),
        pytest.param(Decimal("-0.0"), DAY, False, True, id="nothing with a sign"),
        pytest.param(Decimal("1.5"), DAY, True, False, id="a part of a working day"),
        pytest.param(Decimal(4), HOUR, True, False, id="working hours"),
        pytest.param(Decimal(0), HOUR, True, False, id="no working hours"),
        pytest.param(Decimal(30), LimitUnit.CALENDAR_DAY, False, False, id="calendar days"),
        pytest.param(Decimal(1), LimitUnit.MONTH, False, False, id="a month"),
    ],
)
def test_only_hours_and_parts_of_a_day_are_hour_limits(
    amount: Decimal, unit: LimitUnit, by_the_hour: bool, same_day: bool
) -> None:
    limit = TimeLimit(amount, unit)
    assert (limit.is_hour_limit, limit.is_same_day) == (by_the_hour, same_day)


def test_an_int_and_the_value_of_a_unit_will_do() -> None:
    assert TimeLimit(3, "working_day") == TimeLimit(Decimal("3.0"), DAY)


def test_a_limit_reads_as_amount_and_unit() -> None:
    assert str(TimeLimit(Decimal("30.00"), DAY)) == "30 working_day"


@pytest.mark.parametrize(("amount", "minutes"), [("0.01", 1), ("0.05", 3), ("0.99", 60), ("2", 120)])
def test_a_part_of_a_minute_counts_as_one(amount: str, minutes: int) -> None:
    assert whole_minutes(Decimal(amount), 60) == minutes
