"""The figure of an indicator that typed numbers make, or why they make none."""

from decimal import Decimal

from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.indicators import Figure, Measure, share
from tthc_tracker.wording import indicators as words

LARGEST = Decimal(99999999999)


def figure_of(measure: Measure, num: int | None, den: int | None, value: Decimal | None) -> Figure:
    """The figure that these numbers make.

    Raises:
        InvalidInput: none, or none that can be.
    """
    if measure is Measure.COUNT:
        return Figure(
            made := checked_number("value", value, measure), int(made) if made == int(made) else None
        )
    if num is None and den is None:
        return Figure(checked_number("value", value, measure))
    if num is None or den is None:
        raise InvalidInput("den" if den is None else "num", words.BOTH_PARTS)
    made_of = share(num, den) if 0 <= num <= den else None
    if made_of is None:
        raise InvalidInput("num", words.NO_SHARE)
    if value is not None and value != made_of.value:
        raise InvalidInput("value", words.OTHER_SHARE.format(made=words.figure(made_of, measure, "%")))
    return made_of


def checked_number(field: str, value: Decimal | None, measure: Measure) -> Decimal:
    """A number that a figure or a target of this measure may be.

    Raises:
        InvalidInput: at `field`.
    """
    most = Decimal(100) if measure is Measure.PERCENT else LARGEST
    if value is None or not 0 <= value <= most or value != value.quantize(Decimal("0.01")):
        raise InvalidInput(field, words.NO_PERCENT if measure is Measure.PERCENT else words.NO_COUNT)
    return value
