"""The picture of an indicator: a line for each level over the quarters, its target across."""

from collections.abc import Sequence
from math import isnan
from typing import Any

from tthc_tracker.charts.canvas import BLUE, GREEN, GRID, INK, MUTED, ORANGE, RED, Margins, as_svg, figure
from tthc_tracker.wording.formats import amount

Point = tuple[str, float | None]  # quarter, figure
Line = tuple[str, Sequence[Point]]

HEIGHT = 3.0
# No two alike by colour alone: each has its marker and its way of being drawn.
_LOOKS = ((BLUE, "o", "-"), (ORANGE, "s", "--"), (GREEN, "^", "-."), (INK, "D", ":"), (MUTED, "v", "-"))


def by_quarter(lines: Sequence[Line], target: float | None, unit: str) -> bytes:
    """The figures that there are; where a quarter has none the line is broken."""
    made, plot = figure(height=HEIGHT, margins=Margins(left=0.85))
    names = [name for name, _ in lines[0][1]] if lines else []
    places = list(range(len(names)))
    for (label, points), (colour, marker, style) in zip(lines, _LOOKS, strict=False):
        values = [float("nan") if value is None else value for _, value in points]
        plot.plot(places, values, color=colour, marker=marker, linestyle=style, linewidth=1.4, label=label)
        for place, value in zip(places, values, strict=True):
            if not isnan(value):
                _number_at(plot, place, value)
    if target is not None:
        goal = f"Mức giao {amount(target)}"
        plot.axhline(target, color=RED, linestyle=(0, (1, 1)), linewidth=1.3, label=goal)
    plot.set_xticks(places, [f"Quý {name}" for name in names], fontsize=8)
    plot.set_ylabel(unit)
    plot.margins(y=0.18)
    plot.grid(axis="y", color=GRID, linewidth=0.6)
    plot.set_axisbelow(True)
    if lines:
        plot.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=5, frameon=False, fontsize=8)
    return as_svg(made)


def _number_at(plot: Any, place: int, value: float) -> None:
    above = {"xytext": (0, 5), "textcoords": "offset points", "ha": "center", "fontsize": 7}
    plot.annotate(amount(value), (place, value), **above)
