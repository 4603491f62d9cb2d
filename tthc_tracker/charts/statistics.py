"""The pictures of the summary: on-time rate by agency, the last months, how old the overdue are."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from tthc_tracker.charts.canvas import (
    BLUE,
    INK,
    ORANGE,
    PALE_GREEN,
    RED,
    Form,
    Margins,
    Word,
    boxes,
    figure,
    heading,
    name_lines,
    percents,
    scale,
    write,
    written,
)
from tthc_tracker.domain.performance import wilson_interval
from tthc_tracker.wording.formats import number, percent

Share = tuple[str, int, int]  # label, how many, of how many
Months = tuple[str, int, int, int]  # label, received, resolved, open
Bar = tuple[str, int]

_AGES = ("#fde2b3", "#f7c46c", ORANGE, "#d0704a", RED)
_HATCHES = ("", "/", "//", "xx", "xxx")


def on_time_height(lines: int) -> float:
    """Inches: a line for every agency."""
    return max(2.2, 0.9 + 0.27 * lines)


def on_time_by_agency(shares: Sequence[Share], target: Decimal, form: Form = Form.SVG) -> bytes:
    """A bar for every agency up to its rate with its interval, the target as a line; hatched below it."""
    made, plot = figure(7.6, on_time_height(len(shares)), Margins(left=2.6, right=1.35))
    rates = [100 * part / of if of else 0.0 for _, part, of in shares]
    places = list(range(len(shares)))
    for low in (False, True):
        chosen = [place for place in places if (rates[place] < target) is low]
        boxes(
            plot, [(0, place - 0.33, rates[place], place + 0.33) for place in chosen],
            facecolors=ORANGE if low else BLUE, hatch="///" if low else None, edgecolors=INK, linewidths=0.4,
        )  # fmt: skip
    _intervals(plot, shares)
    plot.axvline(float(target), color=RED, linestyle="--", linewidth=1.3)
    heading(
        made,
        f"Nét đứt: mục tiêu {percent(target, 0)}; gạch chéo: dưới mục tiêu; vạch ngang: khoảng tin cậy 95 %",
    )
    percents(plot, along="x")
    plot.set_xlim(0, 100)
    name_lines(made, plot, [label for label, _, _ in shares])
    told = [f"{percent(rates[place])} của {number(of)}" for place, (_, _, of) in enumerate(shares)]
    write(made, plot, (Word(100, place, said, across=0.08) for place, said in enumerate(told)))
    return written(made, form)


def _intervals(plot: Any, shares: Sequence[Share]) -> None:
    """From where to where a rate may lie by chance, by Wilson: of few dossiers it is wide."""
    known = [(place, wilson_interval(part, of)) for place, (_, part, of) in enumerate(shares)]
    places = [place for place, interval in known if interval]
    lows, highs = ([100 * interval[side] for _, interval in known if interval] for side in (0, 1))
    plot.hlines(places, lows, highs, color="white", linewidth=3.2)
    plot.hlines(places, lows, highs, color=INK, linewidth=1.2)
    plot.plot([*lows, *highs], [*places, *places], color=INK, marker="|", markersize=6, linestyle="none")


def by_month(months: Sequence[Months], form: Form = Form.SVG) -> bytes:
    """Received and resolved as bars side by side, what was open at the end of each month as a line."""
    made, plot = figure()
    places = list(range(len(months)))
    received, resolved, left = ([month[column] for month in months] for column in (1, 2, 3))
    bars: dict[str, Any] = {"width": 0.38, "edgecolor": INK, "linewidth": 0.4}
    plot.bar([place - 0.2 for place in places], received, color=BLUE, label="Tiếp nhận", **bars)
    plot.bar(
        [place + 0.2 for place in places], resolved, color=PALE_GREEN, hatch="///", label="Giải quyết", **bars
    )
    plot.plot(
        places, left, color=RED, marker="o", markersize=4, linewidth=1.4, label="Đang giải quyết cuối tháng"
    )
    plot.set_xticks(places, [month[0] for month in months])
    scale(plot, number)
    plot.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False, fontsize=8)
    return written(made, form)


def by_age(bands: Sequence[Bar], form: Form = Form.SVG) -> bytes:
    """A bar for every band of days; darker and more hatched the older."""
    made, plot = figure(height=2.8)
    places = range(len(bands))
    bars = plot.bar(
        places, [count for _, count in bands], color=_AGES, edgecolor=INK, linewidth=0.4, width=0.65,
        hatch=_HATCHES[: len(bands)],
    )  # fmt: skip
    plot.bar_label(bars, [number(count) for _, count in bands], padding=2, fontsize=9)
    plot.set_xticks(places, [label for label, _ in bands])
    scale(plot, number, most=1.15 * max((count for _, count in bands), default=0) or 1)
    return written(made, form)
