"""Files that people sent are judged, written, taken back: in bounded batches, resumable after a kill."""

import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.domain.importing import PREVIEWED, SCREEN_ROWS, BatchState
from tthc_tracker.engine import is_full
from tthc_tracker.extensions import database
from tthc_tracker.jobs.importchild import Manner
from tthc_tracker.jobs.importerrors import GrowingErrors
from tthc_tracker.jobs.importpace import Units
from tthc_tracker.jobs.importpipeline import ReaderEndedError, Reading, opened
from tthc_tracker.jobs.importruns import ROOM
from tthc_tracker.jobs.work import Work, is_gone, own_name, patient_unit, stood_back
from tthc_tracker.queries import columnmaps
from tthc_tracker.queries import imports as queries
from tthc_tracker.queries.imports import Task
from tthc_tracker.services import imports, importstages, importundoing, leases
from tthc_tracker.services.events import Actor
from tthc_tracker.services.importjudging import Judged, Outcome, Register, judge
from tthc_tracker.services.imports import Tally
from tthc_tracker.services.importstages import Overtaken
from tthc_tracker.spreadsheets.exchangefile import open_export
from tthc_tracker.spreadsheets.faults import UnmappedColumnsError, UnusableFileError
from tthc_tracker.spreadsheets.intake import Shelf, owners_file
from tthc_tracker.wording import columnmaps as columns
from tthc_tracker.wording import importing as words

log = logging.getLogger(__name__)

LEASE = "import-files"
SHORTEST_ROW = 2  # bytes that a row takes, packed or not: a smaller file cannot hold too many
TELL_EVERY = 3  # batches of rows between two notes of how far the judging is


@stood_back()
def import_files(work: Work) -> dict[str, Any]:
    """Take up every file that waits, the oldest first; nothing when somebody else is at it."""
    desk = _Desk(work)
    counts = {"checked": 0, "loaded": 0, "undone": 0}
    with patient_unit(work.stopping) as session:
        if leases.acquire(session, LEASE, desk.owner, is_gone) is None:
            return counts
    try:
        while (task := _next()) is not None:
            done = desk.take_up(task)
            counts[done] += 1
    except Overtaken as why:
        log.info("import given up", extra={"why": str(why)})
    finally:
        with patient_unit() as session:
            leases.give_up(session, LEASE, desk.owner)
    return counts


def _next() -> Task | None:
    with database.reading() as session:
        return queries.next_task(session)


def _manner(task: Task) -> Manner:
    """The map by which a file is read, as it was when somebody looked at it."""
    with database.reading() as session:
        return Manner(columnmaps.of_file(session, task.columns_id))


class _Desk:
    """One run over the files that wait."""

    def __init__(self, work: Work) -> None:
        self.work, self.shelf, self.owner = work, Shelf(work.var), own_name()

    def take_up(self, task: Task) -> str:
        """Do what a file's state asks for; the name under which it counts."""
        if task.state is BatchState.UNDOING:
            self._undo(task)
            return "undone"
        try:
            register, by = self._register(task), _manner(task)
            if task.state is BatchState.WAITING:
                with opened(self._sent(task), None, by=by) as export:
                    self._check(task, register, export, by)
            else:
                with database.reading() as session:
                    terms = imports.terms(session, register, as_of=task.data_as_of, now=clock.now())
                with opened(self._sent(task), terms, by=by, in_runs_of=order_of(task)) as export:
                    self._load(task, register, export)
        except UnmappedColumnsError as fault:
            self._unmapped(task, str(fault))
        except (UnusableFileError, ReaderEndedError) as fault:
            self._give_up(task, str(fault))
        except OSError as fault:
            if is_full(fault):
                raise  # nothing is wrong with the file: once there is room, it goes on
            self._give_up(task, words.NO_FILE)
        except (DataError, IntegrityError) as fault:  # another try would end in the same way
            log.error(
                "import refused by the database", extra={"batch": task.id, "fault": type(fault).__name__}
            )
            self._give_up(task, words.NOT_KEPT)
        return "checked" if task.state is BatchState.WAITING else "loaded"

    def _unmapped(self, task: Task, why: str) -> None:
        if task.feed_id is None or task.state is BatchState.WAITING or task.rows_done:
            self._give_up(task, why)
        else:
            with self._transaction() as session:
                importstages.note_unmapped(session, task.id, columns.of_fetched(why))

    def _give_up(self, task: Task, why: str) -> None:
        with self._transaction() as session:
            importstages.note_fault(session, task.id, task.state, why, clock.now())

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        """A write unit under the lease of the scheduler and under that of this duty, renewed by it."""
        with self.work.transaction() as session:
            if leases.acquire(session, LEASE, self.owner, is_gone) is None:
                raise leases.LeaseLost(LEASE)
            yield session

    def _sent(self, task: Task) -> Path:
        """The very file that was sent."""
        if task.stored is None or self.shelf.digest(task.stored) != task.sha256:
            raise UnusableFileError(words.OTHER_FILE)
        return self.shelf.original(task.stored)

    def _register(self, task: Task) -> Register:
        """The register, as far as the sender may touch it today."""
        with database.reading() as session:
            if task.feed_id is not None:  # set up by whoever administers all agencies
                return imports.prepare(session, task.source_code)
            scope = queries.scope_of_user(session, task.actor_id or 0)
            if not (scope.all or scope.agency_ids):
                raise UnusableFileError(words.NO_LONGER_ALLOWED)
            return imports.prepare(session, task.source_code, scope)

    # --- judging

    def _check(self, task: Task, register: Register, export: Reading, by: Manner) -> None:
        assert task.stored is not None
        self._count(self.shelf.original(task.stored), by)
        tally = Tally()
        preview: list[dict[str, Any]] = []
        draft = self.shelf.errors(task.stored, written=False)
        with GrowingErrors(draft, export.columns) as errors:
            for number, rows in enumerate(export.batches, start=1):
                with database.reading() as session:
                    judged = judge(session, register, rows)
                tally.add(judged)
                errors.note(judged)
                preview += [_shown(item) for item in judged[: PREVIEWED - len(preview)]]
                if tally.rows > SCREEN_ROWS:
                    raise UnusableFileError(words.TOO_MANY_ROWS)
                if number % TELL_EVERY == 0:
                    with self._transaction() as session:
                        importstages.note_judged(session, task.id, rows_done=tally.rows)
        with os.fdopen(owners_file(self.shelf.preview(task.stored)), "w", encoding="utf-8") as file:
            json.dump(preview, file, ensure_ascii=True)
        with self._transaction() as session:
            importstages.note_checked(session, task.id, tally.kept(), export.warnings)

    def _count(self, path: Path, by: Manner) -> None:
        """Before any row is judged: to count fifty thousand takes a tenth of the time of judging them."""
        if path.stat().st_size < SCREEN_ROWS * SHORTEST_ROW:
            return
        with open_export(path, by.how, encoding=by.encoding) as export:
            if next(islice(export.rows, SCREEN_ROWS, None), None) is not None:
                raise UnusableFileError(words.TOO_MANY_ROWS)

    # --- writing

    def _load(self, task: Task, register: Register, export: Reading) -> None:
        assert task.stored is not None
        tally, units = Tally(task.counts), Units(export.batches)
        go_on_from(task.rows_done, register, units)
        with self._transaction() as session:
            importstages.note_begun(session, task.id, now=clock.now())
        draft = self.shelf.errors(task.stored, written=True)
        with GrowingErrors(draft, export.columns, sure=task.errors_size) as errors:
            for rows in units:
                before = tally.rows
                with self._transaction() as session:
                    units.begun(session)
                    judged = imports.take(
                        session, register, rows, batch_id=task.id, as_of=task.data_as_of, now=clock.now()
                    )
                    tally.add(judged)
                    size = errors.note(judged)
                    importstages.note_written(
                        session, task.id, tally.kept(), before=before, in_runs_of=export.in_runs_of,
                        errors_size=size,
                    )  # fmt: skip
        with self._transaction() as session:
            importstages.finish(session, task.id, tally.kept(), now=clock.now())

    # --- taking back

    def _undo(self, task: Task) -> None:
        actor, many = self._undoer(task), 1
        while many:
            with self._transaction() as session:
                batch = importstages.hold(session, task.id, BatchState.UNDOING)
                reason = words.TAKEN_BACK.format(batch=task.id)
                many = importundoing.take_back(session, task.id, actor=actor, reason=reason, now=clock.now())
                batch.rows_done += many
                if not many:
                    importstages.finish_undo(session, task.id)

    def _undoer(self, task: Task) -> Actor:
        with database.reading() as session:
            return Actor(task.undone_by_id, queries.name_of(session, task.undone_by_id or 0))


def order_of(task: Task | None) -> int:
    """In which order a large file is written: what was begun goes on in the one in which it was."""
    return task.in_runs_of if task is not None and task.rows_done else ROOM


def go_on_from(rows_done: int, register: Register, units: Units) -> None:
    """After a kill: look at the rows that are written once more, so that repeats of them are known."""
    for rows in units.first(rows_done):
        with database.reading() as session:
            judge(session, register, rows)


def _shown(item: Judged) -> dict[str, Any]:
    """A row as the preview shows it: nothing personal that lists would not show either."""
    raw = item.raw
    return {
        "number": item.number, "code": item.code[:40], "procedure": raw.get("MaTTHC", "")[:40],
        "owner": words.listed(raw.get("ChuHoSo", ""), raw.get("LoaiDoiTuong", "")),
        "status": raw.get("TrangThaiHoSo", "")[:10],
        "accepted": words.when(raw.get("NgayTiepNhan", "")), "due": words.when(raw.get("NgayHenTra", "")),
        "agency": raw.get("DonViXuLy", "")[:40], "verdict": item.outcome.value,
        "warned": item.outcome is Outcome.NEW and bool(item.warnings),
        # The same of several fields is said once: which they are stands in the file of errors.
        "why": " ".join(dict.fromkeys(sentence for _, _, sentence in words.remarks(item))),
    }  # fmt: skip
