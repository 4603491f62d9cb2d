"""What the jobs do. Each finds its work by state, so that running it again, late or twice does no harm."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.domain.importing import FILES_KEPT
from tthc_tracker.extensions import database
from tthc_tracker.jobs.exporting import forget_files
from tthc_tracker.jobs.pacing import Pace
from tthc_tracker.jobs.work import Work
from tthc_tracker.queries import fieldreports, imports, operations, resultreminders
from tthc_tracker.queries.recipients import Directory
from tthc_tracker.queries.revisions import revisions
from tthc_tracker.queries.risks import LOOKED_BACK
from tthc_tracker.services import (
    alertanswers,
    alertclimbing,
    alerthush,
    alertmails,
    alertrules,
    alerts,
    apologydrafts,
    backlogs,
    dailyfacts,
    deputies,
    disputes,
    feedsilence,
    fieldreportalerts,
    housekeeping,
    importstages,
    jobruns,
    matchproposals,
    risks,
    search,
    sessionalerts,
    sourcefreshness,
    stranding,
    transfers,
    weeklymails,
)
from tthc_tracker.services import resultreminders as reminders
from tthc_tracker.services.alerts import Tally
from tthc_tracker.services.fieldreportphotos import Album
from tthc_tracker.spreadsheets.intake import Shelf

DIGESTS = "send-digests"
_LOADS, _TERMS = "loads-of-units", "terms-of-loads"
_BEHIND_LOADS = ("agencies", "deputies", "settings")  # what else an episode of a unit hangs on

Step = Callable[..., bool]  # a bounded batch; whether more waits


def scan_deadlines(work: Work) -> dict[str, Any]:
    """Raise and close alerts, batch by batch, then write one mail to each head who has not been told."""
    now, token, total, counts = clock.now(), work.token or 0, Tally(), Counter[str]()

    def tallied(step: Callable[..., Tally]) -> Step:
        def run(session: Session, **more: int) -> bool:
            batch = step(session, Directory(session, now.date()), now=now, token=token, **more)
            total.add(batch)
            return batch.more

        return run

    def counted(name: str, step: Callable[..., tuple[int, bool]]) -> Step:
        def run(session: Session) -> bool:
            many, more = step(session, now=now)
            counts[name] += many
            return more

        return run

    def stand_in(session: Session) -> bool:
        return deputies.take_effect(session, Directory(session, now.date()), now=now)

    def climb(session: Session, *, now: dt.datetime) -> tuple[int, bool]:
        return alertclimbing.climb(session, Directory(session, now.date()), now=now)

    def spread(session: Session) -> bool:
        return alertrules.spread_next(session, now=now)

    # Who is away, which terms hold and which source speaks is settled before anything is looked at.
    _through(
        work, stand_in, spread, tallied(sourcefreshness.settle), tallied(feedsilence.settle),
        counted("synced", disputes.end_due),
    )  # fmt: skip
    _through(work, _paced(tallied(alerts.raise_due), alerts.BATCH))
    _through(work, tallied(alerts.settle_standing))
    _through(
        work, _loads(work, total, now), tallied(fieldreportalerts.settle),
        counted("woken", alerthush.wake_due), counted("lapsed", alertanswers.lapse_due),
        counted("climbed", climb),
    )  # fmt: skip
    return {
        "examined": total.examined,
        "raised": sum(total.raised.values()),
        "closed": total.closed,
        "climbed": counts["climbed"],
        "synced": counts["synced"],
        "woken": counts["woken"],
        "lapsed": counts["lapsed"],
        "by_rule": {rule.value: many for rule, many in sorted(total.raised.items())},
        "mails": _announce(work, now),
        "now": now.isoformat(timespec="seconds"),
    }


def _paced(step: Step, most: int) -> Step:
    """The same in batches no larger than the machine is quick."""
    pace = Pace(most)

    def run(session: Session) -> bool:
        with pace.step() as size:
            return step(session, limit=size)

    return run


def _loads(work: Work, total: Tally, now: dt.datetime) -> Step:
    """Count what units have open and what is owed to sessions: the first scan of an hour, and the first after
    a change of agencies, deputies or terms.

    It is the one thing that a scan does whose cost grows with what is open, so a person's scan does not
    repeat what has just been counted.
    """
    hour = int(now.timestamp()) // 3600

    def run(session: Session) -> bool:
        terms = sum(revisions(session).get(name, 0) for name in _BEHIND_LOADS)
        if (jobruns.position(session, _LOADS), jobruns.position(session, _TERMS)) != (hour, terms):
            jobruns.move_on(session, _LOADS, hour)
            jobruns.move_on(session, _TERMS, terms)
            loads = backlogs.loads(session, now)  # every open dossier is passed for them: once
            for step in (
                partial(backlogs.count, loaded=loads), stranding.count,
                partial(stranding.count_unattended, loaded=loads), sessionalerts.settle,
            ):  # fmt: skip
                total.add(step(session, Directory(session, now.date()), now=now, token=work.token or 0))
        return False

    return run


def _through(work: Work, *steps: Step) -> None:
    """Take each step, a bounded batch, in one transaction; where more waits, by itself until nothing does."""
    with work.transaction() as session:
        unfinished = [step for step in steps if step(session)]
    for step in unfinished:
        more = True
        while more:
            with work.transaction() as session:
                more = step(session)


class Batches(Protocol):
    """Work that is done a bounded batch at a time, and knows whether more of it waits."""

    more: bool


def _batch_by_batch(work: Work, run: Batches, take: Callable[[Session], object]) -> None:
    """Take what waits, each batch in a transaction of its own."""
    while run.more:
        with work.transaction() as session:
            take(session)


def _announce(work: Work, now: dt.datetime) -> int:
    if work.holding.is_set():
        return 0  # whom nobody told is told by the next scan
    with work.transaction() as session:
        return alertmails.announce(session, now=now, domain=work.mail_domain)


def move_dossiers(work: Work) -> dict[str, Any]:
    """Move the open dossiers of agencies that have ended to their heirs, batch by batch."""
    run = transfers.Run()
    _batch_by_batch(work, run, lambda session: transfers.move_next(session, run, now=clock.now()))
    return {"moved": run.moved, "stuck": run.stuck} if run.moved else {}


def fold_facts(work: Work) -> dict[str, Any]:
    """Bring the daily facts up to what the dossiers are by now, batch by batch; on PostgreSQL first what the
    search index knows of words."""
    if database.engine.dialect.name == "postgresql":
        _through(work, search.carry_words)
    run, pace = dailyfacts.Run(), Pace(dailyfacts.BATCH)

    def fold(session: Session) -> None:
        with pace.step() as size:
            dailyfacts.fold_next(session, run, batch=size)

    _batch_by_batch(work, run, fold)
    return {"noted": run.many} if run.many else {}


def propose_matches(work: Work) -> dict[str, Any]:
    """Propose which dossiers of new files are one with what another system shows, batch by batch."""
    run = matchproposals.Run()
    _batch_by_batch(work, run, lambda session: matchproposals.propose_next(session, run, now=clock.now()))
    return {"examined": run.examined, "proposed": run.proposed} if run.examined else {}


def draft_apologies(work: Work) -> dict[str, Any]:
    """Draft apologies for dossiers that will hardly be in time, batch by batch."""
    now, run = clock.now(), apologydrafts.Run()
    _batch_by_batch(work, run, lambda session: apologydrafts.draft_due(session, run, now=now))
    return {"examined": run.examined, "drafted": run.drafted} if run.examined else {}


def remind_results(work: Work) -> dict[str, Any]:
    """Write to the applicants whose results have waited 5, 15 or 30 days, batch by batch."""
    now = clock.now()
    with database.reading() as session:
        run = reminders.Run(resultreminders.desks_at_work(session, now.date()))
    _batch_by_batch(
        work, run, lambda session: reminders.remind_next(session, run, now=now, domain=work.mail_domain)
    )
    return {"mailed": run.mailed, "unreachable": run.unreachable}


def assess_risk(work: Work) -> dict[str, Any]:
    """Measure what is usual, and find the open dossiers that are likely to be late; both put in at once."""
    now, tally = clock.now(), risks.Tally()
    today = now.date()
    with database.reading() as session:
        usual = risks.usual_between(session, today - LOOKED_BACK, today)
    with work.transaction() as session:
        risks.keep_usual(session, usual, now)
    after, more = 0, True
    while more:
        work.check()
        with database.reading() as session:
            after = risks.look(session, usual, tally, after, now)
        more = after > 0
    with work.transaction() as session:
        risks.keep_found(session, tally, now)
    return {"stages": len(usual), "assessed": tally.examined, "at_risk": tally.at_risk}


def send_digests(work: Work) -> dict[str, Any]:
    """Write the morning's digests whose hour has come since the last run; a person's run asks no hour."""
    now = clock.now()
    if work.holding.is_set():
        return {}
    with database.reading() as session:
        sign = operations.signs(session).get(DIGESTS)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    last = max(sign.last_ok_at, midnight) if sign and sign.last_ok_at else midnight
    with work.transaction() as session:
        mailing = alertmails.write_digests(
            session, since=None if work.token is None else last, now=now, domain=work.mail_domain
        )
    return {
        "due": mailing.due,
        "written": mailing.written,
        "nothing": mailing.nothing,
        "day_off": mailing.day_off,
    }


def send_summaries(work: Work) -> dict[str, Any]:
    """Write last week's summary to the heads of agencies who have not had it; a person's run asks no hour."""
    if work.holding.is_set():
        return {}
    with work.transaction() as session:
        made = weeklymails.write_summaries(
            session, now=clock.now(), domain=work.mail_domain, whatever_the_hour=work.token is None
        )
    return {"due": made.due, "written": made.written} if made.due else {}


def clean_up(work: Work) -> dict[str, Any]:
    """Forget what has served its time: ended sessions, used links, old counts and forms, old runs."""
    with work.transaction() as session:
        counts = housekeeping.clean_up(session, clock.now())
        files = importstages.forget_old(session, clock.now())
    counts["files"] = _throw_away(work, files)
    counts["files"] += _forget_photos(work)
    counts["exports"] = forget_files(work, clock.now())
    if database.engine.dialect.name == "sqlite":
        _tidy_sqlite()
    return counts


def _throw_away(work: Work, files: list[str]) -> int:
    """Delete files that people sent a month ago, and what nobody has asked for in as long."""
    shelf = Shelf(work.var)
    for name in files:
        shelf.forget(name)
    with database.reading() as session:
        needed = imports.kept_files(session)
    return len(files) + shelf.sweep(needed, (clock.now() - FILES_KEPT).timestamp())


def _forget_photos(work: Work) -> int:
    """Delete photos that no field report needs any more, a month after they came."""
    with database.reading() as session:
        needed = fieldreports.kept_photos(session)
    return Album(work.var).sweep(needed, (clock.now() - FILES_KEPT).timestamp())


# With statistics SQLite finds it cheaper to walk through an index of agencies, agency by agency, than through
# that of what is late in its order: a province's overdue list, filtered, then took forty times as long.
_NO_SKIPPING = """UPDATE sqlite_stat1 SET stat = stat || ' noskipscan'
    WHERE idx LIKE 'ix_dossier_%' AND stat NOT LIKE '% noskipscan'"""


def _tidy_sqlite() -> None:
    """Fold the write-ahead log in, so that what was erased is gone from it too; renew the statistics."""
    with database.engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        raw.execute("PRAGMA query_only=OFF")
        raw.execute("PRAGMA optimize").fetchall()
        if raw.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'").fetchone():
            raw.execute(_NO_SKIPPING)
