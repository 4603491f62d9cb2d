"""What a column of numbers says on the screen is a number in a workbook."""

import io
from collections.abc import Callable

import openpyxl
import pytest

from tests.support.moments import at
from tthc_tracker.spreadsheets import workbook
from tthc_tracker.wording.columns import Column, See
from tthc_tracker.wording.formats import money, number


@pytest.mark.parametrize(
    ("shown", "value"),
    [
        pytest.param(number, 7, id="a few"),
        pytest.param(number, 1_143, id="more than a thousand days"),
        pytest.param(money, 1_250_000, id="an amount"),
    ],
)
def test_a_number_of_any_size_is_a_number_in_the_workbook(shown: Callable[[int], str], value: int) -> None:
    target = io.BytesIO()
    column = Column("value", "Giá trị", lambda row, _see: shown(row), "num")
    now = at("Mon 2026-11-23 08:00")
    workbook.write(target, "Số", (column,), [value], See.at(now, now))
    assert openpyxl.load_workbook(target).worksheets[0]["A2"].value == value
