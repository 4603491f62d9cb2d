"""One upload through the screen in a process of its own, with what it took of memory and time."""

import json
import os
import resource
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from tests.support.desk import Worker
from tests.support.screens import before
from tests.support.sending import agree, send, work
from tests.support.uploadcorpus import Upload
from tthc_tracker.domain.importing import BatchState
from tthc_tracker.extensions import database
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.importing import ImportBatch
from tthc_tracker.models.person import Person

ADDRESS_SPACE = 3 << 30  # bytes; whoever asks for more is refused, and the machine lives


@dataclass(frozen=True)
class Outcome:
    """What became of an upload. Lengths in milliseconds, memory in mebibytes above what there was before."""

    status: int  # of the answer to the upload
    body: str
    state: str
    fault: str
    counts: dict[str, Any]
    warnings: list[str]
    owner: str
    written: int
    sent_ms: float
    judged_ms: float
    memory: float


def through_the_screen(app: Flask, url: str, worker: Worker, upload: Upload) -> Outcome:
    """Send a file, judge it, and write it if it can be written; apart from this process and its database."""
    database.dispose()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _in_the_child(app, url, worker, upload, writer)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0, f"{upload.name}: the process died ({status})"
    return Outcome(**json.loads(told))


def _in_the_child(app: Flask, url: str, worker: Worker, upload: Upload, writer: int) -> None:
    done = 1
    try:
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
        outcome = _outcome(app, url, worker, upload)
        os.write(writer, json.dumps(outcome).encode()) if len(json.dumps(outcome)) < 60_000 else None
        done = 0
    finally:
        os._exit(done)


def _outcome(app: Flask, url: str, worker: Worker, upload: Upload) -> dict[str, Any]:
    own = Path(url.removeprefix("sqlite:///")).with_name(f"copy-{os.getpid()}.sqlite")
    shutil.copy(url.removeprefix("sqlite:///"), own)
    try:
        database.bind(f"sqlite:///{own}")
        screen = before(app, worker)
        start = _reset_peak()
        begun = time.perf_counter()
        answer = send(screen, upload.content, f"{upload.name}.dat")
        sent = time.perf_counter()
        if upload.agreed:
            agree(screen, "/nhap-du-lieu/1", encoding=upload.agreed)
        work(app)
        judged, peak = time.perf_counter(), _memory("VmHWM")
        batch, owner, written = _batch(), "", 0
        if batch is not None and batch.state is BatchState.CHECKED:
            screen.post(f"/nhap-du-lieu/{batch.id}/nap", {"sha256": batch.sha256})
            work(app)
            owner, written = _written()
            batch = _batch()
        return {
            "status": answer.status_code, "body": answer.text[:40_000] if answer.status_code != 303 else "",
            "state": batch.state.value if batch else "", "fault": batch.fault if batch else "",
            "counts": batch.counts if batch else {}, "warnings": batch.warnings if batch else [],
            "owner": owner, "written": written, "sent_ms": 1000 * (sent - begun),
            "judged_ms": 1000 * (judged - sent), "memory": (peak - start) / 1024,
        }  # fmt: skip
    finally:
        database.dispose()
        own.unlink(missing_ok=True)


def _batch() -> ImportBatch | None:
    with database.reading() as session:
        return session.execute(select(ImportBatch)).scalar_one_or_none()


def _written() -> tuple[str, int]:
    """The owner of the first dossier that was written, and how many there are."""
    statement = select(Person.full_name).join(Dossier, Dossier.owner_id == Person.id).order_by(Dossier.id)
    with database.reading() as session:
        names = session.execute(statement).scalars().all()
    return (names[0] if names else ""), len(names)


def _reset_peak() -> int:
    """Forget the peak so far; KiB in use now."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return _memory("VmRSS")


def _memory(what: str) -> int:
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(what))
    return int(line.split()[1])
