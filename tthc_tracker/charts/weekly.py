"""The picture of the weekly summary: the on-time rate of the last weeks and the target. PNG, for mails."""

from collections.abc import Sequence
from decimal import Decimal

from tthc_tracker.charts.canvas import BLUE, GRID, INK, MUTED, ORANGE, RED, Margins, as_png, figure
from tthc_tracker.wording.formats import percent

WeekBar = tuple[str, Decimal | None, int]  # label, percent, of how many


def on_time_by_week(weeks: Sequence[WeekBar], target: Decimal) -> bytes:
    """A bar a week up to its rate (hatched below the target, none of no case), and the target across."""
    made, plot = figure(5.8, 2.6, Margins(left=0.5, top=0.3, bottom=0.28))
    places = range(len(weeks))
    shares = [float(share or 0) for _, share, _ in weeks]
    below = [share is not None and share < target for _, share, _ in weeks]
    bars = plot.bar(
        places,
        shares,
        color=[ORANGE if low else BLUE for low in below],
        edgecolor=INK,
        linewidth=0.4,
        width=0.66,
    )
    for bar, low in zip(bars, below, strict=True):
        bar.set_hatch("///" if low else "")
    for place, (_, share, _) in enumerate(weeks):  # in a row above all: the line of the target crosses none
        plot.annotate(_said(share), (place, 103), ha="center", va="bottom", fontsize=8)
    plot.axhline(float(target), color=RED, linestyle="--", linewidth=1.3)
    plot.set_title(
        f"Tỷ lệ đúng hạn theo tuần; nét đứt: mục tiêu {percent(target, 0)}; gạch chéo: dưới mục tiêu",
        fontsize=8, color=MUTED, loc="left",
    )  # fmt: skip
    plot.set_xticks(places, [label for label, _, _ in weeks], fontsize=8)
    plot.set_ylim(0, 112)
    plot.set_yticks([0, 25, 50, 75, 100], [f"{tick} %" for tick in (0, 25, 50, 75, 100)], fontsize=8)
    plot.grid(axis="y", color=GRID, linewidth=0.6)
    plot.set_axisbelow(True)
    return as_png(made)


def _said(share: Decimal | None) -> str:
    return "–" if share is None else percent(share).removesuffix(" %")
