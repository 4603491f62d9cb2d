"""The daily facts at sizes: what tables, an agency's page and charts cost, what filling and verifying takes.

    [CPU=1] python -m tests.bench.facts [--size N ...] [--engine sqlite|postgresql] [--keep FOLDER]
                                        [--no-compare] [--no-verify]

CPU: count the processor's time of this process, for a machine that others use too (of SQLite that is all).
Of PostgreSQL the processor of its processes stands beside: "server", once it has settled on plans; "first",
on a connection that has asked a few times only and plans each statement anew.
keep: where the databases of SQLite stay, one a size; what is there already is measured again, not laid anew.
no-compare: do not hold every table against the live count first, which takes minutes of millions.

Rows are written straight into the tables (PostgreSQL: COPY): 200 agencies, 300 procedures, 900 days; a
fiftieth never finished. What stands there: dossiers, their rounds of reception, apologies for some of the
late, and all facts. What no table of a period reads does not: events, people but one, codes, the search.
"""

import argparse
import datetime as dt
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from tests.bench import factpages
from tests.bench.measures import server_milliseconds
from tests.bench.offices import empty_database
from tthc_tracker import clock
from tthc_tracker.domain import periods
from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.apologies import ApologyState, Ground
from tthc_tracker.domain.lifecycle import ApplicantKind, Channel, FinishClass, SourceKind, State
from tthc_tracker.domain.periods import PeriodKind
from tthc_tracker.domain.permissions import EVERYTHING
from tthc_tracker.domain.timelimit import LimitUnit
from tthc_tracker.extensions import database
from tthc_tracker.models.agency import Agency, AgencyScope
from tthc_tracker.models.apology import Apology
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import Procedure, ProcedureVersion, Sector, Source
from tthc_tracker.models.reception import ReceptionRound
from tthc_tracker.queries import factchecks, statutorytables
from tthc_tracker.queries.statistics import counted_live, statutory
from tthc_tracker.queries.statisticscells import By, Question
from tthc_tracker.services import bulkrows, dailyfacts

AGENCIES, SECTORS, PROCEDURES, DAYS = 200, 20, 300, 900
BATCH = 20_000
ROUNDS, FIRST, SETTLED = 15, 3, 12
HOURS = 0.05  # of the dossiers have a limit in hours, so that some are late later today
CPU = bool(os.environ.get("CPU"))  # count our own time alone: on a machine with others, SQLite only


def lay(session: Session) -> None:
    """The catalogue that dossiers refer to."""
    codes = ["H50", *(f"H50.{number:03}" for number in range(1, AGENCIES))]
    session.execute(insert(Agency), [
        {"id": place + 1, "code": code, "name": f"Cơ quan {code}", "name_folded": code.lower(),
         "level": Level.TINH if place < 20 else Level.XA, "parent_id": 1 if place else None}
        for place, code in enumerate(codes)
    ])  # fmt: skip
    pairs = {(place + 1, place + 1) for place in range(AGENCIES)} | {
        (1, place + 1) for place in range(AGENCIES)
    }
    session.execute(insert(AgencyScope), [
        {"ancestor_id": above, "descendant_id": below} for above, below in sorted(pairs)
    ])  # fmt: skip
    session.execute(insert(Sector), [
        {"id": n, "code": f"L{n}", "name": f"Lĩnh vực {n}", "name_folded": f"linh vuc {n}"}
        for n in range(1, SECTORS + 1)
    ])  # fmt: skip
    session.execute(insert(Procedure), [{"id": n, "code": f"1.{n:06}"} for n in range(1, PROCEDURES + 1)])
    session.execute(insert(ProcedureVersion), [
        {"id": n, "procedure_id": n, "full_code": f"1.{n:06}", "name": f"Thủ tục {n}", "search_text": "",
         "sector_id": n % SECTORS + 1, "levels": "xa", "valid_from": dt.date(2020, 1, 1)}
        for n in range(1, PROCEDURES + 1)
    ])  # fmt: skip
    session.execute(insert(Person), [
        {"id": 1, "kind": ApplicantKind.CITIZEN, "full_name": "Nguyễn Văn An", "name_folded": "an"}
    ])  # fmt: skip
    session.execute(insert(Source), [{"id": 1, "code": "desk", "name": "Một cửa", "kind": SourceKind.HOME}])


def rows(random: Random, size: int, now: dt.datetime) -> Iterator[tuple[dict[str, Any], ...]]:
    """Dossiers in the order of their days, each with its round of reception and its apology, or nothing."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for serial in range(1, size + 1):
        day = midnight - dt.timedelta(days=DAYS - serial * DAYS // size)
        accepted = day + dt.timedelta(minutes=random.choice([450, 460, 500, 600, 830, 900]))
        accepted = min(accepted, now - dt.timedelta(minutes=1))
        due = accepted + dt.timedelta(days=random.choice([1, 3, 5, 10, 20]))
        by_hour = random.random() < HOURS
        late = due if by_hour else due.replace(hour=0, minute=0) + dt.timedelta(days=1)
        closed = accepted + (due - accepted) * random.choice([0.2, 0.5, 0.8, 1.0, 1.3])
        still = random.random() < 0.02 or closed >= now
        agency, procedure = (
            min(AGENCIES, int(random.paretovariate(0.6))),
            min(PROCEDURES, int(random.paretovariate(0.5))),
        )
        online = random.random() < 0.6
        classed = FinishClass.LATE if closed >= late else (
            FinishClass.ON_TIME if closed.date() == due.date() else FinishClass.EARLY
        )  # fmt: skip
        yield {
            "id": day.year * 10**10 + serial, "code": f"H50-{serial:08}",
            "state": State.PROCESSING if still else State.FINISHED, "recorded_at": accepted, "source_id": 1,
            "procedure_id": procedure, "procedure_version_id": procedure,
            "sector_id": procedure % SECTORS + 1,
            "channel": Channel.ONLINE if online else Channel.COUNTER, "applicant_id": 1, "owner_id": 1,
            "receiving_agency_id": agency, "resolving_agency_id": agency, "returning_agency_id": agency,
            "accepted_at": accepted, "accepted_on": accepted.date(), "limit_amount": 5,
            "limit_unit": LimitUnit.WORKING_HOUR if by_hour else LimitUnit.WORKING_DAY,
            "due_at": due, "due_on": due.date(), "current_due_at": due,
            "late_from": late, "overdue_from": late, "closed_at": None if still else closed,
            "closed_on": None if still else closed.date(), "finish_class": None if still else classed,
            "worked_minutes": None if still else int((closed - accepted).total_seconds() // 180),
            "fee_state": "paid" if serial % 3 else "none", "fee_method": "online" if serial % 2 else None,
            "fully_electronic": serial % 5 != 0, "reception_round": int(online),
        }, {
            "dossier_id": day.year * 10**10 + serial, "round": 1, "started_at": accepted,
            "due_at": accepted + dt.timedelta(hours=8), "late_from": accepted + dt.timedelta(hours=8),
            "answered_at": accepted, "answer": "receipt",
        } if online else {}, {
            "dossier_id": day.year * 10**10 + serial, "state": ApologyState.APPROVED, "ground": Ground.SAID,
            "due_at": closed, "drafted_at": accepted, "decided_at": closed, "late": serial % 8 == 0,
        } if not still and classed is FinishClass.LATE and serial % 4 == 0 else {}  # fmt: skip


def write(size: int, now: dt.datetime) -> None:
    """Lay the catalogue and write the dossiers."""
    made = rows(Random(6), size, now)
    with database.transaction() as session:
        lay(session)
    for start in range(0, size, BATCH):
        batch = [next(made) for _ in range(min(BATCH, size - start))]
        with database.transaction() as session:
            for model, its in zip((Dossier, ReceptionRound, Apology), zip(*batch, strict=True), strict=True):
                bulkrows.insert(session, model, [row for row in its if row])


def fill() -> None:
    """Make all facts as the job does after an upgrade, in larger batches."""
    with database.transaction() as session:
        dailyfacts.begin_anew(session)
    run = dailyfacts.Run()
    while run.more:
        with database.transaction() as session:
            dailyfacts.fold_next(session, run, batch=10_000)


def tuned() -> None:
    """As the night's housekeeping and autovacuum leave it."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(
            "ANALYZE" if database.engine.dialect.name == "sqlite" else "VACUUM ANALYZE"
        )


def megabytes() -> float:
    """How large the database is."""
    asked = "SELECT pg_database_size(current_database())"
    if database.engine.dialect.name == "sqlite":
        asked = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    with database.reading() as session:
        return float(session.execute(text(asked)).scalar_one()) / 1e6


def took(do: Callable[[], object]) -> float:
    """Seconds that it takes once."""
    began, busy = perf_counter(), process_time()
    do()
    return process_time() - busy if CPU else perf_counter() - began


def on_server(do: Callable[[], object], times: int) -> float:
    """Milliseconds of PostgreSQL's processes, of each time."""
    before = server_milliseconds(database.engine)
    for _ in range(times):
        do()
    return (server_milliseconds(database.engine) - before) / times


class Found(dict[str, float]):
    """What was measured, told as it is found: the large ones take an hour."""

    def ask(self, name: str, do: Callable[[], object]) -> None:
        """What a page's part costs: the middle of some runs, in milliseconds, and the server's beside it."""
        if database.engine.dialect.name == "postgresql":
            self[f"{name}, first"] = on_server(do, FIRST)
            on_server(do, SETTLED)
            self[f"{name}, server"] = on_server(do, ROUNDS)
        self[name] = 1000 * median(took(do) for _ in range(ROUNDS))

    def do(self, name: str, do: Callable[[], object]) -> None:
        """What some work takes, in seconds, and the server's beside it."""
        before = server_milliseconds(database.engine)
        self[name] = took(do)
        if database.engine.dialect.name == "postgresql":
            self[f"{name}, server"] = (server_milliseconds(database.engine) - before) / 1000

    def __setitem__(self, name: str, value: float) -> None:
        super().__setitem__(name, value)
        print(f"  {name}: {value:.1f}", file=sys.stderr, flush=True)


def lay_out(size: int, now: dt.datetime, found: Found) -> None:
    """Write a database of that size and make its facts."""
    for name, do in (("write s", lambda: write(size, now)), ("fill s", fill), ("analyze s", tuned)):
        found.do(name, do)
        found[f"database MB after {name[:-2]}"] = megabytes()


def measure_tables(session: Session, now: dt.datetime, found: Found, *, compare: bool) -> None:
    """What tables cost: of the last quarter, of the running one, of all and of single agencies."""
    current = periods.period_of(PeriodKind.QUARTER, now.date())
    for period, which in ((periods.previous(current), "past"), (current, "current")):
        for by in By:
            asked = Question(period.start, period.end, by, EVERYTHING)
            if compare:
                assert statutory(session, asked, now) == counted_live(session, asked, now)
            found.ask(f"{which} {by} ms", lambda asked=asked: statutory(session, asked, now))
        form = Question(period.start, period.end, By.LEVEL, EVERYTHING)
        found.ask(f"{which} Biểu 06 ms", lambda form=form: statutorytables.table(session, form, now))
        for name, read in factpages.parts(session, period, now, compare=compare):
            found.ask(f"{which} {name} ms", read)
    for agency in ("H50.003", "H50.150"):
        asked = Question(current.start, current.end, By.SECTOR, EVERYTHING, agency)
        found.ask(f"{agency} by sector ms", lambda asked=asked: statutory(session, asked, now))
    live = Question(current.start, current.end, By.LEVEL, EVERYTHING)
    found["live, by level, once ms"] = 1000 * took(lambda: counted_live(session, live, now))


def verify_year(session: Session, now: dt.datetime) -> None:
    """Count a year anew, as `flask reports verify` does."""
    report = factchecks.verify(session, now.date() - dt.timedelta(days=365), now.date())
    assert not report.differences, report.differences[:5]


@contextmanager
def place(engine: str, size: int, keep: Path | None) -> Iterator[tuple[str, bool]]:
    """The address of the database, and whether it has been laid already."""
    if keep is None:
        with tempfile.TemporaryDirectory() as folder, empty_database(engine, Path(folder)) as url:
            yield url, False
        return
    folder = keep / f"facts-{size}"
    laid = folder / "laid"
    if laid.exists():
        yield f"sqlite:///{folder / 'bench.sqlite'}", True
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with empty_database("sqlite", folder) as url:
        yield url, False


def measure(engine: str, size: int, keep: Path | None, *, compare: bool, verify: bool) -> Found:
    """What a database of that size comes to."""
    now, found = clock.now(), Found()
    print(f"{engine}, {size:,} dossiers", file=sys.stderr)
    with place(engine, size, keep) as (url, laid):
        database.bind(url)
        if not laid:
            lay_out(size, now, found)
            if keep is not None:
                (keep / f"facts-{size}" / "laid").touch()
        with database.reading() as session:
            measure_tables(session, now, found, compare=compare)
        if verify:
            with database.reading() as session:
                found.do("verify a year s", lambda: verify_year(session, now))
        database.dispose()
    return found


def main() -> None:
    """Print one column a size, and the largest against the smallest."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--keep", type=Path, help="where databases of SQLite stay, to be measured again")
    parser.add_argument("--no-compare", action="store_true", help="count nothing live for comparison")
    parser.add_argument("--no-verify", action="store_true")
    asked = parser.parse_args()
    if asked.keep is not None and asked.engine != "sqlite":
        parser.error("only databases of SQLite are kept")
    columns = [
        measure(asked.engine, size, asked.keep, compare=not asked.no_compare, verify=not asked.no_verify)
        for size in asked.size
    ]
    print(f"{asked.engine:<36}" + "".join(f"{size:>12,}" for size in asked.size) + f"{'ratio':>8}")
    for name in columns[0]:
        values = [column.get(name, 0.0) for column in columns]
        ratio = values[-1] / values[0] if values[0] else 0
        print(f"{name:<36}" + "".join(f"{value:>12.1f}" for value in values) + f"{ratio:>8.2f}")


if __name__ == "__main__":
    main()
