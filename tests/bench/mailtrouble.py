"""What people at the desk feel of a mail server in trouble: pages and receptions while letters do not leave.

    python -m tests.bench.mailtrouble [--engine E] [--size N] [--requests N] [--rounds N]

Two web workers serve; a process beside them tries to deliver without a rest, as no scheduler ever does, to
a server that is away, slow, refuses or hangs up. A dossier page, an overdue list and a reception are asked in
turn in each trouble and in none. Printed: median and the workers' processor for each request, and both as
multiples of those without any mail.
"""

import argparse
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event

from sqlalchemy import update

import config
from tests.bench.measures import processor_milliseconds, timed
from tests.bench.offices import ENGINES, empty_database, populate
from tests.bench.population import Office
from tests.support import servers, smtp
from tests.support.receiving import Desk
from tests.support.smtp import Fault
from tests.support.visitor import Visitor
from tthc_tracker import clock
from tthc_tracker.extensions import database
from tthc_tracker.jobs.mailing import deliver_mail
from tthc_tracker.jobs.tasks import scan_deadlines
from tthc_tracker.jobs.work import JobFault, Work, work_of
from tthc_tracker.models.account import User
from tthc_tracker.models.alert import OutboxMessage

NONE, AWAY, SLOW, CERTIFICATE = "no mail", "away", "slow", "wrong certificate"
TROUBLES: dict[str, Fault | None] = {
    NONE: None, "letters leave": Fault.NONE, AWAY: None, SLOW: Fault.SLOW, "421": Fault.BUSY,
    "450": Fault.RECIPIENT_LATER, "550": Fault.RECIPIENT_UNKNOWN, "half-closed": Fault.DROP_AFTER_DATA,
    CERTIFICATE: Fault.NONE,
}  # fmt: skip
_REST = Event()  # never set: its wait() is the sender's breath


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.bench.mailtrouble", description=__doc__.splitlines()[0])
    parser.add_argument("--engine", choices=ENGINES, action="append")
    parser.add_argument("--size", type=int, default=5_000, help="dossiers of the office")
    parser.add_argument("--requests", type=int, default=40, help="of each kind in each trouble and round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--send", action="store_true", help="be the process that delivers")
    asked = parser.parse_args()
    if asked.send:
        _send()
    for engine in asked.engine or ENGINES:
        with tempfile.TemporaryDirectory() as folder, empty_database(engine, Path(folder)) as url:
            office = populate(url, asked.size, 20261123)
            scan_deadlines(Work("http://127.0.0.1", "tthc@localhost", "", Path(folder)))
            _tell(engine, _measure(url, Path(folder), office, asked.requests, asked.rounds))
            database.dispose()
    return 0


def _send() -> None:
    """Try every letter that waits, and all of them again, until somebody ends it."""
    given = config.from_environment()
    database.bind(given.database_url)
    work = work_of(given)
    while not _REST.wait(0.05):
        with database.transaction() as session:
            due = {"status": "pending", "next_attempt_at": clock.now(), "lease_until": None, "attempts": 0}
            session.execute(update(OutboxMessage).where(OutboxMessage.user_id.is_not(None)).values(due))
            session.execute(update(User).values(mail_bounced_at=None))  # whom a 550 has marked
        try:
            print(deliver_mail(work), flush=True)
        except JobFault as fault:
            print(fault, flush=True)


Taken = dict[tuple[str, str], list[tuple[float, float]]]  # trouble, what was asked: medians and processor


def _measure(url: str, folder: Path, office: Office, requests: int, rounds: int) -> Taken:
    taken: Taken = defaultdict(list)
    with servers.web(url, folder) as server:
        for _ in range(rounds):
            for trouble in TROUBLES:
                with _mail(trouble, url, folder), ExitStack() as kept:
                    clerk, reader = (
                        kept.enter_context(Visitor(server.url, who))
                        for who in (office.clerk, office.controller)
                    )
                    for name, ask in _asked(office, clerk, reader).items():
                        ask(0)
                        before = processor_milliseconds(server.workers())
                        median = statistics.median(timed(ask, requests=requests, warm_up=0))
                        used = processor_milliseconds(server.workers()) - before
                        taken[trouble, name].append((median, used / requests))
    return taken


def _asked(office: Office, clerk: Visitor, reader: Visitor) -> dict[str, Callable[[int], None]]:
    desk = Desk.at(clerk, office.procedure_codes[0])
    return {
        "dossier page": lambda number: _page(reader, f"/ho-so/{office.codes[number % 50]}"),
        "overdue list": lambda _: _page(reader, "/giam-sat/qua-han"),
        "reception": lambda _: _receive(desk),
    }


def _receive(desk: Desk) -> None:
    desk.receive()


def _page(visitor: Visitor, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status == 200, f"{path}: {answer.status}"


@contextmanager
def _mail(trouble: str, url: str, folder: Path) -> Iterator[None]:
    """Letters that try to leave, until the end; nothing where there is no mail."""
    if trouble == NONE:
        yield
        return
    with ExitStack() as kept:
        encryption = "starttls" if trouble == CERTIFICATE else "none"
        box = kept.enter_context(smtp.serving(encryption=encryption))
        box.fault = TROUBLES[trouble] or Fault.NONE
        address = f"smtp://127.0.0.1:{servers.free_port()}?tls=none" if trouble == AWAY else box.url
        env = servers.environment(url, folder, url="http://127.0.0.1", SMTP_URL=address)
        log = folder / f"sender-{trouble.replace(' ', '-')}.log"
        sender = servers.spawn(["tests.bench.mailtrouble", "--send"], env, log)
        kept.callback(sender.kill)
        servers.until(box.begun.is_set if trouble == SLOW else lambda: log.stat().st_size > 0, sender)
        yield


def _tell(engine: str, taken: Taken) -> None:
    """A line for each trouble and question."""
    print(f"{engine}\n{'trouble':18} {'asked':14} {'ms':>7} {'×':>5} {'cpu ms':>7} {'×':>5}")
    for (trouble, name), found in taken.items():
        median, used = (statistics.median(one[place] for one in found) for place in (0, 1))
        base = taken[NONE, name]
        usual, bare = (statistics.median(one[place] for one in base) for place in (0, 1))
        print(f"{trouble:18} {name:14} {median:7.1f} {median / usual:5.2f} {used:7.1f} {used / bare:5.2f}")


if __name__ == "__main__":
    sys.exit(main())
