"""Move every open dossier by a change of the calendar: its time, its processor time, its memory.

    python -m tests.bench.calendarchange [--size N] [--engine sqlite|postgresql] [--sample N]

Reckoned, agreed to, written as the job does it; afterwards a sample is reckoned one by one from its rows.
"""

import argparse
import json
import resource
import secrets
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import func, select

from tests.bench import population
from tests.bench.measures import server_milliseconds
from tests.bench.offices import ENGINES, empty_database
from tests.support.moments import at
from tthc_tracker.domain.calendarchanges import ChangeState
from tthc_tracker.domain.lifecycle import EventKind
from tthc_tracker.extensions import database
from tthc_tracker.models.calendarchange import CalendarChange
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.queries.promises import restated
from tthc_tracker.services import calendarmoves, calendartelling
from tthc_tracker.services.calendarmoves import Run
from tthc_tracker.services.calendartelling import Prepared
from tthc_tracker.services.trailkeys import NAME, Keyring

NOW = at("Mon 2026-11-23 09:00")
ROWS = "date,kind,windows,basis\n2026-11-26,holiday,,Quyết định thử\n2026-11-23,holiday,,Quyết định thử\n"


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.bench.calendarchange", description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=100_000, help="open dossiers")
    parser.add_argument("--engine", choices=ENGINES, action="append")
    parser.add_argument("--sample", type=int, default=500, help="reckoned one by one afterwards")
    given = parser.parse_args()
    for engine in given.engine or ENGINES:
        with tempfile.TemporaryDirectory() as folder, empty_database(engine, Path(folder)) as url:
            database.bind(url, keyring=Keyring(Path(folder) / NAME))
            population.build(
                database, dossiers=given.size, open_ones=given.size, now=NOW, seed=20261123,
                progress=lambda _many: None,
            )  # fmt: skip
            print(json.dumps({"engine": engine} | measure(given.sample), ensure_ascii=False))
            database.dispose()


def measure(sample: int) -> dict[str, Any]:
    """One change, from its proposal to the last dossier."""
    change_id = _propose()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    judged = _timed(lambda: _judge(change_id))
    with database.transaction() as session:
        session.get_one(CalendarChange, change_id).state = ChangeState.AGREED
    prepared: list[Prepared] = []
    ahead = _timed(lambda: prepared.append(_prepare(change_id)))
    written = _timed(lambda: _write(change_id, prepared[0]))
    with database.reading() as session:
        counts = session.get_one(CalendarChange, change_id).counts
        told = select(func.count()).select_from(DossierEvent)
        events = session.execute(told.where(DossierEvent.kind == EventKind.DUE_CHANGED)).scalar_one()
    return {
        **_named("judged", judged), **_named("prepared", ahead), **_named("written", written),
        "sum_s": round(judged[0] + ahead[0] + written[0], 2),
        "more_memory_mb": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024,
        "events": events, "sampled": _check(sample), **counts,
    }  # fmt: skip


Taken = tuple[float, float, float]


def _timed(work: Callable[[], None]) -> Taken:
    """Seconds by the clock, of this process's own work and of PostgreSQL's: on a machine that others use the
    two say more than the clock."""
    server, used, began = server_milliseconds(database.engine), time.process_time(), time.monotonic()
    work()
    wall, here = time.monotonic() - began, time.process_time() - used
    return wall, here, (server_milliseconds(database.engine) - server) / 1000


def _named(what: str, taken: Taken) -> dict[str, float]:
    return {
        f"{what}_{name}": round(one, 2) for name, one in zip(("s", "cpu_s", "server_s"), taken, strict=True)
    }


def _propose() -> int:
    with database.transaction() as session:
        change = CalendarChange(
            state=ChangeState.WAITING, title=secrets.token_hex(4), rows=ROWS, decision="thử", made_at=NOW
        )
        session.add(change)
        session.flush()
        return change.id


def _judge(change_id: int) -> None:
    run = Run(change_id)
    while run.more:
        with database.transaction() as session:
            calendarmoves.judge_next(session, run, now=NOW)


def _prepare(change_id: int) -> Prepared:
    with database.reading() as session:
        return calendartelling.prepare(session, change_id, now=NOW)


def _write(change_id: int, prepared: Prepared) -> None:
    with database.transaction() as session:
        assert calendarmoves.carry_out(session, change_id, now=NOW, prepared=prepared)


def _check(sample: int) -> int:
    """How many of a sample stand as reckoning each from its rows would have them: all, or it is an error."""
    with database.reading() as session:
        ids = list(session.execute(select(Dossier.id).where(Dossier.accepted_at.is_not(None))).scalars())
        chosen = Random(1).sample(ids, min(sample, len(ids)))
        for dossier in session.execute(select(Dossier).where(Dossier.id.in_(chosen))).scalars():
            promise = restated(session, dossier)
            assert promise is not None
            assert dossier.due_at == promise.deadline.due_at, dossier.id
            assert dossier.current_due_at == promise.deadline.current_due_at, dossier.id
    return len(chosen)


if __name__ == "__main__":
    main()
