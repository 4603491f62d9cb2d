"""Pictures that hold one beside another: levels, months of two years, agencies by month, sources, lengths."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from tthc_tracker.charts.canvas import (
    BLUE,
    INK,
    MUTED,
    ORANGE,
    PALE,
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
from tthc_tracker.wording.formats import number, percent, rate

Rates = tuple[str, tuple[Decimal | None, ...]]  # label, one rate a series or month
Receptions = tuple[str, int, int, int]  # label, answered late, waiting late, all that fell due
Used = tuple[str, int, bool]  # label, how many, whether past the limit

_SERIES = ((BLUE, ""), (PALE_GREEN, "///"), (ORANGE, "xx"))
_MARKS = (("o", "-", BLUE), ("s", "--", ORANGE))
_LINE = 0.27  # inches for each line of names


def by_level(levels: Sequence[Rates], series: Sequence[str], target: Decimal, form: Form = Form.SVG) -> bytes:
    """Each level's rates side by side, each with its own hatch, the number above, the target across."""
    made, plot = figure(height=3.2)
    width = 0.8 / max(len(series), 1)
    above: list[Word] = []
    for at, name in enumerate(series):
        colour, hatch = _SERIES[at]
        places = [place - 0.4 + width * (at + 0.5) for place in range(len(levels))]
        shares = [rates[at] for _, rates in levels]
        plot.bar(
            places, [float(share or 0) for share in shares], width=width * 0.92, color=colour, hatch=hatch,
            edgecolor=INK, linewidth=0.4, label=name,
        )  # fmt: skip
        above += [
            Word(place, 106, percent(share), at="center")  # in a row: the target crosses none
            for place, share in zip(places, shares, strict=True)
        ]
    _target(plot, target, "--")
    plot.set_xticks(range(len(levels)), [label for label, _ in levels], fontsize=9)
    percents(plot, along="y")
    plot.set_ylim(0, 113)
    write(made, plot, above)
    plot.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, frameon=False, fontsize=8)
    return written(made, form)


def _target(plot: Any, target: Decimal, stroke: str) -> None:
    said = f"mục tiêu {percent(target, 0)}"
    plot.axhline(float(target), color=RED, linestyle=stroke, linewidth=1.3, label=said)


def rates_by_month(
    months: Sequence[Rates], series: Sequence[str], target: Decimal, form: Form = Form.SVG
) -> bytes:
    """A line a rate over the months, each with its own marker and stroke; a month without cases is a gap."""
    made, plot = figure(height=3.3, margins=Margins(bottom=0.52))
    places = range(len(months))
    lowest = min((share for _, rates in months for share in rates if share is not None), default=Decimal(0))
    for at, name in enumerate(series):
        marker, stroke, colour = _MARKS[at]
        shares = [float("nan") if (share := rates[at]) is None else float(share) for _, rates in months]
        plot.plot(places, shares, marker=marker, linestyle=stroke, color=colour, markersize=4.5, label=name)
    _target(plot, target, ":")
    plot.set_xticks(places, [label for label, _ in months], rotation=45, fontsize=8)
    percents(plot, along="y")
    plot.set_ylim(0 if lowest < 60 else 50, 102)
    plot.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False, fontsize=8)
    return written(made, form)


def heat_height(lines: int) -> float:
    """Inches: a line for every agency, and the names of the months."""
    return 0.8 + _LINE * max(lines, 1)


def heat(rows: Sequence[Rates], months: Sequence[str], target: Decimal, form: Form = Form.SVG) -> bytes:
    """A field for every agency and month with its rate; framed below the target, darker the further."""
    made, plot = figure(7.6, heat_height(len(rows)), Margins(left=2.6, top=0.34, bottom=0.3))
    fields = [
        (at, place, share)
        for place, (_, rates) in enumerate(rows)
        for at, share in enumerate(rates)
        if share is not None
    ]
    for low in (False, True):
        chosen = [field for field in fields if (field[2] < target) is low]
        boxes(
            plot, [(at - _SIDE, place - _SIDE, at + _SIDE, place + _SIDE) for at, place, _ in chosen],
            facecolors=[_shade(target - share) if low else PALE for _, _, share in chosen],
            edgecolors=INK if low else "white", linewidths=1.1 if low else 0.6,
        )  # fmt: skip
    heading(
        made, f"Số: tỷ lệ (%); ô có viền, tô đậm: dưới mục tiêu {percent(target, 0)}; ô trống: không có hồ sơ"
    )
    plot.set_xticks([])
    plot.set_xlim(-0.5, max(len(months), 1) - 0.5)
    name_lines(made, plot, [label for label, _ in rows])
    inks = ["white" if target - share > _DARK else INK for _, _, share in fields]
    numbers = (
        Word(at, place, number(share), 7.5, "center", ink)
        for (at, place, share), ink in zip(fields, inks, strict=True)
    )
    beneath = (Word(at, max(len(rows), 1) - 0.25, month, 8, "center") for at, month in enumerate(months))
    write(made, plot, (*numbers, *beneath))
    plot.spines[["left", "bottom"]].set_visible(False)
    return written(made, form)


_SIDE = 0.46  # half of a field's
_DARK = 20  # points below the target from which the field is dark and its number white
_SHADES = ((_DARK, "#7f2a10"), (10, "#d9783f"), (3, "#f2b574"), (0, "#fbe0bf"))


def _shade(below: Decimal) -> str:
    """One colour in four steps of lightness: they can be told apart in grey."""
    return next(shade for least, shade in _SHADES if below > least)


def late_receptions_height(lines: int) -> float:
    """Inches: a line for every source."""
    return max(1.6, 0.9 + 0.34 * lines)


def late_receptions(sources: Sequence[Receptions], form: Form = Form.SVG) -> bytes:
    """A bar for every source: answered late, and hatched what waits late; their share of all beside it."""
    made, plot = figure(7.6, late_receptions_height(len(sources)), Margins(left=2.6, right=1.95))
    places = range(len(sources))
    late, waiting = [one[1] for one in sources], [one[2] for one in sources]
    bars: dict[str, Any] = {"height": 0.6, "edgecolor": INK, "linewidth": 0.4}
    plot.barh(places, late, color=ORANGE, label="Trả lời quá hạn", **bars)
    plot.barh(places, waiting, left=late, color=RED, hatch="///", label="Còn chờ, đã quá hạn", **bars)
    most = max((a + b for a, b in zip(late, waiting, strict=True)), default=0) or 1
    scale(plot, number, most=most * 1.02, along="x")
    name_lines(made, plot, [label for label, *_ in sources])
    beside = (
        Word(answered + waits, place, _of(answered + waits, of), across=0.06)
        for place, (_, answered, waits, of) in enumerate(sources)
    )
    write(made, plot, beside)
    plot.tick_params(axis="x", labelsize=8)
    plot.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False, fontsize=8)
    return written(made, form)


def _of(late: int, of: int) -> str:
    return f"{number(late)} của {number(of)} ({rate(late, of)})"


def limit_used(bands: Sequence[Used], form: Form = Form.SVG) -> bytes:
    """A bar for every band of the limit used; past the limit hatched, and a line between."""
    made, plot = figure(height=3.1, margins=Margins(bottom=0.52))
    places = range(len(bands))
    past = [one for _, _, one in bands]
    bars = plot.bar(
        places, [count for _, count, _ in bands], width=0.72, edgecolor=INK, linewidth=0.4,
        color=[ORANGE if one else BLUE for one in past], hatch=["///" if one else "" for one in past],
    )  # fmt: skip
    plot.bar_label(bars, [number(count) for _, count, _ in bands], padding=2, fontsize=9)
    if True in past:
        plot.axvline(past.index(True) - 0.5, color=RED, linestyle="--", linewidth=1.3)
    heading(made, "Nét đứt: hết thời hạn; gạch chéo: dùng quá thời hạn")
    plot.set_xticks(places, [label for label, _, _ in bands], fontsize=8.5)
    plot.set_xlabel("Phần thời hạn đã dùng", fontsize=8, color=MUTED)
    scale(plot, number, most=1.15 * max((count for _, count, _ in bands), default=0) or 1)
    return written(made, form)
