"""A busy database is waited for, and not kept from others for long."""

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tthc_tracker import engine
from tthc_tracker.engine import WritersBusy
from tthc_tracker.extensions import Database
from tthc_tracker.jobs import runner
from tthc_tracker.jobs.pacing import AIM, LEAST, Pace
from tthc_tracker.jobs.timetable import BY_NAME
from tthc_tracker.jobs.work import Interrupted, Work, patient_unit


def test_a_batch_shrinks_while_others_use_the_machine_and_grows_back() -> None:
    pace = Pace(300)
    sizes = []
    for seconds in (AIM / 8, AIM / 8, AIM / 8, 4, 4, AIM * 0.8, AIM / 8):
        pace.took(seconds)
        sizes.append(pace.size)
    assert sizes == [150, 300, 300, 150, 75, 75, 150]
    for _ in range(9):
        pace.took(4)
    assert pace.size == LEAST


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_job_waits_for_a_writer_of_whom_people_have_given_up(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "PATIENCE", 0.02)
    written, order = threading.Event(), list[str]()

    def work() -> None:
        with patient_unit():
            order.append("job")

    def write_for_long() -> None:
        with database.transaction():
            begun.set()
            written.wait()
            order.append("the writer before")

    begun = threading.Event()
    writer, job = threading.Thread(target=write_for_long), threading.Thread(target=work)
    writer.start()
    begun.wait()
    job.start()
    for _ in range(3):
        with pytest.raises(WritersBusy), database.transaction():
            pass
    written.set()
    for thread in (writer, job):
        thread.join()
    assert order == ["the writer before", "job"]


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_process_that_ends_waits_for_no_writer(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "PATIENCE", 0.02)
    stopping = threading.Event()
    stopping.set()
    with database.transaction(), pytest.raises(Interrupted), patient_unit(stopping):
        pass


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
@pytest.mark.parametrize(("held", "ends_well"), [(1, True), (runner.TRIES, False)], ids=["once", "for ever"])
def test_a_job_given_up_for_a_lock_is_begun_anew_a_few_times(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, held: int, ends_well: bool
) -> None:
    monkeypatch.setattr(runner, "PAUSE", 0)
    tries = list[int]()

    def take_the_locked(_: Work) -> dict[str, Any]:
        tries.append(1)
        with database.transaction() as session:
            session.execute(text("SET LOCAL lock_timeout = '10ms'"))
            if len(tries) <= held:
                session.execute(text("LOCK TABLE job_position"))
        return {"tries": len(tries)}

    job = replace(BY_NAME["move-dossiers"], do=take_the_locked)
    with database.transaction() as session:
        session.execute(text("LOCK TABLE job_position"))
        done = runner.run(job, Work("https://tthc.test", "a@b.test", "", tmp_path))
    assert (done.ok, len(tries)) == (ends_well, min(held + 1, runner.TRIES))
