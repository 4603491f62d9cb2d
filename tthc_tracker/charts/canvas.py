"""One way of drawing: no pyplot, the same bytes for the same numbers, nothing told by colour alone."""

import io
import os
from functools import cache
from pathlib import Path
from typing import Any

# Blue, orange, grey and red of Okabe and Ito; every one comes with a hatch or a marker of its own.
BLUE, ORANGE, GREEN, RED = "#0072b2", "#e69f00", "#009e73", "#b4361f"
DOTS = 144  # to the inch: sharp on a phone at half the size
INK, MUTED, GRID = "#18222c", "#526070", "#d6dce2"


@cache
def _library() -> Any:
    """matplotlib, taken in with the first picture (55 MB, half a second) and set once."""
    import matplotlib as mpl

    mpl.rcParams.update(
        {
            "svg.hashsalt": "tthc_tracker",
            "svg.fonttype": "path",  # a picture in <img> cannot use the fonts of the page
            "font.family": "DejaVu Sans",
            "font.size": 9,
            "text.color": INK,
            "axes.edgecolor": MUTED,
            "axes.labelcolor": INK,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "xtick.color": MUTED,
            "ytick.color": INK,
            "hatch.linewidth": 0.6,
        }
    )
    return mpl


def keep_fonts_in(folder: Path) -> None:
    """Where the library may keep its list of fonts; to be said before the first picture."""
    os.environ.setdefault("MPLCONFIGDIR", str(folder))


def figure(width: float = 7.6, height: float = 3.4) -> tuple[Any, Any]:
    """An empty figure of that many inches and its one plot."""
    _library()
    from matplotlib.figure import Figure

    made = Figure(figsize=(width, height), layout="constrained", facecolor="white")
    return made, made.subplots()


def as_png(made: Any) -> bytes:
    """The picture as dots; it holds no date and no maker, so that it changes only with its numbers."""
    written = io.BytesIO()
    made.savefig(written, format="png", dpi=DOTS, metadata={"Software": None})
    return written.getvalue()


def as_svg(made: Any) -> bytes:
    """The picture as a file; it holds no date, so that it changes only with its numbers."""
    written = io.BytesIO()
    made.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    return written.getvalue()
