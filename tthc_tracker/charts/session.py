"""The pictures of the session's report, as SVG for paper and as PNG for documents."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from tthc_tracker.charts.canvas import BLUE, GRID, INK, MUTED, ORANGE, RED, Margins, as_png, as_svg, figure
from tthc_tracker.wording.formats import number, percent

Goal = tuple[str, Decimal, Decimal | None]  # label, figure and target in per cent
Late = tuple[str, int, int, int, int]  # label, resolved late, open overdue, answered late, waiting too long
Both = tuple[str, Decimal | None, Decimal | None]  # label, per cent of the session before, of this one

_LONGEST_LABEL = 44
_LABELS = 2.95  # inches beside a plot, for the longest label
_FORMS = {"svg": as_svg, "png": as_png}
_LATE = (
    ("Giải quyết quá hạn", ORANGE, ""),
    ("Đang giải quyết quá hạn", RED, "//"),
    ("Tiếp nhận chậm", BLUE, ".."),
    ("Còn chờ tiếp nhận, quá hạn", MUTED, "xx"),
)


def goals(rows: Sequence[Goal], form: str) -> bytes:
    """A bar for every share, hatched below its target, which is a line across its own bar."""
    made, plot = figure(7.0, max(2.0, 0.8 + 0.3 * len(rows)), Margins(left=_LABELS, right=0.7))
    for place, (_, value, target) in enumerate(rows):
        below = target is not None and value < target
        (bar,) = plot.barh(
            [place],
            [float(value)],
            color=ORANGE if below else BLUE,
            edgecolor=INK,
            linewidth=0.4,
            height=0.62,
        )
        bar.set_hatch("///" if below else "")
        if target is not None:
            plot.plot([float(target)] * 2, [place - 0.42, place + 0.42], color=RED, linewidth=2)
        plot.annotate(percent(value), (101, place), va="center", fontsize=8, annotation_clip=False)
    plot.set_title("Vạch đỏ: mức giao; gạch chéo: dưới mức giao", fontsize=8, color=MUTED, loc="left")
    _lines(plot, [label for label, _, _ in rows])
    plot.set_xlim(0, 100)
    return _FORMS[form](made)


def late(rows: Sequence[Late], form: str) -> bytes:
    """How many dossiers were late in which way, an agency a line; each way has its hatch."""
    made, plot = figure(7.0, max(2.2, 1.1 + 0.3 * len(rows)), Margins(left=_LABELS, right=0.3, top=0.6))
    places, reached = range(len(rows)), [0] * len(rows)
    for column, (label, colour, hatch) in enumerate(_LATE, 1):
        many = [int(row[column]) for row in rows]
        plot.barh(
            places, many, left=reached, color=colour, hatch=hatch, edgecolor=INK, linewidth=0.4, height=0.62,
            label=label,
        )  # fmt: skip
        reached = [so_far + more for so_far, more in zip(reached, many, strict=True)]
    for place, total in enumerate(reached):
        plot.annotate(
            number(total), (total, place), (4, 0), textcoords="offset points", va="center", fontsize=8
        )
    _lines(plot, [row[0] for row in rows])
    plot.margins(x=0.08)
    plot.legend(loc="lower left", bbox_to_anchor=(-0.5, 1), ncols=2, frameon=False, fontsize=8)
    return _FORMS[form](made)


def levels(rows: Sequence[Both], target: Decimal, form: str) -> bytes:
    """The on-time rate of each level at the session before (hatched) and at this one, the target across."""
    made, plot = figure(7.0, 2.6)
    for shift, shares, colour, hatch, label in (
        (-0.2, [old for _, old, _ in rows], "#b9c7d4", "///", "Phiên trước"),
        (0.2, [new for _, _, new in rows], BLUE, "", "Phiên này"),
    ):
        places = [place + shift for place in range(len(rows))]
        heights = [float(share or 0) for share in shares]
        bars = plot.bar(places, heights, width=0.38, color=colour, edgecolor=INK, linewidth=0.4, label=label)
        for bar in bars:
            bar.set_hatch(hatch)
        plot.bar_label(bars, [percent(share) for share in shares], padding=2, fontsize=8)
    plot.axhline(
        float(target), color=RED, linestyle="--", linewidth=1.3, label=f"Mục tiêu {percent(target, 0)}"
    )
    plot.set_xticks(range(len(rows)), [row[0] for row in rows])
    plot.set_ylim(0, 115)
    plot.grid(axis="y", color=GRID, linewidth=0.6)
    plot.set_axisbelow(True)
    plot.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False, fontsize=8)
    return _FORMS[form](made)


def _lines(plot: Any, labels: Sequence[str]) -> None:
    shown = [
        one if len(one) <= _LONGEST_LABEL else f"{one[: _LONGEST_LABEL - 1].rstrip()}…" for one in labels
    ]
    plot.set_yticks(range(len(shown)), shown, fontsize=8)
    plot.invert_yaxis()
    plot.grid(axis="x", color=GRID, linewidth=0.6)
    plot.set_axisbelow(True)


DRAWN: dict[str, Callable[..., bytes]] = {"goals": goals, "levels": levels, "late": late}
"""By the names that the report gives its pictures."""
