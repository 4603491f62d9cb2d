"""Pictures of the summary: the same bytes for the same numbers, words inside, nothing from elsewhere."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Literal

import pytest

from tthc_tracker.charts import canvas, comparisons, statistics
from tthc_tracker.charts.canvas import Form
from tthc_tracker.charts.drawn import MOST, Drawn, mark_of

SHARES = [
    ("Sở Tư pháp", 1406, 1410),
    ("Ủy ban nhân dân xã có tên dài hơn ba mươi bốn chữ", 4, 5),
]
MONTHS = [(f"{month}/26", 1000 + month, 900, 300 * month) for month in range(1, 13)]
BANDS = [
    ("Đến 5 ngày", 12),
    ("6 – 10 ngày", 4),
    ("11 – 30 ngày", 3),
    ("31 – 90 ngày", 1),
    ("Trên 90 ngày", 0),
]
LEVELS = [("Cấp tỉnh", (Decimal("98.2"), Decimal(91))), ("Cấp xã", (Decimal("93.1"), None))]
SERIES = ["Trước và đúng hạn", "Tiếp nhận đúng hạn"]
TWO_YEARS = [(f"{month % 12 + 1}/{25 + month // 12}", (Decimal(90 + month % 9), None)) for month in range(24)]
HEAT = [("Sở Tư pháp", (Decimal(100), None, Decimal(60))), ("Sở Y tế", (Decimal(94), Decimal(88), None))]
SOURCES = [("Cổng Dịch vụ công quốc gia", 12, 4, 300), ("Cổng tỉnh", 0, 0, 0)]
USED = [("đến 25 %", 12, False), ("76 – 100 %", 40, False), ("trên 150 %", 3, True)]
TARGET = Decimal(95)
PICTURES = {
    "the levels": lambda form=Form.SVG: comparisons.by_level(LEVELS, SERIES, TARGET, form),
    "two years": lambda form=Form.SVG: comparisons.rates_by_month(TWO_YEARS, SERIES, TARGET, form),
    "agencies by month": lambda form=Form.SVG: comparisons.heat(HEAT, ["1/26", "2/26", "3/26"], TARGET, form),
    "late reception by source": lambda form=Form.SVG: comparisons.late_receptions(SOURCES, form),
    "the limit used": lambda form=Form.SVG: comparisons.limit_used(USED, form),
    "no level": lambda: comparisons.by_level([], SERIES, TARGET),
    "no agency in any month": lambda: comparisons.heat([], [], TARGET),
    "no source": lambda: comparisons.late_receptions([]),
    "no limit": lambda: comparisons.limit_used([]),
    "on-time rate by agency": lambda: statistics.on_time_by_agency(SHARES, Decimal(95)),
    "the last months": lambda: statistics.by_month(MONTHS),
    "age of the overdue": lambda: statistics.by_age(BANDS),
    "no agency": lambda: statistics.on_time_by_agency([], Decimal(95)),
    "no month": lambda: statistics.by_month([]),
    "no band": lambda: statistics.by_age([]),
}


@pytest.fixture(autouse=True)
def fonts(tmp_path_factory: pytest.TempPathFactory) -> None:
    canvas.keep_fonts_in(tmp_path_factory.getbasetemp() / "matplotlib")


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_holds_no_date_and_nothing_from_elsewhere(name: str) -> None:
    svg = PICTURES[name]().decode()
    assert "<dc:date" not in svg
    assert "<image" not in svg
    assert "<script" not in svg


@pytest.mark.parametrize(
    "name", ["the levels", "two years", "agencies by month", "late reception by source", "the limit used"]
)
def test_a_picture_for_papers_holds_no_date_and_no_maker(name: str) -> None:
    png = PICTURES[name](Form.PNG)
    assert png.startswith(b"\x89PNG")
    assert b"tEXt" not in png
    assert png == PICTURES[name](Form.PNG)


def test_a_letter_is_kept_once_however_often_it_is_drawn() -> None:
    few, many = ([(f"{at}", (Decimal(99),) * 12) for at in range(rows)] for rows in (2, 20))
    months = [str(month) for month in range(12)]
    sizes = [len(comparisons.heat(rows, months, TARGET)) for rows in (few, many)]
    assert sizes[1] < 6 * sizes[0]


@pytest.mark.parametrize("along", ["x", "y"])
def test_few_dossiers_are_counted_in_whole_ones(along: Literal["x", "y"]) -> None:
    made, plot = canvas.figure(7.6, 2, canvas.Margins())
    canvas.scale(plot, lambda value: f"{value:g}", most=2.04, along=along)
    made.canvas.draw()
    ticks = plot.get_xticklabels() if along == "x" else plot.get_yticklabels()
    assert [one.get_text() for one in ticks][:3] == ["0", "1", "2"]


def test_threads_draw_the_same_bytes() -> None:
    draw = PICTURES["the last months"]
    wanted = draw()
    with ThreadPoolExecutor(4) as pool:
        drawn = list(pool.map(lambda _: draw(), range(12)))
    assert set(drawn) == {wanted}


def test_a_picture_is_drawn_once_for_its_numbers_and_the_oldest_is_forgotten() -> None:
    kept, drawn = Drawn(), []

    def draw(name: str) -> bytes:
        drawn.append(name)
        return name.encode()

    for name in ("a", "a", "b", "a"):
        assert kept.get(name, lambda name=name: draw(name)) == name.encode()
    assert drawn == ["a", "b"]
    for number in range(MOST):
        kept.get(str(number), lambda: b"")
    kept.get("a", lambda: draw("a"))
    assert drawn == ["a", "b", "a"]


def test_a_mark_changes_with_every_number() -> None:
    marks = {
        mark_of("x", BANDS), mark_of("y", BANDS), mark_of("x", BANDS[:-1]), mark_of("x", BANDS, Decimal(95)),
    }  # fmt: skip
    assert len(marks) == 4


def test_fonts_are_kept_where_the_operator_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import os

    monkeypatch.setenv("MPLCONFIGDIR", "/said/by/the/operator")
    canvas.keep_fonts_in(tmp_path)
    assert os.environ["MPLCONFIGDIR"] == "/said/by/the/operator"
