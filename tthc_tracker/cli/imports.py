"""`flask imports run`: take in an export of another system."""

import datetime as dt
import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from tthc_tracker import clock
from tthc_tracker.cli.importprogress import Progress
from tthc_tracker.cli.importverdicts import Verdicts
from tthc_tracker.domain.columnmaps import ColumnMap
from tthc_tracker.domain.encodings import Encoding
from tthc_tracker.domain.errors import InvalidInput, NotFound
from tthc_tracker.domain.importing import MOST_UNSEEN, Sends, Whole
from tthc_tracker.engine import WritersBusy
from tthc_tracker.extensions import database
from tthc_tracker.jobs.importchild import Manner
from tthc_tracker.jobs.importerrors import GrowingErrors, keep_private
from tthc_tracker.jobs.importing import go_on_from, order_of
from tthc_tracker.jobs.importpace import Units
from tthc_tracker.jobs.importpipeline import ReaderEndedError, opened
from tthc_tracker.jobs.work import patient_unit, stood_back
from tthc_tracker.queries import columnmaps
from tthc_tracker.queries.columnmaps import KeptMap
from tthc_tracker.queries.imports import Task, broken_off
from tthc_tracker.services import imports, importstages, unseen
from tthc_tracker.services.importforecasts import Foreseen
from tthc_tracker.services.importjudging import Judged, Register, judge
from tthc_tracker.services.importreading import ReadRow
from tthc_tracker.services.imports import ImportFile, Tally
from tthc_tracker.services.importstages import Overtaken
from tthc_tracker.spreadsheets.faults import UnusableFileError
from tthc_tracker.wording import importing

imports_group = AppGroup("imports", help="Exports of other systems.")


@imports_group.command("run")
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--source", "source_code", required=True, help="Code of the source, e.g. provincial-portal.")
@click.option("--dry-run", is_flag=True, help="Judge every row and write nothing.")
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text")
@click.option("--full", "full", is_flag=True, help="A full list: what is missing is no longer at its source.")
@click.option("--sure", is_flag=True, help="A full list, however much is missing from it.")
@click.option(
    "--errors",
    "errors_path",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    help="Where refusals and warnings go; beside the file when not given.",
)
@click.option("--encoding", "encoding", type=click.Choice([one.value for one in Encoding]), default=None,
              help="What the file is in, where it does not say so itself.")  # fmt: skip
@stood_back()
def run(
    path: Path, source_code: str, dry_run: bool, shape: str, full: bool, sure: bool, errors_path: Path | None,
    encoding: str | None,
) -> None:  # fmt: skip
    """Read PATH (CSV, XLSX or JSON): refusals and warnings go to a file beside it, or where that folder
    cannot be written, to one under var/.

    Columns are those of the exchange vocabulary, or those of the map that was saved for the source on the
    page "Nhập dữ liệu". An encoding that can only be guessed is never read by the guess.

    A run that was ended in the middle is gone on with by the same command: the file continues where its last
    whole batch ended, and the counts are those of the whole file.

    Exit status 0 when the file was processed, whatever rows were refused; 2 when it could not be.
    """
    try:
        whole = Whole.SURE if sure else Whole.YES if full else Whole.AS_DECLARED
        file = _File(path, source_code, whole, Encoding(encoding) if encoding else None, errors_path)
        with tempfile.TemporaryFile("w+", encoding="utf-8") as kept:
            verdicts = Verdicts(kept) if shape == "json" else None
            summary = _process(file, dry_run=dry_run, verdicts=verdicts)
            if verdicts is None:
                click.echo(importing.summary(summary, dry_run=dry_run))
            else:
                verdicts.tell(summary)
    except (UnusableFileError, ReaderEndedError, OSError) as error:
        raise click.exceptions.Exit(_complain(str(error))) from error
    except Overtaken as error:
        raise click.exceptions.Exit(_complain(importing.BEING_READ)) from error
    except WritersBusy as error:
        raise click.exceptions.Exit(_complain(importing.OTHERS_WRITE)) from error
    except NotFound as error:
        raise click.exceptions.Exit(_complain(f"Không có nguồn «{source_code}».")) from error
    except InvalidInput as error:
        raise click.exceptions.Exit(_complain(f"Nguồn «{source_code}»: {error.message}")) from error


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


@dataclass(frozen=True)
class _File:
    """What was asked for."""

    path: Path
    source_code: str
    whole: Whole
    encoding: Encoding | None
    errors_path: Path | None

    @property
    def errors(self) -> Path:
        """Where refusals and warnings are written."""
        return _errors(self.path, self.errors_path)


def _process(file: _File, *, dry_run: bool, verdicts: Verdicts | None) -> dict[str, Any]:
    with database.reading() as session:
        register = imports.prepare(session, file.source_code)
        columns = columnmaps.in_force(session, file.source_code)
    if not dry_run:
        return _written(file, register, columns, verdicts=verdicts)
    by = Manner(columns.how if columns else None, file.encoding)
    with database.reading() as session:
        foreseen = Foreseen(session, register, as_of=clock.minute(), now=clock.now())
    with opened(file.path, None, by=by) as export, GrowingErrors(file.errors, export.columns) as errors:
        report = _Report(errors, Tally(), Progress(file.path), verdicts=verdicts)
        for judged in _judge_all(register, export.batches):
            report.add(judged)
            foreseen.add(judged)
    report.told = foreseen.told()
    return report.summary()


def _written(
    file: _File, register: Register, columns: KeptMap | None, *, verdicts: Verdicts | None
) -> dict[str, Any]:
    """Read a file in, from its beginning or from where a run before was ended."""
    path, task = file.path, _task(file, register)
    before = task.rows_done if task else 0
    as_of, now = task.data_as_of if task else clock.minute(), clock.now()
    by = Manner(_how(task, columns), file.encoding)
    with ExitStack() as stack:
        with database.reading() as session:
            terms = imports.terms(session, register, as_of=as_of, now=now)
        export = stack.enter_context(opened(path, terms, by=by, in_runs_of=order_of(task)))
        units = Units(export.batches)
        errors = stack.enter_context(
            GrowingErrors(file.errors, export.columns, task.errors_size if task else 0)
        )
        report = _Report(errors, Tally(task.counts if task else None), Progress(path), verdicts=verdicts)
        if task is None:
            sent = ImportFile(
                register.source.code, path.name, _digest(path), as_of, file.whole,
                columns.id if columns else None,
            )  # fmt: skip
            with patient_unit() as session:
                batch_id = imports.open_batch(session, sent, actor_id=None, now=now)
        else:
            batch_id = task.id
            go_on_from(before, register, units)
        with patient_unit() as session:
            importstages.note_begun(session, batch_id, now=clock.now())
        _write_all(_Begun(batch_id, as_of, export.in_runs_of), register, units, report)
    return report.summary() | ({"went_on_from": before} if before else {})


def _how(task: Task | None, columns: KeptMap | None) -> ColumnMap | None:
    """The map in force; of a file that was begun, the one by which it was."""
    if task is None:
        return columns.how if columns else None
    with database.reading() as session:
        return columnmaps.of_file(session, task.columns_id)


def _task(file: _File, register: Register) -> Task | None:
    """This very file, if a run before was ended in the middle of it."""
    if not file.path.is_file():
        return None  # as will be told by whoever opens it
    with database.reading() as session:
        return broken_off(session, register.source.code, _digest(file.path), file.whole)


def _errors(path: Path, asked: Path | None) -> Path:
    """Where refusals and warnings are written: as asked, else beside the file, else under var/."""
    if asked is not None:
        if asked.exists() and asked.samefile(path):
            raise UnusableFileError("Tệp lỗi trùng với chính tệp cần nạp; hãy đặt tên khác sau --errors.")
        keep_private(asked)
        return asked
    beside = path.with_name(path.stem + ".loi.csv")
    try:
        keep_private(beside)
        with beside.open("r+b"):
            return beside
    except OSError:  # an export on a read-only medium is taken in all the same
        folder: Path = current_app.config["SETTINGS"].var / "nhap-du-lieu"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / beside.name


def _judge_all(register: Register, batches: Iterator[list[ReadRow]]) -> Iterator[list[Judged]]:
    with database.reading() as session:
        for rows in batches:
            yield judge(session, register, rows)


@dataclass(frozen=True)
class _Begun:
    """A file that is being written."""

    batch_id: int
    as_of: dt.datetime
    in_runs_of: int


def _write_all(file: _Begun, register: Register, units: Units, report: "_Report") -> None:
    batch_id, as_of = file.batch_id, file.as_of
    for rows in units:
        before = report.tally.rows
        with patient_unit() as session:
            units.begun(session)
            judged = imports.take(session, register, rows, batch_id=batch_id, as_of=as_of, now=clock.now())
            size = report.add(judged)
            counts = report.tally.kept()
            importstages.note_written(
                session, batch_id, counts, before=before, in_runs_of=file.in_runs_of, errors_size=size
            )
    with patient_unit() as session:
        report.told = importstages.finish(session, batch_id, report.tally.kept(), now=clock.now())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Report:
    """The summary, and the file of refusals and warnings as it is written."""

    def __init__(
        self, errors: GrowingErrors, tally: Tally, progress: Progress, *, verdicts: Verdicts | None
    ) -> None:
        self.tally = tally
        self.told: dict[str, Any] = {}  # what a full list lacked, what is foretold
        self._errors, self._progress = errors, progress
        self._verdicts = verdicts

    def add(self, judged: list[Judged]) -> int:
        """Count a batch and write down what was wrong in it; how long the file of that is then."""
        self.tally.add(judged)
        if self._verdicts is not None:
            self._verdicts.note(judged)
        self._progress.tell(self.tally.rows)
        return self._errors.note(judged)

    def summary(self) -> dict[str, Any]:
        """The counts, and what a full list lacked."""
        self._progress.end()
        return self.tally.counts() | self.told | {"errors_file": str(self._errors.path)}
