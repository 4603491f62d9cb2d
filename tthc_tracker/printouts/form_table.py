"""A table of statistics on A4 across, from the same description as its workbook and its page."""

import datetime as dt
import io
import zipfile
from dataclasses import replace
from typing import Any

from tthc_tracker.printouts.printout import Printout
from tthc_tracker.wording.formtables import PART, FormTable, heads, written

FORM = "form_table"
HEAD = "Thủ trưởng đơn vị"
_MANY, _SMALL, _USUAL = 16, 8.0, 9.5  # columns; points


LINES = 500
"""Of one paper: what is longer is several papers, for setting thousands at once takes a gigabyte."""
_ANY_DAY = (1980, 1, 1, 0, 0, 0)  # of the papers in a file of several


def is_long(form: FormTable) -> bool:
    """Whether the table is more than one paper."""
    return len(form.lines) > LINES


def papers(form: FormTable, made_at: dt.datetime) -> list[Printout]:
    """The table as papers of at most `LINES` lines: each has the head, the last the signatures."""
    starts = range(0, max(len(form.lines), 1), LINES)
    return [
        _paper(replace(form, lines=form.lines[start : start + LINES]), made_at, place, len(starts))
        for place, start in enumerate(starts, 1)
    ]


def file(form: FormTable, made_at: dt.datetime) -> bytes:
    """The table as one PDF, or a ZIP of several where it is long.

    Raises:
        NotRenderedError: not now; try again later.
    """
    return volume(form, made_at) if is_long(form) else paper(form, made_at).typeset()


def volume(form: FormTable, made_at: dt.datetime) -> bytes:
    """All papers of a long table in one ZIP; the same table and moment give the same bytes.

    Raises:
        NotRenderedError: not now; try again later.
    """
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        for place, one in enumerate(papers(form, made_at), 1):
            parts.writestr(zipfile.ZipInfo(f"{form.name}-{place:02}.pdf", _ANY_DAY), one.typeset())
    return file.getvalue()


def paper(form: FormTable, made_at: dt.datetime) -> Printout:
    """The table on one paper before it is set; the same table and moment give the same bytes."""
    return _paper(form, made_at, 1, 1)


def _paper(form: FormTable, made_at: dt.datetime, place: int, of: int) -> Printout:
    head, numbered = form.head, form.numbered
    cells = heads(form.columns)
    data: dict[str, Any] = {
        "title": head.title,
        "number": head.number,
        "basis": head.basis,
        "period": head.period,
        "agency": head.agency,
        "receiver": head.receiver,
        "counted": form.counted,
        "type": _SMALL if len(form.columns) > _MANY else _USUAL,
        "columns": [{"kind": column.kind, "share": column.width} for column in form.columns],
        "depth": 1 + max(cell.row for cell in cells) + numbered,
        "heads": [
            {"words": cell.words, "x": cell.column, "y": cell.row, "rows": cell.rows, "columns": cell.columns}
            for cell in cells
        ],
        "numbers": [column.number for column in form.columns] if numbered else [],
        "lines": [
            {
                "rank": line.rank.value,
                "cells": [
                    written(cell, column.kind) for cell, column in zip(line.cells, form.columns, strict=True)
                ],
            }
            for line in form.lines
        ],
        "notes": list(form.notes) if place == of else [],
        "part": PART.format(place=place, of=of) if of > 1 else "",
        "signs": place == of,
        "dated": head.dated,
        "signed_as": list(head.signed_as or (HEAD,)),
        "signer": head.signer,
        "seal": head.seal,
    }
    return Printout(FORM, data, made_at.replace(microsecond=0))
