"""A file read beside its writer: the same rows in the same order, and an end that everybody understands."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_imports import Run, messy, rows_stored, run
from tests.support.desk import SAMPLES
from tests.support.moments import at
from tests.support.sending import HEAD, csv_of, dossier
from tthc_tracker.domain.workcalendar import DEFAULT_WEEK, WeeklyHours, WorkCalendar
from tthc_tracker.jobs import importpipeline
from tthc_tracker.jobs.importchild import AHEAD, LAST
from tthc_tracker.jobs.importpipeline import ReaderEndedError, opened
from tthc_tracker.jobs.work import NICENESS, stood_back
from tthc_tracker.rendering import child_of_ours
from tthc_tracker.services import imports
from tthc_tracker.services.clockvalues import Place
from tthc_tracker.services.importedvalues import Terms
from tthc_tracker.services.importreading import BATCH, ReadRow
from tthc_tracker.spreadsheets.faults import UnusableFileError
from tthc_tracker.wording.importing import READER_ENDED

__all__ = ["messy", "run"]
NOW = at("Mon 2026-11-23 08:00")
TERMS = Terms(Place(WorkCalendar([WeeklyHours(DEFAULT_WEEK)], {}, range(2019, 2028))), NOW, NOW, "")
ALWAYS, NEVER = 0, sys.maxsize


def many(path: Path, batches: int) -> Path:
    """A file of that many batches."""
    path.write_bytes(csv_of([dossier(number) for number in range(batches * BATCH)], HEAD))
    return path


def all_read(path: Path, beside_from: int) -> tuple[Any, list[ReadRow], str]:
    """The columns, the rows, and what was said at the end."""
    rows: list[ReadRow] = []
    try:
        with opened(path, TERMS, beside_from=beside_from) as reading:
            for batch in reading.batches:
                rows += [row._replace(row=None) for row in batch]
            return reading.columns, rows, str(sorted(reading.warnings))
    except UnusableFileError as fault:
        return None, rows, str(fault)


@pytest.mark.parametrize("name", ["portal_export_messy.csv", "portal_export_vinhphuc.csv"])
def test_a_file_read_beside_gives_exactly_the_rows_it_gives_here(name: str) -> None:
    columns, rows, warnings = all_read(SAMPLES / name, ALWAYS)
    assert (columns, rows, warnings) == all_read(SAMPLES / name, NEVER)
    assert {row.made is None for row in rows} >= {False}


def test_what_cannot_be_read_is_told_after_the_rows_before_it(tmp_path: Path) -> None:
    path = tmp_path / "tep.json"
    rows = ",".join(f'{{"MaHoSo": "H62.02-210601-{number:04}"}}' for number in range(BATCH + 1))
    path.write_text(f'[{rows}, {{"MaHoSo": ', encoding="utf-8")
    beside = all_read(path, ALWAYS)
    assert beside == all_read(path, NEVER)
    assert beside[2]
    assert all_read(tmp_path / "khong-co.csv", ALWAYS) == all_read(tmp_path / "khong-co.csv", NEVER)


def test_an_import_whose_reader_is_killed_ends_with_its_message_and_whole_batches(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = many(tmp_path / "xuat.csv", 4)
    children: list[subprocess.Popen[bytes]] = []
    start, take = importpipeline.child_of_ours, imports.take

    def started(*module: str, **how: int) -> subprocess.Popen[bytes]:
        children.append(start(*module, **how))
        return children[-1]

    def killing(*given: Any, **more: Any) -> Any:
        children[0].send_signal(signal.SIGKILL)
        children[0].wait()
        return take(*given, **more)

    monkeypatch.setattr(importpipeline, "child_of_ours", started)
    monkeypatch.setattr(imports, "take", killing)
    result = run(path)
    assert (result.exit_code, result.stderr.strip()) == (2, READER_ENDED)
    kept, _, _ = rows_stored()
    assert kept in {BATCH, 2 * BATCH}  # one may have been handed over before
    monkeypatch.setattr(imports, "take", take)
    assert run(path).exit_code == 0
    assert rows_stored()[:2] == (4 * BATCH, 4 * BATCH)


def test_a_call_to_end_is_for_the_writer_and_once_it_stops_nobody_reads_on(tmp_path: Path) -> None:
    with opened(many(tmp_path / "xuat.csv", 5), TERMS, beside_from=ALWAYS) as reading:
        assert reading.child is not None
        os.kill(reading.child, signal.SIGTERM)
        assert [len(next(reading.batches)) for _ in range(3)] == [BATCH] * 3
    with pytest.raises(ProcessLookupError):
        os.kill(reading.child, 0)


def test_an_import_gives_way_to_people_and_its_reader_to_it_in_their_own_threads_alone(
    tmp_path: Path,
) -> None:
    def niceness(of: int) -> int:
        return os.getpriority(os.PRIO_PROCESS, of)

    def imports_a_file() -> tuple[int, int]:
        path = many(tmp_path / "xuat.csv", 1)
        with stood_back(), opened(path, TERMS, beside_from=ALWAYS) as reading:
            next(reading.batches)
            assert reading.child is not None
            return niceness(0), niceness(reading.child)

    before = niceness(0)
    with ThreadPoolExecutor(1) as lane:
        assert lane.submit(imports_a_file).result() == (max(before, NICENESS), LAST)
    assert niceness(0) == before


def test_a_child_that_ends_at_once_is_told_as_one_that_has_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importpipeline, "child_of_ours", lambda _module, **_how: child_of_ours("tabnanny"))
    with pytest.raises(ReaderEndedError), opened(many(tmp_path / "xuat.csv", 1), None, beside_from=ALWAYS):
        pass


def test_the_reader_holds_no_more_of_a_long_file_than_of_a_short_one(tmp_path: Path) -> None:
    with opened(many(tmp_path / "xuat.csv", 3 * AHEAD), TERMS, beside_from=ALWAYS) as reading:
        most = [_most_held(reading.child) for _ in islice(reading.batches, 2 * AHEAD - 2)]  # then it may end
    assert most[-1] - most[2] < 8 * 1024


def test_the_reader_goes_on_while_its_writer_writes(tmp_path: Path) -> None:
    path = many(tmp_path / "xuat.csv", AHEAD)
    with opened(path, TERMS, beside_from=ALWAYS) as reading:
        give_up_at = time.monotonic() + 60
        while _read_by(reading.child) < path.stat().st_size:
            assert time.monotonic() < give_up_at, "it stands still"
            os.sched_yield()
        assert sum(map(len, reading.batches)) == AHEAD * BATCH


def _read_by(process: int | None) -> int:
    """Bytes that a process has read from files and pipes since it started."""
    lines = Path(f"/proc/{process}/io").read_text(encoding="ascii").splitlines()
    return int(lines[0].removeprefix("rchar: "))


def _most_held(process: int | None) -> int:
    """KiB that a process has ever held."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])


def test_the_reader_starts_without_the_database() -> None:
    asked = "import sys, tthc_tracker.jobs.importchild; print('sqlalchemy' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True, text=True)
    assert told.stdout.strip() == "False"
