"""Rows in runs of one agency and its codes: each once, in an order that the file alone decides."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from tests.cli.test_imports import Run, rows_stored, run
from tests.jobs.test_importpipeline import ALWAYS, TERMS
from tests.support import pacing
from tests.support.sending import HEAD, csv_of, dossier
from tthc_tracker.extensions import database
from tthc_tracker.jobs.importpipeline import BESIDE_FROM, opened
from tthc_tracker.jobs.importruns import in_runs, plain
from tthc_tracker.models.importing import ImportBatch, ImportedRow
from tthc_tracker.services import importstages
from tthc_tracker.services.importreading import ReadRow, plain_of, read
from tthc_tracker.spreadsheets.faults import UnusableFileError

__all__ = ["run"]
ROOM = 20


def rows(many: int) -> list[dict[str, str]]:
    """Rows of three agencies in no order; every tenth says nothing of its code, some come twice."""
    rng = Random(many)
    made = [
        dossier(rng.randrange(many), NoiNopHoSo=rng.choice(("H62", "H62.01", "H62.02"))) for _ in range(many)
    ]
    return [row | {"MaHoSo": ""} if place % 10 == 9 else row for place, row in enumerate(made)]


def as_read(many: int) -> list[ReadRow]:
    """The same, read."""
    return [read(number, raw, TERMS) for number, raw in enumerate(rows(many), start=2)]


@pytest.mark.parametrize("many", [0, 1, ROOM, 400])
def test_every_row_has_its_turn_once_and_says_what_it_said(many: int) -> None:
    given = as_read(many)
    taken = [plain(packed) for packed in in_runs(given, ROOM)]
    assert sorted(row[0] for row in taken) == [row.number for row in given]
    assert {row[0]: row for row in taken} == {row.number: plain_of(row) for row in given}
    assert taken == [plain(packed) for packed in in_runs(given, ROOM)]


def test_runs_ascend_by_agency_and_code_and_are_twice_as_long_as_what_waits() -> None:
    given = {row.number: row for row in as_read(800)}
    taken = [given[packed[0]] for packed in in_runs(given.values(), ROOM)]
    keys = [(row.receiving, row.code) for row in taken if row.refusal is None]
    breaks = sum(after < before for before, after in pairwise(keys))
    assert breaks < 800 / (1.5 * ROOM)
    assert sum(after.code < before.code for before, after in pairwise(given.values())) > 300


def test_rows_of_one_code_stay_in_the_order_of_the_file_and_a_refused_one_hardly_waits() -> None:
    given = {row.number: row for row in as_read(800)}
    taken = [packed[0] for packed in in_runs(given.values(), ROOM)]
    by_code: dict[tuple[str, str], list[int]] = {}
    for number in taken:
        row = given[number]
        by_code.setdefault((row.receiving, row.code) if row.refusal is None else ("", ""), []).append(number)
    assert all(numbers == sorted(numbers) for numbers in by_code.values())
    assert max(map(len, by_code.values())) > 2
    # Its place is that in the file, less the rows that wait: twice as many have been read at most.
    late = [taken.index(number) - (number - 2) for number in by_code["", ""]]
    assert max(late) <= 0


def test_what_cannot_be_read_on_is_told_after_the_rows_before_it() -> None:
    def broken() -> Iterator[ReadRow]:
        yield from as_read(50)
        raise UnusableFileError("…")

    taken = in_runs(broken(), ROOM)
    assert len({next(taken)[0] for _ in range(50)}) == 50
    with pytest.raises(UnusableFileError):
        next(taken)


def test_a_large_file_is_handed_over_in_runs_and_a_small_one_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "xuat.csv"
    path.write_bytes(csv_of(rows(400), HEAD))
    with opened(path, TERMS, beside_from=ALWAYS, in_runs_of=ROOM) as reading:
        beside = [row for batch in reading.batches for row in batch]
        assert reading.in_runs_of == ROOM
    assert [row.number for row in beside] == [packed[0] for packed in in_runs(as_read(400), ROOM)]
    with opened(path, TERMS, in_runs_of=ROOM) as reading:
        here = [row._replace(row=None) for batch in reading.batches for row in batch]
        assert reading.in_runs_of == 0
    assert [row.number for row in here] == list(range(2, 402))
    assert sorted(row._replace(row=None) for row in beside) == here


class _PowerCut(BaseException):
    """Ends a run where it stands."""


@pytest.mark.parametrize("begun_in", [ROOM, 0], ids=["in runs", "as it stands, by the release before"])
def test_a_large_file_goes_on_in_the_order_in_which_it_was_begun(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begun_in: int
) -> None:
    path = tmp_path / "xuat.csv"
    wide = {"MoTa": "x" * (BESIDE_FROM // 300)}
    path.write_bytes(csv_of([dossier(number * 7 % 300) | wide for number in range(300)], (*HEAD, "MoTa")))
    monkeypatch.setattr("tthc_tracker.jobs.importing.ROOM", begun_in)
    pacing.fixed(monkeypatch, 40)
    note, noted = importstages.note_written, list[int]()

    def cut(*given: object, **more: object) -> None:
        if len(noted) == 3:
            raise _PowerCut
        noted.append(1)
        note(*given, **more)

    with monkeypatch.context() as cutting:
        cutting.setattr(importstages, "note_written", cut)
        with pytest.raises(_PowerCut):
            run(path)
    assert rows_stored()[0] == 120
    monkeypatch.setattr("tthc_tracker.jobs.importing.ROOM", 50)  # as a later release might have it
    assert run(path).exit_code == 0
    with database.reading() as session:
        batch = session.query(ImportBatch).one()
        numbers = [number for (number,) in session.query(ImportedRow.row_number)]
    assert (batch.counts["rows"], batch.counts["accepted"], batch.in_runs_of) == (300, 300, begun_in)
    assert sorted(numbers) == list(range(2, 302))
