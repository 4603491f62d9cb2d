"""`flask reports`: the statistics as JSON, CSV, workbook and PDF, for those who script them."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import IO, Any, TypeVar

import click
from flask.cli import AppGroup

from tthc_tracker import clock
from tthc_tracker.cli.dailyfacts import rebuild_command, verify_command
from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.performance import RateName, StatutoryRow, rates_of
from tthc_tracker.domain.permissions import EVERYTHING
from tthc_tracker.domain.statutorytable import TableRow
from tthc_tracker.extensions import database
from tthc_tracker.printouts import form_table
from tthc_tracker.queries import signedreports, statistics, statutorytables
from tthc_tracker.queries import statisticsquestions as questions
from tthc_tracker.queries.signedreports import Signed
from tthc_tracker.queries.statistics import Statistics
from tthc_tracker.queries.statisticscells import ADDING_UP, By, Question
from tthc_tracker.queries.statutorymarks import SIGNED
from tthc_tracker.spreadsheets import csvtext, formsheet, statutoryjson
from tthc_tracker.wording import statutoryforms as forms
from tthc_tracker.wording.formtables import FormTable

Command = TypeVar("Command", bound=Callable[..., Any])

DATES = ("original", "reappointed")

reports_group = AppGroup("reports", help="Statistics of a period.")
reports_group.add_command(verify_command)
reports_group.add_command(rebuild_command)


class Unanswerable(click.ClickException):
    """A question that cannot be answered as it was asked: one line, exit status 2."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        """The line by itself, for a person."""
        click.echo(self.message, file=file, err=True)


def _period(command: Command) -> Command:
    command = click.option("--to", "end", required=True, metavar="DATE", help="Last day.")(command)
    return click.option("--from", "start", required=True, metavar="DATE", help="First day.")(command)


def _question(
    start: str, end: str, by: By, agency: str, *, second: bool = False, known_on: str = ""
) -> Question:
    try:
        with database.reading() as session:
            return questions.between(
                session, (start, end), by, EVERYTHING, agency, second=second, known_on=known_on
            )
    except InvalidInput as error:
        raise Unanswerable(error.message) from None


def _answer(question: Question) -> Statistics:
    with database.reading() as session:
        return statistics.statutory(session, question, clock.now())


def _form(question: Question) -> FormTable:
    """The table in the layout of its print."""
    now, period = clock.now(), questions.named(question.start, question.end)
    with database.reading() as session:
        table = statutorytables.table(session, question, now)
        head = statutorytables.head(session, forms.FORM, question.agency, period, now.date())
    return forms.form(table, replace(head, period=forms.known_line(head.period, question.known_on)))


def _json(question: Question, date: str) -> bytes:
    found = {"date": date} | statutoryjson.table(_answer(question))
    return json.dumps(found, ensure_ascii=False, indent=1).encode() + b"\n"


def _csv(question: Question, _date: str) -> bytes:
    found = _answer(question)
    rows = [_flat(statutoryjson.row(line)) for line in (*found.rows, found.total)]
    return "".join(csvtext.lines(list(rows[-1]), [list(row.values()) for row in rows])).encode()


def _xlsx(question: Question, _date: str) -> bytes:
    return formsheet.workbook(_form(question))


def _pdf(question: Question, _date: str) -> bytes:
    return form_table.file(_form(question), clock.now())


_WRITERS: dict[str, Callable[[Question, str], bytes]] = {
    "json": _json, "csv": _csv, "xlsx": _xlsx, "pdf": _pdf,
}  # fmt: skip
_PAPERS = ("xlsx", "pdf")


def _write(path: Path, content: bytes, form: str) -> None:
    if form == "pdf" and path.suffix == ".pdf" and not content.startswith(b"%PDF"):
        raise Unanswerable(f"Bảng dài hơn {form_table.LINES} dòng thành nhiều tệp PDF: --output bao-cao.zip.")
    try:
        path.write_bytes(content)
    except OSError as fault:
        raise Unanswerable(f"Không ghi được tệp {path}: {fault.strerror}.") from fault


@reports_group.command("statutory")
@_period
@click.option("--by", type=click.Choice([by.value for by in By]), default=By.LEVEL.value, show_default=True)
@click.option("--agency", default="", metavar="CODE", help="Only this agency and those below it.")
@click.option(
    "--date", "date", type=click.Choice(DATES), default=DATES[0], show_default=True,
    help="By the lawful date, or by that of a re-appointment where there was one.",
)  # fmt: skip
@click.option("--known-on", default="", metavar="DATE", help="Only what had been recorded by that day.")
@click.option("--format", "form", type=click.Choice(list(_WRITERS)), default="json", show_default=True)
@click.option("--output", metavar="FILE", help="Write it there; a workbook or a PDF has to be.")
def statutory(
    start: str, end: str, by: str, agency: str, date: str, known_on: str, form: str, output: str | None
) -> None:
    """The statutory table of a period: received, resolved, open, memo columns and rates; or its print."""
    if form in _PAPERS and not output:
        raise Unanswerable(f"Hãy ghi tên tệp: --output bao-cao.{form}.")
    if form in _PAPERS and By(by) not in ADDING_UP:
        raise Unanswerable("Các tháng không cộng thành tổng của biểu: dùng --format json hoặc csv.")
    asked = _question(start, end, By(by), agency, second=date == DATES[1], known_on=known_on)
    content = _WRITERS[form](asked, date)
    if output:
        _write(Path(output), content, form)
    else:
        click.echo(content.decode(), nl=False)


@reports_group.command("signed")
@_period
@click.option(
    "--by", type=click.Choice([by.value for by in SIGNED]), default=By.LEVEL.value, show_default=True
)
@click.option("--agency", required=True, metavar="CODE", help="Whose report.")
@click.option("--format", "form", type=click.Choice(list(_WRITERS)), default="json", show_default=True)
@click.option("--output", metavar="FILE", help="Write it there; a workbook or a PDF has to be.")
def signed(start: str, end: str, by: str, agency: str, form: str, output: str | None) -> None:
    """The statutory table as the head of an agency signed it: the same every time."""
    if form in _PAPERS and not output:
        raise Unanswerable(f"Hãy ghi tên tệp: --output bao-cao.{form}.")
    question = _question(start, end, By(by), agency)
    period = questions.named(question.start, question.end)
    with database.reading() as session:
        brief = signedreports.latest(session, agency, period, EVERYTHING)
        if brief is None or not brief.holds:
            raise Unanswerable("Kỳ này chưa được chốt, hoặc đã mở chốt.")
        report = signedreports.report(session, brief.id, EVERYTHING)
    content = _SIGNED[form](report, by)
    if output:
        _write(Path(output), content, form)
    else:
        click.echo(content.decode(), nl=False)


def _signed_rows(report: Signed, by: str) -> list[dict[str, Any]]:
    """The rows of a signed table, its levels as one row each, and the total."""
    table = report.tables[by]
    lines = [
        (each.key, each.label, each.row)
        for group in table.groups
        for each in ([TableRow(group.key, group.label, group.sum)] if group.letter else group.rows)
    ]
    told = [
        statutoryjson.told(key, label, row, rates_of(row))
        for key, label, row in lines
        if row != StatutoryRow()
    ]
    return [*told, statutoryjson.told(None, "Tổng cộng", table.total, rates_of(table.total))]


def _signed_json(report: Signed, by: str) -> bytes:
    table, brief, (*rows, total) = report.tables[by], report.brief, _signed_rows(report, by)
    answer = {
        "from": table.start.isoformat(),
        "to": table.end.isoformat(),
        "as_of": table.as_of.isoformat(),
        "signed_at": brief.signed_at.isoformat(),
        "edition": brief.edition,
        "sha256": brief.sha256,
        "rows": rows,
        "total": total,
    }
    return json.dumps(answer, ensure_ascii=False, indent=1).encode() + b"\n"


def _signed_csv(report: Signed, by: str) -> bytes:
    rows = [_flat(row) for row in _signed_rows(report, by)]
    return "".join(csvtext.lines(list(rows[-1]), [list(row.values()) for row in rows])).encode()


def _signed_form(report: Signed, by: str) -> FormTable:
    return forms.form(report.tables[by], report.head)


_SIGNED: dict[str, Callable[[Signed, str], bytes]] = {
    "json": _signed_json,
    "csv": _signed_csv,
    "xlsx": lambda report, by: formsheet.workbook(_signed_form(report, by)),
    "pdf": lambda report, by: form_table.file(_signed_form(report, by), report.brief.signed_at),
}


@reports_group.command("summary")
@_period
@click.option("--agency", default="", metavar="CODE", help="Only this agency and those below it.")
@click.option("--format", "form", type=click.Choice(["json"]), default="json", show_default=True)
def summary(start: str, end: str, agency: str, form: str) -> None:  # noqa: ARG001 (JSON is the only form)
    """Print the totals of a period. `rows` are the dossiers that stand in its columns (3) to (13)."""
    total = _answer(_question(start, end, By.LEVEL, agency)).total
    row = total.row
    answer = {
        "from": start,
        "to": end,
        "rows": row.received,
        "resolved": row.resolved,
        "early_or_on_time": row.early + row.on_time,
        "late": row.late,
        "open": row.open,
        "open_within": row.open_within,
        "open_overdue": row.open_overdue,
        "received_in_period": row.online + row.direct,
        "carried_over": row.carried,
        "online_in_period": row.online,
        "on_time_rate_percent": statutoryjson.percent(total.rates[RateName.ON_TIME]),
    }
    click.echo(json.dumps(answer, ensure_ascii=False, indent=1))


def _flat(row: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """The same names as in the JSON, joined by dots."""
    cells: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, dict):
            cells |= _flat(value, f"{prefix}{name}.")
        else:
            cells[prefix + name] = str(value).lower() if isinstance(value, bool) else value
    return cells
