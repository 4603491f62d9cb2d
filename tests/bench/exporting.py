"""A long file of a list, written as the scheduler writes it: by its job, in a process of its own.

    python -m tests.bench.exporting --var FOLDER --user ID --form csv|xlsx --from DAY

DATABASE_URL says where. Prints how many rows it has and the seconds of the job. `make bench` asks for pages
meanwhile.
"""

import argparse
import datetime as dt
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import select

from tests.bench.population import Office
from tests.support import servers
from tthc_tracker import clock
from tthc_tracker.extensions import database
from tthc_tracker.jobs.exporting import write_exports
from tthc_tracker.jobs.work import Work
from tthc_tracker.models.account import LoginSession
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries import lists
from tthc_tracker.services import exports
from tthc_tracker.services.exports import ExportList
from tthc_tracker.services.logins import token_hash
from tthc_tracker.wording.columns import in_file

ROWS = 100_000
LIST = "counted"


class Writing:
    """One file being written."""

    def __init__(self, url: str, folder: Path, office: Office, form: str) -> None:
        with database.reading() as session:
            whose = select(LoginSession.user_id).where(LoginSession.id_hash == token_hash(office.controller))
            user = session.execute(whose).scalar_one()
            days = select(Dossier.accepted_on).where(Dossier.accepted_on.is_not(None))
            first = session.execute(
                days.order_by(Dossier.accepted_on.desc()).offset(ROWS).limit(1)
            ).scalar_one_or_none()
        start = (first or dt.date(2000, 1, 1)).isoformat()
        command = ["-m", "tests.bench.exporting", "--var", str(folder), "--user", str(user), "--form", form]
        self._process = subprocess.Popen(
            [sys.executable, *command, "--from", start], cwd=servers.ROOT, text=True, stdout=subprocess.PIPE,
            env=servers.environment(url, folder, url="http://127.0.0.1"),
        )  # fmt: skip

    def going_on(self) -> bool:
        """Whether it is not done."""
        return self._process.poll() is None

    def told(self) -> tuple[int, float]:
        """How many rows it has and how many seconds they took; waits for its end."""
        said, _ = self._process.communicate()
        assert self._process.returncode == 0, "the export failed"
        rows, seconds = json.loads(said)
        return int(rows), float(seconds)


def write(var: Path, user: int, form: str, start: str) -> tuple[int, float]:
    """Ask for the file as somebody, and write it."""
    one = lists.kept(LIST)
    columns = tuple(column.key for column in in_file(one.columns.chosen(())))
    question = {"cell": "filed", "from": start, "to": "2100-01-01"}
    asked = ExportList(LIST, question, columns, form, "Đo tốc độ xuất tệp")
    with database.transaction() as session:
        exports.request(session, asked, user_id=user, now=clock.now())
    begun = time.perf_counter()
    counts = write_exports(Work("http://127.0.0.1", "tthc@localhost", "", var))
    return counts["rows"], time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.exporting", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--var", type=Path, required=True)
    parser.add_argument("--user", type=int, required=True)
    parser.add_argument("--form", choices=("csv", "xlsx"), required=True)
    parser.add_argument("--from", dest="start", required=True)
    asked = parser.parse_args()
    database.bind(os.environ["DATABASE_URL"])
    print(json.dumps(write(asked.var, asked.user, asked.form, asked.start)))
    database.dispose()


if __name__ == "__main__":
    main()
