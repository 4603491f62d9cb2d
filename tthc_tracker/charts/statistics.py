"""The pictures of the summary: on-time rate by agency, the last months, how old the overdue are."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from tthc_tracker.charts.canvas import BLUE, GRID, INK, MUTED, ORANGE, RED, as_svg, figure
from tthc_tracker.wording.formats import number, percent

Share = tuple[str, Decimal, int]  # label, percent, of how many
Months = tuple[str, int, int, int]  # label, received, resolved, open
Bar = tuple[str, int]

_LONGEST_LABEL = 34


def on_time_height(shares: Sequence[Share]) -> float:
    """Inches: a line for every agency."""
    return max(2.2, 0.9 + 0.27 * len(shares))


def on_time_by_agency(shares: Sequence[Share], target: Decimal) -> bytes:
    """A bar for every agency up to its rate, and the target as a line across; below it hatched."""
    made, plot = figure(height=on_time_height(shares))
    places = range(len(shares))
    below = [share < target for _, share, _ in shares]
    bars = plot.barh(
        places,
        [float(share) for _, share, _ in shares],
        color=[ORANGE if low else BLUE for low in below],
        edgecolor=INK,
        linewidth=0.4,
        height=0.7,
    )
    for bar, low in zip(bars, below, strict=True):
        bar.set_hatch("///" if low else "")
    for place, (_, share, of) in enumerate(shares):
        plot.annotate(
            f"{percent(share)} của {number(of)}", (101, place), va="center", fontsize=8, annotation_clip=False
        )
    plot.axvline(float(target), color=RED, linestyle="--", linewidth=1.3)
    plot.set_title(
        f"Nét đứt: mục tiêu {percent(target, 0)}; gạch chéo: dưới mục tiêu", fontsize=9, color=MUTED
    )
    plot.set_yticks(places, [_short(label) for label, _, _ in shares])
    plot.invert_yaxis()
    plot.set_xlim(0, 100)
    plot.margins(y=0.01)
    return as_svg(made)


def by_month(months: Sequence[Months]) -> bytes:
    """Received and resolved as bars side by side, what was open at the end of each month as a line."""
    made, plot = figure()
    places = list(range(len(months)))
    received, resolved, left = ([month[column] for month in months] for column in (1, 2, 3))
    bars: dict[str, Any] = {"width": 0.38, "edgecolor": INK, "linewidth": 0.4}
    plot.bar([place - 0.2 for place in places], received, color=BLUE, label="Tiếp nhận", **bars)
    plot.bar(
        [place + 0.2 for place in places], resolved, color="#b9e3d3", hatch="///", label="Giải quyết", **bars
    )
    plot.plot(
        places, left, color=RED, marker="o", markersize=4, linewidth=1.4, label="Đang giải quyết cuối tháng"
    )
    plot.set_xticks(places, [month[0] for month in months])
    _finish(plot, lambda value, _: number(value))
    plot.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False, fontsize=8)
    return as_svg(made)


def by_age(bands: Sequence[Bar]) -> bytes:
    """A bar for every band of days; darker and more hatched the older."""
    made, plot = figure(height=2.8)
    places = range(len(bands))
    bars = plot.bar(
        places,
        [count for _, count in bands],
        color=["#fde2b3", "#f7c46c", ORANGE, "#d0704a", RED],
        edgecolor=INK,
        linewidth=0.4,
        width=0.65,
    )
    for bar, hatch in zip(bars, ("", "/", "//", "xx", "xxx"), strict=False):
        bar.set_hatch(hatch)
    plot.bar_label(bars, [number(count) for _, count in bands], padding=2, fontsize=9)
    plot.set_xticks(places, [label for label, _ in bands])
    _finish(plot, lambda value, _: number(value))
    plot.margins(y=0.15)
    return as_svg(made)


def _finish(plot: Any, words: Callable[[float, int], str]) -> None:
    """Counts on whole numbers, and lines to read them by."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    plot.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    plot.yaxis.set_major_formatter(FuncFormatter(words))
    plot.set_ylim(bottom=0)
    plot.grid(axis="y", color=GRID, linewidth=0.6)
    plot.set_axisbelow(True)


def _short(label: str) -> str:
    return label if len(label) <= _LONGEST_LABEL else label[: _LONGEST_LABEL - 1].rstrip() + "…"
