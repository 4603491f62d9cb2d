"""`flask imports run`: take in an export of another system."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TextIO

import click
from flask import current_app
from flask.cli import AppGroup

from tthc_tracker import clock
from tthc_tracker.domain.errors import InvalidInput, NotFound
from tthc_tracker.domain.importing import MOST_UNSEEN, Sends, Whole
from tthc_tracker.extensions import database
from tthc_tracker.jobs.importpipeline import ReaderEndedError, opened
from tthc_tracker.services import imports, unseen
from tthc_tracker.services.importjudging import Judged, Outcome, Register, judge
from tthc_tracker.services.importreading import ReadRow
from tthc_tracker.services.imports import ImportFile, Tally
from tthc_tracker.spreadsheets.errorfile import ErrorFile
from tthc_tracker.spreadsheets.faults import UnusableFileError
from tthc_tracker.wording import importing

imports_group = AppGroup("imports", help="Exports of other systems.")

VERDICTS = {
    Outcome.NEW: "accepted",
    Outcome.UPDATED: "updated",
    Outcome.UNCHANGED: "unchanged",
    Outcome.REPEAT: "accepted",
    Outcome.REFUSED: "refused",
}


@imports_group.command("run")
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--source", "source_code", required=True, help="Code of the source, e.g. provincial-portal.")
@click.option("--dry-run", is_flag=True, help="Judge every row and write nothing.")
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text")
@click.option("--full", "full", is_flag=True, help="A full list: what is missing is no longer at its source.")
@click.option("--sure", is_flag=True, help="A full list, however much is missing from it.")
@click.option("--errors", "errors_path", type=click.Path(path_type=Path, dir_okay=False), default=None,
              help="Where refusals and warnings go; beside the file when not given.")  # fmt: skip
def run(
    path: Path, source_code: str, dry_run: bool, shape: str, full: bool, sure: bool, errors_path: Path | None
) -> None:
    """Read PATH (CSV, XLSX or JSON of the exchange vocabulary): refusals and warnings go to a file beside it,
    or where that folder cannot be written, to one under var/.

    Exit status 0 when the file was processed, whatever rows were refused; 2 when it could not be.
    """
    try:
        whole = Whole.SURE if sure else Whole.YES if full else Whole.AS_DECLARED
        summary = _process(
            path, source_code, whole, dry_run=dry_run, errors_path=errors_path, keep_rows=shape == "json"
        )
    except (UnusableFileError, ReaderEndedError, OSError) as error:
        raise click.exceptions.Exit(_complain(str(error))) from error
    except NotFound as error:
        raise click.exceptions.Exit(_complain(f"Không có nguồn «{source_code}».")) from error
    except InvalidInput as error:
        raise click.exceptions.Exit(_complain(f"Nguồn «{source_code}»: {error.message}")) from error
    if shape == "json":
        click.echo(json.dumps(summary, ensure_ascii=False, indent=1))
    else:
        click.echo(importing.summary(summary, dry_run=dry_run))


@imports_group.command("source")
@click.argument("code")
@click.option(
    "--sends",
    type=click.Choice([one.value for one in Sends]),
    required=True,
    help="full: each file is a full list of what is open; changes: what is new or has changed.",
)
@click.option(
    "--most-missing",
    "most",
    type=int,
    default=MOST_UNSEEN,
    show_default=True,
    help="Percent of the open dossiers that a full list may miss before --sure is needed.",
)
def source(code: str, sends: str, most: int) -> None:  # fmt: skip
    """Say what the files of source CODE hold."""
    try:
        with database.transaction() as session:
            found = imports.find_source(session, code)
            unseen.declare(session, found, sends=Sends(sends), most=most, now=clock.now())
    except NotFound as error:
        raise click.ClickException(f"Không có nguồn «{code}».") from error
    except InvalidInput as error:
        raise click.ClickException(f"Nguồn «{code}»: {error.message}") from error
    click.echo(importing.declared(Sends(sends), most))


def _complain(message: str) -> int:
    click.echo(message, err=True)
    return 2


def _process(
    path: Path, source_code: str, whole: Whole, *, dry_run: bool, errors_path: Path | None, keep_rows: bool
) -> dict[str, Any]:
    with ExitStack() as stack:
        with database.reading() as session:
            register = imports.prepare(session, source_code)
        as_of, now = clock.minute(), clock.now()
        terms = None if dry_run else imports.terms(register, as_of=as_of, now=now)
        export = stack.enter_context(opened(path, terms))
        errors = stack.enter_context(_open_errors(path, errors_path))
        report = _Report(ErrorFile(errors, export.columns), keep_rows)
        if dry_run:
            work = _judge_all(register, export.batches)
        else:
            file = ImportFile(source_code, path.name, _digest(path), as_of, whole)
            work = _write_all(file, register, export.batches, report)
        for judged in work:
            report.add(judged)
    return report.summary() | {"errors_file": errors.name}


def _open_errors(path: Path, asked: Path | None) -> TextIO:
    """Where refusals and warnings are written: as asked, else beside the file, else under var/."""
    if asked is not None:
        if asked.exists() and asked.samefile(path):
            raise UnusableFileError("Tệp lỗi trùng với chính tệp cần nạp; hãy đặt tên khác sau --errors.")
        return _new_file(asked)
    beside = path.with_name(path.stem + ".loi.csv")
    try:
        return _new_file(beside)
    except OSError:  # an export on a read-only medium is taken in all the same
        folder: Path = current_app.config["SETTINGS"].var / "nhap-du-lieu"
        folder.mkdir(parents=True, exist_ok=True)
        return _new_file(folder / beside.name)


def _new_file(path: Path) -> TextIO:
    """Its rows are people's: for the owner's eyes."""
    path.touch(mode=0o600)
    return path.open("w", encoding="utf-8", errors="backslashreplace", newline="")


def _judge_all(register: Register, batches: Iterator[list[ReadRow]]) -> Iterator[list[Judged]]:
    with database.reading() as session:
        for rows in batches:
            yield judge(session, register, rows)


def _write_all(
    file: ImportFile, register: Register, batches: Iterator[list[ReadRow]], report: "_Report"
) -> Iterator[list[Judged]]:
    with database.transaction() as session:
        batch_id = imports.open_batch(session, file, actor_id=None, now=clock.now())
    tally = Tally()
    for rows in batches:
        with database.transaction() as session:
            judged = imports.take(
                session, register, rows, batch_id=batch_id, as_of=file.data_as_of, now=clock.now()
            )
        tally.add(judged)
        yield judged
    with database.transaction() as session:
        report.lacked = imports.close_batch(session, batch_id, tally.counts(), now=clock.now())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Report:
    """The summary, and the file of refusals and warnings as it is written."""

    def __init__(self, errors: ErrorFile, keep_rows: bool) -> None:
        self._errors = errors
        self._tally = Tally()
        self.lacked: dict[str, int] = {}  # of a full list
        self._rows: list[dict[str, Any]] | None = [] if keep_rows else None

    def add(self, judged: list[Judged]) -> None:
        """Count a batch and write down what was wrong in it."""
        self._tally.add(judged)
        for item in judged:
            if remarks := importing.remarks(item):
                codes = [code for code, _, _ in remarks]
                self._errors.note(item.raw, item.number, codes, importing.reason(item))
            if self._rows is not None:
                self._rows.append(_by_row(item))

    def summary(self) -> dict[str, Any]:
        """The counts, and with JSON the verdict of every row."""
        return self._tally.counts() | self.lacked | ({} if self._rows is None else {"by_row": self._rows})


def _verdict(item: Judged) -> str:
    return (
        "accepted with warning" if item.outcome is Outcome.NEW and item.warnings else VERDICTS[item.outcome]
    )


def _by_row(item: Judged) -> dict[str, Any]:
    remarks = importing.remarks(item)
    return {
        "row": item.number,
        "MaHoSo": item.code,
        "verdict": _verdict(item),
        "reason": remarks[0][0] if remarks else ("repeat" if item.outcome is Outcome.REPEAT else ""),
        "why": importing.why(item),
    }
