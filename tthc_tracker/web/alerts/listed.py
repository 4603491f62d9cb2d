"""The list behind the bell, and several of its alerts answered at once."""

import secrets

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.domain.alerting import Severity
from tthc_tracker.domain.errors import InvalidInput, NotFound
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.domain.typeddates import read_day
from tthc_tracker.queries import alertlist, filtering, listing
from tthc_tracker.queries.alertlist import Question, Tab
from tthc_tracker.services.acting import Target
from tthc_tracker.services.alertanswers import AcknowledgeAlert, acknowledge
from tthc_tracker.web import selection
from tthc_tracker.web.access import requires
from tthc_tracker.web.alerts.blueprint import blueprint
from tthc_tracker.web.forms import whole
from tthc_tracker.web.listfilters import ListFilters
from tthc_tracker.web.listpages import ListPage
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import alertlists as words
from tthc_tracker.wording import alerts as said
from tthc_tracker.wording.columns import See
from tthc_tracker.wording.formats import moment
from tthc_tracker.wording.typeddates import NO_DAY

FIELDS = ("note", "by")


@blueprint.get("")
@requires(Permission.VIEW_ALERTS)
def index() -> ResponseReturnValue:
    """What is mine, new, has climbed, is not answered."""
    return _show(ListPage.of(reading(), "alerts", request.args))


@blueprint.post("")
@requires(Permission.ACKNOWLEDGE_ALERTS)
def several() -> ResponseReturnValue:
    """Answer every alert that was ticked with the same words and day; what became of each is told."""
    page = ListPage.of(reading(), "alerts", request.args)
    targets = page.targets(reading(), request.form, clock.now())
    if problem := selection.problem(targets, request.form) or _unread():
        return _show(page, problem), 422
    report = selection.carry_out(targets, selection.once(request.form, "ghi-nhan", FIELDS, _acknowledge))
    now = clock.now()
    lines = {one.target.code: _line(reading(), one.target) for one in report.outcomes}
    names = {code: words.about(line) if line else code for code, line in lines.items()}
    shown = render_template(
        "alerts/report.html", report=report, names=names, words=words, back=page.other(), now=now
    )
    return shown, 200 if report.done else 422


def _unread() -> str:
    """What is wrong with the day as it was typed; '' if it can be read or is none."""
    try:
        read_day(request.form.get("by", "").strip() or "2000-01-01")
    except ValueError:
        return NO_DAY
    return ""


def _acknowledge(session: Session, target: Target) -> None:
    typed = request.form.get("by", "").strip()
    by = read_day(typed) if typed else None
    command = AcknowledgeAlert(whole(target.code) or 0, request.form.get("note", ""), by)
    try:
        acknowledge(session, command, user_id=current_user.user_id, now=clock.now())
    except NotFound:
        raise InvalidInput("note", words.NOT_YOURS) from None


def _line(session: Session, target: Target) -> alertlist.AlertLine | None:
    return alertlist.one(session, whole(target.code) or 0, clock.now())


def _show(page: ListPage, problem: str = "") -> str:
    session, now, after = reading(), clock.now(), request.args.get("after", "")
    asked = page.asked(now)
    question = Question.of(asked)
    found = page.kept.page(session, asked, after, listing.PAGE)
    counts = alertlist.counts(session, question, now)
    since = alertlist.new_since(session, question.user_id, now)
    person = filtering.officer_name(session, question.person) if question.person is not None else None
    own = {
        "rule": question.rule and said.RULES[question.rule],
        "severity": question.severity and said.SEVERITIES[question.severity],
        "person": question.person is not None and f"Chờ {person or 'người khác'}",
        "mail": question.mail is not None and words.IN_MAIL,
        "part": question.part and words.PARTS[question.part.value],
    }
    see = See.at(now, listing.stale_before(session, now))
    return render_template(
        "alerts/index.html",
        page=page,
        filters=ListFilters.of(session, page, own={name: text or "" for name, text in own.items()}),
        words=words,
        question=question,
        problem=problem,
        lead=words.LEADS[question.tab.value].format(since=moment(since)),
        lines=page.lines(found.rows, see, picked=set(request.form.getlist(selection.FIELD))),
        tabs=[(words.TABS[tab.value], page.other(tab=tab.value), tab is question.tab, counts[tab])
              for tab in counts],
        count=listing.Count(min(counts.get(question.tab, 0), listing.COUNT_LIMIT),
                            counts.get(question.tab, 0) > listing.COUNT_LIMIT),
        rules=[(rule.value, said.RULES[rule]) for rule in said.WORST_FIRST],
        severities=[(one.value, said.SEVERITIES[one]) for one in reversed(Severity)],
        next_url=page.other(after=found.after) if found.after else None,
        first_url=page.other() if after else None,
        silent=alertlist.silent(session, question) if question.tab is Tab.UNANSWERED else [],
        answers=Permission.ACKNOWLEDGE_ALERTS in current_user.permissions,
        submission_key=secrets.token_hex(16),
        now=now,
    )  # fmt: skip
