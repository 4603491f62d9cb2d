"""A table of statistics on A4 across, from the same description as its workbook and its page."""

import datetime as dt
from typing import Any

from tthc_tracker.printouts.printout import Printout
from tthc_tracker.wording.formtables import FormTable, heads, written

FORM = "form_table"
HEAD = "Thủ trưởng đơn vị"
_MANY, _SMALL, _USUAL = 16, 8.0, 9.5  # columns; points


def paper(form: FormTable, made_at: dt.datetime) -> Printout:
    """The table before it is set; the same table and moment give the same bytes."""
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
        "notes": list(form.notes),
        "dated": head.dated,
        "signed_as": list(head.signed_as or (HEAD,)),
        "signer": head.signer,
        "seal": head.seal,
    }
    return Printout(FORM, data, made_at.replace(microsecond=0))
