"""`flask jobs`: the scheduler process, and one job at a time by hand."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from tthc_tracker import clock, migrating
from tthc_tracker.extensions import database
from tthc_tracker.jobs import runner
from tthc_tracker.jobs.timetable import BY_NAME
from tthc_tracker.jobs.work import work_of
from tthc_tracker.services import outbox
from tthc_tracker.wording.faults import in_words
from tthc_tracker.wording.jobs import JOBS, done

SCHEDULER = [sys.executable, str(Path(__file__).resolve().parents[2] / "scheduler.py")]
"""How the scheduler is started: as a program of its own, which loads no screen."""

jobs_group = AppGroup("jobs", help="Timed work: deadlines, mail, backups.")


def _demand_schema() -> None:
    with database.engine.connect() as connection:
        at = migrating.current(connection)
    if at != migrating.head():
        raise click.ClickException(
            f"Cơ sở dữ liệu đang ở lược đồ {at or 'trống'}, phần mềm cần {migrating.head()}. "
            "Hãy chạy: flask db upgrade"
        )


@jobs_group.command("serve")
def serve() -> None:
    """Run the timetable until told to end. A second one idles until the first is gone."""
    _demand_schema()
    os.execv(sys.executable, SCHEDULER)  # noqa: S606 (this interpreter and a program of ours, without a shell)


@jobs_group.command("run")
@click.argument("name", type=click.Choice(sorted(BY_NAME)))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def run(name: str, form: str) -> None:
    """Run one job now and print what it did; exit status 1 when it failed."""
    _demand_schema()
    result = runner.run(BY_NAME[name], work_of(current_app.config["SETTINGS"]))
    if form == "json":
        click.echo(json.dumps(_as_json(result), ensure_ascii=False))
    else:
        click.echo(f"{JOBS[name]}: {in_words(result.error) or done(name, result.counts)}")
    sys.exit(0 if result.ok else 1)


def _as_json(result: runner.Result) -> dict[str, Any]:
    return {
        "name": result.name,
        "run": result.run_id,
        "status": "ok" if result.ok else "failed",
        "counts": result.counts,
        "error": result.error,
    }


@jobs_group.command("release-mail")
@click.argument("ids", type=int, nargs=-1)
def release_mail(ids: tuple[int, ...]) -> None:
    """Let mails go again: those of these numbers (screen Vận hành), or all that a restore has held."""
    with database.transaction() as session:
        many = outbox.release(session, clock.now(), ids)
    click.echo(f"{many} thư sẽ được gửi lại.")
