"""The scheduler dies in a scan and with a letter in hand: no alert is missing, every mail arrives."""

import datetime as dt
import os
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text

import config
from tests.bench import population
from tests.chaos import slow_mail, verify
from tests.chaos.doctoring import doctored
from tests.support import servers
from tests.support.moments import at
from tthc_tracker.extensions import Database
from tthc_tracker.jobs import runner
from tthc_tracker.jobs.timetable import BY_NAME
from tthc_tracker.jobs.work import work_of

pytestmark = pytest.mark.chaos

BEGUN = at("Mon 2026-11-16 08:00")
STEP = dt.timedelta(hours=7)  # what passes from one death to the next, so that there is always something new
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
WAITING = "status IN ('pending', 'leased', 'data')"
IN_PEACE = 8  # rounds, 63 hours, after which the mail that has piled up goes out
DOSSIERS = 500
AT_LEAST, LONGEST = 0.03, 4.0  # seconds of a scan in which it may die: the more dossiers, the longer it lasts


@dataclass(frozen=True)
class Size:
    """How many dossiers, schedulers at once and deaths; of these, how many at work in each of two ways."""

    kills: int
    at_work: int
    dossiers: int = DOSSIERS
    schedulers: int = 1


_PACE = threading.Event()  # never set: its wait() paces the watching


@dataclass
class Deaths:
    """What was going on when the scheduler was killed."""

    rounds: int = 0
    kills: int = 0
    in_scan: int = 0
    in_data: int = 0


class Office:
    """A database of due dossiers, a clock, a slow mail server, and schedulers that keep dying."""

    def __init__(
        self, database: Database, url: str, var: Path, box: slow_mail.SlowMail, seed: str, size: Size
    ) -> None:
        self.database, self.url, self.var, self.box, self.size = database, url, var, box, size
        self.rng, self.deaths, self.now = Random(seed), Deaths(), BEGUN
        self.of_a_scan = min(LONGEST, AT_LEAST * size.dossiers / DOSSIERS)
        self.clock = var / "clock"
        self.env = servers.environment(
            url, var, url="http://127.0.0.1:8000", SMTP_URL=box.url, TTHC_TEST_CLOCK=str(self.clock)
        )
        population.build(
            database, dossiers=size.dossiers, open_ones=size.dossiers * 9 // 10, now=BEGUN, seed=11,
            progress=lambda _: None, agencies=16, procedures=0,
        )  # fmt: skip

    def let_time_pass(self) -> None:
        """The clock goes on, and the lease of whoever died with a mail is over: it lasts three minutes."""
        self.now += STEP
        draft = self.clock.with_suffix(".draft")
        draft.write_text(self.now.isoformat(), encoding="utf-8")
        draft.replace(self.clock)
        with self.database.transaction() as session:
            session.execute(
                text("UPDATE outbox SET lease_until = :past WHERE lease_until IS NOT NULL"),
                {"past": LONG_AGO.replace(tzinfo=None) if self._sqlite else LONG_AGO},
            )

    @property
    def _sqlite(self) -> bool:
        return self.database.engine.dialect.name == "sqlite"

    def one(self, statement: str) -> int:
        """A number from the database."""
        with self.database.reading() as session:
            return int(session.execute(text(statement)).scalar_one() or 0)

    def live_and_die(self, *, in_mail: bool) -> None:
        """Start the schedulers, let one begin something, kill all at a moment nobody chose."""
        self.let_time_pass()
        if in_mail and not self.one(f"SELECT count(*) FROM outbox WHERE {WAITING}"):
            self._run("scan-deadlines")  # so that there are letters to die with
        in_mail = in_mail and self.one(f"SELECT count(*) FROM outbox WHERE {WAITING}") > 0
        self.box.taken.clear()
        alerts, runs = (
            self.one("SELECT count(*) FROM alert"),
            self.one("SELECT coalesce(max(id), 0) FROM job_run"),
        )
        several = [self._start(number) for number in range(self.size.schedulers)]
        try:
            if in_mail:
                assert self.box.taken.wait(60), f"no letter came\n{several[0].tail()}"
            else:
                self._wait_for_a_scan(several, runs)
            _PACE.wait(self.rng.uniform(0, 0.12 if in_mail else self.of_a_scan))
        finally:
            self._kill(several)
        unfinished = (
            "SELECT count(*) FROM job_run WHERE name = 'scan-deadlines' AND status = 'running' AND id > "
        )
        self.deaths.in_scan += self.one(f"{unfinished}{runs}") > 0
        assert self.one("SELECT count(*) FROM alert") >= alerts

    def _start(self, number: int) -> servers.ServerProcess:
        command = ["flask", "--app", "wsgi", "jobs", "serve"]
        return servers.spawn(command, self.env, self.var / f"jobs{number}.log")

    def _kill(self, several: list[servers.ServerProcess]) -> None:
        """In any order; whoever is left may take over and have a letter in hand too when it is his turn."""
        self.rng.shuffle(several)
        self.deaths.in_data += self.box.in_hand > 0
        taken = len(self.box.arrived)
        for server in several:
            server.kill()
        self.deaths.in_data += len(self.box.arrived) - taken
        self.deaths.kills += len(several)
        self.deaths.rounds += 1

    def _wait_for_a_scan(self, several: list[servers.ServerProcess], runs: int) -> None:
        begun = f"SELECT count(*) FROM job_run WHERE name = 'scan-deadlines' AND id > {runs}"
        for _ in range(6000):
            if self.one(begun):
                return
            for server in several:
                assert server.running(), server.tail()
            _PACE.wait(0.01)
        raise AssertionError(f"no scan began\n{several[0].tail()}")

    def finish(self) -> None:
        """No more deaths: one scan, then mail until nothing waits."""
        self.let_time_pass()
        self._run("scan-deadlines")
        self.drain()

    def drain(self) -> None:
        """Let the mail go out in peace: what waits for 72 hours is given up, as it should be."""
        pause, self.box.pause = self.box.pause, 0
        for _ in range(20):
            self._run("deliver-mail")
            if not self.one(f"SELECT count(*) FROM outbox WHERE {WAITING}"):
                break
        self.box.pause = pause

    def _run(self, job: str) -> None:
        """As `flask jobs run`, which dies of nothing here and needs no process of its own."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("tthc_tracker.clock._TEST_CLOCK", str(self.clock))
            done = runner.run(BY_NAME[job], work_of(config.from_environment(self.env)))
        assert done.ok, done.error

    def faults(self) -> list[str]:
        """What contradicts itself after all of it."""
        return verify.alerts_and_mail(
            self.database.engine,
            scanned_at=self.now,
            arrived=self.box.arrived,
            kills_in_data=self.deaths.in_data,
        )


def kill_and_check(database: Database, url: str, var: Path, size: Size) -> Office:
    """So many deaths, and more until `at_work` were in a scan and as many with a letter in hand; then all is
    as if none had been."""
    with ExitStack() as stack:
        box = stack.enter_context(slow_mail.serving(0.15))
        office = Office(database, url, var, box, os.environ.get("TTHC_CHAOS_SEED", "23"), size)
        deaths = office.deaths
        while deaths.kills < size.kills or min(deaths.in_scan, deaths.in_data) < size.at_work:
            assert deaths.kills < 4 * size.kills, f"{deaths}: hardly any death was at work"
            missing_in_data = deaths.kills >= size.kills and deaths.in_data < size.at_work
            office.live_and_die(in_mail=missing_in_data or deaths.rounds % 2 == 1)
            if deaths.rounds % IN_PEACE == 0:
                office.let_time_pass()
                office.drain()
        office.finish()
    assert office.one("SELECT count(*) FROM alert") >= 50, "too few alerts to prove anything"
    assert len(set(box.arrived)) >= 20, "too few mails to prove anything"
    assert office.faults() == []
    return office


@pytest.mark.long
def test_no_alert_and_no_mail_is_missing_when_the_scheduler_is_killed(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    office = kill_and_check(database, database_url, tmp_path, Size(kills=8, at_work=2))
    assert_the_oracle_sees(office)


@pytest.mark.evidence
def test_no_alert_and_no_mail_is_missing_after_hundreds_of_kills_of_three_schedulers_at_once(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    """Issue 5 G.2. TTHC_CHAOS_KILLS, _DOSSIERS (each has up to three milestones), _SCHEDULERS: the size."""
    kills = int(os.environ.get("TTHC_CHAOS_KILLS", "200"))
    dossiers = int(os.environ.get("TTHC_CHAOS_DOSSIERS", "60000"))
    together = int(os.environ.get("TTHC_CHAOS_SCHEDULERS", "3"))
    size = Size(kills, kills // (8 * together), dossiers, together)
    office = kill_and_check(database, database_url, tmp_path, size)
    decided = office.one("SELECT count(*) FROM alert WHERE dossier_id IS NOT NULL")
    arrived = office.box.arrived
    print(f"\n{office.deaths}, {decided:,} milestones decided, {len(set(arrived)):,} mails, "
          f"{len(arrived) - len(set(arrived))} extra copies")  # fmt: skip
    assert_the_oracle_sees(office)


def assert_the_oracle_sees(office: Office) -> None:
    """The negative control: an alert, a mail, a letter taken away by hand, and a copy too many, are named."""
    faults = {
        "I10": "DELETE FROM alert WHERE id = (SELECT max(id) FROM alert WHERE closed_at IS NULL)",
        "I11": "DELETE FROM outbox WHERE kind = 'at_once'",
        "I12": "UPDATE outbox SET status = 'pending' WHERE id = (SELECT max(id) FROM outbox)",
    }
    for invariant, statement in faults.items():
        with doctored(office.url, statement):
            assert invariant in {fault.split()[0] for fault in office.faults()}, f"nobody saw: {statement}"
    arrived = office.box.arrived
    office.box.arrived = [one for one in arrived if one != arrived[0]]
    assert "I13" in {fault.split()[0] for fault in office.faults()}, "a letter that never came went unseen"
    office.box.arrived = arrived + arrived[:1] * (office.deaths.in_data + 1)
    assert "I13" in {fault.split()[0] for fault in office.faults()}, "copies without a death went unseen"
    office.box.arrived = arrived
    assert office.faults() == []
