"""The whole schedule on one screen. Weekdays by name: in APScheduler's crontab `1-6` is Tuesday to Sunday."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from tthc_tracker.jobs import (
    backups,
    calendars,
    exporting,
    feeding,
    importing,
    mailing,
    sealing,
    tasks,
    webhooking,
)
from tthc_tracker.jobs.work import Work

EVERY_DAY = "mon,tue,wed,thu,fri,sat,sun"


@dataclass(frozen=True)
class Job:
    """One duty. `lane`: jobs of one lane wait for each other. `longest`: after that the process gives up.

    quiet: a run that found nothing to do leaves no row. max_age: a last good run older than this is made up
    for as soon as a scheduler starts; None: every start runs it.
    """

    name: str
    do: Callable[[Work], dict[str, Any]]
    trigger: Mapping[str, Any]
    lane: str = "work"
    longest: dt.timedelta = dt.timedelta(minutes=15)
    quiet: bool = False
    max_age: dt.timedelta | None = None


TIMETABLE: tuple[Job, ...] = (
    Job("scan-deadlines", tasks.scan_deadlines, {"trigger": "interval", "minutes": 5}),
    # They are due at an opening, which each agency has its own of: the task knows.
    Job("draft-apologies", tasks.draft_apologies, {"trigger": "interval", "minutes": 15}, quiet=True),
    # An agency ends at midnight; its heirs find their dossiers in the morning.
    Job("move-dossiers", tasks.move_dossiers, {"trigger": "interval", "minutes": 10}, quiet=True),
    # What waits is counted from the dossiers by whoever looks at a table: the fewer, the quicker.
    Job(
        "fold-facts",
        tasks.fold_facts,
        {"trigger": "interval", "seconds": 20},
        lane="facts",
        longest=dt.timedelta(hours=4),  # the first time, of a register that was there before
        quiet=True,
    ),
    # Before the offices open: what the morning's lists and mails tell of.
    Job(
        "assess-risk",
        tasks.assess_risk,
        {"trigger": "cron", "day_of_week": EVERY_DAY, "hour": 5, "minute": 40},
        longest=dt.timedelta(minutes=30),
        max_age=dt.timedelta(hours=26),
    ),
    # In the morning: whoever reads it can come the same day. Not where the desk is closed; the task knows.
    Job(
        "remind-results",
        tasks.remind_results,
        {"trigger": "cron", "day_of_week": EVERY_DAY, "hour": 8, "minute": 10},
        max_age=dt.timedelta(hours=26),
    ),
    Job(
        "deliver-mail", mailing.deliver_mail, {"trigger": "interval", "seconds": 30}, lane="mail", quiet=True
    ),
    # A lane of its own: an address that keeps silent holds up no mail.
    Job(
        "deliver-webhooks",
        webhooking.deliver_webhooks,
        {"trigger": "interval", "seconds": 15},
        lane="webhooks",
        quiet=True,
    ),
    # Whoever sends a file waits for it before the screen; most times there is none.
    Job(
        "import-files",
        importing.import_files,
        {"trigger": "interval", "seconds": 5},
        lane="imports",
        longest=dt.timedelta(hours=2),
        quiet=True,
    ),
    # Which source is due is for the task to know. A lane of its own: one that drips holds up no other work.
    Job(
        "fetch-sources",
        feeding.fetch_sources,
        {"trigger": "interval", "seconds": 15},
        lane="feeds",
        longest=dt.timedelta(hours=1),
        quiet=True,
    ),
    # After the files, in a lane of its own: nobody waits for it, and it holds up nobody.
    Job(
        "propose-matches",
        tasks.propose_matches,
        {"trigger": "interval", "minutes": 2},
        lane="matches",
        longest=dt.timedelta(hours=1),
        quiet=True,
    ),
    # Whoever proposes a change waits before the screen for what it comes to.
    Job(
        "change-calendar",
        calendars.change_calendar,
        {"trigger": "interval", "seconds": 5},
        lane="calendar",
        longest=dt.timedelta(minutes=30),
        quiet=True,
    ),
    Job(
        "write-exports",
        exporting.write_exports,
        {"trigger": "interval", "seconds": 10},
        lane="files",
        longest=dt.timedelta(minutes=30),
        quiet=True,
    ),
    # Each agency sets its own hour (digest_time, 07:00), and make-up Saturdays count: the task knows both.
    Job(
        tasks.DIGESTS,
        tasks.send_digests,
        {"trigger": "cron", "day_of_week": EVERY_DAY, "minute": "*/5"},
        quiet=True,
    ),
    # The first working morning of each agency's week, or the next after a standstill: the task knows.
    Job(
        "send-summaries",
        tasks.send_summaries,
        {"trigger": "cron", "day_of_week": EVERY_DAY, "minute": "*/10"},
        quiet=True,
    ),
    Job(
        "backup",
        backups.back_up,
        {"trigger": "cron", "day_of_week": EVERY_DAY, "hour": 1, "minute": 30},
        longest=dt.timedelta(hours=2),
        max_age=dt.timedelta(hours=26),
    ),
    # Late in the evening: what was written that day is known outside the database before the next begins.
    Job(
        "seal-trail",
        sealing.seal_trail,
        {"trigger": "cron", "day_of_week": EVERY_DAY, "hour": 22, "minute": 45},
        max_age=dt.timedelta(hours=26),
    ),
    Job(
        "housekeeping",
        tasks.clean_up,
        {"trigger": "cron", "day_of_week": EVERY_DAY, "hour": 2, "minute": 30},
        max_age=dt.timedelta(hours=26),
    ),
)

BY_NAME: Mapping[str, Job] = MappingProxyType({job.name: job for job in TIMETABLE})
