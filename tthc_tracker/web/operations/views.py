"""Health of the process, readiness, and the page for administrators."""

import datetime as dt
from collections.abc import Container
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import __version__, clock, migrating
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.extensions import database
from tthc_tracker.queries import backupfiles, feeds, lookups, mailroutes, operations, webhooks
from tthc_tracker.queries.measures import measures
from tthc_tracker.services import outbox
from tthc_tracker.services.apitokens import may_manage
from tthc_tracker.web import assets
from tthc_tracker.web.access import may_open, public, requires
from tthc_tracker.web.operations import readiness
from tthc_tracker.web.operations.metrics import CONTENT_TYPE, as_text, of_standby, stop_strangers
from tthc_tracker.web.unit_of_work import latest, transaction
from tthc_tracker.wording import faults
from tthc_tracker.wording import feeds as feed_words
from tthc_tracker.wording import jobs as job_words
from tthc_tracker.wording import lookups as lookup_words
from tthc_tracker.wording import operations as words
from tthc_tracker.wording import outbox as mail_words
from tthc_tracker.wording.formats import number

blueprint = Blueprint("operations", __name__)


@blueprint.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """This process answers; nothing else is asked."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """Whether a balancer may send work here."""
    checks = readiness.checks()
    ready = all(checks.values())
    return jsonify(ready=ready, checks=checks), 200 if ready else 503


@blueprint.get("/favicon.ico")
@public
def favicon() -> ResponseReturnValue:
    """The icon where no page names it: a browser showing a PDF asks here."""
    return redirect(assets.asset("img/favicon.svg"))


@blueprint.get("/metrics")
@public
def metrics() -> ResponseReturnValue:
    """Numbers for Prometheus: public to the frame of rights, and open to this machine or the token alone."""
    stop_strangers()
    found = measures(latest(), clock.now()) + of_standby(database.replica_standing())
    return as_text(found), {"Content-Type": CONTENT_TYPE}


@blueprint.get("/van-hanh")
@requires(Permission.VIEW_OPERATIONS)
def status() -> ResponseReturnValue:
    """Last scan, unsent mail, jobs and their runs, lease, database, version, backup; never from a standby."""
    session, now, chosen = latest(), clock.now(), request.args.get("viec", "")
    chosen = chosen if chosen in job_words.JOBS else ""
    return render_template(
        "operations/status.html",
        now=now, words=words, job_words=job_words, mail_words=mail_words, chosen=chosen,
        runs=operations.runs(session, name=chosen or None),
        vain=lookups.vain_tries(session, now), lookup_words=lookup_words, fault_words=faults.in_words,
        **_work(now), **_mail(), **_fetching(),
        may_manage=may_open("accounts.person"), facts_of_site=_facts(), checks=readiness.checks(),
    )  # fmt: skip


def _work(now: dt.datetime) -> dict[str, Any]:
    """The timed work: who does it, what it did last, what it has not looked at."""
    session = latest()
    signs = operations.signs(session)
    return {
        "signs": signs, "jobs": _jobs(signs), "scan": operations.SCAN, "delivery": operations.DELIVERY,
        "owner": operations.lease_owner(session, operations.LEASE),
        "to_look_at": operations.dossiers_to_look_at(session, now),
    }  # fmt: skip


def _fetching() -> dict[str, Any]:
    """The sources that are fetched from, and how that goes."""
    session = latest()
    may = may_manage(session, current_user)
    return {
        "feeds": feeds.lines(session), "feed_words": feed_words,
        "may_fetch": may, "untold": webhooks.given_up(session) if may else [],
    }  # fmt: skip


def _mail() -> dict[str, Any]:
    """The mails: what waits, what is stuck and may be let go, which addresses refuse."""
    session = latest()
    return {
        "mail_counts": operations.mail_counts(session), "oldest_unsent": operations.oldest_unsent(session),
        "mails": operations.troubled_mails(session), "stuck": outbox.STUCK,
        "may_retry": may_open("operations.retry_all"),
        "refused": mailroutes.refused(session, current_user.scope.agency_ids),
    }  # fmt: skip


def _jobs(signs: Container[str]) -> list[str]:
    """The jobs that have given a sign of life, in the order of their importance."""
    return [job for job in job_words.JOBS if job in signs and job not in operations.NO_JOBS]


@blueprint.post("/van-hanh/thu/<int:message_id>/gui-lai")
@requires(Permission.RETRY_MAIL)
def retry(message_id: int) -> ResponseReturnValue:
    """Let a mail that was given up leave now."""
    return _retried(message_id)


@blueprint.post("/van-hanh/thu/gui-lai")
@requires(Permission.RETRY_MAIL)
def retry_all() -> ResponseReturnValue:
    """Let every mail that was given up leave now."""
    return _retried(None)


def _retried(message_id: int | None) -> ResponseReturnValue:
    with transaction() as session:
        many = outbox.retry(session, actor=current_user, now=clock.now(), message_id=message_id)
    flash(mail_words.retried(many), "success" if many else "info")
    return redirect(url_for("operations.status", _anchor="thu"))


@dataclass(frozen=True)
class Fact:
    """A line about the installation."""

    label: str
    value: str
    note: str = ""


def _facts() -> list[Fact]:
    session, settings = latest(), current_app.config["SETTINGS"]
    sqlite = database.engine.dialect.name == "sqlite"
    size = f"{number(operations.database_bytes(session) / readiness.MEBIBYTE, 1)} MiB"
    kind = f"{'SQLite' if sqlite else 'PostgreSQL'} {operations.database_version(session)}"
    backup = backupfiles.newest(settings.var / "backups") if sqlite else None
    made = operations.last_good_run(session, operations.BACKUP) if sqlite else None
    standby = database.replica_standing()
    return [
        Fact(words.FACTS["version"], __version__),
        Fact(words.FACTS["database"], kind, size),
        *(
            [Fact(words.FACTS["standby"], *words.standby(standby.behind, standby.fault, standby.is_read))]
            if standby
            else []
        ),
        Fact(words.FACTS["schema"], migrating.current(session.connection()) or words.NONE),
        Fact(
            words.FACTS["mail"], words.MAIL_BY_SERVER if settings.smtp_url else str(settings.mail_directory)
        ),
        Fact(
            words.FACTS["backup"], *words.backup_age(made, clock.now(), backup.name if backup else "", sqlite)
        ),
    ]
