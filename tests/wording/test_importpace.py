"""What is said of a file on its way: how far, how fast, how long yet."""

import pytest

from tthc_tracker.wording import importing

OF_ALL = "/ khoảng 650.000 dòng"


@pytest.mark.parametrize(
    ("rows", "total", "a_second", "said"),
    [
        pytest.param(0, 650_000, 0.0, f"0 {OF_ALL}", id="nothing is done yet"),
        pytest.param(
            50_000, 650_000, 2_500.4, f"50.000 {OF_ALL} · 2.500 dòng/giây · còn khoảng 4 phút", id="minutes"
        ),
        pytest.param(
            640_000, 650_000, 1000, f"640.000 {OF_ALL} · 1.000 dòng/giây · còn khoảng 10 giây", id="seconds"
        ),
        pytest.param(
            650_001, 650_000, 1000, f"650.001 {OF_ALL} · 1.000 dòng/giây", id="more than was counted"
        ),
        pytest.param(5_000, None, 1000, "5.000 dòng · 1.000 dòng/giây", id="a workbook, uncounted"),
    ],
)
def test_how_far_a_file_is(rows: int, total: int | None, a_second: float, said: str) -> None:
    assert importing.pace(rows, total, a_second) == said
