"""Carry one act out on each of several dossiers, every row a transaction of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import current_app
from flask_login import current_user
from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.domain.apologies import LatenessCause
from tthc_tracker.domain.errors import (
    ConflictingSubmission,
    DuplicateSubmission,
    InvalidInput,
    NotFound,
    RefusedUse,
)
from tthc_tracker.services import bulk, lateness, processing, reminders, submissions
from tthc_tracker.services.acting import Target
from tthc_tracker.services.lateness import ExplainLateness
from tthc_tracker.services.processing import AssignDossier
from tthc_tracker.services.receptionchanges import PrintReceipt, print_receipt
from tthc_tracker.services.reminders import RemindHolder
from tthc_tracker.web import selection
from tthc_tracker.web.lists import printing
from tthc_tracker.web.unit_of_work import transaction
from tthc_tracker.wording import keptlists as words
from tthc_tracker.wording.batches import LOAD_AGAIN, REUSED, refusal

Fields = Mapping[str, str]
LONGEST_NOTE = 500


@dataclass(frozen=True)
class Outcome:
    """What became of a row."""

    code: str
    done: bool
    words: str


@dataclass(frozen=True)
class Done:
    """What became of all; export_id: the file of what was printed."""

    outcomes: list[Outcome]
    export_id: int | None = None


def missing(action: str, form: Fields) -> dict[str, str]:
    """What the form lacks, by field: said once, not once a row."""
    errors = {}
    if not selection.key_of(form):
        errors["row"] = LOAD_AGAIN
    if action == "assign" and not (_whole(form.get("unit_id")) or _whole(form.get("officer_id"))):
        errors["unit_id"] = "Hãy chọn phòng hoặc cán bộ thụ lý."
    if action == "acknowledge" and not form.get("note", "").strip():
        errors["note"] = "Hãy ghi đang xử lý thế nào."
    if action == "lateness" and form.get("cause") not in set(LatenessCause):
        errors["cause"] = "Hãy chọn nguyên nhân."
    if len(form.get("note", "")) > LONGEST_NOTE:
        errors["note"] = f"Dài nhất {LONGEST_NOTE} ký tự."
    return errors


def carry_out(action: str, targets: list[Target], form: Fields) -> Done:
    """Do it to each in turn. Sent again, the form does only what it has not done."""
    key = form["submission_key"]
    content = submissions.fingerprint({"action": action} | {name: form.get(name, "") for name in _CONTENT})
    outcomes = [_one(action, target, form, key, content) for target in targets]
    printed = [outcome.code for outcome in outcomes if outcome.done]
    if action not in printing.PAPERS or not printed:
        return Done(outcomes)
    return Done(outcomes, printing.as_file(action, printed, "a4" if form.get("size") == "a4" else "a5"))


_CONTENT = ("unit_id", "officer_id", "note", "size", "cause")


def _one(action: str, target: Target, form: Fields, key: str, content: str) -> Outcome:
    try:
        with transaction() as session:
            act = _act(session, action, target, form, key)
            bulk.once(
                session, key, target, action, act, person=current_user, content=content, now=clock.now()
            )
    except DuplicateSubmission:
        return Outcome(target.code, done=True, words=words.AGAIN)
    except RefusedUse as fault:
        return Outcome(target.code, done=False, words=_why(action, fault))
    return Outcome(target.code, done=True, words=words.DONE[action])


def _why(action: str, fault: RefusedUse) -> str:
    if isinstance(fault, InvalidInput):
        return fault.message
    if isinstance(fault, ConflictingSubmission):
        return REUSED
    if isinstance(fault, NotFound) and action == "acknowledge":
        return words.NO_ALERT
    if isinstance(fault, NotFound) and action == "answer_slips":
        return words.NO_SLIP
    return refusal(fault)


def _act(session: Session, action: str, target: Target, form: Fields, key: str) -> Callable[[], object]:
    """The verb of one row."""
    now, note = clock.now(), form.get("note", "")
    settings = current_app.config["SETTINGS"]

    def assign() -> object:
        command = AssignDossier(target, _whole(form.get("unit_id")), _whole(form.get("officer_id")), note)
        return processing.assign(session, command, person=current_user, now=now)

    def remind() -> object:
        command = RemindHolder(target, note, key)
        return reminders.remind(session, command, person=current_user, domain=settings.mail_domain, now=now)

    def receipts() -> object:
        command = PrintReceipt(target.code)
        return print_receipt(session, command, actor=current_user, now=now, secret=settings.secret_key)

    def control_slips() -> object:
        printing.may_control(session, target.code)
        return None

    def answer_slips() -> object:
        printing.may_answer(session, target.code)
        return None

    def acknowledge() -> object:
        bulk.acknowledge_alerts(session, target.code, note, person=current_user, now=now)
        return None

    def explain() -> object:
        command = ExplainLateness(target, LatenessCause(form["cause"]), note)
        return lateness.explain(session, command, person=current_user, now=now)

    acts: dict[str, Callable[[], object]] = {
        "assign": assign, "remind": remind, "receipts": receipts, "control_slips": control_slips,
        "answer_slips": answer_slips, "acknowledge": acknowledge, "lateness": explain,
    }  # fmt: skip
    return acts[action]


def _whole(text: str | None) -> int | None:
    given = text or ""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 16 else None
