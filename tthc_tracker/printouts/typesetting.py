"""From a form and its data to a tagged PDF (PDF/UA-1), by typst."""

import datetime as dt
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from threading import local
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import typst

HERE = Path(__file__).resolve().parent
_of_thread = local()


@cache
def _fonts() -> "typst.Fonts":
    import typst

    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(HERE / "fonts")]
    )


def _compiler(form: str) -> "typst.Compiler":
    """The compiler of this thread for a form: one shared by two threads refuses to work."""
    import typst

    compilers: dict[str, typst.Compiler] = _of_thread.__dict__.setdefault("compilers", {})
    if form not in compilers:
        source = HERE / "forms" / f"{form}.typ"
        compilers[form] = typst.Compiler(str(source), root=str(source.parent), font_paths=_fonts())
    return compilers[form]


def typeset(form: str, data: Mapping[str, Any], *, created_at: dt.datetime) -> bytes:
    """Set `forms/{form}.typ` with `data`, which the form reads as JSON: what is in it prints literally.

    The same form and data give the same bytes; `created_at` is the date that the PDF says of itself.
    """
    pdf = _compiler(form).compile(
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=created_at.astimezone(dt.UTC),
    )
    assert isinstance(pdf, bytes)
    return pdf
