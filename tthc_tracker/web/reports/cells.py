"""The cells of the wide tables: two thousand numbers a page, written as plain text (decision 0014)."""

from collections.abc import Iterable

from markupsafe import Markup

from tthc_tracker.web.components import cell_head, escaped, quiet_line
from tthc_tracker.web.reports.tables import Number, Share, Shown
from tthc_tracker.wording import formats


def head_and_numbers(row: Shown) -> Markup:
    """The head and the numbers of a row of the statutory table."""
    return _markup(_head(row) + _figures(row.numbers))


def row_head(row: Shown) -> Markup:
    """What a row is called, with the way to its page where it has one."""
    return _markup(_head(row))


def number_cells(numbers: Iterable[Number]) -> Markup:
    """The numbers of a row, each with the way to its dossiers."""
    return _markup(_figures(numbers))


def share_cells(shares: Iterable[Share]) -> Markup:
    """The rates of a row, each with its two parts beneath."""
    return _markup("".join([_cell(share.label, _share(share)) for share in shares]))


def _head(row: Shown) -> str:
    said = escaped(row.label)
    shown = f'<a href="{escaped(row.url)}">{said}</a>' if row.url else said
    return f"{cell_head('', 'text', True)}><div>{shown}</div></th>"


def _figures(numbers: Iterable[Number]) -> str:
    return "".join([_cell(label, _figure(value, url)) for label, value, url in numbers])


def _cell(label: str, shown: str) -> str:
    return f"{cell_head(label, 'num', False)}><div>{shown}</div></td>"


def _figure(value: int, url: str | None) -> str:
    shown = formats.number(value)
    return f'<a href="{escaped(url)}">{shown}</a>' if url else shown


def _share(share: Share) -> str:
    _, value, url = share.num
    _, of, of_url = share.den
    beneath = f"{_figure(value, url)} / {_figure(of, of_url)}"
    if share.unknown is not None:
        label, number, where = share.unknown
        beneath += f", {escaped(label)} {_figure(number, where)}"
    return formats.percent(share.percent) + quiet_line(beneath)


def _markup(text: str) -> Markup:
    return Markup(text)  # noqa: S704 (numbers are formatted, words and addresses escaped above)
