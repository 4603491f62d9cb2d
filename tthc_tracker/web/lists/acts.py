"""What can be done to one of several rows: the verb behind each button below a list."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import current_app
from flask_login import current_user
from sqlalchemy.orm import Session

from tthc_tracker.domain.apologies import LatenessCause
from tthc_tracker.domain.lifecycle import ResultKind
from tthc_tracker.domain.typeddates import read_day
from tthc_tracker.services import bulk, lateness, reassigning, release, reminders
from tthc_tracker.services.acting import Target
from tthc_tracker.services.lateness import ExplainLateness
from tthc_tracker.services.processing import AssignDossier
from tthc_tracker.services.receptionchanges import PrintReceipt, print_receipt
from tthc_tracker.services.release import FinishDossier
from tthc_tracker.services.reminders import RemindHolder
from tthc_tracker.web.forms import whole
from tthc_tracker.web.lists import printing

Fields = Mapping[str, str]
# A refusal is written to one applicant, with its reason: it is no act on several.
FINISHES = (ResultKind.GRANTED, ResultKind.OTHER)


@dataclass(frozen=True)
class One:
    """One row, what the form says of all, and under which key the form was made."""

    session: Session
    target: Target
    form: Fields
    key: str
    now: dt.datetime

    @property
    def note(self) -> str:
        """What is written on all of them."""
        return self.form.get("note", "")


def _assign(one: One) -> object:
    unit, officer = whole(one.form.get("unit_id")), whole(one.form.get("officer_id"))
    command = AssignDossier(one.target, unit, officer, one.note)
    return reassigning.assign(one.session, command, batch=one.key, person=current_user, now=one.now)


def _remind(one: One) -> object:
    command, domain = RemindHolder(one.target, one.note, one.key), current_app.config["SETTINGS"].mail_domain
    return reminders.remind(one.session, command, person=current_user, domain=domain, now=one.now)


def _finish(one: One) -> object:
    command = FinishDossier(one.target, ResultKind(one.form["kind"]), reason=one.note)
    domain = current_app.config["SETTINGS"].mail_domain
    return release.finish(one.session, command, person=current_user, now=one.now, mail_domain=domain)


def _receipts(one: One) -> object:
    command, secret = PrintReceipt(one.target.code), current_app.config["SETTINGS"].secret_key
    return print_receipt(one.session, command, actor=current_user, now=one.now, secret=secret)


def _control_slips(one: One) -> None:
    printing.may_control(one.session, one.target.code)


def _answer_slips(one: One) -> None:
    printing.may_answer(one.session, one.target.code)


def _apology_letters(one: One) -> None:
    printing.may_apologise(one.session, one.target.code)


def promised(form: Fields) -> dt.date | None:
    """By when a form says that a matter will be done; None for what is no day."""
    try:
        return read_day(form.get("by", ""))
    except ValueError:
        return None


def _acknowledge(one: One) -> None:
    code, by = one.target.code, promised(one.form)
    bulk.acknowledge_alerts(one.session, code, one.note, by, person=current_user, now=one.now)


def _explain(one: One) -> object:
    command = ExplainLateness(one.target, LatenessCause(one.form["cause"]), one.note)
    return lateness.explain(one.session, command, person=current_user, now=one.now)


ACTS: Mapping[str, Callable[[One], object]] = {
    "assign": _assign,
    "remind": _remind,
    "finish": _finish,
    "receipts": _receipts,
    "control_slips": _control_slips,
    "answer_slips": _answer_slips,
    "apology_letters": _apology_letters,
    "acknowledge": _acknowledge,
    "lateness": _explain,
}
