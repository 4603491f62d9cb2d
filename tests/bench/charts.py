"""`python -m tests.bench.charts`: what each chart costs when it is drawn, and from what was drawn before.

Drawn in the child beside, as pages have it, its pipe and its answer included; the processor's time is the
child's own, so that other programs on the machine are not in it. Goals: 120 ms drawn, 5 ms kept (issue 6, E).
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from tests.bench.measures import processor_milliseconds
from tthc_tracker.charts import canvas, comparisons
from tthc_tracker.charts import statistics as charts
from tthc_tracker.charts.canvas import Form
from tthc_tracker.charts.drawn import Drawn, mark_of
from tthc_tracker.rendering import elsewhere, renderer

ROUNDS = 15
TARGET = Decimal(95)
AGENCIES = [f"Ủy ban nhân dân phường Đồng Hới số {number}" for number in range(25)]
MONTHS = [f"{month}/26" for month in range(1, 13)]
BANDS = ("Đến 5 ngày", "6 – 10 ngày", "11 – 30 ngày", "31 – 90 ngày", "Trên 90 ngày")
RATES = ["Trước và đúng hạn", "Tiếp nhận đúng hạn", "Nộp trực tuyến"]

HEAD = """| chart | SVG ms | CPU ms | KiB | PNG ms | CPU ms | KiB | kept ms |
|---|---|---|---|---|---|---|---|"""

Draw = Callable[[Form], bytes]


def _share(number: int) -> Decimal:
    return Decimal(100) - number % 31


def pictures() -> dict[str, Draw]:
    """Every chart with as much in it as it ever shows."""
    shares = [(name, 900 + 3 * at, 1000 + at) for at, name in enumerate(AGENCIES)]
    months = [(name, 1000 + at, 900, 300 * at) for at, name in enumerate(MONTHS)]
    ages = [(name, 12 * at) for at, name in enumerate(BANDS)]
    levels = [(name, (_share(2), _share(9), _share(30))) for name in ("Cấp tỉnh", "Cấp xã")]
    years = [(f"{at % 12 + 1}/{25 + at // 12}", (_share(at), _share(2 * at))) for at in range(24)]
    fields = [
        (name, tuple(_share(7 * at + month) for month in range(12))) for at, name in enumerate(AGENCIES)
    ]
    sources = [(f"Hệ thống thông tin số {at}", 120 - at, 40 - at, 2000) for at in range(8)]
    used = [(f"đến {25 * (at + 1)} %", 40 * at, at > 3) for at in range(6)]
    return {
        "dung-han": lambda form: elsewhere(charts.on_time_by_agency, shares, TARGET, form),
        "theo-thang": lambda form: elsewhere(charts.by_month, months, form),
        "qua-han": lambda form: elsewhere(charts.by_age, ages, form),
        "theo-cap": lambda form: elsewhere(comparisons.by_level, levels, RATES, TARGET, form),
        "hai-nam": lambda form: elsewhere(comparisons.rates_by_month, years, RATES[:2], TARGET, form),
        "co-quan-thang": lambda form: elsewhere(comparisons.heat, fields, MONTHS, TARGET, form),
        "cham-tiep-nhan": lambda form: elsewhere(comparisons.late_receptions, sources, form),
        "thoi-gian": lambda form: elsewhere(comparisons.limit_used, used, form),
    }


def measured(draw: Draw, form: Form) -> tuple[float, float, int]:
    """Median by the clock and by the child's processor, in milliseconds, and the size in KiB."""
    size = len(draw(form)) // 1024
    pid, taken, busy = renderer.child_pid, [], []
    assert pid is not None
    for _ in range(ROUNDS):
        begun, spent = time.perf_counter(), processor_milliseconds([pid])
        draw(form)
        taken.append((time.perf_counter() - begun) * 1000)
        busy.append(processor_milliseconds([pid]) - spent)
    return statistics.median(taken), statistics.fmean(busy), size


def kept(draw: Draw) -> float:
    """Median of asking again for what has been drawn, in milliseconds: mark and look-up."""
    drawn, taken = Drawn(), []
    shown = [(name, number) for number, name in enumerate(AGENCIES)]
    drawn.get(mark_of("x", shown), lambda: draw(Form.SVG))
    for _ in range(200):
        begun = time.perf_counter()
        drawn.get(mark_of("x", shown), lambda: draw(Form.SVG))
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


def main() -> None:
    """The table, as docs/benchmarks.md has it."""
    with tempfile.TemporaryDirectory() as folder:
        canvas.keep_fonts_in(Path(folder))
        print(HEAD)
        for name, draw in pictures().items():
            cells = [f"{value:.0f}" for form in Form for value in measured(draw, form)]
            print(f"| {name} | {' | '.join(cells)} | {kept(draw):.3f} |")
        renderer.close()


if __name__ == "__main__":
    main()
