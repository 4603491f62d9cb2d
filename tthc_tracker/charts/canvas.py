"""One way of drawing: no pyplot, the same bytes for the same numbers, nothing told by colour alone."""

import io
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

# Blue, orange, grey and red of Okabe and Ito; every one comes with a hatch or a marker of its own.
BLUE, ORANGE, GREEN, RED = "#0072b2", "#e69f00", "#009e73", "#b4361f"
PALE_GREEN, PALE = "#b9e3d3", "#eef2f6"
INK, MUTED, GRID = "#18222c", "#526070", "#d6dce2"
_LONGEST_NAME = 34
_POINTS = 72  # to the inch
_MEASURED = 20.0  # points: the size at which letters are measured
_HALF_A_LETTER = 0.36 / _POINTS  # inches for each point of size
DOTS = 144  # to the inch: sharp on a phone at half the size
_PACKED = 2  # of 9: of these pictures no larger than 6, in half the time


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


@dataclass(frozen=True)
class Margins:
    """Inches around a plot for what is written there. Measured out by the library they take half the time."""

    left: float = 0.62
    right: float = 0.18
    top: float = 0.34
    bottom: float = 0.34


def figure(width: float = 7.6, height: float = 3.4, margins: Margins = Margins()) -> tuple[Any, Any]:
    """An empty figure of that many inches and its one plot."""
    _library()
    from matplotlib.figure import Figure

    made = Figure(figsize=(width, height), facecolor="white")
    across, up = (
        width - margins.left - margins.right,
        height - margins.top - margins.bottom,
    )
    plot = made.add_axes((margins.left / width, margins.bottom / height, across / width, up / height))
    return made, plot


def heading(made: Any, words: str) -> None:
    """A quiet line above the plot: what its lines and hatches mean."""
    made.text(0.01, 1 - 0.06 / made.get_figheight(), words, fontsize=9, color=MUTED, va="top")


@dataclass(frozen=True)
class Word:
    """Words at a place of a plot, in its own coordinates; `across` in inches moves them to the right."""

    x: float
    y: float
    said: str
    size: float = 8
    at: str = "left"  # which of its sides stands there: left, center, right
    colour: str = INK
    across: float = 0


def write(made: Any, plot: Any, words: Iterable[Word]) -> None:
    """Many words, letter by letter: each letter is kept once in the file and drawn wherever it stands.

    Three hundred texts of the library cost a quarter of a second. Once the limits of the plot are set, for
    words are put down where those places lie now.
    """
    places: dict[tuple[str, float, str], list[tuple[float, float]]] = {}
    said = [*words]
    points = [(word.x, word.y) for word in said] or [(0.0, 0.0)]
    for word, (x, y) in zip(said, plot.transData.transform(points) / made.dpi, strict=False):
        for letter, across in _letters(word):
            where = (x + word.across + across, y - _HALF_A_LETTER * word.size)
            places.setdefault((letter, word.size, word.colour), []).append(where)
    for (letter, size, colour), offsets in places.items():
        made.add_artist(_letter()(_outline(letter, size), offsets, made.dpi_scale_trans, colour))


@cache
def _letter() -> Any:
    """One letter wherever it stands, of one size and colour; all in inches.

    The library's own collections of outlines ask for the colour of each again: two thirds of what a picture
    of a thousand letters costs.
    """
    from matplotlib.artist import Artist
    from matplotlib.backends.backend_agg import RendererAgg
    from matplotlib.colors import to_rgba

    class Letter(Artist):
        zorder = 3  # above bars and fields

        def __init__(self, outline: Any, places: Any, inches: Any, colour: str) -> None:
            super().__init__()
            self._outline, self._places, self._inches, self._ink = outline, places, inches, to_rgba(colour)

        def draw(self, renderer: Any) -> None:
            by_dots, pen = isinstance(renderer, RendererAgg), renderer.new_gc()
            pen.set_linewidth(0)
            pen.set_foreground(self._ink, isRGBA=True)
            if by_dots:  # whose markers stand on whole dots, the letters of a word unevenly
                line = _all(self._outline, self._places)
                pen.set_snap(False)
                renderer.draw_path(pen, line, self._inches, self._ink)
            else:
                places = _line(self._places)
                renderer.draw_markers(pen, self._outline, self._inches, places, self._inches, self._ink)
            pen.restore()

    return Letter


def _line(points: Any, codes: Any = None) -> Any:
    from matplotlib.path import Path as Line

    return Line(points, codes)


def _all(outline: Any, places: Iterable[tuple[float, float]]) -> Any:
    """An outline at many places, as one."""
    from matplotlib.path import Path as Line

    return Line.make_compound_path(*(Line(outline.vertices + place, outline.codes) for place in places))


def _letters(word: Word) -> Iterable[tuple[str, float]]:
    """Every letter that shows, and how many inches right of the word's place it begins."""
    steps = [_step(letter) * word.size for letter in word.said]
    width = sum(steps)
    across = {"left": 0.0, "center": -width / 2, "right": -width}[word.at]
    for letter, step in zip(word.said, steps, strict=True):
        if not letter.isspace():
            yield letter, across
        across += step


@lru_cache(maxsize=1024)
def _step(letter: str) -> float:
    """From one letter to the next, in inches for each point of size."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(size=_MEASURED)
    measure = text_to_path.get_text_width_height_descent
    wide, narrow = (measure(said, font, ismath=False)[0] for said in (f"|{letter}|", "||"))
    return float(wide - narrow) / _MEASURED / _POINTS


@lru_cache(maxsize=1024)
def _outline(letter: str, size: float) -> Any:
    """The outline of a letter, in inches."""
    from matplotlib.textpath import TextPath

    path = TextPath((0, 0), letter, size=size)
    return _line(path.vertices / _POINTS, path.codes)


def boxes(plot: Any, corners: Iterable[tuple[float, float, float, float]], **look: Any) -> None:
    """Boxes (left, top, right, bottom) of one look as one artist: the library's bars are one for each."""
    from matplotlib.collections import PolyCollection

    lines = [[(a, b), (c, b), (c, d), (a, d)] for a, b, c, d in corners]
    plot.add_collection(PolyCollection(lines, **look), autolim=False)


def name_lines(made: Any, plot: Any, names: Sequence[str]) -> None:
    """The lines of a plot by name, from above, beside its left edge."""
    plot.set_yticks([])
    plot.set_ylim(max(len(names), 1) - 0.45, -0.55)
    left = plot.get_xlim()[0]
    write(
        made, plot,
        (Word(left, place, shortened(name), 8.5, "right", across=-0.08) for place, name in enumerate(names)),
    )  # fmt: skip


def shortened(name: str) -> str:
    """A name that fits beside a plot."""
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1].rstrip() + "…"


def scale(
    plot: Any, words: Callable[[float], str], *, most: float | None = None, along: Literal["x", "y"] = "y"
) -> None:
    """Whole numbers from 0 along x or y, with lines to read them by."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axis = plot.xaxis if along == "x" else plot.yaxis
    axis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axis.set_major_formatter(FuncFormatter(lambda value, _: words(value)))
    set_limits = plot.set_xlim if along == "x" else plot.set_ylim
    set_limits(0, most)
    plot.grid(axis=along, color=GRID, linewidth=0.6)
    plot.set_axisbelow(True)


def percents(plot: Any, *, along: str) -> None:
    """A scale from 0 to 100 per cent along x or y, with lines to read it by."""
    ticks = (0, 20, 40, 60, 80, 100)
    set_ticks = plot.set_xticks if along == "x" else plot.set_yticks
    set_ticks(ticks, [f"{tick} %" for tick in ticks], fontsize=8)
    plot.grid(axis=along, color=GRID, linewidth=0.6)
    plot.set_axisbelow(True)


class Form(StrEnum):
    """What a picture is written as: SVG for pages, PNG for papers and mails."""

    SVG = "svg"
    PNG = "png"


def written(made: Any, form: Form = Form.SVG) -> bytes:
    """The picture as a file of that form."""
    return as_png(made) if form is Form.PNG else as_svg(made)


def as_svg(made: Any) -> bytes:
    """The picture as a file; it holds no date, so that it changes only with its numbers."""
    file = io.BytesIO()
    made.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    return file.getvalue()


def as_png(made: Any) -> bytes:
    """The same for papers and mails, without a date and a maker too. Packed as the library does by itself, a
    large one took as long to pack as to draw."""
    file = io.BytesIO()
    packed = {"compress_level": _PACKED}
    made.savefig(file, format="png", dpi=DOTS, metadata={"Software": None}, pil_kwargs=packed)
    return file.getvalue()
