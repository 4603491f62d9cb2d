"""The table at the end of a run: each action, what it took of each, and how many times ours that is."""

from collections.abc import Iterable
from dataclasses import dataclass

from tests.bench.peers.asking import Figure


@dataclass(frozen=True)
class Result:
    """What one of them took. `ours`: the others are compared with the first of these."""

    name: str
    holds: str
    ours: bool
    figures: dict[str, Figure]


def lines(results: list[Result]) -> list[str]:
    """Milliseconds by the clock, in brackets of the processor; times ours by the clock / by the processor."""
    ours = next((each for each in results if each.ours), None)
    actions = dict.fromkeys(action for each in results for action in each.figures)
    head = ["what"]
    for each in results:
        head.append(f"{each.name}, {each.holds}")
        if ours and not each.ours:
            head.append("× ours")
    rows = [_row(action, results, ours) for action in actions]
    return [_line(head), "|---" * len(head) + "|", *map(_line, rows)]


def _row(action: str, results: list[Result], ours: Result | None) -> list[str]:
    row = [action]
    for each in results:
        figure = each.figures.get(action)
        row.append(cell(figure))
        if ours and not each.ours:
            row.append(times(figure, ours.figures.get(action)))
    return row


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def cell(figure: Figure | None) -> str:
    """What it took; what did not answer in time took longer than so many seconds."""
    if figure is None:
        return ""
    if figure.beyond:
        return f"> {figure.clock / 1000:,.0f} s (> {figure.processor / 1000:,.1f} s)"
    return f"{figure.clock:,.1f} ({figure.processor:,.1f})"


def times(theirs: Figure | None, ours: Figure | None) -> str:
    """How many times ours it is, by the clock and by the processor; at least so many if it was given up."""
    if theirs is None or ours is None or ours.beyond:
        return ""
    more = "> " if theirs.beyond else ""
    return f"{more}{_ratio(theirs.clock, ours.clock)} / {more}{_ratio(theirs.processor, ours.processor)}"


def _ratio(theirs: float, ours: float) -> str:
    if not ours:  # less than the kernel's tick
        return "–"
    return f"{theirs / ours:,.1f}" if theirs < 10 * ours else f"{theirs / ours:,.0f}"
