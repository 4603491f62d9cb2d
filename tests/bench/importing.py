"""`python -m tests.bench.importing`: rows of an export a second, written with clocks and history.

    python -m tests.bench.importing [--engine sqlite|postgresql] [--rows N] [--profile] [--office FOLDER]

The same line stands in `make bench`, there in a full register. A full one of SQLite here: an office that
`python -m tests.bench.cpu --keep FOLDER` has built (a copy of it is read into).
"""

import argparse
import cProfile
import csv
import datetime as dt
import pstats
import resource
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from sqlalchemy import func, select

from tests.bench import yardstick
from tests.bench.measures import Figure
from tests.support import databases
from tests.support.sending import HEAD, dossier
from tthc_tracker import clock
from tthc_tracker.extensions import database
from tthc_tracker.jobs.importpace import Units
from tthc_tracker.jobs.importpipeline import opened
from tthc_tracker.jobs.importruns import ROOM
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.importing import ImportedRow
from tthc_tracker.models.procedure import Procedure
from tthc_tracker.services import imports
from tthc_tracker.services.imports import ImportFile, Tally
from tthc_tracker.services.trailkeys import NAME, Keyring

ROWS = 50_000
GOAL = 3_000
SOURCE = "provincial-portal"
_STATES = ("4", "4", "9", "10", "10", "10", "10", "1", "5")


def measure(
    folder: Path, rows: int = ROWS, profile: cProfile.Profile | None = None, *, goal: float = GOAL
) -> Figure:
    """Read a made export into the database that is bound, as `flask imports run` does."""
    path = folder / "export.csv"
    write_export(path, rows)
    loop = yardstick.length()
    begun, busy, beside = time.perf_counter(), time.process_time(), _of_children()
    counts = profile.runcall(read_in, path) if profile else read_in(path)
    taken, busy, beside = time.perf_counter() - begun, time.process_time() - busy, _of_children() - beside
    assert counts["accepted"] == rows, counts
    loop = (loop + yardstick.length()) / 2
    spent = [seconds / rows * 1e6 for seconds in (busy, beside)]
    note = (
        f"{rows:,} rows in {taken:.1f} s; {spent[0]:,.0f} µs of processor a row here, {spent[1]:,.0f} in the "
        f"reader beside: for a thousand {spent[0] / loop:,.1f} and {spent[1] / loop:,.1f} yardsticks"
    )
    return Figure("import of an export", rows / taken, goal, unit="rows/s", most=False, note=note)


def _of_children() -> float:
    """Seconds of processor of the children that have ended."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def write_export(path: Path, rows: int) -> None:
    """An export of a portal: most dossiers are returned, some at work, some not yet accepted."""
    rng = Random(20261125)
    with database.reading() as session:
        agencies = session.execute(select(Agency.code).order_by(Agency.id).limit(200)).scalars().all()
        procedures = session.execute(select(Procedure.code).order_by(Procedure.id)).scalars().all()
        known = session.execute(select(func.count()).select_from(ImportedRow)).scalar_one()
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, HEAD)
        writer.writeheader()
        for number in range(known, known + rows):  # none that an office which is kept has had before
            writer.writerow(_row(rng, number, rng.choice(agencies), rng.choice(procedures)))


def _row(rng: Random, number: int, agency: str, procedure: str) -> dict[str, str]:
    accepted = dt.datetime(2026, 1, 5, 8, tzinfo=dt.UTC) + dt.timedelta(minutes=rng.randrange(400_000))
    due = accepted + dt.timedelta(days=rng.randrange(3, 30))
    status, waits = rng.choice(_STATES), {}
    end = accepted + (due - accepted) * rng.random() if status in {"9", "10"} else None
    if status == "1":
        waits = {"NgayTiepNhan": "", "NgayHenTra": "", "KenhThucHien": "2"}
    return dossier(number) | {
        "MaHoSo": f"{agency}-{accepted:%y%m%d}-{number:06}", "MaTTHC": procedure, "TrangThaiHoSo": status,
        "ChuHoSo": rng.choice(("Nguyễn Văn An", "Trần Thị Ánh", "Lê Hoàng Đức", "Phạm Thuỳ Dương")),
        "MaDoiTuong": f"0260{rng.randrange(10**8):08}", "SoDienThoai": f"09{rng.randrange(10**8):08}",
        "KenhThucHien": rng.choice("1123"), "NgayNopHoSo": _moment(accepted - dt.timedelta(hours=2)),
        "NgayTiepNhan": _moment(accepted), "NgayHenTra": _moment(due), "NgayKetThucXuLy": _moment(end),
        "NgayTra": _moment(end) if status == "10" else "", "DonViXuLy": agency, "NoiNopHoSo": agency,
    } | waits  # fmt: skip


def _moment(at: dt.datetime | None) -> str:
    return f"{at:%Y%m%d%H%M%S}" if at else ""


def read_in(path: Path) -> dict[str, int]:
    """What the command does, without its words."""
    tally = Tally()
    with database.reading() as session:
        register = imports.prepare(session, SOURCE)
        file = ImportFile(SOURCE, path.name, "0" * 64, clock.minute())
        terms = imports.terms(session, register, as_of=file.data_as_of, now=clock.now())
    with database.transaction() as session:
        batch_id = imports.open_batch(session, file, actor_id=None, now=clock.now())
    with opened(path, terms, in_runs_of=ROOM) as export:
        for rows in (units := Units(export.batches)):
            with database.transaction() as session:
                units.begun(session)
                tally.add(imports.take(
                    session, register, rows, batch_id=batch_id, as_of=file.data_as_of, now=clock.now()
                ))  # fmt: skip
    with database.transaction() as session:
        imports.close_batch(session, batch_id, tally.counts(), now=clock.now())
    return tally.counts()


@contextmanager
def register_of(engine: str, office: Path | None, folder: Path) -> Iterator[None]:
    """A province without dossiers, or a copy of an office full of them; bound."""
    from tests.bench.offices import empty_database
    from tests.support.sending import open_province

    if office is None:
        with empty_database(engine, folder) as url:
            database.bind(url, keyring=Keyring(folder / NAME))
            open_province()
            yield
            database.dispose()
        return
    for kept in ("cpu.sqlite", NAME):
        shutil.copyfile(office / kept, folder / kept)
    databases.migrate(url := f"sqlite:///{folder / 'cpu.sqlite'}")
    database.bind(url, keyring=Keyring(folder / NAME))
    yield
    database.dispose()


def main() -> None:
    from tests.bench.offices import ENGINES

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--engine", choices=ENGINES, action="append")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--office", type=Path, help="a folder of tests.bench.cpu: SQLite alone")
    asked = parser.parse_args()
    for engine in ["sqlite"] if asked.office else asked.engine or ENGINES:
        with tempfile.TemporaryDirectory() as folder, register_of(engine, asked.office, Path(folder)):
            profile = cProfile.Profile(time.process_time) if asked.profile else None
            line = measure(Path(folder), asked.rows, profile)
            print(f"{engine}: {line.value:,.0f} rows/s (goal {GOAL:,}); {line.note}")
            if profile:
                pstats.Stats(profile).sort_stats("tottime").print_stats(35)


if __name__ == "__main__":
    main()
