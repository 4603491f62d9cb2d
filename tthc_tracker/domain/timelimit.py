"""A time limit: how much, of what."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

from tthc_tracker.domain.errors import InvalidLimit

_PLACES = -2
# Far beyond any calendar: what is larger is a slip or an attack, not a limit that meets its horizon.
_BEYOND_REASON = Decimal(10) ** 12


class LimitUnit(StrEnum):
    """What a limit is counted in."""

    WORKING_DAY = "working_day"
    WORKING_HOUR = "working_hour"
    CALENDAR_DAY = "calendar_day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """An amount of a unit, as the procedure promises it (thời hạn giải quyết).

    amount: at least 0, at most two decimals; calendar days and months whole and at least 1 (docs/law.md). An
    int is taken as its Decimal. Raises InvalidLimit otherwise.
    """

    amount: Decimal
    unit: LimitUnit

    def __post_init__(self) -> None:
        amount: object = self.amount
        if isinstance(amount, bool) or not isinstance(amount, int | Decimal):
            raise InvalidLimit(f"an amount is a whole number or a Decimal, not {type(amount).__name__}")
        checked = _checked(Decimal(amount))
        object.__setattr__(self, "amount", checked)
        try:
            object.__setattr__(self, "unit", LimitUnit(self.unit))
        except ValueError as error:
            raise InvalidLimit("no such unit of a time limit") from error
        if self.unit in (LimitUnit.CALENDAR_DAY, LimitUnit.MONTH) and (checked < 1 or not self.is_whole):
            raise InvalidLimit(f"an amount of {self.unit.value} is whole and at least 1")

    @property
    def is_whole(self) -> bool:
        """Whether the amount has no fraction."""
        return self.amount == self.amount.to_integral_value()

    @property
    def is_hour_limit(self) -> bool:
        """Whether lateness goes by the moment: working hours, and fractions of a working day."""
        return self.unit is LimitUnit.WORKING_HOUR or not self.is_whole

    @property
    def is_same_day(self) -> bool:
        """Whether the result is promised for the day of reception: 0 working days."""
        return self.unit is LimitUnit.WORKING_DAY and self.amount == 0

    def __str__(self) -> str:
        return f"{self.amount.normalize():f} {self.unit.value}"


def _checked(amount: Decimal) -> Decimal:
    if not amount.is_finite() or amount < 0 or amount > _BEYOND_REASON:
        raise InvalidLimit("an amount is a number from 0 upwards")
    parts = amount.as_tuple()
    # Digit by digit: an amount like 1E-999999 must not be brought to a common exponent.
    if (
        isinstance(parts.exponent, int)
        and parts.exponent < _PLACES
        and any(parts.digits[parts.exponent - _PLACES :])
    ):
        raise InvalidLimit("an amount has at most two decimals")
    return amount + 0  # -0 becomes 0


def whole_minutes(amount: Decimal, minutes_each: int) -> int:
    """amount × minutes_each, a part of a minute counting as a whole one."""
    return int((amount * minutes_each).to_integral_value(ROUND_CEILING))
