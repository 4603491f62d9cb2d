"""From a form and its data to a tagged PDF (PDF/UA-1), by typst, in the process beside (decision 0015)."""

import datetime as dt
import json
import re
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tthc_tracker.rendering import elsewhere

if TYPE_CHECKING:
    import typst

HERE = Path(__file__).resolve().parent

_ENDLESS = re.compile(r"[^\W\d_]{30,}")  # letters alone: an address or a code breaks by its own signs
_LINE_MAY_END = "\u200b"


@cache
def _fonts() -> "typst.Fonts":
    import typst

    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(HERE / "fonts")]
    )


@cache
def _compiler(form: str) -> "typst.Compiler":
    import typst

    source = HERE / "forms" / f"{form}.typ"
    return typst.Compiler(str(source), root=str(source.parent), font_paths=_fonts())


def typeset(form: str, data: Mapping[str, Any], *, created_at: dt.datetime) -> bytes:
    """Set `forms/{form}.typ` with `data`, which the form reads as JSON: what is in it prints literally.

    The same form and data give the same bytes; `created_at` is the moment that the PDF says of itself, to the
    second: typst refuses any part of one.

    Raises:
        NotRenderedError: not now; try again later.
    """
    words = breakable(json.dumps(data, ensure_ascii=False))
    return elsewhere(compiled, form, words, created_at.astimezone(dt.UTC).replace(microsecond=0))


def breakable(text: str) -> str:
    """The text with room for a line's end after every letter of a word that no line is long enough for."""
    return _ENDLESS.sub(lambda word: _LINE_MAY_END.join(word[0]), text)


def compiled(form: str, data: str, created_at: dt.datetime) -> bytes:
    """The same, here. One at a time: a compiler shared by two threads refuses to work.

    PDF/UA wants every letter shown. Somebody whose name is written in letters that our type lacks gets his
    paper all the same, a box in each one's place, tagged but without that promise.
    """
    import typst

    set_with = partial(_compiler(form).compile, format="pdf", sys_inputs={"data": data}, timestamp=created_at)
    try:
        pdf = set_with(pdf_standards=["ua-1"])
    except typst.TypstError as fault:
        if "could not be displayed" not in str(fault):
            raise
        pdf = set_with()
    assert isinstance(pdf, bytes)
    return pdf
