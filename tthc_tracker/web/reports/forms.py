"""A form on the screen and as a file: every number leads to its dossiers, every file is the form itself."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, abort

from tthc_tracker.printouts import form_table
from tthc_tracker.spreadsheets import formlines, formsheet
from tthc_tracker.spreadsheets.workbook import MIME
from tthc_tracker.wording.formtables import FormColumn, FormLine, FormTable, HeadCell, Rank, heads, written

Lead = Callable[[FormLine, FormColumn], str | None]


@dataclass(frozen=True)
class ShownCell:
    """A cell: what a card of the phone calls it, its words, where it leads."""

    label: str
    words: str
    kind: str
    css: str
    url: str | None


@dataclass(frozen=True)
class ShownForm:
    """A form as a page shows it."""

    form: FormTable
    heads: tuple[tuple[HeadCell, ...], ...]  # line by line
    lines: tuple[tuple[FormLine, tuple[ShownCell, ...]], ...]
    total: tuple[ShownCell, ...] | None


def shown(form: FormTable, lead: Lead) -> ShownForm:
    """The form with the addresses of the dossiers behind its numbers."""
    cells = heads(form.columns)
    depth = 1 + max(cell.row for cell in cells)
    rows = tuple(tuple(cell for cell in cells if cell.row == row) for row in range(depth))
    lines = [(line, _cells(form, line, lead)) for line in form.lines]
    total = next((cells for line, cells in lines if line.rank is Rank.TOTAL), None)
    return ShownForm(form, rows, tuple(one for one in lines if one[0].rank is not Rank.TOTAL), total)


def _cells(form: FormTable, line: FormLine, lead: Lead) -> tuple[ShownCell, ...]:
    return tuple(
        ShownCell(
            f"{column.number} {column.words}".strip(),
            written(cell, column.kind),
            column.kind,
            _CSS.get(column.kind, "text"),
            lead(line, column) if column.cell and cell else None,
        )
        for cell, column in zip(line.cells, form.columns, strict=True)
    )


_CSS = {"num": "num", "percent": "num", "place": "tight"}


def file(form: FormTable, kind: str, made_at: dt.datetime) -> Response:
    """The form as a file of that kind: xlsx, pdf (a ZIP of several where it is long) or csv."""
    if kind not in _ASKED:
        abort(404)
    if kind == "pdf" and form_table.is_long(form):
        kind = "zip"
    write, mimetype = _KINDS[kind]
    answer = Response(write(form, made_at), mimetype=mimetype)
    shown_by = "inline" if kind == "pdf" else "attachment"
    answer.headers["Content-Disposition"] = f'{shown_by}; filename="{form.name}.{kind}"'
    return answer


_ASKED = frozenset({"pdf", "xlsx", "csv"})
_KINDS: dict[str, tuple[Callable[[FormTable, dt.datetime], bytes], str]] = {
    "pdf": (form_table.file, "application/pdf"),
    "zip": (form_table.file, "application/zip"),
    "xlsx": (lambda form, _: formsheet.workbook(form), MIME),
    "csv": (lambda form, _: "".join(formlines.lines(form)).encode(), "text/csv; charset=utf-8"),
}
